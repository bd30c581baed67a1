"""The calendar feed, read by two libraries: what stands in it, what never does, and addresses that are dead at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from django.test import Client

from accounts.actions import set_password
from accounts.models import Person
from community.calendar_feed import zone_component
from community.models import CalendarToken, Membership
from hearthside import limits, live
from tests.community.given_sessions import (
    MONDAY,
    at,
    given_appointment,
    given_pair,
    given_series,
    given_session,
)
from tests.given import (
    Browser,
    act,
    act_fresh,
    given_ended,
    given_group,
    given_member,
    given_person,
    leader_of,
)

pytestmark = pytest.mark.django_db


def address(person: Person) -> str:
    """The path of a new feed of somebody."""
    return urlsplit(act(person, "calendar.make")["url"]).path


def fetch(path: str, **headers: str) -> Any:
    """What a calendar program gets, which has no cookie."""
    return Client().get(path, headers=headers)


def events(path: str) -> list[Any]:
    """The entries of a feed."""
    return list(icalendar.Calendar.from_ical(fetch(path).content).walk("VEVENT"))


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"])
def test_two_libraries_read_the_same_times(zone: str) -> None:
    with at(MONDAY):
        group = given_group()
        given_series(group, time_zone=zone)
        path = address(leader_of(group))
        answer = fetch(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    text = answer.content.decode()
    first = list(icalendar.Calendar.from_ical(text).walk("VEVENT"))
    parsed = vobject.readOne(text)
    parsed.validate(raiseException=True)
    second = parsed.vevent_list
    assert len(first) == len(second) == 27 - ("Lord" in zone)
    for one, two in zip(first, second, strict=True):
        assert one["uid"] == two.uid.value
        # vobject reads the zone from the VTIMEZONE itself, icalendar from its name: both must say the same moment
        assert one.decoded("dtstart").astimezone(UTC) == two.dtstart.value.astimezone(UTC)
        assert (one.decoded("dtstart").hour, two.dtstart.value.hour) == (18, 18)
        assert one.decoded("dtend") - one.decoded("dtstart") == timedelta(minutes=90)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca"]
)
def test_a_zone_is_told_as_it_is(zone: str) -> None:
    component = zone_component(zone, 2025, 2028).to_ical().decode()
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{component}END:VCALENDAR\r\n"
    found: Any = icalendar.Calendar.from_ical(text).walk("VTIMEZONE")[0]
    read = found.to_tz()
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    while moment.year < 2028:
        assert moment.astimezone(read).utcoffset() == moment.astimezone(ZoneInfo(zone)).utcoffset(), moment
        moment += timedelta(hours=31)


def test_nothing_but_times_stands_there() -> None:
    with at(MONDAY):
        group = given_group(name="Grief circle")
        member = given_member(group, name="Wren").person
        given_session(
            group, title="After a loss", place="Room 12", link="https://meet.example.org/x", agenda="Sleep"
        )
        therapist, client = given_pair()
        given_appointment(therapist, client, title="Trauma talk", place="Lane 4")
        texts = [fetch(address(person)).content.decode() for person in (member, client, therapist)]
    for text in texts:
        for secret in (
            "Grief",
            "Wren",
            "loss",
            "Room",
            "meet.example",
            "Sleep",
            "Trauma",
            "Lane",
            client.name,
            therapist.name,
        ):
            assert secret not in text
        (event,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
        assert event["summary"] == "Appointment"
        assert set(event) == {
            "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "CLASS", "STATUS", "TRANSP",
        }  # fmt: skip


def test_an_entry_is_followed_through_every_change() -> None:
    with at(MONDAY):
        group = given_group()
        leader = leader_of(group)
        session = given_session(group)
        path = address(given_member(group).person)
        (before,) = events(path)
    with at(MONDAY + timedelta(hours=1)):
        act(leader, "session.move", session=session.id, version=1, starts_local="2026-12-04T19:00")
        (moved,) = events(path)
    with at(MONDAY + timedelta(hours=2)):
        act(leader, "session.change", session=session.id, version=2, place="Room 2")
        act(leader, "session.cancel", session=session.id, version=3)
        (cancelled,) = events(path)
    assert before["uid"] == moved["uid"] == cancelled["uid"]
    assert [int(each["sequence"]) for each in (before, moved, cancelled)] == [0, 1, 3]
    assert [str(each["status"]) for each in (before, moved, cancelled)] == [
        "CONFIRMED",
        "CONFIRMED",
        "CANCELLED",
    ]
    assert moved.decoded("dtstart").isoformat() == "2026-12-04T19:00:00+01:00"


def test_an_unchanged_feed_is_not_sent_again() -> None:
    with at(MONDAY):
        group = given_group()
        session = given_session(group)
        path = address(leader_of(group))
        first = fetch(path)
        again = fetch(path, If_None_Match=first["ETag"])
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        act(leader_of(group), "session.cancel", session=session.id, version=1)
        assert fetch(path, If_None_Match=first["ETag"]).status_code == 200


def test_old_addresses_are_dead_at_once() -> None:
    with at(MONDAY):
        person = leader_of(given_group())
        assert Browser(person).get("/api/calendar").json() == {"made_at": None}
        old = address(person)
        assert fetch(old).status_code == 200
        assert Browser(person).get("/api/calendar").json() == {"made_at": "2026-11-30T09:00:00.000Z"}
        new = address(person)
        assert (fetch(old).status_code, fetch(new).status_code) == (404, 200)
        act(person, "calendar.revoke")
        act(person, "calendar.revoke")
        gone, never = fetch(new), fetch("/calendar/AAAAAAAAAAAAAAAAAAAAAA.ics")
        assert (gone.status_code, gone.content) == (never.status_code, never.content)
        assert (never.status_code, never["Content-Type"]) == (404, "application/problem+json")
        assert Browser(person).get("/api/calendar").json() == {"made_at": None}


def test_an_address_is_128_bits_and_kept_as_a_hash() -> None:
    person = leader_of(given_group())
    tokens = {address(person).removeprefix("/calendar/").removesuffix(".ics") for _ in range(3)}
    assert {len(token) for token in tokens} == {22}
    assert len(tokens) == 3
    row = CalendarToken.objects.get()
    assert not any(token in row.hash or token in repr(row) for token in tokens)


def test_what_ends_a_membership_or_an_account_ends_it_there() -> None:
    with at(MONDAY):
        group = given_group()
        member = given_member(group)
        given_session(group)
        path = address(member.person)
        assert len(events(path)) == 1
        given_ended(Membership.objects.get(pk=member.pk), "removed")
        assert events(path) == []
        Person.objects.filter(pk=member.person_id).update(is_active=False)
        assert fetch(path).status_code == 404


def test_other_methods_and_too_many_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    person = leader_of(given_group())
    path = address(person)
    assert Client().post(path).status_code == 405
    assert Client().head(path).status_code == 200
    monkeypatch.setattr(limits, "_limiter", limits.Limiter(""))
    statuses = [fetch(path).status_code for _ in range(32)]
    assert (statuses[:30], statuses[-1]) == ([200] * 30, 429)
    assert fetch(path)["Retry-After"]


def test_a_guess_takes_nothing_from_a_feed_and_guesses_share_one_share(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person = leader_of(given_group())
    path = address(person)
    monkeypatch.setattr(limits, "_limiter", limits.Limiter(""))
    guesses = [fetch(f"/calendar/{number:022d}.ics").status_code for number in range(32)]
    assert (guesses[:30], guesses[-1]) == ([404] * 30, 429)
    assert len(limits.limiter()._buckets) == 1, "a guess makes no bucket of its own"
    assert fetch(path).status_code == 200
    elsewhere = Client().get(f"/calendar/{0:022d}.ics", REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 404
    new = address(person)
    statuses = [fetch(new).status_code for _ in range(31)]
    assert statuses[-1] == 429, "a new address is the same person"


def test_a_new_password_and_a_reset_second_step_end_an_address() -> None:
    boss, person, other = given_person("admin"), leader_of(given_group()), leader_of(given_group())
    kept = address(other)

    def new_password() -> None:
        live.write(live.Write(partial(set_password, person, f"!{uuid4().hex}"), (person.stream,)))

    for end in (new_password, lambda: act_fresh(boss, "person.reset_factors", person=person.pk)) * 2:
        path = address(Person.objects.get(pk=person.pk))
        assert fetch(path).status_code == 200
        assert Browser(person).get("/api/calendar").json()["made_at"] is not None
        end()
        gone, never = fetch(path), fetch("/calendar/AAAAAAAAAAAAAAAAAAAAAA.ics")
        assert (gone.status_code, gone.content) == (404, never.content)
        assert Browser(Person.objects.get(pk=person.pk)).get("/api/calendar").json() == {"made_at": None}
    assert fetch(kept).status_code == 200
