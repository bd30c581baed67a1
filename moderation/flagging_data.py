"""How many posts are drawn by chance, and how far thresholds may move, read from moderation/data/flagging.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

FILE = Path(__file__).resolve().parent / "data" / "flagging.toml"
LEAST_SHARE, MOST_SHARE = 0.01, 0.02
FARTHEST = 0.10


@dataclass(frozen=True)
class SampleData:
    """The share of quiet posts that is drawn, and how many of those must be decided before anything is said."""

    share: float
    needed: int


@dataclass(frozen=True)
class ShiftData:
    """On how many decided flags a shift rests, how far it goes, and from which shares of false alarms on."""

    needed: int
    most: float
    later_from: float
    sooner_below: float


@dataclass(frozen=True)
class FlaggingData:
    """The whole file; `window` is how far back decisions count."""

    window: timedelta
    sample: SampleData
    shifts: ShiftData


@cache
def flagging_data() -> FlaggingData:
    """The file as it is shipped; raises ValueError for numbers that are out of bounds."""
    return read_flagging_data(FILE.read_text(encoding="utf-8"))


def read_flagging_data(text: str) -> FlaggingData:
    """Read the TOML; raises KeyError or TypeError for what lacks or is too much, ValueError for what does not fit."""
    raw = tomllib.loads(text)
    found = FlaggingData(
        window=timedelta(days=raw["window_days"]),
        sample=SampleData(**raw["sample"]),
        shifts=ShiftData(**raw["shifts"]),
    )
    if not LEAST_SHARE <= found.sample.share <= MOST_SHARE:
        raise ValueError(f"flagging.toml: sample.share is from {LEAST_SHARE} to {MOST_SHARE}.")
    if not 0.0 <= found.shifts.most <= FARTHEST:
        raise ValueError(f"flagging.toml: shifts.most is from 0 to {FARTHEST}.")
    if not 0.0 < found.shifts.sooner_below < found.shifts.later_from < 1.0:
        raise ValueError("flagging.toml: sooner_below lies below later_from, both between 0 and 1.")
    if min(found.sample.needed, found.shifts.needed, found.window.days) < 1:
        raise ValueError("flagging.toml: needed and window_days are 1 at least.")
    return found
