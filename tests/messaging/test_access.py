"""Who gets in where: a table over every route, for strangers, for removed devices and for those who have left."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from typing import Any

import pytest

import hearthside.urls
from hearthside import limits
from tests.given import Browser, given_person
from tests.messaging.client import SealedClient
from tests.messaging.doors import TestDoor
from tests.messaging.given import bare_client, given_client, given_contact, given_pair, person_of
from tests.messaging.sealing import Json, b64

pytestmark = pytest.mark.django_db

OPEN = {
    "get devices",
    "post devices",
    "get contacts",
    "get conversations",
    "get key_ledger",
    "post conversations",
    "get practice_key",
}
OWN = {
    "post device_signing/upload", "post keys/query", "get room_keys/version", "post room_keys/version",
    "delete room_keys/version/{number}", "put room_keys/keys", "get room_keys/keys", "get recovery_blob",
    "put recovery_blob", "get dehydrated_device", "put dehydrated_device", "delete dehydrated_device",
    "post dehydrated_device/{device_id}/events", "put key_copy", "delete key_copy",
}  # fmt: skip
OF_ADMINS = {
    "put practice_key",
    "delete practice_key",
    "get key_copies",
    "post key_copies/{person}/open",
}  # fmt: skip  test_practice_key.py
BY_DEVICE = {
    "post keys/upload", "post keys/claim", "post signatures/upload", "put to_device/{kind}/{txn}", "get sync",
    "post sync/ack", "put conversations/{conversation}/send/{txn}",
}  # fmt: skip


@cache
def routes() -> set[str]:
    """Every route of the relay, as the API's own document lists them."""
    schema = hearthside.urls.api.get_openapi_schema(path_prefix="")
    found = set()
    for path, operations in schema["paths"].items():
        if path.startswith("/messaging/"):
            found |= {f"{method} {path.removeprefix('/messaging/')}" for method in operations}
    return found


class Room:
    """A conversation with everything in it that a route can name."""

    def __init__(self) -> None:
        self.one, self.two = given_pair()
        self.id = self.one.open_pair(self.two.person)
        self.event = self.one.say(self.id, "hello")["event_id"].removeprefix("$").partition(":")[0]
        data = b"sealed"
        body = {"conversation": self.id, "size": 6, "chunks": 1, "sha256": b64(hashlib.sha256(data).digest())}
        self.blob = self.one.must("post", "blobs", body)["id"]
        self.one.must("put", f"blobs/{self.blob}/0", data)
        self.one.must("post", f"blobs/{self.blob}/done")
        self.unfinished = self.one.must("post", "blobs", body)["id"]

    def ids(self, route: str) -> dict[str, str]:
        """What stands in the route's braces."""
        blob = self.blob if route.startswith("get") else self.unfinished
        return {
            "conversation": self.id,
            "event": self.event,
            "blob": blob,
            "n": "0",
            "device_id": self.one.device,
            "number": "1",
            "kind": "m.room_key_request",
            "txn": "t1",
            "person": self.two.person,
        }


def body_for(route: str, room: Room) -> Any:
    """A body that fits the route."""
    bodies: dict[str, Any] = {
        "post devices": {"name": "x"},
        "post devices/{device_id}/name": {"name": "x"},
        "post keys/upload": {},
        "post keys/query": {"device_keys": {}},
        "post keys/claim": {"one_time_keys": {}},
        "put to_device/{kind}/{txn}": {"messages": {}},
        "post sync/ack": {"to_device": ""},
        "put practice_key": {"public_key": "AAAA"},
        "post key_copies/{person}/open": {"reason": "somebody asks for it"},
        "post conversations/{conversation}/members": {"add": [], "remove": []},
        "post conversations/{conversation}/creator": {"person": room.one.person},
        "post conversations/{conversation}/settings": {"version": 1, "timer_seconds": 0},
        "post conversations/{conversation}/read": {"seq": 1},
        "post blobs": {"conversation": room.id, "size": 1, "chunks": 1, "sha256": "A" * 43},
        "put blobs/{blob}/{n}": b"x",
    }
    if route == "put conversations/{conversation}/send/{txn}":
        return room.one.seal(room.id, {"k": "text", "body": "x"})
    return bodies.get(route, {})


def ask(door: Any, route: str, room: Room, *, device: str = "") -> Any:
    """Ask a route for what is in the room."""
    method, _, path = route.partition(" ")
    path = re.sub(r"\{(?:path:)?(\w+)\}", lambda match: room.ids(route)[match[1]], path)
    if path == "report_recipients":
        path += f"?conversation={room.id}"
    if method == "get" and path == "room_keys/keys":
        path += "?version=1"
    return door.ask(method, path, body_for(route, room), device=device)


def foreign() -> set[str]:
    """The routes that name something of somebody's, or a conversation's."""
    return routes() - OPEN - OWN - OF_ADMINS - BY_DEVICE - {"get report_recipients"} | {
        "put conversations/{conversation}/send/{txn}", "post blobs", "get report_recipients",
    }  # fmt: skip


