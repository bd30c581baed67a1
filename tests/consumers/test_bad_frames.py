"""What nobody should send: each gets the right error or close code with a plain reason, and nobody else notices."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode

from tests.client import LiveClient
from tests.consumers.given import Room, joined, load_member
from tests.server import Server


@pytest.fixture
async def witness(server: Server, room: Room) -> AsyncIterator[LiveClient]:
    """Somebody else in the room, who must not notice: posts reach them before and after."""
    async with joined(server, room.host, stream=room.stream) as (client,):
        yield client
        answer = await client.post(room.topic, "still here")
        await client.until(lambda: client.streams[room.stream].offset == answer["seq"])


@pytest.fixture
async def line(server: Server) -> AsyncIterator[ClientConnection]:
    """A bare socket that has not said who is there."""
    async with connect(
        server.socket_url, compression=None, proxy=None, ping_interval=None, max_size=None
    ) as socket:
        yield socket


async def welcome(server: Server, line: ClientConnection, number: int = 2) -> None:
    """Connect the bare socket as a member of the load group."""
    ticket = await asyncio.to_thread(load_member(server, number).ticket)
    await line.send(json.dumps({"id": 1, "connect": {"token": ticket}}))
    assert "connect" in json.loads(await asyncio.wait_for(line.recv(), 5))


async def ending(line: ClientConnection, within: float = 5) -> tuple[int, str]:
    """The close code and reason that come, after whatever else does."""
    async with asyncio.timeout(within):
        try:
            while True:
                await line.recv()
        except ConnectionClosed:
            return line.close_code or 0, line.close_reason or ""


def ping(number: int) -> str:
    """The protocol's ping under that id."""
    return json.dumps({"id": number, "ping": {}})


DEEP = '{"id":2,"rpc":{"method":"post.submit","data":' + '{"a":' * 20 + "1" + "}" * 20 + "}}"
VERY_DEEP = '{"id":2,"rpc":{"method":"x","data":' + "[" * 20_000 + "]" * 20_000 + "}}"
CLOSED = {
    "not JSON": ("hello", "this is not a command of the protocol"),
    "a list": ("[]", "this is not a command of the protocol"),
    "a number": ("7", "this is not a command of the protocol"),
    "null": ("null", "this is not a command of the protocol"),
    "half an object": ('{"id":2,', "this is not a command of the protocol"),
    "an id in words": ('{"id":"2","ping":{}}', "this is not a command of the protocol"),
    "a fractional id": ('{"id":2.5,"ping":{}}', "this is not a command of the protocol"),
    "a negative id": ('{"id":-1,"ping":{}}', "a command's id is a positive number"),
    "a huge id": ('{"id":9007199254740993,"ping":{}}', "a command's id is a positive number"),
    "no id": ('{"ping":{}}', "a command needs an id"),
    "a channel that is a number": (
        '{"id":2,"subscribe":{"channel":7}}',
        "this is not a command of the protocol",
    ),
    "an offset in words": (
        '{"id":2,"subscribe":{"channel":"group:x","offset":"1"}}',
        "this is not a command of the protocol",
    ),
    "an rpc that is text": ('{"id":2,"rpc":"post.submit"}', "this is not a command of the protocol"),
    "an rpc without a method": ('{"id":2,"rpc":{"data":{}}}', "this is not a command of the protocol"),
    "nothing": ("", "the frame is empty"),
    "blank lines": ("\n \n", "the frame is empty"),
    "too many commands": (
        "\n".join(ping(number) for number in range(2, 35)),
        "a frame has at most 32 commands",
    ),
    "too large": ('{"id":2,"ping":{"a":"' + "x" * 65536 + '"}}', "a frame has at most 65536 bytes"),
    "too large in bytes": ('{"id":2,"ping":{"a":"' + "ö" * 33000 + '"}}', "a frame has at most 65536 bytes"),
    "too deep": (DEEP, "the frame nests too deeply"),
    "far too deep": (VERY_DEEP, "the frame nests too deeply"),
}


@pytest.mark.parametrize(("text", "reason"), CLOSED.values(), ids=CLOSED)
async def test_a_bad_frame_closes_its_own_socket(
    server: Server, witness: LiveClient, line: ClientConnection, text: str, reason: str
) -> None:
    await welcome(server, line)
    await line.send(text)
    assert await ending(line) == (3501, reason)
    assert witness.connected


ANSWERED = {
    "an unknown method": ('{"id":2,"publish":{"channel":"group:x","data":{}}}', 104),
    "no method": ('{"id":2}', 104),
    "another of the protocol's methods": ('{"id":2,"history":{"channel":"group:x"}}', 104),
    "a stream of no kind": ('{"id":2,"subscribe":{"channel":"everything"}}', 103),
    "an empty stream": ('{"id":2,"subscribe":{"channel":""}}', 103),
    "a stream with a bad id": ('{"id":2,"subscribe":{"channel":"group:not-an-id"}}', 103),
    "a stream with a NUL": ('{"id":2,"subscribe":{"channel":"group:\\u0000"}}', 103),
    "a very long stream": ('{"id":2,"subscribe":{"channel":"group:' + "a" * 9000 + '"}}', 103),
    "an absent group": ('{"id":2,"subscribe":{"channel":"group:00000000-0000-4000-8000-000000000000"}}', 103),
    "a review stream": (
        '{"id":2,"subscribe":{"channel":"review:00000000-0000-4000-8000-000000000000"}}',
        103,
    ),
}


