"""Reported messages of sealed conversations: what their stamp proves, and what each reporter said."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from django.db import models

from hearthside.clock import now
from hearthside.fields import EncryptedTextField


class SealedMessage(models.Model):
    """A message that somebody reported, as its stamp covered it then; its review item has its id for a target."""

    event = models.UUIDField(primary_key=True)
    conversation = models.UUIDField(db_index=True)
    circle = models.BooleanField(default=False)
    sender = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    device = models.CharField(max_length=64)
    at = models.BigIntegerField()  # milliseconds, as the stamp covers them
    commitment = models.CharField(max_length=64)
    with_admins = models.BooleanField(default=False)  # the words went to the admins' devices
    parted_at = models.DateTimeField(null=True)  # the contact with who reported it was ended, and still is
    closed_at = models.DateTimeField(null=True)  # the sender's account was closed over it, and still is

    def __repr__(self) -> str:
        return f"<SealedMessage {self.event}>"

    __str__ = __repr__

    @property
    def sent_at(self) -> datetime:
        """When it was sent."""
        return datetime.fromtimestamp(self.at / 1000, UTC)

    @property
    def measure(self) -> str | None:
        """What is in force over it; `.sender` is loaded."""
        return (
            "account_closed"
            if self.closed_at and not self.sender.is_active
            else "contact_ended"
            if self.parted_at
            else None
        )


class SealedReport(models.Model):
    """One person's report of a message. With the form `sealed` the words never come here."""

    class Form(models.TextChoices):
        """How the words go to who looks."""

        SEALED = "sealed"  # to their devices
        OPEN = "open"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    message = models.ForeignKey(SealedMessage, on_delete=models.CASCADE, related_name="reports")
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=8, choices=Form.choices)
    category = models.CharField(max_length=20)
    note = EncryptedTextField()
    pt = EncryptedTextField(null=True)  # the words that open the commitment, until their time is over
    at = models.DateTimeField(default=now)
    looked_at = models.DateTimeField(null=True)  # somebody decided about it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "by"], name="one_sealed_report_per_person")]

    def __repr__(self) -> str:
        return f"<SealedReport {self.id} {self.form}>"

    __str__ = __repr__
