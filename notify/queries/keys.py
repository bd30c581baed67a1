"""Notices by what they are about, so that the index on keys is used by both databases."""

from __future__ import annotations

from django.db import connection
from django.db.models import Q

LAST = "\U0010ffff"


def named(key: str, *, under: bool = False) -> Q:
    """Notices of the thing `key`; `under`: of every key that begins so.

    SQLite's LIKE heeds no case and so uses no index: there it is a range, which PostgreSQL would sort by its collation.
    """
    if not under:
        return Q(key=key)
    return Q(key__gte=key, key__lt=key + LAST) if connection.vendor == "sqlite" else Q(key__startswith=key)
