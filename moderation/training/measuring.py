"""Figures from scores: areas, recall at a budget of false alarms, calibration. Plain numpy, no opinions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
BINS = 10


def area(scores: Floats, true: Flags) -> float:
    """The area under the ROC curve: how often a true one scores above a false one, ties counting half.

    Mann and Whitney's U over the number of pairs. NaN when one side is empty.
    """
    if true.all() or not true.any():
        return float("nan")
    order = np.argsort(scores, kind="mergesort")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    values, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    sums = np.zeros(len(values))
    np.add.at(sums, places, ranks)
    ranks = (sums / counts)[places]
    positives = int(true.sum())
    return float(
        (ranks[true].sum() - positives * (positives + 1) / 2) / (positives * (len(scores) - positives))
    )


def threshold_at(harmless: Floats, budget: float) -> float:
    """The lowest threshold that at most `budget` (a share) of harmless scores reach."""
    if not len(harmless):
        return 1.0
    ordered = np.sort(harmless)[::-1]
    allowed = int(np.floor(budget * len(ordered)))
    return float(np.nextafter(ordered[allowed], 2.0)) if allowed < len(ordered) else 0.0


def recall_at(scores: Floats, true: Flags, budget: float) -> float:
    """The share of true ones at the threshold that `budget` of the false ones reach."""
    if not true.any():
        return float("nan")
    return float((scores[true] >= threshold_at(scores[~true], budget)).mean())


@dataclass(frozen=True)
class Bin:
    """One step of a calibration plot: what was said on average, how often it was so, of how many."""

    said: float
    was: float
    count: int


def calibration(scores: Floats, true: Flags) -> tuple[list[Bin], float]:
    """The steps of a calibration plot, and the expected calibration error (their mean distance, by count)."""
    edges = np.clip((scores * BINS).astype(int), 0, BINS - 1)
    bins = [
        Bin(float(scores[edges == at].mean()), float(true[edges == at].mean()), int((edges == at).sum()))
        for at in range(BINS)
        if (edges == at).any()
    ]
    error = sum(step.count * abs(step.said - step.was) for step in bins) / max(1, len(scores))
    return bins, float(error)


def interval(hits: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share (Wilson 1927); (0, 1) of none."""
    if not of:
        return 0.0, 1.0
    z, share = 1.959964, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * np.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return float(max(0.0, middle - half)), float(min(1.0, middle + half))


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table in Markdown."""
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(shown(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def shown(cell: object) -> str:
    """A number short, all else as it is."""
    if isinstance(cell, float):
        return "-" if np.isnan(cell) else f"{cell:.3f}"
    return str(cell).replace("|", "/")
