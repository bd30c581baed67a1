"""The door for reports of sealed messages: from whoever got one, to somebody outside the conversation."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import AfterValidator, Field, StringConstraints

from accounts.models import Person
from community.models import Membership
from hearthside.api import READ_PROBLEMS
from hearthside.commands import Command, Data, Done
from hearthside.live import Answer, Write
from hearthside.text import words
from messaging.ids import read_name
from moderation.actions.heard import hearing
from moderation.actions.sealed_reports import Proven, Sealed, prove, send_sealed_report
from moderation.looking import lookers
from moderation.queries.sealed import list_reports

router = Router(tags=["review"])

PT_CHARACTERS = 32_768
Name = Annotated[str, StringConstraints(max_length=80)]
Note = Annotated[str, StringConstraints(max_length=2000), AfterValidator(words)]


class ReportSealed(Data):
    """A report of one sealed message; ids in either spelling, `pt` and `fk` in the open form only."""

    conversation: Name
    event: Name
    form: Literal["sealed", "open"]
    category: Literal["unkind", "attack", "private", "worried", "unsafe_content", "other"]
    note: Note = ""
    pt: str | None = Field(default=None, max_length=PT_CHARACTERS)
    fk: str | None = Field(default=None, max_length=200)


class SealedReceived(Done):
    """The report's id, under which the words go to the devices of who looks; and who that is."""

    received: bool
    report: str
    looks: Literal["facilitators", "admins", "clinical_lead", "nobody"]


class OwnReport(Schema):
    """Something the person reported; `looked_at` once somebody has decided about it."""

    report: str
    conversation: str
    message: str
    form: Literal["sealed", "open"]
    at: str
    looked_at: str | None


class OwnReports(Schema):
    """What the person reported, newest first."""

    reports: list[OwnReport]


@router.get(
    "/me/reports",
    response={200: OwnReports, **READ_PROBLEMS},
    operation_id="me.reports",
    summary="The sealed messages that the person reported, and whether somebody has looked",
)
def get_reports(request: HttpRequest) -> Any:
    """What the person reported."""
    return list_reports(request.auth)  # type: ignore[attr-defined]


def prepare_report(person: Person, data: ReportSealed) -> Write:
    """A report; the note is heard, in case its writer needs somebody now."""
    report = Sealed(
        conversation=read_name(data.conversation),
        event=read_name(data.event),
        form=data.form,
        category=data.category,
        note=data.note.strip(),
        pt=data.pt,
        fk=data.fk,
    )
    proven = prove(person, report)
    action: Callable[[], Answer] = partial(send_sealed_report, person, report)
    streams = streams_of(proven)
    member = member_of(proven, person)
    if member is not None and report.note:
        action = hearing(action, member, report.note, nonce=data.nonce)
        streams.add(member.group.review_stream)
    return Write(action, tuple(sorted(streams)))


def streams_of(proven: Proven) -> set[str]:
    """The streams of who may look."""
    return {person.stream for person in lookers(proven.group, proven.message, with_lead=True)}


def member_of(proven: Proven, person: Person) -> Membership | None:
    """Who reports, as a member of the group the message belongs to."""
    rows = Membership.objects.select_related("group", "person").filter(
        group=proven.group, person=person, state=Membership.State.ACTIVE
    )
    return rows.first() if proven.group is not None else None


COMMANDS = (
    Command(
        "sealed.report",
        "Report one message of a sealed conversation.",
        ReportSealed,
        SealedReceived,
        prepare_report,
    ),
)
