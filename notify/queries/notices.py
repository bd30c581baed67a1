"""Notices as the notice centre shows them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from accounts.access import access_self
from accounts.models import Person
from hearthside.errors import NotFound
from hearthside.wire import stamp
from notify.models import Notice
from notify.queries.keys import named


def list_notices(person: Person, *, before: uuid.UUID | None = None, limit: int = 30) -> dict[str, Any]:
    """The person's notices that still hold, newest first, and how many are unread.

    Raises NotFound for a `before` that is not theirs.
    """
    access_self(person)
    mine = Notice.objects.filter(person=person, withdrawn_at=None)
    shown = mine
    if before is not None:
        last = Notice.objects.filter(pk=before, person=person).first()
        if last is None:
            raise NotFound
        shown = mine.filter(Q(at__lt=last.at) | Q(at=last.at, id__lt=last.id))
    rows = list(shown.order_by("-at", "-id")[: limit + 1])
    return {
        "notices": [describe_notice(row) for row in rows[:limit]],
        "unread": mine.filter(read_at=None).count(),
        "more": len(rows) > limit,
    }


def describe_notice(row: Notice) -> dict[str, Any]:
    """One notice for its own person."""
    return {
        "id": str(row.id),
        "kind": row.kind,
        "about": row.about,
        "link": row.link,
        "at": stamp(row.at),
        "read": row.read_at is not None,
    }


def find_link(person_id: uuid.UUID, notice_id: uuid.UUID) -> str | None:
    """Where a notice of this person leads; None for anybody else's, and for one that is no longer true."""
    row = Notice.objects.filter(pk=notice_id, person_id=person_id, withdrawn_at=None)
    return row.values_list("link", flat=True).first()


def who_has_unread(key: str, people: Iterable[uuid.UUID] | None = None) -> set[uuid.UUID]:
    """Who has an unread notice that still holds, of a key that begins so; `people`: among these."""
    rows = Notice.objects.filter(named(key, under=True), read_at=None, withdrawn_at=None)
    if people is not None:
        rows = rows.filter(person__in=list(people))
    return set(rows.values_list("person_id", flat=True))
