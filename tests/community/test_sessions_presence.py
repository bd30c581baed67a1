"""Who is there: a table of presence with the clock moved, and the idle time-out that waits for a live room."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from accounts import actions, activity
from accounts.models import SignIn
from accounts.queries import find_live_signin
from community.jobs import watch_rooms
from community.models import Presence, Session
from hearthside import live
from hearthside.models import LogEvent
from tests.community.given_sessions import MONDAY, at, given_session, move_on
from tests.given import (
    Browser,
    Circle,
    act,
    given_circle,
    given_ended,
    given_member,
    given_post,
    outcome_of,
    problem_of,
)

pytestmark = pytest.mark.django_db
BEGIN = MONDAY.replace(day=3, month=12, hour=17)
SECOND = timedelta(seconds=1)


@pytest.fixture
def circle() -> Circle:
    """A group with somebody of every standing."""
    with at(MONDAY):
        return given_circle()


@pytest.fixture
def session(circle: Circle) -> Session:
    """A session of theirs, live."""
    with at(MONDAY):
        planned = given_session(circle.group)
    with at(BEGIN):
        return move_on(planned, "live")


def shown(circle: Circle, session: Session) -> dict[str, Any]:
    """The room as the facilitator sees it."""
    page: dict[str, Any] = (
        Browser(circle.people["facilitator"]).get(f"/api/sessions/{session.id}/room").json()
    )
    return page


def state(circle: Circle, session: Session, who: str = "member") -> str:
    """How somebody is in the room, as the facilitator sees it."""
    rows = {row["membership"]: row["state"] for row in shown(circle, session)["people"]}
    return str(rows[str(circle.member_id(who))])


# what the page sends (seconds after the beginning, command), when one looks, and what one sees
TABLE: list[tuple[list[tuple[int, str]], int, str]] = [
    ([], 100, "away"),
    ([(0, "arrive")], 10, "here"),
    ([(0, "arrive")], 50, "here"),
    ([(0, "arrive")], 51, "lost"),
    ([(0, "arrive")], 4000, "lost"),
    ([(0, "arrive"), (40, "here")], 89, "here"),
    ([(0, "arrive"), (40, "here")], 91, "lost"),
    ([(0, "arrive"), (300, "here")], 310, "here"),
    ([(0, "arrive"), (20, "leave")], 30, "left"),
    ([(0, "arrive"), (20, "leave")], 4000, "left"),
    ([(0, "arrive"), (20, "leave"), (60, "here")], 61, "here"),
    ([(0, "arrive"), (20, "away")], 25, "away"),
    ([(0, "arrive"), (20, "away")], 20 + 900, "away"),
    ([(0, "arrive"), (20, "away")], 20 + 901, "lost"),
    ([(0, "arrive"), (20, "away"), (200, "here")], 210, "here"),
    ([(0, "arrive"), *((n, "here") for n in range(20, 620, 20))], 599, "here"),
    ([(0, "arrive"), *((n, "here") for n in range(20, 620, 20))], 600, "quiet"),
    ([(0, "arrive"), (5, "post"), *((n, "here") for n in range(20, 620, 20))], 604, "here"),
    ([(0, "arrive"), (5, "post"), *((n, "here") for n in range(20, 620, 20))], 606, "quiet"),
]


@pytest.mark.parametrize(("acts", "look", "seen"), TABLE)
@pytest.mark.parametrize("watched", [True, False], ids=["watched", "unwatched"])
def test_presence(
    circle: Circle, session: Session, acts: list[tuple[int, str]], look: int, seen: str, watched: bool
) -> None:
    member = circle.people["member"]
    for seconds, what in acts:
        with at(BEGIN + seconds * SECOND):
            if watched:
                watch_rooms.call()
            if what == "post":
                assert session.topic is not None
                given_post(session.topic, member)
            elif what == "away":
                act(member, "session.here", session=session.id, away=True)
            else:
                act(member, f"session.{what}", session=session.id)
    with at(BEGIN + look * SECOND):
        if watched:
            watch_rooms.call()
        assert state(circle, session) == seen


@pytest.mark.parametrize("watched", [True, False], ids=["watched", "unwatched"])
def test_each_loss_of_the_line_counts_once_and_is_not_leaving(
    circle: Circle, session: Session, watched: bool
) -> None:
    member = circle.people["member"]
    for seconds in (0, 20, 120, 140, 400):
        for step in range(3 if watched else 0):
            with at(BEGIN + (seconds - step) * SECOND):
                watch_rooms.call()
        with at(BEGIN + seconds * SECOND):
            act(member, "session.here", session=session.id)
    row = Presence.objects.get()
    assert (row.lost_times, row.left_at, row.arrived_at) == (2, None, BEGIN)


def test_the_room_hears_of_a_loss_once(circle: Circle, session: Session) -> None:
    with at(BEGIN):
        act(circle.people["member"], "session.arrive", session=session.id)
    told = LogEvent.objects.filter(stream=circle.group.stream, type="room.changed")
    before = told.count()
    for seconds in (60, 70, 80):
        with at(BEGIN + seconds * SECOND):
            watch_rooms.call()
    assert told.count() == before + 1
    for seconds in (100, 120, 140):
        with at(BEGIN + seconds * SECOND):
            act(circle.people["member"], "session.here", session=session.id)
    assert told.count() == before + 2, "coming back is told, a sign of life is not"


def test_members_see_whether_somebody_leads_and_how_many_are_there(circle: Circle, session: Session) -> None:
    path = f"/api/sessions/{session.id}"
    with at(BEGIN):
        browser = Browser(circle.people["member"])
        act(circle.people["member"], "session.arrive", session=session.id)
        page = browser.get(f"{path}/room").json()
        assert (page["facilitator_present"], page["here_count"], page["people"]) == (False, 1, None)
        act(circle.people["facilitator"], "session.arrive", session=session.id)
        assert browser.get(f"{path}/room").json()["facilitator_present"] is True
        assert browser.get(path).json()["room"]["facilitator_present"] is True
    with at(BEGIN + 51 * SECOND):
        assert browser.get(f"{path}/room").json()["facilitator_present"] is False
        assert browser.get(path).json()["room"]["facilitator_present"] is False


def test_the_door_s_hours(circle: Circle) -> None:
    with at(MONDAY):
        planned = given_session(circle.group)
        problem = problem_of(circle.people["member"], "session.arrive", session=planned.id)
        assert (problem["type"], problem["opens_at"]) == ("room_closed", "2026-12-03T16:45:00.000Z")
        assert outcome_of(circle.people["facilitator"], "session.arrive", session=planned.id) == "ok"
    with at(BEGIN - timedelta(minutes=15)):
        assert outcome_of(circle.people["member"], "session.arrive", session=planned.id) == "ok"
    with at(BEGIN + timedelta(hours=3)):
        assert problem_of(circle.people["member"], "session.here", session=planned.id)["opens_at"] is None


def test_a_hand(circle: Circle, session: Session) -> None:
    member = circle.people["member"]
    with at(BEGIN):
        assert outcome_of(member, "session.hand", session=session.id, up=True) == "room_closed"
        act(member, "session.arrive", session=session.id)
        act(member, "session.hand", session=session.id, up=True)
        assert [row["hand"] for row in shown(circle, session)["people"] if row["state"] == "here"] == [True]
        act(member, "session.leave", session=session.id)
        assert not any(row["hand"] for row in shown(circle, session)["people"])


def test_who_is_removed_is_gone_at_once(circle: Circle, session: Session) -> None:
    with at(BEGIN):
        member = given_member(circle.group)
        act(member.person, "session.arrive", session=session.id)
        given_ended(member, "removed")
        for command in ("session.here", "session.arrive", "session.leave"):
            assert outcome_of(member.person, command, session=session.id) == "not_found"
        assert shown(circle, session)["here_count"] == 0
    assert Presence.objects.get(member=member).left_at == BEGIN


# The idle time-out


def begin_signin(person: Any) -> str:
    """A sign-in of the person at this moment."""
    return str(live.write(live.Write(partial(actions.begin_signin, person)))["signin"])


def beat(person: Any, signin: str, session: Session) -> None:
    """A sign of life as the socket's door carries it."""
    outcome_of(person, "session.here", session=session.id)
    note = actions.note_activity(signin, "session.here")
    if note is not None:
        live.write(note)


