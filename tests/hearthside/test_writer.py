"""The writer: batches in which each action stands for itself, order within a stream, and nothing twice."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection

from hearthside import live, writer
from hearthside.errors import Busy, Closed
from hearthside.live import Answer, Once, Outcome, Write, announce
from hearthside.models import LogEvent, Reply, Stream
from hearthside.wire import Event
from hearthside.writer import Writer

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "what she said about her brother"


class Noted(Event, frozen=True, tag="note"):
    """An event of these tests."""

    text: str


class Loop:
    """Stands for the serving loop: runs what it is told at once, in the caller's thread."""

    def call_soon_threadsafe(self, call: Callable[..., Any], *args: Any) -> None:
        call(*args)


@pytest.fixture
def delivered() -> Iterator[list[list[live.Announced]]]:
    """A running writer behind live.write; what it hands to the hub."""
    found: list[list[live.Announced]] = []
    thread = Writer()
    thread.start()
    live.attach(thread, Loop(), found.append)  # type: ignore[arg-type]
    yield found
    live.detach()
    thread.stop()
    assert not thread.is_alive()


def note(stream: str, text: str = "x") -> Answer:
    """An action that announces and answers its place."""
    return {"seq": announce(stream, Noted(text=text), object_id=uuid.uuid4())}


def seqs(stream: str) -> list[int]:
    return list(LogEvent.objects.filter(stream=stream).order_by("seq").values_list("seq", flat=True))


def run_together(works: list[Write]) -> list[Outcome]:
    """Hand works to a writer that starts only then, so that they wait together; their outcomes."""
    thread, outcomes = Writer(), [Future[Outcome]() for _ in works]
    for work, outcome in zip(works, outcomes, strict=True):
        thread.put(work, outcome.set_result)
    thread.start()
    try:
        return [outcome.result(30) for outcome in outcomes]
    finally:
        thread.stop()


@pytest.mark.usefixtures("delivered")
def test_eight_threads_write_at_once() -> None:
    names = ["s:one", "s:two"]

    def write_many(number: int) -> list[tuple[str, int]]:
        done = []
        for turn in range(25):
            stream = names[(number + turn) % 2]
            once = Once(f"p{number}", f"nonce-{turn}", "note")
            answer = live.write(Write(partial(note, stream), (stream,), once))
            again = live.write(Write(partial(note, stream), (stream,), once))
            assert again == {**answer, "duplicate": True}
            done.append((stream, answer["seq"]))
        return done

    with ThreadPoolExecutor(8) as pool:
        answers = [pair for part in pool.map(write_many, range(8)) for pair in part]
    assert len(set(answers)) == 200
    for stream in names:
        assert seqs(stream) == list(range(1, 101))
        assert sorted(seq for name, seq in answers if name == stream) == seqs(stream)
        assert Stream.objects.get(name=stream).seq == 100
    assert Reply.objects.count() == 200


def test_threads_without_a_writer_keep_the_order_too() -> None:
    """Commands and jobs of other processes write inline, each on a connection of its own."""

    def write_some(number: int) -> None:
        try:
            for _ in range(10):
                live.write(Write(partial(note, "s:inline"), ("s:inline",)))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write_some, range(4)))
    assert seqs("s:inline") == list(range(1, 41))


def test_the_same_nonce_at_once_is_written_once(delivered: list[list[live.Announced]]) -> None:
    once, gate = Once("p", "nonce-same", "note"), threading.Barrier(8)

    def write_one(_: int) -> Answer:
        gate.wait(10)
        return live.write(Write(partial(note, "s:same"), ("s:same",), once))

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(write_one, range(8)))
    assert {answer["seq"] for answer in answers} == {1}
    assert sorted(answer["duplicate"] for answer in answers) == [False] + [True] * 7
    assert seqs("s:same") == [1]
    assert sum(map(len, delivered)) == 1


def test_one_that_fails_leaves_the_others_of_its_batch(capsys: pytest.CaptureFixture[str]) -> None:
    def fail(error: Exception) -> Answer:
        note("s:a")
        raise error

    works = [
        Write(partial(note, "s:a"), ("s:a",)),
        Write(partial(fail, Closed("no")), ("s:a",), Once("p", "nonce-1", "c")),
        Write(partial(fail, LookupError(SECRET)), ("s:a",)),
        Write(partial(note, "s:a"), ("s:a",)),
    ]
    first, closed, broken, last = run_together(works)
    assert (first.answer, last.answer) == ({"seq": 1}, {"seq": 2})
    assert isinstance(closed.error, Closed)
    assert isinstance(broken.error, LookupError)
    assert closed.announced == broken.announced == []
    assert seqs("s:a") == [1, 2]
    assert not Reply.objects.exists()
    printed = capsys.readouterr()
    assert SECRET not in printed.out + printed.err


@pytest.mark.parametrize("alone", [True, False])
def test_a_refusal_leaves_nothing(alone: bool) -> None:
    def refuse() -> Answer:
        note("s:a")
        note("s:b")
        raise Closed

    works = [Write(refuse, ("s:a", "s:b") if alone else ("s:a",))]
    (outcome, *_) = run_together(works if alone else works * 2)
    assert isinstance(outcome.error, Closed)
    assert seqs("s:a") == seqs("s:b") == []


