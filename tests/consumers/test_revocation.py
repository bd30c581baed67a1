"""Access that ends, ends at once: no further event, and the socket or the subscription closes within a second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest

from tests.client import LiveClient, Refused
from tests.consumers.given import Room, email_of, joined, load_member
from tests.server import Server, SignedIn

WITHIN = 1.0
REVOKED = 3503


async def chatter(host: LiveClient, topic: str, stop: asyncio.Event) -> None:
    """Somebody who goes on writing, so that there is always an event to leak."""
    number = 0
    while not stop.is_set():
        number += 1
        await host.post(topic, f"line {number}")
        await asyncio.sleep(0.02)  # one socket may send 60 frames a second


async def revoke_while_sending(
    server: Server,
    room: Room,
    person: SignedIn,
    revoke: Callable[[], object],
    *,
    over: Callable[[LiveClient], object],
) -> LiveClient:
    """Take access away in the middle of a lively talk, and check what the person still got."""
    stop = asyncio.Event()
    async with joined(server, room.host, person, stream=room.stream) as (host, client):
        talk = asyncio.create_task(chatter(host, room.topic, stop))
        try:
            await client.until(lambda: len(client.streams[room.stream].events) > 5)
            await asyncio.to_thread(revoke)
            began = time.monotonic()
            count = len(client.streams[room.stream].publications)
            await client.until(lambda: over(client), within=WITHIN)
            assert time.monotonic() - began < WITHIN
            ended = len(client.streams[room.stream].publications)
            assert ended - count <= 3, "only what was on its way already may still arrive"
            seen = host.streams[room.stream].offset
            await host.until(lambda: host.streams[room.stream].offset > seen + 10)
            assert len(client.streams[room.stream].publications) == ended
        finally:
            stop.set()
            await talk
    return client


def ended(room: Room) -> Callable[[LiveClient], object]:
    """Whether the subscription to the room was ended by the server."""
    return lambda client: client.streams[room.stream].ended


async def test_a_removed_member(server: Server, room: Room) -> None:
    member = room.join(load_member(server, 5), email_of(server, 5))

    def remove() -> object:
        return room.host.command("member.remove", group=room.group, member=member)

    client = await revoke_while_sending(server, room, load_member(server, 5), remove, over=ended(room))
    last = client.streams[room.stream]
    assert last.ended == {"code": 2000, "reason": "access ended"}
    assert "member.left" not in [event["type"] for event in last.events]
    async with joined(server, load_member(server, 5)) as (again,):
        with pytest.raises(Refused) as refused:
            await again.subscribe(room.stream, since=last.offset, epoch=last.epoch)
        assert refused.value.code == 103
        assert (await again.post(room.topic, "still me"))["error"]["type"] == "not_found"


async def test_who_left(server: Server, room: Room) -> None:
    (person,) = room.join_load(5)
    await revoke_while_sending(
        server, room, person, lambda: person.command("group.leave", group=room.group), over=ended(room)
    )


async def test_who_comes_back_is_let_in_again(server: Server, room: Room) -> None:
    (person,) = room.join_load(5)
    person.command("group.leave", group=room.group)
    room.join_load(5)
    async with joined(server, person, stream=room.stream) as (client,):
        assert (await client.post(room.topic, "back again"))["state"] == "published"
        await client.until(lambda: client.streams[room.stream].events)
        assert client.streams[room.stream].ended is None


async def test_signing_out(server: Server, room: Room) -> None:
    with server.sign_in("priya") as person, server.sign_in("priya") as elsewhere:
        room.join(person, "priya@demo.example")

        def sign_out() -> object:
            return person.http.delete(
                "/_allauth/browser/v1/auth/session", headers={"X-CSRFToken": person.csrf}
            )

        async with joined(server, elsewhere, stream=room.stream) as (other,):
            client = await revoke_while_sending(
                server, room, person, sign_out, over=lambda client: client.closed
            )
            assert client.closed == (REVOKED, "signed out")
            assert other.connected, "the other sign-in goes on"
            assert person.post("/api/live/ticket").status_code == 401


async def test_a_ticket_from_before_signing_out_is_worth_nothing(server: Server) -> None:
    with server.sign_in("colin") as person:
        ticket = person.ticket()
        person.http.delete("/_allauth/browser/v1/auth/session", headers={"X-CSRFToken": person.csrf})
    client = LiveClient(server.socket_url, lambda: ticket)
    with pytest.raises(Exception):  # noqa: B017  the line closes instead of an answer
        await client.connect()
    assert client.closed == (REVOKED, "signed out")
    await client.close()


async def test_a_deactivated_person(server: Server, room: Room) -> None:
    person = load_member(server, 9)
    room.join(person, email_of(server, 9))
    me = person.get("/api/me").json()["person"]["id"]
    with server.sign_in("judith") as admin:
        client = await revoke_while_sending(
            server,
            room,
            person,
            lambda: admin.command("person.deactivate", person=me),
            over=lambda client: client.closed,
        )
        admin.command("person.reactivate", person=me)
    assert client.closed == (REVOKED, "signed out")


async def test_a_changed_password_ends_the_other_sign_ins(server: Server, room: Room) -> None:
    row = server.account("ellie")
    with server.sign_in("ellie") as person, server.sign_in("ellie") as elsewhere:
        room.join(person, row["email"])

        def change() -> object:
            words = {"current_password": row["password"], "new_password": "quite another long one 71"}
            return person.post("/_allauth/browser/v1/account/password/change", **words).raise_for_status()

        client = await revoke_while_sending(
            server, room, elsewhere, change, over=lambda client: client.closed
        )
        assert client.closed == (REVOKED, "signed out")


async def test_joining_and_losing_access_in_the_same_moment(server: Server, room: Room) -> None:
    person = load_member(server, 8)
    async with joined(server, person) as (client,):
        for _ in range(12):
            member = await asyncio.to_thread(room.join, person, email_of(server, 8))
            client.streams.pop(room.stream, None)
            joining = asyncio.create_task(client.subscribe(room.stream))
            await asyncio.to_thread(room.host.command, "member.remove", group=room.group, member=member)
            (answer,) = await asyncio.gather(joining, return_exceptions=True)
            if isinstance(answer, BaseException):
                assert isinstance(answer, Refused)
                assert answer.code == 103
            else:
                await client.until(lambda: client.streams[room.stream].ended, within=WITHIN)
