"""The sealer: gives each entry of the audit trail its place in a chain, and writes down outside how far that reaches.

Entries are sealed in the order in which the sealer meets them (time, then id, within one look). One that is committed
late, or was stamped by a clock since moved, simply gets a later place, so no moment has to be waited for.
"""

from __future__ import annotations

from functools import partial

import structlog
from django.conf import settings
from django.db import connection
from django_tasks import task

from hearthside import live
from hearthside.audit_codes import FIELDS, START, seal_mac, selected
from hearthside.audit_file import add_checkpoint, last_checkpoint
from hearthside.audit_model import AuditSeal
from hearthside.rows import as_value

MOST = 200  # entries in one transaction: the writer serves people in between
SEAL_LOCK = 7_461_002  # any number, the same in every process (PostgreSQL advisory lock)
COLUMNS = (*FIELDS, "tag")

log = structlog.get_logger("hearthside.audit")

_WAITING = (
    "FROM hearthside_auditwaiting w JOIN hearthside_auditentry e ON e.id = w.entry "
    "WHERE NOT EXISTS (SELECT 1 FROM hearthside_auditseal s WHERE s.entry = w.entry)"
)
_INSERT = "INSERT INTO hearthside_auditseal (sequence, entry, mac) VALUES (%s, %s, %s)"
_SEALED = (
    "DELETE FROM hearthside_auditwaiting WHERE EXISTS "
    "(SELECT 1 FROM hearthside_auditseal s WHERE s.entry = hearthside_auditwaiting.entry)"
)


@task()
def seal_entries() -> None:
    """Seal every entry that waits, then sign how far the chain reaches.

    A crash in between leaves a chain without its checkpoint: the next run writes it.
    """
    if count_waiting() and read_head()[0] == 0:
        begin_file()
    while count_waiting():
        live.write(live.Write(partial(_seal, MOST)))
    sign_head()


def count_waiting() -> int:
    """How many entries wait for a seal, counted up to one batch."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM (SELECT 1 {_WAITING} LIMIT {MOST}) AS found")  # nosec B608
        return int(cursor.fetchone()[0])


def read_head() -> tuple[int, str]:
    """Sequence and HMAC of the newest seal; 0 and START before the first."""
    newest = AuditSeal.objects.order_by("-sequence").first()
    return (newest.sequence, newest.mac) if newest else (0, START)


def _seal(most: int) -> live.Answer:
    """Chain up to `most` entries; a second sealer waits for the first and finds nothing left to do."""
    vendor = connection.vendor
    with connection.cursor() as cursor:
        if vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEAL_LOCK])
        sequence, mac = read_head()
        columns = selected(vendor, "e", COLUMNS)
        cursor.execute(f'SELECT e.id, {columns} {_WAITING} ORDER BY e."at", e.id LIMIT {most}')  # nosec B608
        for entry, *values in cursor.fetchall():
            sequence += 1
            mac = seal_mac(mac, sequence, values)
            cursor.execute(_INSERT, [sequence, as_value(entry, vendor), mac])
        cursor.execute(_SEALED)
    return {"sequence": sequence}


def begin_file() -> None:
    """Write the file's first line before the first seal, so that a file that lacks it was cut or replaced."""
    path = settings.HEARTHSIDE.audit_file
    if last_checkpoint(path) is None:
        add_checkpoint(path, "begin", 0, START)


def sign_head() -> None:
    """Add a checkpoint unless the last one says the same."""
    path = settings.HEARTHSIDE.audit_file
    sequence, mac = read_head()
    last = last_checkpoint(path)
    if (last is None and sequence == 0) or (last and (last.sequence, last.mac) == (sequence, mac)):
        return
    if last is not None and last.sequence > sequence:
        log.error("audit.tail_missing", sealed=sequence, checkpoint=last.sequence)
    add_checkpoint(path, "seals", sequence, mac)
