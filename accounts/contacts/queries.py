"""Reads about contacts: whom somebody may write to now, by which name, and what to expect of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from accounts.contacts.access import access_availability
from accounts.contacts.away import is_away, today
from accounts.models import Availability, Contact, Parting, Person, Role
from hearthside import clock

Reason = Contact.Reason
ASSIGNED = (Reason.THERAPIST, Reason.OFFICE)
ORDER = {Reason.THERAPIST: 0, Reason.COVER: 1, Reason.OFFICE: 2, Reason.GROUP: 3}
ENDLESS = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class ContactView:
    """Somebody a person may write to now.

    `cover_for` names whom they cover; `covered_by` who covers while they are away. The last four speak of staff, and
    are None where the other side is a client or another member.
    """

    person_id: uuid.UUID
    name: str
    reason: str
    lane: str
    until: datetime | None
    cover_for: str | None = None
    covered_by: str | None = None
    reply_days: int | None = None
    away_until: date | None = None
    away_note: str | None = None


def live_now() -> Q:
    """What makes a contact count at this moment: begun, not over, both people can sign in, and nothing parts them."""
    at = clock.now()
    lasting = Q(until=None) | Q(until__gt=at)
    apart = Parting.objects.filter(
        Q(one=OuterRef("one"), other=OuterRef("other")) | Q(one=OuterRef("other"), other=OuterRef("one")),
        ended_at=None,
    )
    return (
        lasting
        & Q(ended_at=None, begins_at__lte=at, one__is_active=True, other__is_active=True)
        & ~Q(Exists(apart))
    )


def are_parted(a: Person, b: Person) -> bool:
    """Whether a decision keeps these two from writing to each other."""
    pair = Q(one=a, other=b) | Q(one=b, other=a)
    return Parting.objects.filter(pair, ended_at=None).exists()


def may_write(a: Person, b: Person) -> bool:
    """Whether the two may write to each other now, for whatever reason."""
    pair = Q(one=a, other=b) | Q(one=b, other=a)
    return Contact.objects.filter(pair & live_now()).exists()


def live_contacts(person: Person) -> list[Contact]:
    """The person's contacts of this moment, at most one for each pair and reason: the one that lasts longest."""
    longest: dict[tuple[uuid.UUID, str], Contact] = {}
    for row in sorted(_live_rows(person), key=lambda row: row.until or ENDLESS):
        longest[other_side(row, person).pk, row.reason] = row
    return list(longest.values())


def _live_rows(person: Person) -> list[Contact]:
    """Every row that counts now; two people who are away may have one cover for the same client."""
    rows = Contact.objects.select_related("one", "other", "covers")
    return list(rows.filter(live_now() & (Q(one=person) | Q(other=person))).order_by("created_at", "id"))


def other_side(contact: Contact, person: Person) -> Person:
    """The other of the two."""
    return contact.other if contact.one_id == person.pk else contact.one


def describe_contacts(person: Person) -> list[ContactView]:
    """Whom the person may write to now, therapists first; two covers by the same person are one line."""
    rows = _live_rows(person)
    staff = [row.one_id for row in rows if row.reason != Reason.GROUP and row.other_id == person.pk]
    expected = availability_of(staff)
    covering = {row.covers_id: row.name_of_one for row in rows if row.other_id == person.pk}
    views: dict[tuple[uuid.UUID, str], ContactView] = {}
    for row in rows:
        view = _view(row, person, expected, covering)
        known = views.get((view.person_id, view.reason))
        views[view.person_id, view.reason] = _both(known, view) if known else view
    return sorted(views.values(), key=lambda view: (ORDER[Reason(view.reason)], view.name.casefold()))


def _view(
    row: Contact,
    person: Person,
    expected: dict[uuid.UUID, Availability],
    covering: dict[uuid.UUID | None, str],
) -> ContactView:
    """One row as `person` sees it."""
    theirs = row.one_id == person.pk
    shown: dict[str, Any] = {
        "person_id": row.other_id if theirs else row.one_id,
        "name": row.name_of_other if theirs else row.name_of_one,
        "reason": row.reason,
        "lane": row.lane,
        "until": row.until,
        "cover_for": row.covers.name_of_one if row.covers else None,
    }
    if theirs or row.reason == Reason.GROUP:
        return ContactView(**shown)
    known = expected.get(row.one_id) or Availability()
    away = is_away(known, today())
    return ContactView(
        **shown,
        covered_by=covering.get(row.pk),
        reply_days=known.reply_days,
        away_until=known.away_until if away else None,
        away_note=(known.away_note or None) if away else None,
    )