def test_a_clash_is_tried_again_singly() -> None:
    turns: list[int] = []

    def clash(until: int) -> Answer:
        turns.append(len(turns))
        if len(turns) <= until:
            raise IntegrityError(SECRET)
        return note("s:a")

    before, mended, after = run_together(
        [
            Write(partial(note, "s:a"), ("s:a",)),
            Write(partial(clash, 2), ("s:a",)),
            Write(partial(note, "s:a"), ("s:a",)),
        ]
    )
    assert [before.answer, mended.answer, after.answer] == [{"seq": 1}, {"seq": 2}, {"seq": 3}]
    assert len(turns) == 3
    assert seqs("s:a") == [1, 2, 3]


def test_a_lasting_clash_is_told_after_three_tries() -> None:
    turns: list[int] = []

    def clash() -> Answer:
        turns.append(1)
        raise IntegrityError(SECRET)

    works = [Write(clash, ("s:a",)), Write(partial(note, "s:a"), ("s:a",))]
    clashed, fine = run_together(works)
    assert isinstance(clashed.error, IntegrityError)
    assert fine.answer == {"seq": 1}
    assert len(turns) == 1 + writer.TRIES


def test_a_database_that_does_not_take_it_is_busy() -> None:
    def locked() -> Answer:
        raise OperationalError(SECRET)

    (outcome,) = run_together([Write(locked, ("s:a",))])
    assert isinstance(outcome.error, Busy)
    assert outcome.error.extra["retry_after_ms"] > 0


def test_order_within_a_stream_is_that_of_arrival() -> None:
    works = []
    for number in range(60):
        streams: tuple[str, ...] = ("s:a",) if number % 3 else ("s:b",)
        if number % 7 == 0:
            streams = ("s:a", "s:b")
        works.append(Write(partial(note, streams[0], str(number)), streams))
    outcomes = run_together(works)
    for stream in ("s:a", "s:b"):
        answers = [
            outcome.answer["seq"]
            for work, outcome in zip(works, outcomes, strict=True)
            if work.streams[0] == stream and outcome.answer
        ]
        assert answers == list(range(1, len(answers) + 1))
    for name in ("s:a", "s:b"):
        touching = [n for n, work in enumerate(works) if name in work.streams]
        assert touching == sorted(touching)


def test_batches_are_of_one_stream() -> None:
    seen: list[list[tuple[str, ...]]] = []
    thread = Writer()
    streams = [("a",), ("b",), ("a",), ("a", "b"), ("a",), (), ("a",), ("b",)]
    for names in streams:
        thread.put(Write(dict, names), lambda outcome: None)
    for _ in range(len(streams)):
        if not thread._waiting:
            break
        seen.append([item.work.streams for item in thread._take()])
    assert seen == [
        [("a",), ("a",)],
        [("b",)],
        [("a", "b")],
        [("a",), ("a",)],
        [()],
        [("b",)],
    ]
    for _ in range(writer.BATCH + 5):
        thread.put(Write(dict, ("a",)), lambda outcome: None)
    assert [len(thread._take()), len(thread._take())] == [writer.BATCH, 5]


def test_a_writer_that_stops_commits_what_waits_and_takes_no_more() -> None:
    thread = Writer()
    outcomes: list[Outcome] = []
    for _ in range(3):
        thread.put(Write(partial(note, "s:a"), ("s:a",)), outcomes.append)
    thread.start()
    thread.stop(10)
    thread.put(Write(partial(note, "s:a"), ("s:a",)), outcomes.append)
    assert [outcome.answer for outcome in outcomes[:3]] == [{"seq": 1}, {"seq": 2}, {"seq": 3}]
    assert isinstance(outcomes[3].error, Busy)
    assert seqs("s:a") == [1, 2, 3]


def test_the_hub_is_told_after_the_commit(delivered: list[list[live.Announced]]) -> None:
    live.write(Write(partial(note, "s:a", "hello"), ("s:a",), Once("p", "nonce-1", "c")))
    ((told,),) = delivered
    row = LogEvent.objects.get()
    assert (told.stream, told.seq, told.id, told.nonce) == ("s:a", 1, str(row.id), "nonce-1")
    assert (row.type, row.nonce, told.event) == ("note", "nonce-1", Noted(text="hello"))
    with pytest.raises(Closed):
        live.write(Write(partial(refuse_after, "s:a"), ("s:a",)))
    assert len(delivered) == 1


def refuse_after(stream: str) -> Answer:
    """An action that announces, then is refused."""
    note(stream)
    raise Closed


def test_nothing_is_announced_outside_an_action() -> None:
    for call in (partial(live.next_seq, "s:a"), partial(note, "s:a")):
        with pytest.raises(RuntimeError, match=r"inside live\.write only"):
            call()
    assert not Stream.objects.exists()
    with pytest.raises(Closed):
        live.write(Write(partial(refuse_after, "s:a"), ("s:a",)))
    assert seqs("s:a") == []
    with pytest.raises(RuntimeError):
        note("s:a")


async def test_a_write_waits_on_the_loop(delivered: list[list[live.Announced]]) -> None:
    answer = await live.write_soon(Write(partial(note, "s:loop"), ("s:loop",)))
    assert answer == {"seq": 1}
    assert [told.seq for part in delivered for told in part] == [1]
    with pytest.raises(Closed):
        await live.write_soon(Write(partial(refuse_after, "s:loop"), ("s:loop",)))
