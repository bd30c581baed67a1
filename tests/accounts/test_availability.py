"""What clients may expect: who says it, what fits, and cover that comes and goes by the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.contacts import live_contacts, may_write
from accounts.contacts.away import today
from accounts.models import Contact, Person
from hearthside.models import AuditEntry
from tests.accounts.given_contacts import House, assign, available, house, told, view_of
from tests.given import Browser, act, outcome_of, problem_of

__all__ = ["house"]

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")


def seconds_to(day: date, hour: time = time(0), zone: ZoneInfo = LONDON) -> float:
    """How far a moment of a day lies from now."""
    return (datetime.combine(day, hour, zone) - datetime.now(UTC)).total_seconds()


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
    assert (same.pk, same.ended_at) == (row.pk, None)
    assert same.until is not None
    assert row.until is not None
    assert same.until < row.until
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
