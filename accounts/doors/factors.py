"""The doors to where somebody is signed in, and to the reset of somebody's second factor.

Factors themselves are changed under the sign-in library's addresses (accounts/factors/views.py).
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import StringConstraints

from accounts.access import access_person, signin_of
from accounts.factors import actions, queries
from accounts.models import Person
from hearthside import live
from hearthside.api import READ_PROBLEMS
from hearthside.commands import Command, Data, Done

SigninId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]

router = Router(tags=["people"])


class FactorBrief(Schema):
    """Whether this person must sign in with a second factor, and whether they have one."""

    required: bool
    set: bool


class Place(Schema):
    """One browser in which the person is signed in; `browser` and `system` are codes, empty when unknown."""

    id: str
    here: bool
    since: str
    active_at: str
    browser: str
    system: str


class PlacesAnswer(Schema):
    """Where the person is signed in, the asking place first."""

    places: list[Place]


class EndData(Data):
    """Which of one's own sign-ins."""

    signin: SigninId


class EndDone(Done):
    """Whether it was ended now, rather than before."""

    ended: bool


class EndOthersData(Data):
    """Which of one's own sign-ins stays."""

    keep: SigninId


class EndOthersDone(Done):
    """How many were ended."""

    ended: int


class ResetData(Data):
    """Whose second factor."""

    person: UUID


class ResetDone(Done):
    """Whose second factor is gone."""

    person: str


@router.get(
    "/me/places",
    response={200: PlacesAnswer, **READ_PROBLEMS},
    operation_id="me.places",
    summary="Where I am signed in",
)
def get_places(request: HttpRequest) -> Any:
    """The asking person's living sign-ins."""
    return queries.list_places(signin_of(request))


def end_signin(person: Person, data: EndData) -> live.Write:
    """Sign out one place."""
    return live.Write(partial(actions.end_place, person, data.signin), streams=(person.stream,))


def end_others(person: Person, data: EndOthersData) -> live.Write:
    """Sign out everywhere else."""
    return live.Write(partial(actions.end_other_places, person, data.keep), streams=(person.stream,))


def reset_factors(person: Person, data: ResetData) -> live.Write:
    """Reset somebody's second factor."""
    target = access_person(person, data.person)
    return live.Write(partial(actions.reset_factors, person, target.pk), streams=(target.stream,))


COMMANDS: tuple[Command, ...] = (
    Command("signin.end", "Sign out one of your places", EndData, EndDone, end_signin),
    Command("signins.end_others", "Sign out everywhere but here", EndOthersData, EndOthersDone, end_others),
    Command(
        "person.reset_factors",
        "Take a lost second factor from somebody",
        ResetData,
        ResetDone,
        reset_factors,
        fresh=True,
    ),
)
