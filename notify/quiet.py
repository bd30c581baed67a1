"""Quiet hours on the clocks that people live by, true also on the days when those are changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Hours:
    """Quiet hours: from and to, on the clock of a zone; over midnight when they end before they begin."""

    begins: time
    ends: time
    zone: str


def leaves_at(moment: datetime, quiet: Iterable[Hours]) -> datetime:
    """When something that is due at `moment` may leave: then, or at the end of the quiet hours that it falls into.

    Several people's hours can follow each other; where they would leave no time at all, it leaves after a day.
    """
    hours, at = list(quiet), moment
    while at < moment + A_DAY:
        ends = [end for one in hours if (end := quiet_until(at, one))]
        if not ends:
            return at
        at = max(ends)
    return at


def quiet_until(moment: datetime, hours: Hours) -> datetime | None:
    """The end of the quiet hours that a moment lies in, in UTC; None outside them."""
    zone = ZoneInfo(hours.zone)
    day = moment.astimezone(zone).date()
    over_midnight = hours.ends <= hours.begins
    for first in (day - A_DAY, day):
        last = first + A_DAY if over_midnight else first
        begin = instant(first, hours.begins, zone, later=False)
        end = instant(last, hours.ends, zone, later=True)
        if begin <= moment < end:
            return end
    return None


def instant(day: date, clock: time, zone: ZoneInfo, *, later: bool) -> datetime:
    """The moment, in UTC, at which a day's clock shows a time.

    Where clocks are put back and show it twice, `later` says which; where they jump over it, it is the jump.
    """
    first, second = (datetime.combine(day, clock.replace(fold=fold), zone).astimezone(UTC) for fold in (0, 1))
    if first <= second:
        return second if later else first
    return jump_between(second, first, zone)


def jump_between(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The moment between two at which the zone's offset changes, to the second."""
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high
