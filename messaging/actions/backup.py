"""Keeping what somebody seals for themselves: the backup of room keys, and the recovery blob."""

from __future__ import annotations

import json
from typing import Any

from accounts.access import access_self
from accounts.models import Person
from hearthside.clock import now
from hearthside.errors import NotFound, ReauthenticationNeeded, Stale, WrongBackupVersion
from hearthside.live import Answer
from messaging.checks import check_backup
from messaging.ids import user_of
from messaging.models import BackupSession, BackupVersion, RecoveryBlob
from messaging.queries.backup import current_backup, describe_blob, newest_number, own_public_keys


def make_backup(person: Person, *, algorithm: str, auth_data: Any) -> Answer:
    """Begin a new backup; the one before is kept until it is deleted, but takes nothing more. Raises BadKeys."""
    access_self(person)
    data = check_backup(algorithm, auth_data, user_of(person.pk), own_public_keys(person))
    version = BackupVersion(
        person=person, number=newest_number(person) + 1, algorithm=algorithm, auth_data=json.dumps(data)
    )
    version.save(force_insert=True)
    return {"version": str(version.number)}


def delete_backup(person: Person, number: int) -> Answer:
    """Delete a backup with all its keys; raises NotFound."""
    access_self(person)
    version = BackupVersion.objects.filter(person=person, number=number, deleted=False).first()
    if version is None:
        raise NotFound
    version.sessions.all().delete()
    version.deleted = True
    version.save(update_fields=["deleted"])
    return {}


def keep_sessions(person: Person, number: int, sessions: list[BackupSession]) -> Answer:
    """Keep room keys in the backup in use, each only if it is better than what is there: it reads more messages.

    Raises WrongBackupVersion when another backup is in use.
    """
    access_self(person)
    version = current_backup(person)
    if version is None or version.number != number:
        raise WrongBackupVersion(current_version=str(version.number) if version else None)
    held = {
        (row.room, row.session): row
        for row in version.sessions.filter(session__in=[row.session for row in sessions])
    }
    changed = False
    for row in sessions:
        before = held.get((row.room, row.session))
        if before is not None and rank(before) <= rank(row):
            continue
        row.version = version
        row.pk = before.pk if before else None
        row.save()
        held[row.room, row.session] = row
        changed = True
    if changed:
        version.etag += 1
        version.save(update_fields=["etag"])
    return {"etag": str(version.etag), "count": version.sessions.count()}


def rank(row: BackupSession) -> tuple[int, int]:
    """How good a backed-up key is; less is better: from an earlier message on, then handed on fewer times."""
    return row.first_message_index, row.forwarded_count


def keep_blob(person: Person, *, blob: dict[str, Any], replaces: int, fresh: bool) -> Answer:
    """Keep the recovery blob on top of the version it replaces (0 for the first).

    Replacing one needs `fresh` proof of who asks. Raises Stale with the version there is, or ReauthenticationNeeded.
    """
    access_self(person)
    row = RecoveryBlob.objects.filter(person=person).first()
    if (row.version if row else 0) != replaces:
        raise Stale(current=describe_blob(row) if row else None)
    if row is None:
        row = RecoveryBlob(person=person, version=0)
    elif not fresh:
        raise ReauthenticationNeeded
    row.version, row.blob, row.at = row.version + 1, json.dumps(blob), now()
    row.save()
    return {"version": row.version}
