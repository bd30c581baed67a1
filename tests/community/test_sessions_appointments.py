"""Appointments: who plans them, and the machine by which two people find another time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Contact, Person
from community.models import RescheduleRequest, Session
from hearthside.models import LogEvent
from tests.community.given_sessions import (
    MONDAY,
    at,
    given_appointment,
    given_pair,
    the_session,
    told,
)
from tests.given import Browser, act, given_person, outcome_of, problem_of

pytestmark = pytest.mark.django_db
BEGIN = MONDAY.replace(day=3, month=12, hour=17)
OTHER, THIRD = "2026-12-04T10:00", "2026-12-05T11:00"


@pytest.fixture
def pair() -> tuple[Person, Person]:
    """A therapist and a client."""
    with at(MONDAY):
        return given_pair()


@pytest.fixture
def session(pair: tuple[Person, Person]) -> Session:
    """An appointment of the two."""
    with at(MONDAY):
        return given_appointment(*pair)


def ask(client: Person, session: Session, *proposals: str, words: str = "I have an exam") -> str:
    """The client's wish."""
    answer = act(client, "appointment.ask", session=session.id, proposals=proposals or [OTHER], words=words)
    return str(answer["request"])


def plan(person: Person, client: Person) -> str:
    data = {
        "client": client.pk,
        "starts_local": "2026-12-03T18:00",
        "time_zone": "Europe/Berlin",
        "title": "Talk",
    }
    return outcome_of(person, "appointment.plan", **data)


def test_who_plans_an_appointment(pair: tuple[Person, Person]) -> None:
    therapist, client = pair
    office = given_person("admin")
    Contact.objects.create(one=office, other=client, reason="office", name_of_one="a", name_of_other="b")
    with at(MONDAY):
        assert plan(therapist, client) == "ok"
        assert plan(client, therapist) == "denied"
        assert plan(given_person("facilitator"), client) == "not_found"
        assert plan(given_person("admin"), client) == "not_found"
        assert plan(office, client) == "not_found"
        assert plan(therapist, given_person()) == "not_found"
        Contact.objects.filter(one=therapist).update(ended_at=MONDAY)
        assert plan(therapist, client) == "not_found"


def test_the_two_see_it_and_nobody_else(pair: tuple[Person, Person], session: Session) -> None:
    therapist, client = pair
    with at(MONDAY):
        for person, leads, other in ((therapist, True, client), (client, False, therapist)):
            page = Browser(person).get(f"/api/sessions/{session.id}").json()
            assert (page["you_lead"], page["with"], page["group"]) == (leads, other.name, None)
            assert [row["id"] for row in Browser(person).get("/api/sessions").json()["sessions"]] == [
                str(session.id)
            ]
        for stranger in (given_person(), given_person("facilitator"), given_person("admin")):
            assert Browser(stranger).get(f"/api/sessions/{session.id}").status_code == 404
            assert Browser(stranger).get("/api/sessions").json()["sessions"] == []
            for command, data in (
                ("session.move", {"version": 1, "starts_local": OTHER}),
                ("session.cancel", {"version": 1}),
                ("session.change", {"version": 1, "title": "x"}),
                ("appointment.ask", {"proposals": [OTHER]}),
                ("intention.write", {"words": "x"}),
            ):
                assert outcome_of(stranger, command, session=session.id, **data) == "not_found"
    assert [notice.kind for notice in told(client)] == ["session.changed"]
    assert told(therapist) == []
    for person in pair:
        assert LogEvent.objects.filter(stream=person.stream, type="session.changed").exists()


def test_only_the_therapist_moves_and_calls_off(pair: tuple[Person, Person], session: Session) -> None:
    therapist, client = pair
    with at(MONDAY):
        assert (
            outcome_of(client, "session.move", session=session.id, version=1, starts_local=OTHER) == "denied"
        )
        assert outcome_of(client, "session.cancel", session=session.id, version=1) == "denied"
        act(therapist, "session.move", session=session.id, version=1, starts_local=OTHER, why="A course")
        assert len(told(client)) == 1
        act(therapist, "session.cancel", session=session.id, version=2, why="Ill")
        assert len(told(client)) == 1
        page = Browser(client).get(f"/api/sessions/{session.id}").json()
    assert (page["state"], page["why"], page["may"]) == ("cancelled", "Ill", [])


