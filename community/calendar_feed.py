"""A person's sessions for their calendar program: times and nothing else, under an address that only they know.

Titles say "Appointment", no place, link or name stands there: a calendar is shown on screens we know nothing of.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

from accounts.models import Person
from community.models import CalendarToken, Session
from community.queries.sessions import appointments_of, memberships_of, seen_by
from hearthside.audit_model import AuditEntry
from hearthside.clock import now
from hearthside.crypto import mac
from hearthside.errors import NotFound, RateLimited, WrongMethod
from hearthside.headers import problem_response
from hearthside.limits import limiter
from hearthside.wire import stamp

BACK, AHEAD = timedelta(days=30), timedelta(weeks=30)
MOST = 500
TITLE = "Appointment"
MEDIA_TYPE = "text/calendar; charset=utf-8"


def hash_of(token: str) -> str:
    """What is kept of an address's token."""
    return mac("calendar", token).hex()


def standing_of(person: Person) -> str:
    """A tag of the person's password, and of the last time that all their factors were taken away."""
    resets = AuditEntry.objects.filter(about=person.pk, verb="factors.reset").order_by("-at")
    last = resets.values_list("id", flat=True).first()
    return mac("calendar.standing", str(person.pk), person.password, str(last or "")).hex()


def is_alive(row: CalendarToken, person: Person) -> bool:
    """Whether an address opens its feed: not once the account is closed, the password new or the factors reset."""
    return person.is_active and row.standing == standing_of(person)


def describe_calendar(person: Person) -> dict[str, Any]:
    """Whether there is a feed, and since when."""
    row = CalendarToken.objects.filter(person=person).first()
    return {"made_at": stamp(row.made_at) if row is not None and is_alive(row, person) else None}


def answer_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The feed behind an address; 404 for one that opens nothing, 304 for a reader that has this state already."""
    try:
        if request.method not in ("GET", "HEAD"):
            raise WrongMethod
        row = find_token(token)
        who = f"address:{request.META.get('REMOTE_ADDR', '')}" if row is None else str(row.person_id)
        limiter().take(who, "calendar.feed")
        if row is None:
            raise NotFound
    except (NotFound, RateLimited, WrongMethod) as problem:
        return problem_response(problem)
    body = write_feed(row.person)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}
    if tag in request.headers.get("If-None-Match", ""):
        return HttpResponseNotModified(headers=headers)
    return HttpResponse(body, content_type=MEDIA_TYPE, headers=headers)


def find_token(token: str) -> CalendarToken | None:
    """The row behind an address that opens a feed now."""
    row = CalendarToken.objects.select_related("person").filter(hash=hash_of(token)).first()
    return row if row is not None and is_alive(row, row.person) else None


def feed_sessions(person: Person) -> list[Session]:
    """What the feed holds: the last month and what is planned ahead, with what was called off."""
    groups = seen_by(person, memberships_of(person).values())
    rows = groups | appointments_of(person)
    near = rows.filter(ends_at__gte=now() - BACK, starts_at__lt=now() + AHEAD)
    return list(near.order_by("starts_at", "id")[:MOST])


def write_feed(person: Person) -> bytes:
    """The person's sessions as RFC 5545 has them: the same bytes as long as nothing changed."""
    sessions = feed_sessions(person)
    calendar = Calendar()
    calendar.add("prodid", "-//Hearthside//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Appointments")
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for name in sorted({row.time_zone for row in sessions}):
        if name not in ("UTC", "Etc/UTC"):
            calendar.add_component(zone_component(name, *years_of(sessions)))
    for row in sessions:
        calendar.add_component(event_of(row))
    return bytes(calendar.to_ical())


def years_of(sessions: Sequence[Session]) -> tuple[int, int]:
    """The first and last year that a zone's clock changes must be told for."""
    return sessions[0].starts_at.year - 1, sessions[-1].ends_at.year + 1


@lru_cache(maxsize=64)
def zone_component(name: str, first: int, last: int) -> Timezone:
    """The VTIMEZONE of a zone for these years: what held at their beginning, then each change of the clocks."""
    zone, component = ZoneInfo(name), Timezone()
    component.add("tzid", name)
    begin, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    component.add_component(onset(zone, begin, before=begin))
    for moment in changes_between(zone, begin, end):
        component.add_component(onset(zone, moment, before=moment - timedelta(seconds=1)))
    return component


def onset(zone: ZoneInfo, moment: datetime, *, before: datetime) -> TimezoneStandard | TimezoneDaylight:
    """What clocks show from a moment on; its own time is told by the clock as it was before."""
    after, old = moment.astimezone(zone), before.astimezone(zone)
    part = TimezoneDaylight() if after.dst() else TimezoneStandard()
    was, offset = old.utcoffset() or timedelta(0), after.utcoffset() or timedelta(0)
    part.add("dtstart", (moment + was).replace(tzinfo=None))
    part.add("tzoffsetfrom", was)
    part.add("tzoffsetto", offset)
    part.add("tzname", after.tzname() or "")
    return part


def changes_between(zone: ZoneInfo, begin: datetime, end: datetime) -> list[datetime]:
    """The moments at which a zone's offset changes, to the second: looked for week by week, then by halving."""
    found, low = [], begin
    while low < end:
        high = min(low + timedelta(days=7), end)
        if low.astimezone(zone).utcoffset() != high.astimezone(zone).utcoffset():
            left, right = low, high
            while right - left > timedelta(seconds=1):
                middle = left + timedelta(seconds=int((right - left).total_seconds()) // 2)
                same = middle.astimezone(zone).utcoffset() == left.astimezone(zone).utcoffset()
                left, right = (middle, right) if same else (left, middle)
            found.append(right)
        low = high
    return found


def event_of(session: Session) -> Event:
    """One session as an entry that calendars follow through every move."""
    zone = ZoneInfo(session.time_zone)
    event = Event()
    event.add("uid", f"{session.id}@hearthside")
    event.add("sequence", session.sequence)
    event.add("dtstamp", whole_second(max(session.set_at, session.created_at)))
    event.add("dtstart", session.starts_at.astimezone(zone))
    event.add("dtend", session.ends_at.astimezone(zone))
    event.add("summary", TITLE)
    event.add("class", "PRIVATE")
    cancelled = session.state == Session.State.CANCELLED
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    return event


def whole_second(moment: datetime) -> datetime:
    """A moment as calendars write it."""
    return moment.astimezone(UTC).replace(microsecond=0)
