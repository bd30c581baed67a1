"""Not twice in a row: what one person does again and again rings nobody's phone again and again."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from notify.kinds import COOL_DOWN, KINDS, STALE
from notify.models import Delivery

State = Delivery.State
LEFT = (State.STARTED, State.SENT, State.DOUBT)


def left_before(delivery: Delivery, moment: datetime) -> Delivery | None:
    """What last left for the same person, by the same channel, of the same kind about the same thing, lately.

    What was taken back since counts, or else sending and taking back would ring for ever. What its person has read does
    not: they are here, and what comes now is new to them.
    """
    notice = delivery.notice
    same = Q(notice__link=notice.link)
    if KINDS[notice.kind].by_sender and notice.by_id is not None:
        same |= Q(notice__by=notice.by_id)
    rows = Delivery.objects.filter(
        same,
        notice__person=notice.person_id,
        notice__kind=notice.kind,
        notice__read_at=None,
        channel=delivery.channel,
        state__in=LEFT,
        notice__at__gt=moment - STALE - COOL_DOWN,
        started_at__gt=moment - COOL_DOWN,
        started_at__lte=moment,  # a clock that was put back holds nothing up
    )
    return rows.exclude(notice=notice.pk).select_related("notice").order_by("-started_at").first()


def is_told_by(delivery: Delivery, last: Delivery) -> bool:
    """Whether somebody who looked because of `last` found this already: one ring stands for both."""
    started = last.started_at
    return last.state == State.SENT and started is not None and started >= delivery.notice.at


def cooled_at(delivery: Delivery, last: Delivery) -> datetime:
    """When it may leave after `last`; what is soon of no use waits half of that time only, so that it is not lost."""
    assert last.started_at is not None
    until = delivery.notice.until
    longest = COOL_DOWN if until is None else min(COOL_DOWN, (until - last.started_at) / 2)
    return last.started_at + longest