def lives(signin: str) -> bool:
    """Whether the sign-in still counts now."""
    return find_live_signin(signin) is not None


@pytest.fixture(autouse=True)
def forget() -> None:
    """Begin with nothing remembered of earlier input."""
    activity._seen.clear()
    activity._written.clear()


def test_listening_in_a_live_room_is_not_being_idle(circle: Circle, session: Session) -> None:
    leader = circle.people["facilitator"]
    with at(BEGIN):
        signin = begin_signin(leader)
    for minutes in range(61):
        for seconds in (0, 20, 40):
            with at(BEGIN + timedelta(minutes=minutes, seconds=seconds)):
                beat(leader, signin, session)
    with at(BEGIN + timedelta(minutes=61)):
        assert lives(signin)
        move_on(session, "reflect")
    for minutes in range(61, 78):
        with at(BEGIN + timedelta(minutes=minutes, seconds=30)):
            beat(leader, signin, session)
    with at(BEGIN + timedelta(minutes=78)):
        assert not lives(signin), "the room is not open any more"
        assert SignIn.objects.get(pk=signin).active_at <= BEGIN + timedelta(minutes=61)


@pytest.mark.parametrize(
    "why", ["closed room", "left", "forgotten", "too early", "somebody else", "not in it"]
)
def test_otherwise_signs_of_life_are_no_input(circle: Circle, why: str) -> None:
    with at(MONDAY):
        planned = given_session(circle.group)
    leader = circle.people["facilitator"]
    begin = BEGIN + {"forgotten": timedelta(hours=4), "too early": timedelta(minutes=-40)}.get(
        why, timedelta(0)
    )
    with at(min(begin, BEGIN)):
        session = planned if why == "closed room" else move_on(planned, "live")
    with at(begin):
        signin = begin_signin(leader)
    for minutes in range(16):
        with at(begin + timedelta(minutes=minutes)):
            if why == "not in it":
                note = actions.note_activity(signin, "session.here")
            elif why == "somebody else":
                act(circle.people["member"], "session.here", session=session.id)
                note = actions.note_activity(signin, "session.here")
            else:
                act(leader, "session.here", session=session.id)
                if why == "left":
                    act(leader, "session.leave", session=session.id)
                note = actions.note_activity(signin, "session.here")
            assert note is None
    with at(begin + timedelta(minutes=16)):
        assert not lives(signin)
