"""Series: meeting again and again by a rule, and changing that from one session on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.models import Person
from community.access_sessions import access_planning, access_series, require_ahead
from community.actions.session_telling import (
    announce_session,
    cancel_planned,
    tell_series,
    withdraw_reminders,
)
from community.models import Group, Series, Session
from community.queries.sessions import series_row
from community.recurrence import (
    Rule,
    begins_on_a_day_of,
    ended_before,
    from_here,
    local_of,
    moment_of,
    read_rule,
    times_of,
    times_until,
)
from hearthside.clock import now
from hearthside.errors import Closed, Invalid, NotFound, Stale
from hearthside.live import Answer

AHEAD = timedelta(weeks=26)
LATEST = timedelta(days=366)
WORDS = ("title", "place", "link", "agenda")
TAKEN = "An earlier session of this series has this time already. Choose another, or change it from that session on."


def plan_series(
    person: Person,
    *,
    group_id: UUID,
    rule: Rule,
    begins: datetime,
    time_zone: str,
    minutes: int,
    words: dict[str, str],
    tell: bool = True,
) -> Answer:
    """Let a group meet by a rule: its sessions of the next half year are there at once, a job makes the later ones.

    `begins` is the first time on the clock of the zone. Raises NotFound, Denied, Closed, or Invalid for a time that the
    rule does not have or that is over. `tell`: whether the others get a notice.
    """
    member = access_planning(person, group_id)
    check_begin(rule, begins, time_zone, minutes)
    series = Series.objects.create(
        group=member.group,
        rrule=str(rule),
        begins_local=as_kept(begins),
        time_zone=time_zone,
        minutes=minutes,
        **words,
    )
    make_sessions(series)
    first = Session.objects.filter(series=series).order_by("slot").first()
    if first is None:
        raise Invalid(fields={"rrule": "By this rule the group would never meet."})
    announce_session(first)
    if tell:
        tell_series(series, person)
    return series_as_answer(series)


def as_kept(local: datetime) -> datetime:
    """A wall-clock time in the form of its column."""
    return local.replace(tzinfo=UTC)


def check_begin(rule: Rule, begins: datetime, time_zone: str, minutes: int) -> None:
    """Raise Invalid unless the rule has this first time and it is not over, nor more than a year away."""
    if not begins_on_a_day_of(rule, begins, time_zone):
        raise Invalid(fields={"begins_local": "The first session is not on one of the days you chose."})
    check_moment(moment_of(begins, time_zone), minutes, "begins_local")


def check_moment(starts_at: datetime, minutes: int, name: str) -> None:
    """Raise Invalid for a time that is over or more than a year away."""
    if starts_at + timedelta(minutes=minutes) <= now():
        raise Invalid(fields={name: "This time is over. Choose one that is still to come."})
    if starts_at > now() + LATEST:
        raise Invalid(fields={name: "This is more than a year away. Choose a time within a year."})


def make_sessions(series: Series) -> int:
    """Make rows of the sessions that a series has up to half a year ahead; answers how many were new."""
    begins = series.begins_local.replace(tzinfo=None)
    until = max(now(), moment_of(begins, series.time_zone)) + AHEAD
    times = times_until(read_rule(series.rrule), begins, series.time_zone, until)
    there = set(Session.objects.filter(series=series, slot__isnull=False).values_list("slot", flat=True))
    after = series.made_until
    slots = [moment_of(local, series.time_zone) for local in times]
    new = [slot for slot in slots if slot not in there and (after is None or slot > after)]
    Session.objects.bulk_create([session_at(series, slot) for slot in new])
    series.made_until = until
    series.save(update_fields=["made_until"])
    return len(new)


def session_at(series: Series, slot: datetime) -> Session:
    """A session as the series has it at that moment, not yet kept."""
    return Session(
        series=series,
        slot=slot,
        group_id=series.group_id,
        starts_at=slot,
        ends_at=slot + timedelta(minutes=series.minutes),
        time_zone=series.time_zone,
        set_at=now(),
        **{name: getattr(series, name) for name in WORDS},
    )


def make_ahead(series_id: UUID) -> Answer:
    """Make what a series has ahead by now; nothing for one that has ended, or whose group has closed."""
    series = Series.objects.filter(id=series_id, ended_at=None, group__closed_at=None).first()
    return {"made": make_sessions(series) if series is not None else 0}


def change_series(
    person: Person, *, series_id: UUID, version: int, changes: dict[str, Any], first_id: UUID | None
) -> Answer:
    """Change a series from one session on (by default the next one): its words, its length, its rule and time.

    What was changed for one session alone stays so. Raises NotFound, Denied, Closed, Stale or Invalid.
    """
    series, _ = access_series(person, series_id)
    check_series(series, version)
    first = first_ahead(series, first_id)
    ahead = list(Session.objects.filter(series=series, slot__gte=first.slot).order_by("slot"))
    for row in ahead:
        row.why = changes.get("why", "") if not row.changed_alone else row.why
    words = {name: changes[name] for name in WORDS if name in changes}
    for name, value in words.items():
        setattr(series, name, value)
    series.minutes = changes.get("minutes", series.minutes)
    series.version += 1
    if changes.keys() & {"rrule", "begins_local", "time_zone"}:
        plan_anew(series, changes, first)
        ahead = retime(series, ahead)
    elif "minutes" in changes:
        for row in ahead:
            if not row.changed_alone:
                row.ends_at = row.starts_at + timedelta(minutes=series.minutes)
    reword(ahead, words)
    series.save()
    make_sessions(series)
    announce_session(first)
    if changes.keys() - {"title", "agenda", "why"}:
        tell_series(series, person)
    return series_as_answer(series)


def check_series(series: Series, version: int) -> None:
    """Raise Stale at another version, Closed for a series that has ended."""
    if series.version != version:
        raise Stale(current=series_row(series))
    if series.ended_at is not None:
        raise Closed("This series has ended. Plan a new one instead.")


def first_ahead(series: Series, first_id: UUID | None) -> Session:
    """The session from which a change counts; raises NotFound for one of another series, Closed for one that began."""
    rows = Session.objects.filter(series=series, slot__isnull=False).order_by("slot")
    if first_id is None:
        first = rows.filter(starts_at__gt=now(), began_at=None).first()
        if first is None:
            raise Closed("This series has nothing ahead. Plan a new one instead.")
        return first
    first = rows.filter(id=first_id).first()
    if first is None:
        raise NotFound
    require_ahead(first)
    return first


def plan_anew(series: Series, changes: dict[str, Any], first: Session) -> None:
    """Give the series its new rule, beginning with the session from which the change counts."""
    old, zone = read_rule(series.rrule), changes.get("time_zone", series.time_zone)
    assert first.slot is not None
    there = local_of(first.slot, series.time_zone)
    begins = changes.get("begins_local")
    if "rrule" in changes:
        rule = changes["rrule"]
        begins = begins or next(times_of(rule, there, zone), there)
    else:
        rule, _ = from_here(old, series.begins_local.replace(tzinfo=None), series.time_zone, there.date())
        begins = begins or there
        rule = on_the_day(rule, there, begins)
    check_begin(rule, begins, zone, series.minutes)
    series.rrule, series.begins_local, series.time_zone = str(rule), as_kept(begins), zone


def on_the_day(rule: Rule, before: datetime, begins: datetime) -> Rule:
    """A weekly rule of one day moves along with its first time; any other stays as it is."""
    names = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
    if rule.frequency == "WEEKLY" and rule.days == (names[before.weekday()],):
        return replace(rule, days=(names[begins.weekday()],))
    return rule


def retime(series: Series, ahead: list[Session]) -> list[Session]:
    """Move a series' sessions, one after another, to its new times; what is left over is called off.

    Each row keeps its place in the order, so calendars and what hangs on it move along. One that was moved or called
    off alone stays as it is and takes up its place. Raises Invalid for a time that an earlier session has.
    """
    begins = series.begins_local.replace(tzinfo=None)
    until = max(now(), moment_of(begins, series.time_zone)) + AHEAD
    times = times_until(read_rule(series.rrule), begins, series.time_zone, until)
    slots = [moment_of(local, series.time_zone) for local in times]
    Session.objects.filter(id__in=[row.id for row in ahead]).update(slot=None)
    if Session.objects.filter(series=series, slot__in=slots[: len(ahead)]).exists():
        raise Invalid(fields={"begins_local": TAKEN})
    for row in ahead[len(slots) :]:
        row.slot = None
        if row.state == Session.State.PLANNED and not row.changed_alone:
            cancel_planned(row, "")
    kept = ahead[: len(slots)]
    for row, slot in zip(kept, slots, strict=False):
        row.slot = slot
        if not row.changed_alone:
            set_time(row, slot, series.minutes, series.time_zone)
    series.made_until = slots[len(kept) - 1] if kept else None
    return kept


def set_time(session: Session, starts_at: datetime, minutes: int, time_zone: str) -> None:
    """Give a session another time and take back the reminders of the old one; the caller saves it."""
    if session.starts_at != starts_at:
        withdraw_reminders(session)
        session.day_told_at = session.hour_told_at = None
        session.set_at = now()
    session.starts_at, session.ends_at = starts_at, starts_at + timedelta(minutes=minutes)
    session.time_zone = time_zone


def reword(ahead: list[Session], words: dict[str, str]) -> None:
    """Give sessions their series' new words but where they have their own, and keep them."""
    for row in ahead:
        for name, value in words.items():
            if name not in row.own_fields:
                setattr(row, name, value)
        row.sequence, row.version = row.sequence + 1, row.version + 1
        row.save()


