"""What the audit trail's HMACs are made of: keys by purpose, and one exact spelling of a row's values.

Values are spelt as SQLite stores them (uuid as 32 hexadecimal digits, time as naive UTC text), so that the same entry
has the same code in every database, and any change of the stored bytes is a change of the code.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hearthside.crypto import derive

START = "0" * 64
"""What stands for the HMAC before the first seal's."""

FIELDS = ("id", "at", "actor", "actor_role", "verb", "thing", "group", "about", "reason")
"""The columns of an entry that its tag covers, in order; a seal covers these and the tag."""


@functools.cache
def key(purpose: str) -> bytes:
    """The key for `entry` tags, the `chain` of seals, or the seed of the `checkpoint` signatures."""
    return derive(f"audit {purpose}")


def spell(value: Any) -> bytes:
    """A stored value as bytes, the same from SQLite, PostgreSQL and Python."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, UUID):
        return value.hex.encode()
    if isinstance(value, datetime):
        return str(value.astimezone(UTC).replace(tzinfo=None)).encode()
    return str(value).encode()


def code(purpose: str, values: Sequence[Any]) -> str:
    """HMAC-SHA256 over `values`, each with its length, so that no two lists look alike; None is no text at all."""
    state = hmac.new(key(purpose), digestmod=hashlib.sha256)
    for value in values:
        data = spell(value) if value is not None else b""
        state.update(b"-" if value is None else b"+%d:" % len(data))
        state.update(data)
    return state.hexdigest()


def entry_tag(values: Sequence[Any]) -> str:
    """The tag of an entry, from its FIELDS' values in order."""
    return code("entry", values)


def seal_mac(previous: str, sequence: int, values: Sequence[Any]) -> str:
    """The HMAC of a seal: the one before it, its place, and the whole entry (FIELDS and tag)."""
    return code("chain", (previous, sequence, *values))


def selected(vendor: str, alias: str, columns: Sequence[str]) -> str:
    """Columns for a SELECT, as `spell` reads them: on SQLite the bytes as they are stored, whatever they are."""
    form = 'CAST({}."{}" AS BLOB)' if vendor == "sqlite" else '{}."{}"'
    return ", ".join(form.format(alias, column) for column in columns)
