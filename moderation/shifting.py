"""How far a group's decisions move its thresholds: bounded, never on few decisions, and never later for a crisis."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from uuid import UUID

from moderation.classifiers.outputs import ABUSE
from moderation.estimates import share_interval
from moderation.flagging_data import flagging_data
from moderation.queries.thresholds import read_shifts

# What may be a danger to somebody never counts later by itself.
CRISIS = frozenset(("self_harm", "acute", "concern", "method"))
# The outputs that speak up under their own names.
SHIFTED = (*ABUSE, "sexual", "self_harm", "method", "concern")
KEPT_SECONDS = 5.0

_kept: dict[UUID, tuple[float, Mapping[str, Mapping[str, float]]]] = {}


def bounded(output: str, shift: float) -> float:
    """A shift within its bounds; those of the crisis outputs are never above zero. What is no number is zero."""
    if not math.isfinite(shift):
        return 0.0
    most = flagging_data().shifts.most
    return max(-most, min(0.0 if output in CRISIS else most, shift))


def shift_for(output: str, decided: int, false_alarms: int) -> float:
    """What is added to an output's threshold in a group where so many flags were decided, and so many were nothing.

    Up where surely most were false alarms, down where surely nearly none were: the nearer end of the interval of the
    share decides, so that few decisions move little. Nothing on fewer decisions than needed.
    """
    data = flagging_data().shifts
    if decided < data.needed:
        return 0.0
    low, high = share_interval(false_alarms, decided)
    shift = 0.0
    if low > data.later_from:
        shift = data.most * (low - data.later_from) / (1.0 - data.later_from)
    elif high < data.sooner_below:
        shift = -data.most * (data.sooner_below - high) / data.sooner_below
    return round(bounded(output, shift), 3) + 0.0  # no minus before a zero


def shifts_in(group_id: UUID) -> Mapping[str, Mapping[str, float]]:
    """A group's shifts by model version and output, a few seconds old at most.

    By version, because another model's scores mean other things: a new one starts from zero.
    """
    moment = time.monotonic()
    known = _kept.get(group_id)
    if known is not None and moment - known[0] < KEPT_SECONDS:
        return known[1]
    found: dict[str, dict[str, float]] = {}
    for version, output, shift in read_shifts(group_id):
        found.setdefault(version, {})[output] = bounded(output, shift)
    if len(_kept) > 1000:
        _kept.clear()
    _kept[group_id] = (moment, found)
    return found