def end_series(person: Person, *, series_id: UUID, version: int, first_id: UUID | None, why: str) -> Answer:
    """End a series from one session on (by default the next): that and all later ones are called off.

    Raises NotFound, Denied, Closed or Stale.
    """
    series, _ = access_series(person, series_id)
    check_series(series, version)
    first = first_ahead(series, first_id) if first_id is not None else None
    planned = Session.objects.filter(
        series=series, state=Session.State.PLANNED, starts_at__gt=now(), began_at=None
    )
    rows = [row for row in planned.order_by("starts_at") if first is None or is_from(row, first)]
    stay = planned.exclude(id__in=[row.id for row in rows]).order_by("-slot").first()
    series.version += 1
    if stay is None or stay.slot is None:
        series.ended_at = now()
    else:
        last = local_of(stay.slot, series.time_zone)
        series.rrule = str(ended_before(read_rule(series.rrule), last))
    series.save()
    for row in rows:
        cancel_planned(row, why)
    if rows:
        announce_session(rows[0])
        tell_series(series, person)
    return series_as_answer(series)


def is_from(row: Session, first: Session) -> bool:
    """Whether a session of the series has its place at or after the first one that is meant."""
    return row.slot is None or first.slot is None or row.slot >= first.slot


def series_as_answer(series: Series) -> Answer:
    """A series as an answer, with how many sessions it has ahead."""
    ahead = Session.objects.filter(
        series=series, state=Session.State.PLANNED, starts_at__gt=now(), began_at=None
    )
    first = ahead.order_by("starts_at").first()
    return {
        "series": str(series.id),
        "version": series.version,
        "sessions": ahead.count(),
        "first": str(first.id) if first else None,
    }


def set_reflect_hours(person: Person, *, group_id: UUID, hours: int) -> Answer:
    """Say for how long a group's live rooms take words after a session; raises NotFound, Denied or Closed."""
    member = access_planning(person, group_id)
    Group.objects.filter(id=group_id).update(reflect_hours=hours)
    return {"group": str(member.group_id), "reflect_hours": hours}
