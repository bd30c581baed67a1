"""The doors to what clients may expect of the staff: how soon they answer, when they are away, who covers."""

from __future__ import annotations

import datetime
import uuid
from functools import partial
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import AfterValidator, Field, StringConstraints

from accounts.access import signin_of
from accounts.contacts.access import access_availability
from accounts.contacts.actions import update_availability
from accounts.contacts.away import FIELDS
from accounts.contacts.queries import describe_availability, streams_about
from accounts.models import Person
from hearthside import live
from hearthside.api import READ_PROBLEMS, ProblemAnswer
from hearthside.commands import Command, Data, Done
from hearthside.errors import Invalid
from hearthside.text import words

MAY_BE_NONE = ("away_from", "away_until", "cover")
PROBLEMS = {**READ_PROBLEMS, 403: ProblemAnswer}
Note = Annotated[str, StringConstraints(max_length=2000), AfterValidator(words)]
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]

router = Router(tags=["people"])


class StaffLine(Schema):
    """One of the staff with the days away that are not over."""

    person: str
    name: str
    role: str
    away_from: str | None
    away_until: str | None


class AvailabilityAnswer(Schema):
    """What clients may expect; `today` is the practice's day, `clients` how many read it, `staff` who could cover."""

    person: str
    name: str
    reply_days: int
    away_from: str | None
    away_until: str | None
    away_note: str
    cover: str | None
    version: int
    today: str
    clients: int
    covering: list[str]
    staff: list[StaffLine]


class AvailabilityData(Data):
    """What is changed, on top of the version that was read; a day or cover of null is none. `person` is for admins."""

    person: uuid.UUID | None = None
    version: Version
    reply_days: Annotated[int, Field(ge=1, le=10)] | None = None
    away_from: datetime.date | None = None
    away_until: datetime.date | None = None
    away_note: Note | None = None
    cover: uuid.UUID | None = None


class AvailabilityDone(Done, AvailabilityAnswer):
    """It as it now stands."""


@router.get(
    "/availability",
    response={200: AvailabilityAnswer, **PROBLEMS},
    operation_id="availability",
    summary="What my clients may expect of me",
)
def get_availability(request: HttpRequest) -> Any:
    """The asking person's own, for staff."""
    return describe_availability(signin_of(request).person)


@router.get(
    "/people/{person_id}/availability",
    response={200: AvailabilityAnswer, **PROBLEMS},
    operation_id="person.availability",
    summary="What clients may expect of somebody of the staff",
)
def get_person_availability(request: HttpRequest, person_id: uuid.UUID) -> Any:
    """Anybody's of the staff, for admins."""
    return describe_availability(signin_of(request).person, person_id)


def prepare_availability(person: Person, data: AvailabilityData) -> live.Write:
    """Saying what clients may expect: they, the cover before and the cover after are told."""
    staff = access_availability(person, data.person)
    given = {
        name: getattr(data, name)
        for name in FIELDS
        if getattr(data, name) is not None or (name in MAY_BE_NONE and name in data.model_fields_set)
    }
    if not given:
        raise Invalid(fields={"data": "There is nothing to change in this."})
    act = partial(update_availability, person, staff.pk, version=data.version, changes=given)
    return live.Write(act, streams=streams_about(staff, data.cover))


COMMANDS: tuple[Command, ...] = (
    Command(
        "availability.update",
        "Say how soon clients get an answer, when somebody is away, and who covers",
        AvailabilityData,
        AvailabilityDone,
        prepare_availability,
    ),
)
