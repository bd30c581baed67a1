"""What the commands about sessions take and answer, for both doors and the OpenAPI document."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AfterValidator, Field, StringConstraints

from community.recurrence import read_local
from community.schemas import Title, Version
from community.schemas_sessions import (
    Agenda,
    AttendanceState,
    Link,
    Local,
    Mark,
    Marks,
    Minutes,
    Place,
    Rhythm,
    RuleText,
    TimeZone,
    Totals,
    Why,
    Words,
)
from hearthside.commands import Data, Done
from hearthside.text import one_line


class PlannedWords(Data):
    """What is said of a session beforehand; the agenda is Markdown."""

    minutes: Minutes = 90
    title: Title
    place: Place = ""
    link: Link = ""
    agenda: Agenda = ""


class PlanSeries(PlannedWords):
    """A group meets by a rule (RFC 5545: FREQ, INTERVAL, BYDAY, COUNT or UNTIL) on the clock of a zone."""

    group: uuid.UUID
    rrule: RuleText
    begins_local: Local
    time_zone: TimeZone


class ChangeSeries(Data):
    """What is new of a series from session `from` on, or from the next one; what is not named stays."""

    series: uuid.UUID
    version: Version
    rrule: RuleText | None = None
    begins_local: Local | None = None
    time_zone: TimeZone | None = None
    minutes: Minutes | None = None
    title: Title | None = None
    place: Place | None = None
    link: Link | None = None
    agenda: Agenda | None = None
    why: Why = ""
    from_: uuid.UUID | None = Field(default=None, alias="from")


class EndSeries(Data):
    """End a series from session `from` on, or from the next one, and say why."""

    series: uuid.UUID
    version: Version
    from_: uuid.UUID | None = Field(default=None, alias="from")
    why: Why = ""


class PlanSession(PlannedWords):
    """A group meets once."""

    group: uuid.UUID
    starts_local: Local
    time_zone: TimeZone


class PlanAppointment(PlannedWords):
    """A therapist and one of their clients meet."""

    client: uuid.UUID
    starts_local: Local
    time_zone: TimeZone


class SessionOnly(Data):
    """A command about a session."""

    session: uuid.UUID


class MoveSession(SessionOnly):
    """Another time, on the clock of the session's zone."""

    version: Version
    starts_local: Local
    minutes: Minutes | None = None
    why: Why = ""


class ChangeSession(SessionOnly):
    """Other words for one session; what is not named stays."""

    version: Version
    title: Title | None = None
    place: Place | None = None
    link: Link | None = None
    agenda: Agenda | None = None


class CancelSession(SessionOnly):
    """Call a session off, and say why."""

    version: Version
    why: Why = ""


class SetRhythm(SessionOnly):
    """Move a session on in its rhythm, or back."""

    version: Version
    rhythm: Rhythm


class AttendanceMark(Schema):
    """How a member came; null takes the mark back."""

    model_config = {"extra": "forbid"}

    member: uuid.UUID
    state: AttendanceState | None


class MarkAttendance(SessionOnly):
    """Who came, and how."""

    marks: Annotated[list[AttendanceMark], Field(min_length=1, max_length=200)]


class StillHere(SessionOnly):
    """A sign of life; `away`: the page is out of sight from now on."""

    away: bool = False


class RaiseHand(SessionOnly):
    """Raise one's hand, or take it down."""

    up: bool


class CheckIn(SessionOnly):
    """How one is: a number from 1 to 5, words, or both."""

    word: Annotated[int, Field(ge=1, le=5)] | None = None
    words: Words = ""


class SetRound(SessionOnly):
    """Who speaks after whom; an empty order ends the round."""

    order: Annotated[list[uuid.UUID], Field(max_length=200)]


class PauseRoom(SessionOnly):
    """Pause the room, or let it go on."""

    paused: bool


class SlowRoom(SessionOnly):
    """Seconds that each member waits between two posts."""

    seconds: Annotated[int, Field(ge=0, le=3600)]


class AddFollowUp(SessionOnly):
    """Something to come back to."""

    words: Annotated[str, StringConstraints(max_length=500), AfterValidator(one_line)]


class FinishFollowUp(Data):
    """Tick a line off, or undo that."""

    id: uuid.UUID
    done: bool


class WriteIntention(SessionOnly):
    """What one wants from a session, for oneself; nothing in it deletes it."""

    words: Words


class GiveFeedback(SessionOnly):
    """Four marks out of 100."""

    relationship: Mark
    goals: Mark
    approach: Mark
    overall: Mark


class AskForAnotherTime(SessionOnly):
    """Times that would suit better, on the clock of the appointment's zone."""

    words: Words = ""
    proposals: Annotated[list[Local], Field(min_length=1, max_length=5)]


class AnswerRequest(Data):
    """Accept one of the times, decline, or propose another."""

    request: uuid.UUID
    answer: Literal["accept", "decline", "propose"]
    starts_local: Local | None = None
    proposals: Annotated[list[Local], Field(max_length=5)] = []
    words: Words = ""


class TakeBackRequest(Data):
    """Take one's own wish back."""

    request: uuid.UUID


class SetReflectHours(Data):
    """For how many hours a group's live rooms take words after a session."""

    group: uuid.UUID
    hours: Annotated[int, Field(ge=0, le=168)]


class Nothing(Data):
    """A command that takes nothing."""


# Answers of commands


class SessionDone(Done):
    """A session as it is now."""

    session: str
    version: int
    state: Literal["planned", "cancelled"]
    rhythm: Rhythm
    starts_at: str
    ends_at: str
    topic: str | None


class SeriesDone(Done):
    """A series as it is now, with how many sessions are ahead and the next of them."""

    series: str
    version: int
    sessions: int
    first: str | None


class MarksDone(Done):
    """How many members are marked with each state now."""

    session: str
    totals: Totals


class InRoom(Done):
    """Where the session stands."""

    session: str
    rhythm: Rhythm


class HandDone(Done):
    """Whether the hand is up."""

    session: str
    up: bool


class RoomDone(Done):
    """The session whose room it was done in."""

    session: str


class RoundDone(RoomDone):
    """The round as it is now."""

    order: list[str]
    turn: str | None


class PauseDone(RoomDone):
    """Whether the room rests."""

    paused: bool


class SlowDone(RoomDone):
    """How slow the room is."""

    seconds: int


class FollowUpDone(Done):
    """A line of the follow-up list."""

    id: str
    done: bool


class IntentionDone(RoomDone):
    """Whether something is kept."""

    kept: bool


class FeedbackDone(RoomDone):
    """What was given."""

    marks: Marks


class RequestDone(Done):
    """A wish for another time as it stands now."""

    request: str
    session: str
    state: str
    version: int


class CalendarMade(Done):
    """The new feed's address, which is not shown again."""

    url: str


class CalendarRevoked(Done):
    """There is no feed any more."""

    made_at: str | None


class ReflectHoursDone(Done):
    """What the group has now."""

    group: str
    reflect_hours: int


def local(text: str) -> datetime:
    """A checked wall-clock time as Python has it."""
    return read_local(text)


def given_words(data: Any) -> dict[str, str]:
    """The words of a plan."""
    return {name: getattr(data, name) for name in ("title", "place", "link", "agenda")}
