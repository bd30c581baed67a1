"""Giving a notice, and taking it back; both inside another app's action."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from accounts.models import Person
from hearthside.clock import now
from hearthside.live import announce
from notify.actions.planning import plan_deliveries
from notify.events import NoticesChanged
from notify.kinds import KINDS, UNREAD_MAIL, Kind
from notify.models import Delivery, Notice, PushDevice
from notify.queries.keys import named

Channel = Delivery.Channel


def give_notice(
    people: Iterable[Person],
    *,
    kind: str,
    key: str,
    link: str,
    about: str = "",
    group: UUID | None = None,
    push: bool = True,
    mail: bool = True,
    by: Person | None = None,
    until: datetime | None = None,
) -> list[Notice]:
    """Give each of these people a notice of this `kind` about the thing `key`; who has it already gets no second one.

    `link` is a path of ours; `about` a name shown inside the product only; `group` whose quiet hours count besides
    the person's. `push` and `mail` can forbid a channel for good. `by` is who caused it, who then settles what is in
    doubt; after `until` it is of no use and nothing is sent. The running write must name the people's streams.
    """
    rule = KINDS[kind]
    wanted = {person.pk: person for person in people if person.is_active}
    had = set(Notice.objects.filter(key=key, person__in=wanted).values_list("person_id", flat=True))
    fresh = [
        Notice(
            person=wanted[person_id],
            key=key,
            kind=kind,
            link=link,
            about=about,
            group=group,
            by=by,
            until=until,
        )
        for person_id in sorted(set(wanted) - had)
    ]
    Notice.objects.bulk_create(fresh)
    holders = with_devices(notice.person_id for notice in fresh)
    planned = []
    for notice in fresh:
        if push:
            planned.append((notice, Channel.PUSH, notice.at + rule.push_after))
        if mail:
            planned.append((notice, Channel.MAIL, notice.at + mail_after(rule, notice.person_id in holders)))
    plan_deliveries(planned, urgent=rule.urgent)
    for notice in fresh:
        announce(notice.person.stream, NoticesChanged(), object_id=notice.id)
    return fresh


def with_devices(people: Iterable[UUID]) -> set[UUID]:
    """Which of these people have a browser that may be woken."""
    rows = PushDevice.objects.filter(person__in=list(people))
    return set(rows.values_list("person_id", flat=True))


def mail_after(rule: Kind, pushed: bool) -> timedelta:
    """How long a notice stays unread before its mail leaves: where a push goes first, a quarter of an hour at least."""
    if rule.urgent or not (pushed and rule.push):
        return rule.mail_after
    return max(rule.mail_after, UNREAD_MAIL)


def withdraw_notices(
    key: str, *, people: Iterable[Person] | None = None, under: bool = False, tell: bool = True
) -> list[Notice]:
    """Take back what was said about the thing `key`, as it is no longer true; nothing of it is sent any more.

    `people`: of these only; `under`: of every key that begins so. The running write must name the streams of those who
    had it, unless it does not `tell` them because what follows does.
    """
    mine = named(key, under=under)
    if people is not None:
        mine &= Q(person__in=list(people))
    return _withdraw(mine, tell=tell)


def keep_inside(key: str) -> None:
    """Send no more of what was said about every thing whose key begins so: it stands in the product alone."""
    Notice.objects.filter(named(key, under=True)).update(until=now())


def withdraw_of_group(person: Person, group: UUID) -> list[Notice]:
    """Take back from somebody who is not in a group any more all that they were told of it.

    Calls to help stay: who was called may have seen it already, and only moderation ends a call.
    """
    urgent = [kind.name for kind in KINDS.values() if kind.urgent]
    return _withdraw(Q(person=person, group=group) & ~Q(kind__in=urgent))


def _withdraw(mine: Q, *, tell: bool = True) -> list[Notice]:
    rows = list(Notice.objects.select_related("person").filter(mine, withdrawn_at=None).order_by("person_id"))
    Notice.objects.filter(id__in=[row.id for row in rows]).update(withdrawn_at=now())
    for row in rows if tell else ():
        announce(row.person.stream, NoticesChanged(), object_id=row.id)
    return rows
