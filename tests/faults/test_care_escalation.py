"""A cry for help while the server dies and the clock jumps: all who should be called are called, and nobody twice."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from tests.client import LiveClient
from tests.consumers.given import Room, copied_server, email_of, faults_in, load_member, open_room
from tests.load.circle import join_group
from tests.server import Server, SignedIn

CRY = "I want to die tonight."
AUTHOR, NAME = "Wrenfield", "Room of care"
SECOND = 1.0
LEASED = 30.0  # a job that was killed in the middle runs again when its lease of 20 s has ended


PEOPLE = ("hannah", "daniel", "judith")


@contextlib.asynccontextmanager
async def listening(
    server: Server, key: str, since: int | None = None
) -> AsyncIterator[tuple[LiveClient, str]]:
    """Somebody at their screen, with what their own stream said since a place (now by default)."""
    stream = f"person:{server.account(key)['person']}"
    with contextlib.closing(server.sign_in(key)) as person:
        async with LiveClient(server.socket_url, person.ticket) as client:
            await client.subscribe(stream, since=since)
            yield client, stream


async def places(server: Server) -> dict[str, int]:
    """Where everybody's own stream stands before anything happens."""
    found = {}
    for key in PEOPLE:
        async with listening(server, key) as (client, stream):
            found[key] = client.streams[stream].offset
    return found


def calls(client: LiveClient, stream: str, room: Room) -> list[tuple[str, int | None]]:
    """The calls on a stream that are about the room, in order: type and level."""
    events = [event for event in client.streams[stream].events if event["type"].startswith("care.")]
    items = {event["item"] for event in events if event.get("group") == room.group}
    return [(event["type"], event.get("level")) for event in events if event["item"] in items]


async def called(room: Room, begin: dict[str, int], key: str, *wanted: int, settled: bool = False) -> None:
    """Wait until somebody was called at exactly these levels, in this order (and told that it is settled)."""
    expected: list[tuple[str, int | None]] = [("care.paged", level) for level in wanted]
    expected += [("care.settled", None)] if settled else []
    async with listening(room.server, key, begin[key]) as (client, stream):
        with contextlib.suppress(TimeoutError):
            await client.until(lambda: len(calls(client, stream, room)) >= len(expected), LEASED)
        assert calls(client, stream, room) == expected, key


def mails(room: Room, item: str) -> list[str]:
    """To whom calls to the item were mailed, sorted; no letter may hold the words or a name."""
    found = []
    for path in (room.server.data / "mail").glob("*.eml"):
        letter: Any = message_from_bytes(path.read_bytes(), policy=policy.default)
        text = letter["Subject"] + letter.get_content()
        if item not in text:
            continue
        for secret in ("die", AUTHOR, NAME):
            assert secret not in text
        found.append(letter["To"].partition("@")[0])
    return sorted(found)


def prepare(server: Server) -> Room:
    """A group of Hannah's, with Daniel as the second on its roster and one member; Judith is clinical lead."""
    with contextlib.closing(server.sign_in("judith")) as judith:
        practice = judith.get("/api/practice").raise_for_status().json()
        lead = server.account("judith")["person"]
        judith.command("practice.update", version=practice["version"], clinical_lead=lead)
    with contextlib.closing(server.sign_in("hannah")) as hannah:
        room = open_room(server, hannah, name=NAME)
        mine = hannah.get(f"/api/groups/{room.group}").raise_for_status().json()["membership"]
        daniels = join_as_facilitator(room, "daniel")
        room.join(load_member(server, 0), email_of(server, 0), AUTHOR)
        slots = [
            {"member": member, "order": order, "weekday": day, "starts": "00:00", "ends": "00:00"}
            for member, order in ((mine, "first"), (daniels, "backup"))
            for day in range(7)
        ]
        hannah.command("roster.save", group=room.group, version=0, slots=slots)
    return room


def join_as_facilitator(room: Room, key: str) -> str:
    """Have somebody join the room to lead it; answers their membership."""
    email = room.server.account(key)["email"]
    link = room.host.command("group.invite", group=room.group, email=email, role="facilitator")["link"]
    with contextlib.closing(room.server.sign_in(key)) as person:
        join_group(person, link.rpartition("/")[2], key)
        page = person.get(f"/api/groups/{room.group}").raise_for_status().json()
    return str(page["membership"])


async def cry(room: Room) -> None:
    """A member writes it: the post stands, support is offered, and Hannah is called within a second or two."""
    async with listening(room.server, "hannah") as (hannah, stream):
        began = time.monotonic()
        answer = load_member(room.server, 0).command("post.submit", topic=room.topic, body=CRY)
        assert time.monotonic() - began < SECOND
        assert answer["state"] == "published"
        assert answer["support"]["show"] is True
        assert answer["support"]["severity"] >= 2
        await hannah.until(lambda: calls(hannah, stream, room))
        assert hannah.streams[stream].arrivals[-1] - began < 2 * SECOND
        assert calls(hannah, stream, room) == [("care.paged", 0)]


def item_of(room: Room, person: SignedIn) -> dict[str, Any]:
    """The one item in the care lane of the room's queue."""
    answer = person.get(f"/api/groups/{room.group}/review", lane="care").raise_for_status()
    (line,) = answer.json()["lines"]
    return dict(line)


@pytest.mark.slow
async def test_killed_and_the_clock_moved_nobody_is_lost_and_nobody_twice(tmp_path: Path) -> None:
    clock = tmp_path / "offset"
    clock.write_text("0")
    with copied_server(clock_file=str(clock)) as server:
        room = prepare(server)
        begin = await places(server)
        await cry(room)
        server.restart(kill=True)
        await called(room, begin, "daniel")
        clock.write_text("601")
        await called(room, begin, "daniel", 1)
        await called(room, begin, "hannah", 0)
        server.kill()
        clock.write_text("1202")  # while it is down the next level comes due
        server.start()
        await called(room, begin, "judith", 2)
        await called(room, begin, "daniel", 1, 2)
        await called(room, begin, "hannah", 0, 2)
        with contextlib.closing(server.sign_in("daniel")) as daniel:
            item = item_of(room, daniel)
            daniel.command("care.acknowledge", item=item["id"], version=item["version"])
        await called(room, begin, "hannah", 0, 2, settled=True)
        server.restart(kill=True)
        clock.write_text("9000")
        await asyncio.sleep(3.5)  # the repeating job has its turn
        for key, levels in {"hannah": (0, 2), "daniel": (1, 2), "judith": (2,)}.items():
            await called(room, begin, key, *levels, settled=True)
        mailed = Counter(mails(room, item["id"]))
        assert set(mailed) == {"hannah", "daniel", "judith"}
        wanted = Counter(hannah=2, daniel=2, judith=1)
        assert mailed >= wanted  # a kill between sending and noting it down sends once more, never less
        assert faults_in(server.log.read_text(errors="replace")) == []


@pytest.mark.slow
async def test_down_for_an_hour_every_level_is_called_and_the_failure_recorded(tmp_path: Path) -> None:
    clock = tmp_path / "offset"
    clock.write_text("0")
    with copied_server(clock_file=str(clock)) as server:
        room = prepare(server)
        begin = await places(server)
        await cry(room)
        server.kill()
        clock.write_text("3600")
        server.start()
        await called(room, begin, "judith", 2, 3)
        await called(room, begin, "daniel", 1, 2, 3)
        await called(room, begin, "hannah", 0, 2, 3)
        with contextlib.closing(server.sign_in("daniel")) as daniel:
            assert item_of(room, daniel)["state"] == "pending"
