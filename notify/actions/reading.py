"""Reading: once read on one device a notice is read on all, and nothing more of it is sent."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from accounts.access import access_self
from accounts.models import Person
from hearthside.clock import now
from hearthside.live import Answer, announce
from notify.access import access_notice
from notify.events import NoticesChanged
from notify.models import Notice
from notify.queries.keys import named


def read_notices(person: Person, key: str, *, under: bool = False) -> int:
    """Read what was said to the person about the thing `key`, because they have opened it; inside another's action.

    `under`: about everything whose key begins so. Answers how many were unread. The running write must name the
    person's stream.
    """
    return _read(person, named(key, under=under))


def read_one(person: Person, notice_id: UUID) -> Answer:
    """Read one notice; may be repeated. Raises NotFound."""
    notice = access_notice(person, notice_id)
    _read(person, Q(pk=notice.pk))
    return {"id": str(notice.pk)}


def read_all(person: Person) -> Answer:
    """Read every notice that there is now."""
    access_self(person)
    return {"read": _read(person, Q())}


def _read(person: Person, which: Q) -> int:
    rows = list(Notice.objects.filter(which, person=person, read_at=None, withdrawn_at=None).order_by("at"))
    if rows:
        Notice.objects.filter(id__in=[row.id for row in rows]).update(read_at=now())
        announce(person.stream, NoticesChanged(), object_id=rows[-1].id)
    return len(rows)
