"""This process's sockets by stream: an event is encoded and framed once, then written to every port.

Runs on the serving loop only, so it needs no locks. The database is the truth: whatever the hub misses it reads from
the log, and every port knows its own place in the sequence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from hearthside.live import Announced
from hearthside.wire import Event, frame_event, frame_skipped

HEADS_EVERY = (
    0.5  # seconds between looks at the database's heads: heals a lost wake-up and hears other processes
)

log = structlog.get_logger("hearthside.hub")


class Payload:
    """A message for sockets: its text, and the ready WebSocket frame made from it once."""

    __slots__ = ("_frame", "text")

    def __init__(self, text: bytes) -> None:
        self.text = text
        self._frame: bytes | None = None

    @property
    def frame(self) -> bytes:
        """The unmasked RFC 6455 text frame."""
        if self._frame is None:
            self._frame = ws_frame(self.text)
        return self._frame


def ws_frame(text: bytes) -> bytes:
    """One final, unmasked text frame (RFC 6455, section 5.2)."""
    size = len(text)
    if size < 126:
        return bytes((0x81, size)) + text
    if size < 65536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + text
    return b"\x81\x7f" + size.to_bytes(8, "big") + text


class Socket(Protocol):
    """What the hub needs of a socket."""

    person_id: str
    signin_id: str

    def write(self, payload: Payload) -> None:
        """Send a message, without waiting."""

    def close(self, code: int, reason: str) -> None:
        """Close the socket."""

    def dropped(self, stream: str, *, final: bool) -> None:
        """Tell the client that its subscription ended."""


@dataclass(eq=False)
class Port:
    """One socket's place in one stream. It enters closed, and opens once its access and the log are read."""

    socket: Socket
    stream: str
    visible_from: int = 0
    member: str | None = None
    seq: int = 0
    opened: bool = False


def sees(visible_from: int, about_seq: int | None) -> bool:
    """Whether what an event speaks of is within a reader's time."""
    return about_seq is None or about_seq >= visible_from


@dataclass(eq=False)
class _Channel:
    head: int | None = None
    wanted: int = 0  # the newest sequence number heard of
    reading: bool = False
    ports: set[Port] = field(default_factory=set)
    holders: set[Socket] = field(default_factory=set)
    recent: list[Announced] = field(default_factory=list)  # kept while a port is closed


@dataclass(frozen=True)
class Revocation:
    """What an event takes away: one member's ports, one sign-in's sockets, or all of a person's sockets."""

    member: str | None = None
    signin: str | None = None
    person: bool = False
    final: bool = True


@dataclass(frozen=True)
class Wiring:
    """The reads the hub needs from above, each running in the reads' own thread pool."""

    heads: Callable[[Sequence[str]], Awaitable[dict[str, int]]]
    replay: Callable[[str, int], Awaitable[list[Announced]]]
    revokes: Callable[[Event], Revocation | None]
    kept_from: Callable[[Event], str | None] = lambda event: None  # the membership that gets a blank instead


