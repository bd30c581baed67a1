"""Rows of conversations: who is in one, and the sealed events in their order."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from hearthside.clock import now


class Conversation(models.Model):
    """A sealed conversation of two people, or of a circle. Its id is bound to its creator (messaging/ids.py)."""

    class Kind(models.TextChoices):
        """How many it is for."""

        PAIR = "pair"
        CIRCLE = "circle"

    id = models.UUIDField(primary_key=True)
    seed = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    """Who may add and remove people now: the creator, until they hand that on."""
    pair = models.CharField(max_length=80, null=True, unique=True)
    timer_seconds = models.PositiveIntegerField(default=0)
    history = models.BooleanField(default=False)
    head = models.BigIntegerField(default=0)
    last_at = models.BigIntegerField(default=0)  # milliseconds
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=now)

    def __repr__(self) -> str:
        return f"<Conversation {self.id} {self.kind}>"

    __str__ = __repr__

    @property
    def stream(self) -> str:
        """The counter that its events take their places from; nobody subscribes to it."""
        return f"sealed:{self.id}"


class ConversationMember(models.Model):
    """Somebody in a conversation, and which part of it is theirs to fetch."""

    class State(models.TextChoices):
        """Whether they are in it."""

        ACTIVE = "active"
        LEFT = "left"
        REMOVED = "removed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="conversation_places"
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    joined_seq = models.BigIntegerField(default=1)  # the first event that is theirs
    left_seq = models.BigIntegerField(null=True)  # the last one
    read_seq = models.BigIntegerField(default=0)
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "person"], name="one_place_per_person")
        ]

    def __repr__(self) -> str:
        return f"<ConversationMember {self.id} {self.state}>"

    __str__ = __repr__

    @property
    def active(self) -> bool:
        """Whether they are in the conversation now."""
        return self.state == ConversationMember.State.ACTIVE

    @property
    def first_seq(self) -> int:
        """The first event they may fetch."""
        return 1 if self.conversation.history else self.joined_seq


class SealedEvent(models.Model):
    """What somebody sent, sealed; the commitment and our stamp stay when the content is erased."""

    class Erased(models.TextChoices):
        """Why there is no content any more."""

        SENDER = "sender"
        TIMER = "timer"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="events")
    seq = models.BigIntegerField()
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    device_id = models.CharField(max_length=64)
    content = models.TextField(null=True)
    commitment = models.CharField(max_length=64)
    stamp = models.CharField(max_length=64)
    stamp_key_id = models.CharField(max_length=255)
    at = models.BigIntegerField()  # milliseconds, as the stamp covers them
    quiet = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True)
    erased = models.CharField(max_length=8, choices=Erased.choices, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "seq"], name="one_event_per_place")]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=models.Q(expires_at__isnull=False, erased=""),
                name="sealed_event_due",
            )
        ]

    def __repr__(self) -> str:
        return f"<SealedEvent {self.id} {self.seq}>"

    __str__ = __repr__
