"""What one serving process consists of: loop, writer, hub, reads' threads, jobs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog

from hearthside import live
from hearthside.hub import Hub, Wiring
from hearthside.jobs import Worker
from hearthside.rows import drop_if_broken
from hearthside.writer import Writer

READERS = 6  # threads for reads beside the loop: slow ones delay only each other

log = structlog.get_logger("hearthside.process")


class Process:
    """Started once on the serving loop, stopped once at its end."""

    def __init__(self) -> None:
        self.started = self.stopping = False
        self._lock = threading.Lock()
        self._tasks: list[asyncio.Task[Any]] = []
        self._beginning: asyncio.Future[None] | None = None
        self.hub: Hub
        self.writer: Writer
        self.worker: Worker | None = None
        self._readers: ThreadPoolExecutor

    def start(
        self,
        loop: asyncio.AbstractEventLoop,
        wiring: Callable[[Callable[..., Awaitable[Any]]], Wiring],
        beside: Callable[[], Awaitable[None]],
        *,
        jobs: bool,
    ) -> None:
        """Start everything on `loop`; `beside` runs for ever next to the hub. A second call does nothing."""
        with self._lock:
            if self.started:
                return
            self.started = True
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="read")
        self.hub = Hub(wiring(self.run))
        self.writer = Writer()
        self.writer.start()
        live.attach(self.writer, loop, self.hub.deliver)
        for work in (self.hub.watch_heads(), beside()):
            self._tasks.append(loop.create_task(work))  # type: ignore[arg-type]
        if jobs:
            self.worker = Worker()
            self._beginning = loop.run_in_executor(None, self.worker.start)  # it writes rows first

    async def run(self, read: Callable[..., Any], *args: Any) -> Any:
        """Run a read in the reads' threads."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, guarded, read, *args)

    async def stop(self) -> None:
        """Stop taking work, finish what was taken, close the database."""
        if not self.started:
            return
        self.stopping = True
        for task in self._tasks:
            task.cancel()
        loop = asyncio.get_running_loop()
        if self.worker is not None and self._beginning is not None:
            await asyncio.wait((self._beginning,), timeout=1)
            await loop.run_in_executor(None, self.worker.stop, 1.0)
        await loop.run_in_executor(None, self.writer.stop, 1.0)
        live.detach()
        self._readers.shutdown(wait=False, cancel_futures=True)


def guarded(read: Callable[..., Any], *args: Any) -> Any:
    """Run a read on this thread's own connection, which is dropped when it turns out broken."""
    try:
        return read(*args)
    finally:
        drop_if_broken()


process = Process()
