"""A WebSocket client that costs so little that the generator is never what is measured.

Only what the measurement needs: text frames, unfragmented, from a server on this machine.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from urllib.parse import urlsplit

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
_MASK = b"\0\0\0\0"  # masking with zeros is valid, and leaves the bytes as they are


class Socket(asyncio.Protocol):
    """One open socket; every text message goes to `on_text(payload)`."""

    def __init__(self, on_text: Callable[[bytes], None]) -> None:
        self.on_text = on_text
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.lost = False
        self._rest = b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport (asyncio calls this)."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        """Note that the line is gone (asyncio calls this)."""
        self.lost = True
        if not self.opened.done():
            self.opened.set_exception(ConnectionError("the server closed before the handshake ended"))

    def data_received(self, data: bytes) -> None:
        """Take bytes: first the handshake's answer, then frames (asyncio calls this)."""
        self._rest = self._rest + data if self._rest else data
        if not self.opened.done():
            head, found, rest = self._rest.partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head.split(b"\r\n", 1)[0]:
                self.opened.set_exception(ConnectionError(head.split(b"\r\n", 1)[0].decode()))
                self.transport.close()
                return
            self._rest = rest
            self.opened.set_result(None)
        self._take_frames()

    def say(self, payload: bytes, kind: int = TEXT) -> None:
        """Send one frame."""
        size = len(payload)
        if size < 126:
            head = bytes((0x80 | kind, 0x80 | size))
        else:
            head = bytes((0x80 | kind, 0x80 | 126)) + size.to_bytes(2, "big")
        self.transport.write(head + _MASK + payload)

    def close(self) -> None:
        """Drop the line."""
        self.transport.abort()

    def _take_frames(self) -> None:
        rest, at, end = self._rest, 0, len(self._rest)
        while end - at >= 2:
            size, body = rest[at + 1] & 0x7F, at + 2
            if size >= 126:
                width = 2 if size == 126 else 8
                if end - body < width:
                    break
                size, body = int.from_bytes(rest[body : body + width], "big"), body + width
            if end - body < size:
                break
            kind, at = rest[at] & 0x0F, body + size
            if kind == TEXT:
                self.on_text(rest[body:at])
            elif kind == PING:
                self.say(rest[body:at], PONG)
            elif kind == CLOSE:
                self.transport.close()
        self._rest = rest[at:]


async def open_socket(url: str, on_text: Callable[[bytes], None]) -> Socket:
    """Connect to `url` and shake hands; raises ConnectionError or TimeoutError (10 s)."""
    parts = urlsplit(url)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    async with asyncio.timeout(10):
        _, socket = await asyncio.get_running_loop().create_connection(lambda: Socket(on_text), host, port)
        key = os.urandom(16).hex()[:22] + "=="
        socket.transport.write(
            f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nOrigin: http://{parts.netloc}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            f"Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        await socket.opened
    return socket
