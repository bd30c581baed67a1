"""The shapes that the queue's commands take and answer."""

import uuid
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from community.schemas import GroupOnly, PostOnly, Version
from hearthside.commands import Data, Done
from moderation.review_schemas import Code, Lane, ReportReason, Words
from moderation.schemas import Support


class ItemOnly(Data):
    """A command about an item."""

    item: uuid.UUID


class OpenItem(ItemOnly):
    """Show an item's words; `anyway` although somebody else has it open."""

    anyway: bool = False


class NextItem(GroupOnly):
    """The next item, of one lane or of all."""

    lane: Lane | None = None


class Decide(ItemOnly):
    """A decision about an item as it was read at `version`."""

    version: Version
    choice: Code
    policy: Code = ""
    reason: Words = ""
    message: Words = ""
    outcome: Code = ""


class ItemVersion(Schema):
    """An item as it was read."""

    item: uuid.UUID
    version: Version


class DecideMany(GroupOnly):
    """The same harmless decision about several items of the asked lane."""

    items: Annotated[list[ItemVersion], Field(max_length=50)]
    choice: Literal["publish", "keep"]
    policy: Code = ""
    reason: Words = ""


class TalkToAuthor(ItemOnly):
    """Words for the author of an item."""

    text: Words


class HandOver(GroupOnly):
    """A note for whoever comes next."""

    text: Words


class SendReport(PostOnly):
    """A report about somebody's post; `unsafe`: "I feel unsafe now"."""

    reason: ReportReason
    words: Words = ""
    unsafe: bool = False


class TalkAsAuthor(PostOnly):
    """Words for the facilitators, about one's own post."""

    text: Words


class AboutDecision(Data):
    """A decision about oneself: name the post, the step, or the sealed message in either spelling."""

    post: uuid.UUID | None = None
    step: uuid.UUID | None = None
    message: str | None = Field(default=None, max_length=80)


class AskSecondLook(AboutDecision):
    """A request for a second look, with what it is about."""

    words: Words = ""


class ItemAnswer(Done):
    """The item it was done with."""

    item: str


class NextAnswer(Done):
    """The item that was handed out; null when none waits."""

    item: str | None


class OpenedAnswer(ItemAnswer):
    """An item that was opened; `lease_until` is null for what is decided and for the clinical lead."""

    version: int
    lease_until: str | None


class DecidedAnswer(ItemAnswer):
    """An item as a decision left it."""

    state: str
    version: int


class LeftItem(Schema):
    """An item that was not decided, and why: lane, taken, also_elsewhere, or a problem's slug."""

    item: str
    why: str


class DecidedMany(Done):
    """What was decided, and what was left."""

    decided: list[str]
    left: list[LeftItem]


class NoteAnswer(Done):
    """The note that was left."""

    id: str


class Received(Done):
    """The same for every report."""

    received: bool


class TalkAnswer(Done):
    """The post that was talked about; `support` when the words ask for the support card."""

    post: str
    support: Support | None = None


class SecondLookAnswer(Done):
    """Where a second look stands."""

    state: Literal["open", "upheld", "overturned", "withdrawn"]
    asked_at: str
