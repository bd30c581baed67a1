"""The rows of the audit trail: entries, their seals, and which entries wait for one.

Entries and seals are only ever added: triggers in the database refuse everything else (hearthside/audit_guards.py).
Ids are plain, without foreign keys, so that nothing can be deleted or changed through them.
"""

from __future__ import annotations

import uuid

from django.db import models


class AuditEntry(models.Model):
    """That somebody did something to some row: ids and codes, never words."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField()
    actor = models.UUIDField(null=True)
    """Person who acted; null when Hearthside did it by itself."""
    actor_role = models.CharField(max_length=16)
    verb = models.CharField(max_length=40)
    thing = models.CharField(max_length=80)
    group = models.UUIDField(null=True)
    about = models.UUIDField(null=True)
    """Person whose data it is."""
    reason = models.CharField(max_length=80, default="")
    tag = models.CharField(max_length=64)
    """HMAC of the fields above, so that an entry is also safe in the moment before it is sealed."""

    class Meta:
        indexes = [models.Index(fields=["about", "at"]), models.Index(fields=["group", "at"])]

    def __repr__(self) -> str:
        return f"<AuditEntry {self.id} {self.verb} {self.thing}>"


class AuditSeal(models.Model):
    """An entry's place in the chain: each seal's HMAC is made over the one before it and over the whole entry."""

    sequence = models.BigIntegerField(primary_key=True)
    entry = models.UUIDField(unique=True)
    mac = models.CharField(max_length=64)

    def __repr__(self) -> str:
        return f"<AuditSeal {self.sequence} {self.entry}>"


class AuditWaiting(models.Model):
    """That an entry has no seal yet; the sealer removes the row, so one without its entry tells of a deletion."""

    entry = models.UUIDField(primary_key=True)

    def __repr__(self) -> str:
        return f"<AuditWaiting {self.entry}>"
