"""The key ledger's rows: every identity and device that ever came or went, in one signed chain."""

from __future__ import annotations

from django.db import models


class LedgerEntry(models.Model):
    """One line of the ledger. `subject` is a hash of the person, so it tells only those who know whom to look for."""

    class Kind(models.TextChoices):
        """What happened to the key."""

        IDENTITY = "identity"
        DEVICE_ADDED = "device_added"
        DEVICE_REMOVED = "device_removed"

    n = models.BigIntegerField(primary_key=True)
    at = models.BigIntegerField()  # milliseconds
    subject = models.CharField(max_length=64)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    key = models.CharField(max_length=64)
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    signature = models.CharField(max_length=100)

    def __repr__(self) -> str:
        return f"<LedgerEntry {self.n} {self.kind}>"

    __str__ = __repr__
