"""Joining a stream: who may, from where, and what a newcomer is shown."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.client import LiveClient, Refused, Stream
from tests.consumers.given import Room, email_of, joined, load_member
from tests.server import ROOT, Server, SignedIn

ABSENT = "00000000-0000-4000-8000-000000000000"


async def refusal(client: LiveClient, stream: str) -> tuple[int, str]:
    """The code and words with which a stream is refused."""
    with pytest.raises(Refused) as refused:
        await client.subscribe(stream)
    return refused.value.code, str(refused.value)


async def test_what_is_not_theirs_answers_like_what_is_not_there(server: Server, room: Room) -> None:
    outsider, host = load_member(server, 4), room.host.get("/api/me").json()["person"]["id"]
    async with joined(server, outsider) as (client,):
        absent = await refusal(client, f"group:{ABSENT}")
        assert absent[0] == 103
        assert await refusal(client, room.stream) == absent
        assert await refusal(client, f"person:{host}") == absent
        assert await refusal(client, f"person:{ABSENT}") == absent
        assert await refusal(client, f"topic:{room.topic}") == absent


async def test_a_stream_has_one_name(server: Server) -> None:
    person = load_member(server, 4)
    group = person.get("/api/groups").json()["groups"][0]["id"]
    async with joined(server, person) as (client,):
        other = (group.upper(), group.replace("-", ""), f"{{{group}}}", f"urn:uuid:{group}")
        spellings = (*other, f"{group} ", f"{group}\n", "\0", "")
        for text in spellings:
            assert (await refusal(client, f"group:{text}"))[0] == 103


async def test_ones_own_stream_is_open(server: Server) -> None:
    person = load_member(server, 4)
    own = f"person:{person.get('/api/me').json()['person']['id']}"
    async with joined(server, person, person, stream=own) as (client, other):
        group = next(row for row in person.get("/api/groups").json()["groups"] if row["topics"])
        post = await other.post(group["topics"][0]["id"], "something to read")
        await client.rpc("topic.read", topic=group["topics"][0]["id"], seq=post["seq"])
        await other.until(lambda: other.streams[own].events)
        assert other.streams[own].events[-1]["type"] == "read.moved"


async def test_before_the_agreement_a_stream_is_closed(server: Server, room: Room) -> None:
    (member,) = room.join_load(5)
    room.host.command("agreement.publish", group=room.group, text="New words that all of us keep to.")
    async with joined(server, member, stream=room.stream) as (
        client,
    ):  # an older version was accepted: reading goes on
        answer = await client.post(room.topic, "may I?")
        assert answer["error"]["type"] == "agreement_needed"
        await client.rpc("agreement.accept", group=room.group, version=2)
        assert (await client.post(room.topic, "now I may"))["state"] == "published"


async def test_twice_the_same_stream(server: Server, room: Room) -> None:
    async with joined(server, room.host, stream=room.stream) as (client,):
        with pytest.raises(Refused) as refused:
            await client.subscribe(room.stream)
        assert refused.value.code == 105
        await client.ask("unsubscribe", {"channel": room.stream})
        before = len(client.streams[room.stream].events)
        await client.post(room.topic, "nobody hears")
        assert (await client.subscribe(room.stream, since=client.streams[room.stream].offset))["recovered"]
        assert len(client.streams[room.stream].events) == before + 1


async def test_recovery_has_its_limits(server: Server, room: Room) -> None:
    async with joined(server, room.host, stream=room.stream) as (client,):
        start = client.streams[room.stream].offset
        rows = [{"id": n + 1000, "rpc": submit(room.topic, n)} for n in range(301)]
        for begin in range(0, 301, 30):
            await client.send(*rows[begin : begin + 30])
            head = min(start + begin + 30, start + 301)
            await client.until(lambda head=head: client.streams[room.stream].offset >= head)  # type: ignore[misc]
    async with joined(server, room.host) as (late,):
        answer = await late.subscribe(room.stream, since=start)
        assert (answer["was_recovering"], answer["recovered"]) == (True, False)
        assert (answer["publications"], answer["offset"]) == ([], start + 301)
        epoch = answer["epoch"]
        for offset, named, recovered in (
            (start + 1, epoch, 300),
            (start + 301, epoch, 0),
            (start + 302, epoch, None),
            (start + 300, "another", None),
        ):
            await late.ask("unsubscribe", {"channel": room.stream})
            answer = await late.subscribe(room.stream, since=offset, epoch=named)
            assert answer["recovered"] is (recovered is not None)
            assert len(answer["publications"]) == (recovered or 0)
            assert [p["offset"] for p in answer["publications"]] == list(
                range(offset + 1, offset + 1 + (recovered or 0))
            )


def submit(topic: str, number: int) -> dict[str, object]:
    """An rpc that posts a numbered line."""
    data = {"topic": topic, "body": f"line {number}", "nonce": f"nonce-{topic}-{number}"}
    return {"method": "post.submit", "data": data}


async def test_a_newcomer_sees_neither_old_words_nor_a_gap(
    server: Server, make_room: Callable[..., Room]
) -> None:
    room = make_room(newcomers_see="from_joining")
    (oldest,) = room.join_load(6)
    async with joined(server, oldest, stream=room.stream) as (old,):
        before = await old.post(room.topic, "words from before")
        reply_to = before["id"]
        newcomer = load_member(server, 7)
        start = old.streams[room.stream].offset - 1
        await asyncio.to_thread(room.join, newcomer, email_of(server, 7))
        async with joined(server, newcomer) as (new,):
            await new.subscribe(room.stream, since=start)  # in recovery
            await old.rpc("post.edit", post=before["id"], version=before["version"], body="old words, edited")
            await old.rpc("post.withdraw", post=before["id"])  # and live
            await old.rpc("post.restore", post=before["id"])
            last = await old.post(room.topic, "words from after", reply_to=reply_to)
            await new.until(lambda: new.streams[room.stream].offset == last["seq"])
            live = new.streams[room.stream]
            again = await recover(server, newcomer, room.stream, start)
            for stream in (live, again):
                offsets = [publication["offset"] for publication in stream.publications]
                assert offsets == list(range(start + 1, last["seq"] + 1))
                assert [event["seq"] for event in stream.events] == offsets
                kinds = [event["type"] for event in stream.events]
                assert kinds == [
                    "skipped",
                    "member.joined",
                    "skipped",
                    "skipped",
                    "skipped",
                    "post.published",
                ]
                assert stream.events[0] == {"v": 1, "type": "skipped", "seq": start + 1}
                assert "from before" not in str(stream.events)
                assert "old words" not in str(stream.events)
            assert [post["body"] for post in room.posts(newcomer)] == ["words from after"]
            everything = await recover(server, oldest, room.stream, start)
            assert [event["type"] for event in everything.events][2:5] == [
                "post.edited",
                "post.withdrawn",
                "post.restored",
            ]
            assert "from before" not in str(everything.events), "old words are never replayed"


async def recover(server: Server, person: SignedIn, stream: str, since: int) -> Stream:
    """The stream as it is recovered by a fresh client from `since`."""
    async with joined(server, person) as (client,):
        assert (await client.subscribe(stream, since=since))["recovered"]
        return client.streams[stream]


async def test_a_withdrawn_post_is_replayed_without_words(server: Server, room: Room) -> None:
    async with joined(server, room.host, stream=room.stream) as (client,):
        start = client.streams[room.stream].offset
        post = await client.post(room.topic, "said too quickly")
        await client.rpc("post.withdraw", post=post["id"])
    again = await recover(server, room.host, room.stream, start)
    assert [(event["type"], event["state"], event["body"]) for event in again.events] == [
        ("post.published", "withdrawn", None),
        ("post.withdrawn", "withdrawn", None),
    ]


WRITE_BESIDE = """
import django, sys, uuid
from functools import partial
django.setup()
from accounts.models import Person
from community.actions.topics import create_topic
from hearthside import live
person, group = Person.objects.get(email=sys.argv[1]), uuid.UUID(sys.argv[2])
work = partial(create_topic, person, group_id=group, title="From the command line")
live.write(live.Write(work, (f"group:{group}",)))
"""


async def test_a_write_of_another_process_wakes_the_sockets(server: Server, room: Room) -> None:
    async with joined(server, room.host, stream=room.stream) as (client,):
        stream = client.streams[room.stream]
        command = [sys.executable, "-c", WRITE_BESIDE, "hannah@demo.example", room.group]
        env = {**server.env, "DJANGO_SETTINGS_MODULE": "hearthside.settings"}
        done = asyncio.create_task(asyncio.to_thread(subprocess.run, command, cwd=ROOT, env=env, check=True))
        await done
        await client.until(lambda: stream.events, within=1)
        assert stream.events[0]["title"] == "From the command line"
        post = await client.post(room.topic, "and the next one follows on")
        await client.until(lambda: stream.offset == post["seq"])
        offsets = [publication["offset"] for publication in stream.publications]
        assert offsets == list(range(offsets[0], post["seq"] + 1))
