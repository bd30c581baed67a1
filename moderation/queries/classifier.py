"""How the classifier does in the whole practice, for who runs it: counts, shares and times, and never a word.

The recall estimate looks back as far as a group's own page does, the drift 35 days, all else the days asked for.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count as CountRows

from community.models import Group
from hearthside.clock import now
from hearthside.config import SHADOWS
from hearthside.wire import stamp
from moderation.estimates import estimate_recall
from moderation.flagging_data import flagging_data
from moderation.models import ReviewSignal, Screening, ThresholdShift
from moderation.queries.drift import count_unchecked, read_drift, version_in_use
from moderation.queries.flagging import UNFLAGGED, recall_of, texts_read
from moderation.queries.judged import Outcome, judge_items
from moderation.queries.shadow import read_agreement
from moderation.queries.thresholds import PREFIX, Count, Flagged, count_outputs, count_texts, together

MOST = 20_000  # signals that the counts are made of, the newest
MOST_SHIFTS = 500
RULES_ALONE = ("rules", "off")


def read_classifier(days: int) -> dict[str, Any]:
    """Everything that the report says, about the model that read last; parts that nothing is known of are None."""
    moment = now()
    since = moment - timedelta(days=days)
    kind, version = settings.HEARTHSIDE.classifier, version_in_use()
    reads = Screening.objects.filter(at__gte=since).exclude(model_version="")
    by_version = dict(
        reads.values_list("model_version").annotate(n=CountRows("id")).order_by("model_version")
    )
    return {
        "days": days,
        "since": stamp(since),
        "classifier": kind,
        "model_version": version,
        "rows": by_version.pop(version, 0),
        "other_versions": [{"version": other, "rows": rows} for other, rows in sorted(by_version.items())],
        "unchecked": count_unchecked(since, moment),
        "flags": read_flags(version, since) if version else None,
        "recall": read_recall(version) if version else None,
        "drift": read_drift(version) if version else None,
        "on_trial": name_trial(settings.HEARTHSIDE.classifier_shadow),
        "shadow": read_agreement("" if kind in RULES_ALONE else version, since),
        "shifts": read_all_shifts(version) if version else [],
    }


def name_trial(setting: str) -> str:
    """What HEARTHSIDE_CLASSIFIER_SHADOW names: nothing, a kind, or the folder's own name."""
    return setting if setting in ("", *SHADOWS) else Path(setting).name


def read_flags(version: str, since: datetime) -> dict[str, Any]:
    """What each output spoke up about since a moment, text by text, and how much of it was decided to be nothing."""
    flags = list_flags(version, since)
    decided = count_outputs(flags, {})
    texts: dict[str, int] = defaultdict(int)
    for flag in flags:
        texts[flag.output] += 1
    rows = [
        {"output": output, **flag_row(flagged, decided.get(output, Count()))}
        for output, flagged in texts.items()
    ]
    return {
        "texts": flag_row(len({flag.target for flag in flags}), count_texts(flags)),
        "outputs": sorted(rows, key=lambda row: (-row["flagged"], row["output"])),
    }


def flag_row(flagged: int, count: Count) -> dict[str, Any]:
    """A count as the report has it."""
    numbers = {"decided": count.decided, "false_alarms": count.false_alarms}
    return {"flagged": flagged, **numbers, "rate": count.rate}


def list_flags(version: str, since: datetime) -> list[Flagged]:
    """Each text that an output of the model version spoke up about in any group, once for each output."""
    signals = ReviewSignal.objects.filter(
        source=ReviewSignal.Source.MODEL, by_version=version, at__gte=since, reason__startswith=PREFIX
    )
    rows = list(signals.order_by("-at").values_list("item__group", "item", "reason")[:MOST])
    items: dict[UUID, set[UUID]] = defaultdict(set)
    for group_id, item, _ in rows:
        items[group_id].add(item)
    outcomes: dict[UUID, Outcome] = {}
    for group in Group.objects.filter(id__in=items):
        outcomes |= judge_items(items[group.id], group)
    found: dict[tuple[str, UUID], list[Outcome]] = defaultdict(list)
    for _, item, reason in rows:
        found[(reason.removeprefix(PREFIX), outcomes[item].target)].append(outcomes[item])
    return [Flagged(output, target, together(some), None) for (output, target), some in found.items()]


def read_recall(version: str) -> dict[str, Any]:
    """The groups' samples taken together: drawn, decided, missed, found, and the estimate once enough are decided.

    Taken together they stand for the practice as long as groups decide about like shares of what is drawn there.
    """
    data, unflagged = flagging_data(), 0
    sums = dict.fromkeys(("drawn", "decided", "missed", "found"), 0)
    groups = Screening.objects.filter(model_version=version, at__gte=now() - data.window).values("group")
    for group in Group.objects.filter(id__in=groups):
        texts = texts_read(group, version)
        known = recall_of(group, texts)
        for name in sums:
            sums[name] += known["found"] if name == "found" else known["sample"][name]
        unflagged += texts.filter(UNFLAGGED).count()
    estimate = None
    if sums["decided"] >= data.sample.needed:
        numbers = {name: sums[name] for name in ("found", "missed", "decided")}
        estimate = estimate_recall(**numbers, unflagged=unflagged)
    ends = ("value", "low", "high")
    return {
        "days": data.window.days,
        **sums,
        "needed": data.sample.needed,
        "estimate": {end: round(getattr(estimate, end), 4) for end in ends} if estimate else None,
    }


def read_all_shifts(version: str) -> list[dict[str, Any]]:
    """The shifts of all groups that hold for a model version, by output and group."""
    rows = ThresholdShift.objects.filter(model_version=version).exclude(shift=0.0).order_by("output", "group")
    return [
        {
            "group": str(row.group_id),
            "output": row.output,
            "shift": round(row.shift, 4),
            "decided": row.decided,
            "false_alarms": row.false_alarms,
        }
        for row in rows[:MOST_SHIFTS]
    ]
