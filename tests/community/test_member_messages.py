"""Members who write to each other in private: off until a facilitator lets them, and never past a block or the door."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.contacts import describe_contacts, may_write
from accounts.contacts.queries import live_now
from accounts.models import Contact, Person
from community.actions.member_messages import MOST_MEMBERS
from community.models import Block, Group, Membership
from hearthside.models import AuditEntry
from tests.given import (
    Browser,
    act,
    given_group,
    given_member,
    given_person,
    leader_of,
    outcome_of,
    problem_of,
)
from tests.messaging.given import given_client

pytestmark = pytest.mark.django_db


def switch(group: Group, on: bool, by: Person | None = None) -> dict[str, object]:
    """Turn private messages in the group on or off."""
    group.refresh_from_db()
    data = {"group": group.id, "version": group.version, "switches": {"member_messages": on}}
    return act(by or leader_of(group), "group.update", **data)


def open_circle(*names: str) -> tuple[Group, list[Membership]]:
    """A group whose members, under these names, may write to each other."""
    group = given_group()
    members = [given_member(group, name=name) for name in names]
    switch(group, True)
    return group, members


def pairs() -> set[frozenset[str]]:
    """Who has a live contact with whom by a group, by their ids."""
    rows = Contact.objects.filter(live_now(), reason="group")
    found = [frozenset((str(row.one_id), str(row.other_id))) for row in rows]
    assert len(found) == len(set(found)), "a pair has two contacts"
    return set(found)


def pairs_of(*people: Person) -> set[frozenset[str]]:
    """Each two of these people."""
    return {frozenset((str(one.pk), str(other.pk))) for one, other in combinations(people, 2)}


def names_for(person: Person) -> set[str]:
    """By which names somebody sees those they may write to."""
    return {view.name for view in describe_contacts(person)}


def test_off_until_a_facilitator_lets_them() -> None:
    group = given_group()
    wren, finch = (given_member(group, name=name) for name in ("Wren", "Finch"))
    assert Browser(wren.person).get(f"/api/groups/{group.id}").json()["switches"]["member_messages"] is False
    assert pairs() == set()
    data = {"group": group.id, "version": 1, "switches": {"member_messages": True}}
    assert outcome_of(wren.person, "group.update", **data) == "denied"
    assert outcome_of(given_person("admin"), "group.update", **data) == "not_found"
    assert pairs() == set()
    switch(group, True)
    assert pairs() == pairs_of(wren.person, finch.person)
    assert not may_write(wren.person, leader_of(group))
    entry = AuditEntry.objects.get(verb="messages.opened")
    assert (entry.group, entry.actor) == (group.id, leader_of(group).pk)
    switch(group, False)
    assert pairs() == set()
    assert AuditEntry.objects.filter(verb="messages.closed").count() == 1
    switch(group, False)
    assert AuditEntry.objects.filter(verb__startswith="messages.").count() == 2


def test_they_see_the_names_of_the_group() -> None:
    group, (wren, finch) = open_circle("Wren", "Finch")
    (view,) = describe_contacts(wren.person)
    assert (view.person_id, view.name, view.reason, view.lane) == (
        finch.person_id,
        "Finch",
        "group",
        "members",
    )
    assert (view.until, view.reply_days, view.away_note, view.cover_for) == (None, None, None, None)
    act(finch.person, "member.rename", group=group.id, name="Robin")
    assert names_for(wren.person) == {"Robin"}
    act(finch.person, "me.update", name="Their Real Name")
    assert names_for(wren.person) == {"Robin"}
    assert names_for(finch.person) == {"Wren"}


def test_coming_and_going() -> None:
    group, (wren, finch) = open_circle("Wren", "Finch")
    kite = given_member(group, name="Kite")
    assert pairs() == pairs_of(wren.person, finch.person, kite.person)
    fellow = given_member(group, role="facilitator")
    assert not may_write(fellow.person, wren.person)
    act(finch.person, "group.leave", group=group.id)
    assert pairs() == pairs_of(wren.person, kite.person)
    act(leader_of(group), "member.remove", group=group.id, member=kite.id)
    assert pairs() == set()
    given_member(group, finch.person, name="Finch")
    assert pairs() == pairs_of(wren.person, finch.person)
    act(leader_of(group), "group.close", group=group.id)
    assert pairs() == set()


def test_a_block_stands_between_them() -> None:
    group, (wren, finch, kite) = open_circle("Wren", "Finch", "Kite")
    three = pairs_of(wren.person, finch.person, kite.person)
    act(wren.person, "member.block", group=group.id, member=finch.id)
    assert not may_write(finch.person, wren.person)
    assert pairs() == three - pairs_of(wren.person, finch.person)
    switch(group, False)
    act(finch.person, "member.block", group=group.id, member=wren.id)
    switch(group, True)
    act(wren.person, "member.unblock", group=group.id, member=finch.id)
    assert not may_write(finch.person, wren.person), "the other still blocks"
    act(finch.person, "member.unblock", group=group.id, member=wren.id)
    assert pairs() == three
    switch(group, False)
    act(wren.person, "member.block", group=group.id, member=finch.id)
    act(wren.person, "member.unblock", group=group.id, member=finch.id)
    assert pairs() == set(), "unblocking opens nothing where the switch is off"


def test_two_groups_of_the_same_two_people() -> None:
    first, (wren, finch) = open_circle("Wren", "Finch")
    second, (marigold, _) = open_circle("Marigold", "Bracken")
    assert pairs() == pairs_of(wren.person, finch.person) | pairs_of(
        *(row.person for row in second.memberships.filter(role="member"))
    )
    given_member(second, wren.person, name="Mabel")
    given_member(second, finch.person, name="Tern")
    assert names_for(finch.person) == {"Wren", "Marigold", "Bracken"}
    switch(first, False)
    assert names_for(finch.person) == {"Mabel", "Marigold", "Bracken"}
    switch(first, True)
    assert names_for(finch.person) == {"Mabel", "Marigold", "Bracken"}, "who is known stays known"
    act(wren.person, "member.block", group=first.id, member=finch.id)
    assert not may_write(wren.person, finch.person), "a block is between people"
    act(wren.person, "group.leave", group=first.id)
    assert names_for(finch.person) == {"Mabel", "Marigold", "Bracken"}, "it cannot outlast what undoes it"
    assert may_write(marigold.person, finch.person)


def test_a_closed_account_comes_back_as_it_was() -> None:
    group, (wren, finch) = open_circle("Wren", "Finch")
    admin = given_person("admin")
    act(admin, "person.deactivate", person=finch.person_id)
    assert pairs() == set()
    switch(group, False)
    act(admin, "person.reactivate", person=finch.person_id)
    assert pairs() == set()
    switch(group, True)
    assert pairs() == pairs_of(wren.person, finch.person)


def test_large_groups_are_refused_kindly() -> None:
    group = given_group()
    for number in range(MOST_MEMBERS):
        given_member(group, name=f"Bird {number}")
    switch(group, True)
    assert len(pairs()) == MOST_MEMBERS * (MOST_MEMBERS - 1) // 2
    given_member(group, name="One more")
    group.refresh_from_db()
    data = {"group": group.id, "version": group.version}
    assert outcome_of(leader_of(group), "group.update", **data, name="Still fine") == "ok"
    switch(group, False)
    group.refresh_from_db()
    data = {"group": group.id, "version": group.version, "switches": {"member_messages": True}}
    refused = problem_of(leader_of(group), "group.update", **data)
    assert (refused["type"], list(refused["fields"])) == ("invalid", ["member_messages"])
    assert "small" in refused["fields"]["member_messages"]
    assert pairs() == set()


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["join", "leave", "block", "unblock", "switch", "account", "close"]),
        st.integers(0, 1),
        st.integers(0, 3),
        st.integers(0, 3),
    ),
    max_size=25,
)


def allowed() -> set[frozenset[str]]:
    """Who may write to whom, said anew from what the groups are."""
    found = set()
    blocks = {
        frozenset((str(row.owner.person_id), str(row.blocked.person_id)))
        for row in Block.objects.select_related("owner", "blocked").filter(owner__state="active")
    }
    for group in Group.objects.filter(closed_at=None):
        if group.allows("member_messages"):
            here = group.memberships.filter(state="active", role="member", person__is_active=True)
            found |= pairs_of(*(row.person for row in here.select_related("person")))
    return found - blocks


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(acts=ACTS)
def test_contacts_are_just_the_allowed_pairs(acts: list[tuple[str, int, int, int]], db: None) -> None:
    Contact.objects.all().delete()
    people = [given_person() for _ in range(4)]
    admin, leader = given_person("admin"), given_person("facilitator")
    groups = [given_group(leader, name=f"Circle {number}") for number in range(2)]
    mine = {str(person.pk) for person in people}
    for person, name in zip(people, ("Wren", "Finch", "Kite", "Robin"), strict=True):
        given_member(groups[0], person, name=name)
    switch(groups[0], True)
    for kind, number, one, other in acts:
        group, person = groups[number], people[one]
        group.refresh_from_db()
        there = Membership.objects.filter(group=group, state="active")
        me, them = (
            there.filter(person=person).first(),
            Membership.objects.filter(group=group, person=people[other]),
        )
        if kind == "join" and group.closed_at is None and me is None and person.is_active:
            given_member(group, person, name=f"In {number} as {one}")
        elif kind == "leave":
            outcome_of(person, "group.leave", group=group.id)
        elif kind in ("block", "unblock") and one != other and (row := them.first()) is not None:
            outcome_of(person, f"member.{kind}", group=group.id, member=row.id)
        elif kind == "switch" and group.closed_at is None:
            switch(group, not group.allows("member_messages"), by=leader)
        elif kind == "account":
            act(admin, "person.deactivate" if person.is_active else "person.reactivate", person=person.pk)
            person.refresh_from_db()
        elif kind == "close" and other == 0:
            act(leader, "group.close", group=group.id)
        assert {pair for pair in pairs() if pair <= mine} == {pair for pair in allowed() if pair <= mine}


@pytest.mark.parametrize("command", ["group.leave", "member.remove"])
def test_who_goes_from_the_group_goes_from_its_circles(command: str) -> None:
    group, (wren, finch, robin) = open_circle("Wren", "Finch", "Robin")
    clients = [given_client(member.person) for member in (wren, finch, robin)]
    talk = clients[0].open_circle([clients[1].person, clients[2].person])
    assert clients[2].read(talk)
    clients[2].say(talk, "all of us")
    if command == "group.leave":
        act(robin.person, command, group=group.id)
    else:
        act(leader_of(group), command, group=group.id, member=robin.id)
    states = {
        row["person"]: row["state"] for row in clients[0].must("get", f"conversations/{talk}")["members"]
    }
    assert states == {
        clients[0].person: "active",
        clients[1].person: "active",
        clients[2].person: "removed",
    }
    body = {**clients[2].seal(talk, {"k": "text", "body": "still here?"})}
    assert clients[2].ask("put", f"conversations/{talk}/send/t1", body).slug == "not_found"
    clients[0].send_roster(talk, [clients[0].person, clients[1].person], version=2)
    clients[0].say(talk, "two of us")
    assert "two of us" not in str([shown.words for shown in clients[2].read(talk)])
    assert "two of us" in str([shown.words for shown in clients[1].read(talk)])
