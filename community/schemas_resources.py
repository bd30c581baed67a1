"""The shapes of resources and their sections, for both doors and the OpenAPI document."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Annotated, Literal

from ninja import Schema
from pydantic import AfterValidator, Field, StringConstraints

from community.schemas import Title, Version
from community.schemas_files import FileRow
from hearthside.commands import Data, Done
from hearthside.limits import POST_CHARACTERS, TITLE_CHARACTERS
from hearthside.text import CONTROLS, REORDERING, words


def one_line_or_none(text: str) -> str:
    """One line, which may be empty."""
    return " ".join(REORDERING.sub("", CONTROLS.sub("", text)).split())


Words = Annotated[str, StringConstraints(max_length=POST_CHARACTERS), AfterValidator(words)]
Line = Annotated[str, StringConstraints(max_length=500), AfterValidator(one_line_or_none)]
Heading = Annotated[str, StringConstraints(max_length=TITLE_CHARACTERS), AfterValidator(one_line_or_none)]
Language = Annotated[str, StringConstraints(max_length=35, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Files = Annotated[list[uuid.UUID], Field(min_length=1, max_length=8)]
MOST_SECTIONS = 40
ResourceState = Literal["draft", "published", "withdrawn"]


class ResourceLine(Schema):
    """A resource in a list; `grade` is the school years that reading it takes, `review_due` is told to the staff."""

    id: str
    title: str
    kind: Literal["library", "group"]
    group: str | None
    group_name: str | None
    language: str
    source: str
    review_date: str | None
    review_due: bool
    grade: float | None
    state: ResourceState
    version: int
    files: int
    updated_at: str


class ResourceList(Schema):
    """What the person may read."""

    resources: list[ResourceLine]
    languages: list[str]
    may_add: bool


class ShareRow(Schema):
    """With whom it is shared; `client` is a person."""

    share: str
    group: str | None
    client: str | None
    name: str


class TakenBy(Schema):
    """Who has a section open; both null where the writer is not to be named."""

    member: str | None
    name: str | None


class SectionRow(Schema):
    """A section; `words` and the newest heading are for its writer and the facilitators, `html` was published."""

    id: str
    heading: str
    name: str | None
    yours: bool
    words: str | None
    html: str | None
    version: int
    credit: bool
    state: Literal["writing", "withdrawn"]
    taken_by: TakenBy | None
    taken_until: str | None
    free: bool = Field(description="whether it can be taken")
    yours_now: bool
    published: bool


class Unpublished(Schema):
    """What publishing would change."""

    id: str
    what: Literal["new", "changed"]


class ResourcePage(Schema):
    """One resource."""

    id: str
    title: str
    kind: Literal["library", "group"]
    group: str | None
    group_name: str | None
    language: str
    source: str
    review_date: str | None
    review_due: bool
    grade: float | None
    state: ResourceState
    version: int
    files: list[FileRow]
    updated_at: str
    html: str
    words: str | None
    credits: list[str]
    shared: list[ShareRow]
    may: list[Literal["change", "publish", "withdraw", "attach", "share", "assign", "add_section"]]
    sections: list[SectionRow]
    unpublished: list[Unpublished]


class OwnSection(Schema):
    """A section that the person wrote; `left` says that they are not in that group any more."""

    id: str
    resource: str
    title: str
    group_name: str
    heading: str
    state: Literal["writing", "withdrawn"]
    published: bool
    left: bool


class OwnSections(Schema):
    """All of them."""

    sections: list[OwnSection]


class Preview(Schema):
    """Markdown to look at."""

    words: Words


class PreviewAnswer(Schema):
    """How it will look."""

    html: str


class AddResource(Data):
    """Something for the library, or (with `group`) something that a group writes."""

    group: uuid.UUID | None = None
    title: Title
    language: Language = "en"
    source: Line = ""
    review_date: date | None = None
    words: Words = ""


class ResourceOnly(Data):
    """A command about a resource."""

    resource: uuid.UUID


class ResourceAt(ResourceOnly):
    """A command about a resource as it was seen."""

    version: Version


class PublishResource(ResourceAt):
    """Publish it with these sections as they were seen, each by its version; others stay as they were published."""

    sections: Annotated[dict[uuid.UUID, Version], Field(max_length=MOST_SECTIONS)] = {}


class ChangeResource(ResourceAt):
    """New words and facts; what is not named stays, a review date of null goes."""

    title: Title | None = None
    language: Language | None = None
    source: Line | None = None
    review_date: date | None = None
    words: Words | None = None


class ShareResource(ResourceOnly):
    """Share with a group, or with a client (a person)."""

    group: uuid.UUID | None = None
    client: uuid.UUID | None = None


class UnshareResource(ResourceOnly):
    """End a share."""

    share: uuid.UUID


class AttachFiles(ResourceOnly):
    """Hang one's own files on it."""

    files: Files


class DetachFile(ResourceOnly):
    """Take a file from it, for good."""

    file: uuid.UUID


class ResourceDone(Done):
    """The resource as it now is."""

    id: str
    version: int
    state: ResourceState


class ShareDone(Done):
    """The share that was made, was there already, or has ended."""

    share: str
    resource: str


class AddSection(ResourceOnly):
    """Begin a section."""

    heading: Heading = ""


class SectionOnly(Data):
    """A command about a section."""

    section: uuid.UUID


class SaveSection(SectionOnly):
    """What was written so far."""

    version: Version
    heading: Heading = ""
    words: Words


class CreditSection(SectionOnly):
    """Whether its writer wants to be named."""

    on: bool


class SectionDone(Done):
    """Where the section stands; its words are on its resource's page."""

    id: str
    resource: str
    version: int
    credit: bool
    state: Literal["writing", "withdrawn"]
    published: bool
    taken_until: str | None
