"""In which order the queue is looked at, and who is asked to look at what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from community.models import Membership
from hearthside.clock import now
from hearthside.wire import stamp
from moderation.events import ReviewUpdated
from moderation.looking import of_own_conversations
from moderation.models import ReviewItem, SecondLook
from moderation.queries.lines import facts_of, senders_of

Lane, State = ReviewItem.Lane, ReviewItem.State
MOST = 500  # items that are put in order at once


def place_of(item: ReviewItem) -> tuple[Any, ...]:
    """Where an item stands: the care lane by its nearest deadline; then what speaks most strongly, then the oldest."""
    if item.lane == Lane.CARE:
        return (0, item.due_at or item.opened_at, item.opened_at, str(item.id))
    return (1, -item.score, item.opened_at, str(item.id))


def visible(member: Membership) -> QuerySet[ReviewItem]:
    """The group's items that this facilitator may look after: none about themselves or their own conversations."""
    items = ReviewItem.objects.filter(group_id=member.group_id).exclude(author_id=member.id)
    return items.exclude(of_own_conversations(member.person_id))


def waiting(member: Membership, *, lane: str | None = None, source: str | None = None) -> list[ReviewItem]:
    """What waits in the member's group, in order."""
    return in_order(visible(member), lane=lane, source=source)


def in_order(
    items: QuerySet[ReviewItem], *, lane: str | None = None, source: str | None = None
) -> list[ReviewItem]:
    """Those of the items that wait, in order."""
    items = narrowed(items.filter(state=State.PENDING), lane=lane, source=source)
    return sorted(items.select_related("group", "author").defer("snapshot"), key=place_of)


def narrowed(
    items: QuerySet[ReviewItem], *, lane: str | None = None, source: str | None = None
) -> QuerySet[ReviewItem]:
    """The items of one lane, or with a signal of one source."""
    if lane is not None:
        items = items.filter(lane=lane)
    if source is not None:
        items = items.filter(signals__source=source).distinct()
    return items


def next_for(member: Membership, lane: str | None = None) -> ReviewItem | None:
    """The next item for this facilitator.

    Never one that somebody has open, one that waits for its author, or a second look at the member's own decision.
    """
    moment: datetime = now()
    own = SecondLook.objects.filter(state=SecondLook.State.OPEN, first_reviewer_id=member.person_id)
    items = (
        narrowed(visible(member).filter(state=State.PENDING, waiting_on_author=False), lane=lane)
        .filter(Q(lease_until=None) | Q(lease_by=None) | Q(lease_until__lte=moment))
        .exclude(second_look=True, id__in=own.values("item_id"))
        .defer("snapshot")
    )
    return min(items, key=place_of, default=None)


def as_lines(items: Sequence[ReviewItem]) -> list[dict[str, Any]]:
    """The items as lines of the queue, with their authors' names; `.author` is loaded."""
    facts, senders = facts_of(items), senders_of(items)
    return [line_of(ReviewUpdated.of(item, facts[item.id]), item, senders.get(item.id)) for item in items]


def line_of(event: ReviewUpdated, item: ReviewItem, sender: str | None = None) -> dict[str, Any]:
    """An item as a list has it: the event's fields, under a list's names; `sender` where no member is its author."""
    fields = {name: getattr(event, name) for name in ReviewUpdated.__struct_fields__ if name != "item"}
    return {"id": event.item, **fields, "author_name": item.author.name if item.author else sender}


def decided_page(
    items: QuerySet[ReviewItem], *, lane: str | None, source: str | None, before: ReviewItem | None, size: int
) -> tuple[list[ReviewItem], bool]:
    """Those of the items that were decided, newest first, after the item `before`; and whether there is more."""
    items = narrowed(items.exclude(state=State.PENDING), lane=lane, source=source)
    if before is not None:
        moment = before.decided_at or before.opened_at
        items = items.filter(Q(decided_at__lt=moment) | Q(decided_at=moment, id__lt=before.id))
    rows = list(items.select_related("group", "author").order_by("-decided_at", "-id")[: size + 1])
    return rows[:size], len(rows) > size


def seen_at(moment: datetime | None) -> str | None:
    """A moment as the wire has it."""
    return stamp(moment) if moment else None
