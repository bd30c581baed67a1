"""The live log: the one door through which doors and jobs change anything, and the announcement of what changed.

`write` runs an action in a transaction; `announce`, called inside it, takes the stream's next sequence number and adds
the event's row to that same transaction. Only after the commit is the hub told. A crash can lose a wake-up, never an
event (docs/how/a_post.md).
"""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from hearthside.clock import now
from hearthside.errors import Busy, NonceReused
from hearthside.models import Epoch, Reply
from hearthside.rows import as_value, columns, insert_row, read_row
from hearthside.wire import Event, event_type

Answer = dict[str, Any]
WAIT_SECONDS = 15.0  # that a thread waits for the writer


@dataclass(frozen=True)
class Once:
    """Who asks, with which nonce, for which command: the key under which an answer is kept."""

    person: str
    nonce: str
    command: str


@dataclass(frozen=True)
class Write:
    """One action and the streams it announces on, named beforehand so that their rows can be locked in order."""

    action: Callable[[], Answer]
    streams: tuple[str, ...] = ()
    once: Once | None = None


@dataclass(frozen=True, slots=True)
class Announced:
    """An event whose row is written: what the hub needs to frame it."""

    stream: str
    seq: int
    event: Event
    id: str
    at: datetime
    about_seq: int | None
    actor: str | None
    nonce: str | None


@dataclass
class Outcome:
    """What became of one Write: an answer or an error, and the events it announced."""

    answer: Answer | None = None
    error: BaseException | None = None
    announced: list[Announced] = field(default_factory=list)


class _Inside(threading.local):
    """What the running action has announced so far; None outside an action."""

    announced: list[Announced] | None = None
    nonce: str | None = None


