"""What happens in a group, as it goes over the wire: each event carries its object's present state."""

from __future__ import annotations

import json
from typing import Any, Self

import msgspec

from community.models import (
    Agreement,
    Group,
    Membership,
    Post,
    ReadMark,
    Session,
    Summary,
    Topic,
    default_switches,
)
from hearthside.wire import Event, stamp


class AttachedFile(msgspec.Struct, frozen=True):
    """A file of a post; GET /api/files/{id} has its bytes."""

    id: str
    name: str
    kind: str
    type: str
    bytes: int
    width: int | None
    height: int | None
    alt: str


class PostBody(Event, frozen=True, tag="post"):
    """A post as the group sees it now; words are null unless it is published."""

    post: str
    post_seq: int
    posted_at: str
    topic: str
    state: str
    author: str
    body: str | None
    html: str | None
    edited_at: str | None
    reply_to: str | None
    content_note: str | None
    version: int
    files: list[AttachedFile]

    @classmethod
    def of(cls, post: Post) -> Self:
        """The event for this post; raises AssertionError for one that was never published."""
        assert post.seq is not None, "only a published post has events"
        assert post.at is not None
        return cls(
            post=str(post.id),
            post_seq=post.seq,
            posted_at=stamp(post.at),
            topic=str(post.topic_id),
            state=post.state,
            author=str(post.author_id),
            body=post.body if post.shown else None,
            html=post.html if post.shown else None,
            edited_at=stamp(post.edited_at) if post.edited_at else None,
            reply_to=str(post.reply_to) if post.reply_to else None,
            content_note=(post.content_note or None) if post.shown else None,
            version=post.version,
            files=attached(post) if post.shown else [],
        )


class PostPublished(PostBody, frozen=True, tag="post.published"):
    """A post is shown to the group; its sequence number is the event's."""


class PostEdited(PostBody, frozen=True, tag="post.edited"):
    """Its author changed a published post."""


class PostWithdrawn(PostBody, frozen=True, tag="post.withdrawn"):
    """Its author took a post back."""


class PostRestored(PostBody, frozen=True, tag="post.restored"):
    """It is shown again: its author undid the withdrawal, or a facilitator the hiding."""


class PostHidden(PostBody, frozen=True, tag="post.hidden"):
    """A facilitator hid a published post; its author keeps a copy."""


class TopicBody(Event, frozen=True, tag="topic"):
    """A topic as it is now."""

    topic: str
    title: str
    pinned: bool
    locked: bool
    slow_seconds: int
    version: int
    created_by: str
    session: str | None

    @classmethod
    def of(cls, topic: Topic) -> Self:
        """The event for this topic."""
        return cls(
            topic=str(topic.id),
            title=topic.title,
            pinned=topic.pinned,
            locked=topic.locked,
            slow_seconds=topic.slow_seconds,
            version=topic.version,
            created_by=str(topic.created_by_id),
            session=str(topic.of_session) if topic.of_session else None,
        )


class TopicCreated(TopicBody, frozen=True, tag="topic.created"):
    """Somebody started a topic."""


class TopicUpdated(TopicBody, frozen=True, tag="topic.updated"):
    """A topic was renamed, pinned, unpinned, locked or unlocked."""


class MemberBody(Event, frozen=True, tag="member"):
    """Somebody in the group, by the name they go by there."""

    member: str
    name: str
    role: str
    state: str

    @classmethod
    def of(cls, member: Membership) -> Self:
        """The event for this membership."""
        return cls(member=str(member.id), name=member.name, role=member.role, state=member.state)


class MemberJoined(MemberBody, frozen=True, tag="member.joined"):
    """Somebody joined the group, or came back."""


class MemberLeft(MemberBody, frozen=True, tag="member.left"):
    """Somebody left the group or was removed: their ports close while this is delivered."""


class MemberRenamed(MemberBody, frozen=True, tag="member.renamed"):
    """Somebody goes by another name in the group."""


