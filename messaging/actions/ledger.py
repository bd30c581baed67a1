"""Writing the key ledger: one entry at a time, each signed and chained to the one before."""

from __future__ import annotations

import uuid

from hearthside.clock import now
from hearthside.live import next_seq
from messaging.ledger import START, STREAM, seal_entry, subject_of
from messaging.models import LedgerEntry


def append_entry(person_id: uuid.UUID, kind: str, key: str) -> LedgerEntry:
    """Add what happened to a key; the counter is held until the commit, so the chain never forks."""
    number = next_seq(STREAM)
    before = LedgerEntry.objects.filter(n=number - 1).first()
    entry = LedgerEntry(
        n=number,
        at=int(now().timestamp() * 1000),
        subject=subject_of(person_id),
        kind=kind,
        key=key,
        prev=before.hash if before else START,
    )
    seal_entry(entry)
    entry.save(force_insert=True)
    return entry