_inside = _Inside()
_TAKE = (
    "INSERT INTO hearthside_stream (name, seq, trimmed) VALUES (%s, 1, 0) "
    "ON CONFLICT (name) DO UPDATE SET seq = hearthside_stream.seq + 1 RETURNING seq"
)
_LOG = (
    "INSERT INTO hearthside_logevent (id, stream, seq, type, object_id, about_seq, actor, nonce, at) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
_WHICH = "FROM hearthside_reply r WHERE r.person = %s AND r.nonce = %s"
_KNOWN = f"SELECT {columns(Reply, 'r')} {_WHICH}"  # nosec B608


def inside_action() -> bool:
    """Whether an action runs in this thread, so that what is written now is part of it."""
    return _inside.announced is not None


def next_seq(stream: str) -> int:
    """Take the stream's next sequence number; only inside an action, in whose transaction it lies."""
    if _inside.announced is None:
        raise RuntimeError("a sequence number is taken inside live.write only")
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(_TAKE, [stream])
        return int(cursor.fetchone()[0])


def announce(
    stream: str,
    event: Event,
    *,
    object_id: uuid.UUID | str,
    about_seq: int | None = None,
    actor: uuid.UUID | str | None = None,
    seq: int | None = None,
    at: datetime | None = None,
) -> int:
    """Add `event` to `stream` in the running action's transaction and answer its sequence number.

    `about_seq` is the sequence number of the post it speaks of: who may not see that post gets a blank. `seq` is a
    number already taken with `next_seq`. Raises RuntimeError outside an action.
    """
    number = next_seq(stream) if seq is None else seq
    if _inside.announced is None:
        raise RuntimeError("announce is called inside live.write only")
    event_id, moment = uuid.uuid4(), at or now()
    who = str(actor) if actor else None
    here = connections[DEFAULT_DB_ALIAS]
    row: list[Any] = [
        as_value(event_id, here.vendor),
        *(stream, number, event_type(event), str(object_id), about_seq, who, _inside.nonce),
        here.ops.adapt_datetimefield_value(moment),
    ]
    with here.cursor() as cursor:
        cursor.execute(_LOG, row)
    _inside.announced.append(
        Announced(stream, number, event, str(event_id), moment, about_seq, who, _inside.nonce)
    )
    return number


def lock_streams(streams: Iterable[str]) -> None:
    """Hold the streams' rows, in sorted order, so that what an action reads cannot change under it."""
    if connection.vendor != "postgresql":
        return  # SQLite's IMMEDIATE transaction is the lock
    with connection.cursor() as cursor:
        for name in sorted(streams):
            cursor.execute(
                "INSERT INTO hearthside_stream (name, seq, trimmed) VALUES (%s, 0, 0) "
                "ON CONFLICT (name) DO UPDATE SET seq = hearthside_stream.seq",
                [name],
            )


def find_reply(once: Once) -> Answer | None:
    """The answer this nonce got before, marked as a duplicate; raises NonceReused when it stood for another command."""
    found = read_row(_KNOWN, (once.person, once.nonce), Reply)
    if found is None:
        return None
    (known,) = found
    if known.command != once.command:
        raise NonceReused
    answer: Answer = msgspec.json.decode(known.answer)
    return {**answer, "duplicate": True}


def keep_reply(once: Once, answer: Answer) -> None:
    """Keep the answer beside what it answers, in the same transaction."""
    text = msgspec.json.encode(answer).decode()
    insert_row(Reply(person=once.person, nonce=once.nonce, command=once.command, answer=text))


def run_action(write: Write) -> Outcome:
    """Run one action inside the open transaction; errors leave it and are the caller's to sort."""
    outer = _inside.announced, _inside.nonce
    _inside.announced, _inside.nonce = [], write.once.nonce if write.once else None
    try:
        if write.once and (known := find_reply(write.once)):
            return Outcome(answer=known)
        answer = write.action()
        if write.once:
            answer = {**answer, "duplicate": False}
            keep_reply(write.once, answer)
        return Outcome(answer=answer, announced=_inside.announced)
    finally:
        _inside.announced, _inside.nonce = outer


def epoch() -> str:
    """The log's epoch, made once for a database."""
    row, _ = Epoch.objects.get_or_create(pk=1, defaults={"name": uuid.uuid4().hex[:12]})
    return row.name


def renew_epoch() -> str:
    """Give the log a new epoch, so that every client begins afresh: the database is an older copy of itself."""
    row, _ = Epoch.objects.update_or_create(pk=1, defaults={"name": uuid.uuid4().hex[:12]})
    return row.name


class _Process:
    """This process's writer, hub and loop, once it serves; without them a write runs inline."""

    writer: Any = None
    loop: asyncio.AbstractEventLoop | None = None
    deliver: Callable[[list[Announced]], None] | None = None


_process = _Process()


def attach(writer: Any, loop: asyncio.AbstractEventLoop, deliver: Callable[[list[Announced]], None]) -> None:
    """Join the writer thread and the hub: from now on `write` goes through them."""
    _process.writer, _process.loop, _process.deliver = writer, loop, deliver


def detach() -> None:
    """Leave writer and hub: `write` runs inline again."""
    _process.writer = _process.loop = _process.deliver = None


def write(work: Write) -> Answer:
    """Run an action and wait for its commit; the answer, or whatever the action raised.

    Raises Busy when the database did not take it in time. Without a serving process (tests, commands) it runs inline
    in a transaction of its own; other processes' hubs find its events by comparing heads.
    """
    if _process.writer is not None:
        waiting: Future[Answer] = Future()
        _process.writer.put(work, lambda outcome: _settle(waiting, outcome))
        try:
            return waiting.result(timeout=WAIT_SECONDS)
        except TimeoutError:
            raise Busy from None  # it may still be committed: the same nonce finds out
    with transaction.atomic():
        lock_streams(work.streams)
        outcome = run_action(work)
    assert outcome.answer is not None
    return outcome.answer


def _settle(waiting: Future[Answer], outcome: Outcome) -> None:
    """Hand an outcome to a waiting thread, after its events are on their way to the hub."""
    deliver_soon(outcome.announced)
    if outcome.error is not None:
        waiting.set_exception(outcome.error)
    else:
        waiting.set_result(outcome.answer or {})


def deliver_soon(announced: list[Announced]) -> None:
    """Tell the hub, on the serving loop, what was committed."""
    if announced and _process.loop is not None and _process.deliver is not None:
        _process.loop.call_soon_threadsafe(_process.deliver, announced)


async def write_soon(work: Write) -> Answer:
    """`write` for the serving loop: waits without blocking it; acknowledgement and delivery come in one step."""
    loop = asyncio.get_running_loop()
    if _process.writer is None or _process.deliver is None:
        return await loop.run_in_executor(None, write, work)
    deliver = _process.deliver
    waiting: asyncio.Future[Answer] = loop.create_future()

    def finish(outcome: Outcome) -> None:
        if outcome.announced:
            deliver(outcome.announced)
        if waiting.done():
            return
        if outcome.error is not None:
            waiting.set_exception(outcome.error)
        else:
            waiting.set_result(outcome.answer or {})

    _process.writer.put(work, lambda outcome: loop.call_soon_threadsafe(finish, outcome))
    return await waiting
