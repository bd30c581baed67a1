"""The official Python client (PyPI centrifuge-python) against our socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from centrifuge import (
    CentrifugeError,
    Client,
    ClientEventHandler,
    PublicationContext,
    SubscribedContext,
    Subscription,
    SubscriptionErrorContext,
    SubscriptionEventHandler,
    UnsubscribedContext,
)

from tests.consumers.given import Room, load_member
from tests.official.bad_line import bad_line
from tests.server import Server, SignedIn

CLIENTS = 6
DROPS = 150


async def until(met: Callable[[], object], within: float = 5) -> None:
    """Wait until `met()` is true; raises TimeoutError after `within` seconds."""
    end = asyncio.get_running_loop().time() + within
    for _ in iter(lambda: bool(met()), True):
        if asyncio.get_running_loop().time() > end:
            raise TimeoutError
        await asyncio.sleep(0.02)


@dataclass
class Follower(SubscriptionEventHandler, ClientEventHandler):
    """One client of one person, which keeps what it is told."""

    person: SignedIn
    url: str
    stream: str
    headers: dict[str, str] = field(default_factory=dict)
    token: str = ""
    offsets: list[int] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    acked: dict[str, str] = field(default_factory=dict)
    recovered: list[bool] = field(default_factory=list)
    errors: list[Any] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    client: Client = field(init=False)
    subscription: Subscription = field(init=False)

    def __post_init__(self) -> None:
        self.client = Client(
            self.url,
            events=self,
            token=self.token,
            get_token=None if self.token else self.ticket,
            min_reconnect_delay=0.02,
            max_reconnect_delay=0.1,
            headers=self.headers,
            proxy=None,
        )
        self.subscription = self.client.new_subscription(
            self.stream, events=self, min_resubscribe_delay=0.02, max_resubscribe_delay=0.1
        )

    async def ticket(self) -> str:
        return await asyncio.to_thread(self.person.ticket)

    async def on_connected(self, ctx: Any) -> None:
        self.client.set_token("")  # a ticket works once

    async def on_subscribed(self, ctx: SubscribedContext) -> None:
        if ctx.was_recovering:
            self.recovered.append(ctx.recovered)

    async def on_publication(self, ctx: PublicationContext) -> None:
        self.offsets.append(ctx.pub.offset)
        self.events.append(ctx.pub.data)

    async def on_error(self, ctx: SubscriptionErrorContext) -> None:
        self.errors.append(ctx)

    async def on_unsubscribed(self, ctx: UnsubscribedContext) -> None:
        self.ended.append(ctx.code)

    async def on_disconnected(self, ctx: Any) -> None:
        self.ended.append(ctx.code)

    async def begin(self) -> None:
        await self.client.connect()
        await self.subscription.subscribe()
        await self.subscription.ready(timeout=10)

    async def post(self, topic: str, body: str, nonce: str) -> dict[str, Any]:
        """Post, again and again with the same nonce until there is an answer."""
        data = {"topic": topic, "body": body, "nonce": nonce}
        while True:
            try:
                answer = await self.client.rpc("post.submit", data, timeout=5)
            except CentrifugeError:
                await asyncio.sleep(0.02)
                continue
            self.acked[answer.data["id"]] = body
            return dict(answer.data)

    async def reach(self, seq: int) -> None:
        """Wait until everything up to `seq` came."""
        await until(lambda: self.offsets and self.offsets[-1] >= seq, within=15)


async def test_nothing_is_missing_or_twice_over_many_drops(server: Server, room: Room) -> None:
    people = await asyncio.to_thread(room.join_load, *range(CLIENTS))
    async with bad_line(server.port, seed=11) as line:
        followers = [Follower(person, line.url, room.stream) for person in people]
        await asyncio.gather(*(follower.begin() for follower in followers))
        cutting = asyncio.create_task(line.cut_many(DROPS, seconds=0.03))

        async def talk(name: int, follower: Follower) -> None:
            number = 0
            while not cutting.done():
                number += 1
                await follower.post(room.topic, f"{name} says {number}", f"nonce-{name}-{number}-py")
                await asyncio.sleep(0.05)

        await asyncio.gather(*(talk(name, follower) for name, follower in enumerate(followers)))
        await cutting
        last = await followers[0].post(room.topic, "the end", "nonce-of-the-end")
        again = await followers[0].post(room.topic, "the end", "nonce-of-the-end")
        assert again == {**last, "duplicate": True}
        await asyncio.gather(*(follower.reach(last["seq"]) for follower in followers))
        await asyncio.gather(*(follower.client.disconnect() for follower in followers))
    kept = [post["body"] for post in await asyncio.to_thread(room.posts, room.host)]
    said = [body for follower in followers for body in follower.acked.values()]
    assert sorted(kept) == sorted(said), "exactly what was acknowledged is there, once"
    assert len(set(kept)) == len(kept)
    assert line.drops >= DROPS
    assert sum(len(follower.recovered) for follower in followers) > DROPS / 5
    for follower in followers:
        assert all(follower.recovered)
        assert follower.offsets == list(range(follower.offsets[0], last["seq"] + 1))
        shown = [event["body"] for event in follower.events if event["type"] == "post.published"]
        assert shown == kept[-len(shown) :]


async def test_another_groups_stream_is_refused(server: Server, room: Room) -> None:
    follower = Follower(load_member(server, 7), server.socket_url, room.stream)
    await follower.client.connect()
    await follower.client.ready(timeout=5)
    await follower.subscription.subscribe()
    await until(lambda: follower.ended)
    assert follower.ended == [103], "final: the client does not ask again"
    assert follower.events == []
    await follower.client.disconnect()


async def test_a_used_ticket_is_refused_and_a_new_one_is_fetched(server: Server, room: Room) -> None:
    person = (await asyncio.to_thread(room.join_load, 7))[0]
    used = await asyncio.to_thread(person.ticket)
    first = Follower(person, server.socket_url, room.stream, token=used)
    await first.begin()
    thief = Follower(person, server.socket_url, room.stream, token=used)
    await thief.client.connect()
    await until(lambda: thief.ended)
    assert thief.client.state.name == "DISCONNECTED", "without a way to a new ticket this is the end"
    own = Follower(person, server.socket_url, room.stream, token=used)
    own.client._get_token = own.ticket
    await own.begin()
    assert own.client.state.name == "CONNECTED"
    for follower in (first, own, thief):
        await follower.client.disconnect()


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
async def test_a_foreign_origin_is_refused(server: Server, room: Room, origin: str) -> None:
    person = load_member(server, 7)
    follower = Follower(person, server.socket_url, room.stream, headers={"Origin": origin})
    await follower.client.connect()
    await until(lambda: len(follower.errors) > 1)
    assert "403" in str(follower.errors[0].error)
    assert follower.client.state.name == "CONNECTING"
    await follower.client.disconnect()
