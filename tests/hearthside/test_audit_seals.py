"""The sealer: order, crashes at every step, two at once, entries that come late, clocks that move, restored copies."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import close_old_connections, connection

from hearthside import audit_file, clock
from hearthside.audit_codes import START
from hearthside.audit_file import add_checkpoint, last_checkpoint, read_lines
from hearthside.audit_seals import _seal, seal_entries
from hearthside.audit_verify import verify
from hearthside.jobs import Worker
from hearthside.models import AuditEntry, AuditSeal, AuditWaiting
from tests.hearthside.given_audit import checkpoints, damage, given_entry, given_trail, lines, seals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("audit_file")]


def whole() -> bool:
    """Whether the trail is whole and the newest checkpoint is the newest seal."""
    report = verify()
    last = last_checkpoint(checkpoints())
    assert report.damage == []
    return last is not None and (last.sequence, last.mac) == (report.head, report.mac)


def test_nothing_to_seal_writes_nothing() -> None:
    seal_entries.func()
    assert not checkpoints().exists()
    assert not AuditSeal.objects.exists()


def test_entries_are_sealed_in_order_once() -> None:
    entries = [given_entry() for _ in range(5)]
    for _ in range(2):
        seal_entries.func()
    assert [(seal.sequence, seal.entry) for seal in seals()] == [
        (number, entry.id) for number, entry in enumerate(entries, start=1)
    ]
    assert not AuditWaiting.objects.exists()
    assert [line.says.kind for line in read_lines(checkpoints()) if line.says] == ["begin", "seals"]
    assert whole()


def test_the_file_is_only_its_owners() -> None:
    given_trail(1)
    assert checkpoints().read_bytes().endswith(b"\n")
    says = [line.says for line in read_lines(checkpoints())]
    assert says[0] is not None
    assert (says[0].sequence, says[0].mac, says[0].previous) == (0, START, START)


def test_many_entries_take_several_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hearthside.audit_seals.MOST", 2)
    for _ in range(5):
        given_entry()
    seal_entries.func()
    assert len(seals()) == 5
    assert whole()


def test_a_late_entry_gets_a_later_place() -> None:
    """On PostgreSQL an action may commit after one that began later was sealed."""
    given_trail(2)
    with clock.as_of(clock.now() - timedelta(days=1)):
        late = given_entry()
    seal_entries.func()
    assert seals()[-1].entry == late.id
    assert whole()


def test_a_clock_moved_back_and_forth_changes_nothing(moved_clock: list[timedelta]) -> None:
    for hours in (0, 5, -5, 0, 100):
        moved_clock[0] = timedelta(hours=hours)
        given_entry()
        seal_entries.func()
    assert len(seals()) == 5
    assert whole()


def test_a_crash_between_seal_and_checkpoint_is_made_good() -> None:
    given_trail(2)
    given_entry()
    _seal(10)
    assert last_checkpoint(checkpoints()).sequence == 2  # type: ignore[union-attr]
    assert verify().damage == []
    seal_entries.func()
    assert whole()


def test_a_crash_while_a_checkpoint_is_written_is_made_good() -> None:
    given_trail(2)
    given_entry()
    torn = lines()[-1][:40]
    with checkpoints().open("ab") as file:
        file.write(torn)
    assert verify().damage == []
    seal_entries.func()
    assert whole()
    assert any("power cut" in note for note in verify().notes)
    given_entry()
    seal_entries.func()
    assert whole()


def test_a_crash_at_the_very_first_line_is_made_good() -> None:
    checkpoints().write_bytes(b'{"at":"2026')
    given_entry()
    seal_entries.func()
    report = verify()
    assert (report.damage, report.seals) == ([], 1)


def test_a_torn_line_that_nobody_vouches_for_is_damage() -> None:
    given_trail(2)
    with checkpoints().open("ab") as file:
        file.write(b"torn\n")
    given_entry()
    seal_entries.func()
    assert verify().kinds == {"forged"}


def test_a_file_that_cannot_be_written_leaves_the_seals_and_is_caught_up() -> None:
    given_trail(2)
    kept = checkpoints().read_bytes()
    checkpoints().unlink()
    checkpoints().mkdir()
    given_entry()
    with pytest.raises(OSError):
        seal_entries.func()
    assert len(seals()) == 3
    checkpoints().rmdir()
    checkpoints().write_bytes(kept)
    seal_entries.func()
    assert whole()


def test_a_long_line_does_not_hide_the_last_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_file, "TAIL_BYTES", 16)
    given_trail(3)
    given_entry()
    seal_entries.func()
    assert whole()


def test_a_sealed_entry_put_in_the_queue_again_stops_nobody() -> None:
    entry, *_ = given_trail(2)
    AuditWaiting.objects.create(entry=entry.id)
    given_entry()
    seal_entries.func()
    assert len(seals()) == 3
    assert not AuditWaiting.objects.exists()
    assert whole()


def test_an_older_copy_put_back_is_noticed_and_can_be_said() -> None:
    given_trail(6)
    for seal in seals()[3:]:
        damage("DELETE FROM hearthside_auditentry WHERE id = %s", [seal.entry])
    damage("DELETE FROM hearthside_auditseal WHERE sequence > 3")
    given_entry()
    seal_entries.func()
    assert verify().kinds <= {"cut", "rewritten"}
    report = verify()
    add_checkpoint(checkpoints(), "restored", report.head, report.mac, kept=report.agreed)
    for _ in range(4):
        given_entry()
        seal_entries.func()
    assert whole()
    assert len(verify().notes) == 1


def test_a_restore_that_was_said_excuses_nothing_later() -> None:
    given_trail(3)
    report = verify()
    add_checkpoint(checkpoints(), "restored", report.head, report.mac, kept=2)
    given_trail(3)
    for seal in seals()[4:]:
        damage("DELETE FROM hearthside_auditentry WHERE id = %s", [seal.entry])
    damage("DELETE FROM hearthside_auditseal WHERE sequence > 4")
    assert verify().kinds == {"cut"}


@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_seal_each_entry_once() -> None:
    entries = [given_entry() for _ in range(40)]
    start = threading.Barrier(3)
    errors: list[BaseException] = []

    def seal() -> None:
        try:
            start.wait(5)
            seal_entries.func()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    sealers = [threading.Thread(target=seal) for _ in range(3)]
    for sealer in sealers:
        sealer.start()
    for sealer in sealers:
        sealer.join(20)
    assert errors == []
    assert sorted(seal.entry for seal in seals()) == sorted(entry.id for entry in entries)
    assert verify().damage == []


@pytest.mark.timed
@pytest.mark.django_db(transaction=True)
def test_a_worker_seals_within_two_seconds() -> None:
    worker = Worker()
    worker.start()
    try:
        for _ in range(3):
            began = time.monotonic()
            entry = given_entry()
            while not AuditSeal.objects.filter(entry=entry.id).exists():
                assert time.monotonic() - began < 2
                time.sleep(0.02)
    finally:
        worker.stop()
        close_old_connections()
    assert AuditEntry.objects.count() == 3


def test_a_checkpoint_is_seen_on_the_disk(monkeypatch: pytest.MonkeyPatch, audit_file: Path) -> None:
    synced: list[int] = []
    monkeypatch.setattr("os.fsync", synced.append)
    given_trail(1)
    assert len(synced) == 3  # the first line, its folder, the second line