def test_the_lists_are_of_routes() -> None:
    assert routes() >= OPEN | OWN | OF_ADMINS | BY_DEVICE
    assert len(routes()) == 52
    assert len(foreign()) == 20


def test_strangers_find_nothing_anywhere() -> None:
    room = Room()
    therapist, admin = given_person("facilitator"), given_person("admin")
    given_contact(
        person_of(room.one), therapist
    )  # knows one of the two, and is still not in their conversation
    for person in (given_person(), therapist, admin):
        stranger = given_client(person)
        for route in sorted(foreign()):
            answer = ask(stranger.door, route, room, device=stranger.device)
            assert (answer.status, answer.slug) == (404, "not_found"), (person.role, route, answer)
    for route in sorted(foreign()):
        if route.startswith("get"):
            assert ask(room.one.door, route, room, device=room.one.device).status == 200, route


def test_a_removed_device_is_locked_out_of_every_route() -> None:
    room = Room()
    phone = bare_client(person_of(room.one), identity=room.one.identity).set_up()
    assert ask(phone.door, "get sync", room, device=phone.device).status == 200
    room.one.must("delete", f"devices/{phone.device}")
    for route in sorted(routes()):
        answer = ask(phone.door, route, room, device=phone.device)
        assert answer.status in (404, 422), (route, answer)
        assert answer.status == 404 or route in OPEN | OWN, (route, answer)
    assert ask(phone.door, "get sync", room).slug == "not_found", "without a device neither"


@pytest.mark.parametrize("route", sorted(BY_DEVICE))
def test_what_a_device_does_needs_a_device_of_ones_own(route: str) -> None:
    room = Room()
    stranger = given_client(given_person())
    for device in ("", stranger.device, "A" * 16):
        assert ask(room.one.door, route, room, device=device).slug == "not_found", device
    assert ask(room.one.door, route, room, device=room.one.device).slug not in ("not_found", "denied")


def test_signed_out_nothing_is_answered() -> None:
    room = Room()
    nobody = TestDoor(Browser())
    for route in sorted(routes()):
        assert ask(nobody, route, room).slug == "signed_out", route


def test_a_closed_account_is_out_at_once() -> None:
    room = Room()
    person = person_of(room.two)
    person.is_active = False
    person.save()
    for route in sorted(routes()):
        assert ask(room.two.door, route, room, device=room.two.device).slug == "signed_out", route


@pytest.mark.parametrize("path", ["devices", "devices/{device}/store_secret"])
def test_names_and_secrets_of_devices_are_their_owners(path: str) -> None:
    one, two = given_pair()
    own = one.must("get", path.format(device=one.device))
    assert own.get("devices", [{"name": "Laptop"}])[0]["name"] == "Laptop"
    other = two.ask("get", path.format(device=one.device))
    assert other.slug == "not_found" if "{" in path else one.device not in str(other.data)


def test_ten_devices_and_then_the_next_step() -> None:
    client: SealedClient = bare_client(given_person())
    for number in range(10):
        client.must("post", "devices", {"name": f"number {number}"})
    answer = client.ask("post", "devices", {"name": "one more"})
    assert (answer.status, answer.slug) == (409, "too_many_devices")
    assert "Remove a device" in answer.data["detail"]
    rows = client.must("get", "devices")["devices"]
    client.must("post", f"devices/{rows[0]['device_id']}/name", {"name": "renamed"})
    client.must("delete", f"devices/{rows[1]['device_id']}")
    client.must("post", "devices", {"name": "one more"})
    names = [row["name"] for row in client.must("get", "devices")["devices"]]
    assert names == ["renamed", *(f"number {number}" for number in range(2, 10)), "one more"]


def test_a_secret_is_the_same_again_and_of_one_device() -> None:
    client = bare_client(given_person())
    made = [client.must("post", "devices", {"name": "x"}) for _ in range(2)]
    secrets = [client.must("get", f"devices/{one['device_id']}/store_secret")["store_secret"] for one in made]
    assert secrets == [one["store_secret"] for one in made]
    assert len(set(secrets)) == 2


def test_too_many_at_once_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    client = given_client(given_person())
    monkeypatch.setattr(limits, "_limiter", limits.Limiter("sealed.sync=1/h:2,sealed.devices=1/h:1"))
    statuses = [client.ask("get", "sync?since=").status for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert client.ask("get", "devices").status == 200
    answer: Any = client.ask("get", "devices")
    assert (answer.slug, answer.data["retry_after_ms"] > 0) == ("rate_limited", True)


def test_the_same_body_for_what_is_absent_and_what_is_not_ones_own() -> None:
    room = Room()
    stranger = given_client(given_person())

    def answer(conversation: str) -> Json:
        return dict(stranger.ask("get", f"conversations/{conversation}").data)

    assert answer(room.id) == answer("11111111-1111-4111-8111-111111111111") == answer("nothing")
