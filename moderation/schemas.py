"""The shapes that moderation's own doors take and answer: posts, topics' titles, and names."""

import uuid
from typing import Annotated

from ninja import Schema
from pydantic import AfterValidator, Field, StringConstraints

from community.schemas import GroupOnly, Name, PostAnswer, Title, Version
from hearthside.commands import Data, Done
from hearthside.text import words

# The doors take more than the limits, so that intake can say kindly what is too long and by how much.
Body = Annotated[str, StringConstraints(max_length=60_000), AfterValidator(words)]
Alt = Annotated[str, StringConstraints(max_length=1000), AfterValidator(words)]
Note = Annotated[str, StringConstraints(max_length=1000), AfterValidator(words)]


class Support(Schema):
    """Whether the support card is shown to the author now, and how grave the words were: 1 worry, 2 danger, 3 acute."""

    severity: int
    show: bool


class SubmitPost(Data):
    """A new post: Markdown, at most 20,000 characters; `ask_first` has a facilitator read it before anybody else."""

    topic: uuid.UUID
    body: Body
    reply_to: uuid.UUID | None = None
    content_note: Note | None = None
    ask_first: bool = False
    files: Annotated[list[uuid.UUID], Field(max_length=4)] = Field(
        default_factory=list, description="own files that were sent before; a post may then have no words"
    )
    alts: Annotated[dict[str, Alt], Field(max_length=4)] = Field(
        default_factory=dict, description="what each picture shows, by the file's id"
    )


class EditPost(Data):
    """New words for one's own post; `version` is the one that was edited."""

    post: uuid.UUID
    version: Version
    body: Body
    content_note: Note | None = None


class SubmitAnswer(PostAnswer):
    """The acknowledgement; `reason` says why a post is held or refused."""

    reason: str | None = None
    support: Support | None = None


class EditAnswer(SubmitAnswer):
    """The same for an edit; `held_revision` says that the new words wait while the old ones stay."""

    held_revision: bool = False


class CreateTopic(GroupOnly):
    """Start a topic."""

    title: Title


class UpdateTopic(Data):
    """Rename, pin or lock; what is not named stays."""

    topic: uuid.UUID
    version: Version
    title: Title | None = None
    pinned: bool | None = None
    locked: bool | None = None
    slow_seconds: Annotated[int, Field(ge=0, le=3600)] | None = None


class TopicAnswer(Done):
    """A topic as it now is."""

    id: str
    group: str
    title: str
    pinned: bool
    locked: bool
    slow_seconds: int
    version: int
    support: Support | None = None


class RenameMember(GroupOnly):
    """Go by another name in the group."""

    name: Name


class MemberName(Done):
    """The name, tidied."""

    name: str
    support: Support | None = None


class AcceptInvitation(Data):
    """Join by a link's token, under a name, having read that version of the agreement."""

    token: Annotated[str, StringConstraints(max_length=200)]
    name: Name | None = None
    agreement: Version | None = None


class Joined(Done):
    """Where the invitation led; null for one that leads only into the practice."""

    group: str | None
    membership: str | None
