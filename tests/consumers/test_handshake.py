"""Who gets in: the ticket, the origin, the host, and one connect a socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from websockets.exceptions import InvalidStatus

from consumers.live import MOST_SOCKETS
from tests.client import Dropped, LiveClient, Refused
from tests.consumers.given import load_member
from tests.server import Server, SignedIn


@pytest.fixture
async def client(server: Server) -> AsyncIterator[LiveClient]:
    made = LiveClient(server.socket_url, load_member(server, 0).ticket)
    yield made
    await made.close()


async def test_a_ticket_opens_the_socket(client: LiveClient) -> None:
    hello = await client.connect()
    assert hello["ping"] == 25
    assert hello["pong"] is True
    assert hello["client"]


async def test_a_ticket_works_once(server: Server, client: LiveClient) -> None:
    ticket = await asyncio.to_thread(load_member(server, 0).ticket)
    await client.connect(ticket)
    thief = LiveClient(server.socket_url, lambda: ticket)
    with pytest.raises(Refused) as refused:
        await thief.connect(ticket)
    assert refused.value.code == 109
    assert client.connected
    await thief.close()
    await thief.connect(
        await asyncio.to_thread(load_member(server, 0).ticket)
    )  # after 109 a fresh one is welcome
    await thief.close()


@pytest.mark.parametrize("token", ["x", "A" * 400, "ü", "=", "AAAA====", "null", "\x00"])
async def test_a_made_up_ticket_is_refused(client: LiveClient, token: str) -> None:
    with pytest.raises(Refused) as refused:
        await client.connect(token)
    assert refused.value.code == 109


async def test_an_altered_ticket_is_refused(server: Server, client: LiveClient) -> None:
    ticket = await asyncio.to_thread(load_member(server, 0).ticket)
    altered = ticket[:60] + ("A" if ticket[60] != "A" else "B") + ticket[61:]
    with pytest.raises(Refused) as refused:
        await client.connect(altered)
    assert refused.value.code == 109


async def test_no_ticket_is_final(client: LiveClient) -> None:
    with pytest.raises(Dropped):
        await client.connect("")
    assert client.closed == (3500, "a ticket is needed")


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://127.0.0.1:1",
        "http://evil.{host}",
        "http://localhost",
        "file://",
        "http://evil@{host}",
        "http://{host}#evil",
        "http://{host}/",
    ],
)
async def test_a_foreign_origin_is_refused(server: Server, client: LiveClient, origin: str) -> None:
    client.origin = origin.format(host=server.base.removeprefix("http://"))
    with pytest.raises(InvalidStatus) as refused:
        await client.connect()
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("origin", ["http://{host}", "http://127.0.0.1:8000", ""])
async def test_our_own_origin_and_none_are_welcome(server: Server, client: LiveClient, origin: str) -> None:
    client.origin = origin.format(host=server.base.removeprefix("http://"))
    assert await client.connect()


@pytest.mark.parametrize("path", ["/ws/v2", "/ws/v1/", "/ws", "/"])
async def test_other_paths_are_refused(server: Server, client: LiveClient, path: str) -> None:
    client.url = server.socket_url.replace("/ws/v1", path)
    with pytest.raises(InvalidStatus) as refused:
        await client.connect()
    assert refused.value.response.status_code == 403


async def test_a_foreign_host_is_refused(server: Server) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    lines = (
        "GET /ws/v1 HTTP/1.1", "Host: evil.example", "Upgrade: websocket", "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13", "", "",
    )  # fmt: skip
    writer.write("\r\n".join(lines).encode())
    assert b" 403 " in await asyncio.wait_for(reader.readline(), 5)
    writer.close()


async def test_connect_comes_first_and_once(server: Server, client: LiveClient) -> None:
    await client.connect()
    client.closed = None
    with pytest.raises(Dropped):
        await client.ask("connect", {"token": await asyncio.to_thread(load_member(server, 1).ticket)})
    await client.until(lambda: client.closed)
    assert client.closed == (3501, "connect comes once")


async def test_tickets_are_for_the_signed_in(server: Server) -> None:
    with SignedIn(server.base) as stranger:
        assert stranger.post("/api/live/ticket").status_code == 401
    assert load_member(server, 0).http.post("/api/live/ticket").status_code == 403  # no CSRF header


async def test_one_person_has_so_many_sockets_and_no_more(server: Server) -> None:
    person, other = load_member(server, 6), load_member(server, 7)
    clients = [LiveClient(server.socket_url, person.ticket) for _ in range(MOST_SOCKETS)]
    one_more, neighbour = (
        LiveClient(server.socket_url, person.ticket),
        LiveClient(server.socket_url, other.ticket),
    )
    try:
        for client in clients:
            await client.connect()
        with pytest.raises(Dropped):
            await one_more.connect()
        assert one_more.closed == (3013, "too many sockets")
        await neighbour.connect()
        await clients[0].close()
        await one_more.connect()
    finally:
        await asyncio.gather(*(client.close() for client in (*clients, one_more, neighbour)))
