"""Rows about reaching people who are away: what there is for them, and what was tried."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from hearthside.clock import now
from hearthside.fields import EncryptedTextField


class Notice(models.Model):
    """One thing for one person: it exists once for both, and reading it on one device reads it on all."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=24)
    key = models.CharField(max_length=120)  # which thing, in ids: the same key is never told twice
    link = models.CharField(max_length=200)  # where it leads, a path of ours
    about = EncryptedTextField()  # a name to show inside the product; never part of a push or mail
    group = models.UUIDField(null=True)  # whose quiet hours count besides the person's
    at = models.DateTimeField(default=now)
    read_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(
        null=True
    )  # no longer true: nothing more is sent, and it is shown no more

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="one_notice_per_thing")]
        indexes = [models.Index(fields=["person", "at"])]

    def __repr__(self) -> str:
        return f"<Notice {self.id} {self.kind}>"

    __str__ = __repr__


class Delivery(models.Model):
    """One way that one notice goes out: the marker is written before the sending, the receipt after it."""

    class Channel(models.TextChoices):
        """How it leaves."""

        PUSH = "push"
        MAIL = "mail"

    class State(models.TextChoices):
        """How far it came."""

        WAITING = "waiting"
        STARTED = "started"  # the marker: whoever finds this after a crash cannot know whether it left
        SENT = "sent"
        DOUBT = "doubt"
        SKIPPED = "skipped"
        FAILED = "failed"

    MOVES: dict[str, frozenset[str]] = {
        State.WAITING: frozenset({State.STARTED, State.SKIPPED}),
        State.STARTED: frozenset({State.SENT, State.DOUBT, State.FAILED, State.WAITING}),
        State.SENT: frozenset(),
        State.DOUBT: frozenset(
            {State.STARTED, State.SENT}
        ),  # urgent ones are sent again; or somebody says it came
        State.SKIPPED: frozenset(),
        State.FAILED: frozenset(),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=4, choices=Channel.choices)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(
        max_length=24, default=""
    )  # a word of ours: read, choice, no_device, gone, refused, ...

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="one_delivery_per_channel")]

    def __repr__(self) -> str:
        return f"<Delivery {self.id} {self.channel} {self.state}>"

    __str__ = __repr__


class PushDevice(models.Model):
    """A browser that a person lets us wake, by Web Push (RFC 8030, keys by RFC 8291)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_devices"
    )
    signin = models.CharField(max_length=32)  # it ends with the sign-in that it came through
    endpoint = EncryptedTextField()
    endpoint_hash = models.CharField(max_length=64, unique=True)
    p256dh = EncryptedTextField()
    auth = EncryptedTextField()
    name = models.CharField(max_length=80)
    at = models.DateTimeField(default=now)

    def __repr__(self) -> str:
        return f"<PushDevice {self.id}>"

    __str__ = __repr__


class NoticeChoice(models.Model):
    """That a person wants a kind of notice on a channel, or does not."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=24)
    channel = models.CharField(max_length=4, choices=Delivery.Channel.choices)
    on = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "channel"], name="one_choice_per_kind")
        ]

    def __repr__(self) -> str:
        return f"<NoticeChoice {self.id}>"

    __str__ = __repr__


class QuietHours(models.Model):
    """When nothing is sent: to a person, or about a group. What falls into them leaves at their end."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="quiet_hours"
    )
    group = models.UUIDField(null=True, unique=True)
    begins = models.TimeField()  # on the clock of `time_zone`; after `ends` it goes over midnight
    ends = models.TimeField()
    time_zone = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, group=None) | Q(person=None, group__isnull=False),
                name="quiet_hours_of_one",
            )
        ]

    def __repr__(self) -> str:
        return f"<QuietHours {self.id}>"

    __str__ = __repr__
