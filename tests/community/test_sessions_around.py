"""What goes with a session: who came, what each wants from it, and how it was; whose eyes each is for."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.models import Attendance, Feedback, Intention, Membership, Session
from community.queries.sessions import absentees, attendees, marked
from tests.community.given_sessions import (
    MONDAY,
    at,
    given_appointment,
    given_pair,
    given_session,
    move_on,
    told,
)
from tests.given import (
    Browser,
    Circle,
    act,
    given_circle,
    given_ended,
    given_group,
    given_member,
    leader_of,
    outcome_of,
)

pytestmark = pytest.mark.django_db
BEGIN = MONDAY.replace(day=3, month=12, hour=17)
END = BEGIN + timedelta(minutes=90)
MINUTE = timedelta(minutes=1)
STATES = [str(state) for state in Attendance.State]
MARKS = {"relationship": 80, "goals": 60, "approach": 70, "overall": 90}


@pytest.fixture
def circle() -> Circle:
    """A group with somebody of every standing."""
    with at(MONDAY):
        return given_circle()


@pytest.fixture
def session(circle: Circle) -> Session:
    """A session of theirs."""
    with at(MONDAY):
        return given_session(circle.group)


def page_of(person: Any, session: Session) -> dict[str, Any]:
    """The session's page as somebody sees it."""
    page: dict[str, Any] = Browser(person).get(f"/api/sessions/{session.id}").json()
    return page


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(st.tuples(st.integers(0, 5), st.sampled_from([*STATES, None])), max_size=25))
def test_the_totals_are_the_sums_of_the_members(acts: list[tuple[int, str | None]]) -> None:
    with at(MONDAY):
        group = given_group()
        members = [given_member(group) for _ in range(6)]
        session, leader = given_session(group), leader_of(group)
        wanted: dict[int, str] = {}
        for number, state in acts:
            mark = {"member": members[number].id, "state": state}
            totals = act(leader, "session.attend", session=session.id, marks=[mark])["totals"]
            if state is None:
                wanted.pop(number, None)
            else:
                wanted[number] = state
            sums = Counter(wanted.values())
            assert {name: totals[name] for name in STATES} == {name: sums[name] for name in STATES}
        page = page_of(leader, session)
    rows = Counter(row["attendance"] for row in page["members"])
    assert {name: page["totals"][name] for name in STATES} == {name: rows[name] for name in STATES}
    assert page["totals"]["unmarked"] == rows[None]
    assert sum(page["totals"][name] for name in [*STATES, "unmarked"]) == page["totals"]["members"] == 6
    assert {row.member.id for row in marked(session)} == {members[number].id for number in wanted}
    gone = {members[number].id for number, state in wanted.items() if state in ("absent", "excused")}
    assert {row.id for row in absentees(session)} == gone
    assert {row.id for row in attendees(session)} == {members[n].id for n in wanted} - gone


def test_who_is_marked_and_by_whom(circle: Circle, session: Session) -> None:
    leader, member = circle.people["facilitator"], circle.people["member"]

    def mark(person: Any, member_id: Any, state: str = "present") -> str:
        return outcome_of(
            person, "session.attend", session=session.id, marks=[{"member": member_id, "state": state}]
        )

    assert mark(member, circle.member_id("member")) == "denied"
    assert mark(leader, circle.member_id("facilitator")) == "invalid"
    assert mark(leader, given_member(given_group()).id) == "invalid"
    assert mark(leader, circle.member_id("member"), "asleep") == "invalid"
    assert mark(leader, circle.member_id("member"), "late") == "ok"
    assert mark(leader, circle.member_id("former member"), "absent") == "ok"
    with at(BEGIN + timedelta(days=1)):
        newcomer = given_member(circle.group)
        assert mark(leader, newcomer.id) == "invalid"
        names = [row["membership"] for row in page_of(leader, session)["members"]]
    assert str(newcomer.id) not in names
    assert str(circle.member_id("former member")) in names, "what was marked is still counted"
    assert page_of(member, session)["attendance"] == "late"
    assert (page_of(member, session)["members"], page_of(member, session)["totals"]) == (None, None)
    assert page_of(circle.people["peer"], session)["attendance"] is None


