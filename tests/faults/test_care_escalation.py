"""A cry for help while the server dies and the clock jumps: all who should be called are called, and nobody twice."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from tests.client import LiveClient
from tests.consumers.given import copied_server, faults_in
from tests.server import Server, SignedIn

CRY = "I want to die tonight."
SECOND = 1.0


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


def calls(client: LiveClient, stream: str) -> list[tuple[str, int | None]]:
    """The calls on a stream, in order: type and level."""
    events = client.streams[stream].events
    return [(event["type"], event.get("level")) for event in events if event["type"].startswith("care.")]


async def called(
    server: Server, begin: dict[str, int], key: str, *wanted: int, settled: bool = False
) -> None:
    """Wait until somebody was called at exactly these levels, in this order (and told that it is settled)."""
    expected: list[tuple[str, int | None]] = [("care.paged", level) for level in wanted]
    expected += [("care.settled", None)] if settled else []
    async with listening(server, key, begin[key]) as (client, stream):
        with contextlib.suppress(TimeoutError):
            await client.until(lambda: len(calls(client, stream)) >= len(expected))
        assert calls(client, stream) == expected, key


def mails(server: Server) -> list[str]:
    """To whom calls were mailed, sorted; no letter may hold the words or a name."""
    found = []
    for path in (server.data / "mail").glob("*.eml"):
        letter: Any = message_from_bytes(path.read_bytes(), policy=policy.default)
        text = letter["Subject"] + letter.get_content()
        for secret in ("die", "Priya", "Marigold", "Steady"):
            assert secret not in text
        found.append(letter["To"].partition("@")[0])
    return sorted(found)


def prepare(server: Server) -> tuple[str, str]:
    """Hannah first and Daniel second on their group's roster, Judith clinical lead; the group and a topic of it."""
    group = server.account("daniel")["groups"][0]
    with contextlib.closing(server.sign_in("judith")) as judith:
        practice = judith.get("/api/practice").raise_for_status().json()
        lead = server.account("judith")["person"]
        judith.command("practice.update", version=practice["version"], clinical_lead=lead)
    with contextlib.closing(server.sign_in("hannah")) as hannah:
        page = hannah.get(f"/api/groups/{group['id']}").raise_for_status().json()
        leaders = {
            row["name"].partition(" ")[0]: row["id"]
            for row in page["members"]
            if row["role"] == "facilitator"
        }
        slots = [
            {"member": leaders[name], "order": order, "weekday": day, "starts": "00:00", "ends": "00:00"}
            for name, order in (("Hannah", "first"), ("Daniel", "backup"))
            for day in range(7)
        ]
        hannah.command("roster.save", group=group["id"], version=0, slots=slots)
    return group["id"], group["topics"][0]


async def cry(server: Server, topic: str) -> None:
    """Priya writes it: her post stands, she is offered support, and Hannah is called within a second."""
    async with listening(server, "hannah") as (hannah, stream):
        with contextlib.closing(server.sign_in("priya")) as priya:
            began = time.monotonic()
            answer = priya.command("post.submit", topic=topic, body=CRY)
            assert answer["state"] == "published"
            assert answer["support"]["show"] is True
            assert answer["support"]["severity"] >= 2
            assert time.monotonic() - began < SECOND
        await hannah.until(lambda: calls(hannah, stream))
        assert hannah.streams[stream].arrivals[-1] - began < 2 * SECOND
        assert calls(hannah, stream) == [("care.paged", 0)]


def item_of(server: Server, person: SignedIn, group: str) -> dict[str, Any]:
    """The one item in the care lane of the group's queue."""
    (line,) = person.get(f"/api/groups/{group}/review", lane="care").raise_for_status().json()["lines"]
    return dict(line)


@pytest.mark.slow
async def test_killed_and_the_clock_moved_nobody_is_lost_and_nobody_twice(tmp_path: Path) -> None:
    clock = tmp_path / "offset"
    clock.write_text("0")
    with copied_server(clock_file=str(clock)) as server:
        group, topic = prepare(server)
        begin = await places(server)
        await cry(server, topic)
        server.restart(kill=True)
        await called(server, begin, "daniel")
        clock.write_text("601")
        await called(server, begin, "daniel", 1)
        await called(server, begin, "hannah", 0)
        server.kill()
        clock.write_text("1202")  # while it is down the next level comes due
        server.start()
        await called(server, begin, "judith", 2)
        await called(server, begin, "daniel", 1, 2)
        await called(server, begin, "hannah", 0, 2)
        with contextlib.closing(server.sign_in("daniel")) as daniel:
            item = item_of(server, daniel, group)
            daniel.command("care.acknowledge", item=item["id"], version=item["version"])
        await called(server, begin, "hannah", 0, 2, settled=True)
        server.restart(kill=True)
        clock.write_text("9000")
        await asyncio.sleep(3.5)  # the repeating job has its turn
        for key, levels in {"hannah": (0, 2), "daniel": (1, 2), "judith": (2,)}.items():
            await called(server, begin, key, *levels, settled=True)
        assert mails(server) == ["daniel", "daniel", "hannah", "hannah", "judith"]
        assert faults_in(server.log.read_text(errors="replace")) == []


@pytest.mark.slow
async def test_down_for_an_hour_every_level_is_called_and_the_failure_recorded(tmp_path: Path) -> None:
    clock = tmp_path / "offset"
    clock.write_text("0")
    with copied_server(clock_file=str(clock)) as server:
        group, topic = prepare(server)
        begin = await places(server)
        await cry(server, topic)
        server.kill()
        clock.write_text("3600")
        server.start()
        await called(server, begin, "judith", 2, 3)
        await called(server, begin, "daniel", 1, 2, 3)
        await called(server, begin, "hannah", 0, 2, 3)
        with contextlib.closing(server.sign_in("daniel")) as daniel:
            assert item_of(server, daniel, group)["state"] == "pending"
