"""The Python client and the browser's worker read each other; a liar between two people is found out."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from tests.messaging.client import SealedClient
from tests.messaging.device import SealedDevice
from tests.messaging.doors import HttpDoor
from tests.messaging.given_rows import give_contact
from tests.messaging.given_workers import pair, read, set_up, trust
from tests.messaging.worker_bot import WorkerBot
from tests.server import Server

pytestmark = pytest.mark.slow


def test_the_python_client_and_the_worker_read_each_other(
    server: Server, devices: ExitStack, names: Iterator[str]
) -> None:
    hannah, _ = set_up(devices, server, next(names))
    signed_in = server.sign_in(next(names))
    devices.callback(signed_in.http.close)
    person = str(signed_in.get("/api/me").json()["person"]["id"])
    robot = SealedClient(HttpDoor(signed_in), person)
    robot.set_up()
    give_contact(server, hannah.person, person)
    hannah.refreshContacts()
    talk = str(hannah.startConversation([person], {"title": "", "timerSeconds": 0, "history": False}))
    hannah.openTimeline(talk)
    hannah.sendText(talk, "from the browser", None)
    read(hannah, talk, "from the browser")
    words = [shown.words for shown in robot.read(talk)]
    assert [word and word["k"] for word in words] == ["roster", "text"]
    assert words[1] is not None
    assert words[1]["body"] == "from the browser"
    robot.say(talk, "from Python")
    read(hannah, talk, "from the browser", "from Python")
    for number in range(3):
        hannah.sendText(talk, f"line {number}", None)
    read(hannah, talk, "from the browser", "from Python", "line 0", "line 1", "line 2")
    assert [shown.words["body"] for shown in robot.read(talk)[-3:] if shown.words] == [
        "line 0",
        "line 1",
        "line 2",
    ]


@contextmanager
def liar(base: str, user: str, keys: dict[str, Any]) -> Iterator[str]:
    """A server between one person and the real one, which shows other keys for `user`; answers its address."""

    class Handler(BaseHTTPRequestHandler):
        def carry(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {
                key: value for key, value in self.headers.items() if key.lower() not in ("host", "connection")
            }
            answer = httpx.request(
                self.command, base + self.path, content=body, headers=headers, trust_env=False, timeout=30
            )
            data = answer.content
            if self.path.endswith("/keys/query") and answer.status_code == 200:
                found = answer.json()
                for part, value in keys.items():
                    if user in found.get(part, {}):
                        found[part][user] = value
                data = json.dumps(found).encode()
            self.send_response(answer.status_code)
            self.send_header("Content-Type", answer.headers.get("Content-Type", "application/json"))
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_DELETE = carry

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

    between = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=between.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{between.server_port}"
    finally:
        between.shutdown()
        between.server_close()


def false_keys(bot: WorkerBot, device: str) -> dict[str, Any]:
    """An identity made up for somebody, with a device of the same name that it has signed."""
    made = SealedDevice(HttpDoor(bot.signed_in), bot.person)
    made.device = device
    signed = made.identity.sign_device(made.device_keys)
    both = dict(made.device_keys)
    both["signatures"] = {made.user: {**both["signatures"][made.user], **signed["signatures"][made.user]}}
    return {
        "device_keys": {device: both},
        "master_keys": made.identity.key_object("master"),
        "self_signing_keys": made.identity.key_object("self_signing"),
    }


def test_a_liar_at_first_contact_is_found_out_by_the_emoji(
    server: Server, devices: ExitStack, names: Iterator[str]
) -> None:
    hannah_at, priya_at = next(names), next(names)
    priya, _ = set_up(devices, server, priya_at)
    device = priya.snapshot["devices"][0]["id"]
    lied = devices.enter_context(liar(server.base, f"@{priya.person}:hearthside", false_keys(priya, device)))
    hannah, _ = set_up(devices, server, hannah_at, base=lied)
    talk = pair(hannah, priya, server)
    assert trust(hannah, talk) == "first_seen", "nothing tells a first lie by itself"
    hannah.verifyPerson(priya.person)
    ended = compare_to_the_end(hannah, priya)
    assert "done" not in ended
    assert "mismatch" in ended
    assert trust(hannah, talk) != "verified"


def compare_to_the_end(asker: WorkerBot, asked: WorkerBot) -> set[str]:
    """Both say that the emoji are the same, whatever they see; answers how it ended for each."""

    def flow(bot: WorkerBot) -> dict[str, Any]:
        return next(iter(reversed(bot.snapshot["verifications"])), {})

    said: set[int] = set()
    for _ in range(60):
        asker.comeBack()
        asked.comeBack()
        if flow(asked).get("state") == "asked":
            asked.acceptVerification(flow(asked)["id"])
        for bot in (asker, asked):
            if flow(bot).get("state") == "comparing" and id(bot) not in said:
                said.add(id(bot))
                bot.compareVerification(flow(bot)["id"], True)
        states = {str(flow(bot).get("state")) for bot in (asker, asked)}
        if states <= {"done", "mismatch", "cancelled", "timed_out"}:
            return states
    raise AssertionError(f"{flow(asker)} {flow(asked)}")
