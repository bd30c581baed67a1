"""The data that commands of summaries and quotes take, and what they answer."""

import uuid
from typing import Annotated

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from community.schemas import Version
from community.schemas_summaries import Kind, PlaceRow, QuoteState, Source, State
from community.summarising.quoting import SENTENCE_CHARACTERS
from community.summarising.sections import HEADING_CHARACTERS, MOST_SECTIONS, TEXT_CHARACTERS
from hearthside.commands import Data, Done
from hearthside.text import one_line, words

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


class SectionData(Schema):
    """A section as the editor sends it."""

    model_config = ConfigDict(extra="forbid")

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
