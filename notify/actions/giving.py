"""Giving a notice, and taking it back; both inside another app's action."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from accounts.models import Person
from hearthside.clock import now
from hearthside.live import announce
from notify.events import NoticesChanged
from notify.kinds import KINDS
from notify.models import Delivery, Notice

NOBODY = UUID(int=0)


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
) -> list[Notice]:
    """Give each of these people a notice of this `kind` about the thing `key`; who has it already gets no second one.

    `link` is a path of ours; `about` a name shown inside the product only; `group` whose quiet hours count besides
    the person's. `push` and `mail` can forbid a channel for good. The running write must name the people's streams.
    """
    rule = KINDS[kind]
    made = []
    for person in sorted(people, key=lambda one: str(one.pk)):
        notice, fresh = Notice.objects.get_or_create(
            person=person, key=key, defaults={"kind": kind, "link": link, "about": about, "group": group}
        )
        if not fresh:
            continue
        made.append(notice)
        for channel, wanted in ((Delivery.Channel.PUSH, push), (Delivery.Channel.MAIL, mail)):
            if wanted:
                plan_delivery(
                    notice, channel, now() + (rule.mail_after if channel == "mail" else 0 * rule.mail_after)
                )
        announce(person.stream, NoticesChanged(), object_id=notice.id)
    return made


def plan_delivery(notice: Notice, channel: str, due_at: datetime) -> Delivery:
    """Write down that a notice is to go out on a channel, and have a job look at it then."""
    from notify import jobs

    delivery = Delivery.objects.create(notice=notice, channel=channel, due_at=due_at)
    jobs.deliver.using(run_after=due_at).enqueue(str(delivery.id))
    return delivery


def withdraw_notices(key: str, *, people: Iterable[Person] | None = None) -> list[Notice]:
    """Take back what was said about the thing `key`, as it is no longer true; nothing of it is sent any more.

    `people`: of these only. The running write must name the streams of those who had it.
    """
    mine = Q(key=key, withdrawn_at=None)
    if people is not None:
        mine &= Q(person__in=list(people))
    rows = list(Notice.objects.select_related("person").filter(mine).order_by("person_id"))
    Notice.objects.filter(id__in=[row.id for row in rows]).update(withdrawn_at=now())
    for row in rows:
        announce(row.person.stream, NoticesChanged(), object_id=row.id)
    return rows
