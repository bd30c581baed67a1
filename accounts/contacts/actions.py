"""Every change to contacts and to what clients may expect; each runs inside live.write."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.contacts.access import access_availability
from accounts.contacts.away import away_span, check_availability
from accounts.contacts.queries import ASSIGNED, describe_availability, streams_about
from accounts.events import ContactChanged
from accounts.models import Availability, Contact, Parting, Person
from hearthside import audit, clock, live
from hearthside.errors import Stale

Reason = Contact.Reason
Pair = tuple[uuid.UUID, uuid.UUID]
"""Two people, the smaller id first."""


@dataclass(frozen=True)
class GroupNames:
    """The group that lets two people write to each other, and the name each of the pair goes by in it."""

    group: uuid.UUID
    first: str
    second: str


# Clients and those who look after them


def open_contact(staff: Person, client: Person, *, reason: str) -> Contact:
    """Let one of the staff and a client write to each other; an open contact of that reason is answered as it is."""
    known = Contact.objects.filter(one=staff, other=client, reason=reason, ended_at=None).first()
    if known is not None:
        return known
    contact = Contact.objects.create(
        one=staff, other=client, reason=reason, name_of_one=staff.name, name_of_other=client.name
    )
    told = {staff.pk, client.pk} | settle_cover(staff)
    tell_contacts(f"person:{each}" for each in told)
    return contact


def end_contact(contact: Contact) -> None:
    """End a contact and whatever covers it; one that has ended stays as it is."""
    if contact.ended_at is not None:
        return
    covers = Contact.objects.filter(covers=contact, ended_at=None)
    told = {contact.one_id, contact.other_id, *covers.values_list("one_id", flat=True)}
    contact.ended_at = clock.now()
    contact.save(update_fields=["ended_at"])
    covers.update(ended_at=contact.ended_at)
    tell_contacts(f"person:{each}" for each in told)


def rename_in_contacts(person: Person) -> None:
    """Let clients and staff see somebody's new name; the names of groups are the groups' own."""
    rows = Contact.objects.filter(ended_at=None).exclude(reason=Reason.GROUP)
    for row in rows.filter(one=person):
        row.name_of_one = person.name
        row.save(update_fields=["name_of_one"])
    for row in rows.filter(other=person):
        row.name_of_other = person.name
        row.save(update_fields=["name_of_other"])


def tell_contacts(streams: Iterable[str]) -> None:
    """Say on people's own streams that their contacts have changed."""
    for stream in sorted(streams):
        live.announce(stream, ContactChanged(), object_id=stream.removeprefix("person:"))


# Two people who are not to write to each other


def part(one: Person, other: Person, *, cause: uuid.UUID) -> None:
    """Keep two people from writing to each other, whatever joins them or will; again with the same cause: no change."""
    first, second = sorted((one, other), key=lambda person: person.pk)
    if Parting.objects.filter(one=first, other=second, cause=cause, ended_at=None).exists():
        return
    Parting.objects.create(one=first, other=second, cause=cause)
    tell_contacts({one.stream, other.stream})


def end_partings(cause: uuid.UUID) -> None:
    """Take back whatever this cause parted: what joined the people before, and did not end meanwhile, does so again."""
    rows = list(Parting.objects.select_related("one", "other").filter(cause=cause, ended_at=None))
    for row in rows:
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])
    tell_contacts({stream for row in rows for stream in (row.one.stream, row.other.stream)})


# Replies and time away


def update_availability(
    person: Person, person_id: uuid.UUID, *, version: int, changes: Mapping[str, Any]
) -> live.Answer:
    """Say how soon somebody of the staff answers, when they are away, and who covers: oneself, or an admin.

    Raises Denied, NotFound, Stale with what stands there when `version` is an older one, and Invalid.
    """
    staff = access_availability(person, person_id)
    row = Availability.objects.select_for_update().filter(person=staff).first()
    row = row or Availability(person=staff)
    if row.version != version:
        raise Stale(current=describe_availability(person, staff.pk))
    checked = check_availability(row, changes)
    told = set(streams_about(staff))
    for field, value in checked.items():
        setattr(row, field, value)
    row.version += 1
    row.save()
    settle_cover(staff)
    if staff.pk != person.pk:
        audit.record(person, "availability.updated", f"person:{staff.pk}", about=staff)
    tell_contacts(told | set(streams_about(staff)))
    return describe_availability(person, staff.pk)


def settle_cover(staff: Person) -> set[uuid.UUID]:
    """Bring who stands in for `staff` into line with their away time; answers who covers now or later."""
    row = Availability.objects.select_related("cover").filter(person=staff).first()
    span = away_span(row) if row is not None else None
    cover = row.cover if row is not None and span is not None and span[1] > clock.now() else None
    standing = {each.covers_id: each for each in Contact.objects.filter(covers__one=staff, ended_at=None)}
    for contact in Contact.objects.filter(one=staff, reason__in=ASSIGNED, ended_at=None).select_related(
        "other"
    ):
        known = standing.pop(contact.pk, None)
        if known is not None and (cover is None or known.one_id != cover.pk or _is_over(known)):
            _end_cover(known)
            known = None
        if cover is None or span is None:
            continue
        known = known or Contact(one=cover, other=contact.other, reason=Reason.COVER, covers=contact)
        known.name_of_one, known.name_of_other = cover.name, contact.other.name
        known.begins_at, known.until = span
        known.save()
    for known in standing.values():
        _end_cover(known)
    return {cover.pk} if cover is not None else set()


def settle_every_cover() -> None:
    """The same for everybody who has days away: the practice's days begin at another hour now."""
    for row in Availability.objects.exclude(away_until=None).select_related("person"):
        settle_cover(row.person)


def _is_over(contact: Contact) -> bool:
    """Whether its time has run out by the clock."""
    return contact.until is not None and contact.until <= clock.now()


def _end_cover(contact: Contact) -> None:
    """Close the row: at its own end when that has passed, else now."""
    contact.ended_at = contact.until if _is_over(contact) else clock.now()
    contact.save(update_fields=["ended_at"])


# Members of a group among themselves


def place_group_contacts(pairs: Collection[Pair], wanted: Mapping[Pair, GroupNames]) -> None:
    """Make the open contacts of reason `group` of these pairs be just the `wanted` ones, under those names.

    It tells nobody: people follow their groups' streams, and who is blocked is not told at all.
    """
    firsts, seconds = {first for first, _ in pairs}, {second for _, second in pairs}
    rows = Contact.objects.filter(reason=Reason.GROUP, ended_at=None, one__in=firsts, other__in=seconds)
    standing = {(row.one_id, row.other_id): row for row in rows if (row.one_id, row.other_id) in pairs}
    over = [row.pk for pair, row in standing.items() if pair not in wanted or wanted[pair].group != row.group]
    Contact.objects.filter(pk__in=over).update(ended_at=clock.now())
    fresh = []
    for pair, names in wanted.items():
        row = standing.get(pair)
        if row is None or row.group != names.group:
            fresh.append(_group_contact(pair, names))
        elif (row.name_of_one, row.name_of_other) != (names.first, names.second):
            row.name_of_one, row.name_of_other = names.first, names.second
            row.save(update_fields=["name_of_one", "name_of_other"])
    Contact.objects.bulk_create(fresh)


def _group_contact(pair: Pair, names: GroupNames) -> Contact:
    """A new contact of two members."""
    return Contact(
        one_id=pair[0],
        other_id=pair[1],
        reason=Reason.GROUP,
        group=names.group,
        name_of_one=names.first,
        name_of_other=names.second,
    )
