"""A database that is locked by somebody else, and a client that does not read."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from tests.consumers.given import copied_server, faults_in, joined, open_room
from tests.server import Server

DEADLINE = 5.0


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with copied_server() as running:
        yield running


@contextlib.contextmanager
def locked(server: Server) -> Iterator[None]:
    """Hold the write lock of the database file."""
    other = sqlite3.connect(server.data / "hearthside.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.rollback()
        other.close()


@pytest.mark.slow
async def test_a_locked_database_is_told_as_busy_and_then_forgotten(server: Server) -> None:
    with server.sign_in("hannah") as host:
        rooms = [open_room(server, host) for _ in range(3)]
        async with joined(server, host) as (client,):
            with locked(server):
                began = time.monotonic()
                asked = [
                    asyncio.create_task(client.post(room.topic, f"line {n}", nonce=f"nonce-locked-{n}"))
                    for n, room in enumerate(rooms)
                ]
                answers = await asyncio.gather(*asked)
                took = time.monotonic() - began
                assert host.get(f"/api/groups/{rooms[0].group}").status_code == 200, "reading goes on"
                for answer in answers:
                    assert answer["error"]["type"] == "busy"
                    assert answer["error"]["retry_after_ms"] > 0
                assert took < DEADLINE + 1
                assert client.connected
                late = asyncio.create_task(client.post(rooms[0].topic, "late", nonce="nonce-locked-late"))
                await asyncio.sleep(8 - took)
            assert (await late)["state"] == "published", "the lock went before its deadline"
            for n, room in enumerate(rooms):
                answer = await client.post(room.topic, f"line {n}", nonce=f"nonce-locked-{n}")
                assert (answer["state"], answer["duplicate"]) == ("published", False)
            assert sorted(post["body"] for post in rooms[0].posts(host)) == ["late", "line 0"]
    assert "Traceback" not in server.log.read_text()


def memory_of(pid: int) -> int:
    """Resident memory of a process, in bytes."""
    pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    return int(pages) * 4096


async def test_who_does_not_read_is_closed_and_costs_little(server: Server) -> None:
    assert server.process is not None
    with server.sign_in("hannah") as host:
        room = open_room(server, host)
        people = room.join_load(0, 1, 2, 3, 4)
        async with contextlib.AsyncExitStack() as stack:
            slow = []
            for person in people:
                line = await stack.enter_async_context(
                    connect(server.socket_url, compression=None, proxy=None, ping_interval=None, max_queue=1)
                )
                await line.send(json.dumps({"id": 1, "connect": {"token": person.ticket()}}))
                await line.recv()
                await line.send(json.dumps({"id": 2, "subscribe": {"channel": room.stream}}))
                await line.recv()
                line.transport.pause_reading()
                slow.append(line)
            before = memory_of(server.process.pid)
            (client,) = await stack.enter_async_context(joined(server, host, stream=room.stream))
            delays = []
            for number in range(450):
                began = time.monotonic()
                answer = await client.post(room.topic, f"{number} " + "a" * 19_900)
                await client.until(lambda answer=answer: client.streams[room.stream].offset >= answer["seq"])  # type: ignore[misc]
                delays.append(time.monotonic() - began)
                await asyncio.sleep(0.02 - delays[-1])  # one socket may send 60 frames a second
            grown = memory_of(server.process.pid) - before
            assert grown < 64 * 2**20, f"grew by {grown / 2**20:.0f} MiB"
            assert sorted(delays)[len(delays) // 2] < 0.25
            offsets = [publication["offset"] for publication in client.streams[room.stream].publications]
            assert offsets == list(range(offsets[0], offsets[0] + 450))
            for line in slow:
                line.transport.resume_reading()
                with contextlib.suppress(Exception):
                    async with asyncio.timeout(5):
                        while True:
                            await line.recv()
                assert line.close_code in (3008, 1006), "told so, or cut off when the message found no room"
    assert faults_in(server.log.read_text()) == []