class GroupBody(Event, frozen=True, tag="group"):
    """A group's settings as they are now."""

    group: str
    name: str
    description: str
    version: int
    newcomers_see: str
    switches: dict[str, bool]
    first_posts: int
    closed: bool

    @classmethod
    def of(cls, group: Group) -> Self:
        """The event for this group."""
        return cls(
            group=str(group.id),
            name=group.name,
            description=group.description,
            version=group.version,
            newcomers_see=group.newcomers_see,
            switches=shown_switches(group),
            first_posts=group.first_posts,
            closed=group.closed_at is not None,
        )


class GroupUpdated(GroupBody, frozen=True, tag="group.updated"):
    """A facilitator changed the group's settings."""


class GroupClosed(GroupBody, frozen=True, tag="group.closed"):
    """The group ended: it can be read, and nobody writes any more."""


class AgreementPublished(Event, frozen=True, tag="agreement.published"):
    """The agreement has a new version, which comes before the next post."""

    group: str
    agreement_version: int

    @classmethod
    def of(cls, agreement: Agreement) -> Self:
        """The event for this version."""
        return cls(group=str(agreement.group_id), agreement_version=agreement.version)


class ReadMoved(Event, frozen=True, tag="read.moved"):
    """The reader's own mark moved, on whichever device."""

    topic: str
    read_seq: int

    @classmethod
    def of(cls, mark: ReadMark) -> Self:
        """The event for this mark."""
        return cls(topic=str(mark.topic_id), read_seq=mark.seq)


class MembershipChanged(Event, frozen=True, tag="membership.changed"):
    """The person's own place in a group began or ended."""

    group: str
    membership: str
    state: str

    @classmethod
    def of(cls, member: Membership) -> Self:
        """The event for this membership."""
        return cls(group=str(member.group_id), membership=str(member.id), state=member.state)


class AgreementAccepted(Event, frozen=True, tag="agreement.accepted"):
    """The person accepted a version of a group's agreement, on whichever device."""

    group: str
    agreement_version: int

    @classmethod
    def of(cls, member: Membership) -> Self:
        """The event for this membership."""
        return cls(group=str(member.group_id), agreement_version=member.agreement_version)


class BlocksChanged(Event, frozen=True, tag="blocks.changed"):
    """Whose posts the member folds away has changed, on whichever device: only they hear of it."""

    group: str

    @classmethod
    def of(cls, member: Membership) -> Self:
        """The event for this member's list."""
        return cls(group=str(member.group_id))


class SessionBody(Event, frozen=True, tag="session"):
    """A session of which something is different now: whoever shows it fetches it again."""

    session: str

    @classmethod
    def of(cls, session: Session) -> Self:
        """The event for this session."""
        return cls(session=str(session.id))


class SessionChanged(SessionBody, frozen=True, tag="session.changed"):
    """A session, or with it all that its series has ahead, was planned, moved, cancelled, opened, closed or marked."""


class RoomChanged(SessionBody, frozen=True, tag="room.changed"):
    """In a live room somebody came, went or was lost, or a round, a question or a list moved on."""


class PostStated(Event, frozen=True, tag="post.stated"):
    """Where the author's own unpublished post stands."""

    post: str
    topic: str
    state: str

    @classmethod
    def of(cls, post: Post) -> Self:
        """The event for this post."""
        return cls(post=str(post.id), topic=str(post.topic_id), state=post.state)


class SummaryChanged(Event, frozen=True, tag="summary.changed"):
    """There is something new about the summary of a session, or its quotes: fetch it again."""

    summary: str
    session: str

    @classmethod
    def of(cls, summary: Summary) -> Self:
        """The event for this summary."""
        return cls(summary=str(summary.id), session=str(summary.session_id))


class AssignmentChanged(Event, frozen=True, tag="assignment.changed"):
    """Something about an assignment is new for whoever hears this: fetch it again."""

    assignment: str


class ResourceChanged(Event, frozen=True, tag="resource.changed"):
    """A resource, or a section of it, is not what it was: fetch it again."""

    resource: str


def attached(post: Post) -> list[AttachedFile]:
    """A post's files, as its row keeps them."""
    return [AttachedFile(**row) for row in json.loads(post.attached)] if post.attached else []


def shown_switches(group: Group) -> dict[str, Any]:
    """Every feature switch with its value, the unset ones too."""
    return {name: group.allows(name) for name in default_switches()}
