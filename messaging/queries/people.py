"""Who may look at whose keys, and whose devices hear of whose changes."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from accounts.contacts import live_contacts
from accounts.models import Contact, Person
from messaging.models import ConversationMember, ToDevice
from messaging.queries.reports import recipients_for

Active = ConversationMember.State.ACTIVE


def other_side(contact: Contact, person_id: UUID) -> UUID:
    """Who the contact joins this person to."""
    return contact.other_id if contact.one_id == person_id else contact.one_id


def contacts_of(person: Person) -> set[UUID]:
    """Everybody the person may write to now."""
    return {other_side(contact, person.pk) for contact in live_contacts(person)}


def mates_of(person: Person, *, former: bool = False) -> set[UUID]:
    """Everybody who is in a conversation that the person is in now; with `former` also those who were."""
    mine = ConversationMember.objects.filter(person=person, state=Active).values("conversation_id")
    found = ConversationMember.objects.filter(conversation_id__in=mine)
    if not former:
        found = found.filter(state=Active)
    return set(found.exclude(person=person).values_list("person_id", flat=True))


def visible_to(person: Person, asked: set[UUID]) -> set[UUID]:
    """Those of the people asked for whose public keys the person may see, themselves too.

    Former members are among them while the person stays: what they wrote must still be told from a forgery on a device
    that comes later. So are those whose messages wait for one of the person's devices, which cannot tell without their
    keys who sent them: a report goes to staff who have nothing else to do with whoever reports.
    """
    known = {person.pk} | mates_of(person, former=True) | contacts_of(person)
    if asked <= known:
        return asked
    return asked & (known | recipients_for(person) | writers_to(person))


def writers_to(person: Person) -> set[UUID]:
    """Everybody whose message to one of the person's devices has not been handled yet."""
    rows = ToDevice.objects.filter(device__person=person).values_list("sender_id", flat=True)
    return set(rows.distinct())


def reached_by(person: Person, asked: set[UUID]) -> set[UUID]:
    """Those of the people asked for whose devices the person may send to, themselves too."""
    known = {person.pk} | mates_of(person) | contacts_of(person)
    found = asked & known if asked <= known else asked & (known | recipients_for(person))
    return set(active_people(found))


def watchers_of(person: Person) -> set[UUID]:
    """Everybody who is told when the person's devices change, themselves too."""
    return set(active_people({person.pk} | mates_of(person) | contacts_of(person)))


def active_people(ids: Iterable[UUID]) -> list[UUID]:
    """Those of the ids whose accounts are open."""
    return list(Person.objects.filter(pk__in=list(ids), is_active=True).values_list("pk", flat=True))


def stream_of(person_id: UUID) -> str:
    """The name of somebody's private stream."""
    return f"person:{person_id}"


def streams_of(ids: Iterable[UUID]) -> tuple[str, ...]:
    """The names of several people's private streams, in the order in which they are locked."""
    return tuple(sorted(stream_of(person_id) for person_id in set(ids)))
