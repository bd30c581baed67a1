"""The socket: one for each open tab, at /ws/v1.

It reads frames, runs each command as a task beside itself and writes what the hub gives it. Everything it decides
about access it asks of the apps' access functions, in the reads' own threads, so a slow read delays nobody.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import structlog

from accounts.models import Person
from consumers import frames
from consumers.commands import answer_command, topic_of
from consumers.joining import Joined, Session, join_stream, read_session
from consumers.ports import Outgoing
from consumers.tickets import TicketRefused, use_ticket
from hearthside.errors import Problem
from hearthside.hub import Hub, Payload, Port
from hearthside.limits import FRAMES_PER_SECOND, SUBSCRIBES_PER_FRAME

CONNECT_WITHIN = 10.0  # seconds for the first command
LAGGING_BYTES = 256 * 1024
LAGGING_SECONDS = 30.0
MOST_BYTES = 1024 * 1024
MOST_RUNNING = 64  # commands of one socket at once
MOST_SOCKETS = 100  # of one person in this process

log = structlog.get_logger("hearthside.socket")
Run = Callable[..., Awaitable[Any]]


class LiveSocket:
    """One WebSocket, from handshake to close."""

    def __init__(self, hub: Hub, run: Run, send: Callable[[Any], Awaitable[None]], fanout: Any) -> None:
        self.hub, self.run = hub, run
        self.outgoing = Outgoing(send, fanout)
        self.id = str(uuid.uuid4())
        self.person: Person | None = None
        self.person_id = self.signin_id = ""
        self.ports: dict[str, Port] = {}
        self.opened_at = self.heard_at = self.pinged_at = time.monotonic()
        self.lagging_since: float | None = None
        self.awaiting_pong = self.closed = self.connecting = False
        self._frames, self._second = 0, 0.0
        self._early: list[frames.Call] = []
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    # What the hub asks of a socket

    def write(self, payload: Payload) -> None:
        """Send a message, without waiting."""
        if not self.closed:
            self.outgoing.write(payload)
            if self.outgoing.backlog() > MOST_BYTES:
                self.close(frames.SLOW, "too slow")

    def close(self, code: int, reason: str) -> None:
        """Close with a code and plain-text reason; nothing is delivered after it."""
        if not self.closed:
            self.closed = True
            self.leave_all()
            self._task(self.outgoing.close(code, reason))

    def dropped(self, stream: str, *, final: bool) -> None:
        """A subscription ended from our side."""
        self.ports.pop(stream, None)
        self.write(frames.unsubscribed(stream, final=final))

    # Frames

    def take(self, text: str | None) -> None:
        """One frame from the client."""
        if self.closed:
            return
        moment = time.monotonic()
        if moment - self._second >= 1:
            self._second, self._frames = moment, 0
        self._frames += 1
        if self._frames > FRAMES_PER_SECOND:
            self.close(frames.TOO_MANY, "too many frames")
            return
        self.heard_at, self.awaiting_pong = moment, False
        try:
            if text is None:
                raise frames.BadFrame("frames are text")
            calls = frames.read_frame(text)
        except frames.BadFrame as error:
            self.close(frames.BAD_FRAME, str(error))
            return
        for call in calls:
            self._take_call(call)

    def _take_call(self, call: frames.Call) -> None:
        method = frames.method_of(call)
        if call.id == 0:
            if method is not None:
                self.close(frames.BAD_FRAME, "a command needs an id")
            return
        if method is None:
            self.write(frames.error_reply(call.id, frames.FrameError(104, "method not found")))
        elif method == "connect" and (self.connecting or self.person is not None):
            self.close(frames.BAD_FRAME, "connect comes once")
        elif self.person is None and self.connecting and len(self._early) < SUBSCRIBES_PER_FRAME:
            self._early.append(call)  # the official client sends its subscribes along with the connect
        elif self.person is None and method != "connect":
            self.close(frames.BAD_FRAME, "connect comes first")
        elif method == "ping":
            self.write(frames.reply(call.id, "ping", b"{}"))
        elif len(self._tasks) >= MOST_RUNNING + (SUBSCRIBES_PER_FRAME if method == "subscribe" else 0):
            error = frames.FrameError(111, "too many requests", temporary=True)
            self.write(frames.error_reply(call.id, error))
        else:
            self._start(method, call)

    def _start(self, method: str, call: frames.Call) -> None:
        if method == "connect":
            self.connecting = True
            self._task(self._guard(call, self._connect(call)))
        elif method == "rpc":
            assert call.rpc is not None
            self._in_lane(topic_of(call.rpc.data), self._guard(call, self._rpc(call)))
        elif method == "subscribe":
            assert call.subscribe is not None
            self._in_lane(call.subscribe.channel, self._guard(call, self._subscribe(call)))
        else:
            assert call.unsubscribe is not None
            self._in_lane(call.unsubscribe.channel, self._guard(call, self._unsubscribe(call)))

    def _task(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _in_lane(self, lane: str, work: Any) -> None:
        """Run `work` after what came before it for the same topic or stream, beside everything else."""
        before = self._lanes.get(lane)

        async def in_turn() -> None:
            if before is not None and not before.done():
                await asyncio.wait((before,))
            await work

        task = self._task(in_turn())
        self._lanes[lane] = task
        task.add_done_callback(lambda done: self._lanes.pop(lane) if self._lanes.get(lane) is done else None)

    async def _guard(self, call: frames.Call, work: Awaitable[Payload | None]) -> None:
        """Write the command's answer, or the error it ended in; never a traceback."""
        try:
            answer = await work
            if answer is not None:
                self.write(answer)
        except frames.FrameError as error:
            self.write(frames.error_reply(call.id, error))
        except Exception:
            log.exception("command_failed", method=frames.method_of(call))
            self.write(frames.error_reply(call.id, frames.internal()))

    # Commands of the protocol

    async def _connect(self, call: frames.Call) -> None:
        """Who is there: the hub holds the socket before the sign-in is read, so its end cannot be missed."""
        assert call.connect is not None
        if not call.connect.token:
            self.close(frames.BAD_TICKET, "a ticket is needed")
            return
        try:
            bearer = await self.run(use_ticket, call.connect.token)
        except TicketRefused:
            self.connecting = False
            self._early.clear()
            raise frames.expired() from None
        self.person_id, self.signin_id = bearer.person, bearer.signin
        stream = f"person:{bearer.person}"
        if self.hub.hold(stream, self) > MOST_SOCKETS:
            self.close(frames.TOO_MANY, "too many sockets")
            return
        session: Session | None = await self.run(read_session, bearer)
        if self.closed:
            self.leave_all()
            return
        if session is None:
            self.close(frames.REVOKED, "signed out")
            return
        self.hub.know_head(stream, session.head)
        self.person = session.person
        result = {"client": self.id, "version": "1", "ping": frames.PING_SECONDS, "pong": True}
        self.write(frames.reply(call.id, "connect", msgspec.json.encode(result)))
        early, self._early = self._early, []
        for waiting in early:
            self._take_call(waiting)

    async def _subscribe(self, call: frames.Call) -> None:
        """Join a stream: the port enters closed, access and log are read, then it opens."""
        asked = call.subscribe
        assert asked is not None
        assert self.person is not None
        if asked.channel in self.ports:
            raise frames.FrameError(105, "already subscribed")
        port = Port(self, asked.channel)
        self.hub.enter(port)
        try:
            joined: Joined = await self.run(join_stream, self.person, asked)
        except Problem:
            self.hub.leave(port)
            raise frames.denied() from None
        except BaseException:
            self.hub.leave(port)
            raise
        if self.closed:
            self.hub.leave(port)
            raise frames.internal()
        port.visible_from, port.member = joined.entry.visible_from, joined.entry.member
        self.ports[asked.channel] = port
        self.write(frames.reply(call.id, "subscribe", joined.result))
        self.hub.open(port, joined.head)

    async def _unsubscribe(self, call: frames.Call) -> Payload:
        assert call.unsubscribe is not None
        port = self.ports.pop(call.unsubscribe.channel, None)
        if port is not None:
            self.hub.leave(port)
        return frames.reply(call.id, "unsubscribe", b"{}")

    async def _rpc(self, call: frames.Call) -> Payload:
        assert call.rpc is not None
        assert self.person is not None
        answer = await answer_command(self.run, self.person, self.signin_id, call.rpc.method, call.rpc.data)
        return frames.reply(call.id, "rpc", b'{"data":%s}' % answer)

    # Time and end

    def tick(self, moment: float) -> None:
        """Once a second: heartbeat, half-open handshakes, and clients that do not read."""
        if self.person is None:
            if moment - self.opened_at > CONNECT_WITHIN:
                self.close(frames.BAD_TICKET, "no connect command came")
            return
        if self.awaiting_pong and moment - self.pinged_at > frames.PONG_SECONDS:
            self.close(frames.NO_PONG, "no answer to ping")
        elif moment - self.pinged_at >= frames.PING_SECONDS:
            self.pinged_at, self.awaiting_pong = moment, True
            self.write(frames.PING)
        waiting = self.outgoing.backlog()
        if waiting <= LAGGING_BYTES:
            self.lagging_since = None
            return
        self.lagging_since = self.lagging_since or moment
        if moment - self.lagging_since > LAGGING_SECONDS:
            self.close(frames.SLOW, "too slow")

    def leave_all(self) -> None:
        """Out of every stream."""
        for port in self.ports.values():
            self.hub.leave(port)
        self.ports.clear()
        if self.person_id:
            self.hub.release(f"person:{self.person_id}", self)

    async def finish(self) -> None:
        """The line is gone: writes under way go on to their end, their answers are not needed."""
        self.closed = True
        self.leave_all()
        self.outgoing.stop()
