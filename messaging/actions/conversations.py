"""Opening conversations, and their settings."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta

from accounts.access import access_self
from accounts.contacts import live_contacts
from accounts.models import Person
from hearthside.clock import now
from hearthside.errors import Closed, Denied, NotFound, Stale
from hearthside.live import Answer, announce
from messaging.access import access_conversation
from messaging.actions.members import bump, put_in, tell_members
from messaging.actions.noticing import note_read
from messaging.actions.telling import wake_for_conversation
from messaging.events import ConversationRead
from messaging.ids import encode
from messaging.models import Conversation
from messaging.queries.conversations import describe_conversation
from messaging.queries.members import active_ids, all_joined
from messaging.queries.people import other_side

Kind = Conversation.Kind
CIRCLES_A_DAY = 20  # each reaches everybody in it anew
A_DAY = timedelta(days=1)


def open_pair(
    person: Person,
    *,
    conversation_id: uuid.UUID,
    seed: bytes,
    others: Iterable[uuid.UUID],
    timer_seconds: int,
    history: bool,
) -> Answer:
    """Open the one conversation of two people, or come back to it; raises NotFound without a live contact."""
    access_self(person)
    (other,) = others
    joined = [row for row in live_contacts(person) if other_side(row, person.pk) == other]
    if not joined:
        raise NotFound
    pair = ":".join(sorted((str(person.pk), str(other))))
    conversation = Conversation.objects.filter(pair=pair).first()
    duplicate = conversation is not None
    if conversation is None:
        conversation = make(person, conversation_id, seed, Kind.PAIR, timer_seconds, history, pair=pair)
        put_in(conversation, [person.pk, other])
        tell_members(conversation)
    else:
        # Whoever left one that is between members decides alone whether to come back.
        both = any(row.reason != "group" for row in joined)
        back = {person.pk, other} if both else {person.pk}
        if back - set(active_ids(conversation.id)):
            put_in(conversation, back)
            bump(conversation)
            tell_members(conversation)
    return describe_conversation(person, conversation.id) | {"duplicate": duplicate}


def open_circle(
    person: Person,
    *,
    conversation_id: uuid.UUID,
    seed: bytes,
    others: Iterable[uuid.UUID],
    timer_seconds: int,
    history: bool,
) -> Answer:
    """Open a circle of people who all know each other from groups; the same id again is the same circle.

    Raises NotFound unless every two of them have a live contact, Closed after too many new ones in a day.
    """
    access_self(person)
    known = Conversation.objects.filter(pk=conversation_id, creator=person, kind=Kind.CIRCLE).first()
    if known is None:
        people = {person.pk, *others}
        if not all_joined(people):
            raise NotFound
        lately = Conversation.objects.filter(creator=person, kind=Kind.CIRCLE, created_at__gt=now() - A_DAY)
        if lately.count() >= CIRCLES_A_DAY:
            raise Closed("You have started many circles today. You can start another one tomorrow.")
        known = make(person, conversation_id, seed, Kind.CIRCLE, timer_seconds, history)
        put_in(known, people)
        tell_members(known)
        return describe_conversation(person, known.id) | {"duplicate": False}
    return describe_conversation(person, known.id) | {"duplicate": True}


def make(
    person: Person,
    conversation_id: uuid.UUID,
    seed: bytes,
    kind: Kind,
    timer_seconds: int,
    history: bool,
    *,
    pair: str | None = None,
) -> Conversation:
    """A new conversation's row; raises Denied for an id that is taken (nobody finds one by chance)."""
    if Conversation.objects.filter(pk=conversation_id).exists():
        raise Denied("This conversation is there already.")
    conversation = Conversation(
        id=conversation_id,
        seed=encode(seed),
        kind=kind,
        creator=person,
        keeper=person,
        pair=pair,
        timer_seconds=timer_seconds,
        history=history,
    )
    conversation.save(force_insert=True)
    return conversation


def change_timer(person: Person, conversation_id: uuid.UUID, *, version: int, timer_seconds: int) -> Answer:
    """Set how long what is sent from now on is kept; in a circle its keeper does.

    Raises NotFound, Denied, or Stale with the conversation as it is.
    """
    conversation = access_conversation(person, conversation_id).conversation
    if conversation.kind == Kind.CIRCLE and conversation.keeper_id != person.pk:
        raise Denied("Only whoever started this circle can do this.")
    if conversation.version != version:
        raise Stale(current=describe_conversation(person, conversation_id))
    conversation.timer_seconds = timer_seconds
    conversation.save(update_fields=["timer_seconds"])
    bump(conversation)
    wake_for_conversation(active_ids(conversation_id), conversation_id)
    return describe_conversation(person, conversation_id)


def mark_read(person: Person, conversation_id: uuid.UUID, *, seq: int) -> Answer:
    """Move one's read mark forward; one's other screens hear of it. Raises NotFound."""
    place = access_conversation(person, conversation_id)
    reached = min(seq, place.conversation.head)
    if reached > place.read_seq:
        place.read_seq = reached
        place.save(update_fields=["read_seq"])
        announce(person.stream, ConversationRead.of(place), object_id=place.id, actor=person.pk)
        note_read(place)
    return {"read": place.read_seq}
