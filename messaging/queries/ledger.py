"""Reads of the key ledger."""

from __future__ import annotations

from typing import Any

from messaging.ledger import START, body_of, public_key
from messaging.models import LedgerEntry


def list_entries(after: int, limit: int) -> dict[str, Any]:
    """A page of the ledger in its order, the newest entry's place, and the key that checks the signatures."""
    rows = LedgerEntry.objects.filter(n__gt=after).order_by("n")[:limit]
    newest = LedgerEntry.objects.order_by("-n").first()
    return {
        "entries": [{**body_of(row), "hash": row.hash, "signature": row.signature} for row in rows],
        "head": {"n": newest.n, "hash": newest.hash} if newest else {"n": 0, "hash": START},
        "public_key": public_key(),
    }
