"""What somebody wants to be told of by which channel, and their quiet hours."""

from __future__ import annotations

from datetime import time
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.access import access_self
from accounts.models import Person
from accounts.queries import get_practice
from hearthside.clock import now
from hearthside.errors import Invalid, NotFound
from hearthside.live import Answer, announce
from notify.actions.planning import look_again
from notify.events import NoticesChanged
from notify.kinds import KINDS
from notify.models import Delivery, NoticeChoice, QuietHours
from notify.queries.choices import describe_quiet, read_letter_choice, zone_of

FIXED = "Calls to somebody who may need help always come through."


def choose(person: Person, *, kind: str, channel: str, on: bool) -> Answer:
    """Have a kind sent on a channel from now on, or not.

    Raises NotFound for no kind of theirs, Invalid for one that always comes.
    """
    me = access_self(person)
    rule = KINDS.get(kind)
    if rule is None or (rule.staff and not me.is_staff_role):
        raise NotFound
    if rule.urgent:
        raise Invalid(fields={"kind": FIXED})
    _choose(me, kind, channel, on)
    announce(me.stream, NoticesChanged(), object_id=me.pk)
    return {"kind": kind, "channel": channel, "on": on}


def choose_by_token(person_id: UUID, kind: str, *, on: bool) -> Answer:
    """Turn a kind's mail off, or on again, for whoever holds the link of a letter; raises NotFound.

    Without a sign-in: a letter has to be stopped from where it is read (RFC 8058).
    """
    person = Person.objects.filter(pk=person_id).first()
    if person is None or KINDS[kind].urgent:
        raise NotFound
    if read_letter_choice(person_id, kind) == on:
        return {"kind": kind, "on": on}
    _choose(person, kind, Delivery.Channel.MAIL, on)
    announce(person.stream, NoticesChanged(), object_id=person.pk)
    return {"kind": kind, "on": on}


def _choose(person: Person, kind: str, channel: str, on: bool) -> None:
    NoticeChoice.objects.update_or_create(person=person, kind=kind, channel=channel, defaults={"on": on})


def set_quiet_hours(person: Person, *, begins: time | None, ends: time | None) -> Answer:
    """Set one's own quiet hours, or end them; what they held back is looked at again. Raises Invalid."""
    me = access_self(person)
    row = _set_hours(begins, ends, person=me)
    _look_at_waiting(Delivery.objects.filter(notice__person=me))
    announce(me.stream, NoticesChanged(), object_id=me.pk)
    return {"quiet": describe_quiet(row, zone_of(me))}


def set_group_quiet_hours(group_id: UUID, *, begins: time | None, ends: time | None) -> Answer:
    """The same for a group, inside an action that has checked who asks; on the practice's clock. Raises Invalid."""
    row = _set_hours(begins, ends, group=group_id)
    _look_at_waiting(Delivery.objects.filter(notice__group=group_id))
    return {"quiet": describe_quiet(row, get_practice().time_zone)}


def _set_hours(begins: time | None, ends: time | None, **whose: Any) -> QuietHours | None:
    if begins is None or ends is None:
        QuietHours.objects.filter(**whose).delete()
        return None
    if begins == ends:
        raise Invalid(fields={"ends": "Quiet hours need an end that is not their beginning."})
    row, _ = QuietHours.objects.update_or_create(**whose, defaults={"begins": begins, "ends": ends})
    return row


def _look_at_waiting(rows: QuerySet[Delivery]) -> None:
    """What quiet hours hold back is judged anew, by the hours as they are now."""
    held = rows.filter(state=Delivery.State.WAITING, why="quiet_hours")
    for row in held.select_related("notice"):
        row.due_at, row.why = now(), ""
        row.save(update_fields=["due_at", "why"])
        look_again(row, urgent=KINDS[row.notice.kind].urgent)
