"""The ladder: what facilitators do about somebody's conduct, from a note to leaving with care."""

from __future__ import annotations

import uuid

from django.db import models

from hearthside.clock import now
from hearthside.fields import EncryptedTextField


class Step(models.Model):
    """One step. A disclosure of risk can never be its cause, and a private word is never counted."""

    class Kind(models.TextChoices):
        """How far it goes, in order."""

        NOTE = "note"  # staff only
        PRIVATE_WORD = "private_word"  # never counted
        REMINDER = "reminder"  # counted, fades after 90 days
        PAUSE = "pause"  # ends on a date, check-in booked
        POSTS_HELD = "posts_held"
        LEAVE = "leave"  # with a transfer-of-care checklist

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    group = models.ForeignKey("community.Group", on_delete=models.CASCADE, related_name="steps")
    member = models.ForeignKey("community.Membership", on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    by = models.ForeignKey(
        "accounts.Person", null=True, on_delete=models.SET_NULL, related_name="steps_taken"
    )
    item = models.ForeignKey(
        "moderation.ReviewItem", null=True, on_delete=models.SET_NULL, related_name="steps"
    )
    policy = models.CharField(max_length=40, default="")
    reason = EncryptedTextField()  # for staff
    message = EncryptedTextField()  # for the member; empty for a note
    checklist = (
        EncryptedTextField()
    )  # JSON list of {what, done, reason}: of leaving, or the check-in of a pause
    at = models.DateTimeField(default=now)
    ends_at = models.DateTimeField(null=True)
    fades_at = models.DateTimeField(null=True)
    check_in_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey("accounts.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    lift_reason = EncryptedTextField()  # for staff
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["member", "at"])]

    def __repr__(self) -> str:
        return f"<Step {self.id} {self.kind}>"

    __str__ = __repr__
