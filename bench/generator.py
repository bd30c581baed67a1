"""The load: members of one room, and an open loop that speaks at a fixed pace whatever the server does.

A delivery is one message at one member, the sender's own echo included. Its delay counts from the moment the
message was due, so a server that falls behind cannot hide it.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.processor import spent_ns
from bench.sockets import Socket

MARK = b"bench-"
_WIDTH = len(MARK) + 20 + 1 + 9
# Numbers go as letters: a long row of digits would be held as somebody's telephone number.
TO_LETTERS = str.maketrans("0123456789", "bcdfghjklm")
TO_DIGITS = bytes.maketrans(b"bcdfghjklm", b"0123456789")
FILL = "A sentence of the length that people write to each other between two sessions."


@dataclass(frozen=True)
class Result:
    """One open loop: milliseconds, and microseconds of the server's processor time per delivery."""

    sent: int
    expected: int
    delivered: int
    twice: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    cpu_us: float
    generator_busy: float

    @property
    def lost(self) -> int:
        """Deliveries that never came."""
        return self.expected - self.delivered


class Room:
    """Members connected to one room of a server; `wrap(text, number)` makes the frame that says it."""

    def __init__(self, pid: int, wrap: Callable[[str, int], bytes]) -> None:
        self.pid, self.wrap = pid, wrap
        self.members: list[Socket] = []
        self._numbered = 0
        self._begin()

    def hear(self, member: int) -> Callable[[bytes], None]:
        """What member number `member` does with each text message: count the marks in it, each once."""

        def on_text(payload: bytes) -> None:
            at = payload.find(MARK)
            if at < 0:
                return
            now = time.monotonic_ns()
            last = -1
            while at >= 0:
                due, _, number = payload[at + len(MARK) : at + _WIDTH].translate(TO_DIGITS).partition(b"-")
                if (index := int(number)) != last:  # a post carries its words twice: as written and as HTML
                    self._note(member, index - self._first, now - int(due))
                last, at = index, payload.find(MARK, at + _WIDTH)

        return on_text

    async def open_loop(self, rate: float, seconds: float) -> Result:
        """Speak so that `rate` deliveries a second are due, for `seconds`; then wait for the last (4 s)."""
        self._begin()
        size = len(self.members)
        count = max(3, int(seconds * rate / size))
        gap = int(1e9 * size / rate)
        gc.collect()
        gc.disable()
        cpu, own, begun = spent_ns(self.pid), time.process_time(), time.monotonic()
        due = time.monotonic_ns()
        for _ in range(count):
            if (ahead := due - time.monotonic_ns()) > 0:
                await asyncio.sleep(ahead / 1e9)
            self._say(due)
            due += gap
        await self._settle(count * size)
        cpu, own = spent_ns(self.pid) - cpu, time.process_time() - own
        gc.enable()
        return self._result(count, cpu, own / (time.monotonic() - begun))

    def close(self) -> None:
        """Drop every member's line."""
        for member in self.members:
            member.close()

    def _begin(self) -> None:
        self._first = self._numbered
        self._delays: list[int] = []
        self._seen: set[tuple[int, int]] = set()
        self._twice = 0

    def _note(self, member: int, index: int, delay: int) -> None:
        if index < 0:
            return  # of an earlier loop
        if (member, index) in self._seen:
            self._twice += 1
            return
        self._seen.add((member, index))
        self._delays.append(delay)

    def _say(self, due: int) -> None:
        number = self._numbered
        self._numbered += 1
        text = f"{MARK.decode()}{f'{due:020d}-{number:09d}'.translate(TO_LETTERS)} {FILL}"
        member = self.members[number % min(10, len(self.members))]
        if member.lost:
            raise ConnectionError("the server closed a member's line")
        member.say(self.wrap(text, number))

    async def _settle(self, expected: int) -> None:
        for _ in range(400):
            if len(self._delays) >= expected:
                return
            await asyncio.sleep(0.01)

    def _result(self, count: int, cpu_ns: int, busy: float) -> Result:
        delays = sorted(self._delays) or [0]
        return Result(
            sent=count,
            expected=count * len(self.members),
            delivered=len(self._delays),
            twice=self._twice,
            p50_ms=delays[len(delays) // 2] / 1e6,
            p95_ms=delays[min(len(delays) - 1, int(len(delays) * 0.95))] / 1e6,
            p99_ms=delays[min(len(delays) - 1, int(len(delays) * 0.99))] / 1e6,
            cpu_us=cpu_ns / 1e3 / max(1, len(self._delays)),
            generator_busy=busy,
        )
