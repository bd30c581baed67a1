"""How bytes reach one socket: straight through the server's fan-out port, or by plain ASGI sends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from hearthside.hub import Payload

EXTENSION = "hearthside.fanout"


class Outgoing:
    """One socket's way out, in order. Without the extension a task of the socket sends what waits."""

    def __init__(self, send: Callable[[Any], Awaitable[None]], fanout: Any) -> None:
        self._send, self._fanout = send, fanout
        self._waiting: asyncio.Queue[bytes] = asyncio.Queue()
        self._bytes = 0
        self._sender = None if fanout else asyncio.get_running_loop().create_task(self._send_all())

    def write(self, payload: Payload) -> None:
        """Send a message, without waiting."""
        if self._fanout is not None:
            self._fanout.write(payload.frame)
        else:
            self._bytes += len(payload.text)
            self._waiting.put_nowait(payload.text)

    def backlog(self) -> int:
        """Bytes that the client has not taken yet."""
        return int(self._fanout.backlog()) if self._fanout is not None else self._bytes

    async def close(self, code: int, reason: str) -> None:
        """Close the socket, after what was written before when the client reads at all."""
        if self._sender is not None:
            await asyncio.wait((asyncio.ensure_future(self._waiting.join()),), timeout=1)
            self.stop()
        await self._send({"type": "websocket.close", "code": code, "reason": reason})

    def stop(self) -> None:
        """Send nothing more."""
        if self._sender is not None:
            self._sender.cancel()

    async def _send_all(self) -> None:
        while True:
            text = await self._waiting.get()
            await self._send({"type": "websocket.send", "text": text.decode()})
            self._bytes -= len(text)
            self._waiting.task_done()
