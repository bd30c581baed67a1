"""Messages to devices: queued once, in order, and there until they are acknowledged."""

from __future__ import annotations

from collections import deque
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from hearthside import live
from hearthside.models import LogEvent
from messaging.models import ToDevice
from tests.given import given_person
from tests.messaging.client import SealedClient
from tests.messaging.given import (
    bare_client,
    given_client,
    given_contact,
    given_friends,
    given_pair,
    person_of,
)
from tests.messaging.sealing import Json

pytestmark = pytest.mark.django_db
VERIFY = "m.key.verification.request"


def note(client: SealedClient, messages: Json, txn: str = "t1", kind: str = VERIFY) -> Any:
    """Queue contents; answers the status."""
    return client.ask("put", f"to_device/{kind}/{txn}", {"messages": messages})


def waiting(client: SealedClient) -> list[Any]:
    """The bodies that wait for a client, without acknowledging."""
    return [event["content"] for event in client.must("get", "sync?since=")["to_device"]["events"]]


def test_the_same_transaction_twice_is_one_message() -> None:
    one, two = given_pair()
    for _ in range(3):
        assert note(one, {two.user: {two.device: {"n": 1}}}).data == {}
    assert waiting(two) == [{"n": 1}]
    assert note(one, {two.user: {two.device: {"n": 2}}}, "t2").data == {}
    assert note(two, {two.user: {two.device: {"n": 3}}}).data == {}, (
        "another device's transactions are its own"
    )
    assert waiting(two) == [{"n": 1}, {"n": 2}, {"n": 3}]
    assert note(one, {two.user: {two.device: {"n": 4}}}, "t2", "m.room_key_request").slug == "nonce_reused"


def test_what_is_not_acknowledged_comes_again_in_order() -> None:
    one, two = given_pair()
    for number in range(5):
        note(one, {two.user: {two.device: {"n": number}}}, f"t{number}")
    first = two.must("get", "sync?since=")["to_device"]["events"]
    assert [event["content"]["n"] for event in first] == [0, 1, 2, 3, 4]
    assert {event["sender"] for event in first} == {one.user}
    assert two.must("get", "sync?since=")["to_device"]["events"] == first
    two.must("post", "sync/ack", {"to_device": first[1]["id"]})
    assert two.must("get", "sync?since=")["to_device"]["events"] == first[2:]
    for forged in (
        "",
        "x",
        "0",
        f"{live.epoch()}-",
        f"{live.epoch()}--1",
        f"other-{10**9}",
        f"{live.epoch()}-1e9",
    ):
        two.must("post", "sync/ack", {"to_device": forged})
    assert two.must("get", "sync?since=")["to_device"]["events"] == first[2:]


def test_a_page_has_a_hundred_and_says_that_there_is_more() -> None:
    one, two = given_pair()
    rows = [
        ToDevice(device=device_of(two), sender=person_of(one), type=VERIFY, content='{"n": 1}')
        for _ in range(150)
    ]
    ToDevice.objects.bulk_create(rows)
    page = two.must("get", "sync?since=")["to_device"]
    assert (len(page["events"]), page["more"]) == (100, True)
    two.must("post", "sync/ack", {"to_device": page["events"][-1]["id"]})
    page = two.must("get", "sync?since=")["to_device"]
    assert (len(page["events"]), page["more"]) == (50, False)


def device_of(client: SealedClient) -> Any:
    """The row of a client's device."""
    return person_of(client).sealed_devices.get(device_id=client.device)


def test_an_acknowledgement_is_for_ones_own_queue_only() -> None:
    one, two = given_pair()
    phone = bare_client(person_of(two), identity=two.identity).set_up()
    note(one, {two.user: {"*": {"n": 1}}})
    last = phone.must("get", "sync?since=")["to_device"]["events"][-1]["id"]
    phone.must("post", "sync/ack", {"to_device": last})
    assert waiting(phone) == []
    assert waiting(two) == [{"n": 1}]


def test_a_star_is_every_other_device() -> None:
    one, two = given_pair()
    phone = bare_client(person_of(one), identity=one.identity).set_up()
    note(one, {one.user: {"*": {"n": 1}}, two.user: {"*": {"n": 2}, "NOBODY": {"n": 3}}})
    assert [waiting(client) for client in (one, phone, two)] == [[], [{"n": 1}], [{"n": 2}]]


def test_whom_one_may_not_reach_gets_nothing_and_one_is_not_told() -> None:
    one, two = given_pair()
    stranger, nobody = given_client(given_person()), "@11111111-1111-4111-8111-111111111111:hearthside"
    messages = {stranger.user: {"*": {"n": 1}}, nobody: {"*": {"n": 1}}, "strange": {"*": {"n": 1}}}
    assert note(one, messages | {two.user: {"*": {"n": 2}}}).data == {}
    assert (waiting(stranger), waiting(two)) == ([], [{"n": 2}])


def test_keys_and_secrets_are_not_carried_in_the_clear() -> None:
    one, two = given_pair()
    for kind in ("m.room_key", "m.secret.send", "m.forwarded_room_key", "m.dummy", "m.key.verification", "x"):
        answer = note(one, {two.user: {"*": {"session_key": "secret"}}}, kind=kind)
        assert (answer.status, answer.slug) == (400, "bad_request"), kind
    assert waiting(two) == []


