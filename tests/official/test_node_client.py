"""The official JavaScript client (npm centrifuge), which the browser uses, against our socket."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from tests.consumers.given import Room, load_member
from tests.official.bad_line import bad_line
from tests.server import ROOT, Server, SignedIn

SCRIPT = Path(__file__).with_name("follow.mjs")
MODULE = ROOT / "frontend" / "node_modules" / "centrifuge" / "build" / "index.mjs"
CLIENTS = 6
DROPS = 150


def node() -> str:
    """The Node program: the environment's own, which the setup puts there, else the one on PATH."""
    own = Path(sys.executable).parent
    found = shutil.which("node", path=f"{own}{os.pathsep}{os.environ['PATH']}")
    assert found, "Node is missing: run make setup"
    return found


@contextlib.asynccontextmanager
async def script(server: Server, room: Room, url: str, *people: SignedIn) -> AsyncIterator[Process]:
    """The script, running for these people."""
    told = {
        "url": url,
        "base": server.base,
        "stream": room.stream,
        "topic": room.topic,
        "module": str(MODULE),
        "people": [{"session": person.session, "csrf": person.csrf} for person in people],
    }
    process = await asyncio.create_subprocess_exec(
        node(),
        "--no-warnings",
        "--experimental-websocket",  # Node 20 has WebSocket only by this name; newer ones take it without harm
        str(SCRIPT),
        json.dumps(told),
        stdin=PIPE,
        stdout=PIPE,
        limit=2**24,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()  # at its end the script ends
        try:
            await asyncio.wait_for(process.communicate(), 5)
        except TimeoutError:
            os.killpg(process.pid, signal.SIGKILL)  # the program may be a thin one that runs the real Node
            await process.communicate()


async def order(process: Process, what: str, **data: Any) -> Any:
    """Give an order and wait for its answer."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps({"order": what, **data}).encode() + b"\n")
    return json.loads(await asyncio.wait_for(process.stdout.readline(), 30))


async def test_nothing_is_missing_or_twice_over_many_drops(server: Server, room: Room) -> None:
    people = await asyncio.to_thread(room.join_load, *range(CLIENTS))
    async with bad_line(server.port, seed=12) as line, script(server, room, line.url, *people) as process:
        await order(process, "follow")
        await line.cut_many(DROPS, seconds=0.03)
        done = await order(process, "finish")
    kept = [post["body"] for post in await asyncio.to_thread(room.posts, room.host)]
    said = [body for follower in done["followers"] for body in follower["acked"].values()]
    assert done["again"] == {**done["last"], "duplicate": True}
    assert sorted(kept) == sorted(said), "exactly what was acknowledged is there, once"
    assert len(set(kept)) == len(kept)
    assert line.drops >= DROPS
    assert sum(len(follower["recovered"]) for follower in done["followers"]) > DROPS / 5
    for follower in done["followers"]:
        assert all(follower["recovered"])
        offsets, shown = follower["offsets"], follower["bodies"]
        assert offsets == list(range(offsets[0], done["last"]["seq"] + 1))
        assert shown == kept[-len(shown) :]


async def test_what_is_refused(server: Server, room: Room) -> None:
    person = load_member(server, 7)
    async with script(server, room, server.socket_url, person) as process:
        foreign = await order(process, "knock")
        assert foreign["ended"] == [[103, "permission denied"]], "final: the client does not ask again"
        assert foreign["state"] == "connected"
        await asyncio.to_thread(room.join_load, 7)
        used = await asyncio.to_thread(person.ticket)
        first = await order(process, "knock", token=used)
        assert (first["ended"], first["errors"], first["state"]) == ([], [], "connected")
        second = await order(process, "knock", token=used)
        assert (second["ended"], second["state"]) == ([], "connected"), "a new ticket was fetched"
        made_up = await order(process, "knock", token="made up")
        assert (made_up["ended"], made_up["state"]) == ([], "connected")


async def test_who_is_removed_is_told_once_and_does_not_ask_again(server: Server, room: Room) -> None:
    person = load_member(server, 8)
    await asyncio.to_thread(room.join_load, 8)
    member = person.get(f"/api/groups/{room.group}").json()["membership"]
    async with script(server, room, server.socket_url, person) as process:
        await order(process, "follow")
        await asyncio.to_thread(room.host.command, "member.remove", group=room.group, member=member)
        await asyncio.to_thread(room.host.command, "post.submit", topic=room.topic, body="not for them")
        told = await order(process, "told")
        assert told["ended"] == [[2000, "access ended"]]
        assert "not for them" not in told["bodies"]