class Hub:
    """Delivers committed events, in order, once, to those who may see them."""

    def __init__(self, wiring: Wiring) -> None:
        self.wiring = wiring
        self.channels: dict[str, _Channel] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    # Joining and leaving

    def hold(self, stream: str, socket: Socket) -> int:
        """Have the socket reached by revocations on its person's stream, from now on; how many they have with it."""
        holders = self.channels.setdefault(stream, _Channel()).holders
        holders.add(socket)
        return len(holders)

    def enter(self, port: Port) -> None:
        """Let a port in, closed: what is announced from now on is kept for it."""
        self.channels.setdefault(port.stream, _Channel()).ports.add(port)

    def open(self, port: Port, seq: int) -> None:
        """Open a port that has everything up to `seq`; what came meanwhile follows."""
        channel = self.channels[port.stream]
        self.know_head(port.stream, seq)
        port.seq, port.opened = seq, True
        for event in list(channel.recent):
            if event.seq > port.seq:
                self._revoke(channel, event)
            if port in channel.ports:  # not once that dropped it, or a gap did
                self._write(port, event, {})
        self._forget_recent(channel)

    def know_head(self, stream: str, seq: int) -> None:
        """Learn a stream's head as the database had it; what lies before it may end somebody's access."""
        channel = self.channels[stream]
        if channel.head is None:
            channel.head = seq
        elif channel.head < seq:
            self._catch_up_soon(stream, channel, seq)

    def leave(self, port: Port) -> None:
        """Take a port out; an empty stream is forgotten."""
        channel = self.channels.get(port.stream)
        if channel is not None:
            channel.ports.discard(port)
            self._forget_recent(channel)
            self._forget(port.stream, channel)

    def release(self, stream: str, socket: Socket) -> None:
        """The socket is gone."""
        channel = self.channels.get(stream)
        if channel is not None:
            channel.holders.discard(socket)
            self._forget(stream, channel)

    def _forget(self, stream: str, channel: _Channel) -> None:
        if not channel.ports and not channel.holders and not channel.reading:
            self.channels.pop(stream, None)

    def _forget_recent(self, channel: _Channel) -> None:
        if channel.recent and all(port.opened for port in channel.ports):
            channel.recent.clear()

    # Delivering

    def deliver(self, announced: Sequence[Announced]) -> None:
        """Deliver what was committed; a gap before it is read from the log first."""
        for event in announced:
            channel = self.channels.get(event.stream)
            if channel is None:
                continue
            if channel.head is None or event.seq == channel.head + 1:
                self._deliver_one(channel, event)
            elif event.seq > channel.head:
                self._catch_up_soon(event.stream, channel, event.seq)

    def _deliver_one(self, channel: _Channel, event: Announced) -> None:
        channel.head = event.seq
        self._revoke(channel, event)
        made: dict[bool, Payload] = {}
        closed = False
        for port in list(channel.ports):
            if port.opened:
                self._write(port, event, made)
            else:
                closed = True
        if closed:
            channel.recent.append(event)

    def _write(self, port: Port, event: Announced, made: dict[bool, Payload]) -> None:
        """Give one event to one open port, if it is the next for it."""
        if event.seq <= port.seq:
            return
        if event.seq != port.seq + 1:
            log.warning("port_out_of_place", stream=port.stream, seq=event.seq)
            self.leave(port)
            port.socket.dropped(port.stream, final=False)
            return
        port.seq = event.seq
        full = sees(port.visible_from, event.about_seq)
        if full and port.member is not None:
            full = self.wiring.kept_from(event.event) != port.member
        payload = made.get(full)
        if payload is None:
            payload = made[full] = push(event, full=full)
        port.socket.write(payload)

    def _revoke(self, channel: _Channel, event: Announced) -> None:
        """Take away at once what the event ends; a port that was let in after it stays."""
        gone = self.wiring.revokes(event.event)
        if gone is None:
            return
        for port in list(channel.ports):
            if gone.member and port.member == gone.member and port.seq < event.seq:
                channel.ports.discard(port)
                port.socket.dropped(event.stream, final=gone.final)
        for socket in list(channel.holders):
            if gone.person or (gone.signin and socket.signin_id == gone.signin):
                socket.close(3503, "signed out")

    # Catching up with the log

    def _catch_up_soon(self, stream: str, channel: _Channel, wanted: int) -> None:
        channel.wanted = max(channel.wanted, wanted)
        if not channel.reading:
            channel.reading = True
            task = asyncio.get_running_loop().create_task(self._catch_up(stream, channel))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _catch_up(self, stream: str, channel: _Channel) -> None:
        """Read from the log what this process was not told, until nothing is missing."""
        try:
            while channel.head is not None and channel.head < channel.wanted:
                events = await self.wiring.replay(stream, channel.head)
                if not events:
                    channel.head = max(channel.head, channel.wanted)  # trimmed away: ports find their gap
                for event in events:
                    if event.seq > channel.head:
                        self._deliver_one(channel, event)  # over a gap left by trimming, ports find theirs
        except Exception:
            log.exception("catch_up_failed", stream=stream)  # the next look at the heads tries again
        finally:
            channel.reading = False
            self._forget(stream, channel)

    async def watch_heads(self) -> None:
        """Compare heads with the database twice a second, for ever."""
        while True:
            await asyncio.sleep(HEADS_EVERY)
            try:
                names = [name for name, channel in self.channels.items() if channel.head is not None]
                heads = await self.wiring.heads(names) if names else {}
            except Exception:
                log.exception("heads_failed")
                continue
            for name, seq in heads.items():
                channel = self.channels.get(name)
                if channel is not None and channel.head is not None and seq > channel.head:
                    self._catch_up_soon(name, channel, seq)


def data_of(event: Announced, *, full: bool) -> bytes:
    """The event's own JSON, or the blank that stands in for it."""
    if not full:
        return frame_skipped(event.seq)
    return frame_event(
        event.event, event_id=event.id, seq=event.seq, at=event.at, actor=event.actor, nonce=event.nonce
    )


def push(event: Announced, *, full: bool) -> Payload:
    """The Centrifugo push that carries an event."""
    head = b'{"push":{"channel":"%s","pub":{"data":' % event.stream.encode()
    return Payload(head + data_of(event, full=full) + b',"offset":%d}}}' % event.seq)
