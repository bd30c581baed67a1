"""The shapes that summaries and quotes take and answer."""

import uuid
from typing import Annotated, Literal

from ninja import Schema
from pydantic import AfterValidator, Field, StringConstraints

from community.schemas import Version
from community.summarising.quoting import SENTENCE_CHARACTERS
from community.summarising.sections import HEADING_CHARACTERS, MOST_SECTIONS, TEXT_CHARACTERS
from hearthside.commands import Data, Done
from hearthside.text import one_line, words

Kind = Literal["agenda", "notes", "themes", "assignments", "resources", "next", "own"]
Source = Literal["drafted", "edited", "own"]
State = Literal["draft", "approved", "published", "withdrawn"]
Why = Literal["name", "contact", "verbatim"]
QuoteState = Literal["asked", "yes", "no"]
SectionId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
Text = Annotated[str, StringConstraints(max_length=TEXT_CHARACTERS), AfterValidator(words)]
Reason = Annotated[str, StringConstraints(max_length=300), AfterValidator(words)]


def tidy_heading(text: str) -> str:
    """A heading on one line; an empty one stays empty."""
    return one_line(text) if text.strip() else ""


Heading = Annotated[str, StringConstraints(max_length=HEADING_CHARACTERS), AfterValidator(tidy_heading)]
Sentence = Annotated[
    str, StringConstraints(min_length=1, max_length=SENTENCE_CHARACTERS), AfterValidator(one_line)
]


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


class SectionData(Schema):
    """A section as the editor sends it."""

    id: SectionId
    kind: Kind
    heading: Heading
    text: Text
    source: Source | None = Field(default=None, description="passed over: the server knows")


Sections = Annotated[list[SectionData], Field(max_length=MOST_SECTIONS)]


class SessionOnly(Data):
    """A command about a session."""

    session: uuid.UUID


class SummaryOnly(Data):
    """A command about a summary."""

    summary: uuid.UUID


class SummaryAt(SummaryOnly):
    """A command about a summary as it is at a version."""

    version: Version


class SummarySections(SummaryAt):
    """New words for a summary."""

    sections: Sections


class WithdrawSummary(SummaryAt):
    """Taking a summary back; `why` is told to its readers."""

    why: Reason = ""


class ShareReading(SummaryOnly):
    """Whether the facilitators may see that one has read it."""

    on: bool


class AskQuote(SessionOnly):
    """Ask a post's author whether a sentence may be quoted."""

    post: uuid.UUID
    sentence: Sentence


class AnswerQuote(Data):
    """Yes or no."""

    quote: uuid.UUID
    yes: bool


class SummaryDone(Done):
    """Where the summary stands. `problems` are places without words; `told` counts notices that were given."""

    summary: str
    session: str
    version: int
    state: State
    problems: list[PlaceRow] = []
    told: int = 0


class ReadDone(Done):
    """Whether it was noted as read."""

    summary: str
    read: bool


class ShareDone(Done):
    """Whether one's reading is shown now."""

    summary: str
    on: bool


class QuoteDone(Done):
    """How the question stands."""

    quote: str
    state: QuoteState
