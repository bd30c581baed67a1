"""Conversations as somebody sees theirs: who is in them, where they stand, whether they can be written to."""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, F, Q

from accounts.contacts import ContactView, describe_contacts
from accounts.models import Person
from messaging.access import access_place
from messaging.ids import event_of, user_of
from messaging.models import Conversation, ConversationMember, SealedEvent
from messaging.queries.closing import closed_reason
from messaging.queries.keys import set_up_among
from messaging.queries.members import Known, known_to
from messaging.queries.practice_key import copies_among, last_openings

LANES = ("clinical", "administrative", "members")


def written(moment: datetime.date | None) -> str | None:
    """A day or a moment as JSON has it."""
    return moment.isoformat() if moment else None


def list_contacts(person: Person) -> dict[str, Any]:
    """Everybody the person may write to now."""
    views = describe_contacts(person)
    ready = set_up_among(view.person_id for view in views)
    return {
        "contacts": [
            {
                "person": str(view.person_id),
                "name": view.name,
                "reason": view.reason,
                "lane": view.lane,
                "until": written(view.until),
                "cover_for": view.cover_for,
                "reply_days": view.reply_days,
                "away_until": written(view.away_until),
                "away_note": view.away_note,
                "set_up": view.person_id in ready,
            }
            for view in views
        ]
    }


def list_conversations(person: Person) -> dict[str, Any]:
    """All of the person's conversations, past ones too, the newest first."""
    places = ConversationMember.objects.select_related("conversation").filter(person=person)
    ordered = places.order_by("-conversation__last_at", "-conversation__created_at")
    return {"conversations": describe_places(person, list(ordered))}


def describe_conversation(person: Person, conversation_id: uuid.UUID) -> dict[str, Any]:
    """One conversation; raises NotFound."""
    return describe_places(person, [access_place(person, conversation_id)])[0]


def describe_places(person: Person, places: Sequence[ConversationMember]) -> list[dict[str, Any]]:
    """The conversations of these places of one person, with few queries however many there are."""
    ids = [place.conversation_id for place in places]
    members: dict[uuid.UUID, list[ConversationMember]] = {one: [] for one in ids}
    for member in ConversationMember.objects.filter(conversation_id__in=ids).order_by("at", "id"):
        members[member.conversation_id].append(member)
    people = {member.person_id for rows in members.values() for member in rows}
    known, ready = known_to(person, people), set_up_among(people)
    copies, openings = copies_among(people), last_openings(people)
    views = best_views(person)
    unread = count_unread(places)
    found = []
    for place in places:
        place.person = person
        rows = members[place.conversation_id]
        found.append(
            describe(place)
            | {
                "members": [
                    describe_member(row, person, known, ready)
                    | {
                        "copy_made_at": copies.get(row.person_id),
                        "copy_opened_at": openings.get(row.person_id),
                    }
                    for row in rows
                ],
                "unread": unread.get(place.id, 0),
                "closed": closed_reason(place, contacts=set(views)),
            }
            | about_other(place, rows, views, known)
        )
    return found


def describe(place: ConversationMember) -> dict[str, Any]:
    """What stands in the conversation's own row and the person's place."""
    conversation = place.conversation
    until = conversation.head if place.left_seq is None else place.left_seq
    return {
        "id": str(conversation.id),
        "kind": conversation.kind,
        "creator": str(conversation.creator_id),
        "keeper": str(conversation.keeper_id) if conversation.keeper_id else None,
        "seed": conversation.seed,
        "head": until,
        "read": place.read_seq,
        "last_at": conversation.last_at,
        "timer_seconds": conversation.timer_seconds,
        "history": conversation.history,
        "version": conversation.version,
    }


def describe_member(
    row: ConversationMember, person: Person, known: dict[uuid.UUID, Known], ready: set[uuid.UUID]
) -> dict[str, Any]:
    """One line of who is in a conversation."""
    return {
        "person": str(row.person_id),
        "name": known[row.person_id].name if row.person_id in known else "",
        "state": row.state,
        "joined_seq": row.joined_seq,
        "left_seq": row.left_seq,
        "you": row.person_id == person.pk,
        "set_up": row.person_id in ready,
    }


def best_views(person: Person) -> dict[uuid.UUID, ContactView]:
    """The person's live contacts by the other side; the closest one where there are several."""
    found: dict[uuid.UUID, ContactView] = {}
    for view in sorted(describe_contacts(person), key=lambda view: LANES.index(view.lane), reverse=True):
        found[view.person_id] = view
    return found


def about_other(
    place: ConversationMember,
    rows: Sequence[ConversationMember],
    views: dict[uuid.UUID, ContactView],
    known: dict[uuid.UUID, Known],
) -> dict[str, Any]:
    """Lane, cover and time to a reply of a pair; a circle is among members."""
    other = next((row.person_id for row in rows if row.person_id != place.person_id), None)
    view = last = None
    if other is not None and place.conversation.kind == Conversation.Kind.PAIR:
        view, last = views.get(other), known.get(other)
    return {
        "lane": view.lane if view else last.lane if last else "members",
        "cover": view.cover_for if view else None,
        "reply_days": view.reply_days if view else None,
        "away_until": written(view.away_until) if view else None,
        "away_note": view.away_note if view else "",
    }


def count_unread(places: Sequence[ConversationMember]) -> dict[uuid.UUID, int]:
    """How many events of others, quiet and erased ones not counted, lie after each place's read mark."""
    theirs = Q(
        conversation__events__seq__gt=F("read_seq"),
        conversation__events__seq__gte=F("joined_seq"),
        conversation__events__quiet=False,
        conversation__events__erased="",
    ) & ~Q(conversation__events__sender=F("person"))
    rows = ConversationMember.objects.filter(pk__in=[place.pk for place in places], state="active")
    return dict(
        rows.annotate(unread=Count("conversation__events", filter=theirs)).values_list("pk", "unread")
    )


def list_messages(
    person: Person,
    conversation_id: uuid.UUID,
    *,
    after: int | None,
    before: int | None,
    limit: int,
    quiet: bool | None = None,
) -> dict[str, Any]:
    """A page of a conversation's events in their order: the first ones after a place, or the last ones before one.

    `quiet` asks for those alone that are quiet, or not.
    """
    place = access_place(person, conversation_id)
    events = SealedEvent.objects.filter(conversation_id=conversation_id, seq__gte=place.first_seq)
    if place.left_seq is not None:
        events = events.filter(seq__lte=place.left_seq)
    if quiet is not None:
        events = events.filter(quiet=quiet)
    if after is not None:
        found = list(events.filter(seq__gt=after).order_by("seq")[: limit + 1])
        page = found[:limit]
    else:
        if before is not None:
            events = events.filter(seq__lt=before)
        found = list(events.order_by("-seq")[: limit + 1])
        page = found[:limit][::-1]
    return {"events": [describe_event(event) for event in page], "more": len(found) > limit}


def describe_event(event: SealedEvent) -> dict[str, Any]:
    """One sealed event as it is handed out."""
    return {
        "event_id": event_of(event.id),
        "seq": event.seq,
        "sender": user_of(event.sender_id),
        "device_id": event.device_id,
        "content": None if event.content is None else json.loads(event.content),
        "erased": event.erased or None,
        "commitment": event.commitment,
        "stamp": event.stamp,
        "stamp_key_id": event.stamp_key_id,
        "at": event.at,
        "quiet": event.quiet,
    }
