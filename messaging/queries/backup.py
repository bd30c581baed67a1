"""Reads of what somebody keeps here for themselves."""

from __future__ import annotations

import json
from typing import Any

from accounts.models import Person
from hearthside.errors import NotFound
from messaging.models import BackupSession, BackupVersion, RecoveryBlob
from messaging.queries.keys import device_public_keys, identity_of

PAGE = 500


def own_public_keys(person: Person) -> dict[str, str]:
    """The keys that may sign somebody's backup, by key id: their devices' and their master key."""
    master = identity_of(person.pk).get("master")
    return device_public_keys(person) | ({f"ed25519:{master}": master} if master else {})


def current_backup(person: Person) -> BackupVersion | None:
    """The backup in use."""
    return BackupVersion.objects.filter(person=person, deleted=False).order_by("-number").first()


def newest_number(person: Person) -> int:
    """The number of the person's newest backup, deleted ones too, so that no number comes twice."""
    newest = BackupVersion.objects.filter(person=person).order_by("-number").first()
    return newest.number if newest else 0


def describe_backup(person: Person) -> dict[str, Any]:
    """The backup in use as the engine reads it; raises NotFound."""
    version = current_backup(person)
    if version is None:
        raise NotFound
    return {
        "version": str(version.number),
        "algorithm": version.algorithm,
        "auth_data": json.loads(version.auth_data),
        "count": version.sessions.count(),
        "etag": str(version.etag),
    }


def list_sessions(person: Person, number: int, after: int) -> dict[str, Any]:
    """A page of a backup's keys, and where the next one begins; raises NotFound."""
    version = BackupVersion.objects.filter(person=person, number=number, deleted=False).first()
    if version is None:
        raise NotFound
    rows = list(version.sessions.filter(id__gt=after).order_by("id")[: PAGE + 1])
    rooms: dict[str, Any] = {}
    for row in rows[:PAGE]:
        rooms.setdefault(row.room, {"sessions": {}})["sessions"][row.session] = describe_session(row)
    return {"rooms": rooms, "next": str(rows[PAGE - 1].id) if len(rows) > PAGE else None}


def describe_session(row: BackupSession) -> dict[str, Any]:
    """One backed-up key as the engine reads it."""
    return {
        "first_message_index": row.first_message_index,
        "forwarded_count": row.forwarded_count,
        "is_verified": row.is_verified,
        "session_data": json.loads(row.session_data),
        "hs_sender": row.hs_sender,
        "hs_mac": row.hs_mac,
    }


def find_blob(person: Person) -> dict[str, Any]:
    """The person's recovery blob; raises NotFound."""
    row = RecoveryBlob.objects.filter(person=person).first()
    if row is None:
        raise NotFound
    return describe_blob(row)


def describe_blob(row: RecoveryBlob) -> dict[str, Any]:
    """A recovery blob with its version."""
    return {"blob": json.loads(row.blob), "version": row.version}
