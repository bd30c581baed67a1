"""Clients and those who look after them: assigning, and ending that."""

from __future__ import annotations

from uuid import UUID

from accounts.contacts.actions import end_contact, open_contact
from accounts.contacts.queries import are_parted
from accounts.models import Contact, Person
from community.access_clients import access_assignment, access_contact
from community.actions.session_telling import cancel_between
from hearthside import audit
from hearthside.errors import Invalid
from hearthside.live import Answer

REASONS = {"clinical": Contact.Reason.THERAPIST, "administrative": Contact.Reason.OFFICE}
"""Why the two may write to each other, by the lane that is asked for."""
APART = "These two are not to write to each other for now. Please choose somebody else."


def assign_client(person: Person, *, client_id: UUID, therapist_id: UUID, lane: str) -> Answer:
    """Let a client and one of the staff write to each other; who is assigned already stays so.

    Raises Denied for members, NotFound for absent and out of reach, Invalid for a pair that is no client and staff.
    """
    client, therapist = access_assignment(person, client_id, therapist_id)
    if are_parted(client, therapist):
        raise Invalid(fields={"therapist": APART})
    found = Contact.objects.filter(one=therapist, other=client, reason=REASONS[lane], ended_at=None)
    known = found.first()
    contact = known or open_contact(therapist, client, reason=REASONS[lane])
    if known is None:
        audit.record(person, "client.assigned", f"contact:{contact.pk}", about=client, reason=lane)
    return {
        "contact": str(contact.pk),
        "client": str(client.pk),
        "therapist": str(therapist.pk),
        "lane": lane,
    }


def unassign_client(person: Person, *, client_id: UUID, therapist_id: UUID, lane: str) -> Answer:
    """End that at once, with whatever covers it; what they wrote to each other stays theirs to read.

    The end of therapy calls off the appointments that the two have ahead.

    Raises Denied for members and for what only an admin ends, NotFound for absent and out of reach.
    """
    contact = access_contact(person, client_id, therapist_id, REASONS[lane])
    end_contact(contact)
    if contact.reason == Contact.Reason.THERAPIST:
        cancel_between(contact.one, contact.other, by=person)
    audit.record(person, "client.unassigned", f"contact:{contact.pk}", about=contact.other_id, reason=lane)
    return {
        "contact": str(contact.pk),
        "client": str(client_id),
        "therapist": str(therapist_id),
        "lane": lane,
    }
