"""The two servers that are compared, started side by side, and how their members come in and speak."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from bench.generator import Room
from bench.sockets import Socket, open_socket
from tests.server import ROOT, Server, SignedIn


@contextlib.contextmanager
def tutorial_server(core: int | None) -> Iterator[tuple[int, str]]:
    """Channels' tutorial chat on stock Daphne: its process id and its socket address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "-v", "0"]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "bench.tutorial.settings"}
    process = subprocess.Popen([*command, "bench.tutorial.asgi:application"], cwd=ROOT, env=env)
    try:
        if core is not None:
            os.sched_setaffinity(process.pid, {core})
        end = time.monotonic() + 20
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.5):
                break
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("the tutorial chat did not start")
            time.sleep(0.05)
        yield process.pid, f"ws://127.0.0.1:{port}/ws/chat/bench/"
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


async def enter_tutorial(pid: int, url: str, members: int) -> Room:
    """A room of the tutorial chat with that many members in it."""
    room = Room(pid, lambda text, _: json.dumps({"message": text}).encode())
    for number in range(members):
        room.members.append(await open_socket(url, room.hear(number)))
    return room


async def enter_hearthside(server: Server, members: int) -> Room:
    """A group of Hearthside with that many members: signed in, a ticket each, subscribed, posting durably."""
    accounts = [row for row in server.accounts if row.get("load")][:members]
    group, run = accounts[0]["groups"][0], os.urandom(6).hex()

    def wrap(text: str, number: int) -> bytes:
        data = {"nonce": f"{run}-{number:09d}", "topic": group["topics"][0], "body": text}
        return json.dumps({"id": 100 + number, "rpc": {"method": "post.submit", "data": data}}).encode()

    assert server.process is not None
    room = Room(server.process.pid, wrap)
    for number, account in enumerate(accounts):
        room.members.append(await _enter(server, room, number, account, f"group:{group['id']}"))
    return room


async def _enter(server: Server, room: Room, number: int, account: dict[str, Any], stream: str) -> Socket:
    """One member's socket, once the server has said that the subscription stands."""
    replies: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    hear = room.hear(number)

    def on_text(payload: bytes) -> None:
        if payload == b"{}":
            member.say(b"{}")  # the answer to a ping
        elif entering:
            for line in payload.splitlines():
                replies.put_nowait(json.loads(line))
        else:
            hear(payload)

    def fetch_ticket() -> str:
        with SignedIn(server.base, session=account["session"]) as person:
            return person.ticket()

    entering = True
    ticket = await asyncio.to_thread(fetch_ticket)
    member = await open_socket(server.socket_url, on_text)
    for frame in ({"id": 1, "connect": {"token": ticket}}, {"id": 2, "subscribe": {"channel": stream}}):
        member.say(json.dumps(frame).encode())
        async with asyncio.timeout(10):
            while (reply := await replies.get()).get("id") != frame["id"]:
                pass
        if "error" in reply:
            raise RuntimeError(f"a member could not come in: {reply['error']}")
    entering = False
    return member