def test_accepting_moves_it_and_both_are_told(pair: tuple[Person, Person], session: Session) -> None:
    therapist, client = pair
    with at(MONDAY):
        request = ask(client, session, OTHER, THIRD)
        assert the_session(session.id).starts_at == BEGIN, "nothing moves before"
        (asked,) = told(therapist)
        assert (asked.kind, asked.link) == ("appointment.asked", f"/sessions/{session.id}")
        mine = Browser(client).get(f"/api/sessions/{session.id}").json()
        theirs = Browser(therapist).get(f"/api/sessions/{session.id}").json()
        assert (mine["may"], theirs["may"]) == (["take_back"], ["change", "move", "cancel", "answer"])
        assert theirs["requests"][0]["proposals"] == ["2026-12-04T09:00:00.000Z", "2026-12-05T10:00:00.000Z"]
        assert outcome_of(therapist, "appointment.answer", request=request, answer="accept") == "invalid"
        assert (
            outcome_of(
                therapist,
                "appointment.answer",
                request=request,
                answer="accept",
                starts_local="2026-12-09T10:00",
            )
            == "invalid"
        )
        act(
            therapist,
            "appointment.answer",
            request=request,
            answer="accept",
            starts_local=THIRD,
            words="Gladly",
        )
    moved = the_session(session.id)
    assert (moved.starts_at.isoformat(), moved.sequence, moved.changed_alone) == (
        "2026-12-05T10:00:00+00:00",
        1,
        True,
    )
    assert sorted(notice.kind for notice in told(client)) == ["appointment.answered", "session.changed"]
    assert told(therapist) == [], "what was asked is settled"
    with at(MONDAY):
        (row,) = Browser(client).get(f"/api/sessions/{session.id}").json()["requests"]
    assert (row["state"], row["yours"], row["proposals"]) == ("accepted", False, [])
    assert [(line["answer"], line["you"], line["words"]) for line in row["lines"]] == [
        ("ask", True, "I have an exam"),
        ("accept", False, "Gladly"),
    ]


def test_proposing_to_and_fro(pair: tuple[Person, Person], session: Session) -> None:
    therapist, client = pair
    with at(MONDAY):
        request = ask(client, session)
        assert outcome_of(client, "appointment.answer", request=request, answer="accept") == "denied"
        act(therapist, "appointment.answer", request=request, answer="propose", starts_local=THIRD)
        assert outcome_of(therapist, "appointment.answer", request=request, answer="decline") == "denied"
        assert outcome_of(client, "appointment.answer", request=request, answer="propose") == "invalid"
        act(
            client,
            "appointment.answer",
            request=request,
            answer="propose",
            proposals=["2026-12-06T09:00", "2026-12-07T09:00"],
        )
        act(therapist, "appointment.answer", request=request, answer="propose", proposals=[THIRD])
        assert the_session(session.id).starts_at == BEGIN
        act(client, "appointment.answer", request=request, answer="accept")
        assert outcome_of(client, "appointment.answer", request=request, answer="accept") == "closed"
    assert the_session(session.id).starts_at.isoformat() == "2026-12-05T10:00:00+00:00"
    assert [notice.kind for notice in told(therapist)] == ["appointment.answered"]


def test_declining_and_taking_back_move_nothing(pair: tuple[Person, Person], session: Session) -> None:
    therapist, client = pair
    with at(MONDAY):
        first = ask(client, session)
        assert outcome_of(client, "appointment.ask", session=session.id, proposals=[THIRD]) == "closed"
        act(therapist, "appointment.answer", request=first, answer="decline", words="Not that week")
        second = ask(client, session, THIRD)
        assert outcome_of(therapist, "appointment.take_back", request=second) == "denied"
        act(client, "appointment.take_back", request=second)
        assert outcome_of(client, "appointment.take_back", request=second) == "closed"
        assert outcome_of(therapist, "appointment.answer", request=second, answer="accept") == "closed"
        assert told(therapist) == []
    assert the_session(session.id).starts_at == BEGIN
    assert sorted(RescheduleRequest.objects.values_list("state", flat=True)) == ["declined", "withdrawn"]


@pytest.mark.parametrize("how", ["move", "cancel"])
def test_what_the_therapist_does_alone_overtakes_a_wish(
    pair: tuple[Person, Person], session: Session, how: str
) -> None:
    therapist, client = pair
    with at(MONDAY):
        request = ask(client, session)
        data = {"starts_local": THIRD} if how == "move" else {}
        act(therapist, f"session.{how}", session=session.id, version=1, **data)
        assert outcome_of(therapist, "appointment.answer", request=request, answer="accept") == "closed"
        assert told(therapist) == []
    assert RescheduleRequest.objects.get().state == "overtaken"


