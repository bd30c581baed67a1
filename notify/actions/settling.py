"""Doubts: a person who asked says whether it came."""

from __future__ import annotations

from uuid import UUID

from accounts.models import Person
from hearthside import audit
from hearthside.clock import now
from hearthside.live import Answer
from notify.access import access_doubt
from notify.actions.planning import look_again
from notify.kinds import KINDS
from notify.models import Delivery

State = Delivery.State


def settle(person: Person, delivery_id: UUID, *, came: bool) -> Answer:
    """Say that a delivery in doubt came; or that it did not, and it is sent once more. Raises Denied or NotFound."""
    delivery = access_doubt(person, delivery_id)
    if came:
        delivery.move_to(State.SENT, why="settled")
        delivery.ended_at = now()
    else:
        delivery.move_to(State.WAITING, why="settled")
        delivery.due_at, delivery.ended_at, delivery.tries = now(), None, 0
        look_again(delivery, urgent=KINDS[delivery.notice.kind].urgent)
    delivery.save()
    audit.record(
        person,
        "delivery.settled",
        f"delivery:{delivery.id}",
        group=delivery.notice.group,
        reason="came" if came else "again",
    )
    return {"id": str(delivery.id), "state": delivery.state}
