"""Contacts of clients and staff: who assigns whom, what both then see, and cover by the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from accounts.contacts import ContactView, describe_contacts, live_contacts, may_write
from accounts.contacts.away import today
from accounts.models import Contact, Person, Practice
from accounts.queries import list_access
from consumers.streams import replay
from hearthside import clock
from hearthside.models import AuditEntry
from tests.given import Browser, act, given_group, given_member, given_person, outcome_of, problem_of

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
DAY = 24 * 3600


@dataclass
class House:
    """A practice with a group: two who lead it, its client, and people who have nothing to do with it."""

    admin: Person
    leader: Person
    fellow: Person
    client: Person
    stranger: Person
    elsewhere: Person


@pytest.fixture
def house(practice: Practice) -> House:
    """The people of these tests; `elsewhere` leads another group, in which `stranger` is."""
    people = {
        "admin": given_person("admin", name="Ada Admin"),
        "leader": given_person("facilitator", name="Lena Leader"),
        "fellow": given_person("facilitator", name="Femi Fellow"),
        "client": given_person(name="Cleo Client"),
        "stranger": given_person(name="Sam Stranger"),
        "elsewhere": given_person("facilitator", name="Elsa Elsewhere"),
    }
    group = given_group(people["leader"])
    given_member(group, people["fellow"], role="facilitator")
    given_member(group, people["client"], name="Wren")
    given_member(given_group(people["elsewhere"]), people["stranger"])
    return House(**people)


def assign(by: Person, client: Person, therapist: Person, **more: Any) -> Contact:
    answer = act(by, "client.assign", client=client.pk, therapist=therapist.pk, **more)
    return Contact.objects.get(pk=answer["contact"])


def available(by: Person, **data: Any) -> dict[str, Any]:
    """Change somebody's availability on top of what it is."""
    path = f"/api/people/{data['person'].pk}/availability" if "person" in data else "/api/availability"
    version = Browser(by).get(path).json()["version"]
    sent = {name: value.pk if isinstance(value, Person) else value for name, value in data.items()}
    return act(by, "availability.update", version=version, **sent)


def view_of(person: Person, other: Person, reason: str = "therapist") -> ContactView:
    """How somebody sees their contact with another; fails when there is none."""
    (found,) = [
        view for view in describe_contacts(person) if view.person_id == other.pk and view.reason == reason
    ]
    return found


def seconds_to(day: date, hour: time = time(0), zone: ZoneInfo = LONDON) -> float:
    """How far a moment of a day lies from now."""
    return (datetime.combine(day, hour, zone) - datetime.now(UTC)).total_seconds()


# Assigning


@pytest.mark.parametrize(
    ("who", "therapist", "outcome"),
    [
        ("admin", "leader", "ok"),
        ("admin", "elsewhere", "ok"),
        ("admin", "admin", "ok"),
        ("leader", "leader", "ok"),
        ("leader", "fellow", "ok"),
        ("leader", "elsewhere", "not_found"),
        ("leader", "admin", "not_found"),
        ("elsewhere", "elsewhere", "not_found"),
        ("client", "leader", "denied"),
        ("stranger", "leader", "denied"),
        ("admin", "stranger", "invalid"),
        ("leader", "stranger", "not_found"),
    ],
)
def test_who_assigns_whom(house: House, who: str, therapist: str, outcome: str) -> None:
    ids = {"client": house.client.pk, "therapist": getattr(house, therapist).pk}
    assert outcome_of(getattr(house, who), "client.assign", **ids) == outcome
    assert may_write(house.client, getattr(house, therapist)) is (outcome == "ok")


@pytest.mark.parametrize("who", ["admin", "leader"])
def test_only_members_who_can_sign_in_are_clients(house: House, who: str) -> None:
    actor = getattr(house, who)
    absent = {"client": uuid4(), "therapist": house.leader.pk}
    assert outcome_of(actor, "client.assign", **absent) == "not_found"
    staff = {"client": house.fellow.pk, "therapist": house.leader.pk}
    assert outcome_of(actor, "client.assign", **staff) == ("invalid" if who == "admin" else "not_found")
    act(house.admin, "person.deactivate", person=house.client.pk)
    closed = {"client": house.client.pk, "therapist": house.leader.pk}
    assert outcome_of(actor, "client.assign", **closed) == ("invalid" if who == "admin" else "not_found")
    act(house.admin, "person.reactivate", person=house.client.pk)
    assert outcome_of(actor, "client.assign", **closed) == "ok"


