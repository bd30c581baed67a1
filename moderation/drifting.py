"""How far a model's scores have moved from what they were: the population stability index, and the log's line of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import log as logarithm
from typing import Any

import structlog

BINS = 10  # of the same width, from 0 to 1
NEEDED = 200  # scored texts on either side, before anything is said
CHANGED, MOVED = 0.1, 0.25
NOUGHT = 0.5  # texts that are added to each bin, so that an empty one has a logarithm

log = structlog.get_logger("hearthside.drift")


def count_bins(scores: Iterable[float]) -> list[int]:
    """How many scores lie in each bin; a score on an edge counts in the bin above, 1 in the last."""
    counts = [0] * BINS
    for score in scores:
        counts[min(BINS - 1, max(0, int(score * BINS)))] += 1
    return counts


def stability(before: Sequence[int], recent: Sequence[int]) -> float:
    """The population stability index of two counts over the same bins: 0 for like shares, more the more they differ.

    The sum over the bins of (r - b) * ln(r / b), where b and r are a bin's shares before and of late (N. Siddiqi,
    "Credit Risk Scorecards", Wiley 2006; B. Yurdakul, "Statistical Properties of Population Stability Index",
    dissertation, Western Michigan University 2018). Each bin counts half a text more than it has, because an empty one
    would have no logarithm. Raises ValueError for counts of different lengths.
    """
    old, new = shares(before), shares(recent)
    return sum((r - b) * logarithm(r / b) for b, r in zip(old, new, strict=True))


def shares(counts: Sequence[int]) -> list[float]:
    """The share of each bin, with half a text more in each."""
    total = sum(counts) + NOUGHT * len(counts)
    return [(count + NOUGHT) / total for count in counts]


def reading_of(index: float | None) -> str:
    """How an index is usually read (Siddiqi): below 0.1 steady, from 0.25 on moved, between them watch; else too few.

    By chance alone it comes to about (bins - 1) * (1 / texts before + 1 / texts of late) (Yurdakul): 0.09 for 200 and
    200 texts with scores in all bins, and less where most bins are empty.
    """
    if index is None:
        return "too few"
    return "steady" if index < CHANGED else "watch" if index < MOVED else "moved"


def log_drift(found: Mapping[str, Any]) -> None:
    """One line of numbers; a warning when an output has moved."""
    indexes = {row["output"]: row["psi"] for row in found["outputs"] if row["psi"] is not None}
    moved = sum(1 for row in found["outputs"] if row["reading"] == "moved")
    report = log.warning if moved else log.info
    report(
        "classifier_drift",
        model=found["model_version"],
        before=found["before"]["texts"],
        recent=found["recent"]["texts"],
        moved=moved,
        unchecked=found["recent"]["unchecked"],
        p95_ms=found["recent"]["p95_ms"],
        **{f"psi_{output}": index for output, index in indexes.items()},
    )
