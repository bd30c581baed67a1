"""A small client for the live socket that keeps all it was sent, for tests that must look at every frame.

The official clients are tested too; this one shows what they hide: raw pushes, offsets, close codes, drops.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

Json = dict[str, Any]
WAIT = 10.0


class Refused(Exception):
    """An error reply to a frame: `code`, `message`, `temporary`."""

    def __init__(self, error: Json) -> None:
        super().__init__(f"{error.get('code')} {error.get('message')}")
        self.code = int(error.get("code", 0))
        self.temporary = bool(error.get("temporary", False))


class Dropped(Exception):
    """The line went away before the reply came; whether the command was carried out is unknown."""


@dataclass
class Stream:
    """What is known of one stream: the place reached, and every publication in the order of arrival."""

    name: str
    offset: int = 0
    epoch: str = ""
    publications: list[Json] = field(default_factory=list)
    arrivals: list[float] = field(default_factory=list)  # when each publication came, time.monotonic()
    recoveries: int = 0
    unrecovered: int = 0
    ended: Json | None = None

    def take(self, publication: Json) -> None:
        """Note a publication and move on to its offset."""
        self.publications.append(publication)
        self.arrivals.append(time.monotonic())
        self.offset = int(publication["offset"])

    def joined(self, result: Json) -> None:
        """Note what a subscribe reply says, with what it recovered."""
        self.epoch, self.ended = str(result.get("epoch", "")), None
        if result.get("was_recovering"):
            self.recoveries += 1
            self.unrecovered += not result.get("recovered")
        for publication in result.get("publications", ()):
            self.take(publication)
        self.offset = int(result.get("offset", 0))

    @property
    def events(self) -> list[Json]:
        """The frames that were published, in the order of arrival."""
        return [publication["data"] for publication in self.publications]


class LiveClient:
    """One socket of one person; `ticket` is called in a thread for a fresh ticket at each connect."""

    def __init__(self, url: str, ticket: Callable[[], str], *, origin: str | None = None) -> None:
        self.url, self.origin = url, origin
        self.streams: dict[str, Stream] = {}
        self.hello: Json = {}
        self.closed: tuple[int, str] | None = None
        self._ticket = ticket
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._ids = itertools.count(1)
        self._waiting: dict[int, tuple[asyncio.Future[Json], Stream | None]] = {}
        self._news = asyncio.Event()

    async def __aenter__(self) -> LiveClient:
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def connect(self, token: str | None = None) -> Json:
        """Open the socket and say who is there, with `token` or a fresh ticket; answers the result.

        Raises Refused for an error reply, Dropped when the server closed instead.
        """
        if token is None:
            token = await asyncio.to_thread(self._ticket)
        self.closed = None
        self._socket = await connect(
            self.url,
            origin=Origin(self.origin) if self.origin else None,
            compression=None,
            ping_interval=None,
            proxy=None,
            max_size=2**24,
        )
        self._reader = asyncio.create_task(self._read(self._socket))
        self.hello = await self.ask("connect", {"token": token})
        return self.hello

    async def ask(self, kind: str, body: Json, *, stream: Stream | None = None) -> Json:
        """Send one command frame and wait for its reply; raises Refused or Dropped."""
        number = next(self._ids)
        reply: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[number] = reply, stream
        try:
            await self.send({"id": number, kind: body})
            answer = await asyncio.wait_for(reply, WAIT)
        finally:
            self._waiting.pop(number, None)
        if error := answer.get("error"):
            raise Refused(error)
        return dict(answer.get(kind) or {})

    async def send(self, *frames: Json) -> None:
        """Send frames as they are, several as lines of one message; raises Dropped without a line."""
        await self.send_text("\n".join(json.dumps(frame, separators=(",", ":")) for frame in frames))

    async def send_text(self, text: str) -> None:
        """Send any text as one message; raises Dropped without a line."""
        if self._socket is None:
            raise Dropped
        try:
            await self._socket.send(text)
        except ConnectionClosed:
            raise Dropped from None

    async def subscribe(self, name: str, *, since: int | None = None, epoch: str | None = None) -> Json:
        """Subscribe to a stream from now on, or from offset `since`; answers the result as it came."""
        stream = self.streams.setdefault(name, Stream(name))
        body: Json = {"channel": name}
        if since is not None:
            body |= {"recover": True, "offset": since, "epoch": stream.epoch if epoch is None else epoch}
        return await self.ask("subscribe", body, stream=stream)

    async def rpc(self, method: str, /, **data: Any) -> Json:
        """Run a command and answer its data, `{"error": problem}` included; a nonce is made unless given."""
        data.setdefault("nonce", os.urandom(12).hex())
        answer = await self.ask("rpc", {"method": method, "data": data})
        return dict(answer.get("data") or {})

    async def post(self, topic: str, body: str, **more: Any) -> Json:
        """Submit a post; answers `{id, seq, state, duplicate}` or `{"error": problem}`."""
        return await self.rpc("post.submit", topic=topic, body=body, **more)

    async def drop(self) -> None:
        """Lose the line without a goodbye, as a tunnel does; what is known of the streams stays."""
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.transport.abort()
        await self._end_reader()

    @property
    def connected(self) -> bool:
        """True while the line stands, as far as this side knows."""
        return self._socket is not None and self.closed is None

    async def resume(self) -> dict[str, int]:
        """Come back: connect with a fresh ticket and take up every stream at the offset reached.

        Answers the streams that could not be recovered, each with the offset after which events are missing.
        """
        await self.connect()
        lost = {}
        for stream in self.streams.values():
            since, before = stream.offset, stream.unrecovered
            if stream.ended is None:
                await self.subscribe(stream.name, since=since)
            if stream.unrecovered > before:
                lost[stream.name] = since
        return lost

    async def close(self) -> None:
        """Say goodbye and close."""
        socket, self._socket = self._socket, None
        if socket is not None:
            await socket.close()
        await self._end_reader()

    async def until(self, met: Callable[[], object], within: float = WAIT) -> None:
        """Wait until `met()` is true, looking after every frame; raises TimeoutError."""
        async with asyncio.timeout(within):
            while not met():
                self._news.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), 0.25)

    async def _end_reader(self) -> None:
        if self._reader is not None:
            await asyncio.gather(self._reader, return_exceptions=True)
            self._reader = None

    async def _read(self, socket: ClientConnection) -> None:
        """Sort everything that comes in until the line ends."""
        try:
            async for message in socket:
                for line in message.splitlines():
                    if line.strip():
                        await self._sort(json.loads(line), socket)
                self._news.set()
        except ConnectionClosed:
            pass
        finally:
            self.closed = (socket.close_code or 1006, socket.close_reason or "")
            for reply, _ in self._waiting.values():
                if not reply.done():
                    reply.set_exception(Dropped())
            self._news.set()

    async def _sort(self, frame: Json, socket: ClientConnection) -> None:
        """Answer a ping, hand a reply to who asked, or keep a push."""
        if not frame:
            await socket.send("{}")
        elif "push" in frame:
            self._keep(frame["push"])
        elif frame.get("id") in self._waiting:
            reply, stream = self._waiting[frame["id"]]
            if stream is not None and "subscribe" in frame:
                stream.joined(frame["subscribe"])  # here, so that no push that follows can come before it
            if not reply.done():
                reply.set_result(frame)

    def _keep(self, push: Json) -> None:
        stream = self.streams.setdefault(push.get("channel", ""), Stream(push.get("channel", "")))
        if "pub" in push:
            stream.take(push["pub"])
        elif "unsubscribe" in push:
            stream.ended = push["unsubscribe"]
