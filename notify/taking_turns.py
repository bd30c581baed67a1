"""Pushes to one person's browsers, two at a time: addresses of theirs that hang take nobody else's lines."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from uuid import UUID

import structlog

from notify import outcome, posting
from notify.outcome import Outcome

LINES = 20
LINES_EACH = 2

log = structlog.get_logger(__name__)
_lines = ThreadPoolExecutor(LINES, thread_name_prefix="push")
_taken: Counter[UUID] = Counter()
_lock = threading.Lock()


@dataclass(frozen=True)
class Target:
    """A browser's address and keys, read from its row beforehand: threads have no business with the database."""

    id: UUID
    endpoint: str
    p256dh: str
    auth: str


Push = Callable[[Target], Outcome]


def push_in_turn(person: UUID, targets: Sequence[Target], push: Push) -> dict[UUID, Outcome]:
    """Push to browsers in this order, two at a time for one person: how each ended.

    What could not begin within the time of one push waits for another time, as all do while the person's two lines are
    taken.
    """
    ends = {target.id: outcome.later("busy") for target in targets}
    waiting = deque(targets)
    last = time.monotonic() + posting.TIMEOUT_SECONDS + 1

    def work() -> None:
        try:
            while time.monotonic() < last:
                try:
                    target = waiting.popleft()
                except IndexError:
                    return
                ends[target.id] = outcome.unknown("no_answer")
                ends[target.id] = guarded(push, target)
        finally:
            give_back(person)

    tasks = [_lines.submit(work) for _ in range(take_lines(person, len(targets)))]
    wait(tasks, timeout=2 * posting.TIMEOUT_SECONDS + 2)
    for task in tasks:
        if task.cancel():  # it had not begun
            give_back(person)
    waiting.clear()
    return dict(ends)


def guarded(push: Push, target: Target) -> Outcome:
    """One push; one that broke inside is in doubt."""
    try:
        return push(target)
    except Exception as error:
        log.error("push.broke", error=type(error).__name__)
        return outcome.unknown("broke")


def take_lines(person: UUID, wanted: int) -> int:
    """Take lines for a person, as many as are wanted and theirs to have; answers how many."""
    with _lock:
        count = max(0, min(wanted, LINES_EACH - _taken[person]))
        _taken[person] += count
        return count


def give_back(person: UUID) -> None:
    """Let a line of the person's be free again."""
    with _lock:
        _taken[person] -= 1
        if _taken[person] <= 0:
            del _taken[person]
