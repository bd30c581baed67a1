"""Encrypted files: taken whole or not at all, read by who is in the conversation, gone with their time."""

from __future__ import annotations

import hashlib
import os
from typing import Any

import pytest

from messaging.actions import blobs
from messaging.jobs import drop_blobs
from messaging.models import Blob, BlobChunk
from tests.messaging.client import SealedClient
from tests.messaging.given import given_client, given_friends, given_pair, ids_of
from tests.messaging.sealing import b64

pytestmark = pytest.mark.django_db
CHUNK = 256 * 1024


def begin(client: SealedClient, room: str, data: bytes, **more: Any) -> Any:
    """Begin a file of this ciphertext."""
    body = {"conversation": room, "size": len(data), "chunks": -(-len(data) // CHUNK), **more}
    body.setdefault("sha256", b64(hashlib.sha256(data).digest()))
    return client.ask("post", "blobs", body)


def put(client: SealedClient, room: str, data: bytes) -> str:
    """Put a whole file in; answers its id."""
    blob = str(begin(client, room, data).data["id"])
    for n in range(0, len(data), CHUNK):
        client.must("put", f"blobs/{blob}/{n // CHUNK}", data[n : n + CHUNK])
    client.must("post", f"blobs/{blob}/done")
    return blob


def test_a_file_comes_back_byte_for_byte() -> None:
    one, two = given_pair()
    room = one.open_pair(two.person)
    data = os.urandom(2 * CHUNK + 17)
    blob = put(one, room, data)
    about = two.must("get", f"blobs/{blob}")
    assert (about["size"], about["chunks"], about["conversation"]) == (len(data), 3, room)
    parts = [two.must("get", f"blobs/{blob}/{n}") for n in range(3)]
    assert b"".join(parts) == data
    assert two.ask("get", f"blobs/{blob}/3").slug == "not_found"
    response = two.door.browser.client.get(f"/api/messaging/blobs/{blob}/0")  # type: ignore[attr-defined]
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"] == "attachment"
    assert response.headers["Cache-Control"] == "no-store"


def test_a_file_is_there_only_when_all_of_it_came() -> None:
    one, two = given_pair()
    room = one.open_pair(two.person)
    data = os.urandom(CHUNK + 1)
    blob = begin(one, room, data).data["id"]
    assert one.ask("put", f"blobs/{blob}/0", data[:CHUNK]).slug == "ok"
    assert one.ask("get", f"blobs/{blob}").slug == "not_found"
    assert one.ask("post", f"blobs/{blob}/done").slug == "invalid"
    assert one.ask("put", f"blobs/{blob}/1", b"xx").slug == "too_large", "more than was announced"
    assert one.ask("put", f"blobs/{blob}/2", b"x").slug == "too_large"
    assert one.ask("put", f"blobs/{blob}/1", os.urandom(CHUNK + 1)).slug == "too_large"
    assert one.ask("put", f"blobs/{blob}/1", bytes((data[-1] ^ 1,))).slug == "ok"
    assert one.ask("post", f"blobs/{blob}/done").slug == "invalid", "another byte than was announced"
    assert one.ask("put", f"blobs/{blob}/1", data[CHUNK:]).slug == "ok", "a place is written anew"
    for _ in range(2):
        assert one.ask("post", f"blobs/{blob}/done").slug == "ok"
    assert one.ask("put", f"blobs/{blob}/1", data[CHUNK:]).slug == "closed"
    assert two.ask("delete", f"blobs/{blob}").slug == "not_found"
    assert one.ask("delete", f"blobs/{blob}").slug == "ok"
    assert two.ask("get", f"blobs/{blob}").slug == "not_found"
    assert not BlobChunk.objects.exists()


def test_how_much_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = given_pair()
    room = one.open_pair(two.person)
    sizes = {25 * 1024 * 1024: "ok", 25 * 1024 * 1024 + 1: "too_large"}
    for size, slug in sizes.items():
        assert begin(one, room, b"x", size=size, chunks=101).slug == slug
    assert begin(one, room, b"x", size=CHUNK + 1, chunks=1).slug == "too_large"
    assert begin(one, room, b"x", chunks=0).slug == "invalid"
    assert begin(one, room, b"x", sha256="A" * 42).slug == "invalid"
    monkeypatch.setattr(blobs, "MOST_PERSON", 25 * 1024 * 1024 + 5)
    assert [begin(one, room, b"xxx").slug for _ in range(2)] == ["ok", "too_large"]
    assert begin(two, room, b"xxx").slug == "ok", "each has their own room"


def test_a_file_is_for_who_is_in_the_conversation() -> None:
    people = given_friends(4)
    one, gone, late = given_client(people[0]), given_client(people[1]), given_client(people[3])
    room = one.open_circle(ids_of(people[1:3]))
    blob = put(one, room, b"sealed")
    assert gone.ask("get", f"blobs/{blob}/0").data == b"sealed"
    one.say(room, "see above")
    one.must("post", f"conversations/{room}/members", {"add": [late.person], "remove": [gone.person]})
    later = put(one, room, b"later")
    assert gone.ask("get", f"blobs/{blob}/0").slug == "not_found"
    assert late.ask("get", f"blobs/{blob}/0").slug == "not_found"
    assert late.ask("get", f"blobs/{later}/0").data == b"later"
    assert begin(gone, room, b"x").slug == "not_found"


def test_files_go_with_their_time_and_unfinished_ones_after_a_day(moved: Any) -> None:
    one, two = given_pair()
    room = one.open_pair(two.person, timer_seconds=300)
    timed = put(one, room, b"for five minutes")
    moved(301)
    assert one.ask("get", f"blobs/{timed}").slug == "not_found"
    drop_blobs.call()
    assert not Blob.objects.exists()
    moved(0)
    version = one.must("get", f"conversations/{room}")["version"]
    one.must("post", f"conversations/{room}/settings", {"version": version, "timer_seconds": 0})
    stays = put(one, room, b"stays")
    begin(one, room, b"never finished")
    moved(86_401)
    drop_blobs.call()
    assert [str(blob.id) for blob in Blob.objects.all()] == [stays]
