"""Wake-ups over a real socket: each says that something waits, none says what, and they come again after a bad line."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.client import LiveClient
from tests.consumers.given import copied_server, email_of, joined, load_member
from tests.messaging.client import SealedClient
from tests.messaging.doors import HttpDoor
from tests.messaging.given import words_of
from tests.messaging.joining import join
from tests.server import Server

BODY = {"v", "type", "id", "seq", "at", "actor"}


def client_of(server: Server, number: int) -> SealedClient:
    """A device of a load member."""
    signed_in = load_member(server, number)
    return SealedClient(HttpDoor(signed_in), signed_in.get("/api/me").json()["person"]["id"]).set_up()


def told(client: LiveClient, stream: str) -> list[dict[str, Any]]:
    """The sealed events that came, without what every event has; that there is a notice says nothing either."""
    events = [
        {name: value for name, value in event.items() if name not in BODY - {"type"}}
        for event in client.streams[stream].events
    ]
    return [event for event in events if event != {"type": "notices.changed"}]


async def test_what_waits_is_said_and_said_again_to_who_was_away() -> None:
    with copied_server() as server:
        await asyncio.to_thread(join, server, email_of(server, 0), email_of(server, 1))
        one, two = client_of(server, 0), client_of(server, 1)
        own = f"person:{two.person}"
        async with joined(server, load_member(server, 1), stream=own) as (live,):
            began = live.streams[own].offset
            room = await asyncio.to_thread(one.open_pair, two.person)
            await asyncio.to_thread(one.say, room, "something nobody else reads")
            waiting = {"type": "sealed.waiting", "what": "conversation", "conversation": room}
            sync = {"type": "sealed.waiting", "what": "sync", "conversation": ""}
            await live.until(lambda: told(live, own)[-2:] == [waiting, waiting])
            assert sync in told(live, own)
            assert await asyncio.to_thread(words_of, two, room) == ["something nobody else reads"]
            await asyncio.to_thread(two.must, "post", f"conversations/{room}/read", {"seq": 2})
            read = {"type": "conversation.read", "conversation": room, "read_seq": 2}
            await live.until(lambda: told(live, own)[-1] == read)
            spare = (await asyncio.to_thread(two.must, "post", "devices", {"name": "Tablet"}))["device_id"]
            await asyncio.to_thread(two.must, "delete", f"devices/{spare}")
            await live.until(lambda: {"type": "device.removed", "device": spare} in told(live, own))
            heard = told(live, own)
        late = LiveClient(server.socket_url, load_member(server, 1).ticket)
        await late.connect()
        await late.subscribe(own, since=began, epoch="")
        assert told(late, own) == heard, "rebuilt from rows, the same"
        await late.close()
