"""The shapes that the queue's doors take and answer."""

from typing import Annotated, Literal

from ninja import Schema
from pydantic import AfterValidator, Field, StringConstraints

from community.schemas import StreamPlace
from community.schemas_files import FileRow
from hearthside.text import words

Lane = Literal["care", "conduct", "privacy", "asked"]
Source = Literal["member", "rule", "group_rule", "model", "self", "room", "system"]
ReportReason = Literal["unkind", "attack", "private", "worried", "unsafe_content", "other"]
Words = Annotated[str, StringConstraints(max_length=4000), AfterValidator(words)]
Code = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z0-9_]*$")]


class ReviewLine(Schema):
    """An item of the queue: ids, codes and times; `severity` is 0 none, 1 worry, 2 danger, 3 acute."""

    id: str
    group: str = Field(description="empty where the practice looks")
    lane: Lane
    state: Literal["pending", "approved", "rejected", "ignored", "withdrawn"]
    target_kind: str
    target: str
    topic: str | None
    author: str | None
    post_state: str | None = Field(
        description="of the post or the new words that wait; or what is in force over a sealed message"
    )
    severity: int
    score: float
    reasons: list[str]
    sources: list[str]
    second_look: bool
    waiting_on_author: bool
    with_lead: bool
    opened_at: str
    due_at: str | None
    lease_by: str | None
    lease_until: str | None = Field(description="the lease counts only while this is ahead")
    first_look_at: str | None
    acknowledged_at: str | None
    acknowledged_by: str | None
    version: int
    author_name: str | None


class LeadLine(ReviewLine):
    """A line with the name of its group, for who looks from outside: the clinical lead, an admin."""

    group_name: str


class Counts(Schema):
    """How many items wait in each lane."""

    care: int
    conduct: int
    privacy: int
    asked: int


class GroupOverview(Schema):
    """What waits in one group, and its care lane line by line."""

    group: str
    name: str
    counts: Counts
    oldest_at: str | None
    care: list[ReviewLine]


class PracticeOverview(Schema):
    """What waits for the practice's admins."""

    counts: Counts
    oldest_at: str | None


class Overview(Schema):
    """What waits for this person; `practice` is for admins, once something was ever there."""

    groups: list[GroupOverview]
    lead: list[LeadLine]
    practice: PracticeOverview | None


class CodeWords(Schema):
    """A code and what it says."""

    code: str
    words: str


class HandOverNote(Schema):
    """The newest note from one reviewer to the next."""

    text: str
    by_name: str
    at: str


class Duty(Schema):
    """Who is on duty now."""

    state: Literal["on", "off", "unknown"]
    names: list[str]
    until: str | None
    back_at: str | None


class PageBase(Schema):
    """A page of a queue, with what its screen needs beside it."""

    more: bool
    counts: Counts
    policies: list[CodeWords]
    outcomes: list[CodeWords]
    exposure_today: int
    exposure_limit: int


class PracticePage(PageBase):
    """What the practice's admins look at; a line of a group that nobody leads has its name."""

    lines: list[LeadLine]


class QueuePage(PageBase):
    """A page of a group's queue."""

    lines: list[ReviewLine]
    hand_over: HandOverNote | None
    duty: Duty
    stream: StreamPlace


class ChoiceRow(Schema):
    """One thing that may be decided now, its key, and what is needed for it besides a reason."""

    name: str
    key: str
    needs_policy: bool
    needs_message: bool
    needs_outcome: bool


class AlsoRow(Schema):
    """An item of another lane about the same thing."""

    id: str
    lane: Lane
    state: str


class Snapshot(Schema):
    """The words when the item was opened."""

    body: str | None
    html: str | None
    content_note: str | None
    title: str | None
    at: str | None
    files: list[FileRow]


class Now(Schema):
    """The words as they are now."""

    state: str
    html: str | None
    content_note: str | None
    files: list[FileRow]


class ContextPost(Schema):
    """A post before or after."""

    author: str
    name: str
    html: str | None
    content_note: str | None
    at: str


class SignalRow(Schema):
    """One reason why the item is there."""

    id: str
    source: Source
    reason: str
    words: str | None
    label: str
    score: float
    version: str
    rule_name: str | None
    by_name: str | None
    unsafe: bool
    at: str


class HistoryRow(Schema):
    """One decision about the item."""

    id: str
    choice: str
    by_name: str | None
    policy: str
    outcome: str
    reason: str
    message: str
    at: str


class TalkRow(Schema):
    """One message between author and facilitators."""

    by_name: str
    from_author: bool
    text: str
    at: str


class RecentPost(Schema):
    """How one of the author's recent posts begins."""

    id: str
    at: str
    state: str
    topic_title: str
    words: str


class CardStep(Schema):
    """A step of the ladder about the author."""

    id: str
    kind: str
    message: str
    at: str
    ends_at: str | None
    lifted_at: str | None


class AuthorCard(Schema):
    """Who wrote it; no score of any kind."""

    id: str
    name: str
    role: str
    joined_at: str
    recent: list[RecentPost]
    steps: list[CardStep]


class LabelScore(Schema):
    """A model's score for one label."""

    label: str
    score: float


class ScreeningRow(Schema):
    """What screening thought."""

    kind: str
    action: str
    severity: int
    why: list[str]
    scores: list[LabelScore]
    rules_version: str
    model_version: str
    contested: bool


class AlertPage(Schema):
    """Somebody who was called."""

    name: str
    level: int
    at: str


class Alert(Schema):
    """How far the call for help has come."""

    level: int
    started_at: str
    next_at: str | None
    acknowledged_at: str | None
    acknowledged_by: str | None
    failed_at: str | None
    pages: list[AlertPage]


class Second(Schema):
    """What a second look is asked at."""

    words: str | None
    asked_at: str
    decision: str | None
    first_reviewer_name: str | None


class SealedReportRow(Schema):
    """One report of a sealed message; `pt` is what opens the commitment, where the words came here."""

    id: str
    by_name: str
    label: str
    note: str | None
    form: Literal["sealed", "open"]
    pt: str | None
    at: str


class SealedPart(Schema):
    """What is proven about a sealed message, and its reports; the words may lie on the reader's own device alone."""

    conversation: str
    message: str
    circle: bool
    sender_name: str
    sent_at: str
    proven: bool
    commitment: str | None
    measure: Literal["contact_ended", "account_closed"] | None
    reports: list[SealedReportRow]


class ItemPage(ReviewLine):
    """One item with everything around it; words are null or absent until it was opened today."""

    group_name: str
    opened: bool
    choices: list[ChoiceRow]
    also: list[AlsoRow]
    snapshot: Snapshot | None
    now: Now | None
    before: list[ContextPost]
    after: list[ContextPost]
    signals: list[SignalRow]
    history: list[HistoryRow]
    talk: list[TalkRow]
    author_card: AuthorCard | None
    screening: ScreeningRow | None
    alert: Alert | None
    plan_shared: bool
    second: Second | None
    sealed: SealedPart | None
