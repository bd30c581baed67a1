"""The writer: one thread, one database connection, and everything that waits in one transaction.

A batch holds actions of one stream; an action with several streams, or none, is a transaction alone. Each action has a
savepoint. When a batch fails before its commit its actions run again singly; a failed or lost COMMIT is never repeated
here: its callers are told to come again with the same nonce, which finds out what was kept.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from django.db import DatabaseError, IntegrityError, connection, transaction

from hearthside.errors import Busy, Problem
from hearthside.failpoint import pass_by
from hearthside.live import Outcome, Write, lock_streams, run_action
from hearthside.rows import drop_if_broken

BATCH = 64
TRIES = 3
DEADLINE = 5.0  # seconds from arrival after which a write is answered as busy
LOCK_SECONDS = (
    3.0  # that an attempt waits for SQLite's lock (settings.SQLITE_OPTIONS), less near the deadline
)

log = structlog.get_logger("hearthside.writer")


@dataclass(eq=False)
class _Item:
    work: Write
    done: Callable[[Outcome], None]
    arrived: float = field(default_factory=time.monotonic)

    def left(self) -> float:
        """Seconds until its deadline; 0 or less when it is over."""
        return self.arrived + DEADLINE - time.monotonic()


class _CommitFailed(Exception):
    """The COMMIT itself failed: what became of it is not known."""


class Writer(threading.Thread):
    """Commits what doors and jobs hand in, in order of arrival within a stream."""

    def __init__(self) -> None:
        super().__init__(name="writer", daemon=True)
        self._waiting: deque[_Item] = deque()
        self._wake = threading.Condition()
        self._stopping = False

    def put(self, work: Write, done: Callable[[Outcome], None]) -> None:
        """Queue `work`; `done` is called once, on the writer thread, after its commit or its refusal."""
        with self._wake:
            if not self._stopping:
                self._waiting.append(_Item(work, done))
                self._wake.notify()
                return
        done(Outcome(error=Busy()))

    def stop(self, timeout: float = 3.0) -> None:
        """Commit what waits, refuse what comes later, and end the thread (waits up to `timeout` seconds)."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        self.join(timeout)

    def run(self) -> None:
        """Serve the queue until stopped."""
        while batch := self._take():
            try:
                self._serve(batch)
            except Exception:  # the thread must outlive any surprise; nobody may be left without an answer
                log.exception("writer_failed")
        connection.close()

    def _take(self) -> list[_Item]:
        """The next batch: the oldest item and, if it has one stream, what waits behind it for the same stream."""
        with self._wake:
            while not self._waiting:
                if self._stopping:
                    return []
                self._wake.wait()
            first = self._waiting.popleft()
            batch, rest = [first], deque[_Item]()
            streams = first.work.streams
            if len(streams) != 1:
                return batch
            while self._waiting and len(batch) < BATCH:
                item = self._waiting.popleft()
                if item.work.streams == streams:
                    batch.append(item)
                    continue
                rest.append(item)
                if streams[0] in item.work.streams:
                    break  # later actions of this stream must not overtake it
            rest.extend(self._waiting)
            self._waiting = rest
            return batch

    def _serve(self, taken: list[_Item]) -> None:
        """Commit a batch and answer every caller; what has waited too long is not begun."""
        batch = [item for item in taken if item.left() > 0]
        for item in taken:
            if item not in batch:
                _answer(item, Outcome(error=Busy(retry_after_ms=1000)))
        if not batch:
            return
        try:
            outcomes = _commit(batch)
        except _CommitFailed as error:
            log.error("commit_failed", error=type(error.__cause__).__name__, actions=len(batch))
            outcomes = [Outcome(error=Busy(retry_after_ms=500)) for _ in batch]
        except Exception as error:
            log.warning("batch_failed", error=type(error).__name__, actions=len(batch))
            outcomes = [_commit_single(item) for item in batch]
        drop_if_broken()
        for item, outcome in zip(batch, outcomes, strict=True):
            _answer(item, outcome)


def _answer(item: _Item, outcome: Outcome) -> None:
    """Tell one caller; a caller that cannot be told (its loop has closed) must not cost the others their answer."""
    try:
        item.done(outcome)
    except Exception:
        log.exception("answer_failed")


def _commit(batch: list[_Item]) -> list[Outcome]:
    """One transaction for all of `batch`, a savepoint for each action.

    Raises DatabaseError when it failed before the COMMIT, _CommitFailed when the COMMIT failed.
    """
    committing = False
    if (left := min(item.left() for item in batch)) < LOCK_SECONDS:
        _wait_for_lock(left)
    try:
        with transaction.atomic():
            lock_streams({name for item in batch for name in item.work.streams})
            if len(batch) == 1:
                outcomes = [_attempt(batch[0].work, alone=True)]
            else:
                outcomes = [_attempt(item.work) for item in batch]
            committing = True
    except DatabaseError as error:
        if committing:
            raise _CommitFailed from error
        raise
    finally:
        if left < LOCK_SECONDS:
            _wait_for_lock(LOCK_SECONDS)
    if any(item.work.once for item in batch):
        pass_by("after_commit")
    return outcomes


def _wait_for_lock(seconds: float) -> None:
    """Have SQLite wait that long for its lock."""
    if connection.vendor == "sqlite" and connection.connection is not None:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {max(1, int(seconds * 1000))}")


def _attempt(work: Write, *, alone: bool = False) -> Outcome:
    """Run one action in its savepoint; its own refusals and faults stay its own.

    One that is `alone` in its transaction needs no savepoint: a refusal rolls the whole of it back.
    """
    try:
        if alone:
            return run_action(work)
        with transaction.atomic():
            return run_action(work)
    except DatabaseError:
        raise
    except Exception as error:
        if alone:
            transaction.set_rollback(True)
        if isinstance(error, Problem):
            return Outcome(error=error)
        name = getattr(work.once, "command", "") or getattr(work.action, "__name__", "action")
        log.exception("action_failed", action=name)
        return Outcome(error=error)


def _commit_single(item: _Item) -> Outcome:
    """Run one action again by itself, while its deadline allows, at most three times."""
    for turn in range(TRIES):
        if item.left() <= 0:
            break
        drop_if_broken()
        try:
            return _commit([item])[0]
        except _CommitFailed:
            break
        except IntegrityError as error:
            if turn == TRIES - 1:
                log.exception("action_failed", action=getattr(item.work.once, "command", "action"))
                return Outcome(error=error)
        except Exception as error:
            log.warning("write_failed", error=type(error).__name__, turn=turn)
            time.sleep(0.02 * (turn + 1))
    return Outcome(error=Busy(retry_after_ms=1000))
