"""The hub by itself: places in the sequence, races of joining and revoking, and healing from the log."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.events import SigninEnded
from community.events import AgreementPublished, MemberLeft
from consumers.streams import revokes
from hearthside.hub import Hub, Payload, Port, Wiring
from hearthside.live import Announced
from hearthside.wire import Event

NAME = "group:one"


@dataclass(eq=False)
class FakeSocket:
    """Keeps what the hub does to a socket."""

    signin_id: str = "signin"
    person_id: str = "person"
    frames: list[Any] = field(default_factory=list)
    closed: int = 0
    dropped_as: bool | None = None

    def write(self, payload: Payload) -> None:
        self.frames.append(json.loads(payload.text)["push"]["pub"])

    def close(self, code: int, reason: str) -> None:
        self.closed = code

    def dropped(self, stream: str, *, final: bool) -> None:
        self.dropped_as = final

    @property
    def offsets(self) -> list[int]:
        return [frame["offset"] for frame in self.frames]


@dataclass
class Log:
    """A log that can be slow or short, instead of the database."""

    events: list[Announced] = field(default_factory=list)
    reads: int = 0

    async def replay(self, name: str, after: int) -> list[Announced]:
        self.reads += 1
        await asyncio.sleep(0)
        return [event for event in self.events if event.stream == name and event.seq > after]

    async def heads(self, names: Sequence[str]) -> dict[str, int]:
        return {event.stream: event.seq for event in self.events}


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def hub(log: Log) -> Hub:
    return Hub(Wiring(heads=log.heads, replay=log.replay, revokes=revokes))


def event(seq: int, body: Event | None = None, *, stream: str = NAME, about: int | None = None) -> Announced:
    """An announced event at a place in the sequence."""
    body = body or AgreementPublished(group="one", agreement_version=seq)
    return Announced(stream, seq, body, f"id-{seq}", datetime(2026, 1, 1, tzinfo=UTC), about, None, None)


def enter(
    hub: Hub, *, seq: int | None = None, visible_from: int = 0, member: str = "m"
) -> tuple[FakeSocket, Port]:
    """A socket's port in the stream, opened at `seq` unless None."""
    socket = FakeSocket()
    port = Port(socket, NAME, visible_from, member)
    hub.enter(port)
    if seq is not None:
        hub.open(port, seq)
    return socket, port


def left(member: str = "m", state: str = "removed") -> MemberLeft:
    """The event that takes a member's ports away."""
    return MemberLeft(member=member, name="M", role="member", state=state)


async def test_each_event_once_and_in_order(hub: Hub) -> None:
    socket, _ = enter(hub, seq=4)
    hub.deliver([event(3), event(5), event(6), event(6), event(5)])
    assert socket.offsets == [5, 6]


async def test_what_came_while_a_port_was_closed_follows(hub: Hub) -> None:
    socket, port = enter(hub)
    hub.deliver([event(7), event(8), event(9)])
    assert socket.frames == []
    hub.open(port, 8)
    assert socket.offsets == [9]
    hub.deliver([event(10)])
    assert socket.offsets == [9, 10]


async def test_a_gap_is_read_from_the_log(hub: Hub, log: Log) -> None:
    socket, _ = enter(hub, seq=1)
    log.events = [event(2), event(3), event(4)]
    hub.deliver([event(4)])
    await settle()
    assert socket.offsets == [2, 3, 4]


async def test_a_lost_wake_up_heals(hub: Hub, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hearthside.hub.HEADS_EVERY", 0.01)
    socket, _ = enter(hub, seq=1)
    log.events = [event(2), event(3)]
    watching = asyncio.create_task(hub.watch_heads())
    await asyncio.sleep(0.1)
    watching.cancel()
    assert socket.offsets == [2, 3]


async def test_a_log_that_was_trimmed_sends_the_port_to_fetch(hub: Hub, log: Log) -> None:
    socket, _ = enter(hub, seq=1)
    log.events = [event(5), event(6)]
    hub.deliver([event(6)])
    await asyncio.wait_for(settle(), 1)
    assert socket.offsets == []
    assert socket.dropped_as is False
    assert log.reads < 5


async def test_blanks_for_what_is_before_a_readers_time(hub: Hub) -> None:
    (old, _), (new, _) = enter(hub, seq=10), enter(hub, seq=10, visible_from=10)
    hub.deliver([event(11, about=9), event(12, about=12), event(13, about=10), event(14)])
    assert old.offsets == new.offsets == [11, 12, 13, 14]
    assert new.frames[0]["data"] == {"v": 1, "type": "skipped", "seq": 11}
    assert [frame["data"]["type"] for frame in new.frames[1:]] == ["agreement.published"] * 3
    assert [frame["data"]["type"] for frame in old.frames] == ["agreement.published"] * 4


@pytest.mark.parametrize(("state", "final"), [("removed", True), ("left", True), ("active", False)])
async def test_a_removal_drops_the_members_ports_only(hub: Hub, state: str, final: bool) -> None:
    (gone, _), (stays, _) = enter(hub, seq=1, member="m"), enter(hub, seq=1, member="other")
    hub.deliver([event(2, left("m", state)), event(3)])
    assert (gone.offsets, gone.dropped_as) == ([], final)
    assert (stays.offsets, stays.dropped_as) == ([2, 3], None)


async def test_a_removal_while_the_port_was_closed(hub: Hub) -> None:
    """Access was read before the removal: the port may not open behind its back."""
    socket, port = enter(hub, member="")
    hub.deliver([event(5, left("m")), event(6)])
    port.member = "m"
    hub.open(port, 4)
    hub.deliver([event(7)])
    assert (socket.offsets, socket.dropped_as) == ([], True)


async def test_who_was_let_in_after_a_removal_stays(hub: Hub) -> None:
    socket, port = enter(hub, member="")
    hub.deliver([event(5, left("m"))])
    port.member = "m"
    hub.open(port, 6)  # access was read at 6, after the removal at 5
    hub.deliver([event(6), event(7)])
    assert (socket.offsets, socket.dropped_as) == ([7], None)


async def test_a_revocation_that_only_the_log_has_is_not_jumped_over(hub: Hub, log: Log) -> None:
    """Another process ends a sign-in; before this one hears of it, somebody else's connect reads the newer head."""
    person = "person:one"
    ended, other = FakeSocket(signin_id="ended"), FakeSocket(signin_id="other")
    hub.hold(person, ended)
    hub.know_head(person, 5)
    log.events = [event(6, SigninEnded(signin="ended"), stream=person)]
    hub.hold(person, other)
    hub.know_head(person, 6)
    await settle()
    assert (ended.closed, other.closed) == (3503, 0)


async def test_nothing_is_kept_of_streams_that_nobody_follows(hub: Hub) -> None:
    _, port = enter(hub, seq=1)
    socket = FakeSocket()
    hub.hold("person:one", socket)
    hub.deliver([event(2)])
    hub.leave(port)
    hub.release("person:one", socket)
    assert hub.channels == {}


async def settle() -> None:
    """Let the hub's own tasks run to their end."""
    for _ in range(50):
        await asyncio.sleep(0)


async def test_an_event_is_kept_from_the_member_it_is_about(log: Log) -> None:
    hub = Hub(Wiring(log.heads, log.replay, revokes, kept_from=lambda event: "about"))
    (other, _), (about, _) = enter(hub, seq=4), enter(hub, seq=4, member="about")
    hub.deliver([event(5)])
    kinds = [socket.frames[0]["data"]["type"] for socket in (other, about)]
    assert kinds == ["agreement.published", "skipped"]
    assert (other.offsets, about.offsets) == ([5], [5])
