"""Scoring from the command line: JSON lines in, JSON lines out, nothing stored and no network.

    python -m moderation.score [--classifier rules|local|detoxify] < texts.jsonl > scores.jsonl

In: `{"id", "text"}`; `names` may hold the names that a group's members go by. Out: `{"id", "scores", "flags",
"class"}`. `scores` has the eight labels, `aspects` what decided the class where a model knows any; `flags` are the
labels that would act (abuse labels and `sexual` hold a post, `self_harm` brings somebody to look after a person);
`class` is none, risk, method, attack, recovery or spoken.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from moderation.classifiers.outputs import ABUSE, ASPECTS, LABELS

if TYPE_CHECKING:
    from moderation.scoring import Model
    from moderation.verdicts import Verdict

TOGETHER = 64  # texts that are read before the model is asked
RULE_LABELS = {
    "insult": "insult",
    "insult_named": "insult",
    "threat": "threat",
    "slur": "identity_attack",
    "identity_attack": "identity_attack",
    "sexual": "sexual",
}  # what a rule of class C is called among the labels; any other is harassment


class BadLine(ValueError):
    """A line that is no text; the message says which, and why."""


def read_lines(lines: Iterable[str]) -> Iterator[dict[str, Any] | BadLine]:
    """Each line as an object with id, text and names, or what is wrong with it; empty lines are left out."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except json.JSONDecodeError as problem:
            yield BadLine(f"line {number}: not JSON ({problem.msg})")
            continue
        names = found.get("names", []) if isinstance(found, dict) else []
        if not isinstance(found, dict) or not isinstance(found.get("text"), str) or "id" not in found:
            yield BadLine(f'line {number}: an object with "id" and "text" is needed')
        elif not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            yield BadLine(f'line {number}: "names" is a list of names')
        else:
            yield {"id": found["id"], "text": found["text"], "names": tuple(names)}


def score_rows(rows: list[dict[str, Any]], model: Model | None) -> Iterator[dict[str, Any]]:
    """What screening would make of each row, in order."""
    from moderation.ruling import verdict_of
    from moderation.weighing import weigh
    from moderation.words import read

    every = model.score([row["text"] for row in rows]) if model else [None] * len(rows)
    for row, scores in zip(rows, every, strict=True):
        reading = read(row["text"], row["names"])
        verdict = verdict_of(reading)
        if model and scores is not None:
            verdict = weigh(verdict, scores, model.version, reading)
        answer = {
            "id": row["id"],
            "scores": {label: verdict.scores.get(label, 0.0) for label in LABELS},
            "flags": flags_of(verdict),
            "class": verdict.kind.value,
        }
        aspects = {aspect: verdict.scores[aspect] for aspect in ASPECTS if aspect in verdict.scores}
        yield {**answer, "aspects": aspects} if aspects else answer


def flags_of(verdict: Verdict) -> list[str]:
    """The labels that act in a verdict, whether a rule or a model spoke up."""
    from moderation.verdicts import Lane

    found = set()
    for reason in verdict.reasons:
        name = reason.rule.removeprefix("model_")
        if reason.lane is Lane.CARE:
            found.add("self_harm")
        elif reason.lane is Lane.CONDUCT and name in LABELS:
            found.add(name)
        elif reason.lane is Lane.CONDUCT and name != "method":
            found.add(RULE_LABELS.get(name, "harassment"))
    if found & set(ABUSE):
        found.add("toxicity")
    return sorted(found, key=LABELS.index)


def run(source: IO[str], target: IO[str], problems: IO[str], model: Model | None) -> int:
    """Score all lines; answers the exit code: 1 when a line could not be read, after all others were scored."""
    lines, code = read_lines(source), 0
    while some := list(islice(lines, TOGETHER)):
        rows = [line for line in some if isinstance(line, dict)]
        for problem in (line for line in some if isinstance(line, BadLine)):
            print(problem, file=problems)
            code = 1
        for answer in score_rows(rows, model) if rows else ():
            target.write(json.dumps(answer, ensure_ascii=False) + "\n")
        target.flush()
    return code


def main() -> int:
    """Score standard input."""
    parser = argparse.ArgumentParser(prog="python -m moderation.score", description=__doc__.split("\n")[0])
    parser.add_argument(
        "--classifier",
        choices=("rules", "local", "detoxify", "off"),
        default=os.environ.get("HEARTHSIDE_CLASSIFIER") or "local",
    )
    args = parser.parse_args()
    os.environ["HEARTHSIDE_CLASSIFIER"] = args.classifier
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearthside.settings")
    # Settings make a keyring where they find none; scoring needs none, and must not leave one behind.
    given = os.environ.get("HEARTHSIDE_DATA")
    with nullcontext(given) if given else tempfile.TemporaryDirectory() as folder:
        os.environ["HEARTHSIDE_DATA"] = folder or ""
        import django

        django.setup()
        from moderation.scoring import make_model

        return run(sys.stdin, sys.stdout, sys.stderr, make_model(args.classifier))


if __name__ == "__main__":
    sys.exit(main())
