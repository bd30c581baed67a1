"""`hearthside serve`: migrate, listen, say so, and stop cleanly."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import gc
import resource
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.urls import get_resolver

from hearthside.config import BadConfiguration, Config
from hearthside.live import epoch

MIGRATION_LOCK = 7_461_001  # any number, the same in every process (PostgreSQL advisory lock)
Wait = Callable[[], Awaitable[None]]


@contextlib.contextmanager
def only_server(config: Config) -> Iterator[None]:
    """Hold the data folder for one serving process; raises BadConfiguration when another has it.

    On SQLite a second process could not wake the first one's sockets, nor share its writer.
    """
    if not config.sqlite:
        yield
        return
    path = Path(config.data) / "serve.lock"
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BadConfiguration(
                f"Hearthside is serving from {config.data} already. Stop that one, or set another HEARTHSIDE_DATA."
            ) from None
        yield


def migrate() -> None:
    """Bring the database to this version; on PostgreSQL one process at a time."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
    try:
        call_command("migrate", interactive=False, verbosity=0)
        epoch()
    finally:
        connection.close()  # which also gives the advisory lock back


def raise_file_limit() -> None:
    """Allow as many open sockets as the system lets this process have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def serve(
    config: Config,
    *,
    host: str,
    port: int,
    application: Any,
    start: Callable[[Any], None],
    close: Wait,
    stop: Wait,
) -> int:
    """Serve until SIGTERM or SIGINT; answers the exit code.

    `start` is given the serving loop; `close` tells the sockets goodbye, `stop` ends the process's threads.
    """
    from hearthside.server import LiveServer

    raise_file_limit()
    with only_server(config):
        migrate()
        address = host.replace(":", r"\:")
        server = LiveServer(
            application,
            endpoints=[f"tcp:port={port}:interface={address}"],
            verbosity=0,
            application_close_timeout=3,
            server_name="hearthside",
        )
        _run(server, host, start, close, stop)
    if server.failed:
        raise BadConfiguration(f"Cannot listen on {host}:{port}: {server.failed}")
    return 0


def _run(server: Any, host: str, start: Callable[[Any], None], close: Wait, stop: Wait) -> None:
    """Run Daphne's reactor with our start before the first connection and our end before its own."""
    from twisted.internet import defer
    from twisted.internet import reactor as running

    reactor: Any = running
    loop = reactor._asyncioEventloop

    def ready() -> None:
        if not server.listening_addresses:
            return
        assert get_resolver().url_patterns  # read now: the first request would wait seconds for it
        start(loop)
        gc.collect()
        gc.freeze()  # what is loaded now stays: later collections need not look at it
        shown = f"[{host}]" if ":" in host else host
        print(f"Serving on http://{shown}:{server.listening_addresses[0][1]}", flush=True)  # noqa: T201

    async def end() -> None:
        await close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop(), timeout=3.5)
        server.end_applications()

    def before_shutdown() -> Any:
        return defer.Deferred.fromFuture(loop.create_task(end()))

    reactor.callWhenRunning(ready)
    reactor.addSystemEventTrigger("before", "shutdown", before_shutdown)
    server.run()
