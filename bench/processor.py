"""Processor time of a process and all it started, from Linux's own accounts."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def family(pid: int) -> list[int]:
    """The ids of a process and of all its descendants."""
    found, ahead = [], [pid]
    while ahead:
        one = ahead.pop()
        found.append(one)
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                ahead.extend(int(word) for word in children.read_text().split())
    return found


def spent_ns(pid: int) -> int:
    """Nanoseconds of processor time used so far by a process and its descendants, all threads."""
    total = 0
    for one in family(pid):
        for account in Path(f"/proc/{one}/task").glob("*/schedstat"):
            with contextlib.suppress(OSError, IndexError, ValueError):
                total += int(account.read_text().split()[0])
    return total


def two_cores() -> tuple[int, int] | None:
    """Two cores that this process may use, for server and generator; None where there is only one."""
    cores = sorted(os.sched_getaffinity(0))
    return (cores[0], cores[1]) if len(cores) > 1 else None
