"""The shapes that sessions take and answer, for both doors and the OpenAPI document."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from ninja import Schema
from pydantic import AfterValidator, Field, StringConstraints

from accounts.tidy import check_time_zone
from community.recurrence import read_local, read_rule
from community.schemas import Title, Version
from hearthside.commands import Data, Done
from hearthside.text import one_line, words


def _local(text: str) -> str:
    read_local(text)
    return text


def _rule(text: str) -> str:
    return str(read_rule(text))


def _place(text: str) -> str:
    return one_line(text) if text.strip() else ""


def _link(text: str) -> str:
    """A web address or nothing; raises ValueError for anything that a browser might do something else with."""
    tidy = text.strip()
    if not tidy:
        return ""
    parts = urlsplit(tidy)
    if parts.scheme not in ("https", "http") or not parts.hostname or any(char.isspace() for char in tidy):
        raise ValueError("A link begins with https:// and has no spaces")
    return tidy


Local = Annotated[str, StringConstraints(max_length=16), AfterValidator(_local)]
RuleText = Annotated[str, StringConstraints(max_length=200), AfterValidator(_rule)]
TimeZone = Annotated[str, StringConstraints(max_length=64), AfterValidator(check_time_zone)]
Minutes = Annotated[int, Field(ge=10, le=480)]
Place = Annotated[str, StringConstraints(max_length=300), AfterValidator(_place)]
Link = Annotated[str, StringConstraints(max_length=500), AfterValidator(_link)]
Agenda = Annotated[str, StringConstraints(max_length=10_000), AfterValidator(words)]
Why = Annotated[str, StringConstraints(max_length=500), AfterValidator(words)]
Words = Annotated[str, StringConstraints(max_length=2_000), AfterValidator(words)]
Mark = Annotated[int, Field(ge=0, le=100)]
Rhythm = Literal["prepare", "arrive", "live", "closing", "reflect", "quiet"]
AttendanceState = Literal["present", "late", "left_early", "excused", "absent"]


# Answers


class SummaryMark(Schema):
    """The summary of a session, where there is one for the asking person."""

    id: str
    state: str


class SessionLine(Schema):
    """A session in a list, for one of those whose session it is."""

    id: str
    group: str | None
    group_name: str
    with_: str | None = Field(alias="with", description="the other of the two, for an appointment")
    title: str
    starts_at: str
    ends_at: str
    time_zone: str
    state: Literal["planned", "cancelled"]
    rhythm: Rhythm
    place: str
    link: str
    why: str
    topic: str | None
    series: str | None
    changed_alone: bool
    version: int
    you_lead: bool
    attendance: AttendanceState | None = Field(description="one's own, once it was marked")
    has_agenda: bool
    opens_at: str | None = Field(description="when people may come into its room; null where it has none")
    room_open: bool
    summary: SummaryMark | None


class SessionList(Schema):
    """Sessions, the earliest first."""

    sessions: list[SessionLine]


class SeriesRow(Schema):
    """A series as whoever changes it needs it."""

    id: str
    group: str
    rrule: str
    begins_local: str
    time_zone: str
    minutes: int
    title: str
    place: str
    link: str
    agenda: str
    version: int
    ended_at: str | None
    next: str | None


class GroupSessions(SessionList):
    """A group's sessions and the series they come from."""

    series: list[SeriesRow]
    more: bool
    reflect_hours: int


class RequestLine(Schema):
    """What one of the two said to a wish for another time."""

    by_name: str
    you: bool
    answer: Literal["ask", "propose", "accept", "decline", "take_back"]
    words: str
    proposals: list[str]
    at: str


class RequestRow(Schema):
    """A wish for another time; `proposals` are the moments on the table."""

    id: str
    state: Literal["open", "accepted", "declined", "withdrawn", "overtaken"]
    yours: bool = Field(description="whether it is one's turn to answer")
    proposals: list[str]
    proposed_by_you: bool
    lines: list[RequestLine]
    version: int
    asked_at: str


class RoomMark(Schema):
    """What a session's page says of its room; `enter`: whether people may be in it now."""

    opens_at: str
    closes_at: str | None
    open: bool
    enter: bool
    facilitator_present: bool
    may_write: bool
    why_not: Literal["before", "over", "paused", "turn", "cancelled"] | None
    turn: str | None
    paused: bool


class MarkRow(Schema):
    """A member whose attendance counts; `proposed` is what their presence in the room speaks for."""

    membership: str
    name: str
    attendance: AttendanceState | None
    proposed: AttendanceState | None
    lost_times: int


class Totals(Schema):
    """How many members were marked with each state; all of them add up to `members`."""

    present: int
    late: int
    left_early: int
    excused: int
    absent: int
    unmarked: int = 0
    members: int = 0


class Marks(Schema):
    """Four marks out of 100; not a validated scale."""

    relationship: Mark
    goals: Mark
    approach: Mark
    overall: Mark


class TrendRow(Marks):
    """Averages of one session's answers, three at least."""

    session: str
    starts_at: str
    answers: int


class SessionPage(SessionLine):
    """One session with all that the asking person may see of it; what is null besides is for who leads it."""

    starts_local: str
    minutes: int
    agenda: str
    agenda_html: str
    intention: str | None
    feedback: Marks | None
    feedback_open: bool
    feedback_until: str | None
    may: list[str] = Field(description="the commands about it that are open to the asking person now")
    requests: list[RequestRow]
    room: RoomMark | None
    proposed_rhythm: Rhythm | None
    members: list[MarkRow] | None
    totals: Totals | None
    feedback_trend: list[TrendRow] | None


class CheckInAnswer(Schema):
    """What was answered; `word` is from 1 to 5."""

    word: int | None
    words: str
    at: str


class PersonInRoom(Schema):
    """Somebody of the group and how they are in the room."""

    membership: str
    name: str
    role: Literal["facilitator", "member"]
    you: bool
    state: Literal["here", "quiet", "lost", "left", "away"]
    since: str | None
    spoken_at: str | None
    check_in: CheckInAnswer | None
    hand: bool
    lost_times: int


class CheckInMark(Schema):
    """The latest question to everybody, with one's own answer."""

    asked_at: str
    open: bool
    mine: CheckInAnswer | None


class FollowUpRow(Schema):
    """Something to come back to."""

    id: str
    words: str
    done: bool
    at: str


class RoomPage(Schema):
    """A live room; from `people` on all is null for members."""

    session: str
    rhythm: Rhythm
    version: int
    facilitator_present: bool
    here_count: int
    round_order: list[str]
    turn: str | None
    paused: bool
    slow_seconds: int
    hand: bool
    check_in: CheckInMark | None
    people: list[PersonInRoom] | None
    proposes: Rhythm | None
    moves: list[Rhythm] | None
    follow_up: list[FollowUpRow] | None


class CalendarPage(Schema):
    """Whether there is a calendar feed."""

    made_at: str | None


# Data


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
