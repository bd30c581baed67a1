"""Reads about the practice key and the copies sealed to it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.access import access_admin
from accounts.models import Person, Role
from hearthside.wire import stamp
from messaging.models import ConversationMember, KeyCopy, KeyCopyOpening, PracticeKey, RecoveryBlob
from messaging.queries.reports import set_up_staff

STAFF = (Role.ADMIN, Role.FACILITATOR)


def current_copies() -> QuerySet[KeyCopy]:
    """The copies that open what they were made for: the same practice key, and the newest recovery key."""
    blob = RecoveryBlob.objects.filter(person_id=OuterRef("person_id"), version=OuterRef("version"))
    return KeyCopy.objects.filter(Exists(blob), key_id__in=PracticeKey.objects.values("key_id"))


def fits(person: Person, key_id: str, version: int) -> bool:
    """Whether a copy of that recovery key for that practice key would open something now."""
    key = PracticeKey.objects.filter(key_id=key_id)
    return key.exists() and RecoveryBlob.objects.filter(person=person, version=version).exists()


def describe_key(person: Person) -> dict[str, Any]:
    """The practice key as everybody may know it, and since when the person's own copy is there."""
    key = PracticeKey.objects.first()
    return {
        "public_key": key.public_key if key else None,
        "key_id": key.key_id if key else None,
        "announced_at": stamp(key.announced_at) if key else None,
        "staff": person.role in STAFF,
        "copy_made_at": copies_among([person.pk]).get(person.pk),
    }


def list_copies(person: Person) -> dict[str, Any]:
    """For an admin: which staff are set up, whose copy is there, and when one was taken out; raises Denied."""
    access_admin(person)
    openings = last_openings()
    made = {copy.person_id: stamp(copy.made_at) for copy in current_copies()}
    shown = set_up_staff(Q(), set()) | set(made) | set(openings)
    rows = Person.objects.filter(pk__in=shown).order_by("name", "id")
    return {
        "copies": [
            {
                "person": str(row.pk),
                "name": row.name,
                "made_at": made.get(row.pk),
                "opened_at": openings.get(row.pk),
            }
            for row in rows
        ]
    }


def last_openings(people: Iterable[uuid.UUID] | None = None) -> dict[uuid.UUID, str]:
    """When the copy of each of these people (of everybody) was taken out last."""
    rows = KeyCopyOpening.objects.order_by("at")
    if people is not None:
        rows = rows.filter(person_id__in=set(people))
    return {row.person_id: stamp(row.at) for row in rows.only("person_id", "at")}


def copies_among(people: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Since when the practice holds a copy that opens, of each of these people who has one."""
    rows = current_copies().filter(person_id__in=set(people))
    return {row.person_id: stamp(row.made_at) for row in rows}


def told_of(person_id: uuid.UUID) -> set[uuid.UUID]:
    """Who is in a conversation with the person now, and is told when the person's copy is taken out."""
    mine = ConversationMember.objects.filter(person_id=person_id).values("conversation_id")
    rows = ConversationMember.objects.filter(
        conversation_id__in=mine, state=ConversationMember.State.ACTIVE, person__is_active=True
    )
    return set(rows.exclude(person_id=person_id).values_list("person_id", flat=True))
