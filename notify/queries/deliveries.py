"""What was sent, to whom it is shown: one's own log without words, and what staff have to settle."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db.models import Q

from accounts.access import access_self
from accounts.models import Person
from hearthside.errors import NotFound
from hearthside.wire import stamp
from notify.access import ADMINS_ONLY, doubtful_for
from notify.models import Delivery
from notify.queries.leading import leaders_of

PAGE = 50


def list_own(person: Person, *, before: uuid.UUID | None = None) -> dict[str, Any]:
    """The person's own deliveries, newest first; raises NotFound for a `before` not of theirs."""
    access_self(person)
    return page_of(Q(notice__person=person), before=before)


def list_doubts(person: Person, *, before: uuid.UUID | None = None) -> dict[str, Any]:
    """What may or may not have come, for those who settle it; raises Denied, NotFound."""
    return page_of(doubtful_for(person), before=before, named=True)


def settlers_of(delivery: Delivery) -> list[Person]:
    """Everybody who may settle a delivery in doubt (notify.access.doubtful_for asks the same of one person)."""
    notice = delivery.notice
    known = leaders_of(notice.group) if notice.group is not None else {notice.by_id}
    if notice.kind in ADMINS_ONLY:
        known = set()
    staff = Q(role=Person.Role.ADMIN) | Q(pk__in=known - {None}, role=Person.Role.FACILITATOR)
    return list(Person.objects.filter(staff, is_active=True).order_by("pk"))


def page_of(wanted: Q, *, before: uuid.UUID | None, named: bool = False) -> dict[str, Any]:
    """A page of deliveries; with `named` also who each was for."""
    found = Delivery.objects.filter(wanted)
    if before is not None:
        last = found.select_related("notice").filter(pk=before).first()
        if last is None:
            raise NotFound
        at = last.notice.at
        found = found.filter(Q(notice__at__lt=at) | Q(notice__at=at, id__lt=last.id))
    rows = found.select_related("notice__person" if named else "notice").order_by("-notice__at", "-id")
    shown = list(rows[: PAGE + 1])
    return {
        "deliveries": [describe_delivery(row, named=named) for row in shown[:PAGE]],
        "more": len(shown) > PAGE,
    }


def describe_delivery(row: Delivery, *, named: bool) -> dict[str, Any]:
    """One delivery, without a word of what it is about."""
    head = {
        "id": str(row.id),
        "kind": row.notice.kind,
        "channel": row.channel,
        "state": row.state,
        "why": row.why,
        "at": stamp(row.notice.at),
        "due_at": stamp(row.due_at),
        "ended_at": written(row.ended_at),
    }
    if named:
        head |= {"person": str(row.notice.person_id), "name": row.notice.person.name}
    return head


def written(moment: datetime | None) -> str | None:
    """A moment as the wire spells it."""
    return stamp(moment) if moment else None
