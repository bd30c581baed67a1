"""`hearthside audit`: exit codes, words and JSON that an operator and a cron job can act on."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from django.db import connection, transaction

from hearthside import __main__ as command
from hearthside import audit_command
from hearthside.audit_file import public_key
from hearthside.audit_guards import missing_guards, remove_guards
from hearthside.audit_seals import seal_entries
from hearthside.audit_verify import LATE
from tests.hearthside.given_audit import damage, given_entry, given_trail, lines, seals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("audit_file")]


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """The exit status of `hearthside audit ...`."""
    monkeypatch.setattr("sys.argv", ["hearthside", "audit", *words])
    before = os.umask(0o022)
    try:
        return command.main()
    finally:
        os.umask(before)


def cut_end() -> None:
    """Lose the newest two entries, as putting back a backup does."""
    for seal in seals()[-2:]:
        damage("DELETE FROM hearthside_auditentry WHERE id = %s", [seal.entry])
        damage("DELETE FROM hearthside_auditseal WHERE sequence = %s", [seal.sequence])


def test_a_whole_trail_exits_0(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    given_trail(3)
    assert run(monkeypatch, "verify") == 0
    said = capsys.readouterr().out
    assert "whole: 3 entries sealed" in said
    assert public_key() in said


def test_damage_exits_1_and_names_the_entry(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    given_trail(3)
    damage("UPDATE hearthside_auditentry SET verb = 'x' WHERE id = %s", [seals()[1].entry])
    assert run(monkeypatch, "verify") == 1
    said = capsys.readouterr().out
    assert f"Entry 2 ({seals()[1].entry.hex}) was changed" in said
    assert "make a copy of both" in said


def test_json_is_all_there_is(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    given_trail(3)
    damage("DELETE FROM hearthside_auditseal WHERE sequence = 2")
    assert run(monkeypatch, "verify", "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["clean"], said["sealed"], said["waiting"], said["public_key"]) == (False, 2, 1, public_key())
    assert [item["kind"] for item in said["damage"]] == ["missing", "unsealed"]
    assert said["damage"][0]["words"] == "Seals 2 to 2 were deleted."


def test_what_is_just_being_sealed_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, moved_clock: list[Any]
) -> None:
    given_entry()
    moved_clock[0] = LATE * 2
    monkeypatch.setattr("time.sleep", lambda seconds: seal_entries.func())
    assert run(monkeypatch, "verify") == 0


def test_what_stays_unsealed_is_damage(
    monkeypatch: pytest.MonkeyPatch, moved_clock: list[Any], capsys: Any
) -> None:
    given_entry()
    moved_clock[0] = LATE * 2
    monkeypatch.setattr(audit_command, "MOMENT_SECONDS", 0.0)
    assert run(monkeypatch, "verify") == 1
    assert "has no seal yet" in capsys.readouterr().out


def test_a_restore_is_said_once(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    given_trail(5)
    cut_end()
    assert run(monkeypatch, "verify") == 1
    assert run(monkeypatch, "restored") == 0
    assert run(monkeypatch, "verify") == 0
    assert "the operator said that a backup was put back" in capsys.readouterr().out
    count = len(lines())
    assert run(monkeypatch, "restored") == 0
    assert len(lines()) == count


def test_a_restore_explains_nothing_else(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    given_trail(5)
    cut_end()
    damage("UPDATE hearthside_auditentry SET verb = 'x' WHERE id = %s", [seals()[0].entry])
    count = len(lines())
    assert run(monkeypatch, "restored") == 1
    assert "nothing was written" in capsys.readouterr().out
    assert len(lines()) == count


def test_guards_are_put_back(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    assert run(monkeypatch, "guard") == 0
    remove_guards(connection)
    assert run(monkeypatch, "verify") == 1
    assert run(monkeypatch, "guard") == 0
    assert missing_guards(connection) == []
    assert run(monkeypatch, "verify") == 0


def test_a_database_without_a_trail_exits_2(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    with transaction.atomic():
        connection.cursor().execute("ALTER TABLE hearthside_auditseal RENAME TO hearthside_away")
        assert run(monkeypatch, "verify") == 2
        transaction.set_rollback(True)
    assert "Start Hearthside once" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setenv("HEARTHSIDE_AUDIT_FILE", "/nowhere/at/all/audit")
    assert run(monkeypatch, "verify") == 2
    assert "HEARTHSIDE_AUDIT_FILE" in capsys.readouterr().err
