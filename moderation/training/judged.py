"""Evaluation rows with what the whole of screening, rules and the model that ships, makes of each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from moderation.classifiers.local import LocalModel
from moderation.classifiers.outputs import ABUSE, OUTPUTS
from moderation.ruling import verdict_of
from moderation.score import flags_of
from moderation.training.measuring import Flags, Floats
from moderation.training.rows import PUBLIC, SHARE_ALIKE, Row, own_rows, public_rows
from moderation.training.texts import Text, read_texts
from moderation.verdicts import Action
from moderation.weighing import weigh
from moderation.words import read

HELD_OUT = Path(__file__).resolve().parent / "held_out"  # texts that nothing was trained or chosen on
TOGETHER = 256


@dataclass(frozen=True)
class Judged:
    """A row, its scores in the order of OUTPUTS, the labels that act, and whether the text is held."""

    row: Row
    scores: tuple[float, ...]
    flags: frozenset[str]
    kind: str
    held: bool

    @property
    def abuse(self) -> bool:
        """Whether it is flagged as abuse, sexual words too."""
        return bool(self.flags & {*ABUSE, "sexual"})

    @property
    def crisis(self) -> bool:
        """Whether somebody is sent to look after a person."""
        return "self_harm" in self.flags


def eval_rows(data: Path) -> list[Row]:
    """All rows kept for evaluation: public ones (share-alike too), our own kept aside, those written blind."""
    public = [row for row in public_rows(data, (*PUBLIC, *SHARE_ALIKE)) if row.split == "eval"]
    own = [row for row in own_rows() if row.split == "eval"]
    return [*public, *own, *blind_rows(), *check_rows(data)]


def blind_rows() -> list[Row]:
    """The texts that were written without a look at any other, each file a source of its own."""
    return [as_row(number, text) for number, text in enumerate(read_texts(HELD_OUT))]


def as_row(number: int, text: Text) -> Row:
    """A held-out text as an evaluation row."""
    return Row(
        f"{text.file}-{number}", text.text, text.targets, 1.0, text.file, text.family, "eval", text.group, text.kind
    )  # fmt: skip


def check_rows(data: Path) -> list[Row]:
    """The functional cases of the data folder: `kind` holds what is expected of each."""
    found = []
    for line in (data / "groupcheck.jsonl").read_text(encoding="utf-8").splitlines():
        raw = json.loads(line)
        found.append(
            Row(raw["id"], raw["text"], {}, 1.0, "groupcheck", raw["functionality"], "eval", raw["id"], raw["expect"])
        )  # fmt: skip
    return found


def judge_rows(rows: Sequence[Row], model: LocalModel) -> list[Judged]:
    """What screening makes of each row, for an author who lets models read."""
    found = []
    for start in range(0, len(rows), TOGETHER):
        some = rows[start : start + TOGETHER]
        for row, scores in zip(some, model.score([row.text for row in some]), strict=True):
            reading = read(row.text)
            verdict = weigh(verdict_of(reading), scores, model.version, reading)
            found.append(
                Judged(
                    row, tuple(scores[name] for name in OUTPUTS), frozenset(flags_of(verdict)), verdict.kind.value,
                    verdict.action is Action.HOLD,
                )
            )  # fmt: skip
    return found


def column(judged: Sequence[Judged], output: str) -> tuple[Floats, Flags]:
    """Scores and truth of one output, of the rows that know it."""
    place = OUTPUTS.index(output)
    known = [one for one in judged if output in one.row.targets]
    return (
        np.array([one.scores[place] for one in known], dtype=float),
        np.array([one.row.targets[output] > 0.5 for one in known], dtype=bool),
    )


def passes(one: Judged) -> bool:
    """Whether a functional case came out as a careful facilitator would have it."""
    expected = expectation(one.row)
    match expected:
        case "crisis":
            return one.crisis
        case "abuse":
            return one.abuse
        case "either":
            return one.abuse or one.crisis
        case _:
            return not one.abuse and not one.crisis


def expectation(row: Row) -> str:
    """What must be found in a row: crisis, abuse, either (means and encouragement), none."""
    if row.source == "groupcheck":
        return {"none": "none", "crisis": "crisis"}.get(row.kind, "abuse")
    if row.kind == "risk" or row.targets.get("concern"):
        return "crisis"
    if row.kind == "method":
        return "either"
    return "abuse" if row.kind == "attack" else "none"
