"""The optional writer: what it gets, and that a draft survives whatever it does."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from community.summarising import writer
from community.summarising.names_check import Guarded
from community.summarising.sections import Section
from community.summarising.writer import CommandWriter, Rows, WriterFailed, find_writer, rephrased
from hearthside.config import writer_problems

GUARDED = Guarded(("Brunhilde",))
DRAFT = [
    Section("agenda", "agenda", "What was on the agenda", "- The week"),
    Section("notes", "notes", "From your facilitators", "Only ours"),
    Section("themes", "themes", "What the group spoke about", "- sleep"),
    Section("assignments", "assignments", "To do", ""),
    Section("resources", "resources", "To read", "- For Brunhilde"),
    Section("next", "next", "The next session", "Thursday"),
]
seen: list[Rows] = []


def kind_writer(rows: Rows) -> Rows:
    """A writer that an import path can name."""
    seen.append(rows)
    return [{**row, "text": f"Kindly: {row['text']}"} for row in rows]


def texts(sections: list[Section]) -> dict[str, str]:
    """What the sections say."""
    return {one.id: one.text for one in sections}


def test_a_writer_gets_the_draft_without_names_and_nothing_else() -> None:
    seen.clear()
    found = texts(rephrased(DRAFT, GUARDED, writer=kind_writer))
    (rows,) = seen
    assert [(row["kind"], row["text"]) for row in rows] == [("agenda", "- The week"), ("themes", "- sleep")]
    assert {name for row in rows for name in row} == {"kind", "heading", "text"}
    assert found == {**texts(DRAFT), "agenda": "Kindly: - The week", "themes": "Kindly: - sleep"}


def raising(rows: Rows) -> Rows:
    raise RuntimeError("another program's")


@pytest.mark.parametrize(
    "bad",
    [
        raising,
        lambda rows: None,
        lambda rows: "words",
        lambda rows: [{"kind": "secret", "text": "x"}],
        lambda rows: [{"kind": "themes"}],
        lambda rows: [{"kind": "themes", "text": ""}],
        lambda rows: [{"kind": "themes", "text": "x" * 10_001}],
        lambda rows: [["themes", "x"]],
    ],
)
def test_a_writer_that_fails_costs_no_draft(bad: Any) -> None:
    assert rephrased(DRAFT, GUARDED, writer=bad) == DRAFT


def test_a_writer_that_names_somebody_is_not_believed() -> None:
    def naming(rows: Rows) -> Rows:
        return [
            {"kind": "agenda", "text": "Fine words"},
            {"kind": "themes", "text": "What Brunhilde said"},
        ]

    found = texts(rephrased(DRAFT, GUARDED, writer=naming))
    assert (found["agenda"], found["themes"]) == ("Fine words", "- sleep")


def test_a_writer_that_hangs_is_left(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(writer, "SECONDS", 0.3)
    command = CommandWriter([sys.executable, "-c", "import time; time.sleep(30)"])
    assert rephrased(DRAFT, GUARDED, writer=command) == DRAFT


def test_a_command_reads_and_writes_json(tmp_path: Path) -> None:
    script = tmp_path / "kind.py"
    script.write_text(
        "import json, sys\n"
        "rows = json.load(sys.stdin)['sections']\n"
        "print(json.dumps({'sections': [{**row, 'text': row['text'].upper()} for row in rows]}))\n"
    )
    found = find_writer(f"{sys.executable} {script}")
    assert isinstance(found, CommandWriter)
    assert texts(rephrased(DRAFT, GUARDED, writer=found))["themes"] == "- SLEEP"
    script.write_text("print('no json')")
    with pytest.raises(WriterFailed):
        found([])
    script.write_text("raise SystemExit(3)")
    with pytest.raises(WriterFailed):
        found([])


def test_which_writer_a_setting_names() -> None:
    assert find_writer("") is None
    assert find_writer(f"{__name__}:kind_writer") is kind_writer
    for path in ("no.such.module:write", "json:no_such_function"):
        with pytest.raises(WriterFailed):
            find_writer(path)
    assert json.dumps(find_writer("/bin/cat -u").command) == '["/bin/cat", "-u"]'  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("value", "fine"),
    [
        ("", True),
        (f"{__name__}:kind_writer", True),
        ("json:dumps", True),
        (f"{sys.executable} -m json.tool", True),
        ("no.such.module:write", False),
        ("/no/such/program --kindly", False),
        ('"not closed', False),
    ],
)
def test_a_writer_that_cannot_run_is_said_at_the_start(value: str, fine: bool) -> None:
    assert (writer_problems(value) == []) is fine


def test_by_default_there_is_none() -> None:
    assert rephrased(DRAFT, GUARDED) is DRAFT
