"""Rows of what somebody keeps here for themselves, sealed: the backup of room keys and the recovery blob."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from hearthside.clock import now


class BackupVersion(models.Model):
    """One backup of somebody's room keys; the newest that was not deleted is in use."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    algorithm = models.CharField(max_length=64)
    auth_data = models.TextField()
    etag = models.PositiveIntegerField(default=0)
    deleted = models.BooleanField(default=False)
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "number"], name="one_backup_per_number")]

    def __repr__(self) -> str:
        return f"<BackupVersion {self.person_id} {self.number}>"

    __str__ = __repr__


class BackupSession(models.Model):
    """One room key in a backup, sealed for its owner."""

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(BackupVersion, on_delete=models.CASCADE, related_name="sessions")
    room = models.CharField(max_length=64)
    session = models.CharField(max_length=64)
    first_message_index = models.PositiveBigIntegerField()
    forwarded_count = models.PositiveIntegerField()
    is_verified = models.BooleanField()
    session_data = models.TextField()
    hs_sender = models.CharField(max_length=120, blank=True, default="")  # user and device it came from
    hs_mac = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "room", "session"], name="one_backup_per_session")
        ]
        indexes = [models.Index(fields=["version", "id"])]

    def __repr__(self) -> str:
        return f"<BackupSession {self.id}>"

    __str__ = __repr__


class RecoveryBlob(models.Model):
    """Somebody's secret keys, sealed with their recovery key."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    version = models.PositiveIntegerField()
    blob = models.TextField()
    at = models.DateTimeField(default=now)

    def __repr__(self) -> str:
        return f"<RecoveryBlob {self.person_id} {self.version}>"

    __str__ = __repr__
