"""Sealed events: once for each transaction, in their place, and only from those who may."""

from __future__ import annotations

import base64
import uuid
from typing import Any

import pytest

from hearthside.models import LogEvent
from messaging.jobs import expire_events
from messaging.models import SealedEvent
from tests.given import given_person
from tests.messaging.client import SealedClient
from tests.messaging.given import (
    bare_client,
    given_client,
    given_contact,
    given_friends,
    given_pair,
    ids_of,
    person_of,
    words_of,
)
from tests.messaging.sealing import Json, b64, room_id

pytestmark = pytest.mark.django_db


def put(client: SealedClient, room: str, body: Json, txn: str = "t1") -> Any:
    """Send a body as it is."""
    return client.ask("put", f"conversations/{room}/send/{txn}", body)


def test_the_same_transaction_twice_is_one_event() -> None:
    one, two = given_pair()
    phone = bare_client(person_of(one), identity=one.identity).set_up()
    room = one.open_pair(two.person)
    body = one.seal(room, {"k": "text", "body": "once"})
    first = put(one, room, body)
    again = one.seal(room, {"k": "text", "body": "sealed anew after a lost answer"})
    assert [put(one, room, body).data, put(one, room, again).data] == [first.data] * 2
    assert words_of(two, room) == ["once"]
    assert put(one, one.open_pair(two.person), body).data == first.data
    assert one.ask("put", "to_device/m.room_key_request/t1", {"messages": {}}).slug == "nonce_reused"
    phone.read(room)
    assert put(phone, room, phone.seal(room, {"k": "text", "body": "the phone's own"})).data != first.data


def change(sent: Json, **changes: Any) -> Json:
    """The body with other fields in its content."""
    return {**sent, "content": {**sent["content"], **changes}}


def misfits(body: Json) -> list[tuple[Json, int, str]]:
    """Bodies that are refused, with how."""
    return [
        ({**body, "commitment": ""}, 400, "bad_request"),
        ({**body, "commitment": b64(bytes(31))}, 400, "bad_request"),
        ({**body, "commitment": b64(bytes(33))}, 400, "bad_request"),
        ({**body, "commitment": base64.b64encode(bytes(32)).decode()}, 400, "bad_request"),
        ({"content": body["content"]}, 422, "invalid"),
        ({**body, "body": "in the clear"}, 422, "invalid"),
        (change(body, body="in the clear"), 422, "invalid"),
        (change(body, ciphertext="in the clear"), 422, "invalid"),
        (change(body, algorithm="m.olm.v1.curve25519-aes-sha2"), 422, "invalid"),
        (change(body, device_id="ABCDEFGHIJKLMNOP"), 422, "invalid"),
        (change(body, sender_key="A" * 43), 422, "invalid"),
        (change(body, ciphertext="A" * (64 * 1024 + 4)), 413, "too_large"),
        ({**body, "kept": True}, 422, "invalid"),
    ]


def test_what_does_not_fit_is_refused_and_not_kept() -> None:
    one, two = given_pair()
    room = one.open_pair(two.person)
    body = one.seal(room, {"k": "text", "body": "good"})
    for misfit, status, slug in misfits(body):
        answer = put(one, room, misfit)
        assert (answer.status, answer.slug) == (status, slug), misfit
        assert "in the clear" not in str(answer.data)
    assert SealedEvent.objects.count() == 1, "the roster alone"
    assert put(one, room, body).slug == "ok"


def test_the_longest_event_is_taken() -> None:
    one, two = given_pair()
    room = one.open_pair(two.person)
    one.say(room, "x" * 32_000)
    assert words_of(two, room) == ["x" * 32_000]


def test_closed_when_the_contact_is_over() -> None:
    therapist, member = given_person("facilitator"), given_person()
    contact = given_contact(therapist, member)
    one, two = given_client(therapist), given_client(member)
    room = one.open_pair(two.person)
    two.read(room)
    contact.ended_at = contact.begins_at
    contact.save()
    for client in (one, two):
        answer = put(client, room, client.seal(room, {"k": "text", "body": "too late"}))
        assert (answer.status, answer.slug, answer.data["reason"]) == (409, "closed", "contact_over")
        view = client.must("get", f"conversations/{room}")
        assert (view["closed"], view["lane"]) == ("contact_over", "clinical")
    assert two.ask("get", f"conversations/{room}/messages").status == 200, "reading goes on"


def test_alone_in_a_pair_one_cannot_write() -> None:
    one, two = given_pair()
    room = one.open_pair(two.person)
    two.must("post", f"conversations/{room}/leave")
    answer = put(one, room, one.seal(room, {"k": "text", "body": "hello?"}))
    assert (answer.slug, answer.data["reason"]) == ("closed", "alone")


