"""Reads about who may write to whom."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import Contact, Person
from hearthside import clock

LANES = {"therapist": "clinical", "cover": "clinical", "office": "administrative", "group": "members"}


@dataclass(frozen=True)
class ContactView:
    """Somebody whom one may write to, as one sees them."""

    person_id: uuid.UUID
    name: str
    reason: str
    lane: str
    until: str | None = None
    cover_for: str | None = None
    reply_days: int | None = None
    away_until: str | None = None
    away_note: str = ""


def _live() -> Q:
    moment = clock.now()
    begun = Q(begins_at__lte=moment, ended_at=None) & (Q(until=None) | Q(until__gt=moment))
    return begun & Q(one__is_active=True, other__is_active=True)


def may_write(a: Person, b: Person) -> bool:
    """Whether the two may write to each other now."""
    pair = Q(one=a, other=b) | Q(one=b, other=a)
    return Contact.objects.filter(_live() & pair).exists()


def live_contacts(person: Person) -> list[Contact]:
    """The contacts of somebody that hold now."""
    return list(Contact.objects.filter(_live() & (Q(one=person) | Q(other=person))).order_by("created_at"))


def describe_contacts(person: Person) -> list[ContactView]:
    """Everybody whom somebody may write to now, as they see them."""
    found = []
    for row in live_contacts(person):
        is_one = row.one_id == person.pk
        found.append(
            ContactView(
                person_id=row.other_id if is_one else row.one_id,
                name=row.name_of_other if is_one else row.name_of_one,
                reason=row.reason,
                lane=LANES[row.reason],
            )
        )
    return found
