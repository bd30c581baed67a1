"""What a person's own stream tells their screens about sealed conversations: that something waits, never what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from hearthside.models import LogEvent
from hearthside.wire import Event
from messaging.models import ConversationMember

SYNC = "sync"


class SealedWaiting(Event, frozen=True, tag="sealed.waiting"):
    """Something waits to be fetched: for this person's devices (`sync`), or in a conversation."""

    what: Literal["sync", "conversation"]
    conversation: str

    @classmethod
    def of(cls, object_id: str) -> SealedWaiting:
        """The event from the id that the log keeps of it."""
        if object_id == SYNC:
            return cls(what="sync", conversation="")
        return cls(what="conversation", conversation=object_id)


class ConversationRead(Event, frozen=True, tag="conversation.read"):
    """One's own read mark in a conversation moved, on whichever device."""

    conversation: str
    read_seq: int

    @classmethod
    def of(cls, place: ConversationMember) -> ConversationRead:
        """The event for this place."""
        return cls(conversation=str(place.conversation_id), read_seq=place.read_seq)


class DeviceRemoved(Event, frozen=True, tag="device.removed"):
    """One of one's devices was removed: if it is this one, what it holds is to be forgotten."""

    device: str


def rebuild(rows: Sequence[LogEvent]) -> dict[UUID, Event]:
    """The typed event of each log row that is of this app, by the log row's id."""
    wanted = {row.object_id for row in rows if row.type == "conversation.read"}
    found = ConversationMember.objects.filter(pk__in=wanted) if wanted else ()
    places = {str(place.pk): place for place in found}
    made: dict[UUID, Event] = {}
    for row in rows:
        if row.type == "sealed.waiting":
            made[row.id] = SealedWaiting.of(row.object_id)
        elif row.type == "device.removed":
            made[row.id] = DeviceRemoved(device=row.object_id)
        elif row.type == "conversation.read" and (place := places.get(row.object_id)):
            made[row.id] = ConversationRead.of(place)
    return made
