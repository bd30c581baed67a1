"""Sealed conversations on a server that dies: nothing is lost, nothing comes twice, and no word lies anywhere."""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import httpx
import pytest

from tests.consumers.given import copied_server, email_of, load_member
from tests.faults.test_canary import found_in
from tests.messaging.client import SealedClient
from tests.messaging.doors import HttpDoor
from tests.messaging.joining import join
from tests.server import Server

MESSAGES, KILLS = 40, 3


@contextlib.contextmanager
def two_people() -> Iterator[tuple[Server, SealedClient, SealedClient]]:
    """A server, and two members on it who may write to each other, each with a device."""
    with copied_server() as server:
        join(server, email_of(server, 0), email_of(server, 1))
        clients = []
        for number in (0, 1):
            signed_in = load_member(server, number)
            person = signed_in.get("/api/me").json()["person"]["id"]
            clients.append(SealedClient(HttpDoor(signed_in), person).set_up())
        yield server, clients[0], clients[1]


def insist(act: Callable[[], Any]) -> Any:
    """Do it again until the server answers."""
    for _ in range(400):
        try:
            return act()
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("the server did not come back")


def numbers(client: SealedClient) -> list[int]:
    """What waits for a device, in its order."""
    found: list[int] = []
    events = client.must("get", "sync?since=")["to_device"]["events"]
    found += [event["content"]["n"] for event in events if event["type"] == "m.room_key_request"]
    return found


@pytest.mark.slow
def test_a_server_killed_again_and_again_loses_no_message_and_repeats_none() -> None:
    with two_people() as (server, one, two):
        room = one.open_pair(two.person)
        sealed = [one.seal(room, {"k": "text", "body": f"line {number}"}) for number in range(MESSAGES)]
        two.sync()
        stop = threading.Event()

        def kill() -> None:
            for _ in range(KILLS):
                if not stop.wait(0.7):
                    server.restart(kill=True)

        killer = threading.Thread(target=kill)
        killer.start()
        try:
            answers = []
            for number, body in enumerate(sealed):
                messages = {"messages": {two.user: {two.device: {"n": number}}}}
                insist(partial(one.must, "put", f"to_device/m.room_key_request/note{number}", messages))
                answers.append(
                    insist(partial(one.must, "put", f"conversations/{room}/send/line{number}", body))
                )
                time.sleep(0.05)
        finally:
            stop.set()
            killer.join()
        assert numbers(two) == list(range(MESSAGES))
        server.restart(kill=True)
        assert numbers(two) == list(range(MESSAGES)), "unacknowledged, all of it comes again in order"
        shown = two.read(room)
        texts = [
            (row.event["seq"], row.words["body"]) for row in shown if row.words and row.words["k"] == "text"
        ]
        assert texts == [(answer["seq"], f"line {number}") for number, answer in enumerate(answers)]
        assert numbers(two) == []
        server.restart(kill=True)
        assert numbers(two) == [], "what was acknowledged stays away"


PLACES = ("text", "reply", "edit", "title", "file", "device", "renamed", "refused")


def test_sealed_words_are_nowhere() -> None:
    words = {place: f"canary{secrets.token_hex(8)}" for place in PLACES}
    with two_people() as (server, one, two):
        room = one.open_pair(two.person)
        said = one.say(room, words["text"])
        one.send(room, {"k": "roster", "title": words["title"], "version": 0}, quiet=True)
        one.send(room, {"k": "edit", "to": said["event_id"], "body": words["edit"]}, quiet=True)
        one.send(room, {"k": "file", "name": words["file"]})
        assert words["text"] in str([shown.words for shown in two.read(room)]), (
            "it was really there to be found"
        )
        two.say(room, words["reply"])
        assert words["reply"] in str([shown.words for shown in one.read(room)])
        spare = two.must("post", "devices", {"name": words["device"]})["device_id"]
        two.must("post", f"devices/{spare}/name", {"name": words["renamed"]})
        assert words["renamed"] in str(two.must("get", "devices"))
        body = one.seal(room, {"k": "text", "body": "x"}) | {"body": words["refused"]}
        assert one.ask("put", f"conversations/{room}/send/bad", body).slug == "invalid"
        assert one.ask("post", "keys/upload", {"device_keys": {"x": words["refused"]}}).slug == "bad_keys"
        assert found_in(server.data.parent, words) == [], "while serving"
        server.kill()
        assert found_in(server.data.parent, words) == [], "after a kill"


def test_a_restored_copy_hands_no_key_out_twice_and_every_client_begins_again() -> None:
    with two_people() as (server, one, two):
        before = two.must("get", "sync?since=")
        assert before["device_one_time_keys_count"]["signed_curve25519"] == 20
        server.stop()
        done = server.run("restored")
        assert done.returncode == 0, done.stderr
        assert "40 one-time keys were removed" in done.stdout
        server.start()
        after = two.must("get", f"sync?since={before['next']}")
        assert after["reset"] is True
        assert after["next"] != before["next"]
        assert after["device_one_time_keys_count"]["signed_curve25519"] == 0
        room = one.open_pair(two.person)
        one.say(room, "by the fallback key")
        assert [shown.words["body"] for shown in two.read(room) if shown.words and "body" in shown.words] == [
            "by the fallback key"
        ]
