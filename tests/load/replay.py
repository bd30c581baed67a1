"""Replay texts as posts of eight members in three groups over real sockets whose lines drop at random.

At the end every client must hold exactly the right list: the one that HTTP answers, in order, without a gap
or a repeat. `make load TEXTS=path` runs it on a file of JSON lines with a "text" in each.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.client import Dropped
from tests.load.circle import Circle, Room, gather_circle
from tests.load.screen import Screen, all_posts, key_of
from tests.server import running_server

OWN_TEXTS = Path(__file__).parent / "texts.jsonl"
DROPS = 0.06  # the chance of losing the line around any one post
BREATH = 1 / 40  # seconds between two posts of one member: a socket may send 60 frames a second


@dataclass
class Figures:
    """What a replay came to."""

    posts: int = 0
    states: dict[str, int] = field(default_factory=dict)
    resent: int = 0
    duplicates: int = 0
    drops: int = 0
    recoveries: int = 0
    refetched: int = 0
    seconds: float = 0.0
    delays: list[float] = field(default_factory=list)

    def delay_ms(self, share: float) -> float:
        """How long this share of the deliveries took at most, from sending to a reader's screen."""
        ordered = sorted(self.delays) or [0.0]
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000

    def __str__(self) -> str:
        states = ", ".join(f"{count} {state}" for state, count in sorted(self.states.items()))
        pace = self.posts / self.seconds
        return (
            f"{self.posts} posts ({states}) in {self.seconds:.1f} s: {pace:.0f} a second\n"
            f"sent to seen: p50 {self.delay_ms(0.5):.0f} ms, p95 {self.delay_ms(0.95):.0f} ms (readers away too)\n"
            f"{self.drops} dropped lines, {self.recoveries} streams taken up again "
            f"({self.refetched} by fetching)\n"
            f"{self.resent} posts sent again, {self.duplicates} of them answered as known"
        )


class Replay:
    """One run: who sends what, when it was sent, and what each client was shown."""

    def __init__(self, circle: Circle, texts: Sequence[str], seed: int) -> None:
        self.circle, self.chance, self.figures = circle, random.Random(seed), Figures(posts=len(texts))
        self.screens = [Screen(*pair) for pair in zip(circle.people, circle.clients, strict=True)]
        self.sent_at: dict[str, float] = {}
        self.acked: dict[str, list[str]] = {room.topic: [] for room in circle.rooms}
        self.queues: list[list[tuple[Room, str]]] = [[] for _ in circle.clients]
        for number, text in enumerate(texts):
            member = number % len(circle.clients)
            self.queues[member].append((self.chance.choice(circle.rooms_of(member)), text))

    async def run(self) -> Figures:
        """Connect all, say everything, wait until all is seen; raises TimeoutError or AssertionError."""
        for member, screen in enumerate(self.screens):
            await screen.client.connect()
            for room in self.circle.rooms_of(member):
                await screen.client.subscribe(room.stream)
        begun = time.monotonic()
        await asyncio.gather(*(self.speak(member) for member in range(len(self.screens))))
        self.figures.seconds = time.monotonic() - begun
        for member, screen in enumerate(self.screens):
            for room in self.circle.rooms_of(member):
                await screen.until_shown(room, set(self.acked[room.topic]))
        for stream in (stream for screen in self.screens for stream in screen.client.streams.values()):
            self.figures.recoveries += stream.recoveries
            self.figures.refetched += stream.unrecovered
        self._measure()
        return self.figures

    async def speak(self, member: int) -> None:
        """Send this member's posts one after another, losing the line now and then, also in mid-sentence."""
        screen = self.screens[member]
        for number, (room, text) in enumerate(self.queues[member]):
            begun = time.monotonic()
            answer = await self._send(screen, room, text, f"replay-{member}-{number:06d}")
            assert "error" not in answer, answer
            state = answer["state"]
            self.figures.states[state] = self.figures.states.get(state, 0) + 1
            self.figures.duplicates += bool(answer["duplicate"])
            if state == "published":
                self.sent_at[answer["id"]] = begun
                self.acked[room.topic].append(answer["id"])
            if self.chance.random() < DROPS:
                await self._lose_line(screen)
            await asyncio.sleep(max(0.0, begun + BREATH - time.monotonic()))
        if not screen.client.connected:
            await screen.come_back(self.circle.rooms)

    async def _send(self, screen: Screen, room: Room, text: str, nonce: str) -> dict[str, Any]:
        """Send one post until it is answered, as an outbox does: always with the same nonce."""
        more = {"content_note": "A long one"} if len(text) > 2000 else {}
        while True:
            if not screen.client.connected:
                await screen.come_back(self.circle.rooms)
            sending = asyncio.create_task(screen.client.post(room.topic, text, nonce=nonce, **more))
            try:
                if self.chance.random() < DROPS:
                    await asyncio.sleep(self.chance.random() * 0.01)
                    await self._lose_line(screen)
                return await sending
            except Dropped:
                self.figures.resent += 1

    async def _lose_line(self, screen: Screen) -> None:
        """Drop the line and stay away for up to 0.3 s."""
        self.figures.drops += 1
        await screen.client.drop()
        await asyncio.sleep(self.chance.random() * 0.3)

    def _measure(self) -> None:
        """For each post and reader, the time until it was there."""
        for room in self.circle.rooms:
            shown = [self.screens[member].arrivals(room) for member in room.members]
            for post in self.acked[room.topic]:
                # what was fetched has no arrival
                self.figures.delays += [times[post] - self.sent_at[post] for times in shown if post in times]

    def check(self) -> None:
        """Every client holds exactly what HTTP answers, and that is exactly what was acknowledged.

        Raises AssertionError that names member and group.
        """
        for member, screen in enumerate(self.screens):
            for room in self.circle.rooms_of(member):
                right = all_posts(screen.person, room.topic)
                where = f"member {member + 1} in {room.stream}"
                assert screen.shown(room) == [key_of(post) for post in right], where
                assert sorted(post["id"] for post in right) == sorted(self.acked[room.topic]), where
        for room in self.circle.rooms:
            told = [text for queue in self.queues for place, text in queue if place is room]
            assert len(told) >= len(self.acked[room.topic])


def replay(texts: Sequence[str], *, seed: int = 1) -> Figures:
    """Start a server, replay `texts` on it, check every client's lists and answer the figures."""
    with running_server(members=8) as server:
        circle = gather_circle(server)
        try:
            return asyncio.run(_replay(Replay(circle, texts, seed)))
        finally:
            circle.close()


async def _replay(run: Replay) -> Figures:
    try:
        figures = await run.run()
        await asyncio.to_thread(run.check)
        return figures
    finally:
        for client in run.circle.clients:
            await client.close()


def read_texts(path: Path) -> list[str]:
    """The "text" of each line of a JSON lines file, without those that are blank."""
    lines = path.read_text(encoding="utf-8").splitlines()
    texts = [str(json.loads(line)["text"]) for line in lines if line.strip()]
    return [text for text in texts if text.strip()]


def main(arguments: Sequence[str] | None = None) -> int:
    """Replay a file and print the figures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument(
        "texts", nargs="?", type=Path, default=OWN_TEXTS, help='JSON lines with a "text" in each'
    )
    options.add_argument("--seed", type=int, default=1, help="which random drops")
    chosen = options.parse_args(arguments)
    figures = replay(read_texts(chosen.texts), seed=chosen.seed)
    print(figures)
    print("Every client ended with exactly the right list.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
