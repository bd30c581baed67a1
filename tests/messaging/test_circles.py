"""Circles: made of people who all know each other, kept by one of them, left by whoever has lost the others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Contact
from hearthside import clock
from hearthside.live import Write, write
from messaging.actions import conversations
from messaging.actions.members import drop_lost
from messaging.models import Conversation
from messaging.queries.members import streams_of_circles
from tests.given import given_person
from tests.messaging.client import SealedClient
from tests.messaging.given import given_client, given_contact, given_friends, ids_of, person_of
from tests.messaging.sealing import b64, room_id

pytestmark = pytest.mark.django_db


def states(client: SealedClient, room: str) -> dict[str, str]:
    """Who is in a circle, and how."""
    return {row["person"]: row["state"] for row in client.must("get", f"conversations/{room}")["members"]}


def test_a_circle_needs_a_contact_between_every_two() -> None:
    people = given_friends(3)
    one = given_client(people[0])
    outsider = given_person()
    given_contact(people[0], outsider, reason="group")
    with pytest.raises(AssertionError, match="not_found"):
        one.open_circle([*ids_of(people[1:]), str(outsider.pk)])
    with pytest.raises(AssertionError, match="not_found"):
        one.open_pair(str(given_person().pk))
    room = one.open_circle(ids_of(people[1:]))
    answer = one.ask("post", f"conversations/{room}/members", {"add": [str(outsider.pk)]})
    assert answer.slug == "not_found"
    assert set(states(one, room)) == set(ids_of(people))


@pytest.mark.parametrize(("others", "slug"), [(1, "invalid"), (2, "ok"), (14, "ok"), (15, "invalid")])
def test_how_many_a_circle_has(others: int, slug: str) -> None:
    people = given_friends(others + 1)
    one = given_client(people[0])
    body = {"id": str(room_id(one.user, bytes(32))), "seed": b64(bytes(32)), "kind": "circle"}
    assert one.ask("post", "conversations", body | {"members": ids_of(people[1:])}).slug == slug


def test_only_its_keeper_changes_a_circle() -> None:
    people = given_friends(5)
    one, two, three = [given_client(person) for person in people[:3]]
    room = one.open_circle(ids_of(people[1:3]))
    acts: list[tuple[str, dict[str, Any]]] = [
        ("members", {"add": [str(people[3].pk)]}),
        ("members", {"remove": [three.person]}),
        ("creator", {"person": two.person}),
        ("settings", {"version": 1, "timer_seconds": 60}),
    ]
    for path, body in acts:
        assert two.ask("post", f"conversations/{room}/{path}", body).slug == "denied", path
    assert one.ask("post", f"conversations/{room}/members", {"remove": [one.person]}).slug == "denied"
    assert (
        one.ask("post", f"conversations/{room}/members", {"remove": [str(people[4].pk)]}).slug == "not_found"
    )
    assert one.ask("post", f"conversations/{room}/creator", {"person": str(people[4].pk)}).slug == "not_found"
    one.must("post", f"conversations/{room}/creator", {"person": two.person})
    view = one.must("get", f"conversations/{room}")
    assert (view["creator"], view["keeper"]) == (one.person, two.person)
    assert one.ask("post", f"conversations/{room}/members", {"remove": [three.person]}).slug == "denied"
    two.must("post", f"conversations/{room}/members", {"add": [str(people[3].pk)], "remove": [three.person]})
    assert states(one, room)[three.person] == "removed"
    assert states(one, room)[str(people[3].pk)] == "active"


def test_stale_settings_say_what_is_now() -> None:
    people = given_friends(3)
    one = given_client(people[0])
    room = one.open_circle(ids_of(people[1:]))
    assert (
        one.must("post", f"conversations/{room}/settings", {"version": 1, "timer_seconds": 60})["version"]
        == 2
    )
    answer = one.ask("post", f"conversations/{room}/settings", {"version": 1, "timer_seconds": 0})
    assert (answer.status, answer.slug) == (409, "stale")
    assert answer.data["current"]["timer_seconds"] == 60


def test_a_keeper_who_goes_leaves_the_circle_as_it_is() -> None:
    people = given_friends(4)
    one, two = given_client(people[0]), given_client(people[1])
    room = one.open_circle(ids_of(people[1:3]))
    one.must("post", f"conversations/{room}/leave")
    assert two.must("get", f"conversations/{room}")["keeper"] is None
    assert two.ask("post", f"conversations/{room}/members", {"add": [str(people[3].pk)]}).slug == "denied"
    assert two.must("get", f"conversations/{room}")["closed"] is None


def test_who_has_lost_the_others_is_taken_out() -> None:
    people = given_friends(3)
    one, gone = given_client(people[0]), given_client(people[2])
    other = given_person()
    for person in people[:2]:
        given_contact(person, other, reason="group")
    lost = one.open_circle(ids_of(people[1:]))
    stays = one.open_circle([str(people[1].pk), str(other.pk)])
    since = gone.must("get", "sync?since=")["next"]
    Contact.objects.filter(one__in=people, other=people[2]).update(ended_at="2020-01-01T00:00:00Z")
    work = Write(lambda: {"gone": drop_lost(people[2])}, streams_of_circles(people[2]))
    assert [str(room) for room in write(work)["gone"]] == [lost]
    assert states(one, lost)[gone.person] == "removed"
    assert set(states(one, stays).values()) == {"active"}
    assert set(gone.must("get", f"sync?since={since}")["device_lists"]["left"]) == {
        one.user,
        f"@{people[1].pk}:hearthside",
    }
    assert write(Write(lambda: {"gone": drop_lost(person_of(one))}))["gone"] == []


def test_a_member_who_left_a_pair_comes_back_only_by_themselves() -> None:
    people = given_friends(2)
    one, two = [given_client(person) for person in people]
    room = one.open_pair(two.person)
    two.must("post", f"conversations/{room}/leave")
    assert one.open_pair(two.person) == room
    assert states(one, room)[two.person] == "left"
    assert two.open_pair(one.person) == room
    assert states(one, room)[two.person] == "active"
    therapist = given_person("facilitator")
    given_contact(therapist, people[0])
    staff = given_client(therapist)
    room = staff.open_pair(one.person)
    one.must("post", f"conversations/{room}/leave")
    assert staff.open_pair(one.person) == room
    assert states(staff, room)[one.person] == "active"


def test_twenty_new_circles_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversations, "CIRCLES_A_DAY", 3)
    people = given_friends(3)
    one, two = given_client(people[0]), given_client(people[1])
    rooms = [one.open_circle(ids_of(people[1:])) for _ in range(3)]
    seed = b"s" * 32
    body = {
        "id": str(room_id(one.user, seed)),
        "seed": b64(seed),
        "kind": "circle",
        "members": ids_of(people[1:]),
    }
    assert one.ask("post", "conversations", body).slug == "closed"
    assert Conversation.objects.filter(creator=people[0]).count() == 3
    two.open_circle(ids_of([people[0], people[2]]))
    one.open_pair(str(people[1].pk))
    one.say(rooms[0], "what is there goes on")
    mine = Conversation.objects.filter(creator=people[0], kind="circle").order_by("created_at")
    oldest = mine.first()
    assert oldest is not None
    Conversation.objects.filter(pk=oldest.pk).update(created_at=clock.now() - timedelta(hours=25))
    one.open_circle(ids_of(people[1:]))
