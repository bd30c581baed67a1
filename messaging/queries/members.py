"""Reads about who is in a conversation."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Q

from accounts.contacts import live_contacts
from accounts.models import Contact, Person
from hearthside import clock
from messaging.models import Conversation, ConversationMember, SealedEvent
from messaging.queries.people import active_people, contacts_of, other_side, streams_of, watchers_of

LANE_OF = {"therapist": "clinical", "cover": "clinical", "office": "administrative", "group": "members"}
Active = ConversationMember.State.ACTIVE


def active_ids(conversation_id: uuid.UUID) -> list[uuid.UUID]:
    """Who is in the conversation now and has an open account."""
    rows = ConversationMember.objects.filter(conversation_id=conversation_id, state=Active)
    return active_people(rows.values_list("person_id", flat=True))


class Known(NamedTuple):
    """What somebody knows of another: by which name, and in which lane."""

    name: str
    lane: str


def known_to(person: Person, others: Iterable[uuid.UUID]) -> dict[uuid.UUID, Known]:
    """What the person knows of others: what their newest contact says, one that is over too."""
    wanted = set(others)
    rows = Contact.objects.filter(Q(one=person, other__in=wanted) | Q(other=person, one__in=wanted))
    found = {}
    for row in rows.order_by("created_at"):
        name = row.name_of_other if row.one_id == person.pk else row.name_of_one
        found[other_side(row, person.pk)] = Known(name, LANE_OF[row.reason])
    return found


def all_joined(people: Iterable[uuid.UUID]) -> bool:
    """Whether every two of these people have a live contact as members of a group."""
    wanted = set(people)
    for person in Person.objects.filter(pk__in=wanted, is_active=True):
        joined = {other_side(row, person.pk) for row in live_contacts(person) if row.reason == "group"}
        if not wanted - {person.pk} <= joined:
            return False
    return len(active_people(wanted)) == len(wanted)


def lost_circles(person: Person) -> list[ConversationMember]:
    """The person's places in circles that hold somebody they have no contact with any more."""
    places = ConversationMember.objects.filter(
        person=person, state=Active, conversation__kind=Conversation.Kind.CIRCLE
    ).select_related("conversation")
    contacts = contacts_of(person)
    return [place for place in places if set(active_ids(place.conversation_id)) - {person.pk} - contacts]


def streams_of_circles(person: Person) -> tuple[str, ...]:
    """The streams that taking the person out of circles announces on."""
    return streams_of(watchers_of(person) | {person.pk})


def streams_of_due() -> tuple[str, ...]:
    """The streams of everybody in a conversation in which a timed message's time is over."""
    due = SealedEvent.objects.filter(erased="", expires_at__lte=clock.now()).values("conversation_id")
    rows = ConversationMember.objects.filter(conversation_id__in=due, state=Active)
    return streams_of(rows.values_list("person_id", flat=True))
