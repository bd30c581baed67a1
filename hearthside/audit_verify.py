"""What `hearthside audit verify` finds: every entry and seal read again, beside the checkpoints kept outside.

Nothing is written and no lock is held, so it runs beside a serving process. The checkpoint file is read first: what is
sealed meanwhile can then only be more than it says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

from django.conf import settings
from django.db import connection

from hearthside import clock
from hearthside.audit_codes import FIELDS, START, entry_tag, seal_mac, selected, spell
from hearthside.audit_guards import missing_guards
from hearthside.audit_report import Damage, Report
from hearthside.audit_standing import read_standing

LATE = timedelta(seconds=60)  # the sealer needs two; a machine may be busy
BATCH = 1000
COLUMNS = (*FIELDS, "tag")
MOST_SORTED_OUT = 20  # seals that fit nowhere, among which a swap is still looked for


@dataclass
class Row:
    """A seal as it is stored, with its entry's values; none when that is gone."""

    sequence: int
    entry: str
    mac: str
    values: tuple[Any, ...] | None
    previous: str = START


@dataclass
class Chain:
    """Where the walk along the chain is, and the seals that fit nowhere so far."""

    sequence: int = 0
    mac: str = START
    computed: str = START
    odd: list[Row] = field(default_factory=list)


def verify() -> Report:
    """Everything that is wrong with the audit trail, in the order of its sequence."""
    report = Report(path=settings.HEARTHSIDE.audit_file)
    standing = read_standing(report)
    for name in missing_guards(connection):
        report.add("guard", name=name)
    chain, late = Chain(), False
    for row in read_rows(report):
        if row.sequence == standing.highest + 1:
            late = row.values is None or is_late(row.values)
        check_row(report, chain, row)
        report.seals += 1
        standing.compare(report, row.sequence, row.mac)
    report.damage += sort_out(chain.odd)
    report.head, report.mac = chain.sequence, chain.mac
    standing.finish(report, chain.sequence, late=late)
    check_unsealed(report)
    return report


def read_rows(report: Report) -> Iterator[Row]:
    """The seals by sequence, with their entries, in batches."""
    vendor, after, where = connection.vendor, [0], ""
    chosen = f"{selected(vendor, 's', ('sequence', 'entry', 'mac'))}, {selected(vendor, 'e', COLUMNS)}"
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {chosen} FROM hearthside_auditseal s "  # nosec B608
                f"LEFT JOIN hearthside_auditentry e ON e.id = s.entry {where} "
                f"ORDER BY s.sequence LIMIT {BATCH}",
                after if where else [],
            )
            found = cursor.fetchall()
        for sequence, entry, mac, *values in found:
            try:
                number = int(spell(sequence))
            except ValueError:
                report.add("seal", entry=text(entry), sequence=None)
                return  # such rows sort last
            yield Row(number, text(entry), text(mac), tuple(values) if values[0] is not None else None)
        if len(found) < BATCH:
            return
        after, where = [number], "WHERE s.sequence > %s"


def text(value: Any) -> str:
    """A stored value as text for comparing and showing, whatever its bytes."""
    return spell(value).decode(errors="backslashreplace")


def check_row(report: Report, chain: Chain, row: Row) -> None:
    """One seal against its entry and the seal before it."""
    row.previous, before = chain.mac, chain.computed
    missing = row.sequence != chain.sequence + 1
    if missing:
        report.add("missing", sequence=chain.sequence + 1, until=row.sequence - 1)
    chain.sequence, chain.mac, chain.computed = row.sequence, row.mac, row.mac
    if row.values is None:
        report.add("deleted", sequence=row.sequence, entry=row.entry)
    elif entry_tag(row.values[:-1]) != text(row.values[-1]):
        report.add("edited", sequence=row.sequence, entry=row.entry)
    elif not missing and row.mac not in (
        made := seal_mac(row.previous, row.sequence, row.values),
        seal_mac(before, row.sequence, row.values),  # the one before was changed; this one was not
    ):
        chain.computed = made
        chain.odd.append(row)


def sort_out(odd: list[Row]) -> list[Damage]:
    """Which of the seals that do not fit were moved, and which changed."""
    if len(odd) > MOST_SORTED_OUT:
        return [Damage("seal", sequence=row.sequence, entry=row.entry) for row in odd]
    moved = {row.sequence for row in odd if was_moved(row, odd)}
    rest = [row for row in odd if row.sequence not in moved]
    if moved:  # a seal that follows one that was moved, and is right in itself
        befores = {row.mac for row in odd} | {row.previous for row in odd}
        rest = [row for row in rest if not any(fits(row, mac, row.sequence, row) for mac in befores)]
    return [
        Damage("reordered", sequence=row.sequence, entry=row.entry) for row in odd if row.sequence in moved
    ] + [Damage("seal", sequence=row.sequence, entry=row.entry) for row in rest]


def was_moved(row: Row, odd: list[Row]) -> bool:
    """Whether a seal was made for another place, or for another's entry."""
    befores = {other.mac for other in odd} | {other.previous for other in odd}
    places = {other.sequence for other in odd} - {row.sequence}
    if any(fits(row, mac, place, row) for mac, place in product(befores, places)):
        return True
    return any(fits(row, mac, row.sequence, other) for mac in befores for other in odd if other is not row)


def fits(row: Row, previous: str, sequence: int, other: Row) -> bool:
    """Whether a seal's HMAC is that of another place or another's entry."""
    return other.values is not None and seal_mac(previous, sequence, other.values) == row.mac


def is_late(values: tuple[Any, ...]) -> bool:
    """Whether an entry is too old to wait; one from the future, or of no moment, counts as such."""
    at = values[FIELDS.index("at")]
    try:
        moment = at if isinstance(at, datetime) else datetime.fromisoformat(text(at)).replace(tzinfo=UTC)
    except ValueError:
        return True
    return not abs(clock.now() - moment) <= LATE


def check_unsealed(report: Report) -> None:
    """Entries without a seal: changed ones, and those that should have one by now; and what was deleted before."""
    unsealed = (
        "FROM hearthside_auditentry e "
        "WHERE NOT EXISTS (SELECT 1 FROM hearthside_auditseal s WHERE s.entry = e.id)"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {unsealed}")  # nosec B608
        report.waiting = int(cursor.fetchone()[0])
        columns = selected(connection.vendor, "e", COLUMNS)
        cursor.execute(f'SELECT {columns} {unsealed} ORDER BY e."at", e.id LIMIT {BATCH}')  # nosec B608
        for values in cursor.fetchall():
            if entry_tag(values[:-1]) != text(values[-1]):
                report.add("edited", entry=text(values[0]), sequence=None)
            elif is_late(values):
                report.add("unsealed", entry=text(values[0]), at=text(values[1]))
        columns = selected(connection.vendor, "w", ("entry",))
        cursor.execute(
            f"SELECT {columns} FROM hearthside_auditwaiting w WHERE NOT EXISTS "  # nosec B608
            f"(SELECT 1 FROM hearthside_auditentry e WHERE e.id = w.entry) LIMIT {BATCH}"
        )
        for (entry,) in cursor.fetchall():
            report.add("deleted", entry=text(entry), sequence=None)
