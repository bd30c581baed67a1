"""Who is on duty: weekly slots over midnight, over weeks' ends and over changes of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Person
from community.models import Group, Membership
from moderation.models import DutySlot
from moderation.queries.duty import OnDuty, on_duty
from tests.given import given_ended, given_group, given_member, given_person
from tests.moderation.given_care import all_week, given_practice, given_slot, leader

pytestmark = pytest.mark.django_db

MONDAY, SATURDAY, SUNDAY = 0, 5, 6


@pytest.fixture
def group() -> Group:
    """A group led by Ann, in a practice in London."""
    given_practice(time_zone="Europe/London")
    return given_group(given_person("facilitator", name="Ann"), member_name="Ann")


@pytest.fixture
def ann(group: Group) -> Membership:
    """Its facilitator."""
    return Membership.objects.select_related("group", "person").get(group=group, role="facilitator")


def local(zone: str, text: str, fold: int = 0) -> datetime:
    """A wall clock's time in a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


def names(duty: OnDuty) -> tuple[list[str], list[str]]:
    """Who is first and who is the backup."""
    return [one.name for one in duty.first], [one.name for one in duty.backup]


def test_without_slots_duty_is_unknown(group: Group) -> None:
    assert on_duty(group) == OnDuty("unknown")


def test_inside_and_outside_a_slot(group: Group, ann: Membership) -> None:
    given_slot(ann, MONDAY, "09:00", "17:30")  # 2 March 2026 is a Monday
    starts, ends = local("Europe/London", "2026-03-02T09:00"), local("Europe/London", "2026-03-02T17:30")
    second = timedelta(seconds=1)
    before, first, last, over = (
        on_duty(group, moment) for moment in (starts - second, starts, ends - second, ends)
    )
    assert (before.state, before.back_at, before.until) == ("off", starts, None)
    assert (first.state, first.until, first.back_at) == ("on", ends, None)
    assert names(first) == (["Ann"], [])
    assert (last.state, last.until) == ("on", ends)
    assert (over.state, over.back_at) == ("off", starts + timedelta(days=7))


def test_a_slot_over_midnight_and_over_the_weeks_end(group: Group, ann: Membership) -> None:
    given_slot(ann, SUNDAY, "22:00", "06:00")
    for moment in ("2026-03-01T23:59", "2026-03-02T00:00", "2026-03-02T05:59"):
        duty = on_duty(group, local("Europe/London", moment))
        assert (duty.state, duty.until) == ("on", local("Europe/London", "2026-03-02T06:00")), moment
    assert on_duty(group, local("Europe/London", "2026-03-02T06:00")).state == "off"
    assert on_duty(group, local("Europe/London", "2026-03-01T05:00")).state == "off"


def test_slots_that_touch_or_overlap_are_one_stretch(group: Group, ann: Membership) -> None:
    ben = leader(group, "Ben")
    given_slot(ann, MONDAY, "08:00", "12:00")
    given_slot(ben, MONDAY, "12:00", "16:00")
    given_slot(ann, MONDAY, "15:00", "18:00", order="backup")
    duty = on_duty(group, local("Europe/London", "2026-03-02T09:00"))
    assert (names(duty), duty.until) == ((["Ann"], []), local("Europe/London", "2026-03-02T18:00"))
    duty = on_duty(group, local("Europe/London", "2026-03-02T15:30"))
    assert names(duty) == (["Ben"], ["Ann"])


def test_duty_without_end_has_no_end(group: Group, ann: Membership) -> None:
    all_week(ann)
    duty = on_duty(group)
    assert (duty.state, duty.until, duty.back_at) == ("on", None, None)


def test_somebody_twice_at_once_counts_once(group: Group, ann: Membership) -> None:
    given_slot(ann, MONDAY, "08:00", "12:00")
    given_slot(ann, MONDAY, "09:00", "12:00")
    assert names(on_duty(group, local("Europe/London", "2026-03-02T10:00"))) == (["Ann"], [])


@pytest.mark.parametrize("how", ["left", "removed", "no facilitator", "deactivated"])
def test_whoever_no_longer_leads_drops_out(group: Group, ann: Membership, how: str) -> None:
    ben = leader(group, "Ben")
    all_week(ann)
    all_week(ben)
    if how in ("left", "removed"):
        given_ended(ben, how)
    elif how == "deactivated":
        Person.objects.filter(pk=ben.person_id).update(is_active=False)
    else:
        Membership.objects.filter(id=ben.id).update(role="member")
    assert names(on_duty(group)) == (["Ann"], [])
    Membership.objects.filter(id=ann.id).update(state="left")
    assert on_duty(group).state == "unknown"


