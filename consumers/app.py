"""The ASGI application of the socket: handshake, frames in, end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from consumers import frames
from consumers.doors import may_open
from consumers.live import LiveSocket
from consumers.ports import EXTENSION
from hearthside.process import process

sockets: set[LiveSocket] = set()


async def live_app(
    scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    """Serve one socket; a plain ASGI application, because a consumer class costs a thread hop for each event."""
    event = await receive()
    if event["type"] != "websocket.connect":
        return
    if process.stopping or not may_open(scope):
        await send({"type": "websocket.close", "code": 1008})
        return
    await send({"type": "websocket.accept"})
    fanout = (scope.get("extensions") or {}).get(EXTENSION)
    socket = LiveSocket(process.hub, process.run, send, fanout)
    sockets.add(socket)
    try:
        while (event := await receive())["type"] != "websocket.disconnect":
            socket.take(event.get("text"))
    finally:
        sockets.discard(socket)
        await socket.finish()


async def tick_sockets() -> None:
    """Once a second: heartbeats and time limits of every socket, for ever."""
    while True:
        await asyncio.sleep(1)
        moment = time.monotonic()
        for socket in list(sockets):
            socket.tick(moment)


async def close_sockets() -> None:
    """Tell every client that the server goes down, so that it comes back elsewhere or later.

    Waits until they have heard it, at most a second: who goes on sending into a closed line may lose the code.
    """
    process.stopping = True
    for socket in list(sockets):
        socket.close(frames.SHUTDOWN, "the server restarts")
    for _ in range(20):
        if not sockets:
            break
        await asyncio.sleep(0.05)
