"""Rows about groups: memberships, agreements, topics, posts and read marks."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models

from hearthside.clock import now
from hearthside.fields import EncryptedTextField


class IllegalMove(Exception):
    """A state that cannot follow the present one; a fault of ours, never of a person."""


def default_switches() -> dict[str, bool]:
    """The feature switches of a new group."""
    return {
        "members_start_topics": True,
        "content_notes": True,
        "premoderated": False,  # every member's post waits for a facilitator
        "hold_unattended": False,  # while nobody is on duty, posts wait
        "member_messages": False,  # members write to each other, and nobody reads along
    }


class Group(models.Model):
    """A therapy group between its sessions."""

    class NewcomersSee(models.TextChoices):
        """What somebody who joins later may read."""

        ALL = "all"
        FROM_JOINING = "from_joining"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = EncryptedTextField()
    description = EncryptedTextField()
    newcomers_see = models.CharField(
        max_length=16, choices=NewcomersSee.choices, default=NewcomersSee.FROM_JOINING
    )
    switches = models.JSONField(default=default_switches)
    first_posts = models.PositiveSmallIntegerField(default=0)  # that wait for a facilitator, of a newcomer
    reflect_hours = models.PositiveSmallIntegerField(default=24)  # that a live room stays open afterwards
    opened_at = models.DateTimeField(default=now)
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    agreement_version = models.PositiveIntegerField(default=0)

    def __repr__(self) -> str:
        return f"<Group {self.id}>"

    __str__ = __repr__

    @property
    def stream(self) -> str:
        """The name of the group's live stream."""
        return f"group:{self.id}"

    @property
    def review_stream(self) -> str:
        """The name of its facilitators' review stream."""
        return f"review:{self.id}"

    def allows(self, switch: str) -> bool:
        """Whether a feature switch is on."""
        return bool({**default_switches(), **self.switches}.get(switch))


class Agreement(models.Model):
    """One version of the rules a group's people give each other."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="agreements")
    version = models.PositiveIntegerField()
    text = EncryptedTextField()
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "version"], name="one_agreement_per_version")]

    def __repr__(self) -> str:
        return f"<Agreement {self.group_id} v{self.version}>"

    __str__ = __repr__


class Membership(models.Model):
    """Somebody in a group, under the name they go by there; its id is all that others see of them."""

    class Role(models.TextChoices):
        """What somebody does in the group."""

        FACILITATOR = "facilitator"
        MEMBER = "member"

    class State(models.TextChoices):
        """Whether they are in the group."""

        ACTIVE = "active"
        LEFT = "left"
        REMOVED = "removed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.MEMBER)
    name = EncryptedTextField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    visible_from = models.BigIntegerField(default=0)
    agreement_version = models.PositiveIntegerField(default=0)
    joined_at = models.DateTimeField(default=now)
    paused_until = models.DateTimeField(null=True)  # reads, but does not write, until then
    posts_held = models.BooleanField(default=False)  # each post waits for a facilitator

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "group"], name="one_membership_per_group")]

    def __repr__(self) -> str:
        return f"<Membership {self.id} {self.role} {self.state}>"

    __str__ = __repr__

    @property
    def is_facilitator(self) -> bool:
        """Whether they lead this group."""
        return self.role == Membership.Role.FACILITATOR


class FormerName(models.Model):
    """A name that somebody in a group went by before: it must not stand in a summary either."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    member = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="former_names")
    name = EncryptedTextField()

    def __repr__(self) -> str:
        return f"<FormerName {self.id}>"

    __str__ = __repr__


class GroupInvitation(models.Model):
    """Which group, and as what, an invitation to the practice leads into."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    invitation = models.OneToOneField(
        "accounts.Invitation", on_delete=models.CASCADE, related_name="to_group"
    )
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=16, choices=Membership.Role.choices, default=Membership.Role.MEMBER)

    def __repr__(self) -> str:
        return f"<GroupInvitation {self.id}>"

    __str__ = __repr__


class Topic(models.Model):
    """One thread of talk in a group, open to every member of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="topics")
    title = EncryptedTextField()
    pinned = models.BooleanField(default=False)
    locked = models.BooleanField(default=False)
    slow_seconds = models.PositiveIntegerField(default=0)  # that each member waits between two posts
    of_session = models.UUIDField(null=True)  # the session whose live room this is
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="topics_started")
    created_at = models.DateTimeField(default=now)

    def __repr__(self) -> str:
        return f"<Topic {self.id}>"

    __str__ = __repr__


