"""Reminders: one a slot, none of a time that is no longer true, whatever is moved and however the clock jumps."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.jobs import remind_due
from community.models import Session
from notify.models import Delivery, Notice
from tests.community.given_sessions import (
    MONDAY,
    at,
    given_appointment,
    given_pair,
    given_session,
    local,
    move_on,
    the_session,
    told,
)
from tests.given import Browser, act, given_ended, given_group, given_member, leader_of

pytestmark = pytest.mark.django_db
BEGIN = MONDAY.replace(day=3, month=12, hour=17)  # 18:00 in Berlin
MINUTE = timedelta(minutes=1)


def slots(person: object) -> list[str]:
    """The slots of the reminders that somebody has and that hold."""
    return [row.key.rpartition(":")[2] for row in told(person, "session.reminder")]  # type: ignore[arg-type]


def remind(moment: object) -> None:
    with at(moment):  # type: ignore[arg-type]
        remind_due.call()


def test_a_day_and_an_hour_ahead_once_each() -> None:
    with at(MONDAY):
        group = given_group()
        member, leader = given_member(group).person, leader_of(group)
        session = given_session(group, title="A name nobody may see outside")
    for hours, found in (
        (25, []),
        (24, ["24h"]),
        (23, ["24h"]),
        (2, ["24h"]),
        (1, ["24h", "1h"]),
        (0.5, ["24h", "1h"]),
        (-1, ["24h", "1h"]),
    ):
        remind(BEGIN - timedelta(hours=hours))
        remind(BEGIN - timedelta(hours=hours) + MINUTE)
        assert sorted(slots(member), reverse=True) == found, hours
        assert sorted(slots(leader), reverse=True) == found
    notice = told(member, "session.reminder")[0]
    assert notice.link == f"/sessions/{session.id}"
    assert notice.key == f"session:{session.id}:{int(BEGIN.timestamp())}:24h"
    assert Delivery.objects.filter(notice=notice).count() == 2
    remind(MONDAY)  # the clock is put back
    remind(BEGIN - timedelta(hours=24))
    assert Counter(slots(member)) == {"24h": 1, "1h": 1}


def test_what_is_planned_late_gets_the_later_ones_only() -> None:
    with at(BEGIN - timedelta(hours=20)):
        group = given_group()
        member = given_member(group).person
        given_session(group)
    remind(BEGIN - timedelta(hours=19))
    assert slots(member) == []
    remind(BEGIN - timedelta(minutes=59))
    assert slots(member) == ["1h"]
    with at(BEGIN - timedelta(minutes=30)):
        other = given_group()
        late = given_member(other).person
        given_session(other)
    remind(BEGIN - timedelta(minutes=29))
    assert slots(late) == []


def test_after_a_stop_the_day_s_reminder_still_goes_but_never_with_the_hour_s() -> None:
    with at(MONDAY):
        group = given_group()
        member = given_member(group).person
        given_session(group)
    remind(BEGIN - timedelta(hours=3))
    assert slots(member) == ["24h"]
    with at(MONDAY):
        other = given_group()
        late = given_member(other).person
        given_session(other)
    remind(BEGIN - timedelta(minutes=40))
    assert slots(late) == ["1h"]
    remind(BEGIN + MINUTE)
    assert slots(late) == ["1h"]


def test_none_once_it_has_begun_early() -> None:
    with at(MONDAY):
        group = given_group()
        member = given_member(group).person
        session = given_session(group)
    with at(BEGIN - timedelta(hours=2)):
        move_on(session, "live")
    remind(BEGIN - timedelta(minutes=40))
    assert slots(member) == []


def test_moving_takes_the_old_ones_back_and_cancelling_too() -> None:
    with at(MONDAY):
        group = given_group()
        member, leader = given_member(group).person, leader_of(group)
        session = given_session(group)
    remind(BEGIN - timedelta(hours=24))
    with at(BEGIN - timedelta(hours=20)):
        act(leader, "session.move", session=session.id, version=1, starts_local="2026-12-06T18:00")
        assert slots(member) == []
        remind_due.call()
    remind(BEGIN - timedelta(minutes=50))
    assert slots(member) == [], "the old time"
    remind(BEGIN + timedelta(days=2))
    assert slots(member) == ["24h"]
    with at(BEGIN + timedelta(days=2, hours=1)):
        act(leader, "session.cancel", session=session.id, version=2)
        assert slots(member) == []
    remind(BEGIN + timedelta(days=2, hours=23, minutes=30))
    assert slots(member) == []


def test_the_two_of_an_appointment() -> None:
    with at(MONDAY):
        therapist, client = given_pair()
        given_appointment(therapist, client)
    remind(BEGIN - timedelta(hours=10))
    remind(BEGIN - timedelta(minutes=10))
    for person in (therapist, client):
        assert sorted(slots(person)) == ["1h", "24h"]


def test_who_leaves_loses_them() -> None:
    with at(MONDAY):
        group = given_group()
        member = given_member(group)
        session = given_session(group)
    remind(BEGIN - timedelta(hours=10))
    with at(BEGIN - timedelta(hours=9)):
        assert slots(member.person) == ["24h"]
        given_ended(member, "removed")
        assert told(member.person) == []
        assert Browser(member.person).get(f"/api/sessions/{session.id}").status_code == 404
    remind(BEGIN - timedelta(minutes=10))
    assert told(member.person) == []


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("clock"), st.integers(-3000, 6000)),
        st.tuples(st.just("move"), st.integers(-600, 6000)),
        st.tuples(st.just("cancel"), st.just(0)),
        st.tuples(st.just("remind"), st.just(0)),
    ),
    min_size=4,
    max_size=25,
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_no_reminder_twice_and_none_of_an_old_time(steps: list[tuple[str, int]]) -> None:
    """Minutes of the clock go to and fro, the session is moved and called off, the job runs now and then."""
    Notice.objects.all().delete()
    Session.objects.all().delete()
    moment = MONDAY
    with at(moment):
        group = given_group()
        member, leader = given_member(group).person, leader_of(group)
        session = given_session(group)
    for step, minutes in [*steps, ("remind", 0)]:
        if step == "clock":
            moment += timedelta(minutes=minutes)
            continue
        with at(moment):
            session = the_session(session.id)
            data = {"session": session.id, "version": session.version}
            if step == "remind":
                remind_due.call()
            elif step == "cancel" and minutes == 0 and session.state == "planned" and not session.over:
                act(leader, "session.cancel", **data)
            elif step == "move" and session.state == "planned" and not session.over:
                wanted = moment + timedelta(minutes=max(minutes, 0), hours=1)
                act(leader, "session.move", starts_local=local(wanted), **data)
        session = the_session(session.id)
        held = told(member, "session.reminder")
        prefix = f"session:{session.id}:{int(session.starts_at.timestamp())}:"
        assert all(row.key.startswith(prefix) for row in held), "an old time is told"
        assert len({row.key for row in held}) == len(held) <= 2
        assert not (session.state == "cancelled" and held)
    everything = Counter(
        Notice.objects.filter(person=member, kind="session.reminder").values_list("key", flat=True)
    )
    assert all(count == 1 for count in everything.values())


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(runs=st.lists(st.integers(1, 26 * 60), min_size=1, max_size=12))
def test_each_slot_in_which_the_job_ran_was_told(runs: list[int]) -> None:
    Notice.objects.all().delete()
    Session.objects.all().delete()
    with at(MONDAY):
        group = given_group()
        member = given_member(group).person
        given_session(group)
    for minutes in runs:
        remind(BEGIN - timedelta(minutes=minutes))
    wanted = {"24h"} if any(60 < each <= 24 * 60 for each in runs) else set()
    wanted |= {"1h"} if any(0 < each <= 60 for each in runs) else set()
    assert Counter(slots(member)) == Counter(wanted)
