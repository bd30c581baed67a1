"""An audit trail for tests: entries, sealed ones, and damage as somebody who owns the database can do it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from hearthside import audit, clock, live
from hearthside.audit_guards import install_guards, remove_guards
from hearthside.audit_seals import seal_entries
from hearthside.models import AuditEntry, AuditSeal


def given_entry(person: Any = None, verb: str = "review.decided", thing: str = "", **more: Any) -> AuditEntry:
    """An entry made inside an action of its own."""
    thing = thing or f"post:{uuid.uuid4()}"

    def act() -> live.Answer:
        audit.record(person, verb, thing, **more)
        return {}

    live.write(live.Write(act))
    return AuditEntry.objects.get(thing=thing, verb=verb)


def given_trail(count: int, *, minutes_ago: float = 10, runs: int = 3) -> list[AuditEntry]:
    """Sealed entries of some age, sealed in several runs, each with its checkpoint."""
    entries = []
    with clock.as_of(clock.now() - timedelta(minutes=minutes_ago)):
        for number in range(count):
            entries.append(given_entry(None, "post.read", reason="care", about=uuid.uuid4()))
            if number % max(1, count // runs) == 0:
                seal_entries.func()
        seal_entries.func()
    return entries


def damage(sql: str, values: Sequence[Any] = ()) -> int:
    """Change the tables as their owner can, with the guards away for as long; answers how many rows it met."""
    remove_guards(connection)
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql, [value.hex if is_short(value) else value for value in values])
            return int(cursor.rowcount)
    finally:
        install_guards(connection)


def is_short(value: Any) -> bool:
    """Whether the database keeps this value as 32 digits."""
    return isinstance(value, uuid.UUID) and connection.vendor == "sqlite"


def seals() -> list[AuditSeal]:
    """All seals in order."""
    return list(AuditSeal.objects.order_by("sequence"))


def checkpoints() -> Path:
    """The checkpoint file of this test."""
    return Path(settings.HEARTHSIDE.audit_file)


def lines() -> list[bytes]:
    """The checkpoint file's lines, each with its end."""
    return checkpoints().read_bytes().splitlines(keepends=True)