def test_both_see_each_other_by_their_names(house: House) -> None:
    contact = assign(house.leader, house.client, house.leader)
    seen = view_of(house.client, house.leader)
    assert (seen.name, seen.lane, seen.until, seen.cover_for) == ("Lena Leader", "clinical", None, None)
    assert (seen.reply_days, seen.away_until, seen.away_note) == (2, None, None)
    back = view_of(house.leader, house.client)
    assert (back.name, back.lane, back.reply_days) == ("Cleo Client", "clinical", None)
    assert live_contacts(house.client) == live_contacts(house.leader) == [contact]
    assert may_write(house.client, house.leader)
    assert may_write(house.leader, house.client)
    assert not may_write(house.client, house.fellow)
    assert not may_write(house.client, house.client)
    act(house.leader, "me.update", name="Lena Lindqvist")
    act(house.client, "me.update", name="Cleo Clark")
    assert view_of(house.client, house.leader).name == "Lena Lindqvist"
    assert view_of(house.leader, house.client).name == "Cleo Clark"


def test_assigning_again_is_the_same_contact(house: House) -> None:
    first = assign(house.leader, house.client, house.leader)
    assert assign(house.admin, house.client, house.leader) == first
    office = assign(house.admin, house.client, house.leader, lane="administrative")
    other = assign(house.admin, house.client, house.fellow)
    assert {row.pk for row in live_contacts(house.client)} == {first.pk, office.pk, other.pk}
    assert [view.lane for view in describe_contacts(house.client)] == [
        "clinical",
        "clinical",
        "administrative",
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.create(one=house.leader, other=house.client, reason="therapist")
    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.create(one=house.client, other=house.client, reason="group")


def test_ending_it(house: House) -> None:
    ids = {"client": house.client.pk, "therapist": house.leader.pk}
    first = assign(house.leader, house.client, house.leader)
    assert outcome_of(house.client, "client.unassign", **ids) == "denied"
    assert outcome_of(house.elsewhere, "client.unassign", **ids) == "not_found"
    assert outcome_of(house.leader, "client.unassign", **ids, lane="administrative") == "not_found"
    assert may_write(house.client, house.leader)
    act(house.fellow, "client.unassign", **ids)
    assert not may_write(house.client, house.leader)
    assert live_contacts(house.client) == []
    assert outcome_of(house.fellow, "client.unassign", **ids) == "not_found"
    assert assign(house.leader, house.client, house.leader) != first


def test_facilitators_end_what_is_theirs(house: House) -> None:
    outside = {"client": house.client.pk, "therapist": house.elsewhere.pk}
    assign(house.admin, house.client, house.elsewhere)
    assert outcome_of(house.leader, "client.unassign", **outside) == "denied"
    assert may_write(house.client, house.elsewhere)
    assert outcome_of(house.elsewhere, "client.unassign", **outside) == "ok"
    assert not may_write(house.client, house.elsewhere)
    assign(house.admin, house.client, house.elsewhere)
    assert outcome_of(house.admin, "client.unassign", **outside) == "ok"


def test_nobody_writes_to_or_from_a_closed_account(house: House) -> None:
    assign(house.admin, house.client, house.leader)
    for gone, left in ((house.client, house.leader), (house.leader, house.client)):
        act(house.admin, "person.deactivate", person=gone.pk)
        assert not may_write(house.client, house.leader)
        assert live_contacts(left) == live_contacts(gone) == []
        assert told(left)[-1] == "contact.changed"
        act(house.admin, "person.reactivate", person=gone.pk)
        assert may_write(house.client, house.leader)


def told(person: Person) -> list[str]:
    """The types of what the person's own stream says, as it is replayed."""
    return [type(row.event).__struct_config__.tag for row in replay(person.stream, 0)]


def test_both_are_told_and_it_is_written_down(house: House) -> None:
    contact = assign(house.leader, house.client, house.leader)
    assert told(house.client).count("contact.changed") == told(house.leader).count("contact.changed") == 1
    assert "contact.changed" not in told(house.fellow)
    act(house.leader, "client.unassign", client=house.client.pk, therapist=house.leader.pk)
    assert told(house.client).count("contact.changed") == 2
    entries = AuditEntry.objects.filter(thing=f"contact:{contact.pk}").order_by("at")
    assert [(row.verb, row.actor, row.about, row.reason) for row in entries] == [
        ("client.assigned", house.leader.pk, house.client.pk, "clinical"),
        ("client.unassigned", house.leader.pk, house.client.pk, "clinical"),
    ]
    lines = list_access(house.client)["entries"]
    assert [line["verb"] for line in lines] == ["client.unassigned", "client.assigned"]


# Reads


def test_who_reads_about_clients(house: House) -> None:
    assign(house.admin, house.client, house.leader)
    assign(house.admin, house.stranger, house.leader)

    def seen(person: Person) -> dict[str, tuple[int, bool]]:
        rows = Browser(person).get("/api/clients").json()["clients"]
        return {row["person"]: (len(row["contacts"]), "client.assign" in row["may"]) for row in rows}

    client, stranger = str(house.client.pk), str(house.stranger.pk)
    assert seen(house.admin) == {client: (1, True), stranger: (1, True)}
    assert seen(house.leader) == {client: (1, True), stranger: (1, False)}
    assert seen(house.fellow) == {client: (1, True)}
    assert seen(house.elsewhere) == {stranger: (1, True)}
    yours = Browser(house.leader).get("/api/clients").json()["yours"]
    assert [row["name"] for row in yours] == ["Cleo Client", "Sam Stranger"]
    assert Browser(house.client).get("/api/clients").status_code == 403
    assert Browser().get("/api/clients").status_code == 401


def test_who_reads_about_one_client(house: House) -> None:
    assign(house.admin, house.client, house.elsewhere)
    assign(house.admin, house.client, house.leader)
    path = f"/api/people/{house.client.pk}/contacts"
    statuses = {
        who: Browser(getattr(house, who)).get(path).status_code
        for who in ("admin", "leader", "fellow", "elsewhere", "client", "stranger")
    }
    assert statuses == {
        "admin": 200,
        "leader": 200,
        "fellow": 200,
        "elsewhere": 404,
        "client": 403,
        "stranger": 403,
    }
    assert Browser(house.admin).get(f"/api/people/{uuid4()}/contacts").status_code == 404
    page = Browser(house.leader).get(path).json()
    assert {row["name"]: row["may"] for row in page["contacts"]} == {
        "Elsa Elsewhere": [],
        "Lena Leader": ["client.unassign"],
    }
    assert [row["name"] for row in page["staff"]] == ["Femi Fellow", "Lena Leader"]
    staff = Browser(house.admin).get(path).json()["staff"]
    assert [row["name"] for row in staff] == ["Ada Admin", "Elsa Elsewhere", "Femi Fellow", "Lena Leader"]


# Replies and time away


def test_who_says_what_clients_may_expect(house: House) -> None:
    assert available(house.leader, reply_days=4)["reply_days"] == 4
    assert not AuditEntry.objects.filter(verb="availability.updated").exists()
    assert available(house.admin, person=house.leader, reply_days=5)["reply_days"] == 5
    entry = AuditEntry.objects.get(verb="availability.updated")
    assert (entry.actor, entry.about) == (house.admin.pk, house.leader.pk)
    data = {"person": house.leader.pk, "version": 2, "reply_days": 1}
    assert outcome_of(house.fellow, "availability.update", **data) == "not_found"
    assert outcome_of(house.client, "availability.update", **data) == "denied"
    assert outcome_of(house.client, "availability.update", version=0, reply_days=1) == "denied"
    assert (
        outcome_of(house.admin, "availability.update", **{**data, "person": house.client.pk}) == "not_found"
    )
    statuses = [
        Browser(who).get(f"/api/people/{house.leader.pk}/availability").status_code
        for who in (house.admin, house.leader, house.fellow, house.client)
    ]
    assert statuses == [200, 200, 404, 403]
    assert Browser(house.client).get("/api/availability").status_code == 403


def test_an_older_version_is_stale(house: House) -> None:
    available(house.leader, reply_days=4)
    refused = problem_of(house.leader, "availability.update", version=0, reply_days=1)
    assert (refused["type"], refused["current"]["reply_days"], refused["current"]["version"]) == (
        "stale",
        4,
        1,
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, "data"),
        ({"reply_days": 0}, "reply_days"),
        ({"reply_days": 11}, "reply_days"),
        ({"away_from": 1}, "away_until"),
        ({"away_until": 1}, "away_from"),
        ({"away_from": 3, "away_until": 2}, "away_until"),
        ({"away_from": -5, "away_until": -1}, "away_until"),
        ({"away_from": 0, "away_until": 400}, "away_until"),
        ({"away_note": "x" * 301}, "away_note"),
        ({"cover": "leader"}, "cover"),
        ({"cover": "client"}, "cover"),
    ],
)
def test_what_does_not_fit(house: House, changes: dict[str, Any], field: str) -> None:
    sent = dict(changes)
    for name in ("away_from", "away_until"):
        if name in sent:
            sent[name] = today() + timedelta(days=sent[name])
    if "cover" in sent:
        sent["cover"] = getattr(house, sent["cover"]).pk
    refused = problem_of(house.leader, "availability.update", version=0, **sent)
    assert (refused["type"], list(refused["fields"])) == ("invalid", [field])
    fits = {"reply_days": 10, "away_from": today(), "away_until": today(), "away_note": "x" * 300}
    assert outcome_of(house.leader, "availability.update", version=0, **fits, cover=house.fellow.pk) == "ok"
    assert outcome_of(house.leader, "availability.update", version=1, away_from=None, away_until=None) == "ok"


