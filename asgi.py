"""The whole wiring: http -> Django, websocket -> consumers, and the process that stands behind both."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hearthside.settings")

from django.core.asgi import get_asgi_application

django_app = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import path

from consumers import streams
from consumers.app import live_app, tick_sockets
from hearthside.hub import Wiring
from hearthside.process import process

live_door: Any = live_app  # Django types its routes for views, Channels gives them applications
router = ProtocolTypeRouter({"http": django_app, "websocket": URLRouter([path("ws/v1", live_door)])})


def wire(run: Callable[..., Awaitable[Any]]) -> Wiring:
    """What the hub reads, each in the reads' own threads."""
    return Wiring(
        heads=lambda names: run(streams.read_heads, names),
        replay=lambda name, after: run(streams.replay, name, after),
        revokes=streams.revokes,
        kept_from=streams.kept_from,
    )


def start(loop: asyncio.AbstractEventLoop) -> None:
    """Start this process's writer, hub and, in the embedded default, its jobs."""
    process.start(loop, wire, tick_sockets, jobs=True)


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The ASGI application; it keeps the serving loop for the live log."""
    start(asyncio.get_running_loop())
    try:
        await router(scope, receive, send)
    except ValueError:
        if scope["type"] != "websocket":  # no route: the router raises, the handshake is refused
            raise
        await send({"type": "websocket.close", "code": 1008})