@pytest.mark.parametrize(
    ("proposals", "outcome"),
    [
        ([], "invalid"),
        ([OTHER] * 6, "invalid"),
        (["2026-11-01T10:00"], "invalid"),
        (["2026-12-03T18:00"], "invalid"),
        (["2029-12-03T18:00"], "invalid"),
        (["soon"], "invalid"),
        ([OTHER], "ok"),
    ],
)
def test_times_that_can_be_asked_for(
    pair: tuple[Person, Person], session: Session, proposals: list[str], outcome: str
) -> None:
    with at(MONDAY):
        assert outcome_of(pair[1], "appointment.ask", session=session.id, proposals=proposals) == outcome


def test_who_asks_and_when(pair: tuple[Person, Person], session: Session) -> None:
    therapist, client = pair
    with at(MONDAY):
        assert outcome_of(therapist, "appointment.ask", session=session.id, proposals=[OTHER]) == "denied"
        request = ask(client, session)
        for stranger in (given_person(), given_person("admin")):
            assert outcome_of(stranger, "appointment.answer", request=request, answer="accept") == "not_found"
            assert outcome_of(stranger, "appointment.take_back", request=request) == "not_found"
    with at(BEGIN + timedelta(hours=1)):
        assert outcome_of(therapist, "appointment.answer", request=request, answer="accept") == "closed"
        assert outcome_of(therapist, "appointment.answer", request=request, answer="decline") == "ok"
        assert outcome_of(client, "appointment.ask", session=session.id, proposals=[THIRD]) == "closed"


def test_three_wishes_a_day_for_an_appointment(pair: tuple[Person, Person], session: Session) -> None:
    client = pair[1]
    with at(MONDAY):
        other = given_appointment(*pair, begins="2026-12-10T18:00")
    for minutes in (0, 5, 10):
        with at(MONDAY + timedelta(minutes=minutes)):
            act(client, "appointment.take_back", request=ask(client, session))
    asking = {"session": session.id, "proposals": [OTHER]}
    with at(MONDAY + timedelta(hours=23, minutes=59)):
        problem = problem_of(client, "appointment.ask", **asking)
        assert (problem["type"], "three times today" in problem["detail"]) == ("closed", True)
        assert told(pair[0]) == []
        assert outcome_of(client, "appointment.ask", session=other.id, proposals=[OTHER]) == "ok"
    with at(MONDAY + timedelta(days=1)):
        assert outcome_of(client, "appointment.ask", **asking) == "ok"


MACHINE = {
    ("asked", "therapist", "accept"): "accepted",
    ("asked", "therapist", "decline"): "declined",
    ("asked", "therapist", "propose"): "proposed",
    ("proposed", "client", "accept"): "accepted",
    ("proposed", "client", "decline"): "declined",
    ("proposed", "client", "propose"): "asked",
    ("asked", "client", "take_back"): "withdrawn",
    ("proposed", "client", "take_back"): "withdrawn",
}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    acts=st.lists(
        st.tuples(
            st.sampled_from(["therapist", "client"]),
            st.sampled_from(["accept", "decline", "propose", "take_back"]),
        ),
        max_size=8,
    )
)
def test_the_machine_has_no_other_moves(acts: list[tuple[str, str]]) -> None:
    with at(MONDAY):
        therapist, client = given_pair()
        people = {"therapist": therapist, "client": client}
        session = given_appointment(therapist, client)
        request, state = ask(client, session), "asked"
        for number, (who, what) in enumerate(acts):
            data: dict[str, Any] = {"request": request}
            if what == "take_back":
                outcome = outcome_of(people[who], "appointment.take_back", **data)
            else:
                times = [f"2026-12-{10 + number}T10:00"] if what == "propose" else []
                outcome = outcome_of(people[who], "appointment.answer", answer=what, proposals=times, **data)
            after = MACHINE.get((state, who, what))
            assert (outcome == "ok") == (after is not None), (state, who, what)
            state = after or state
            assert RescheduleRequest.objects.get(pk=request).state == state
            assert (the_session(session.id).starts_at != BEGIN) == (state == "accepted")
