"""Contacts of clients and staff: who assigns whom, what both then see, and who reads of it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.contacts import describe_contacts, live_contacts, may_write
from accounts.models import Contact, Person
from accounts.queries import list_access
from hearthside.models import AuditEntry
from tests.accounts.given_contacts import House, assign, house, told, view_of
from tests.given import Browser, act, outcome_of

__all__ = ["house"]

pytestmark = pytest.mark.django_db


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
