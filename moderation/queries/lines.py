"""What a line of the queue says beside its own row, gathered for many items at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from community.models import Membership, Post, Revision
from moderation.models import CareAlert, ReviewItem, ReviewSignal, SealedMessage
from moderation.models.review import TargetKind


@dataclass(frozen=True)
class Facts:
    """Of one item: why it is there, how its target stands, and who has acknowledged its alert (by name)."""

    reasons: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    post_state: str | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None


def facts_of(items: Sequence[ReviewItem]) -> dict[UUID, Facts]:
    """The facts of each item by its id; as many statements for a page of them as for one."""
    reasons: dict[UUID, dict[str, None]] = {}
    sources: dict[UUID, dict[str, None]] = {}
    signals = ReviewSignal.objects.filter(item__in=items).order_by("at", "id")
    for item_id, source, reason in signals.values_list("item_id", "source", "reason"):
        reasons.setdefault(item_id, {})[reason] = None
        sources.setdefault(item_id, {})[source] = None
    states = target_states(items)
    alerts = alerts_of(items)
    return {
        item.id: Facts(
            reasons=tuple(reasons.get(item.id, ())),
            sources=tuple(sources.get(item.id, ())),
            post_state=states.get(item.target_id),
            acknowledged_at=alerts[item.id][0] if item.id in alerts else None,
            acknowledged_by=alerts[item.id][1] if item.id in alerts else None,
        )
        for item in items
    }


def target_states(items: Sequence[ReviewItem]) -> dict[UUID, str]:
    """The state of each item's post or held revision, or what is in force over a sealed message, by the target's id.

    Other targets have none.
    """
    states: dict[UUID, str] = {}
    for kind, model in ((TargetKind.POST, Post), (TargetKind.REVISION, Revision)):
        wanted = [item.target_id for item in items if item.target_kind == kind]
        if wanted:
            states.update(model._default_manager.filter(id__in=wanted).values_list("id", "state"))
    sealed = [item.target_id for item in items if item.target_kind == TargetKind.SEALED]
    if sealed:
        rows = SealedMessage.objects.select_related("sender").filter(event__in=sealed)
        states.update({row.event: row.measure for row in rows if row.measure is not None})
    return states


def senders_of(items: Sequence[ReviewItem]) -> dict[UUID, str]:
    """By the item's id, the names of who sent the sealed messages that belong to no group."""
    targets = {
        item.target_id: item.id
        for item in items
        if item.target_kind == TargetKind.SEALED and item.author_id is None
    }
    if not targets:
        return {}
    rows = SealedMessage.objects.select_related("sender").filter(event__in=targets)
    return {targets[row.event]: row.sender.name for row in rows}


def alerts_of(items: Sequence[ReviewItem]) -> dict[UUID, tuple[datetime | None, str | None]]:
    """When and by whom the alert of each care item was acknowledged."""
    groups = {item.id: item.group_id for item in items if item.lane == ReviewItem.Lane.CARE and item.group_id}
    if not groups:
        return {}
    rows = list(CareAlert.objects.select_related("acknowledged_by").filter(item__in=list(groups)))
    people = [(groups[row.item_id], row.acknowledged_by_id) for row in rows if row.acknowledged_by_id]
    names = names_in_groups(people)
    found: dict[UUID, tuple[datetime | None, str | None]] = {}
    for row in rows:
        who = row.acknowledged_by
        name = names.get((groups[row.item_id], who.pk), who.name) if who else None
        found[row.item_id] = (row.acknowledged_at, name)
    return found


def names_in_groups(people: Iterable[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], str]:
    """What people go by, by (group, person); who was never in the group is absent."""
    wanted = set(people)
    if not wanted:
        return {}
    rows = Membership.objects.filter(
        group__in={group for group, _ in wanted}, person__in={person for _, person in wanted}
    )
    return {(row.group_id, row.person_id): row.name for row in rows}
