"""The person's own stream: what it tells must be what the reads then say."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tests.client import LiveClient
from tests.consumers.given import Room, copied_server, joined, load_member, open_room
from tests.server import Server, SignedIn


def own_stream(person: SignedIn) -> str:
    """The name of the person's own stream."""
    return f"person:{person.get('/api/me').json()['person']['id']}"


async def next_events(client: LiveClient, stream: str, count: int) -> list[dict[str, object]]:
    """The events of the stream, once there are `count`."""
    await client.until(lambda: len(client.streams[stream].events) >= count)
    assert len(client.streams[stream].events) == count
    return client.streams[stream].events


async def test_a_changed_name(server: Server) -> None:
    with server.sign_in("tomasz") as person:
        own = own_stream(person)
        async with joined(server, person, stream=own) as (client,):
            await client.rpc("me.update", name="Tomasz by another name")
            (event,) = await next_events(client, own, 1)
        me = person.get("/api/me").json()["person"]
        assert event["type"] == "person.updated"
        assert (event["name"], event["role"], event["active"]) == (me["name"], me["role"], True)


async def test_a_consent_given_and_taken_back(server: Server) -> None:
    with server.sign_in("tomasz") as person:
        own = own_stream(person)
        async with joined(server, person, stream=own) as (client,):
            for number, given in enumerate((True, False), start=1):
                await client.rpc("consent.set", purpose="push", given=given)
                event = (await next_events(client, own, number))[-1]
                lines = person.get("/api/me/consents").json()["consents"]
                assert event["type"] == "consent.changed"
                assert (event["purpose"], event["given"]) == ("push", given)
                assert [line["given"] for line in lines if line["purpose"] == "push"] == [given]


async def test_a_therapist_chosen_and_taken_back(server: Server) -> None:
    with server.sign_in("tomasz") as person, server.sign_in("admin") as admin:
        own = own_stream(person)
        people = {row["name"]: row["id"] for row in admin.get("/api/people").json()["people"]}
        ids = {"client": own.partition(":")[2], "therapist": people["Hannah Reyes"]}
        async with joined(server, person, stream=own) as (client,):
            for number, command in enumerate(("client.assign", "client.unassign"), start=1):
                await asyncio.to_thread(admin.command, command, **ids)
                event = (await next_events(client, own, number))[-1]
                rows = {row["person"]: row for row in admin.get("/api/clients").json()["clients"]}
                names = [line["name"] for line in rows[ids["client"]]["contacts"]]
                assert event["type"] == "contact.changed"
                assert ("Hannah Reyes" in names) is (command == "client.assign")


async def test_joining_and_leaving(server: Server, room: Room) -> None:
    with server.sign_in("marcus") as person:
        own = own_stream(person)
        async with joined(server, person, stream=own) as (client,):
            for state in ("active", "left"):
                if state == "active":
                    await asyncio.to_thread(room.join, person, "marcus@demo.example")
                else:
                    await client.rpc("group.leave", group=room.group)
                event = (await next_events(client, own, 1 if state == "active" else 2))[-1]
                groups = {row["id"]: row["membership"] for row in person.get("/api/groups").json()["groups"]}
                assert event["type"] == "membership.changed"
                assert (event["group"], event["state"]) == (room.group, state)
                assert groups.get(room.group) == (event["membership"] if state == "active" else None)


async def test_an_agreement_accepted_on_another_device(server: Server, room: Room) -> None:
    (member,) = room.join_load(7)
    own = own_stream(member)
    async with joined(server, member, stream=own) as (client,):
        words = "We keep what is said here to ourselves, and we are kind."
        version = room.host.command("agreement.publish", group=room.group, text=words)["version"]
        assert member.get(f"/api/groups/{room.group}").json()["agreement"]["accepted"] is False
        await asyncio.to_thread(member.command, "agreement.accept", group=room.group, version=version)
        (event,) = await next_events(client, own, 1)
        assert (event["type"], event["group"]) == ("agreement.accepted", room.group)
        agreement = member.get(f"/api/groups/{room.group}").json()["agreement"]
        assert (agreement["accepted"], agreement["version"]) == (True, event["agreement_version"])


async def test_read_marks_move_forward_only(server: Server, room: Room) -> None:
    (reader,) = room.join_load(6)
    own = own_stream(reader)
    async with joined(server, reader, stream=own) as (client,):
        posts = [room.host.command("post.submit", topic=room.topic, body=f"line {n}") for n in range(3)]
        for seq in (posts[1]["seq"], posts[0]["seq"], posts[2]["seq"] + 1000):
            await client.rpc("topic.read", topic=room.topic, seq=seq)
        events = await next_events(client, own, 2)
        topic = reader.get(f"/api/topics/{room.topic}").json()
        assert [event["read_seq"] for event in events] == [posts[1]["seq"], posts[2]["seq"]]
        assert (topic["read_seq"], topic["unread"]) == (events[-1]["read_seq"], 0)


@pytest.fixture(scope="module")
def limited() -> Iterator[Server]:
    """A server with rates, on which words that come again and again are refused."""
    with copied_server(rates="post.submit=1000/m:1000,topic.read=2/m:2") as running:
        yield running


async def test_a_refused_post_is_told_to_its_author_only(limited: Server) -> None:
    with limited.sign_in("hannah") as host:
        room, author = open_room(limited, host), load_member(limited, 0)
        room.join_load(0)
        own = own_stream(author)
        async with (
            joined(limited, author, stream=own) as (client,),
            joined(limited, host, stream=room.stream) as (other,),
        ):
            answers = [await client.post(room.topic, "The same words.") for _ in range(6)]
            assert [answer["state"] for answer in answers] == ["published"] * 5 + ["refused"]
            assert answers[-1]["seq"] is None
            assert answers[-1]["reason"].endswith(".")
            (event,) = await next_events(client, own, 1)
            assert (event["type"], event["post"], event["state"]) == (
                "post.stated",
                answers[-1]["id"],
                "refused",
            )
            row = author.get(f"/api/posts/{event['post']}").json()
            assert (row["state"], row["body"]) == ("refused", "The same words.")
            assert host.get(f"/api/posts/{event['post']}").status_code == 404
            last = await client.post(room.topic, "Other words.")
            await other.until(lambda: other.streams[room.stream].offset == last["seq"])
            assert last["seq"] == answers[4]["seq"] + 1, "no sequence number is spent on what nobody sees"
            assert answers[-1]["id"] not in str(other.streams[room.stream].events)


async def test_too_much_at_once_says_when_to_come_again(limited: Server) -> None:
    person = load_member(limited, 1)
    topic = person.get("/api/groups").json()["groups"][0]["topics"][0]["id"]
    async with joined(limited, person) as (client,):
        answers = [
            await client.rpc("topic.read", topic=topic, seq=1, nonce=f"nonce-{n}-read") for n in range(3)
        ]
        problem = answers[2]["error"]
        assert problem["type"] == "rate_limited"
        assert 0 < problem["retry_after_ms"] <= 31_000
        again = await client.rpc("topic.read", topic=topic, seq=1, nonce="nonce-0-read")
        assert again == {**answers[0], "duplicate": True}, "a repeat is answered before the rate is looked at"
