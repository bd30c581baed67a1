"""`python -m moderation.score`: what goes in, what comes out, and what it says of a line that is none."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.classifiers.outputs import LABELS
from moderation.score import run
from tests.moderation.given_models import CALM, Answering, Throwing, Words
from tests.server import ROOT

RUDE = {"idiot": {"insult": 0.99, "toxicity": 0.99}}


def scored(lines: str, model: Any = None) -> tuple[list[dict[str, Any]], str, int]:
    """The answers, the complaints, and the exit code."""
    out, problems = io.StringIO(), io.StringIO()
    code = run(io.StringIO(lines), out, problems, model)
    return [json.loads(line) for line in out.getvalue().splitlines()], problems.getvalue(), code


def one(text: str, model: Any = None, **more: Any) -> dict[str, Any]:
    """The answer to one text."""
    answers, problems, code = scored(json.dumps({"id": 1, "text": text, **more}), model)
    assert (problems, code) == ("", 0)
    return answers[0]


@pytest.mark.parametrize(
    ("text", "flags", "kind"),
    [
        ("You are an idiot", ["toxicity", "insult"], "attack"),
        ("I want to die", ["self_harm"], "risk"),
        ("She is going to kill herself tonight", ["self_harm"], "recovery"),
        ("Two years ago I wanted to die", [], "recovery"),
        ("See you at six", [], "none"),
    ],
)
def test_rules_alone_flag_and_class(text: str, flags: list[str], kind: str) -> None:
    answer = one(text)
    assert (answer["flags"], answer["class"]) == (flags, kind)
    assert set(answer["scores"]) == set(LABELS)
    assert "aspects" not in answer


def test_a_model_flags_what_rules_do_not_know() -> None:
    calm = one("You said that the bus was late", Answering([dict(CALM)]))
    harsh = one("You said that the bus was late", Answering([{**CALM, "harassment": 0.99}]))
    assert calm["flags"] == []
    assert harsh["flags"] == ["toxicity", "harassment"]
    assert harsh["scores"]["harassment"] == 0.99


def test_names_are_known_as_in_a_group() -> None:
    assert one("Rowan is a liar and a cheat")["flags"] == []
    assert one("Rowan is a liar and a cheat", names=["Rowan"])["flags"] != []


@given(st.lists(st.text(max_size=40), max_size=150))
def test_every_text_has_one_answer_in_its_order(texts: list[str]) -> None:
    lines = "\n".join(json.dumps({"id": number, "text": text}) for number, text in enumerate(texts))
    answers, problems, code = scored(lines, Words(RUDE))
    assert [answer["id"] for answer in answers] == list(range(len(texts)))
    assert (problems, code) == ("", 0)


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[]",
        '"text"',
        '{"id": 1}',
        '{"text": "no id"}',
        '{"id": 1, "text": 5}',
        "null",
        '{"id": 1, "text": "x", "names": "Rowan"}',
        '{"id": 1, "text": "x", "names": [1]}',
    ],
)
def test_a_wrong_line_is_named_and_the_others_are_scored(line: str) -> None:
    answers, problems, code = scored(f'{{"id": 1, "text": "hello"}}\n\n{line}\n{{"id": 2, "text": "bye"}}')
    assert [answer["id"] for answer in answers] == [1, 2]
    assert problems.startswith("line 3: ")
    assert code == 1


def test_a_broken_model_is_not_taken_for_a_calm_one() -> None:
    with pytest.raises(RuntimeError):
        one("hello", Throwing())


def test_the_command_leaves_nothing_behind(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("HEARTHSIDE", "DJANGO"))}
    done = subprocess.run(
        [sys.executable, "-m", "moderation.score", "--classifier", "rules"],
        input='{"id": "a", "text": "You are an idiot"}\n', capture_output=True, text=True, timeout=60, check=False,
        cwd=ROOT, env={**env, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["flags"] == ["toxicity", "insult"]
    assert list(tmp_path.iterdir()) == []