# seconds of minutes after the beginning at which somebody arrives and leaves, and what that speaks for
PRESENCE = [
    ([("arrive", -10)], "present"),
    ([("arrive", 10)], "present"),
    ([("arrive", 11)], "late"),
    ([("arrive", 0), ("leave", 40)], "left_early"),
    ([("arrive", 0), ("leave", 79)], "left_early"),
    ([("arrive", 0), ("leave", 81)], "present"),
    ([("arrive", 0), ("leave", 20), ("arrive", 25)], "present"),
    ([("arrive", 0), ("here", 60)], "present"),  # the line was lost, twice
    ([("arrive", 30), ("leave", 50)], "left_early"),
    ([("arrive", 95)], "absent"),
    ([], "absent"),
]


@pytest.mark.parametrize(("acts", "proposed"), PRESENCE)
def test_presence_proposes(
    circle: Circle, session: Session, acts: list[tuple[str, int]], proposed: str
) -> None:
    leader = circle.people["facilitator"]
    with at(BEGIN - 12 * MINUTE):
        move_on(session, "arrive")
        act(circle.people["peer"], "session.arrive", session=session.id)
    with at(BEGIN):
        move_on(session, "live")
    for what, minutes in [*acts, ("over", 90)] if not acts or acts[-1][1] < 90 else [("over", 90), *acts]:
        with at(BEGIN + minutes * MINUTE):
            if what == "over":
                move_on(session, "reflect")
            else:
                act(circle.people["member"], f"session.{what}", session=session.id)
    with at(BEGIN + timedelta(hours=2)):
        rows = {row["membership"]: row for row in page_of(leader, session)["members"]}
    assert rows[str(circle.member_id("member"))]["proposed"] == proposed
    assert rows[str(circle.member_id("member"))]["attendance"] is None, "a facilitator decides"


def test_nothing_is_proposed_where_nobody_used_the_room(circle: Circle, session: Session) -> None:
    with at(BEGIN + timedelta(hours=2)):
        rows = page_of(circle.people["facilitator"], session)["members"]
    assert {row["proposed"] for row in rows} == {None}


def test_an_intention_is_for_oneself(circle: Circle, session: Session) -> None:
    member = circle.people["member"]
    act(member, "intention.write", session=session.id, words="say one thing")
    act(member, "intention.write", session=session.id, words="say one thing aloud")
    assert page_of(member, session)["intention"] == "say one thing aloud"
    for who in ("facilitator", "peer"):
        assert page_of(circle.people[who], session)["intention"] is None
    row = Intention.objects.get()
    assert "aloud" not in repr(row)
    assert act(member, "intention.write", session=session.id, words=" ")["kept"] is False
    assert not Intention.objects.exists()
    assert told(circle.people["facilitator"]) == []


def test_feedback_comes_after_and_can_be_changed_for_three_days(circle: Circle, session: Session) -> None:
    member = circle.people["member"]
    give = {"session": session.id, **MARKS}
    with at(BEGIN - MINUTE):
        assert outcome_of(member, "feedback.give", **give) == "closed"
        assert page_of(member, session)["feedback_open"] is False
    with at(BEGIN + MINUTE):
        assert outcome_of(circle.people["facilitator"], "feedback.give", **give) == "denied"
        assert outcome_of(member, "feedback.give", **{**give, "goals": 101}) == "invalid"
        assert page_of(member, session)["feedback_open"] is True
        act(member, "feedback.give", **give)
        assert page_of(member, session)["feedback_until"] == "2026-12-06T18:30:00.000Z"
    with at(END + timedelta(days=3)):
        act(member, "feedback.give", **{**give, "goals": 10})
        assert page_of(member, session)["feedback"] == {**MARKS, "goals": 10}
    with at(END + timedelta(days=3, minutes=1)):
        for person in (member, circle.people["peer"]):  # who changes it, and who has not said anything yet
            assert outcome_of(person, "feedback.give", **give) == "closed"
            page = page_of(person, session)
            assert (page["feedback_open"], page["feedback_until"], page["may"]) == (False, None, [])
    row = Feedback.objects.get()
    assert "10" not in repr(row).replace(str(row.id), "")


