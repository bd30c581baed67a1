"""Rows of the shell: the live log, answers to nonces, jobs, and the audit trail."""

from __future__ import annotations

import uuid

from django.db import models

from hearthside.audit_model import AuditEntry, AuditSeal, AuditWaiting
from hearthside.clock import now
from hearthside.fields import EncryptedTextField
from hearthside.job_model import Job

__all__ = ["AuditEntry", "AuditSeal", "AuditWaiting", "Epoch", "Job", "LogEvent", "Reply", "Stream"]


class Stream(models.Model):
    """One ordered log and the last sequence number taken in it."""

    name = models.CharField(max_length=80, primary_key=True)
    seq = models.BigIntegerField(default=0)
    trimmed = models.BigIntegerField(default=0)

    def __repr__(self) -> str:
        return f"<Stream {self.name} {self.seq}>"


class LogEvent(models.Model):
    """That something happened, never its words: those are read from the object's row when it is replayed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    stream = models.CharField(max_length=80)
    seq = models.BigIntegerField()
    type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=40)
    about_seq = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=40, null=True)
    nonce = models.CharField(max_length=64, null=True)
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="one_event_per_seq")]
        indexes = [models.Index(fields=["at"])]

    def __repr__(self) -> str:
        return f"<LogEvent {self.stream} {self.seq} {self.type}>"


class Reply(models.Model):
    """The answer a nonce got, kept 7 days: the same nonce gets the same answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.CharField(max_length=40)
    nonce = models.CharField(max_length=64)
    command = models.CharField(max_length=40)
    answer = EncryptedTextField()
    at = models.DateTimeField(default=now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "nonce"], name="one_answer_per_nonce")]

    def __repr__(self) -> str:
        return f"<Reply {self.id} {self.command}>"


class Epoch(models.Model):
    """One row: the log's epoch. It changes only when a database was restored from a copy."""

    name = models.CharField(max_length=32)

    def __repr__(self) -> str:
        return f"<Epoch {self.name}>"