def _both(first: ContactView, second: ContactView) -> ContactView:
    """One line for somebody who covers for two: both names, and the longer time."""
    longer = max(first, second, key=lambda view: view.until or ENDLESS)
    names = sorted({name for view in (first, second) for name in (view.cover_for or "").split(", ") if name})
    return ContactView(**{**vars(longer), "cover_for": ", ".join(names) or None})


def availability_of(people: Iterable[uuid.UUID]) -> dict[uuid.UUID, Availability]:
    """What those of these people who said so have said about their replies and days away."""
    return {row.person_id: row for row in Availability.objects.filter(person__in=set(people))}


def assigned_to(person_ids: Iterable[uuid.UUID]) -> list[Contact]:
    """The contacts of these clients with those they were assigned to, therapists first; closed accounts left out."""
    rows = Contact.objects.select_related("one", "other").filter(
        live_now(), other__in=list(person_ids), reason__in=ASSIGNED
    )
    return list(rows.order_by("-reason", "created_at", "id"))


def clients_of(person: Person) -> list[Contact]:
    """The contacts of those the person is assigned to, by their names."""
    rows = Contact.objects.select_related("one", "other").filter(live_now(), one=person, reason__in=ASSIGNED)
    return sorted(rows, key=lambda row: row.name_of_other.casefold())


def covers_now(contacts: Iterable[Contact]) -> dict[uuid.UUID | None, Contact]:
    """Who stands in just now, by the contact that is covered."""
    ids = [row.pk for row in contacts]
    rows = Contact.objects.select_related("one").filter(live_now(), covers__in=ids)
    return {row.covers_id: row for row in rows}


def streams_about(person: Person, *besides: uuid.UUID | None) -> tuple[str, ...]:
    """The own streams of the person, of everybody they have an assigned or covering contact with, and of `besides`."""
    rows = Contact.objects.filter(Q(one=person) | Q(other=person), ended_at=None).exclude(reason=Reason.GROUP)
    ids = {person.pk, *besides}
    for row in rows.only("one_id", "other_id"):
        ids |= {row.one_id, row.other_id}
    covers = Contact.objects.filter(covers__one=person, ended_at=None).values_list("one_id", flat=True)
    return tuple(sorted(f"person:{each}" for each in ids | set(covers) if each is not None))


def list_staff(*, besides: uuid.UUID | None = None) -> list[dict[str, Any]]:
    """The active staff with their days away, by name."""
    rows = Person.objects.filter(is_active=True, role__in=(Role.ADMIN, Role.FACILITATOR))
    rows = rows.exclude(pk=besides) if besides is not None else rows
    known = availability_of(rows.values_list("pk", flat=True))
    return [describe_staff(row, known.get(row.pk)) for row in rows]


def describe_staff(row: Person, known: Availability | None) -> dict[str, Any]:
    """One of the staff with the days away that are not over."""
    ahead = known is not None and known.away_until is not None and known.away_until >= today()
    return {
        "person": str(row.pk),
        "name": row.name,
        "role": row.role,
        "away_from": known.away_from.isoformat() if known and known.away_from and ahead else None,
        "away_until": known.away_until.isoformat() if known and known.away_until and ahead else None,
    }


def describe_availability(person: Person, person_id: uuid.UUID | None = None) -> dict[str, Any]:
    """What clients may expect of somebody of the staff, for the form that changes it; raises Denied, NotFound."""
    staff = access_availability(person, person_id)
    row = Availability.objects.filter(person=staff).first() or Availability(person=staff)
    covering = Contact.objects.filter(live_now(), one=staff, reason=Reason.COVER).select_related("covers")
    return {
        "person": str(staff.pk),
        "name": staff.name,
        "reply_days": row.reply_days,
        "away_from": row.away_from.isoformat() if row.away_from else None,
        "away_until": row.away_until.isoformat() if row.away_until else None,
        "away_note": row.away_note,
        "cover": str(row.cover_id) if row.cover_id else None,
        "version": row.version,
        "today": today().isoformat(),
        "clients": Contact.objects.filter(live_now(), one=staff, reason__in=ASSIGNED).count(),
        "covering": sorted({each.covers.name_of_one for each in covering if each.covers}),
        "staff": list_staff(besides=staff.pk),
    }
