"""Having a file cleaned by a process of its own, of which a few run at once at most."""

from __future__ import annotations

import json
import os
import signal
import subprocess  # nosec B404: our own module, by the interpreter that runs us
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from community.cleaning.sniffing import Cleaned, Refused
from hearthside.errors import Busy

AT_ONCE = 2
WAIT_SECONDS = 20.0  # for a place
RUN_SECONDS = 30.0
MOST_OF_ONE = 4  # files of one person, the one that is cleaned and those that wait
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class _Turn:
    lock: threading.Lock = field(default_factory=threading.Lock)
    files: int = 0


_places = threading.BoundedSemaphore(AT_ONCE)
_guard = threading.Lock()
_turns: dict[str, _Turn] = {}


@contextmanager
def turn_of(person: str) -> Iterator[None]:
    """Wait for the person's turn: of each, one file is cleaned at once, so that one cannot take every place.

    Raises Busy when as many of theirs as hang on a post wait already, or when it takes too long.
    """
    with _guard:
        turn = _turns.setdefault(person, _Turn())
        if turn.files >= MOST_OF_ONE:
            raise Busy(retry_after_ms=5000)
        turn.files += 1
    try:
        if not turn.lock.acquire(timeout=WAIT_SECONDS):
            raise Busy(retry_after_ms=5000)
        try:
            yield
        finally:
            turn.lock.release()
    finally:
        with _guard:
            turn.files -= 1
            if not turn.files:
                del _turns[person]


def clean_apart(data: bytes) -> Cleaned:
    """The file as we keep it.

    Raises Refused for one that we do not keep, Busy when too many are being cleaned. A decoder that breaks or hangs
    ends with its process, and the file counts as damaged.
    """
    if not _places.acquire(timeout=WAIT_SECONDS):
        raise Busy(retry_after_ms=5000)
    try:
        done = subprocess.run(  # nosec B603
            [sys.executable, "-m", "community.cleaning"],
            input=data,
            capture_output=True,
            cwd=ROOT,
            env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"},
            timeout=RUN_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Refused("broken") from error
    finally:
        _places.release()
    if done.returncode == -signal.SIGXCPU:
        raise Refused("big")
    if done.returncode != 0:
        raise Refused("broken")
    line, _, rest = done.stdout.partition(b"\n")
    head = json.loads(line)
    if "refused" in head:
        raise Refused(head["refused"])
    size = head.pop("size")
    return Cleaned(**head, data=rest[:size], small=rest[size:])
