"""Events of the review queue again, from rows as they are now."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from hearthside.models import LogEvent
from hearthside.wire import Event
from moderation.events import ReviewUpdated
from moderation.models import ReviewItem
from moderation.queries.lines import facts_of

UPDATED = "review.updated"


def rebuild(rows: Sequence[LogEvent]) -> dict[UUID, Event]:
    """The typed event of each log row that is the queue's, by the log row's id; as many queries for 300 as for one."""
    wanted = {row.object_id for row in rows if row.type == UPDATED}
    if not wanted:
        return {}
    items = list(ReviewItem.objects.filter(pk__in=wanted))
    facts = facts_of(items)
    lines = {str(item.id): ReviewUpdated.of(item, facts[item.id]) for item in items}
    return {row.id: lines[row.object_id] for row in rows if row.type == UPDATED and row.object_id in lines}