def go_away(house: House, *, begin: int, days: int, cover: Person | None = None) -> tuple[date, date]:
    """The leader will be away from `begin` days ahead for so many days."""
    first = today() + timedelta(days=begin)
    last = first + timedelta(days=days - 1)
    data = {"away_from": first, "away_until": last, "away_note": "By the sea."}
    available(house.leader, **data, cover=cover.pk if cover else None)
    return first, last


def test_cover_comes_and_goes_by_the_clock(house: House, at: Callable[[float], None]) -> None:
    assign(house.admin, house.client, house.leader)
    first, last = go_away(house, begin=3, days=2, cover=house.fellow)

    def standing() -> tuple[bool, str | None, date | None]:
        seen = view_of(house.client, house.leader)
        return may_write(house.client, house.fellow), seen.covered_by, seen.away_until

    assert standing() == (False, None, None)
    at(seconds_to(first) - 2)
    assert standing() == (False, None, None)
    at(seconds_to(first) + 2)
    assert standing() == (True, "Femi Fellow", last)
    cover = view_of(house.client, house.fellow, "cover")
    assert (cover.name, cover.cover_for, cover.lane) == ("Femi Fellow", "Lena Leader", "clinical")
    assert cover.until == datetime.combine(last + timedelta(days=1), time(), LONDON)
    assert view_of(house.client, house.leader).away_note == "By the sea."
    assert view_of(house.fellow, house.client, "cover").name == "Cleo Client"
    at(seconds_to(last, time(23, 59, 50)))
    assert standing() == (True, "Femi Fellow", last)
    at(seconds_to(last + timedelta(days=1)) + 2)
    assert standing() == (False, None, None)
    assert may_write(house.client, house.leader)


