"""The review queue's rows: one kind of item, its signals, decisions and talk."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models

from community.models import Group, IllegalMove
from hearthside.clock import now
from hearthside.fields import EncryptedTextField


class TargetKind(models.TextChoices):
    """What an item is about."""

    POST = "post"
    REVISION = "revision"
    TOPIC = "topic"
    NAME = "name"  # a membership, for the name its person goes by
    STEP = "step"  # a ladder step that somebody asked a second look at
    MEMBER = "member"  # a membership: "tell my facilitator", "I feel unsafe"
    SEALED = "sealed"  # a message of a sealed conversation; see models/sealed.py


class ReviewItem(models.Model):
    """Something that a facilitator looks at: one for each target and lane, opened again by new signals.

    Lanes are never merged: words that are both a danger to their author and an attack have two items, and closing one
    leaves the other.
    """

    class Lane(models.TextChoices):
        """Which part of the queue it stands in."""

        CARE = "care"
        CONDUCT = "conduct"
        PRIVACY = "privacy"
        ASKED = "asked"

    class State(models.TextChoices):
        """Where it stands."""

        PENDING = "pending"
        APPROVED = "approved"
        REJECTED = "rejected"
        IGNORED = "ignored"
        WITHDRAWN = "withdrawn"

    MOVES: dict[str, frozenset[str]] = {
        State.PENDING: frozenset({State.APPROVED, State.REJECTED, State.IGNORED, State.WITHDRAWN}),
        State.APPROVED: frozenset({State.PENDING}),
        State.REJECTED: frozenset({State.PENDING}),
        State.IGNORED: frozenset({State.PENDING}),
        State.WITHDRAWN: frozenset({State.PENDING}),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    group = models.ForeignKey(  # none where the practice looks: a client and one of the staff
        "community.Group", null=True, on_delete=models.CASCADE, related_name="review_items"
    )
    lane = models.CharField(max_length=8, choices=Lane.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    target_kind = models.CharField(max_length=10, choices=TargetKind.choices)
    target_id = models.UUIDField()
    topic = models.ForeignKey("community.Topic", null=True, on_delete=models.SET_NULL, related_name="+")
    author = models.ForeignKey(
        "community.Membership", null=True, on_delete=models.PROTECT, related_name="review_items"
    )
    severity = models.PositiveSmallIntegerField(default=0)  # 0 none, 1 worry, 2 danger, 3 acute
    score = models.FloatField(default=0.0)  # orders within the lane, never shown to members
    version = models.PositiveIntegerField(default=1)
    lease_by = models.ForeignKey(
        "community.Membership", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    lease_until = models.DateTimeField(null=True)
    snapshot = EncryptedTextField(null=True)  # JSON: the words when it was opened, until their time is over
    waiting_on_author = models.BooleanField(default=False)
    second_look = models.BooleanField(default=False)  # its author asked for another reviewer
    with_lead = models.BooleanField(default=False)  # the clinical lead may see it too
    opened_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField(null=True)
    first_look_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["target_kind", "target_id", "lane"], name="one_item_per_target_and_lane"
            )
        ]
        indexes = [models.Index(fields=["group", "state", "lane"])]

    def __repr__(self) -> str:
        return f"<ReviewItem {self.id} {self.lane} {self.state}>"

    __str__ = __repr__

    def move_to(self, state: Any) -> None:
        """Change the state; raises IllegalMove, naming both, for a move the table does not have."""
        if state not in ReviewItem.MOVES[self.state]:
            raise IllegalMove(f"a review item that is {self.state} cannot become {state}")
        self.state = state

    @property
    def own_group(self) -> Group:
        """The group of an item that is not the practice's; all but those of sealed messages have one."""
        assert self.group is not None, "only a sealed message's item may have no group"
        return self.group

    @property
    def leased(self) -> bool:
        """Whether somebody holds it now."""
        return self.lease_by_id is not None and self.lease_until is not None and self.lease_until > now()


class ReviewSignal(models.Model):
    """One reason why an item is there. Who reported is for the group's facilitators only."""

    class Source(models.TextChoices):
        """Who or what noticed."""

        MEMBER = "member"
        RULE = "rule"  # the built-in rules
        GROUP_RULE = "group_rule"
        MODEL = "model"
        SELF = "self"  # the author asked: a look first, a second look, help
        ROOM = "room"  # a newcomer's first posts, a pre-moderated group, nobody on duty
        SYSTEM = "system"  # screening failed; a question stayed unanswered

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    item = models.ForeignKey(ReviewItem, on_delete=models.CASCADE, related_name="signals")
    source = models.CharField(max_length=12, choices=Source.choices)
    reason = models.CharField(max_length=60)  # a code: `attack`, `contact_details`, `unsafe`, ...
    score = models.FloatField(default=0.0)
    by_version = models.CharField(max_length=80, default="")  # of the rule or model
    group_rule = models.ForeignKey(
        "moderation.GroupRule", null=True, on_delete=models.SET_NULL, related_name="signals"
    )
    by = models.ForeignKey("community.Membership", null=True, on_delete=models.PROTECT, related_name="+")
    words = EncryptedTextField()
    unsafe = models.BooleanField(default=False)
    at = models.DateTimeField(default=now)

    def __repr__(self) -> str:
        return f"<ReviewSignal {self.id} {self.source} {self.reason}>"

    __str__ = __repr__


