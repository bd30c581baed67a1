"""How well flagging works in a group: what it finds, what it points at for nothing, and how its thresholds moved.

About the model that reads there now, since it began, within the window; not within the days that the page looks back,
because a group of a dozen people decides too little in a month to say anything.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Min, Q, QuerySet

from community.models import Group, Membership
from hearthside.clock import now
from hearthside.wire import stamp
from moderation.estimates import estimate_recall
from moderation.flagging_data import flagging_data
from moderation.models import ReviewSignal, Screening
from moderation.models.review import TargetKind
from moderation.queries.judged import judge_items
from moderation.queries.sample import Drawn, judge_drawn
from moderation.queries.thresholds import (
    MOST,
    Count,
    count_outputs,
    count_texts,
    list_shifts,
    model_flags,
    version_in,
)
from moderation.verdicts import Action, Lane

MACHINES = (ReviewSignal.Source.RULE, ReviewSignal.Source.GROUP_RULE, ReviewSignal.Source.MODEL)
UNFLAGGED = Q(action=Action.CLEAR.value, lane=Lane.NONE.value)


def read_flagging(group: Group) -> dict[str, Any]:
    """All of it, for those who lead the group; the caller has checked that. `recall` is null while it is not known."""
    version = version_in(group)
    texts = texts_read(group, version)
    flags = model_flags(group, version) if version else []
    began = texts.aggregate(at=Min("at"))["at"] if version else None
    outputs = count_outputs(flags, {})
    return {
        "model_version": version,
        "since": stamp(began) if began else None,
        **recall_of(group, texts),
        "false_alarms": {
            **as_row(count_texts(flags)),
            "by_output": [
                {"output": output, **as_row(count)}
                for output, count in sorted(outputs.items(), key=lambda pair: (-pair[1].decided, pair[0]))
            ],
        },
        "shifts": list_shifts(group, version),
        "shifts_need": flagging_data().shifts.needed,
    }


def texts_read(group: Group, version: str) -> QuerySet[Screening]:
    """The members' posts and new words that a model version read within the window."""
    return Screening.objects.filter(
        group=group,
        model_version=version,
        at__gte=now() - flagging_data().window,
        target_kind__in=(TargetKind.POST, TargetKind.REVISION),
        author__role=Membership.Role.MEMBER,
    ).exclude(model_version="")


def recall_of(group: Group, texts: QuerySet[Screening]) -> dict[str, Any]:
    """The sample's progress, and what it says of what flagging finds: rules and model together, in what models read."""
    data = flagging_data().sample
    rows = texts.filter(sampled=True).order_by("-at").values_list("target_id", "at")[:MOST]
    results = judge_drawn(group, [Drawn(target, at) for target, at in rows])
    decided, missed = sum(result is not None for result in results), results.count(True)
    found = count_found(group, texts)
    recall = None
    if decided >= data.needed:
        unflagged = texts.filter(UNFLAGGED).count()
        recall = estimate_recall(found=found, missed=missed, decided=decided, unflagged=unflagged)
    return {
        "sample": {
            "share": data.share,
            "drawn": len(results),
            "decided": decided,
            "missed": missed,
            "needed": data.needed,
        },
        "found": found,
        "recall": {name: round(getattr(recall, name), 4) for name in ("value", "low", "high")}
        if recall
        else None,
    }


def count_found(group: Group, texts: QuerySet[Screening]) -> int:
    """How many texts that rules or the model spoke up about were flagged rightly."""
    flagged = texts.exclude(UNFLAGGED).values("target_id")
    signals = ReviewSignal.objects.filter(
        item__group=group,
        item__target_id__in=flagged,
        source__in=MACHINES,
        at__gte=now() - flagging_data().window,
    )
    items = set(signals.order_by("-at").values_list("item", flat=True)[:MOST])
    outcomes = judge_items(items, group).values()
    return len({outcome.target for outcome in outcomes if outcome.false_alarm is False})


def as_row(count: Count) -> dict[str, Any]:
    """A count as the wire has it."""
    return {"decided": count.decided, "false_alarm": count.false_alarms, "rate": count.rate}
