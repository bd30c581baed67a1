"""Rows of the practice key: its public part, copies of staff's recovery keys sealed to it, and each opening of one."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from hearthside.clock import now
from hearthside.fields import EncryptedTextField


class PracticeKey(models.Model):
    """The public part of the practice's recovery key; the private part never left the admin's browser that made it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    key_id = models.CharField(max_length=32)
    public_key = models.CharField(max_length=100)  # P-256, uncompressed point, base64
    announced_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="practice_key_only_one")]

    def __repr__(self) -> str:
        return f"<PracticeKey {self.key_id}>"

    __str__ = __repr__


class KeyCopy(models.Model):
    """A staff person's recovery key, sealed on their device to the practice key."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    key_id = models.CharField(max_length=32)
    version = models.PositiveIntegerField()  # of the recovery blob that the key opens
    box = models.TextField()
    made_at = models.DateTimeField(default=now)

    def __repr__(self) -> str:
        return f"<KeyCopy {self.person_id}>"

    __str__ = __repr__


class KeyCopyOpening(models.Model):
    """That an admin took out somebody's copy, and why; the reason is boxed and in no other row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = EncryptedTextField()
    at = models.DateTimeField(default=now)

    def __repr__(self) -> str:
        return f"<KeyCopyOpening {self.id}>"

    __str__ = __repr__
