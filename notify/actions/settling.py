"""Doubts: a person who asked says whether it came."""

from __future__ import annotations

from uuid import UUID

from accounts.models import Person
from hearthside import audit
from hearthside.clock import now
from hearthside.live import Answer, announce
from notify.access import access_doubt
from notify.actions.planning import look_again
from notify.events import NoticesChanged
from notify.kinds import KINDS
from notify.models import Delivery
from notify.queries.deliveries import settlers_of

State = Delivery.State


def settle(person: Person, delivery_id: UUID, *, came: bool) -> Answer:
    """Say that a delivery in doubt came; or that it did not, and it is sent once more. Raises Denied or NotFound.

    The others who might have settled it see that it is done.
    """
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
    tell_settlers(delivery)
    return {"id": str(delivery.id), "state": delivery.state}


def tell_doubt(delivery_id: UUID) -> Answer:
    """Have the screens of those who may settle a delivery look anew; does nothing when it is in doubt no more."""
    delivery = Delivery.objects.select_related("notice").filter(pk=delivery_id, state=State.DOUBT).first()
    if delivery is not None:
        tell_settlers(delivery)
    return {}


def tell_settlers(delivery: Delivery) -> None:
    """Say on the streams of all who may settle a delivery that their list has changed."""
    for person in settlers_of(delivery):
        announce(person.stream, NoticesChanged(), object_id=delivery.id)