def test_feedback_of_a_session_that_was_called_off(circle: Circle, session: Session) -> None:
    with at(MONDAY):
        act(circle.people["facilitator"], "session.cancel", session=session.id, version=1)
    with at(BEGIN + MINUTE):
        assert outcome_of(circle.people["member"], "feedback.give", session=session.id, **MARKS) == "closed"


@pytest.mark.parametrize("answers", [1, 2, 3, 4])
def test_facilitators_see_averages_of_three_and_only_settled_ones(answers: int) -> None:
    with at(MONDAY):
        group = given_group()
        people = [given_member(group).person for _ in range(answers)]
        session = given_session(group)
    with at(BEGIN + timedelta(hours=1)):
        for number, person in enumerate(people):
            act(person, "feedback.give", session=session.id, **{**MARKS, "goals": 10 * number})
    with at(BEGIN + timedelta(days=2)):
        assert page_of(leader_of(group), session)["feedback_trend"] == []
    with at(BEGIN + timedelta(days=4)):
        trend = page_of(leader_of(group), session)["feedback_trend"]
        assert page_of(people[0], session)["feedback_trend"] is None
    if answers < 3:
        assert trend == []
    else:
        average = {3: 10, 4: 15}[answers]
        (row,) = trend
        assert row == {
            "session": str(session.id),
            "starts_at": "2026-12-03T17:00:00.000Z",
            "answers": answers,
            **MARKS,
            "goals": average,
        }


def test_an_average_never_moves_once_it_is_shown() -> None:
    with at(MONDAY):
        group = given_group()
        people = [given_member(group).person for _ in range(4)]
        session = given_session(group)
    seen = []
    for number, person in enumerate(people):  # the last of them just before the end of the time for that
        with at(END + timedelta(days=number, minutes=-1)):
            act(person, "feedback.give", session=session.id, **{**MARKS, "goals": 25 * number})
            seen.append(page_of(leader_of(group), session)["feedback_trend"])
    for days in (3.1, 4, 6, 9):
        with at(END + timedelta(days=days)):
            late = outcome_of(people[0], "feedback.give", session=session.id, **{**MARKS, "goals": 100})
            assert late == "closed"
            (row,) = page_of(leader_of(group), session)["feedback_trend"]
            seen.append((row["answers"], row["goals"]))
    assert seen == [[], [], [], [], (4, 38), (4, 38), (4, 38), (4, 38)]


def test_an_appointment_has_no_list_and_no_trend() -> None:
    with at(MONDAY):
        therapist, client = given_pair()
        session = given_appointment(therapist, client)
        marks = [{"member": session.id, "state": "present"}]
        assert outcome_of(therapist, "session.attend", session=session.id, marks=marks) == "closed"
        assert (
            outcome_of(therapist, "session.rhythm", session=session.id, version=1, rhythm="live") == "closed"
        )
        assert outcome_of(client, "session.arrive", session=session.id) == "closed"
        assert Browser(client).get(f"/api/sessions/{session.id}/room").status_code == 409
    with at(BEGIN + MINUTE):
        act(client, "feedback.give", session=session.id, **MARKS)
    with at(BEGIN + timedelta(days=5)):
        page = page_of(therapist, session)
    assert (page["feedback_trend"], page["members"], page["room"], page["feedback"]) == (
        None,
        None,
        None,
        None,
    )


def test_who_left_is_nobody_to_mark_anew_but_stays_counted(circle: Circle, session: Session) -> None:
    leader = circle.people["facilitator"]
    member = circle.member_id("peer")
    mark = {"member": member, "state": "present"}
    act(leader, "session.attend", session=session.id, marks=[mark])
    given_ended(Membership.objects.get(pk=member), "left")
    page = page_of(leader, session)
    assert page["totals"]["present"] == 1
    assert str(member) in [row["membership"] for row in page["members"]]
