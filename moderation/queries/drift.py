"""Whether the model in use still sees what it saw: its last 7 days beside the 28 days before them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min, Q, QuerySet

from hearthside.clock import now
from moderation.classifiers.outputs import OUTPUTS
from moderation.drifting import NEEDED, count_bins, reading_of, stability
from moderation.models import Screening
from moderation.models.review import TargetKind
from moderation.queries.thresholds import PREFIX
from moderation.verdicts import Action, Kind

WEEK = timedelta(days=7)
WEEKS_BEFORE = 4
MOST = 20_000  # rows on either side, the newest
WORDS = (TargetKind.POST, TargetKind.REVISION)


@dataclass(frozen=True)
class Read:
    """One text that the model read: when, what it scored, whether it spoke up, and how long screening took."""

    at: datetime
    scores: dict[str, float]
    flagged: bool
    milliseconds: int


@dataclass(frozen=True)
class Side:
    """The texts of one stretch of time, and how many went unchecked there since the version began to read."""

    read: list[Read]
    unchecked: int

    @property
    def enough(self) -> bool:
        """Whether there are enough texts to say anything."""
        return len(self.read) >= NEEDED


def version_in_use() -> str:
    """The model that read the newest words of the practice that any model read; empty where none ever did."""
    rows = Screening.objects.exclude(model_version="").order_by("-at", "-id")
    return rows.values_list("model_version", flat=True).first() or ""


def read_drift(version: str) -> dict[str, Any]:
    """The comparison for one model version; texts of other versions are never among it."""
    moment = now()
    before = read_side(version, moment - WEEK * (1 + WEEKS_BEFORE), moment - WEEK)
    recent = read_side(version, moment - WEEK, moment)
    return {
        "model_version": version,
        "needed": NEEDED,
        "enough": before.enough and recent.enough,
        "before": as_row(before),
        "recent": as_row(recent),
        "outputs": compare_outputs(before, recent),
        "weeks": flagged_by_week([*before.read, *recent.read], moment),
    }


def read_side(version: str, since: datetime, until: datetime) -> Side:
    """What the version read in a stretch of time."""
    rows = texts(since, until).filter(model_version=version).order_by("-at")
    fields = rows.values_list("at", "scores", "rules", "milliseconds")[:MOST]
    read = [
        Read(at, scores, any(is_flag(code) for code in codes), milliseconds)
        for at, scores, codes, milliseconds in fields
    ]
    began = Screening.objects.filter(model_version=version).aggregate(at=Min("at"))["at"]
    return Side(read, count_unchecked(max(since, began), until) if began else 0)


def texts(since: datetime, until: datetime) -> QuerySet[Screening]:
    """The verdicts on posts and new words of a stretch of time."""
    return Screening.objects.filter(at__gte=since, at__lt=until, target_kind__in=WORDS)


def is_flag(code: str) -> bool:
    """Whether a code says that the model spoke up."""
    return code.startswith(PREFIX) and code.removeprefix(PREFIX) in OUTPUTS


def count_unchecked(since: datetime, until: datetime) -> int:
    """How many posts and new words nothing could check in a stretch of time.

    They carry no version, and all of them are held but for disclosures.
    """
    rows = texts(since, until).filter(Q(action=Action.HOLD) | Q(kind=Kind.RISK), model_version="")
    return sum("unchecked" in codes for codes in rows.order_by("-at").values_list("rules", flat=True)[:MOST])


def as_row(side: Side) -> dict[str, Any]:
    """The counts and times of one side."""
    times = [one.milliseconds for one in side.read]
    total = len(times) + side.unchecked
    return {
        "texts": len(times),
        "unchecked": side.unchecked,
        "unchecked_share": round(side.unchecked / total, 4) if total else None,
        "p50_ms": percentile(times, 50),
        "p95_ms": percentile(times, 95),
    }


def percentile(times: Sequence[int], percent: int) -> int | None:
    """The smallest time that so many per cent do not exceed; None of nothing."""
    if not times:
        return None
    return sorted(times)[max(1, -(-len(times) * percent // 100)) - 1]


def compare_outputs(before: Side, recent: Side) -> list[dict[str, Any]]:
    """The index of each output that the model answered on both sides, in the order of outputs."""
    found = []
    for output in OUTPUTS:
        old = [one.scores[output] for one in before.read if output in one.scores]
        new = [one.scores[output] for one in recent.read if output in one.scores]
        if old or new:
            enough = min(len(old), len(new)) >= NEEDED
            index = round(stability(count_bins(old), count_bins(new)), 4) if enough else None
            found.append({"output": output, "psi": index, "reading": reading_of(index)})
    return found


def flagged_by_week(read: Sequence[Read], moment: datetime) -> list[dict[str, Any]]:
    """The share of texts that the model spoke up about, week by week, the newest last."""
    weeks: list[list[bool]] = [[] for _ in range(1 + WEEKS_BEFORE)]
    for one in read:
        weeks[min(WEEKS_BEFORE, max(0, (moment - one.at) // WEEK))].append(one.flagged)
    return [
        {
            "weeks_ago": ago,
            "texts": len(weeks[ago]),
            "flagged": sum(weeks[ago]),
            "rate": round(sum(weeks[ago]) / len(weeks[ago]), 4) if weeks[ago] else None,
        }
        for ago in range(WEEKS_BEFORE, -1, -1)
    ]