def test_cover_follows_changes_of_the_time_away(house: House) -> None:
    assign(house.admin, house.client, house.leader)
    go_away(house, begin=0, days=5, cover=house.fellow)
    assert may_write(house.client, house.fellow)
    (row,) = Contact.objects.filter(reason="cover")
    go_away(house, begin=0, days=2, cover=house.fellow)
    (same,) = Contact.objects.filter(reason="cover")
    assert (same.pk, same.ended_at, same.until < row.until) == (row.pk, None, True)
    go_away(house, begin=0, days=2, cover=house.elsewhere)
    assert not may_write(house.client, house.fellow)
    assert may_write(house.client, house.elsewhere)
    assert told(house.fellow)[-1] == told(house.elsewhere)[-1] == "contact.changed"
    available(house.leader, away_from=None, away_until=None)
    assert not may_write(house.client, house.elsewhere)
    assert Contact.objects.filter(reason="cover", ended_at=None).count() == 0
    go_away(house, begin=2, days=2, cover=house.fellow)
    assert not may_write(house.client, house.fellow)


def test_cover_follows_who_is_assigned(house: House) -> None:
    go_away(house, begin=0, days=3, cover=house.fellow)
    assert not may_write(house.client, house.fellow)
    assign(house.admin, house.client, house.leader)
    assert may_write(house.client, house.fellow)
    assert told(house.fellow)[-1] == "contact.changed"
    office = assign(house.admin, house.stranger, house.leader, lane="administrative")
    assert view_of(house.stranger, house.fellow, "cover").lane == "administrative"
    act(house.admin, "client.unassign", client=house.client.pk, therapist=house.leader.pk)
    assert not may_write(house.client, house.fellow)
    assert may_write(house.stranger, house.fellow)
    assert Contact.objects.get(covers=office).ended_at is None
    act(house.admin, "person.deactivate", person=house.fellow.pk)
    assert not may_write(house.stranger, house.fellow)
    assert view_of(house.stranger, house.leader, "office").covered_by is None
    assert view_of(house.stranger, house.leader, "office").away_until is not None


