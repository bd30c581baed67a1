"""Overdue held posts: the next facilitators are told, once a level; nothing is published by time."""

from __future__ import annotations

from uuid import UUID

from hearthside.clock import now
from hearthside.live import Answer
from moderation import jobs
from moderation.actions.paging import share_with_lead
from moderation.models import OverdueCall
from moderation.queries.overdue import next_level, overdue_items, people_to_tell
from moderation.queries.paging import facilitators_for


def call_overdue(item_id: UUID) -> Answer:
    """Tell whom the item's next level tells, if it is overdue still; may run twice."""
    item = overdue_items().filter(id=item_id).first()
    level = next_level(item) if item is not None else None
    if item is None or item.due_at is None or level is None:
        return {"told": 0}
    if not facilitators_for(item) and not item.with_lead:
        share_with_lead(item)
    people = people_to_tell(item, level)
    for person in people:
        call = OverdueCall.objects.create(item=item, person=person, due_at=item.due_at, level=level, at=now())
        jobs.mail_overdue.enqueue(str(call.id))
    return {"told": len(people)}


def mark_call_mailed(call_id: UUID) -> Answer:
    """Write down that the mail of a call has left."""
    return {"mailed": OverdueCall.objects.filter(id=call_id, mailed_at=None).update(mailed_at=now())}
