"""Who is on duty: weekly slots in the practice's time zone, over midnight and over changes of the clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.queries import get_practice
from community.models import Group, Membership
from hearthside.clock import now
from moderation.models import DutySlot

AROUND_DAYS = 8  # local days looked at on either side of a moment: more than a week of weekly slots


@dataclass(frozen=True)
class OnDuty:
    """Duty in a group at one moment: `unknown` where no roster was made.

    `until` is when the present stretch ends (None: it never does), `back_at` when the next begins; both aware.
    """

    state: str
    first: tuple[Membership, ...] = ()
    backup: tuple[Membership, ...] = ()
    until: datetime | None = None
    back_at: datetime | None = None


@dataclass(frozen=True, order=True)
class Stretch:
    """One slot on one date, in UTC; `ends` is past it."""

    starts: datetime
    ends: datetime


def on_duty(group: Group, at: datetime | None = None) -> OnDuty:
    """Who is on duty in the group at a moment (now by default); those who no longer lead it do not count."""
    moment = (at or now()).astimezone(UTC)
    slots = counting_slots(group)
    if not slots:
        return OnDuty("unknown")
    zone = ZoneInfo(get_practice().time_zone)
    found = {slot: stretches(slot, moment, zone) for slot in slots}
    here = [slot for slot in slots if any(one.starts <= moment < one.ends for one in found[slot])]
    every = sorted(one for some in found.values() for one in some)
    if not here:
        return OnDuty("off", back_at=next((one.starts for one in every if one.starts > moment), None))
    return OnDuty(
        "on",
        first=members_of(here, DutySlot.Order.FIRST),
        backup=members_of(here, DutySlot.Order.BACKUP),
        until=end_of_cover(every, moment),
    )


def counting_slots(group: Group) -> Sequence[DutySlot]:
    """The group's slots whose member leads it still and can sign in, with member and person."""
    return list(
        DutySlot.objects.select_related("member__person")
        .filter(
            group=group,
            member__state=Membership.State.ACTIVE,
            member__role=Membership.Role.FACILITATOR,
            member__person__is_active=True,
        )
        .order_by("weekday", "starts", "id")
    )


def members_of(slots: Sequence[DutySlot], order: str) -> tuple[Membership, ...]:
    """The members of the slots of one order, each once."""
    return tuple({slot.member_id: slot.member for slot in slots if slot.order == order}.values())


def stretches(slot: DutySlot, moment: datetime, zone: ZoneInfo) -> list[Stretch]:
    """When the slot is, in the days around a moment; a slot that a change of the clock swallows whole is left out."""
    today = moment.astimezone(zone).date()
    found = []
    for days in range(-AROUND_DAYS, AROUND_DAYS + 1):
        day = today + timedelta(days=days)
        if day.weekday() != slot.weekday:
            continue
        last = day if slot.ends > slot.starts else day + timedelta(days=1)
        begins = first_moment(datetime.combine(day, slot.starts), zone)
        ends = last_moment(datetime.combine(last, slot.ends), zone)
        if begins < ends:
            found.append(Stretch(begins, ends))
    return found


def first_moment(local: datetime, zone: ZoneInfo) -> datetime:
    """The first moment at which a wall clock in `zone` shows `local` or later, in UTC.

    A time that comes twice counts from its first coming; one that is left out from the moment of the change.
    """
    one, other = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return one if one <= other else _change_between(other, one, zone)


def last_moment(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment from which a wall clock in `zone` never again shows less than `local`, in UTC."""
    one, other = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return other if one <= other else _change_between(other, one, zone)


def _change_between(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """The minute between two moments at which the zone's offset changes."""
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(minutes=1):
        middle = early + timedelta(minutes=int((late - early) / timedelta(minutes=1)) // 2)
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late


def end_of_cover(every: Sequence[Stretch], moment: datetime) -> datetime | None:
    """When the cover that holds at a moment ends, slots that touch or overlap taken as one; None: never.

    `every` is sorted by its starts.
    """
    end = moment
    for one in every:
        if one.starts <= end < one.ends:
            end = one.ends
    return end if end < moment + timedelta(days=AROUND_DAYS - 1) else None


def spell_time(clock_time: time) -> str:
    """A slot's time as the wire has it: HH:MM."""
    return f"{clock_time:%H:%M}"