@dataclass(frozen=True)
class Clearance:
    """Leave to show a post. Only moderation makes one (a house test holds that), so nothing unscreened is shown."""

    source: str
    version: str


class Post(models.Model):
    """What somebody wrote in a topic. Born pending; only `publish_post` with a Clearance shows it."""

    class State(models.TextChoices):
        """Where a post stands."""

        PENDING = "pending"
        PUBLISHED = "published"
        HELD = "held"
        REFUSED = "refused"
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"
        HIDDEN = "hidden"

    MOVES: dict[str, frozenset[str]] = {
        State.PENDING: frozenset({State.PUBLISHED, State.HELD, State.REFUSED}),
        State.HELD: frozenset({State.PUBLISHED, State.REJECTED, State.WITHDRAWN}),
        State.PUBLISHED: frozenset({State.HIDDEN, State.WITHDRAWN}),
        State.HIDDEN: frozenset({State.PUBLISHED}),
        State.WITHDRAWN: frozenset({State.PUBLISHED}),
        State.REFUSED: frozenset(),
        State.REJECTED: frozenset({State.PUBLISHED}),  # a second look
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="posts")
    author = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="posts")
    state = models.CharField(max_length=12, choices=State.choices, default=State.PENDING)
    seq = models.BigIntegerField(null=True)
    body = EncryptedTextField()
    html = EncryptedTextField()
    content_note = EncryptedTextField()
    reply_to = models.UUIDField(null=True)
    written_at = models.DateTimeField(default=now)
    at = models.DateTimeField(null=True)
    edited_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    cleared_by = models.CharField(max_length=80, default="")
    attached = EncryptedTextField(
        null=True
    )  # JSON: its files as everybody sees them, so that lists need no further rows

    class Meta:
        indexes = [models.Index(fields=["topic", "seq"])]

    def __repr__(self) -> str:
        return f"<Post {self.id} {self.state}>"

    __str__ = __repr__

    def move_to(self, state: Any) -> None:
        """Change the state; raises IllegalMove, naming both, for a move the table does not have."""
        if state not in Post.MOVES[self.state]:
            raise IllegalMove(f"a post that is {self.state} cannot become {state}")
        self.state = state

    @property
    def shown(self) -> bool:
        """Whether the group reads its words."""
        return self.state == Post.State.PUBLISHED


class Revision(models.Model):
    """New words for a published post that wait for a facilitator, while the old ones stay."""

    class State(models.TextChoices):
        """Where they stand."""

        HELD = "held"
        ACCEPTED = "accepted"
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"

    MOVES: dict[str, frozenset[str]] = {
        State.HELD: frozenset({State.ACCEPTED, State.REJECTED, State.WITHDRAWN}),
        State.ACCEPTED: frozenset(),
        State.REJECTED: frozenset({State.ACCEPTED}),  # a second look
        State.WITHDRAWN: frozenset(),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="revisions")
    state = models.CharField(max_length=10, choices=State.choices, default=State.HELD)
    body = EncryptedTextField()
    html = EncryptedTextField()
    content_note = EncryptedTextField()
    written_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post"], condition=models.Q(state="held"), name="one_held_revision_per_post"
            )
        ]

    def __repr__(self) -> str:
        return f"<Revision {self.id} {self.state}>"

    __str__ = __repr__

    def move_to(self, state: Any) -> None:
        """Change the state; raises IllegalMove, naming both, for a move the table does not have."""
        if state not in Revision.MOVES[self.state]:
            raise IllegalMove(f"a revision that is {self.state} cannot become {state}")
        self.state = state


class Block(models.Model):
    """That a member does not want to see another's posts: in their own view only, and nobody else knows."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="blocks")
    blocked = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "blocked"], name="one_block_per_pair")]

    def __repr__(self) -> str:
        return f"<Block {self.id}>"

    __str__ = __repr__


class ReadMark(models.Model):
    """How far somebody has read a topic."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="read_marks")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="read_marks")
    seq = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "topic"], name="one_mark_per_topic")]

    def __repr__(self) -> str:
        return f"<ReadMark {self.membership_id} {self.topic_id} {self.seq}>"

    __str__ = __repr__
