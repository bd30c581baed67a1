"""Appointments of a therapist and a client who are in contact no more: called off, told once, and out of reach."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from accounts.models import Contact, Parting, Person
from community.calendar_feed import feed_sessions
from community.jobs import call_off_parted, remind_due
from community.models import RescheduleRequest, Session
from hearthside import clock
from tests.community.given_sessions import (
    MONDAY,
    at,
    given_appointment,
    given_pair,
    local,
    the_session,
    told,
)
from tests.given import Browser, act, given_person, outcome_of
from tests.moderation.given_review import decide
from tests.moderation.given_sealed import given_talk, item_of, report

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


def page(person: Person, session: Session) -> int:
    """How the page of a session answers."""
    return Browser(person).get(f"/api/sessions/{session.id}").status_code


def unassign(pair: tuple[Person, Person], by: Person | None = None) -> None:
    """End that the therapist looks after the client."""
    act(by or given_person("admin"), "client.unassign", client=pair[1].pk, therapist=pair[0].pk)


def test_the_end_of_therapy_calls_off_what_is_ahead_and_tells_both_once(
    pair: tuple[Person, Person], session: Session
) -> None:
    client = pair[1]
    with at(MONDAY):
        later = given_appointment(*pair, begins="2026-12-10T18:00")
        past = given_appointment(*pair, begins="2026-11-30T11:00")
        others = given_appointment(*given_pair())
        request = act(client, "appointment.ask", session=session.id, proposals=[OTHER], words="x")["request"]
    with at(MONDAY + timedelta(hours=3)):
        unassign(pair)
        for person in pair:
            (notice,) = [row for row in told(person) if "/sessions/" + str(past.id) != row.link]
            assert (notice.kind, notice.link) == ("session.changed", "/sessions")
            lines = Browser(person).get("/api/sessions").json()["sessions"]
            assert [(line["id"], line["state"]) for line in lines] == [
                (str(past.id), "planned"),
                (str(session.id), "cancelled"),
                (str(later.id), "cancelled"),
            ]
            assert "not in contact" in lines[1]["why"]
            for row in (past, session, later):
                shown = Browser(person).get(f"/api/sessions/{row.id}").json()
                assert [what for what in shown["may"] if what != "feedback"] == []
            for command, data in (
                ("session.move", {"session": session.id, "version": 2, "starts_local": OTHER}),
                ("session.cancel", {"session": session.id, "version": 2}),
                ("session.change", {"session": past.id, "version": 1, "title": "x"}),
                ("appointment.ask", {"session": session.id, "proposals": [OTHER]}),
                ("appointment.answer", {"request": request, "answer": "decline"}),
                ("appointment.take_back", {"request": request}),
            ):
                assert outcome_of(person, command, **data) in ("closed", "denied")
    assert the_session(others.id).state == "planned"
    assert RescheduleRequest.objects.get().state == "overtaken"


@pytest.mark.parametrize("gone", [0, 1], ids=["therapist", "client"])
def test_a_closed_account_calls_off_what_is_ahead_and_tells_the_other(
    pair: tuple[Person, Person], session: Session, gone: int
) -> None:
    with at(MONDAY):
        call_off_parted.call()
        assert the_session(session.id).state == "planned", "nobody is gone"
        act(given_person("admin"), "person.deactivate", person=pair[gone].pk)
        call_off_parted.call()
        call_off_parted.call()
        other = pair[1 - gone]
        (notice,) = told(other)
        assert (notice.kind, notice.link) == ("session.changed", f"/sessions/{session.id}")
        (line,) = Browser(other).get("/api/sessions").json()["sessions"]
        assert (line["state"], told(pair[gone])) == ("cancelled", [])
        assert "not in contact" in line["why"]


def test_a_single_one_is_linked_and_an_offices_end_calls_nothing_off(
    pair: tuple[Person, Person], session: Session
) -> None:
    therapist, client = pair
    Contact.objects.create(
        one=therapist, other=client, reason="office", name_of_one=therapist.name, name_of_other=client.name
    )
    with at(MONDAY):
        ids = {"client": client.pk, "therapist": therapist.pk}
        act(therapist, "client.unassign", **ids, lane="administrative")
        assert the_session(session.id).state == "planned"
        assert outcome_of(therapist, "session.change", session=session.id, version=1, title="T") == "ok"
        unassign(pair, by=therapist)
    assert [(row.link, row.about) for row in told(client)] == [(f"/sessions/{session.id}", "T")]
    assert len(told(therapist)) == 1


@pytest.mark.parametrize("how", ["ended", "parted", "inactive", "demoted"])
def test_nothing_ahead_is_there_without_the_contact(
    pair: tuple[Person, Person], session: Session, how: str
) -> None:
    therapist, client = pair
    with at(MONDAY):
        request = act(client, "appointment.ask", session=session.id, proposals=[OTHER], words="x")["request"]
        assert [page(person, session) for person in pair] == [200, 200]
        if how == "ended":
            Contact.objects.update(ended_at=MONDAY)
        elif how == "parted":
            first, second = sorted(pair, key=lambda person: person.pk)
            Parting.objects.create(one=first, other=second, cause=uuid.uuid4())
        elif how == "inactive":
            Person.objects.filter(pk=therapist.pk).update(is_active=False)
        else:
            Person.objects.filter(pk=therapist.pk).update(role="member")
        before = len(told(client))
        for person in [client] if how == "inactive" else pair:
            assert page(person, session) == 404
            assert Browser(person).get("/api/sessions").json()["sessions"] == []
            assert feed_sessions(person) == []
        for person in pair:
            for command, data in (
                ("session.move", {"session": session.id, "version": 1, "starts_local": OTHER}),
                ("session.change", {"session": session.id, "version": 1, "place": "x"}),
                ("session.cancel", {"session": session.id, "version": 1}),
                ("appointment.ask", {"session": session.id, "proposals": [THIRD]}),
                ("appointment.answer", {"request": request, "answer": "decline"}),
                ("appointment.take_back", {"request": request}),
            ):
                assert outcome_of(person, command, **data) == "not_found"
        assert len(told(client)) == before
    with at(BEGIN - timedelta(hours=24)):
        remind_due.call()
    assert told(client, "session.reminder") == []
    with at(BEGIN + timedelta(hours=2)):
        assert page(client, session) == 200
        if how in ("ended", "parted"):
            change = {"session": session.id, "version": 1, "title": "x"}
            assert outcome_of(therapist, "session.change", **change) == "closed"
            decline = {"request": request, "answer": "decline"}
            assert outcome_of(therapist, "appointment.answer", **decline) == "closed"


def test_in_contact_the_reminder_goes_out_and_the_past_can_be_worded(
    pair: tuple[Person, Person], session: Session
) -> None:
    with at(BEGIN - timedelta(hours=24)):
        remind_due.call()
    assert len(told(pair[1], "session.reminder")) == 1
    with at(BEGIN + timedelta(hours=2)):
        assert outcome_of(pair[0], "session.change", session=session.id, version=1, title="x") == "ok"


def test_a_decision_that_parts_two_calls_off_what_they_have_ahead() -> None:
    talk = given_talk()
    soon = local(clock.now() + timedelta(days=3))
    session = given_appointment(talk.accused, talk.person, begins=soon)
    other = given_person()
    Contact.objects.create(
        one=talk.accused, other=other, reason="therapist", name_of_one="a", name_of_other="b"
    )
    kept = given_appointment(talk.accused, other, begins=soon)
    report(talk)
    decide(talk.admin, item_of(talk), "end_contact")
    for person in (talk.accused, talk.person):
        assert [row.link for row in told(person, "session.changed")] == [f"/sessions/{session.id}"]
        assert Browser(person).get(f"/api/sessions/{session.id}").json()["state"] == "cancelled"
    assert the_session(kept.id).state == "planned"
    decide(talk.admin, item_of(talk), "restore")
    assert the_session(session.id).state == "cancelled", "it is planned anew, by the therapist"
