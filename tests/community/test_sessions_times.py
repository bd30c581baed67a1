"""When series meet: rules that are kept and refused, and 18:00 that stays 18:00 in three zones all year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.recurrence import (
    begins_on_a_day_of,
    from_here,
    local_of,
    moment_of,
    read_local,
    read_rule,
    times_of,
    times_until,
    write_local,
)

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
YEAR = timedelta(days=400)

# zone: a wall-clock time, and the moment it names. Each zone: before and after both changes of the clocks, the time
# that is left out (read with the offset from before) and the one that comes twice (the first).
DST = {
    "Europe/Berlin": [
        ("2027-03-27T18:00", "2027-03-27T17:00"),
        ("2027-03-28T18:00", "2027-03-28T16:00"),
        ("2027-03-28T01:59", "2027-03-28T00:59"),
        ("2027-03-28T02:30", "2027-03-28T01:30"),  # shown as 03:30
        ("2027-03-28T03:00", "2027-03-28T01:00"),
        ("2027-10-30T18:00", "2027-10-30T16:00"),
        ("2027-10-31T02:30", "2027-10-31T00:30"),  # twice: in summer time
        ("2027-10-31T03:00", "2027-10-31T02:00"),
        ("2027-10-31T18:00", "2027-10-31T17:00"),
    ],
    "America/New_York": [
        ("2027-03-13T18:00", "2027-03-13T23:00"),
        ("2027-03-14T18:00", "2027-03-14T22:00"),
        ("2027-03-14T02:30", "2027-03-14T07:30"),
        ("2027-11-06T18:00", "2027-11-06T22:00"),
        ("2027-11-07T01:30", "2027-11-07T05:30"),
        ("2027-11-07T18:00", "2027-11-07T23:00"),
    ],
    "Australia/Lord_Howe": [  # half an hour, and summer in winter
        ("2027-04-03T18:00", "2027-04-03T07:00"),
        ("2027-04-04T01:45", "2027-04-03T14:45"),
        ("2027-04-04T18:00", "2027-04-04T07:30"),
        ("2027-10-02T18:00", "2027-10-02T07:30"),
        ("2027-10-03T02:15", "2027-10-02T15:45"),  # shown as 02:45
        ("2027-10-03T18:00", "2027-10-03T07:00"),
    ],
}


@pytest.mark.parametrize(
    ("zone", "wall", "utc"), [(zone, *row) for zone, rows in DST.items() for row in rows]
)
def test_a_wall_clock_time_names_one_moment(zone: str, wall: str, utc: str) -> None:
    assert moment_of(read_local(wall), zone) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize("zone", ZONES)
def test_a_week_stays_a_week_on_the_clock(zone: str) -> None:
    begins = read_local("2026-12-03T18:00")
    times = times_until(read_rule("FREQ=WEEKLY;BYDAY=TH"), begins, zone, moment_of(begins, zone) + YEAR)
    assert len(times) == 58
    offsets = set()
    for local in times:
        moment = moment_of(local, zone)
        assert local_of(moment, zone) == local
        assert (local.hour, local.minute, local.weekday()) == (18, 0, 3)
        offsets.add(moment.astimezone(ZoneInfo(zone)).utcoffset())
    assert len(offsets) == 2, "the year went through a change of the clocks"


@settings(max_examples=150, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    begins=st.datetimes(read_local("2026-01-01T00:00"), read_local("2030-01-01T00:00")),
    frequency=st.sampled_from(["DAILY", "WEEKLY", "MONTHLY"]),
    interval=st.integers(1, 4),
)
def test_times_rise_and_show_the_same_clock(
    zone: str, begins: datetime, frequency: str, interval: int
) -> None:
    begins = begins.replace(second=0, microsecond=0)
    rule = read_rule(f"FREQ={frequency};INTERVAL={interval};COUNT=40")
    moments = []
    for local in times_of(rule, begins, zone):
        assert (local.hour, local.minute) == (begins.hour, begins.minute)
        moment = moment_of(local, zone)
        shown = local_of(moment, zone)
        skipped = timedelta(hours=1) if "Lord" not in zone else timedelta(minutes=30)
        assert shown in (local, local + skipped)
        moments.append(moment)
    assert moments == sorted(set(moments))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;BYDAY=TU"),
        ("rrule:freq=weekly;interval=2;byday=mo,th;count=12", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;COUNT=12"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("FREQ=DAILY;UNTIL=20270131", "FREQ=DAILY;UNTIL=20270131"),
        ("FREQ=WEEKLY;UNTIL=20270331T235959", "FREQ=WEEKLY;UNTIL=20270331T235959"),
        ("FREQ=WEEKLY;UNTIL=20270331T215959Z", "FREQ=WEEKLY;UNTIL=20270331T215959Z"),
    ],
)
def test_rules_that_are_kept(text: str, kept: str) -> None:
    assert str(read_rule(text)) == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "WEEKLY",
        "FREQ=YEARLY",
        "FREQ=HOURLY",
        "FREQ=SECONDLY;COUNT=3",
        "FREQ=WEEKLY;FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=1TU",
        "FREQ=DAILY;BYDAY=TU",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
        "FREQ=WEEKLY;BYDAY=TU,TU",
        "FREQ=MONTHLY;BYDAY=6TU",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=WEEKLY;INTERVAL=27",
        "FREQ=WEEKLY;INTERVAL=-1",
        "FREQ=WEEKLY;COUNT=0",
        "FREQ=WEEKLY;COUNT=367",
        "FREQ=WEEKLY;COUNT=99999999999999999999",
        "FREQ=WEEKLY;COUNT=3;UNTIL=20270101",
        "FREQ=WEEKLY;UNTIL=2027",
        "FREQ=WEEKLY;UNTIL=20271301",
        "FREQ=WEEKLY;UNTIL=99991231T235959Z",
        "FREQ=WEEKLY;BYSETPOS=1",
        "FREQ=WEEKLY;BYHOUR=3",
        "FREQ=WEEKLY;WKST=SU",
        "FREQ=WEEKLY;BYDAY=TU\nDTSTART:20200101",
    ],
)
def test_rules_that_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_rule(text)


def test_weekdays_are_by_the_week_because_by_the_day_they_may_never_come() -> None:
    with pytest.raises(ValueError, match="meet by the week"):
        read_rule("FREQ=DAILY;INTERVAL=7;BYDAY=TU")
    monday = read_local("2026-03-02T18:00")
    assert next(times_of(read_rule("FREQ=WEEKLY;BYDAY=TU"), monday, "Europe/London")).day == 3


@settings(max_examples=100, deadline=None)
@given(
    begins=st.datetimes(read_local("2026-01-01T00:00"), read_local("2199-12-31T00:00")),
    frequency=st.sampled_from(["DAILY", "WEEKLY", "MONTHLY"]),
    interval=st.integers(1, 31),
    day=st.sampled_from(["", "TU", "1MO", "5MO", "-5SU", "5MO,-5MO"]),
)
def test_every_rule_that_is_kept_comes_again(
    begins: datetime, frequency: str, interval: int, day: str
) -> None:
    try:
        rule = read_rule(f"FREQ={frequency};INTERVAL={interval}" + (f";BYDAY={day}" if day else ""))
    except ValueError:
        return
    found = next(times_of(rule, begins, "Europe/London"))
    assert found.year - begins.year <= 40, "a fifth Monday of February is 28 years away, or 40 around 2100"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-12-03",
        "2026-13-03T18:00",
        "2026-12-03 18:00",
        "2026-12-03T24:00Z",
        "0001-01-01T00:00",
        "9999-12-31T18:00",
        "2026-12-03T25:00",
    ],
)
def test_times_that_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_local(text)


def test_the_last_day_counts_on_the_series_clock() -> None:
    begins = read_local("2026-12-03T18:00")

    def count(until: str, zone: str = "Europe/Berlin") -> int:
        return len(list(times_of(read_rule(f"FREQ=DAILY;UNTIL={until}"), begins, zone)))

    assert count("20261205") == 3
    assert count("20261205T175959") == 2
    assert count("20261205T180000") == 3
    assert count("20261205T170000Z") == 3
    assert count("20261205T165959Z") == 2
    assert count("20261205T230000Z", "America/New_York") == 3


def test_a_month_without_the_day_is_passed_over() -> None:
    times = list(times_of(read_rule("FREQ=MONTHLY;COUNT=4"), read_local("2026-12-31T18:00"), "Europe/Berlin"))
    assert [write_local(each)[:10] for each in times] == [
        "2026-12-31",
        "2027-01-31",
        "2027-03-31",
        "2027-05-31",
    ]


def test_the_first_time_must_be_the_rule_s() -> None:
    rule = read_rule("FREQ=WEEKLY;BYDAY=TU")
    assert begins_on_a_day_of(rule, read_local("2026-12-01T18:00"), "Europe/Berlin")
    assert not begins_on_a_day_of(rule, read_local("2026-12-03T18:00"), "Europe/Berlin")


def test_a_rule_goes_on_with_as_many_times_as_were_left() -> None:
    begins = read_local("2026-12-03T18:00")
    rule = read_rule("FREQ=WEEKLY;BYDAY=TH;COUNT=5")
    left, first = from_here(rule, begins, "Europe/Berlin", read_local("2026-12-15T00:00").date())
    assert (left.count, first) == (3, read_local("2026-12-17T18:00"))
    _, none = from_here(rule, begins, "Europe/Berlin", read_local("2027-03-01T00:00").date())
    assert none is None
