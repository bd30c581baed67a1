"""What the tests of the live socket start from: a server on a copy of one demo practice, and rooms of their own."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.client import LiveClient
from tests.load.circle import join_group
from tests.server import Server, SignedIn

MEMBERS = 10
_numbers = itertools.count(1)
_people: dict[tuple[str, int], SignedIn] = {}


def environment(data: Path, **settings: str) -> dict[str, str]:
    """A process environment with these HEARTHSIDE_* settings only, by short lower-case names."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("HEARTHSIDE_")}
    values = {"demo": "1", "rates": "off", **settings, "data": str(data)}
    named = {f"HEARTHSIDE_{name.upper()}": value for name, value in values.items()}
    return {**clean, **named, "PYTHONUNBUFFERED": "1"}


@functools.cache
def template() -> Server:
    """The data of a demo practice with a load group, made once in a run and never served."""
    folder = Path(tempfile.mkdtemp(prefix="hearthside-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    server = Server(data=folder / "data", env=environment(folder / "data"))
    server.make_demo(MEMBERS)
    return server


@contextlib.contextmanager
def copied_server(**settings: str) -> Iterator[Server]:
    """A server on a copy of the template's data, started, and stopped and removed at the end."""
    with tempfile.TemporaryDirectory(prefix="hearthside-") as folder:
        data = Path(folder) / "data"
        shutil.copytree(template().data, data)
        server = Server(data=data, env=environment(data, **settings), accounts=template().accounts)
        try:
            server.start()
            yield server
        finally:
            for key in [key for key in _people if key[0] == server.base]:
                _people.pop(key).close()
            server.stop()


def load_member(server: Server, number: int) -> SignedIn:
    """The load group's member of that number, from 0, signed in; closed with the server."""
    key = server.base, number
    if key not in _people:
        rows = [row for row in server.accounts if row.get("load")]
        _people[key] = SignedIn(server.base, session=rows[number]["session"])
    return _people[key]


def email_of(server: Server, number: int) -> str:
    """The address of the load group's member of that number."""
    return str([row for row in server.accounts if row.get("load")][number]["email"])


@dataclass
class Room:
    """A group with one topic, opened for one test."""

    server: Server
    host: SignedIn
    group: str
    topic: str

    @property
    def stream(self) -> str:
        """The group's stream."""
        return f"group:{self.group}"

    def join(self, person: SignedIn, email: str, name: str = "") -> str:
        """Invite somebody and have them join; answers their membership."""
        link = self.host.command("group.invite", group=self.group, email=email)["link"]
        join_group(person, link.rpartition("/")[2], name or f"Member {next(_numbers)}")
        return str(person.get(f"/api/groups/{self.group}").raise_for_status().json()["membership"])

    def join_load(self, *numbers: int) -> list[SignedIn]:
        """Have members of the load group join, by number; answers them signed in."""
        people = [load_member(self.server, number) for number in numbers]
        for number, person in zip(numbers, people, strict=True):
            self.join(person, email_of(self.server, number))
        return people

    def posts(self, person: SignedIn) -> list[dict[str, Any]]:
        """Every post of the topic as this person may see it, oldest first."""
        found: list[dict[str, Any]] = []
        params: dict[str, Any] = {"limit": 100}
        while True:
            answer = person.get(f"/api/topics/{self.topic}/posts", **params).raise_for_status().json()
            found += answer["posts"]
            if not answer["more"]:
                return found[::-1]
            params["before"] = found[-1]["seq"]


def open_room(server: Server, host: SignedIn, **settings: Any) -> Room:
    """A new group, by default one whose newcomers see everything, with one topic."""
    settings = {"name": f"Room {next(_numbers)}", "newcomers_see": "all", **settings}
    group = host.command("group.open", **settings)["group"]
    topic = host.command("topic.create", group=group, title="Everything")["id"]
    return Room(server, host, group, topic)


@contextlib.asynccontextmanager
async def joined(server: Server, *people: SignedIn, stream: str = "") -> AsyncIterator[list[LiveClient]]:
    """A connected client for each person, subscribed to `stream` when one is named."""
    clients = [LiveClient(server.socket_url, person.ticket) for person in people]
    try:
        await asyncio.gather(*(client.connect() for client in clients))
        if stream:
            await asyncio.gather(*(client.subscribe(stream) for client in clients))
        yield clients
    finally:
        await asyncio.gather(*(client.close() for client in clients))


def faults_in(log: str) -> list[str]:
    """Lines of a server's log that tell of something broken inside."""
    signs = ("level='error'", "level='critical'", "Traceback", "Exception in callback", "Unhandled error")
    return [line for line in log.splitlines() if any(sign in line for sign in signs)]
