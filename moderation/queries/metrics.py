"""How moderation does in a group: how soon somebody looked, what was decided, and who was flagged for nothing.

Counts and times only; each statement is bounded, so a busy year costs what a busy month does.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef

from accounts.models import Person
from community.models import Group
from hearthside.clock import now
from hearthside.wire import stamp
from moderation.access import access_queue
from moderation.models import (
    CareAlert,
    GroupRule,
    ReviewDecision,
    ReviewItem,
    ReviewSignal,
    Screening,
    SecondLook,
)
from moderation.queries.dynamics import read_dynamics
from moderation.queries.flagging import read_flagging
from moderation.queries.judged import Outcome, judge_items
from moderation.review_data import label_of
from moderation.sampling import REASON as DRAWN

MOST = 5000  # rows that one number is made of, the newest
MACHINES = (ReviewSignal.Source.RULE, ReviewSignal.Source.GROUP_RULE, ReviewSignal.Source.MODEL)
State = ReviewItem.State
Look = SecondLook.State


def read_metrics(person: Person, group_id: UUID, days: int) -> dict[str, Any]:
    """The numbers of the last `days` days, for those who lead the group; raises NotFound."""
    group = access_queue(person, group_id).group
    since = now() - timedelta(days=days)
    return {
        "days": days,
        "first_look": first_look(group, since),
        "decisions": decisions(group, since),
        "waiting": waiting(group),
        "overturned": overturned(group, since),
        "contested": Screening.objects.filter(group=group, contested_at__gte=since).count(),
        "false_alarms": false_alarms(group, since),
        "care": care(group, since),
        "reports": ReviewSignal.objects.filter(
            item__group=group, source=ReviewSignal.Source.MEMBER, at__gte=since
        ).count(),
        "dynamics": read_dynamics(group, since),
        "flagging": read_flagging(group),
    }


def first_look(group: Group, since: datetime) -> dict[str, Any]:
    """Seconds from when an item was opened until somebody first looked; what was only drawn by chance can wait."""
    waited_for = ReviewSignal.objects.filter(item=OuterRef("id")).exclude(reason=DRAWN)
    rows = ReviewItem.objects.filter(
        Exists(waited_for), group=group, opened_at__gte=since, first_look_at__isnull=False
    )
    times = rows.order_by("-opened_at").values_list("opened_at", "first_look_at")[:MOST]
    seconds = [(looked - opened).total_seconds() for opened, looked in times if looked is not None]
    return {"median_s": _middle(seconds), "p90_s": _percentile(seconds, 90), "n": len(seconds)}


def _middle(seconds: Sequence[float]) -> float | None:
    return round(median(seconds), 1) if seconds else None


def _percentile(seconds: Sequence[float], percent: int) -> float | None:
    """The smallest value that so many per cent do not exceed."""
    if not seconds:
        return None
    rank = -(-len(seconds) * percent // 100)
    return round(sorted(seconds)[max(rank, 1) - 1], 1)


def decisions(group: Group, since: datetime) -> dict[str, int]:
    """How often each choice was made."""
    rows = ReviewDecision.objects.filter(item__group=group, at__gte=since).values_list("choice")
    return {str(choice): count for choice, count in rows.annotate(n=Count("id")).order_by("choice")}


def waiting(group: Group) -> dict[str, Any]:
    """How much waits now, and since when the oldest does."""
    found = ReviewItem.objects.filter(group=group, state=State.PENDING).aggregate(
        n=Count("id"), oldest=Min("opened_at")
    )
    return {"n": found["n"], "oldest_at": stamp(found["oldest"]) if found["oldest"] else None}


def overturned(group: Group, since: datetime) -> dict[str, int]:
    """How many second looks ended with another decision, of those that were answered."""
    rows = SecondLook.objects.filter(
        item__group=group, answered_at__gte=since, state__in=(Look.UPHELD, Look.OVERTURNED)
    )
    counts = dict(rows.values_list("state").annotate(n=Count("id")))
    return {"n": counts.get(Look.OVERTURNED, 0), "of": sum(counts.values())}


def care(group: Group, since: datetime) -> dict[str, Any]:
    """How many cries for help there were, how soon somebody took them, and how many nobody took in time."""
    rows = CareAlert.objects.filter(item__group=group, started_at__gte=since).order_by("-started_at")
    times = list(rows.values_list("started_at", "acknowledged_at", "failed_at")[:MOST])
    seconds = [(taken - started).total_seconds() for started, taken, _ in times if taken is not None]
    return {
        "alerts": len(times),
        "acknowledged_median_s": _middle(seconds),
        "failed": sum(1 for _, _, failed in times if failed is not None),
    }


@dataclass
class Tally:
    """What became of the items that one version of one rule or model spoke up about."""

    items: set[UUID] = field(default_factory=set)
    decided: int = 0
    false_alarm: int = 0
    contested: int = 0


def false_alarms(group: Group, since: datetime) -> list[dict[str, Any]]:
    """For each version of each rule or model: what it held or queued, and how much of that was nothing.

    `rate` is of the items that were decided; null while there are none.
    """
    signals = ReviewSignal.objects.filter(item__group=group, source__in=MACHINES, at__gte=since)
    rows: Sequence[tuple[str, str, str, UUID | None, UUID]] = list(
        signals.order_by("-at").values_list("source", "reason", "by_version", "group_rule", "item")[:MOST]
    )
    tallies: dict[tuple[str, str, str], Tally] = defaultdict(Tally)
    for source, reason, version, rule, item in rows:
        tallies[(source, str(rule) if rule else reason, version)].items.add(item)
    verdicts = judge_items({item for tally in tallies.values() for item in tally.items}, group)
    contested = _contested(group, since, verdicts)
    for tally in tallies.values():
        results = [verdicts[item].false_alarm for item in tally.items]
        tally.decided = sum(1 for result in results if result is not None)
        tally.false_alarm = results.count(True)
        tally.contested = len(tally.items & contested)
    names = _names_of_rules({rule for _, _, _, rule, _ in rows if rule})
    found = [
        {
            "what": names.get(code) or label_of(code),
            "code": code,
            "source": source,
            "version": version,
            "held_or_queued": len(tally.items),
            "decided": tally.decided,
            "false_alarm": tally.false_alarm,
            "rate": round(tally.false_alarm / tally.decided, 4) if tally.decided else None,
            "contested": tally.contested,
        }
        for (source, code, version), tally in tallies.items()
    ]
    return sorted(found, key=lambda row: (-row["held_or_queued"], row["code"], row["version"]))


def _contested(group: Group, since: datetime, verdicts: dict[UUID, Outcome]) -> set[UUID]:
    """The items whose author contested what screening thought."""
    rows = Screening.objects.filter(group=group, contested_at__gte=since).order_by("-contested_at")
    targets = set(rows.values_list("target_id", flat=True)[:MOST])
    return {item for item, outcome in verdicts.items() if outcome.target in targets}


def _names_of_rules(ids: Iterable[UUID]) -> dict[str, str]:
    """The names of a group's own rules by the text of their id."""
    rows = GroupRule.objects.filter(id__in=list(ids))
    return {str(row.id): str(json.loads(row.definition).get("name", "")) for row in rows if row.definition}
