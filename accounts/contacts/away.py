"""Days away: what they may be, and from which moment to which they last."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.models import Availability, Person
from accounts.queries import get_practice
from hearthside import clock
from hearthside.errors import Invalid

FIELDS = ("reply_days", "away_from", "away_until", "away_note", "cover")
NOTE_CHARACTERS = 300
LONGEST_AWAY = timedelta(days=366)


def practice_zone() -> ZoneInfo:
    """The zone whose calendar days count."""
    return ZoneInfo(get_practice().time_zone)


def today() -> date:
    """The present day in the practice's zone."""
    return clock.now().astimezone(practice_zone()).date()


def is_away(row: Availability | None, on: date) -> bool:
    """Whether that day is one of the days away."""
    return (
        row is not None
        and row.away_from is not None
        and row.away_until is not None
        and row.away_from <= on <= row.away_until
    )


def away_span(row: Availability) -> tuple[datetime, datetime] | None:
    """From which moment to which the away time lasts: both days wholly; None without one."""
    if row.away_from is None or row.away_until is None:
        return None
    zone = practice_zone()
    begin = datetime.combine(row.away_from, time(), zone)
    end = datetime.combine(row.away_until + timedelta(days=1), time(), zone)
    return begin.astimezone(UTC), end.astimezone(UTC)


def check_availability(row: Availability, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes as they can be set on the row; raises Invalid naming the field that does not fit."""
    found = dict(changes)
    if "away_note" in found:
        found["away_note"] = found["away_note"].strip()
        if len(found["away_note"]) > NOTE_CHARACTERS:
            raise Invalid(fields={"away_note": f"At most {NOTE_CHARACTERS} characters: a sentence or two."})
    if found.get("cover") is not None:
        found["cover"] = find_cover(row, found["cover"])
    if {"away_from", "away_until"} & set(found):
        _check_days(found.get("away_from", row.away_from), found.get("away_until", row.away_until))
    return found


def _check_days(begin: date | None, end: date | None) -> None:
    """Raise Invalid for half an away time, one that ends before it begins or is over, or one of years."""
    if begin is None and end is None:
        return
    if begin is None:
        raise Invalid(fields={"away_from": "Which is the first day away?"})
    if end is None:
        raise Invalid(fields={"away_until": "Which is the last day away?"})
    if end < begin:
        raise Invalid(fields={"away_until": "The last day is before the first."})
    if end < today():
        raise Invalid(fields={"away_until": "This day is past."})
    if end - begin > LONGEST_AWAY:
        raise Invalid(fields={"away_until": "At most a year at a time."})


def find_cover(row: Availability, person_id: UUID) -> Person:
    """Who is to cover; raises Invalid unless they are other staff who can sign in."""
    person = Person.objects.filter(pk=person_id, is_active=True).first()
    if person is None or not person.is_staff_role:
        raise Invalid(fields={"cover": "Choose a facilitator or an admin who can sign in."})
    if person.pk == row.person_id:
        raise Invalid(fields={"cover": "Choose somebody else. Nobody can cover for themselves."})
    return person
