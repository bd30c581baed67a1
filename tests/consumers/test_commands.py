"""Commands over the socket: their answers, their problems, and that a nonce is answered once."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from tests.client import LiveClient
from tests.consumers.given import Room, joined, load_member
from tests.server import Server

ABSENT = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
async def client(server: Server, room: Room) -> AsyncIterator[LiveClient]:
    """A member of the room, subscribed to it."""
    (member,) = room.join_load(3)
    async with joined(server, member, stream=room.stream) as (made,):
        yield made


async def test_a_post_is_answered_and_arrives(client: LiveClient, room: Room) -> None:
    answer = await client.post(room.topic, "Hello *there*", content_note="sleep")
    stream = client.streams[room.stream]
    await client.until(lambda: stream.events)
    (event,) = stream.events
    assert answer["state"] == "published"
    assert answer["duplicate"] is False
    assert answer["seq"] == stream.offset == event["seq"] == event["post_seq"]
    assert event["type"] == "post.published"
    assert (event["v"], event["post"], event["topic"]) == (1, answer["id"], room.topic)
    assert event["body"] == "Hello *there*"
    assert "<em>there</em>" in event["html"]
    assert event["content_note"] == "sleep"
    assert uuid.UUID(event["id"]).version == 4
    assert event["actor"] == event["author"] != ""
    assert event["nonce"]


async def test_the_same_nonce_gets_the_same_answer(client: LiveClient, room: Room) -> None:
    first = await client.post(room.topic, "once", nonce="nonce-of-a-post")
    again = await client.post(room.topic, "once", nonce="nonce-of-a-post")
    assert again == {**first, "duplicate": True}
    both = await asyncio.gather(
        *(client.post(room.topic, "at once", nonce="nonce-of-both") for _ in range(8))
    )
    assert len({answer["id"] for answer in both}) == 1
    assert sorted(answer["duplicate"] for answer in both) == [False] + [True] * 7
    assert [post["body"] for post in room.posts(room.host)] == ["once", "at once"]


async def test_the_same_nonce_on_two_lines_at_once(client: LiveClient, room: Room, server: Server) -> None:
    async with joined(server, load_member(server, 3)) as (other,):
        for turn in range(10):
            nonce = f"nonce-two-lines-{turn}"
            asked = (line.post(room.topic, f"turn {turn}", nonce=nonce) for line in (client, other) * 3)
            answers = await asyncio.gather(*asked)
            assert len({answer["id"] for answer in answers}) == 1
            assert sorted(answer["duplicate"] for answer in answers) == [False] + [True] * 5
    assert [post["body"] for post in room.posts(room.host)] == [f"turn {turn}" for turn in range(10)]


async def test_the_same_nonce_at_the_other_door(client: LiveClient, room: Room, server: Server) -> None:
    first = await client.post(room.topic, "through the socket", nonce="nonce-two-doors")
    again = load_member(server, 3).command("post.submit", topic=room.topic, body="x", nonce="nonce-two-doors")
    assert again == {**first, "duplicate": True}


async def test_a_nonce_is_one_persons_own(client: LiveClient, room: Room) -> None:
    mine = await client.post(room.topic, "mine", nonce="nonce-of-two-people")
    theirs = room.host.command("post.submit", topic=room.topic, body="theirs", nonce="nonce-of-two-people")
    assert mine["id"] != theirs["id"]
    assert theirs["duplicate"] is False


async def test_a_nonce_is_for_one_command(client: LiveClient, room: Room) -> None:
    await client.post(room.topic, "first", nonce="nonce-used-twice")
    answer = await client.rpc("topic.read", topic=room.topic, seq=1, nonce="nonce-used-twice")
    assert answer["error"]["type"] == "nonce_reused"


async def test_posts_to_one_topic_keep_their_order(client: LiveClient, room: Room) -> None:
    await client.send(
        *(
            {"id": 1000 + n, "rpc": {"method": "post.submit", "data": submit(room.topic, f"line {n}")}}
            for n in range(30)
        )
    )
    stream = client.streams[room.stream]
    await client.until(lambda: len(stream.events) == 30)
    assert [event["body"] for event in stream.events] == [f"line {n}" for n in range(30)]
    offsets = [publication["offset"] for publication in stream.publications]
    assert offsets == list(range(offsets[0], offsets[0] + 30))


def submit(topic: str, body: str, **more: Any) -> dict[str, Any]:
    """The data of a post.submit with a new nonce."""
    return {"topic": topic, "body": body, "nonce": uuid.uuid4().hex, **more}


def at(place: str, **changes: Any) -> dict[str, Any]:
    """A good post.submit with some fields changed or, by None, left out."""
    data = {**submit(place, "words"), **changes}
    return {name: value for name, value in data.items() if value is not None}


BAD: dict[str, tuple[str, Callable[[str], Any], str, str]] = {
    "unknown method": ("post.sing", at, "not_found", ""),
    "empty method": ("", at, "not_found", ""),
    "a Python name": ("__init__", at, "not_found", ""),
    "unknown field": ("post.submit", lambda t: at(t, mood="blue"), "invalid", "mood"),
    "no nonce": ("post.submit", lambda t: at(t, nonce=None), "invalid", "nonce"),
    "short nonce": ("post.submit", lambda t: at(t, nonce="1234567"), "invalid", "nonce"),
    "nonce with blanks": ("post.submit", lambda t: at(t, nonce="a b c d e f"), "invalid", "nonce"),
    "nonce that is a number": ("post.submit", lambda t: at(t, nonce=12345678), "invalid", "nonce"),
    "no body": ("post.submit", lambda t: at(t, body=None), "invalid", "body"),
    "body that is a number": ("post.submit", lambda t: at(t, body=7), "invalid", "body"),
    "body that is a list": ("post.submit", lambda t: at(t, body=["x"]), "invalid", "body"),
    "empty body": ("post.submit", lambda t: at(t, body=" \n\t"), "invalid", "body"),
    "only controls": ("post.submit", lambda t: at(t, body="\x00\x07"), "invalid", "body"),
    "20,001 characters": ("post.submit", lambda t: at(t, body="a" * 20_001), "invalid", "body"),
    "60,001 characters": ("post.submit", lambda t: at(t, body="a" * 60_001), "invalid", "body"),
    "topic that is no id": ("post.submit", lambda t: at(t, topic="x"), "invalid", "topic"),
    "topic that is a number": ("post.submit", lambda t: at(t, topic=7), "invalid", "topic"),
    "absent topic": ("post.submit", lambda t: at(t, topic=ABSENT), "not_found", ""),
    "answers nothing": ("post.submit", lambda t: at(t, reply_to=ABSENT), "invalid", "reply_to"),
    "absent post": ("post.withdraw", lambda t: {"post": ABSENT, "nonce": "n" * 8}, "not_found", ""),
    "negative seq": ("topic.read", lambda t: {"topic": t, "seq": -1, "nonce": "n" * 8}, "invalid", "seq"),
    "huge seq": ("topic.read", lambda t: {"topic": t, "seq": 2**63, "nonce": "n" * 8}, "invalid", "seq"),
    "fractional seq": ("topic.read", lambda t: {"topic": t, "seq": 1.5, "nonce": "n" * 8}, "invalid", "seq"),
    "data that is a list": ("post.submit", lambda t: [1], "invalid", ""),
    "data that is text": ("post.submit", lambda t: "words", "invalid", ""),
    "data that is null": ("activity.report", lambda t: None, "invalid", "nonce"),
    "not one's own to do": ("group.close", lambda t: {"group": ABSENT, "nonce": "n" * 8}, "not_found", ""),
}


@pytest.mark.parametrize(("method", "data", "slug", "field"), BAD.values(), ids=BAD)
async def test_a_bad_command_is_a_problem_in_plain_words(
    client: LiveClient, room: Room, method: str, data: Callable[[str], Any], slug: str, field: str
) -> None:
    answer = await client.ask("rpc", {"method": method, "data": data(room.topic)})
    problem = answer["data"]["error"]
    assert problem["type"] == slug
    assert problem["detail"].endswith((".", "?"))
    if field:
        assert list(problem["fields"]) == [field]
    assert "Traceback" not in json.dumps(problem)
    assert (await client.post(room.topic, "and on we go"))["state"] == "published"


async def test_text_cut_inside_an_emoji_is_mended(client: LiveClient, room: Room) -> None:
    text = '{"id":900,"rpc":{"method":"post.submit","data":{"topic":"%s","nonce":"nonce-cut","body":"%s"}}}'
    await client.send_text(text % (room.topic, r"whole \ud83d\ude42, \\ud83d, half \ud83d"))
    stream = client.streams[room.stream]
    await client.until(lambda: stream.events)
    assert stream.events[0]["body"] == r"whole 🙂, \ud83d, half �"


async def test_the_longest_post_fits(client: LiveClient, room: Room) -> None:
    assert (await client.post(room.topic, "a" * 20_000))["state"] == "published"
    rpc = {"method": "post.submit", "data": submit(room.topic, "ä" * 20_000)}
    await client.send_text(json.dumps({"id": 900, "rpc": rpc}, ensure_ascii=False))  # two bytes each, not six
    await client.until(lambda: len(client.streams[room.stream].events) == 2)
    assert client.streams[room.stream].events[-1]["body"] == "ä" * 20_000


async def test_an_older_version_is_stale(client: LiveClient, room: Room) -> None:
    post = await client.post(room.topic, "first words")
    edit = {"post": post["id"], "version": post["version"]}
    edited = await client.rpc("post.edit", **edit, body="second words")
    assert edited["version"] == post["version"] + 1
    answer = await client.rpc("post.edit", **edit, body="third words")
    assert answer["error"]["type"] == "stale"
    assert answer["error"]["current"]["body"] == "second words"


async def test_anothers_post_and_anothers_room(
    client: LiveClient, room: Room, make_room: Callable[..., Room]
) -> None:
    hosts = room.host.command("post.submit", topic=room.topic, body="the host's own")
    answer = await client.rpc("post.withdraw", post=hosts["id"])
    assert answer["error"]["type"] == "denied"
    other = make_room()
    elsewhere = other.host.command("post.submit", topic=other.topic, body="not for everybody")
    foreign = await client.rpc("post.submit", topic=other.topic, body="hello?")
    absent = await client.rpc("post.submit", topic=ABSENT, body="hello?")
    assert foreign == absent
    assert (await client.rpc("post.withdraw", post=elsewhere["id"])) == (
        await client.rpc("post.withdraw", post=ABSENT)
    )
