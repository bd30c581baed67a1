"""Who may do what with devices and conversations; absent and not theirs get the same answer."""

from __future__ import annotations

import uuid

from accounts.access import access_self
from accounts.models import Person
from hearthside import clock
from hearthside.errors import Closed, Denied, NotFound
from messaging.models import Blob, Conversation, ConversationMember, Device
from messaging.queries.closing import closed_reason

WHY_CLOSED = {
    "contact_over": "You have no contact with anybody in this conversation any more. You can still read it.",
    "alone": "Nobody else is in this conversation any more. You can still read it.",
    "left": "You have left this conversation.",
    "removed": "You are not in this conversation any more.",
}


def access_device(person: Person, device_id: str) -> Device:
    """A living device of the person's own; raises NotFound, SignedOut once they are deactivated."""
    access_self(person)
    device = Device.objects.filter(person=person, device_id=device_id, dehydrated=False).first()
    if device is None:
        raise NotFound
    device.person = person
    return device


def access_place(person: Person, conversation_id: uuid.UUID) -> ConversationMember:
    """The person's place in a conversation, past ones too (`.conversation` is loaded); raises NotFound."""
    access_self(person)
    found = ConversationMember.objects.select_related("conversation")
    place = found.filter(person=person, conversation_id=conversation_id).first()
    if place is None:
        raise NotFound
    place.person = person
    return place


def access_conversation(person: Person, conversation_id: uuid.UUID) -> ConversationMember:
    """The same for somebody who is in it now; raises NotFound."""
    place = access_place(person, conversation_id)
    if not place.active:
        raise NotFound
    return place


def access_as_keeper(person: Person, conversation_id: uuid.UUID) -> ConversationMember:
    """The same for whoever keeps the circle; raises NotFound, or Denied for its other members and for pairs."""
    place = access_conversation(person, conversation_id)
    conversation = place.conversation
    if conversation.kind != Conversation.Kind.CIRCLE or conversation.keeper_id != person.pk:
        raise Denied("Only whoever started this circle can do this.")
    return place


def require_open(place: ConversationMember) -> None:
    """Raise Closed where nobody is left whom the person may write to."""
    if reason := closed_reason(place):
        raise Closed(WHY_CLOSED[reason], reason=reason)


def access_blob(person: Person, blob_id: uuid.UUID) -> Blob:
    """A finished file of a conversation the person is in, from their time; raises NotFound."""
    blob = Blob.objects.filter(pk=blob_id, done=True).first()
    if blob is None or (blob.expires_at is not None and blob.expires_at <= clock.now()):
        raise NotFound
    place = access_conversation(person, blob.conversation_id)
    if blob.made_seq + 1 < place.first_seq:
        raise NotFound
    return blob


def access_own_blob(person: Person, blob_id: uuid.UUID) -> Blob:
    """A file that the person themselves puts into a conversation they are in; raises NotFound."""
    blob = Blob.objects.filter(pk=blob_id, owner=person).first()
    if blob is None:
        raise NotFound
    access_conversation(person, blob.conversation_id)
    return blob
