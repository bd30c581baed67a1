"""Whether a conversation takes anything new from somebody, and if not, why."""

from __future__ import annotations

from messaging.models import ConversationMember
from messaging.queries.people import contacts_of


def closed_reason(place: ConversationMember, *, contacts: set[object] | None = None) -> str | None:
    """Why the person cannot write here: left, removed, alone, contact_over; None when they can.

    `contacts` are the ids of their live contacts where these are known already.
    """
    if not place.active:
        return str(place.state)
    rows = ConversationMember.objects.filter(
        conversation_id=place.conversation_id, state=ConversationMember.State.ACTIVE, person__is_active=True
    )
    others = set(rows.exclude(person_id=place.person_id).values_list("person_id", flat=True))
    if not others:
        return "alone"
    live = contacts_of(place.person) if contacts is None else contacts
    return None if others & live else "contact_over"
