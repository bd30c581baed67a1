"""A server that dies at the worst moment: nothing acknowledged is missing, nothing is written twice."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from tests.client import Dropped, LiveClient
from tests.consumers.given import Room, copied_server, joined, load_member, open_room
from tests.server import Server

KILLS = 4


async def test_killed_between_commit_and_acknowledgement() -> None:
    with copied_server() as server:
        with server.sign_in("hannah") as host:
            room = open_room(server, host)
            room.join_load(0)
        await killed_after_commit(server, room)


async def killed_after_commit(server: Server, room: Room) -> None:
    """Restart with the failpoint, post, and see that a resend finds what was kept."""
    server.stop()
    server.env["HEARTHSIDE_FAILPOINT"] = "after_commit"
    server.start()
    asked: dict[str, Any] = {"topic": room.topic, "body": "said once", "nonce": "nonce-at-the-edge"}
    async with joined(server, load_member(server, 0), stream=room.stream) as (client,):
        with pytest.raises(Dropped):
            await client.rpc("post.submit", **asked)
    assert server.process is not None
    assert server.process.wait(5) == -9
    del server.env["HEARTHSIDE_FAILPOINT"]
    server.start()
    async with joined(server, load_member(server, 0)) as (client,):
        await client.subscribe(room.stream, since=0)
        answers = [await client.rpc("post.submit", **asked) for _ in range(3)]
        posts = room.posts(load_member(server, 0))
        assert [post["body"] for post in posts] == ["said once"]
        assert answers == [answers[0]] * 3
        assert answers[0]["duplicate"] is True
        assert (answers[0]["id"], answers[0]["seq"]) == (posts[0]["id"], posts[0]["seq"])
        events = [event for event in client.streams[room.stream].events if event["type"] == "post.published"]
        assert [(event["post"], event["seq"]) for event in events] == [(posts[0]["id"], posts[0]["seq"])]


@pytest.mark.slow
async def test_killed_again_and_again_under_load() -> None:
    with copied_server() as server:
        with server.sign_in("hannah") as host:
            room = open_room(server, host)
            people = room.join_load(0, 1, 2)
        clients = [LiveClient(server.socket_url, person.ticket) for person in people]
        for client in clients:
            await client.connect()
            await client.subscribe(room.stream)
        acked: dict[str, dict[str, Any]] = {}
        stop = asyncio.Event()
        talks = [
            asyncio.create_task(talk(client, room, name, acked, stop)) for name, client in enumerate(clients)
        ]
        draw = random.Random(7)
        for _ in range(KILLS):
            await asyncio.sleep(draw.uniform(0.3, 0.8))
            await asyncio.to_thread(server.restart, kill=True)
        await asyncio.sleep(0.5)
        stop.set()
        await asyncio.gather(*talks)
        posts = room.posts(load_member(server, 0))
        assert len(acked) > 20 * KILLS
        assert {post["body"]: post["id"] for post in posts} == {
            body: ack["id"] for body, ack in acked.items()
        }
        assert len(posts) == len(acked), "nothing is there twice"
        for client in clients:
            await client.until(lambda client=client: client.streams[room.stream].offset >= posts[-1]["seq"])  # type: ignore[misc]
            offsets = [publication["offset"] for publication in client.streams[room.stream].publications]
            assert offsets == list(range(offsets[0], offsets[0] + len(offsets)))
            await client.close()


async def talk(
    client: LiveClient, room: Room, name: int, acked: dict[str, dict[str, Any]], stop: asyncio.Event
) -> None:
    """Post one line after another; each is sent again with its nonce until it is answered."""
    number = 0
    while not stop.is_set():
        number += 1
        body = f"{name} says {number}"
        while body not in acked:
            try:
                answer = await client.post(room.topic, body, nonce=f"nonce-{name}-{number}")
                assert "error" not in answer, answer
                acked[body] = answer
                await asyncio.sleep(0.02)  # one socket may send 60 frames a second
            except Dropped:
                await come_back(client)


async def come_back(client: LiveClient) -> None:
    """Connect again, however long the server is away."""
    for _ in range(200):
        await asyncio.sleep(0.05)
        try:
            await client.drop()
            assert await client.resume() == {}, "every stream is recovered"
            return
        except AssertionError:
            raise
        except Exception:
            continue
    raise AssertionError("the server did not come back")
