"""Sending sealed events: stamped, in order, once for each transaction; and taking their content away again."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

from accounts.models import Person
from hearthside.clock import now
from hearthside.errors import NotFound
from hearthside.live import Answer, next_seq
from messaging import franking
from messaging.access import access_conversation, access_device, access_place, require_open
from messaging.actions.noticing import take_back, tell_of_event
from messaging.actions.queue import is_known
from messaging.actions.telling import wake_for_conversation
from messaging.ids import event_of
from messaging.models import Conversation, SealedEvent, Txn
from messaging.queries.members import active_ids
from messaging.queries.reports import stamp_covers


def send_event(
    person: Person,
    device_id: str,
    conversation_id: uuid.UUID,
    *,
    txn: str,
    content: dict[str, Any],
    commitment: str,
    quiet: bool,
    kept: bool,
) -> Answer:
    """Add a sealed event to a conversation; the same transaction again gets the same answer.

    Raises NotFound for whoever is not in it, Closed where nobody is left to write to, NonceReused for another
    conversation's transaction.
    """
    device = access_device(person, device_id)
    place = access_conversation(person, conversation_id)
    if (known := is_known(device, txn, f"send:{conversation_id}")) and known.event is not None:
        return sent(SealedEvent.objects.get(pk=known.event))
    require_open(place)
    conversation = place.conversation
    event = new_event(conversation, person, device_id, commitment)
    event.content, event.quiet = json.dumps(content), quiet
    if conversation.timer_seconds and not kept:
        event.expires_at = now() + timedelta(seconds=conversation.timer_seconds)
    event.save(force_insert=True)
    conversation.head, conversation.last_at = event.seq, event.at
    conversation.save(update_fields=["head", "last_at"])
    Txn.objects.create(device=device, txn=txn, kind=f"send:{conversation_id}", event=event.id)
    wake_for_conversation(active_ids(conversation_id), conversation_id)
    tell_of_event(conversation, place.person, event)
    return sent(event)


def new_event(conversation: Conversation, person: Person, device_id: str, commitment: str) -> SealedEvent:
    """An event in its place, with the server's time and stamp."""
    event = SealedEvent(
        conversation=conversation,
        seq=next_seq(conversation.stream),
        sender=person,
        device_id=device_id,
        commitment=commitment,
        at=int(now().timestamp() * 1000),
        stamp_key_id=franking.current_key(),
    )
    event.stamp = franking.stamp(stamp_covers(event), event.stamp_key_id)
    return event


def sent(event: SealedEvent) -> Answer:
    """What the sender is told."""
    return {
        "event_id": event_of(event.id),
        "seq": event.seq,
        "at": event.at,
        "stamp": event.stamp,
        "stamp_key_id": event.stamp_key_id,
    }


def erase_event(person: Person, conversation_id: uuid.UUID, event_id: uuid.UUID) -> Answer:
    """Take the content of one's own event away for everybody; place, commitment and stamp stay.

    Who has left may still do this. Raises NotFound.
    """
    access_place(person, conversation_id)
    event = SealedEvent.objects.filter(pk=event_id, conversation_id=conversation_id, sender=person).first()
    if event is None:
        raise NotFound
    if not event.erased:
        event.content, event.erased = None, SealedEvent.Erased.SENDER
        event.save(update_fields=["content", "erased"])
        wake_for_conversation(active_ids(conversation_id), conversation_id)
        take_back(event.conversation)
    return {}