# The clock goes forward: this zone's nights of 2026 in which an hour (or half of one) is left out.
SPRING = [
    ("Europe/London", "2026-03-29", "01:00", "02:00"),
    ("America/New_York", "2026-03-08", "02:00", "03:00"),
    ("Australia/Sydney", "2026-10-04", "02:00", "03:00"),
    ("Australia/Lord_Howe", "2026-10-04", "02:00", "02:30"),
]
# The clock goes back: the wall clock shows this hour twice.
AUTUMN = [
    ("Europe/London", "2026-10-25", "01:00", "02:00", 60),
    ("America/New_York", "2026-11-01", "01:00", "02:00", 60),
    ("Australia/Sydney", "2026-04-05", "02:00", "03:00", 60),
    ("Australia/Lord_Howe", "2026-04-05", "01:30", "02:00", 30),
]


@pytest.mark.parametrize(("zone", "day", "gap", "after"), SPRING)
def test_when_the_clock_goes_forward_nothing_is_left_open(
    group: Group, ann: Membership, zone: str, day: str, gap: str, after: str
) -> None:
    """A night slot lasts as the wall clock says, and one that begins in the gap begins at the change."""
    given_practice(time_zone=zone)
    ben = leader(group, "Ben")
    given_slot(ann, SATURDAY, "22:00", f"{gap[:3]}15")  # ends inside what is left out
    given_slot(ben, SUNDAY, f"{gap[:3]}15", "08:00")
    change = local(zone, f"{day}T{after}").astimezone(UTC)
    assert names(on_duty(group, change - timedelta(seconds=1))) == (["Ann"], [])
    assert names(on_duty(group, change)) == (["Ben"], [])
    ends = local(zone, f"{day}T08:00")
    assert on_duty(group, change - timedelta(hours=2)).until == ends


@pytest.mark.parametrize(("zone", "day", "gap", "after"), SPRING)
def test_a_slot_inside_the_gap_is_not_there_that_day(
    group: Group, ann: Membership, zone: str, day: str, gap: str, after: str
) -> None:
    given_practice(time_zone=zone)
    given_slot(ann, SUNDAY, gap, after)
    change = local(zone, f"{day}T{after}").astimezone(UTC)
    for minutes in range(-90, 90, 10):
        assert on_duty(group, change + timedelta(minutes=minutes)).state == "off", minutes
    week_before = change - timedelta(days=7)
    back = on_duty(group, week_before - timedelta(hours=5)).back_at
    assert back is not None
    assert back.astimezone(ZoneInfo(zone)).strftime("%H:%M") == gap


@pytest.mark.parametrize(("zone", "day", "starts", "ends", "minutes"), AUTUMN)
def test_when_the_clock_goes_back_the_hour_is_covered_twice(
    group: Group, ann: Membership, zone: str, day: str, starts: str, ends: str, minutes: int
) -> None:
    given_practice(time_zone=zone)
    given_slot(ann, SUNDAY, starts, ends)
    first = local(zone, f"{day}T{starts}", fold=0).astimezone(UTC)
    last = local(zone, f"{day}T{ends}", fold=1).astimezone(UTC)
    assert last - first == timedelta(minutes=2 * minutes)
    assert on_duty(group, first - timedelta(seconds=1)).state == "off"
    for part in range(0, 2 * minutes, 10):
        duty = on_duty(group, first + timedelta(minutes=part))
        assert (duty.state, duty.until) == ("on", last), part
    assert on_duty(group, last).state == "off"


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"])
def test_round_the_clock_in_shifts_leaves_no_minute_open_all_year(
    group: Group, ann: Membership, zone: str
) -> None:
    given_practice(time_zone=zone)
    ben = leader(group, "Ben")
    for weekday in range(7):
        given_slot(ann, weekday, "02:30", "14:30")
        given_slot(ben, weekday, "14:30", "02:30")
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    for _ in range(73):
        assert on_duty(group, moment).until is None, moment
        moment += timedelta(days=5, minutes=7)


def test_a_question_costs_two_queries(group: Group, ann: Membership, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    all_week(ann)
    given_member(group)
    with django_assert_num_queries(2):
        on_duty(group)
    assert DutySlot.objects.count() == 7
