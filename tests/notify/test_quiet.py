"""Quiet hours: what falls into them leaves at their end, on the clock of whoever is to be left in peace."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from accounts.models import Person
from hearthside import clock
from notify.quiet import Hours, leaves_at, quiet_until
from tests.given import Browser, act, given_group, given_member, given_person, leader_of, outcome_of
from tests.moderation.given_care import Mailbox, given_practice
from tests.notify.endpoint import Service
from tests.notify.given import add_device, due, given_notice, run_at, states

LONDON, NEW_YORK, LORD_HOWE = "Europe/London", "America/New_York", "Australia/Lord_Howe"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "hours", "moment", "leaves"),
    [
        # An ordinary night, in winter and in summer.
        (LONDON, "22:00 07:00", "2026-01-10 21:59", "2026-01-10 21:59"),
        (LONDON, "22:00 07:00", "2026-01-10 22:00", "2026-01-11 07:00"),
        (LONDON, "22:00 07:00", "2026-01-11 06:59", "2026-01-11 07:00"),
        (LONDON, "22:00 07:00", "2026-01-11 07:00", "2026-01-11 07:00"),
        (LONDON, "22:00 07:00", "2026-07-10 21:30", "2026-07-11 06:00"),
        (LONDON, "13:00 15:00", "2026-07-10 12:30", "2026-07-10 14:00"),
        # The night on which clocks go forward is an hour shorter, the one back an hour longer.
        (LONDON, "22:00 07:00", "2026-03-28 23:00", "2026-03-29 06:00"),
        (LONDON, "22:00 07:00", "2026-10-24 22:00", "2026-10-25 07:00"),
        (NEW_YORK, "22:00 07:00", "2026-03-08 04:00", "2026-03-08 11:00"),
        (NEW_YORK, "22:00 07:00", "2026-11-01 03:00", "2026-11-01 12:00"),
        (LORD_HOWE, "22:00 07:00", "2026-10-03 12:00", "2026-10-03 20:00"),
        (LORD_HOWE, "22:00 07:00", "2026-04-04 12:00", "2026-04-04 20:30"),
        # An end that does not exist is the jump; one that comes twice is the later one.
        (LONDON, "22:00 01:30", "2026-03-29 00:10", "2026-03-29 01:00"),
        (LONDON, "22:00 01:30", "2026-10-25 00:40", "2026-10-25 01:30"),
        (NEW_YORK, "22:00 02:30", "2026-03-08 06:00", "2026-03-08 07:00"),
        (NEW_YORK, "22:00 01:30", "2026-11-01 05:45", "2026-11-01 06:30"),
        (LORD_HOWE, "22:00 02:15", "2026-10-03 15:00", "2026-10-03 15:30"),
        (LORD_HOWE, "22:00 01:45", "2026-04-04 14:50", "2026-04-04 15:15"),
        # A beginning that does not exist is the jump; one that comes twice is the first one.
        (LONDON, "01:30 04:00", "2026-03-29 01:00", "2026-03-29 03:00"),
        (LONDON, "01:30 04:00", "2026-10-25 00:30", "2026-10-25 04:00"),
        (NEW_YORK, "02:30 05:00", "2026-03-08 06:59", "2026-03-08 06:59"),
        (NEW_YORK, "02:30 05:00", "2026-03-08 07:00", "2026-03-08 09:00"),
    ],
)
def test_when_it_leaves(zone: str, hours: str, moment: str, leaves: str) -> None:
    begins, ends = map(time.fromisoformat, hours.split())
    assert leaves_at(at(moment), [Hours(begins, ends, zone)]) == at(leaves)


some_times = some.times().map(lambda one: one.replace(second=0, microsecond=0))
some_hours = some.builds(
    Hours, some_times, some_times, some.sampled_from([LONDON, NEW_YORK, LORD_HOWE])
).filter(lambda one: one.begins != one.ends)
some_moments = some.integers(0, 2 * 365 * 1440).map(
    lambda minutes: at("2026-01-01") + timedelta(minutes=minutes)
)


@settings(max_examples=400, deadline=None)
@given(hours=some_hours, moment=some_moments)
def test_it_leaves_at_the_first_moment_that_is_not_quiet(hours: Hours, moment: datetime) -> None:
    leaves = leaves_at(moment, [hours])
    assert quiet_until(leaves, hours) is None
    if leaves == moment:
        return
    assert quiet_until(leaves - timedelta(seconds=1), hours) == leaves
    assert moment < leaves <= moment + timedelta(hours=25)
    shown = leaves.astimezone(ZoneInfo(hours.zone)).time()
    jumped = abs((datetime.combine(moment, shown) - datetime.combine(moment, hours.ends)).total_seconds())
    assert shown == hours.ends or jumped <= 3600, "the clock shows the end, but on the day that skips it"


@settings(max_examples=200, deadline=None)
@given(one=some_hours, other=some_hours, moment=some_moments)
def test_two_peoples_hours_both_count_and_nothing_waits_for_ever(
    one: Hours, other: Hours, moment: datetime
) -> None:
    leaves = leaves_at(moment, [one, other])
    assert leaves >= max(leaves_at(moment, [one]), leaves_at(moment, [other]))
    assert leaves < moment + timedelta(hours=50)
    quiet = [quiet_until(leaves, hours) for hours in (one, other)]
    assert quiet == [None, None] or leaves >= moment + timedelta(hours=24)


NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
NIGHT = datetime(2026, 3, 28, 23, tzinfo=UTC)


def sleeper(**more: Any) -> Person:
    """Somebody in London who sleeps from ten to seven."""
    person = given_person(**more)
    act(person, "me.update", time_zone=LONDON)
    act(person, "quiet_hours.set", begins="22:00", ends="07:00")
    return person


@pytest.mark.django_db
def test_what_comes_at_night_leaves_in_the_morning(service: Service, box: Mailbox) -> None:
    ann = sleeper()
    with clock.as_of(NIGHT):
        add_device(Browser(ann), service.url("phone"))
        notice = given_notice(ann)
    run_at(NIGHT + timedelta(minutes=20))
    assert states(notice) == {"push": ("waiting", "quiet_hours"), "mail": ("waiting", "quiet_hours")}
    morning = datetime(2026, 3, 29, 6, tzinfo=UTC)  # seven o'clock: the clocks went forward
    assert (due(notice, "push"), due(notice, "mail")) == (morning, morning)
    assert run_at(morning - timedelta(seconds=1)) == 0
    run_at(morning)
    assert states(notice) == {"push": ("sent", ""), "mail": ("sent", "")}
    assert (len(service.pushes), len(box.fresh())) == (1, 1)


@pytest.mark.django_db
def test_what_was_read_at_night_stays_quiet_in_the_morning(service: Service, box: Mailbox) -> None:
    ann = sleeper()
    with clock.as_of(NIGHT):
        add_device(Browser(ann), service.url("phone"))
        notice = given_notice(ann)
    run_at(NIGHT)
    act(ann, "notice.read", id=notice.id)
    run_at(NIGHT + timedelta(hours=9))
    assert states(notice) == {"push": ("skipped", "read"), "mail": ("skipped", "read")}
    assert (service.pushes, box.fresh()) == ([], [])


@pytest.mark.django_db
def test_a_call_to_help_ignores_quiet_hours_and_choices(service: Service) -> None:
    ann = sleeper(role="facilitator")
    group = given_group(ann)
    act(ann, "group.quiet_hours", group=group.id, begins="00:00", ends="23:59")
    with clock.as_of(NIGHT):
        add_device(Browser(ann), service.url("phone"))
        notice = given_notice(ann, "care.called", group=group.id, mail=False)
    run_at(NIGHT)
    assert states(notice) == {"push": ("sent", "")}
    assert service.pushes[0].headers["urgency"] == "high"


@pytest.mark.django_db
def test_a_groups_quiet_hours_hold_back_what_is_about_it_and_nothing_else(box: Mailbox) -> None:
    given_practice(time_zone=NEW_YORK)
    group = given_group()
    member = given_member(group).person
    act(leader_of(group), "group.quiet_hours", group=group.id, begins="07:00", ends="09:00")
    with clock.as_of(NOON):
        about, other = given_notice(member, group=group.id), given_notice(member)
    run_at(NOON)
    assert states(about)["mail"] == ("waiting", "quiet_hours")
    assert due(about, "mail") == NOON + timedelta(hours=1)
    assert states(other)["mail"] == ("sent", "")
    run_at(NOON + timedelta(hours=1))
    assert states(about)["mail"] == ("sent", "")


@pytest.mark.django_db
def test_what_is_of_no_use_after_them_is_not_sent_at_all(box: Mailbox) -> None:
    ann = sleeper()
    with clock.as_of(NIGHT):
        notice = given_notice(ann, "session.reminder", until=NIGHT + timedelta(hours=1))
    run_at(NIGHT)
    assert states(notice)["mail"] == ("skipped", "quiet_hours")
    with clock.as_of(NOON):
        late = given_notice(ann, "session.reminder", until=NOON + timedelta(hours=1))
    run_at(NOON + timedelta(hours=1))
    assert states(late)["mail"] == ("skipped", "late")
    assert box.fresh() == []


@pytest.mark.django_db
def test_quiet_hours_that_end_let_go_of_what_they_held(box: Mailbox) -> None:
    ann = sleeper()
    with clock.as_of(NIGHT):
        notice = given_notice(ann)
    run_at(NIGHT)
    with clock.as_of(NIGHT + timedelta(minutes=1)):
        assert act(ann, "quiet_hours.set", begins=None, ends=None)["quiet"] is None
    run_at(NIGHT + timedelta(minutes=1))
    assert states(notice)["mail"] == ("sent", "")


@pytest.mark.django_db
def test_they_are_on_the_persons_own_clock() -> None:
    given_practice(time_zone=NEW_YORK)
    ann = given_person()
    answer = act(ann, "quiet_hours.set", begins="22:00", ends="07:00")
    assert answer["quiet"] == {"begins": "22:00", "ends": "07:00", "time_zone": NEW_YORK}
    act(ann, "me.update", time_zone=LORD_HOWE)
    assert Browser(ann).get("/api/notices/choices").json()["quiet"]["time_zone"] == LORD_HOWE


@pytest.mark.django_db
def test_odd_hours_are_refused() -> None:
    ann = given_person()
    for begins, ends in (("25:00", "07:00"), ("7", "8"), ("22:00", "22:00"), (7, 8), ("22:00:30", "23:00")):
        assert outcome_of(ann, "quiet_hours.set", begins=begins, ends=ends) == "invalid"
    assert outcome_of(ann, "quiet_hours.set", begins="22:00", ends="06:30") == "ok"


@pytest.mark.django_db
def test_only_its_facilitators_set_a_groups_and_only_its_people_see_them() -> None:
    group = given_group()
    member, stranger = given_member(group).person, given_person("facilitator")
    wanted = {"group": group.id, "begins": "21:00", "ends": "08:00"}
    assert outcome_of(member, "group.quiet_hours", **wanted) == "denied"
    for person in (stranger, given_person("admin"), given_person()):
        assert outcome_of(person, "group.quiet_hours", **wanted) == "not_found"
        assert Browser(person).get(f"/api/groups/{group.id}/quiet_hours").status_code == 404
    assert Browser(member).get(f"/api/groups/{group.id}/quiet_hours").json() == {"quiet": None}
    answer = act(leader_of(group), "group.quiet_hours", **wanted)
    assert answer["group"] == str(group.id)
    seen = Browser(member).get(f"/api/groups/{group.id}/quiet_hours").json()["quiet"]
    assert (seen["begins"], seen["ends"]) == ("21:00", "08:00")
    act(leader_of(group), "group.quiet_hours", group=group.id)
    assert Browser(member).get(f"/api/groups/{group.id}/quiet_hours").json() == {"quiet": None}
    act(leader_of(group), "group.close", group=group.id)
    assert outcome_of(leader_of(group), "group.quiet_hours", **wanted) == "closed"
