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
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    """Who caused it, if somebody did: they settle what is in doubt."""
    at = models.DateTimeField(default=now)
    until = models.DateTimeField(null=True)  # from then on it is of no use, and nothing is sent
    read_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)  # no longer true: shown no more, and nothing is sent

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="one_notice_per_thing")]
        indexes = [
            models.Index(fields=["person", "at"]),
            models.Index(fields=["at"]),
            # LIKE 'key%' goes by it on PostgreSQL whatever its collation is; SQLite takes no notice of the class.
            models.Index(fields=["key"], opclasses=["varchar_pattern_ops"], name="notice_key"),
            models.Index(
                fields=["person"], condition=Q(read_at=None, withdrawn_at=None), name="notice_unread"
            ),
        ]

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
        # Urgent ones are sent again; or somebody says that it came, or that it did not.
        State.DOUBT: frozenset({State.STARTED, State.SENT, State.WAITING, State.FAILED}),
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
    tries = models.PositiveSmallIntegerField(default=0)
    why = models.CharField(max_length=24, default="")  # a word of docs/how/notices.md: read, choice, ...

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="one_delivery_per_channel")]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=("waiting", "started", "doubt")),
                name="delivery_open",
            )
        ]

    def move_to(self, state: str, *, why: str = "") -> None:
        """Change the state by the table of legal moves; raises AssertionError for another move."""
        assert state in self.MOVES[self.state], f"a delivery does not go from {self.state} to {state}"
        self.state, self.why = state, why

    def __repr__(self) -> str:
        return f"<Delivery {self.id} {self.channel} {self.state}>"

    __str__ = __repr__


class PushDevice(models.Model):
    """A browser that a person lets us wake, by Web Push (RFC 8030, keys by RFC 8291)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_devices"
    )
    signin = models.CharField(max_length=64)  # it ends when that is ended, by anything but time
    standing = models.CharField(max_length=64)  # a tag of the password then: a new one ends it
    endpoint = EncryptedTextField()
    endpoint_hash = models.CharField(max_length=64, unique=True)
    p256dh = EncryptedTextField()
    auth = EncryptedTextField()
    name = EncryptedTextField()
    at = models.DateTimeField(default=now)  # when its page was last there
    unreachable = models.PositiveSmallIntegerField(default=0)  # so many times in a row nobody answered
    unreachable_at = models.DateTimeField(null=True)  # when that was last counted

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
    begins = (
        models.TimeField()
    )  # on the person's clock, or the practice's; after `ends` it goes over midnight
    ends = models.TimeField()

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


class PushKey(models.Model):
    """The practice's one key pair for Web Push (VAPID, RFC 8292): browsers take pushes that it signed."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    private = EncryptedTextField()  # 32 bytes, base64url
    public = models.CharField(max_length=100)  # the point, uncompressed, base64url
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="push_key_only_one")]

    def __repr__(self) -> str:
        return "<PushKey>"

    __str__ = __repr__
