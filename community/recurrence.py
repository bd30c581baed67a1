"""When a series meets: rules of RFC 5545 on the clock of its time zone, so that 18:00 stays 18:00 all year.

A wall-clock time is a datetime without a zone. Where clocks jump ahead and there is no such time, it is read with the
offset from before the jump, so 02:30 becomes 03:30; where clocks go back and there are two, the first is meant. That is
what RFC 5545 (3.3.5) says and calendar programs do. docs/how/sessions.md
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

from dateutil import rrule as rules

FREQUENCIES = {"DAILY": rules.DAILY, "WEEKLY": rules.WEEKLY, "MONTHLY": rules.MONTHLY}
MOST_APART = {"DAILY": 31, "WEEKLY": 26, "MONTHLY": 12}
MOST_TIMES = 366
YEARS = range(2000, 2200)
DAYS = {
    "MO": rules.MO,
    "TU": rules.TU,
    "WE": rules.WE,
    "TH": rules.TH,
    "FR": rules.FR,
    "SA": rules.SA,
    "SU": rules.SU,
}
NOT_A_RULE = "This rule cannot be read; one is FREQ=WEEKLY;BYDAY=TU"
_DAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"(\d{8})(?:T(\d{6})(Z)?)?")
_LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


@dataclass(frozen=True)
class Rule:
    """A rule that passed the checks, without its first time."""

    frequency: str
    interval: int = 1
    days: tuple[str, ...] = ()
    count: int | None = None
    until: str = ""

    def __str__(self) -> str:
        parts = [f"FREQ={self.frequency}"]
        if self.interval != 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.days:
            parts.append("BYDAY=" + ",".join(self.days))
        if self.count is not None:
            parts.append(f"COUNT={self.count}")
        if self.until:
            parts.append(f"UNTIL={self.until}")
        return ";".join(parts)


def read_rule(text: str) -> Rule:
    """The rule in an RRULE's value; raises ValueError, in words for whoever plans, for anything we do not keep.

    Only FREQ (DAILY, WEEKLY, MONTHLY), INTERVAL, BYDAY and one of COUNT and UNTIL are known.
    """
    parts: dict[str, str] = {}
    for part in text.strip().upper().removeprefix("RRULE:").split(";"):
        name, equals, value = part.partition("=")
        if not equals or not value or name in parts:
            raise ValueError(NOT_A_RULE)
        parts[name] = value
    frequency = parts.pop("FREQ", "")
    if frequency not in FREQUENCIES:
        raise ValueError("A series meets by the day, the week or the month")
    interval = _number(parts.pop("INTERVAL", "1"), MOST_APART[frequency])
    days = _read_days(parts.pop("BYDAY", ""), frequency)
    count = _number(parts.pop("COUNT"), MOST_TIMES) if "COUNT" in parts else None
    until = parts.pop("UNTIL", "")
    if parts:
        raise ValueError(NOT_A_RULE)
    if until and count is not None:
        raise ValueError("Say how often, or until when, not both")
    if until:
        _read_until(until, UTC)
    return Rule(frequency, interval, days, count, until)


def _number(text: str, most: int) -> int:
    """A whole number from 1 to `most`; raises ValueError."""
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= most):
        raise ValueError(f"A number in this rule must be from 1 to {most}")
    return int(text)


def _read_days(text: str, frequency: str) -> tuple[str, ...]:
    """The days of a BYDAY, in the order they came; raises ValueError."""
    days = text.split(",") if text else []
    if days and frequency == "DAILY":
        raise ValueError("For certain weekdays, meet by the week")
    found = [_DAY.fullmatch(day) for day in days]
    if any(match is None or (match[1] and frequency != "MONTHLY") for match in found) or len(
        set(days)
    ) != len(days):
        raise ValueError("These weekdays cannot be read; some are TU or MO,TH, and 1TU by the month")
    return tuple(days)


def _read_until(text: str, zone: Any) -> datetime:
    """The last wall-clock moment that an UNTIL allows: the end of its day where it is a date; raises ValueError."""
    match = _UNTIL.fullmatch(text)
    if match is None:
        raise ValueError("The last day cannot be read; one is UNTIL=20261222")
    try:
        moment = datetime.fromisoformat(f"{match[1]}T{match[2] or '235959'}")
    except ValueError:
        raise ValueError("There is no such last day") from None
    _check_year(moment)
    if match[3]:
        return moment.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
    return moment


def read_local(text: str) -> datetime:
    """A wall-clock time as the wire has it, 2026-12-03T18:00; raises ValueError."""
    if not _LOCAL.fullmatch(text):
        raise ValueError("A time looks like 2026-12-03T18:00")
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("There is no such time") from None
    _check_year(local)
    return local


def _check_year(local: datetime) -> None:
    """Raise ValueError for a year that nobody plans for, and that zones cannot reckon with."""
    if local.year not in YEARS:
        raise ValueError("This year is out of reach")


def write_local(local: datetime) -> str:
    """The same the other way."""
    return local.replace(tzinfo=None).isoformat(timespec="minutes")


def moment_of(local: datetime, time_zone: str) -> datetime:
    """The moment in UTC at which clocks in that zone show this time."""
    return local.replace(tzinfo=ZoneInfo(time_zone), fold=0).astimezone(UTC)


def local_of(moment: datetime, time_zone: str) -> datetime:
    """What clocks in that zone show at a moment."""
    return moment.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None, fold=0)


def times_of(rule: Rule, begins: datetime, time_zone: str) -> Iterator[datetime]:
    """The wall-clock times of a rule from `begins` on, which is one of them only where the rule has its day."""
    days = []
    for day in rule.days:
        match = _DAY.fullmatch(day)
        assert match is not None
        days.append(DAYS[match[2]](int(match[1])) if match[1] else DAYS[match[2]])
    return iter(
        rules.rrule(
            FREQUENCIES[rule.frequency],
            dtstart=begins,
            interval=rule.interval,
            byweekday=days or None,
            count=rule.count,
            until=_read_until(rule.until, ZoneInfo(time_zone)) if rule.until else None,
        )
    )


def times_until(rule: Rule, begins: datetime, time_zone: str, until: datetime) -> list[datetime]:
    """Those of them whose moment is not after `until` (aware)."""
    times = times_of(rule, begins, time_zone)
    return list(takewhile(lambda local: moment_of(local, time_zone) <= until, times))


def begins_on_a_day_of(rule: Rule, begins: datetime, time_zone: str) -> bool:
    """Whether the rule's first time is the one that was named."""
    return next(times_of(rule, begins, time_zone), None) == begins


def from_here(rule: Rule, begins: datetime, time_zone: str, day: date) -> tuple[Rule, datetime | None]:
    """The rule begun at its first time on or after `day`, with as many times fewer as lie before; None: none left."""
    for passed, local in enumerate(times_of(rule, begins, time_zone)):
        if local.date() >= day:
            left = rule.count - passed if rule.count is not None else None
            return replace(rule, count=left), local
        if local - begins > timedelta(days=366 * 20):
            break
    return rule, None


def ended_before(rule: Rule, last: datetime) -> Rule:
    """The same rule with `last`, a wall-clock time, as its last time at most."""
    return replace(rule, count=None, until=f"{last:%Y%m%dT%H%M%S}")
