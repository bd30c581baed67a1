"""The heartbeat and the time limits of a socket, under a clock that the test moves."""

from __future__ import annotations

from typing import Any, cast

import pytest

from accounts.models import Person
from consumers import frames, live
from consumers.live import LiveSocket
from hearthside.hub import Hub, Wiring


class Line:
    """A fan-out port and an ASGI send that keep what goes out."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.sent: list[dict[str, Any]] = []
        self.waiting = 0

    def write(self, frame: bytes) -> None:
        self.frames.append(frame)

    def backlog(self) -> int:
        return self.waiting

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    async def close_code(self, socket: LiveSocket) -> int:
        """The close code that was sent; 0 for none."""
        for task in list(socket._tasks):
            await task
        return next((message["code"] for message in self.sent if message["type"] == "websocket.close"), 0)


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
async def socket(line: Line) -> LiveSocket:
    """A socket of somebody who is connected, opened at second 0."""
    made = LiveSocket(Hub(cast(Wiring, None)), cast(Any, None), line.send, line)
    made.opened_at = made.pinged_at = made.heard_at = 0.0
    made.person = Person(name="Somebody")
    return made


async def test_a_ping_after_25_seconds(socket: LiveSocket, line: Line) -> None:
    for second in range(1, 25):
        socket.tick(second)
    assert line.frames == []
    socket.tick(25)
    assert line.frames == [b"\x81\x02{}"]


async def test_8_seconds_to_answer(socket: LiveSocket, line: Line) -> None:
    for second in range(25, 34):
        socket.tick(second)
    assert await line.close_code(socket) == 0
    socket.tick(34)
    assert await line.close_code(socket) == 3012


async def test_any_frame_is_an_answer(
    socket: LiveSocket, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    for second in range(1, 200):
        if line.frames and second % 25 == 5:
            socket.take("{}")
        socket.tick(second)
    assert await line.close_code(socket) == 0
    assert len(line.frames) == 7


async def test_who_says_nothing_is_closed_after_10_seconds(socket: LiveSocket, line: Line) -> None:
    socket.person = None
    for second in range(1, 11):
        socket.tick(second)
    assert await line.close_code(socket) == 0
    socket.tick(11)
    assert await line.close_code(socket) == 3500


async def test_lagging_for_30_seconds(socket: LiveSocket, line: Line) -> None:
    line.waiting = live.LAGGING_BYTES + 1
    for second in range(1, 32):
        socket.tick(second)
        socket.take("{}")
    assert await line.close_code(socket) == 0
    socket.tick(32)
    assert await line.close_code(socket) == 3008


async def test_lagging_and_catching_up(socket: LiveSocket, line: Line) -> None:
    for second in range(1, 200):
        line.waiting = live.LAGGING_BYTES + 1 if second % 20 else 0
        socket.tick(second)
        socket.take("{}") if second % 10 == 0 else None
    assert await line.close_code(socket) == 0


async def test_more_than_a_mebibyte_at_once(socket: LiveSocket, line: Line) -> None:
    line.waiting = live.MOST_BYTES + 1
    socket.write(frames.PING)
    assert await line.close_code(socket) == 3008
