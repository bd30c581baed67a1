"""Stopping in the middle of the talk: everybody is told, everything acknowledged is kept, and the exit is clean."""

from __future__ import annotations

import asyncio
import signal
import time

from tests.client import Dropped, LiveClient
from tests.consumers.given import copied_server, faults_in, load_member, open_room
from tests.server import SignedIn

SOCKETS = 100


async def test_sigterm_under_load() -> None:
    with copied_server() as server:
        with server.sign_in("hannah") as host:
            room = open_room(server, host)
            people = room.join_load(*range(8))
        clients = [LiveClient(server.socket_url, people[number % 8].ticket) for number in range(SOCKETS)]
        for client in clients:
            await client.connect()
            await client.subscribe(room.stream)
        acked: list[str] = []
        talks = [
            asyncio.create_task(talk(client, room.topic, number, acked))
            for number, client in enumerate(clients)
        ]
        await asyncio.sleep(1)
        assert server.process is not None
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        code = await asyncio.to_thread(server.process.wait, 10)
        took = time.monotonic() - began
        await asyncio.wait_for(asyncio.gather(*talks), 5)
        for client in clients:
            await client.until(lambda client=client: client.closed)  # type: ignore[misc]
        assert (code, took < 5) == (0, True)
        assert {client.closed for client in clients} == {(3001, "the server restarts")}
        assert faults_in(server.log.read_text()) == []
        assert len(acked) > 20
        server.start()
        kept = [post["body"] for post in room.posts(load_member(server, 0))]
        assert set(acked) <= set(kept)
        assert len(set(kept)) == len(kept)


async def talk(client: LiveClient, topic: str, number: int, acked: list[str]) -> None:
    """Post until the line ends; note what was acknowledged."""
    turn = 0
    while True:
        turn += 1
        body = f"{number} says {turn}"
        try:
            answer = await client.post(topic, body)
        except Dropped:
            return
        if "error" not in answer:
            acked.append(body)
        await asyncio.sleep(0.02)  # one socket may send 60 frames a second


def test_sigint_is_as_clean() -> None:
    with copied_server() as server:
        assert server.process is not None
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(5) == 0


def test_a_request_on_an_idle_line_does_not_hold_it_up() -> None:
    with copied_server() as server:
        people = [SignedIn(server.base) for _ in range(5)]  # keep-alive connections stay open
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < 5
        for person in people:
            person.close()
