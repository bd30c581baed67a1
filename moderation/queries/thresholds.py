"""What a group's decisions say of each output of the model that reads there, and how far its thresholds have moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from community.models import Group
from hearthside.clock import now
from moderation.flagging_data import flagging_data
from moderation.models import ReviewSignal, Screening, ThresholdShift
from moderation.queries.judged import Outcome, judge_items

MOST = 5000  # flags that one number is made of, the newest
PREFIX = "model_"  # before an output's name in the reason of its signal


@dataclass(frozen=True)
class Flagged:
    """One text that an output spoke up about: false alarm or not, None while undecided, and when that was decided."""

    output: str
    target: UUID
    false_alarm: bool | None
    decided_at: datetime | None


@dataclass(frozen=True)
class Count:
    """How many flags were decided, and how many of them were for nothing."""

    decided: int = 0
    false_alarms: int = 0

    @property
    def rate(self) -> float | None:
        """The share of false alarms; None while nothing is decided."""
        return round(self.false_alarms / self.decided, 4) if self.decided else None


def version_in(group: Group) -> str:
    """The model that read the group's newest words that any model read; empty where none ever did."""
    rows = Screening.objects.filter(group=group).exclude(model_version="").order_by("-at")
    return rows.values_list("model_version", flat=True).first() or ""


def read_shifts(group_id: UUID) -> list[tuple[str, str, float]]:
    """Each shift of a group as model version, output, shift."""
    rows = ThresholdShift.objects.filter(group_id=group_id).exclude(shift=0.0)
    return list(rows.values_list("model_version", "output", "shift"))


def list_shifts(group: Group, version: str) -> list[dict[str, Any]]:
    """What a group's facilitators read of its shifts: which output, how far, resting on how many decisions."""
    rows = ThresholdShift.objects.filter(group=group, model_version=version).exclude(shift=0.0)
    return [
        {
            "output": row.output,
            "shift": round(row.shift, 4),
            "decided": row.decided,
            "false_alarms": row.false_alarms,
        }
        for row in rows.order_by("output")
    ]


def model_flags(group: Group, version: str) -> list[Flagged]:
    """What each output of a model version spoke up about in the group, text by text, within the window."""
    since = now() - flagging_data().window
    signals = ReviewSignal.objects.filter(
        item__group=group, source=ReviewSignal.Source.MODEL, by_version=version, at__gte=since
    )
    rows: Sequence[tuple[str, UUID]] = list(signals.order_by("-at").values_list("reason", "item")[:MOST])
    outcomes = judge_items({item for _, item in rows}, group)
    found: dict[tuple[str, UUID], list[Outcome]] = defaultdict(list)
    for reason, item in rows:
        outcome = outcomes[item]
        found[(reason.removeprefix(PREFIX), outcome.target)].append(outcome)
    return [
        Flagged(
            output, target, together(some), max(filter(None, (one.decided_at for one in some)), default=None)
        )
        for (output, target), some in found.items()
    ]


def together(outcomes: Iterable[Outcome | Flagged]) -> bool | None:
    """What several outcomes about one text come to: one that was right is enough."""
    known = {outcome.false_alarm for outcome in outcomes}
    return False if False in known else True if True in known else None


def count_outputs(flags: Iterable[Flagged], starts: Mapping[str, datetime]) -> dict[str, Count]:
    """The decided flags of each output; `starts` says of some from which decision on they count."""
    found: dict[str, list[bool]] = defaultdict(list)
    for flag in flags:
        start = starts.get(flag.output)
        if flag.false_alarm is None or (start and (flag.decided_at is None or flag.decided_at < start)):
            continue
        found[flag.output].append(flag.false_alarm)
    return {output: Count(len(results), sum(results)) for output, results in found.items()}


def count_texts(flags: Iterable[Flagged]) -> Count:
    """The decided texts that any output spoke up about."""
    texts: dict[UUID, list[Flagged]] = defaultdict(list)
    for flag in flags:
        texts[flag.target].append(flag)
    results = [result for some in texts.values() if (result := together(some)) is not None]
    return Count(len(results), sum(results))


def groups_with_flags() -> list[UUID]:
    """The open groups in which a model spoke up within the window."""
    since = now() - flagging_data().window
    signals = ReviewSignal.objects.filter(source=ReviewSignal.Source.MODEL, at__gte=since)
    return list(
        Group.objects.filter(closed_at=None, id__in=signals.values("item__group")).values_list(
            "id", flat=True
        )
    )