def test_timed_words_go_with_their_time_and_rosters_stay(moved: Any) -> None:
    one, two = given_pair()
    room = one.open_pair(two.person, timer_seconds=300)
    one.say(room, "for five minutes")
    version = one.must("get", f"conversations/{room}")["version"]
    one.must("post", f"conversations/{room}/settings", {"version": version, "timer_seconds": 0})
    one.say(room, "for good")
    expire_events.call()
    assert words_of(two, room) == ["for five minutes", "for good"]
    moved(301)
    expire_events.call()
    assert words_of(two, room) == ["for good"]
    events = SealedEvent.objects.order_by("seq")
    assert [(event.erased, event.content is None) for event in events] == [
        ("", False),
        ("timer", True),
        ("", False),
    ]
    assert all(event.commitment and event.stamp for event in events)


def test_ones_own_words_can_be_taken_away() -> None:
    one, two = given_pair()
    room = one.open_pair(two.person)
    sent = one.say(room, "oh no")
    event = sent["event_id"].removeprefix("$").partition(":")[0]
    assert two.ask("delete", f"conversations/{room}/messages/{event}").slug == "not_found"
    assert one.ask("delete", f"conversations/{room}/messages/{uuid.uuid4()}").slug == "not_found"
    for _ in range(2):
        assert one.ask("delete", f"conversations/{room}/messages/{event}").slug == "ok"
    assert words_of(two, room) == []
    row = SealedEvent.objects.get(pk=event)
    assert (row.content, row.erased, row.stamp) == (None, "sender", sent["stamp"])


def test_unread_counts_others_words_that_are_not_quiet() -> None:
    one, two = given_pair()
    room = one.open_pair(two.person)

    def unread(client: SealedClient) -> int:
        return int(client.must("get", f"conversations/{room}")["unread"])

    assert (unread(one), unread(two)) == (0, 0)
    one.say(room, "1")
    second = one.say(room, "2")
    one.send(room, {"k": "reaction", "to": second["event_id"], "word": "with you"}, quiet=True)
    assert (unread(one), unread(two)) == (0, 2)
    assert two.must("post", f"conversations/{room}/read", {"seq": 2}) == {"read": 2}
    assert unread(two) == 1
    assert two.must("post", f"conversations/{room}/read", {"seq": 1}) == {"read": 2}
    assert two.must("post", f"conversations/{room}/read", {"seq": 10**6}) == {"read": 4}
    assert unread(two) == 0
    rows = LogEvent.objects.filter(type="conversation.read")
    assert {row.stream for row in rows} == {person_of(two).stream}, "nobody else learns what one has read"


def test_pages_of_events() -> None:
    one, two = given_pair()
    room = one.open_pair(two.person)
    for number in range(6):
        one.say(room, str(number))

    def seqs(query: str) -> tuple[list[int], bool]:
        page = two.must("get", f"conversations/{room}/messages?{query}")
        return [event["seq"] for event in page["events"]], page["more"]

    assert seqs("after=0&limit=3") == ([1, 2, 3], True)
    assert seqs("after=5&limit=3") == ([6, 7], False)
    assert seqs("before=4&limit=2") == ([2, 3], True)
    assert seqs("limit=2") == ([6, 7], True)
    assert seqs("after=7") == ([], False)


def test_a_conversations_id_is_its_creators() -> None:
    people = given_friends(3)
    one, two = given_client(people[0]), given_client(people[1])
    seed = bytes(range(32))
    theirs = {
        "id": str(room_id(two.user, seed)),
        "seed": b64(seed),
        "kind": "circle",
        "members": ids_of(people[1:]),
    }
    assert one.ask("post", "conversations", theirs).slug == "invalid"
    mine = theirs | {"id": str(room_id(one.user, seed))}
    assert one.ask("post", "conversations", mine | {"seed": b64(seed[:31])}).slug == "invalid"
    made = one.must("post", "conversations", mine)
    assert (made["duplicate"], made["creator"], made["keeper"]) == (False, one.person, one.person)
    assert one.must("post", "conversations", mine)["duplicate"] is True
    assert one.ask("post", "conversations", mine | {"kind": "pair", "members": [two.person]}).slug == "denied"


def test_there_is_one_conversation_of_two() -> None:
    one, two = given_pair()
    room = one.open_pair(two.person)
    assert two.open_pair(one.person) == room
    assert len(one.must("get", "conversations")["conversations"]) == 1
    assert given_client(given_person()).must("get", "conversations") == {"conversations": []}


def test_contacts_are_those_who_may_be_written_to() -> None:
    therapist, member = given_person("facilitator"), given_person()
    given_contact(therapist, member)
    one = given_client(therapist)
    (row,) = one.must("get", "contacts")["contacts"]
    assert (row["person"], row["lane"], row["set_up"]) == (str(member.pk), "clinical", False)
    assert row["name"] == f"member {member.name}"
    given_client(member)
    assert one.must("get", "contacts")["contacts"][0]["set_up"] is True
