"""The doors to one's notices, what was sent, and what staff settle."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from accounts.access import access_staff
from accounts.models import Person
from hearthside.api import READ_PROBLEMS, ProblemAnswer
from hearthside.commands import Command, Data, Done
from hearthside.live import Write
from notify.access import access_doubt, access_notice
from notify.actions import reading, settling
from notify.queries.deliveries import list_doubts, list_own, settlers_of
from notify.queries.notices import list_notices

router = Router(tags=["notices"])
STAFF_PROBLEMS = {**READ_PROBLEMS, 403: ProblemAnswer}


class NoticeRow(Schema):
    """One notice; `about` is a name, `link` a path of ours."""

    id: str
    kind: str
    about: str
    link: str
    at: str
    read: bool


class NoticesAnswer(Schema):
    """A page of notices, newest first; `unread` counts all of them, `more` when older ones follow."""

    notices: list[NoticeRow]
    unread: int
    more: bool


class DeliveryRow(Schema):
    """One way that one notice went out, or did not; `why` is a word of docs/how/notices.md."""

    id: str
    kind: str
    channel: str
    state: str
    why: str
    at: str
    due_at: str
    ended_at: str | None


class LogAnswer(Schema):
    """A page of one's own deliveries, newest first."""

    deliveries: list[DeliveryRow]
    more: bool


class DoubtRow(DeliveryRow):
    """A delivery in doubt, and whom it was for."""

    person: str
    name: str


class DoubtsAnswer(Schema):
    """What may or may not have come."""

    deliveries: list[DoubtRow]
    more: bool


class NoticeData(Data):
    """Which notice."""

    id: uuid.UUID


class SettleData(Data):
    """Which delivery, and whether it came; if not it is sent once more."""

    id: uuid.UUID
    came: bool


class NoticeDone(Done):
    """The notice that is read now."""

    id: str


class AllDone(Done):
    """How many were unread."""

    read: int = Field(ge=0)


class SettleDone(Done):
    """The delivery as it stands now."""

    id: str
    state: str


@router.get(
    "/notices",
    response={200: NoticesAnswer, **READ_PROBLEMS},
    operation_id="notices",
    summary="What there is for me",
)
def get_notices(
    request: HttpRequest,
    before: uuid.UUID | None = None,
    limit: Annotated[int, Query(ge=0, le=100)] = 30,
) -> Any:
    """The asking person's notices, from the newest or from before the notice `before`."""
    return list_notices(request.auth, before=before, limit=limit)  # type: ignore[attr-defined]


@router.get(
    "/notices/log",
    response={200: LogAnswer, **READ_PROBLEMS},
    operation_id="notices.log",
    summary="What was sent to me",
)
def get_log(request: HttpRequest, before: uuid.UUID | None = None) -> Any:
    """The asking person's deliveries, without a word of what they were about."""
    return list_own(request.auth, before=before)  # type: ignore[attr-defined]


@router.get(
    "/notices/doubts",
    response={200: DoubtsAnswer, **STAFF_PROBLEMS},
    operation_id="notices.doubts",
    summary="What may not have come",
)
def get_doubts(request: HttpRequest, before: uuid.UUID | None = None) -> Any:
    """For staff: deliveries in doubt that are theirs to settle."""
    return list_doubts(request.auth, before=before)  # type: ignore[attr-defined]


def prepare_read(person: Person, data: NoticeData) -> Write:
    """Reading one notice."""
    access_notice(person, data.id)
    return Write(partial(reading.read_one, person, data.id), (person.stream,))


def prepare_read_all(person: Person, data: Data) -> Write:
    """Reading all."""
    return Write(partial(reading.read_all, person), (person.stream,))


def prepare_settle(person: Person, data: SettleData) -> Write:
    """Settling a doubt."""
    access_staff(person)
    delivery = access_doubt(person, data.id)
    streams = tuple(sorted(one.stream for one in settlers_of(delivery)))
    return Write(partial(settling.settle, person, data.id, came=data.came), streams)


COMMANDS: tuple[Command, ...] = (
    Command("notice.read", "Read a notice, on all devices", NoticeData, NoticeDone, prepare_read),
    Command("notice.read_all", "Read all notices", Data, AllDone, prepare_read_all),
    Command("delivery.settle", "Say whether what was in doubt came", SettleData, SettleDone, prepare_settle),
)
