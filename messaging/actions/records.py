"""Records: that somebody takes a conversation out of its seal, on their own device."""

from __future__ import annotations

import uuid

from accounts.models import Person
from hearthside import audit
from hearthside.live import Answer
from messaging.access import access_place
from messaging.models import ConversationMember


def note_export(person: Person, conversation_id: uuid.UUID) -> Answer:
    """Write down that the person makes a record of a conversation they are or were in; each of the others can read it.

    Raises NotFound. What is in the record never comes here.
    """
    place = access_place(person, conversation_id)
    rows = ConversationMember.objects.filter(conversation_id=place.conversation_id).exclude(person=person)
    for other in rows.order_by("person_id").values_list("person_id", flat=True):
        audit.record(person, "export.made", f"conversation:{conversation_id}", about=other)
    return {}