@pytest.mark.parametrize("looked_at_between", [True, False])
def test_an_away_time_that_is_over_is_no_cover_again(
    house: House, at: Callable[[float], None], looked_at_between: bool
) -> None:
    assign(house.admin, house.client, house.leader)
    _, last = go_away(house, begin=0, days=1, cover=house.fellow)
    at(seconds_to(last + timedelta(days=2)))
    if looked_at_between:
        available(house.leader, reply_days=3)
    assert not may_write(house.client, house.fellow)
    first, _ = go_away(house, begin=4, days=1, cover=house.fellow)
    assert not may_write(house.client, house.fellow)
    at(seconds_to(first, time(12)))
    assert may_write(house.client, house.fellow)
    assert Contact.objects.filter(reason="cover").count() == 2


def test_one_who_covers_for_two_is_one_line(house: House) -> None:
    for away, days in ((house.leader, 2), (house.elsewhere, 5)):
        assign(house.admin, house.client, away)
        last = today() + timedelta(days=days)
        available(away, away_from=today(), away_until=last, cover=house.fellow.pk)
    cover = view_of(house.client, house.fellow, "cover")
    assert cover.cover_for == "Elsa Elsewhere, Lena Leader"
    assert cover.until == datetime.combine(today() + timedelta(days=6), time(), LONDON)
    assert [row.reason for row in live_contacts(house.fellow)] == ["cover"]
    (row,) = [row for row in live_contacts(house.client) if row.reason == "cover"]
    assert row.until == cover.until


def test_days_are_the_practices_days(house: House, at: Callable[[float], None]) -> None:
    assign(house.admin, house.client, house.leader)
    first, _ = go_away(house, begin=3, days=1, cover=house.fellow)
    tokyo = ZoneInfo("Asia/Tokyo")
    at(seconds_to(first, zone=tokyo) + 5)
    assert not may_write(house.client, house.fellow)
    version = Browser(house.admin).get("/api/practice").json()["version"]
    act(house.admin, "practice.update", version=version, time_zone="Asia/Tokyo")
    assert may_write(house.client, house.fellow)
    assert view_of(house.client, house.leader).away_until == first
    at(seconds_to(first + timedelta(days=1), zone=tokyo) + 5)
    assert not may_write(house.client, house.fellow)


def test_what_the_form_starts_from(house: House) -> None:
    assign(house.admin, house.client, house.leader)
    first, last = go_away(house, begin=0, days=2, cover=house.fellow)
    page = Browser(house.leader).get("/api/availability").json()
    assert (page["away_from"], page["away_until"], page["cover"]) == (
        first.isoformat(),
        last.isoformat(),
        str(house.fellow.pk),
    )
    assert (page["clients"], page["covering"], page["today"]) == (1, [], today().isoformat())
    assert str(house.leader.pk) not in {row["person"] for row in page["staff"]}
    covering = Browser(house.fellow).get("/api/availability").json()
    assert covering["covering"] == ["Lena Leader"]
    away = {row["name"]: row["away_until"] for row in covering["staff"]}
    assert away["Lena Leader"] == last.isoformat()
    assert away["Ada Admin"] is None
    line = Browser(house.admin).get(f"/api/people/{house.client.pk}/contacts").json()["contacts"][0]
    assert (line["away_until"], line["covered_by"]) == (last.isoformat(), "Femi Fellow")
    assert clock.now().tzinfo is UTC
