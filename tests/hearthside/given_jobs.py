"""Tasks that remember that they ran, for the tests of jobs."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

from django.db.models import Q

from hearthside.job_model import Job
from hearthside.jobs import task

SECRET = "what she said about her brother"
ran: list[tuple[str, float]] = []
gate = threading.Event()


@task()
def note(thing: str) -> None:
    """Remember that this ran, and when."""
    ran.append((thing, time.monotonic()))


@task()
def fail(thing: str) -> None:
    """Fail with words in the exception."""
    ran.append((thing, time.monotonic()))
    raise LookupError(SECRET)


@task()
def hold(thing: str) -> None:
    """Run until the gate opens."""
    ran.append((thing, time.monotonic()))
    gate.wait(10)


@task()
def write_file(name: str) -> None:
    """Append this process's id to a file, then hang the first time only."""
    path = Path(os.environ["TEST_FILES"]) / name
    with path.open("a") as file:
        file.write(f"{os.getpid()}\n")
    if len(path.read_text().split()) == 1:
        time.sleep(60)


def names() -> list[str]:
    return [thing for thing, _ in ran]


def wait_for(things: list[str], seconds: float = 5) -> None:
    until = time.monotonic() + seconds
    while names() != things and time.monotonic() < until:
        time.sleep(0.005)
    assert names() == things


def wait_until_idle() -> None:
    until = time.monotonic() + 5
    while Job.objects.filter(every=None, finished_at=None).exists() and time.monotonic() < until:
        time.sleep(0.01)


def wait_until_begun(seconds: float = 30) -> None:
    """Wait until everything that repeats has run once, as a start makes it all due at the same moment."""
    begun = Job.objects.filter(every__isnull=False)
    until = time.monotonic() + seconds
    while begun.filter(Q(started_at=None) | Q(claim__isnull=False)).exists() and time.monotonic() < until:
        time.sleep(0.02)
