"""The doors to one's own privacy: consents, and who looked at what about me."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema

from accounts import actions, queries
from accounts.access import signin_of
from accounts.models import Person
from hearthside import live
from hearthside.api import READ_PROBLEMS
from hearthside.commands import Command, Data, Done

Purpose = Literal["models", "push", "statistics", "summaries"]

router = Router(tags=["people"])


class ConsentLine(Schema):
    """One purpose; `at` is null while the person was never asked, which counts as no."""

    purpose: str
    given: bool
    at: str | None


class ConsentsAnswer(Schema):
    """What a person says yes or no to, one by one."""

    consents: list[ConsentLine]


class AccessLine(Schema):
    """That somebody of the staff read or decided something about me; codes, which the screens put into words."""

    id: str
    at: str
    who: str
    role: str
    verb: str
    thing: str
    reason: str


class AccessAnswer(Schema):
    """A page of the access log, newest first; `more` when older lines follow the last."""

    entries: list[AccessLine]
    more: bool


class ConsentData(Data):
    """A purpose, and whether it is a yes."""

    purpose: Purpose
    given: bool


class ConsentDone(Done):
    """The purpose as it now stands."""

    purpose: str
    given: bool


@router.get(
    "/me/consents",
    response={200: ConsentsAnswer, **READ_PROBLEMS},
    operation_id="me.consents",
    summary="What I say yes or no to",
)
def get_consents(request: HttpRequest) -> Any:
    """The asking person's consents."""
    return queries.list_consents(signin_of(request).person)


@router.get(
    "/me/access",
    response={200: AccessAnswer, **READ_PROBLEMS},
    operation_id="me.access",
    summary="Who of the staff looked at what about me",
)
def get_access(request: HttpRequest, before: uuid.UUID | None = None) -> Any:
    """The asking person's access log, from the newest line or from before the line `before`."""
    return queries.list_access(signin_of(request).person, before=before)


def set_consent(person: Person, data: ConsentData) -> live.Write:
    """Say yes or no to a purpose."""
    act = partial(actions.set_consent, person, purpose=data.purpose, given=data.given)
    return live.Write(act, streams=(person.stream,))


COMMANDS: tuple[Command, ...] = (
    Command("consent.set", "Say yes or no to one purpose", ConsentData, ConsentDone, set_consent),
)
