"""The ladder's own rules: what counts, what is proposed, and the lists that go with a step. Nothing here writes."""

from __future__ import annotations

import functools
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hearthside.errors import Invalid
from moderation.models import Step

DATA = Path(__file__).parent / "data"
Kind = Step.Kind
CHECK_IN = "check_in"


@dataclass(frozen=True)
class Proposal:
    """One threshold: this many counted reminders, and what must or must not have come before, propose a kind."""

    kind: str
    reminders: int
    within: timedelta
    why: str
    since: str = ""
    unless: str = ""


@dataclass(frozen=True)
class Ladder:
    """The numbers of moderation/data/ladder.toml."""

    fades_after: timedelta
    shortest_pause: int
    longest_pause: int
    usual_pause: int
    proposals: tuple[Proposal, ...]
    sentences: Mapping[str, str]


@dataclass(frozen=True)
class Line:
    """One line of a list: its code, its words, and whether it is the one that ends the membership."""

    what: str
    words: str
    ends: bool = False


@functools.cache
def ladder() -> Ladder:
    """The ladder as the data file has it."""
    data = tomllib.loads((DATA / "ladder.toml").read_text())
    return Ladder(
        fades_after=timedelta(days=data["reminder_fades_after_days"]),
        shortest_pause=data["shortest_pause_days"],
        longest_pause=data["longest_pause_days"],
        usual_pause=data["usual_pause_days"],
        proposals=tuple(_read_proposal(row) for row in data["proposals"]),
        sentences=data["sentences"],
    )


def _read_proposal(row: Mapping[str, Any]) -> Proposal:
    """One threshold of the data file."""
    rest = {name: value for name, value in row.items() if name != "within_days"}
    return Proposal(within=timedelta(days=row["within_days"]), **rest)


@functools.cache
def leave_lines() -> tuple[Line, ...]:
    """What is handed over before somebody leaves, in order; the last line ends the membership."""
    return tuple(Line(**row) for row in tomllib.loads((DATA / "leave_checklist.toml").read_text())["lines"])


def lines_of(kind: str) -> tuple[Line, ...]:
    """The list that goes with a kind of step."""
    if kind == Kind.LEAVE:
        return leave_lines()
    return (Line(CHECK_IN, ladder().sentences[CHECK_IN]),) if kind == Kind.PAUSE else ()


def counts(step: Step, at: datetime) -> bool:
    """Whether a step counts: reminders only, until they fade, unless they were lifted. A private word never does."""
    if step.kind != Kind.REMINDER or step.lifted_at is not None or step.fades_at is None:
        return False
    return step.at <= at < step.fades_at


def runs(step: Step, at: datetime) -> bool:
    """Whether a step is in force: a pause until it ends, held posts until lifted, leaving until it is done."""
    if step.lifted_at is not None:
        return False
    if step.kind == Kind.PAUSE:
        return step.ends_at is not None and at < step.ends_at
    return step.kind == Kind.POSTS_HELD or (step.kind == Kind.LEAVE and step.ends_at is None)


def propose(steps: Sequence[Step], at: datetime) -> tuple[str | None, str]:
    """What the thresholds propose for somebody with these steps, or None, and why, in a sentence for staff."""
    counted = [step for step in steps if counts(step, at)]
    sentences = ladder().sentences
    running = {step.kind for step in steps if runs(step, at)}
    for kind, name in ((Kind.LEAVE, "leaving"), (Kind.POSTS_HELD, "held"), (Kind.PAUSE, "paused")):
        if kind in running:
            return None, sentences[name]
    for proposal in ladder().proposals:
        before = _newest(steps, proposal.since or proposal.unless, at - proposal.within)
        if (before is None) if proposal.since else (before is not None):
            continue
        count = sum(1 for step in counted if not proposal.since or before is None or step.at > before)
        if count >= proposal.reminders:
            return proposal.kind, proposal.why.format(reminders=count)
    return None, sentences["some" if counted else "none"].format(reminders=len(counted))


def _newest(steps: Iterable[Step], kind: str, since: datetime) -> datetime | None:
    """When the newest step of a kind was taken that was not lifted; None when there is none since then."""
    found = [step.at for step in steps if step.kind == kind and step.lifted_at is None and step.at > since]
    return max(found, default=None)


def check_in_before(begins: datetime, ends: datetime) -> datetime:
    """When a pause's check-in is: the day before it ends, or half-way through a shorter one."""
    return ends - min(timedelta(days=1), (ends - begins) / 2)


def read_list(step: Step) -> list[dict[str, Any]]:
    """A step's list as it stands: `{what, words, done, reason}` for each line."""
    known = {line["what"]: line for line in json.loads(step.checklist or "[]")}
    blank = {"done": False, "reason": ""}
    return [
        {"what": line.what, "words": line.words, **_mark(known.get(line.what, blank))}
        for line in lines_of(step.kind)
    ]


def mark_list(step: Step, marks: Sequence[Mapping[str, Any]]) -> None:
    """Put marks `{what, done, reason}` on a step's list; lines that are not named stay as they are.

    Raises Invalid for a line that the list does not have, and for ending before the rest is settled.
    """
    lines = {line["what"]: line for line in read_list(step)}
    for mark in marks:
        if mark["what"] not in lines:
            raise Invalid(fields={"checklist": "This list has no such line. Please load it again."})
        lines[mark["what"]].update(_mark(mark))
    kept = [{"what": line["what"], **_mark(line)} for line in lines.values()]
    step.checklist = json.dumps(kept)
    if ends_membership(step) and any(not settled(line) for line in kept):
        raise Invalid(
            fields={
                "checklist": "Each line above the last is done, or has a reason why not, before this ends."
            }
        )


def _mark(line: Mapping[str, Any]) -> dict[str, Any]:
    return {"done": bool(line["done"]), "reason": str(line["reason"])}


def settled(line: Mapping[str, Any]) -> bool:
    """Whether a line is done, or somebody said why not."""
    return bool(line["done"]) or bool(line["reason"].strip())


def ends_membership(step: Step) -> bool:
    """Whether the line that ends the membership is done; a reason instead does not do."""
    ending = {line.what for line in lines_of(step.kind) if line.ends}
    return any(line["what"] in ending and line["done"] for line in read_list(step))


def checked_in(step: Step) -> bool:
    """Whether the check-in of a step took place, or somebody said why not."""
    return any(line["what"] == CHECK_IN and settled(line) for line in read_list(step))
