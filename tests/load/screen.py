"""What one client shows: the posts it was sent, and those it had to fetch when it was away for too long."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.client import LiveClient
from tests.load.circle import Room
from tests.server import SignedIn

Key = tuple[int, str, str, str]


def key_of(post: dict[str, Any]) -> Key:
    """What must agree between a socket's event and HTTP's answer: place, id, author and words."""
    return int(post["seq"]), str(post["id"]), str(post["author"]), str(post["body"])


@dataclass
class Screen:
    """One member's client with everything it was shown."""

    person: SignedIn
    client: LiveClient
    fetched: dict[str, list[Key]] = field(default_factory=dict)

    async def come_back(self, rooms: Iterable[Room]) -> None:
        """Resume after a dropped line; fetch over HTTP what was too much to recover."""
        lost = await self.client.resume()
        for room in rooms:
            if room.stream in lost:
                since, upto = lost[room.stream], self.client.streams[room.stream].offset
                posts = await asyncio.to_thread(all_posts, self.person, room.topic)
                missed = [key_of(post) for post in posts if since < post["seq"] <= upto]
                self.fetched.setdefault(room.topic, []).extend(missed)

    async def until_shown(self, room: Room, posts: set[str], within: float = 20) -> None:
        """Wait until all of `posts` are on this screen; raises TimeoutError."""
        await self.client.until(lambda: posts <= {key[1] for key in self.shown(room)}, within)

    def shown(self, room: Room) -> list[Key]:
        """The topic's posts as they arrived; what was fetched stands where its sequence number puts it."""
        sent = [
            (event["post_seq"], event["post"], event["author"], event["body"])
            for event in self.client.streams[room.stream].events
            if event["type"] == "post.published" and event["topic"] == room.topic
        ]
        if more := self.fetched.get(room.topic):
            return sorted(sent + more)
        return sent

    def arrivals(self, room: Room) -> dict[str, float]:
        """When each post came over the socket, by id (time.monotonic())."""
        stream = self.client.streams[room.stream]
        pairs = zip(stream.events, stream.arrivals, strict=True)
        return {event["post"]: moment for event, moment in pairs if event["type"] == "post.published"}


def all_posts(person: SignedIn, topic: str) -> list[dict[str, Any]]:
    """Every post of a topic over HTTP, page by page, oldest first."""
    found: list[dict[str, Any]] = []
    before: dict[str, int] = {}
    while True:
        page = person.get(f"/api/topics/{topic}/posts", limit=100, **before).raise_for_status().json()
        found.extend(page["posts"])
        if not page["more"]:
            return found[::-1]
        before = {"before": page["posts"][-1]["seq"]}
