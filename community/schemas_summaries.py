"""What the pages of summaries and quotes answer."""

from typing import Literal

from ninja import Schema
from pydantic import Field

Kind = Literal["agenda", "notes", "themes", "assignments", "resources", "next", "own"]
Source = Literal["drafted", "edited", "own"]
State = Literal["draft", "approved", "published", "withdrawn"]
Why = Literal["name", "contact", "verbatim"]
QuoteState = Literal["asked", "yes", "no"]


class SectionRow(Schema):
    """One section of a working copy; `source` is drafted, edited, or own when a facilitator added it."""

    id: str
    kind: Kind
    heading: str
    text: str
    source: Source


class SessionRow(Schema):
    """The session a summary is of."""

    id: str
    group: str
    group_name: str
    title: str
    starts_at: str
    ends_at: str
    time_zone: str
    state: str
    rhythm: str
    topic: str | None


class ThemeRow(Schema):
    """A theme that was heard: its wording, its share, and how it was found."""

    id: str
    words: str
    weight: float
    how: str
    posts: int
    members: int


class TaskRow(Schema):
    """An assignment of the session."""

    id: str
    title: str
    due_at: str | None


class ReadingRow(Schema):
    """A resource that was shared."""

    id: str
    title: str


class NextRow(Schema):
    """The session after this one."""

    session: str
    title: str
    starts_at: str


class ConsentedRow(Schema):
    """How many of those who were there let what they write be read for themes."""

    yes: int
    of: int


class SourceRow(Schema):
    """What a draft is made of."""

    agenda: list[str]
    notes: str
    themes: list[ThemeRow]
    assignments: list[TaskRow]
    resources: list[ReadingRow]
    next: NextRow | None
    consented: ConsentedRow


class QuoteRow(Schema):
    """A question about a sentence, for facilitators."""

    id: str
    post: str
    sentence: str
    member: str
    state: QuoteState
    at: str


class PlaceRow(Schema):
    """A place that stops an approval; `start` and `end` count UTF-16 code units."""

    section: str
    field: Literal["heading", "text"]
    start: int
    end: int
    why: Why


class ProblemRow(PlaceRow):
    """The same with the words that stand there."""

    words: str


class AbsentRow(Schema):
    """Somebody a summary is for."""

    membership: str
    name: str


class ReadingCount(Schema):
    """How many of the absent have read what is out; `shared` names only those who let it be known."""

    absent: int
    read: int
    shared: list[str]
    untold: int = Field(description="absent now, and not told of what is out: publishing again tells them")


class DraftAnswer(Schema):
    """Everything the editor shows; `summary` is null and `state` none before there is a draft."""

    session: SessionRow
    summary: str | None
    version: int
    state: Literal["none", "draft", "approved", "published", "withdrawn"]
    sections: list[SectionRow]
    out: list[SectionRow] | None = Field(description="the words that readers have now")
    source: SourceRow
    quotes: list[QuoteRow]
    problems: list[ProblemRow]
    absent: list[AbsentRow]
    present: int
    read: ReadingCount
    saved_by: str | None
    approved_by: str | None
    saved_at: str | None
    approved_at: str | None
    published_at: str | None
    corrected_at: str | None
    withdrawn_at: str | None
    withdrawn_why: str
    asks: bool = Field(description="a sentence was taken out of what is out: please look at it")
    changed: bool = Field(description="the working copy says something else than what is out")


class QuotableRow(Schema):
    """A post and its sentences."""

    post: str
    membership: str
    member: str
    at: str
    sentences: list[str]


class QuotableAnswer(Schema):
    """The posts whose authors may be asked."""

    posts: list[QuotableRow]


class ShownSection(Schema):
    """A section as readers get it."""

    id: str
    kind: Kind
    heading: str
    html: str


class OwnTask(Schema):
    """One of the reader's own tasks from the session."""

    id: str
    title: str
    due_at: str | None
    state: str


class MentionRow(Schema):
    """A post of the live room that names the reader or answers them: where it is and by whom, without words."""

    post: str
    topic: str
    seq: int
    at: str
    by: str


class ConcernsYou(Schema):
    """What in and around the session concerns the reader."""

    assignments: list[OwnTask]
    mentions: list[MentionRow]


class SummaryPage(Schema):
    """A summary for one reader."""

    id: str
    session: SessionRow
    group: str
    group_name: str
    sections: list[ShownSection]
    number: int
    published_at: str | None
    corrected: bool
    corrected_at: str | None
    withdrawn: bool
    withdrawn_at: str | None
    withdrawn_why: str
    you_were_absent: bool
    you_lead: bool
    read: bool
    may_share_reading: bool
    shares_reading: bool
    concerns_you: ConcernsYou
    next: NextRow | None


class ListedSummary(Schema):
    """A published summary in a list."""

    id: str
    session: SessionRow
    group: str
    group_name: str
    state: State
    published_at: str
    corrected_at: str | None
    read: bool
    you_were_absent: bool


class WaitingDraft(Schema):
    """A session that is over and has no summary out yet."""

    session: SessionRow
    group: str
    group_name: str
    summary: str | None
    state: Literal["none", "draft", "approved"]
    absent: int


class SummaryList(Schema):
    """Summaries, the newest first; with `drafts=1` the drafts that wait for the facilitator who asks."""

    summaries: list[ListedSummary] = []
    more: bool = False
    drafts: list[WaitingDraft] = []


class OwnQuote(Schema):
    """A question about one's own sentence; `published` says that it stands in what is out, under `heading`."""

    id: str
    session: SessionRow
    group_name: str
    sentence: str
    heading: str
    state: QuoteState
    asked_by: str | None
    at: str
    published: bool


class OwnQuotes(Schema):
    """The questions about one's own sentences."""

    quotes: list[OwnQuote]
