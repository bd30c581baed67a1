"""What came of the posts that were drawn by chance: which of them needed a look, and flagging had missed them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from community.models import Group
from moderation.models import ReviewDecision, ReviewItem, ReviewSignal
from moderation.sampling import REASON

Lane = ReviewItem.Lane
AGAINST = ("hide", "reject", "reword", "uphold")  # the words did not stay as they were


@dataclass(frozen=True)
class Drawn:
    """A text that was drawn, and when."""

    target: UUID
    at: datetime


@dataclass
class About:
    """What happened about one target: decisions by item and lane, oldest first, and cares that members asked for."""

    decisions: list[tuple[datetime, UUID, str, str]] = field(default_factory=list)
    cares: list[datetime] = field(default_factory=list)


def judge_drawn(group: Group, drawn: Sequence[Drawn]) -> list[bool | None]:
    """Of each drawn text whether flagging had missed it; None while nobody has decided.

    Missed is what a facilitator decided against, in whichever lane and as it stands now, and what somebody asked to
    care about, unless nobody was in need. A decision is about the newest text of its target that was drawn before it.
    """
    found = _about(group, {one.target for one in drawn})
    later: dict[UUID, datetime] = {}
    results: list[bool | None] = []
    for one in sorted(drawn, key=lambda one: one.at, reverse=True):
        results.append(_is_missed(found[one.target], one.at, later.get(one.target)))
        later[one.target] = one.at
    return results


def _about(group: Group, targets: set[UUID]) -> dict[UUID, About]:
    """Everything that was decided or asked about the targets."""
    found: dict[UUID, About] = defaultdict(About)
    made = ReviewDecision.objects.filter(item__group=group, item__target_id__in=targets).order_by("at", "id")
    calm: set[UUID] = set()
    for target, at, item, lane, choice, outcome in made.values_list(
        "item__target_id", "at", "item", "item__lane", "choice", "outcome"
    ):
        found[target].decisions.append((at, item, lane, choice))
        if lane == Lane.CARE:
            (calm.add if choice == "dismiss" or outcome == "false_alarm" else calm.discard)(item)
    asked = ReviewSignal.objects.filter(
        item__group=group,
        item__target_id__in=targets,
        item__lane=Lane.CARE,
        source=ReviewSignal.Source.MEMBER,
    )
    for target, item, at in asked.values_list("item__target_id", "item", "at"):
        if item not in calm:
            found[target].cares.append(at)
    return found


def _is_missed(about: About, since: datetime, until: datetime | None) -> bool | None:
    """Whether what happened within a time says that a text needed a look."""

    def within(at: datetime) -> bool:
        return at >= since and (until is None or at < until)

    last: dict[UUID, tuple[str, str]] = {}
    for at, item, lane, choice in about.decisions:
        if within(at) and lane != Lane.CARE:
            last[item] = (lane, choice)
    if any(choice in AGAINST for _, choice in last.values()) or any(within(at) for at in about.cares):
        return True
    return False if any(lane == Lane.CONDUCT for lane, _ in last.values()) else None


def is_only_drawn(item: ReviewItem) -> bool:
    """Whether nothing but the drawing by chance has put the item there since it was opened."""
    reasons = set(
        ReviewSignal.objects.filter(item=item, at__gte=item.opened_at).values_list("reason", flat=True)
    )
    return reasons == {REASON}
