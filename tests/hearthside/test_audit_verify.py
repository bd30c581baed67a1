"""Each kind of damage to the audit trail is found and named, and a whole trail is found whole."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection
from nacl.signing import SigningKey

from hearthside import audit_file
from hearthside.audit_codes import entry_tag, seal_mac
from hearthside.audit_file import add_checkpoint
from hearthside.audit_guards import remove_guards
from hearthside.audit_report import Report
from hearthside.audit_seals import COLUMNS, seal_entries
from hearthside.audit_verify import LATE, verify
from hearthside.models import AuditEntry, AuditSeal
from tests.hearthside.given_audit import checkpoints, damage, given_entry, given_trail, lines, seals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("audit_file")]

SEAL = "hearthside_auditseal"
ENTRY = "hearthside_auditentry"


def found(kind: str) -> list[int | None]:
    """Where a kind of damage is found, by sequence."""
    return [item.sequence for item in verify().damage if item.kind == kind]


def test_nothing_at_all_is_whole() -> None:
    report = verify()
    assert (report.damage, report.seals, report.waiting, report.checkpoints) == ([], 0, 0, 0)


def test_a_whole_trail_is_whole() -> None:
    given_trail(7)
    given_entry()
    report = verify()
    assert (report.damage, report.notes) == ([], [])
    assert (report.seals, report.waiting, report.checkpoints) == (7, 1, 5)


def test_more_than_one_batch_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hearthside.audit_verify.BATCH", 3)
    given_trail(9)
    report = verify()
    assert (report.damage, report.seals) == ([], 9)
    damage(f"UPDATE {ENTRY} SET verb = 'x' WHERE id = %s", [seals()[7].entry])
    assert found("edited") == [8]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "2026-01-01 00:00:00"),
        ("actor", uuid.UUID(int=5)),
        ("actor_role", "admin"),
        ("verb", "post.hidden"),
        ("thing", "post:other"),
        ("group", uuid.UUID(int=5)),
        ("about", uuid.UUID(int=5)),
        ("about", None),
        ("reason", "other"),
        ("reason", "care "),
        ("tag", "0" * 64),
    ],
)
def test_an_edited_entry_is_found(column: str, value: object) -> None:
    given_trail(5)
    damage(f'UPDATE {ENTRY} SET "{column}" = %s WHERE id = %s', [value, seals()[2].entry])
    assert found("edited") == [3]
    assert verify().kinds == {"edited"}


def test_an_entry_edited_before_its_seal_is_found() -> None:
    entry = given_entry()
    damage(f"UPDATE {ENTRY} SET reason = 'other' WHERE id = %s", [entry.id])
    assert [(item.kind, item.entry) for item in verify().damage] == [("edited", entry.id.hex)]
    seal_entries.func()
    assert verify().kinds == {"edited"}


def test_an_entry_put_in_by_somebody_else_is_found() -> None:
    given_trail(3)
    row = AuditEntry.objects.first()
    assert row is not None
    row.pk, row.reason = uuid.uuid4(), "forged"
    row.save(force_insert=True)
    assert verify().kinds == {"edited"}


def test_a_deleted_entry_is_found() -> None:
    given_trail(5)
    damage(f"DELETE FROM {ENTRY} WHERE id = %s", [seals()[3].entry])
    assert (found("deleted"), verify().kinds) == ([4], {"deleted"})


def test_an_entry_deleted_before_its_seal_is_found() -> None:
    entry = given_entry()
    damage(f"DELETE FROM {ENTRY} WHERE id = %s", [entry.id])
    seal_entries.func()
    assert [(item.kind, item.entry) for item in verify().damage] == [("deleted", entry.id.hex)]


@pytest.mark.parametrize("gone", [[1], [3], [2, 3]])
def test_deleted_seals_are_found(gone: list[int]) -> None:
    given_trail(5)
    for sequence in gone:
        damage(f"DELETE FROM {SEAL} WHERE sequence = %s", [sequence])
    missing = [(item.sequence, item.until) for item in verify().damage if item.kind == "missing"]
    assert missing == [(gone[0], gone[-1])]
    assert "unsealed" in verify().kinds


def test_a_deleted_entry_with_its_seal_is_found() -> None:
    given_trail(5)
    entry = seals()[2].entry
    damage(f"DELETE FROM {ENTRY} WHERE id = %s", [entry])
    damage(f"DELETE FROM {SEAL} WHERE sequence = 3")
    assert found("missing") == [3]


def test_closing_a_gap_is_found() -> None:
    given_trail(6)
    damage(f"DELETE FROM {ENTRY} WHERE id = %s", [seals()[2].entry])
    damage(f"DELETE FROM {SEAL} WHERE sequence = 3")
    for sequence in (4, 5, 6):
        damage(f"UPDATE {SEAL} SET sequence = %s WHERE sequence = %s", [sequence - 1, sequence])
    kinds = verify().kinds
    assert "reordered" in kinds
    assert "cut" in kinds


def swap_places(first: int, second: int) -> None:
    for old, new in ((first, 0), (second, first), (0, second)):
        damage(f"UPDATE {SEAL} SET sequence = %s WHERE sequence = %s", [new, old])


def swap_entries(first: int, second: int) -> None:
    one, two = (seals()[number - 1].entry for number in (first, second))
    for entry, sequence in ((uuid.UUID(int=0), first), (one, second), (two, first)):
        damage(f"UPDATE {SEAL} SET entry = %s WHERE sequence = %s", [entry, sequence])


@pytest.mark.parametrize("swap", [swap_places, swap_entries])
@pytest.mark.parametrize("places", [(2, 5), (3, 4), (1, 6)])
def test_another_order_is_found(swap: Callable[[int, int], None], places: tuple[int, int]) -> None:
    given_trail(6)
    swap(*places)
    assert set(found("reordered")) & set(places)
    assert "edited" not in verify().kinds


def test_an_edited_seal_is_found_and_the_next_is_not_blamed() -> None:
    given_trail(5)
    damage(f"UPDATE {SEAL} SET mac = %s WHERE sequence = 3", ["f" * 64])
    assert found("seal") == [3]


def test_a_seal_put_in_by_somebody_else_is_found() -> None:
    given_trail(3)
    entry = given_entry()
    AuditSeal.objects.create(sequence=4, entry=entry.id, mac="a" * 64)
    assert found("seal") == [4]


@pytest.mark.parametrize("kept", [0, 1, 4])
def test_a_cut_end_is_found(kept: int) -> None:
    given_trail(6)
    for seal in seals()[kept:]:
        damage(f"DELETE FROM {ENTRY} WHERE id = %s", [seal.entry])
    damage(f"DELETE FROM {SEAL} WHERE sequence > %s", [kept])
    assert [(item.kind, item.sequence, item.until) for item in verify().damage] == [("cut", kept, 6)]


def test_a_cut_end_that_grew_again_is_found() -> None:
    given_trail(6)
    for seal in seals()[2:]:
        damage(f"DELETE FROM {ENTRY} WHERE id = %s", [seal.entry])
    damage(f"DELETE FROM {SEAL} WHERE sequence > 2")
    for _ in range(8):
        given_entry()
        seal_entries.func()
    assert verify().kinds == {"rewritten"}


def test_a_chain_made_anew_with_the_key_is_found() -> None:
    """Who stole the keys and owns the database still cannot change what was signed outside."""
    given_trail(4)
    mac = "0" * 64
    for seal in seals():
        entry = AuditEntry.objects.get(pk=seal.entry)
        entry.reason = "changed"
        entry.tag = entry_tag([getattr(entry, name) for name in COLUMNS[:-1]])
        mac = seal_mac(mac, seal.sequence, [getattr(entry, name) for name in COLUMNS])
        damage(f"UPDATE {ENTRY} SET reason = 'changed', tag = %s WHERE id = %s", [entry.tag, entry.pk])
        damage(f"UPDATE {SEAL} SET mac = %s WHERE sequence = %s", [mac, seal.sequence])
    assert verify().kinds == {"rewritten"}


@pytest.mark.parametrize(("minutes", "kinds"), [(0, set()), (2, {"unsealed"}), (-2, {"unsealed"})])
def test_an_unsealed_end_is_found_when_it_is_old(minutes: int, kinds: set[str], moved_clock: list) -> None:  # type: ignore[type-arg]
    given_trail(2)
    given_entry()
    moved_clock[0] = LATE * minutes
    assert verify().kinds == kinds


def test_missing_guards_are_found() -> None:
    remove_guards(connection)
    assert verify().kinds == {"guard"}


def changed(number: int, change: Callable[[bytes], bytes]) -> None:
    """Change one line of the checkpoint file."""
    old = lines()
    old[number] = change(old[number])
    checkpoints().write_bytes(b"".join(old))


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda line: line.replace(b'"sequence":', b'"sequence":1'), "forged"),
        (lambda line: line.replace(b'"signature":"', b'"signature":"0'), "forged"),
        (lambda line: b"{}\n", "forged"),
        (lambda line: b"\xff\xfe\n", "forged"),
        (lambda line: line.replace(b",", b", ", 1), "forged"),
        (lambda line: line + line, "file_cut"),
        (lambda line: b"", "file_cut"),
    ],
)
@pytest.mark.parametrize("number", [0, 1])
def test_a_changed_checkpoint_is_found(change: Callable[[bytes], bytes], kind: str, number: int) -> None:
    given_trail(6)
    assert len(lines()) == 5
    changed(number, change)
    assert verify().kinds == {kind}


def test_lines_in_another_order_are_found() -> None:
    given_trail(6)
    first, second, third, *rest = lines()
    checkpoints().write_bytes(b"".join([first, third, second, *rest]))
    assert "file_cut" in verify().kinds


@pytest.mark.parametrize("left", [0, 1, 2, 4])
def test_a_cut_file_is_found(left: int) -> None:
    given_trail(6)
    checkpoints().write_bytes(b"".join(lines()[:left]))
    assert verify().kinds == ({"uncovered"} if left else {"file_missing"})


def test_a_missing_file_is_found() -> None:
    given_trail(6)
    checkpoints().unlink()
    assert verify().kinds == {"file_missing"}


def test_a_file_begun_anew_is_found() -> None:
    given_trail(6)
    checkpoints().unlink()
    given_entry()
    seal_entries.func()
    assert verify().kinds == {"file_cut"}


def test_a_file_that_cannot_be_read_is_found() -> None:
    given_trail(2)
    checkpoints().unlink()
    checkpoints().mkdir()
    assert "file_unreadable" in verify().kinds


def test_a_checkpoint_signed_with_another_key_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    given_trail(2)
    monkeypatch.setattr(audit_file, "signing_key", lambda: SigningKey(b"x" * 32))
    head = verify()
    add_checkpoint(checkpoints(), "seals", head.head, head.mac)
    monkeypatch.undo()
    monkeypatch.setattr("hearthside.audit_report.public_key", str)
    assert verify().kinds == {"forged"}


def test_every_damage_has_words() -> None:
    given_trail(5)
    damage(f"DELETE FROM {ENTRY} WHERE id = %s", [seals()[3].entry])
    damage(f"UPDATE {SEAL} SET mac = 'x' WHERE sequence = 2")
    damage(f"DELETE FROM {SEAL} WHERE sequence = 5")
    checkpoints().write_bytes(b"{}\n" + checkpoints().read_bytes())
    report = verify()
    assert {"deleted", "seal", "cut", "forged", "unsealed"} <= report.kinds
    assert all(len(item.words(report.path)) > 20 for item in report.damage)
    assert "DAMAGED" in report.as_text()


def test_a_long_list_is_shortened_only_in_words() -> None:
    report = Report(path=checkpoints())
    for number in range(150):
        report.add("missing", sequence=number, until=number)
    assert "50 more" in report.as_text()
    assert len(report.as_dict()["damage"]) == 150
    assert replace(report).kinds == {"missing"}