def test_a_sealed_message_holds_nothing_else() -> None:
    one, two = given_pair()
    good = {"algorithm": "m.olm.v1.curve25519-aes-sha2", "sender_key": "A", "ciphertext": {}}
    for content in (
        {"body": "in the clear"},
        {**good, "body": "in the clear"},
        {**good, "algorithm": "m.megolm.v1.aes-sha2"},
        {**good, "sender_key": "in the clear"},
        {**good, "ciphertext": {"A": {"type": 2, "body": "A"}}},
        {**good, "ciphertext": {"A": {"type": 0, "body": "in the clear"}}},
        {**good, "ciphertext": {"A": {"type": 0, "body": "A", "more": "in the clear"}}},
    ):
        answer = note(one, {two.user: {"*": content}}, kind="m.room.encrypted")
        assert answer.slug == "invalid", content
        assert "in the clear" not in str(answer.data)
    assert waiting(two) == []
    assert note(one, {two.user: {"*": good}}, kind="m.room.encrypted").slug == "ok"


def test_sizes() -> None:
    one, two = given_pair()
    assert note(one, {two.user: {"*": {"a": "x" * 70_000}}}).slug == "too_large"
    assert note(one, {two.user: {str(n): {"a": "x" * 60_000} for n in range(11)}}).slug == "too_large"
    assert note(one, {two.user: {str(n): {"a": "x" * 60_000} for n in range(10)}}).slug == "ok"
    assert one.ask("put", f"to_device/{VERIFY}/t9", b"not json").slug == "bad_request"
    assert one.ask("put", f"to_device/{VERIFY}/t9", {"messages": {}, "more": 1}).slug == "invalid"
    assert one.ask("put", f"to_device/{VERIFY}/{'t' * 65}", {"messages": {}}).slug == "not_found"


def test_one_wake_up_a_person_however_many_devices() -> None:
    one, two = given_pair()
    bare_client(person_of(two), identity=two.identity).set_up()
    before = LogEvent.objects.filter(type="sealed.waiting", stream=person_of(two).stream).count()
    note(one, {two.user: {"*": {"n": 1}}, one.user: {"*": {"n": 1}}})
    rows = LogEvent.objects.filter(type="sealed.waiting", stream=person_of(two).stream)
    assert rows.count() == before + 1
    assert rows.last().object_id == "sync"  # type: ignore[union-attr]


def test_changes_of_devices_are_told_to_those_who_may_see_them() -> None:
    people = given_friends(2)
    one, two = [given_client(person) for person in people]
    stranger = given_client(given_person())
    since = {client: client.must("get", "sync?since=")["next"] for client in (one, two, stranger)}
    phone = bare_client(people[1], identity=two.identity).set_up()
    lists = {client: client.must("get", f"sync?since={place}") for client, place in since.items()}
    assert lists[one]["device_lists"] == {"changed": [two.user], "left": []}
    assert lists[two]["device_lists"]["changed"] == [two.user]
    assert lists[stranger]["device_lists"]["changed"] == []
    again = one.must("get", f"sync?since={lists[one]['next']}")
    assert again["device_lists"]["changed"] == []
    two.must("delete", f"devices/{phone.device}")
    assert one.must("get", f"sync?since={again['next']}")["device_lists"]["changed"] == [two.user]
    for place in ("x", "other-1", f"{live.epoch()}-x"):
        assert one.must("get", f"sync?since={place}")["reset"] is True
    assert lists[one]["reset"] is False


class Queue(RuleBasedStateMachine):
    """A sender that repeats itself, a receiver that loses its answers, a server whose transactions fail."""

    def __init__(self) -> None:
        super().__init__()
        one, two = given_pair()
        self.one, self.two = one, two
        self.expected: deque[int] = deque()
        self.sent: dict[str, int] = {}
        self.read: list[Json] = []

    @rule(repeat=st.booleans())
    def send(self, repeat: bool) -> None:
        number = len(self.sent)
        txn = f"t{number}"
        for _ in range(2 if repeat else 1):
            assert note(self.one, {self.two.user: {self.two.device: {"n": number}}}, txn).status == 200
        self.sent[txn] = number
        self.expected.append(number)

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def send_an_old_one_again(self, data: st.DataObject) -> None:
        txn = data.draw(st.sampled_from(sorted(self.sent)))
        assert note(self.one, {self.two.user: {self.two.device: {"n": self.sent[txn]}}}, txn).status == 200

    @rule()
    def crash_while_sending(self) -> None:
        txn = f"t{len(self.sent)}"
        with transaction.atomic():
            note(self.one, {self.two.user: {self.two.device: {"n": -1}}}, txn)
            transaction.set_rollback(True)

    @rule()
    def fetch(self) -> None:
        self.read = self.two.must("get", "sync?since=")["to_device"]["events"]

    @precondition(lambda self: self.read)
    @rule(data=st.data(), lost=st.booleans())
    def acknowledge(self, data: st.DataObject, lost: bool) -> None:
        event = data.draw(st.sampled_from(self.read))
        with transaction.atomic():
            self.two.must("post", "sync/ack", {"to_device": event["id"]})
            transaction.set_rollback(lost)
        if not lost:
            while self.expected and self.expected[0] <= event["content"]["n"]:
                self.expected.popleft()

    @invariant()
    def everything_unacknowledged_waits_in_order(self) -> None:
        events = self.two.must("get", "sync?since=")["to_device"]["events"]
        assert [event["content"]["n"] for event in events] == list(self.expected)[:100]


@pytest.mark.slow
def test_the_queue_loses_nothing_and_repeats_nothing() -> None:
    calm = settings(
        max_examples=8,
        stateful_step_count=12,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Queue, settings=calm)


def test_a_contact_that_ended_carries_nothing_more() -> None:
    therapist, member = given_person("facilitator"), given_person()
    contact = given_contact(therapist, member)
    one, two = given_client(therapist), given_client(member)
    contact.ended_at = contact.begins_at
    contact.save()
    assert note(one, {two.user: {"*": {"n": 1}}}).status == 200
    assert waiting(two) == []
