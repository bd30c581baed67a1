"""Reads for reports: who may be told about a sealed message, and what a stamp says."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import Contact, Person, Role
from messaging import franking
from messaging.models import Conversation, ConversationMember, CrossSigningKey, SealedEvent

Leads = Callable[[Iterable[uuid.UUID]], set[uuid.UUID]]


def nobody(groups: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Leads no group."""
    return set()


class _Wired:
    """What is known above this app: who leads groups. hearthside/urls.py says it."""

    leads: Leads = staticmethod(nobody)


def say_who_leads(leads: Leads) -> None:
    """Have report recipients find the facilitators of groups by this; wiring only."""
    _Wired.leads = staticmethod(leads)


def recipients_of(conversation: Conversation) -> set[uuid.UUID]:
    """The staff whom a report from this conversation may go to, sealed: never anybody who is or was in it.

    The facilitators of the groups that the people of it share, where nobody looks after anybody; else the admins. Only
    those with an identity.
    """
    people = set(conversation.members.values_list("person_id", flat=True))
    joined = Contact.objects.filter(one__in=people, other__in=people)
    if not joined.exclude(reason=Contact.Reason.GROUP).exists():
        groups = {group for group in joined.values_list("group", flat=True) if group is not None}
        if found := set_up_staff(Q(pk__in=_Wired.leads(groups)), people):
            return found
    return set_up_staff(Q(role=Role.ADMIN), people)


def set_up_staff(which: Q, without: set[uuid.UUID]) -> set[uuid.UUID]:
    """Staff with an open account and an identity."""
    ready = CrossSigningKey.objects.filter(usage=CrossSigningKey.Usage.MASTER).values("person_id")
    found = Person.objects.filter(
        which, is_active=True, pk__in=ready, role__in=(Role.ADMIN, Role.FACILITATOR)
    )
    return set(found.exclude(pk__in=without).values_list("pk", flat=True))


def recipients_for(person: Person) -> set[uuid.UUID]:
    """Everybody whom a report from any of the person's conversations may go to."""
    places = ConversationMember.objects.filter(person=person).select_related("conversation")
    found: set[uuid.UUID] = set()
    for place in places:
        found |= recipients_of(place.conversation)
    return found


@dataclass(frozen=True)
class StampedEvent:
    """What the stamp of one event covers, and whether it is ours."""

    what: franking.Stamped
    good: bool
    erased: str


def stamped_event(person: Person, conversation_id: uuid.UUID, event_id: uuid.UUID) -> StampedEvent | None:
    """What is known of an event that the person could have read; None when there is no such event for them."""
    place = ConversationMember.objects.select_related("conversation").filter(
        person=person, conversation_id=conversation_id
    )
    event = SealedEvent.objects.filter(pk=event_id, conversation_id=conversation_id).first()
    mine = place.first()
    if mine is None or event is None or event.seq < mine.first_seq:
        return None
    if mine.left_seq is not None and event.seq > mine.left_seq:
        return None
    what = stamp_covers(event)
    return StampedEvent(what, franking.is_stamped(what, event.stamp, event.stamp_key_id), event.erased)


def stamp_covers(event: SealedEvent) -> franking.Stamped:
    """What the stamp of this event covers."""
    return franking.Stamped(
        conversation=event.conversation_id,
        event=event.id,
        sender=event.sender_id,
        device=event.device_id,
        at=event.at,
        commitment=event.commitment,
    )
