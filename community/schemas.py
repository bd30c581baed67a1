"""The shapes that the community takes and answers, for both doors and the OpenAPI document."""

import uuid
from typing import Annotated, Literal

from ninja import Schema
from pydantic import AfterValidator, Field, StringConstraints

from community.schemas_files import FileRow
from hearthside.commands import Data, Done
from hearthside.limits import NAME_CHARACTERS, TITLE_CHARACTERS
from hearthside.text import email_address, one_line, words

Name = Annotated[str, StringConstraints(max_length=NAME_CHARACTERS), AfterValidator(one_line)]
Title = Annotated[str, StringConstraints(max_length=TITLE_CHARACTERS), AfterValidator(one_line)]
Description = Annotated[str, StringConstraints(max_length=1000), AfterValidator(words)]
AgreementText = Annotated[str, StringConstraints(min_length=20, max_length=20_000), AfterValidator(words)]
Email = Annotated[str, StringConstraints(max_length=254), AfterValidator(email_address)]
Seq = Annotated[int, Field(ge=0, le=2**53 - 1)]
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]
NewcomersSee = Literal["all", "from_joining"]
MemberRole = Literal["facilitator", "member"]


class Agreement(Schema):
    """Where the asking person stands with the group agreement; `ever` is false before any version was accepted."""

    version: int
    accepted: bool
    ever: bool


class AgreementWithText(Agreement):
    """The same with the newest text (Markdown)."""

    text: str


class TopicRow(Schema):
    """A topic in a list."""

    id: str
    title: str
    pinned: bool
    locked: bool
    slow_seconds: int
    version: int
    created_by: str
    session: str | None = Field(description="the session whose live room this is")
    unread: int
    read_seq: int
    last_seq: int
    last_at: str | None


class GroupRow(Schema):
    """A group in a list, for one of its members."""

    id: str
    name: str
    description: str
    role: MemberRole
    membership: str
    closed: bool
    agreement: Agreement
    member_count: int
    facilitators: list[str]
    unread: int
    topics: list[TopicRow]


class GroupList(Schema):
    """The person's groups."""

    groups: list[GroupRow]


class MemberRow(Schema):
    """Somebody who is or was in the group."""

    id: str
    name: str
    role: MemberRole
    state: Literal["active", "left", "removed"]
    you: bool


class StreamPlace(Schema):
    """Where the snapshot stands in the live log: subscribe from here."""

    name: str
    offset: int
    epoch: str


class GroupPage(Schema):
    """One group with its members and topics."""

    id: str
    name: str
    description: str
    role: MemberRole
    membership: str
    closed: bool
    agreement: AgreementWithText
    version: int
    newcomers_see: NewcomersSee
    switches: dict[str, bool]
    first_posts: int
    paused_until: str | None = Field(description="until when the asking member reads but does not write")
    files_wait: bool = Field(
        description="whether a post of the asking member that has files waits for a facilitator"
    )
    posts_held: bool = Field(description="whether the asking member's posts wait for a facilitator")
    blocked: list[str] = Field(description="members whose posts the asking member does not want to see")
    members: list[MemberRow]
    topics: list[TopicRow]
    stream: StreamPlace


class TopicPage(TopicRow):
    """One topic and where reading goes on."""

    group: str
    first_unread_seq: int | None
    head_seq: int


class PostRow(Schema):
    """A post; words are null unless it is published."""

    id: str
    seq: int
    state: str
    topic: str
    author: str
    body: str | None
    html: str | None
    at: str
    edited_at: str | None
    reply_to: str | None
    content_note: str | None
    version: int
    files: list[FileRow]


class PostPage(Schema):
    """A page of posts, newest first."""

    posts: list[PostRow]
    more: bool


class OwnPost(Schema):
    """One post; its author also gets words that the group does not see."""

    id: str
    seq: int | None
    state: str
    topic: str
    author: str
    version: int
    body: str | None
    html: str | None
    files: list[FileRow]


class InvitationRow(Schema):
    """An invitation that is not used yet."""

    id: str
    email: str
    name: str
    role: str
    state: str
    expires_at: str
    link: str | None


class InvitationList(Schema):
    """A group's open invitations."""

    invitations: list[InvitationRow]


class InvitedGroup(Schema):
    """The group an invitation leads into."""

    id: str
    name: str
    facilitators: list[str]


class AgreementToRead(Schema):
    """An agreement to read before joining."""

    version: int
    text: str


class InvitationPage(Schema):
    """What somebody who opened an invitation's link reads."""

    practice: str
    group: InvitedGroup | None
    email: str
    name: str
    role: str
    has_account: bool
    agreement: AgreementToRead | None
    expires_at: str


class OpenGroup(Data):
    """Open a group; `member_name` is what its facilitator goes by in it (default: their own name)."""

    name: Name
    description: Description = ""
    newcomers_see: NewcomersSee = "from_joining"
    member_name: Name | None = None


class GroupOnly(Data):
    """A command about a group."""

    group: uuid.UUID


class UpdateGroup(GroupOnly):
    """New settings; what is not named stays."""

    version: Version
    name: Name | None = None
    description: Description | None = None
    newcomers_see: NewcomersSee | None = None
    switches: dict[Annotated[str, StringConstraints(max_length=40)], bool] | None = None
    first_posts: Annotated[int, Field(ge=0, le=20)] | None = None


class InviteToGroup(GroupOnly):
    """Invite an address into a group."""

    email: Email
    name: Name | Literal[""] = ""
    role: MemberRole = "member"


class AcceptAgreement(GroupOnly):
    """Accept the agreement's newest version."""

    version: Version


class PublishAgreement(GroupOnly):
    """Give the agreement new words (Markdown)."""

    text: AgreementText


class MemberOnly(GroupOnly):
    """A command about somebody in the group."""

    member: uuid.UUID


class MarkRead(Data):
    """Read up to and including this sequence number."""

    topic: uuid.UUID
    seq: Seq


class PostOnly(Data):
    """A command about a post."""

    post: uuid.UUID


class OpenedGroup(Done):
    """The new group and the membership in it."""

    group: str
    membership: str


class GroupAnswer(Done):
    """A group's settings as they now are."""

    id: str
    name: str
    description: str
    newcomers_see: NewcomersSee
    switches: dict[str, bool]
    first_posts: int
    version: int
    closed: bool


class GroupInvited(Done):
    """The invitation and its link, to be copied where mail is not enough."""

    id: str
    link: str
    email: str


class AgreementVersion(Done):
    """An agreement's version."""

    version: int


class BlockAnswer(Done):
    """Whose posts the member does not want to see now."""

    group: str
    blocked: list[str]


class GroupDone(Done):
    """The group it was done in."""

    group: str


class ReadAnswer(Done):
    """How far the topic is read now."""

    topic: str
    seq: int


class PostAnswer(Done):
    """A post's acknowledgement: `seq` is null unless it is shown."""

    id: str
    seq: int | None
    state: str
    version: int
