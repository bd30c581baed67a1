"""Having a file cleaned by a process of its own, of which a few run at once at most."""

from __future__ import annotations

import json
import os
import subprocess  # nosec B404: our own module, by the interpreter that runs us
import sys
import threading
from pathlib import Path

from community.cleaning.sniffing import Cleaned, Refused
from hearthside.errors import Busy

AT_ONCE = 2
WAIT_SECONDS = 20.0  # for a place
RUN_SECONDS = 30.0
ROOT = Path(__file__).resolve().parents[2]

_places = threading.BoundedSemaphore(AT_ONCE)


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
    if done.returncode != 0:
        raise Refused("broken")
    line, _, rest = done.stdout.partition(b"\n")
    head = json.loads(line)
    if "refused" in head:
        raise Refused(head["refused"])
    size = head.pop("size")
    return Cleaned(**head, data=rest[:size], small=rest[size:])
