"""A line between client and server that is cut at random, in the middle of anything."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator


class BadLine:
    """Passes bytes on in both directions until it cuts a line, without a goodbye."""

    def __init__(self, port: int, seed: int) -> None:
        self.drops = 0
        self.port = 0
        self._to = port
        self._random = random.Random(seed)
        self._lines: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        """Where the socket is, seen through this line."""
        return f"ws://127.0.0.1:{self.port}/ws/v1"

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to)
        self._lines.add(writer)
        try:
            await asyncio.wait(
                (
                    asyncio.ensure_future(copy(reader, far_writer)),
                    asyncio.ensure_future(copy(far_reader, writer)),
                ),
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            self._lines.discard(writer)
            writer.transport.abort()
            far_writer.transport.abort()

    def cut(self) -> None:
        """Cut one of the lines."""
        if self._lines:
            writer = self._random.choice(sorted(self._lines, key=id))
            self._lines.discard(writer)
            self.drops += 1
            writer.transport.abort()

    async def cut_many(self, count: int, seconds: float) -> None:
        """Cut `count` lines, `seconds` apart on average."""
        until = self.drops + count
        while self.drops < until:
            await asyncio.sleep(self._random.uniform(0, 2 * seconds))
            self.cut()


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass bytes on until either side ends."""
    with contextlib.suppress(ConnectionError, asyncio.CancelledError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()


@contextlib.asynccontextmanager
async def bad_line(port: int, seed: int) -> AsyncIterator[BadLine]:
    """A bad line to the server on `port`."""
    line = BadLine(port, seed)
    server = await asyncio.start_server(line.pass_on, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        server.close()
        while line._lines:
            line.cut()
        await asyncio.sleep(0.05)
