"""Which class of speech a model's aspects make of a text, before any label counts, and from which score on.

First person or at another, report or attack, present or past: the aspects answer that. Labels then say what an attack
is called. Thresholds are data (moderation/data/thresholds.toml) and may be shifted a little for a group.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from moderation.classifiers.outputs import ABUSE, ASPECTS
from moderation.verdicts import Kind

FILE = Path(__file__).resolve().parent / "data" / "thresholds.toml"
Shifts = Mapping[str, float]  # output -> what is added to its threshold in one group
NO_SHIFTS: Shifts = MappingProxyType({})
ABUSIVE = (*ABUSE, "sexual")
# At somebody here, or at a kind of people who may read here.
AIMED = ("attack", "sexual", "identity_attack")


@dataclass(frozen=True)
class Found:
    """A class, the labels that make an attack, and whether somebody else may be in danger now."""

    kind: Kind
    labels: tuple[str, ...] = ()
    concern: bool = False


@cache
def thresholds() -> Mapping[str, Mapping[str, Mapping[str, float]]]:
    """The scores from which outputs count: by aspects or labels, then plain, known, firm."""
    found: Mapping[str, Mapping[str, Mapping[str, float]]] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return found


def limits_for(*, known: bool, shifts: Shifts = NO_SHIFTS, by: str = "aspects") -> Mapping[str, float]:
    """The thresholds for a text in a group.

    `known` says that the rules know why strong words stand there; `by` is `labels` for a model that knows those alone.
    """
    limits = thresholds()[by]["known" if known else "plain"]
    if not shifts:
        return limits
    return {name: min(0.99, max(0.05, limit + shifts.get(name, 0.0))) for name, limit in limits.items()}


def knows_aspects(scores: Mapping[str, float]) -> bool:
    """Whether the model that scored decides classes."""
    return all(aspect in scores for aspect in ASPECTS)


def class_of(scores: Mapping[str, float], limits: Mapping[str, float]) -> Found:
    """The class of a text: risk wins over attack, unless it says more of harming another than of the author.

    "Nobody would miss you, do it" speaks of self-harm too; it is an attack, because it is more at another than about
    its author. A text that is as much a disclosure as an attack is a disclosure.
    """
    over = {name for name, limit in limits.items() if scores[name] >= limit}
    labels = tuple(label for label in ABUSIVE if label in over)
    method = "method" in over
    attack = bool(labels) and not over.isdisjoint(AIMED)
    rivals = [*(AIMED if attack else ()), *(("method",) if method else ())]
    against = max((scores[name] for name in rivals), default=0.0)
    if "self_harm" in over and scores["self_harm"] >= against:
        return Found(Kind.RISK)
    if method:
        return Found(Kind.METHOD, labels)
    if attack:
        return Found(Kind.ATTACK, labels)
    if "concern" in over:
        return Found(Kind.RECOVERY, concern=True)
    if max(scores["recovery"], scores["spoken"]) < 0.5:
        return Found(Kind.NONE)
    return Found(Kind.RECOVERY if scores["recovery"] >= scores["spoken"] else Kind.SPOKEN)
