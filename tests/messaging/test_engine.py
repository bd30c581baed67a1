"""The browser's engine itself, on the relay, with the Python client at the other end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.given import given_person
from tests.messaging.client import SealedClient
from tests.messaging.engine import Engine
from tests.messaging.given import bare_client, given_client, given_contact, words_of
from tests.messaging.sealing import b64

pytestmark = pytest.mark.django_db
Talkers = tuple[Engine, SealedClient]


@pytest.fixture
def talkers() -> Iterator[Talkers]:
    """A therapist with the browser's engine and a member with the Python client, each with an identity."""
    therapist, member = given_person("facilitator"), given_person()
    given_contact(therapist, member)
    device = bare_client(therapist)
    device.register("Browser")
    with Engine(device) as engine:
        engine.begin()
        yield engine, given_client(member)


def test_engine_and_python_talk(talkers: Talkers) -> None:
    engine, python = talkers
    both = [engine.device.user, python.user]
    room = python.open_pair(engine.device.person)
    python.say(room, "from Python")
    engine.sync(*both)
    assert [words["k"] for words in engine.read(room)] == ["roster", "text"]
    assert engine.read(room)[1]["body"] == "from Python"
    engine.say(room, both, {"k": "text", "n": 1, "at": 0, "body": "from the engine"})
    assert words_of(python, room) == ["from Python", "from the engine"]
    assert python.refused == []


def test_engine_begins(talkers: Talkers) -> None:
    engine, python = talkers
    both = [engine.device.user, python.user]
    engine.sync(*both)
    room = python.open_pair(engine.device.person)
    spare = bare_client_of(python)
    engine.sync(*both)
    engine.say(room, both, {"k": "text", "n": 1, "at": 0, "body": "to both devices"})
    for client in (python, spare):
        assert words_of(client, room) == ["to both devices"]


def bare_client_of(client: SealedClient) -> SealedClient:
    """One more device of the same person."""
    return SealedClient(client.door, client.person, client.identity).set_up()


def test_the_engines_backup_and_dehydrated_device_are_taken(talkers: Talkers) -> None:
    engine, python = talkers
    both = [engine.device.user, python.user]
    room = python.open_pair(engine.device.person)
    engine.sync(*both)
    engine.say(room, both, {"k": "text", "n": 1, "at": 0, "body": "to be kept"})
    made = engine.order("backup")
    assert engine.device.must("post", "room_keys/version", made["version"]) == {"version": "1"}
    for found in made["keys"]["rooms"].values():
        for session in found["sessions"].values():
            session |= {"hs_mac": b64(bytes(32)), "hs_sender": ""}
    assert engine.device.must("put", "room_keys/keys?version=1", made["keys"]) == {"etag": "1", "count": 2}
    assert engine.device.must("get", "room_keys/keys?version=1")["rooms"] == made["keys"]["rooms"]
    waiting = engine.order("dehydrate")
    assert engine.device.must("put", "dehydrated_device", waiting) == {"device_id": waiting["device_id"]}
    assert engine.device.must("get", "dehydrated_device")["device_data"] == waiting["device_data"]
