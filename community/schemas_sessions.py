"""The shapes that sessions take and answer, for both doors and the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from ninja import Schema
from pydantic import AfterValidator, Field, StringConstraints

from accounts.tidy import check_time_zone
from community.recurrence import read_local, read_rule
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