class ReviewDecision(models.Model):
    """One transition of an item: who, what, by which line of the agreement, and why. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    item = models.ForeignKey(ReviewItem, on_delete=models.CASCADE, related_name="decisions")
    by = models.ForeignKey(
        "accounts.Person", null=True, on_delete=models.SET_NULL, related_name="review_decisions"
    )
    choice = models.CharField(max_length=20)
    before = models.CharField(max_length=10)
    after = models.CharField(max_length=10)
    policy = models.CharField(max_length=40, default="")
    outcome = models.CharField(max_length=20, default="")
    reason = EncryptedTextField()  # for staff
    message = EncryptedTextField()  # what the author was told
    at = models.DateTimeField(default=now)

    def __repr__(self) -> str:
        return f"<ReviewDecision {self.id} {self.choice}>"

    __str__ = __repr__


class ReviewWord(models.Model):
    """One message between an author and the facilitators about a post, where the post stands."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    item = models.ForeignKey(ReviewItem, on_delete=models.CASCADE, related_name="talk")
    by = models.ForeignKey("community.Membership", on_delete=models.PROTECT, related_name="+")
    text = EncryptedTextField()
    at = models.DateTimeField(default=now)

    def __repr__(self) -> str:
        return f"<ReviewWord {self.id}>"

    __str__ = __repr__


class SecondLook(models.Model):
    """A member's request that somebody else looks at a decision about them."""

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open"
        UPHELD = "upheld"
        OVERTURNED = "overturned"
        WITHDRAWN = "withdrawn"

    MOVES: dict[str, frozenset[str]] = {
        State.OPEN: frozenset({State.UPHELD, State.OVERTURNED, State.WITHDRAWN}),
        State.UPHELD: frozenset(),
        State.OVERTURNED: frozenset(),
        State.WITHDRAWN: frozenset(),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    item = models.ForeignKey(ReviewItem, on_delete=models.CASCADE, related_name="second_looks")
    decision = models.ForeignKey(
        ReviewDecision, null=True, on_delete=models.PROTECT, related_name="second_looks"
    )
    step = models.ForeignKey(
        "moderation.Step", null=True, on_delete=models.PROTECT, related_name="second_looks"
    )
    first_reviewer = models.ForeignKey(
        "accounts.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_by = models.ForeignKey(  # none where the item is the practice's: then its sender asked
        "community.Membership", null=True, on_delete=models.PROTECT, related_name="+"
    )
    words = EncryptedTextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    answer = EncryptedTextField()
    asked_at = models.DateTimeField(default=now)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision"], name="one_second_look_per_decision"),
            models.UniqueConstraint(fields=["step"], name="one_second_look_per_step"),
        ]

    def __repr__(self) -> str:
        return f"<SecondLook {self.id} {self.state}>"

    __str__ = __repr__

    def move_to(self, state: Any) -> None:
        """Change the state; raises IllegalMove, naming both, for a move the table does not have."""
        if state not in SecondLook.MOVES[self.state]:
            raise IllegalMove(f"a second look that is {self.state} cannot become {state}")
        self.state = state


class LookedAt(models.Model):
    """That a reviewer unblurred an item on a day: access to its words, and the daily count that cares for reviewers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    item = models.ForeignKey(ReviewItem, on_delete=models.CASCADE, related_name="looks")
    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "person", "day"], name="one_look_per_day")]

    def __repr__(self) -> str:
        return f"<LookedAt {self.item_id} {self.day}>"

    __str__ = __repr__


class HandOver(models.Model):
    """What one facilitator leaves for the next; the newest of a group is shown above its queue."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    group = models.ForeignKey("community.Group", on_delete=models.CASCADE, related_name="hand_overs")
    by = models.ForeignKey("community.Membership", on_delete=models.PROTECT, related_name="+")
    text = EncryptedTextField()
    at = models.DateTimeField(default=now)

    def __repr__(self) -> str:
        return f"<HandOver {self.id}>"

    __str__ = __repr__