@pytest.mark.parametrize(("text", "code"), ANSWERED.values(), ids=ANSWERED)
async def test_what_we_do_not_know_is_answered_and_the_socket_stays(
    server: Server, line: ClientConnection, text: str, code: int
) -> None:
    await welcome(server, line)
    await line.send(text)
    reply = json.loads(await asyncio.wait_for(line.recv(), 5))
    assert reply["id"] == 2
    assert reply["error"]["code"] == code
    await line.send('{"id":3,"ping":{}}')
    assert json.loads(await asyncio.wait_for(line.recv(), 5)) == {"id": 3, "ping": {}}


@pytest.mark.parametrize("command", ["subscribe", "rpc", "unsubscribe", "ping"])
async def test_connect_comes_first(server: Server, line: ClientConnection, command: str) -> None:
    bodies = {"subscribe": {"channel": "x"}, "unsubscribe": {"channel": "x"}, "rpc": {"method": "x"}}
    await line.send(json.dumps({"id": 1, command: bodies.get(command, {})}))
    assert await ending(line) == (3501, "connect comes first")


async def test_what_comes_along_with_connect_waits_for_it(
    server: Server, room: Room, line: ClientConnection
) -> None:
    """The official JavaScript client sends its subscribes in the same frame as its connect."""
    (member,) = room.join_load(4)
    token = await asyncio.to_thread(member.ticket)
    calls = [
        {"id": 1, "connect": {"token": token}},
        {"id": 2, "subscribe": {"channel": room.stream}},
        {"id": 3, "subscribe": {"channel": f"group:{uuid.uuid4()}"}},
    ]
    await line.send("\n".join(json.dumps(call) for call in calls))
    answers = [json.loads(await asyncio.wait_for(line.recv(), 5)) for _ in calls]
    assert answers[0]["connect"]["ping"] == 25
    by_id = {answer["id"]: answer for answer in answers}
    assert by_id[2]["subscribe"]["recoverable"] is True
    assert by_id[3]["error"]["code"] == 103


async def test_somebody_in_many_groups_comes_back_in_one_frame(
    server: Server, line: ClientConnection
) -> None:
    """All of a client's streams are taken up again with its connect, however many they are."""
    token = await asyncio.to_thread(load_member(server, 4).ticket)
    calls: list[dict[str, object]] = [{"id": 1, "connect": {"token": token}}]
    calls += [{"id": number, "subscribe": {"channel": f"group:{uuid.uuid4()}"}} for number in range(2, 202)]
    await line.send("\n".join(json.dumps(call) for call in calls))
    answers = [json.loads(await asyncio.wait_for(line.recv(), 10)) for _ in calls]
    assert "connect" in answers[0]
    assert [answer["error"]["code"] for answer in answers[1:]] == [103] * 200


async def test_what_comes_along_with_a_bad_ticket_is_not_done(room: Room, line: ClientConnection) -> None:
    calls = [{"id": 1, "connect": {"token": "forged"}}, {"id": 2, "subscribe": {"channel": room.stream}}]
    await line.send("\n".join(json.dumps(call) for call in calls))
    answer = json.loads(await asyncio.wait_for(line.recv(), 5))
    assert answer == {"id": 1, "error": {"code": 109, "message": "token expired"}}
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(line.recv(), 0.3)


async def test_unknown_fields_of_the_protocol_are_passed_over(server: Server, line: ClientConnection) -> None:
    await welcome(server, line)
    await line.send('{"id":2,"ping":{},"flags":7,"later":{"a":[]}}')
    assert json.loads(await asyncio.wait_for(line.recv(), 5)) == {"id": 2, "ping": {}}


async def test_binary_is_refused(server: Server, witness: LiveClient, line: ClientConnection) -> None:
    await welcome(server, line)
    await line.send(b'{"id":2,"ping":{}}')
    assert await ending(line) == (3501, "frames are text")


async def test_text_that_is_not_utf8_is_refused(
    server: Server, witness: LiveClient, line: ClientConnection
) -> None:
    await welcome(server, line)
    line.transport.write(Frame(Opcode.TEXT, b'{"id":2,"ping":{"a":"\xff\xfe"}}').serialize(mask=True))
    code, _ = await ending(line)
    assert code == 1007


async def test_an_endless_message_is_cut_short(
    server: Server, witness: LiveClient, line: ClientConnection
) -> None:
    await welcome(server, line)
    await line.send("x" * 2_000_000)
    code, _ = await ending(line)
    assert code == 1009


async def test_an_unmasked_frame_is_refused(
    server: Server, witness: LiveClient, line: ClientConnection
) -> None:
    await welcome(server, line)
    line.transport.write(Frame(Opcode.TEXT, b'{"id":2,"ping":{}}').serialize(mask=False))
    code, _ = await ending(line)
    assert code == 1002


async def test_a_flood_of_frames_is_stopped(
    server: Server, witness: LiveClient, line: ClientConnection
) -> None:
    await welcome(server, line)
    for number in range(2, 202):
        await line.send(ping(number))
    assert await ending(line) == (3013, "too many frames")


async def test_frames_within_the_limit_are_all_answered(server: Server, line: ClientConnection) -> None:
    await welcome(server, line)
    await line.send("\n".join(ping(number) for number in range(2, 34)))
    answers = [json.loads(await asyncio.wait_for(line.recv(), 5))["id"] for _ in range(32)]
    assert answers == list(range(2, 34))
