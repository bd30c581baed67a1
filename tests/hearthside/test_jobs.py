"""Jobs: inserted with the action, run soon, run again after a death, never run twice for one enqueue."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django_tasks import TaskResultStatus
from django_tasks.exceptions import InvalidTaskError, TaskResultDoesNotExist

from hearthside import clock, job_table
from hearthside.job_model import Job
from hearthside.jobs import HEARTBEAT_SECONDS, POLL_SECONDS, Worker, clear_finished, run_due_jobs, task

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


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    ran.clear()
    gate.clear()
    job_table.wake.clear()
    yield
    gate.set()


@pytest.fixture
def worker() -> Iterator[Worker]:
    running = Worker()
    running.start()
    yield running
    gate.set()
    running.stop()


@pytest.fixture
def moved_clock(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """A clock whose offset a test sets, as HEARTHSIDE_CLOCK_FILE does."""
    offsets = [timedelta(0)]
    monkeypatch.setattr(clock, "offset", lambda: offsets[0])
    return offsets


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


@pytest.mark.django_db
def test_a_job_runs_once() -> None:
    result = note.enqueue("a")
    assert result.status == TaskResultStatus.READY
    assert [run_due_jobs(), run_due_jobs()] == [1, 0]
    assert names() == ["a"]
    assert note.get_result(result.id).status == TaskResultStatus.SUCCESSFUL
    with pytest.raises(TaskResultDoesNotExist):
        note.get_result(str(uuid.uuid4()))


@pytest.mark.django_db
def test_the_same_call_waits_only_once_and_may_return_later() -> None:
    first, second, other = note.enqueue("a"), note.enqueue(thing="a"), note.enqueue("b")
    assert first.id == second.id != other.id
    assert run_due_jobs() == 2
    note.enqueue("a")
    assert run_due_jobs() == 1
    assert names() == ["a", "b", "a"]


@pytest.mark.django_db
def test_a_job_waits_until_it_is_due(moved_clock: list[timedelta]) -> None:
    note.using(run_after=clock.now() + timedelta(hours=2)).enqueue("later")
    assert run_due_jobs() == 0
    moved_clock[0] = timedelta(hours=3)
    assert run_due_jobs() == 1


@pytest.mark.django_db
def test_enqueued_again_for_earlier_it_is_earlier() -> None:
    note.using(run_after=clock.now() + timedelta(hours=2)).enqueue("a")
    note.enqueue("a")
    assert run_due_jobs() == 1
    assert run_due_jobs() == 0


@pytest.mark.django_db
def test_enqueued_while_it_runs_it_runs_once_more() -> None:
    note.enqueue("a")
    job = job_table.claim_job()
    assert job is not None
    assert note.enqueue("a").id == str(job.pk)
    job_table.finish_job(job)
    assert run_due_jobs() == 1
    assert Job.objects.get().finished_at is not None


@pytest.mark.django_db
def test_only_ids_go_in(settings: object) -> None:
    one = uuid.uuid4()
    note.enqueue(one)  # type: ignore[arg-type]
    assert Job.objects.get().args == [str(one)]
    for words in ("two words", "a@b.example", "x" * 81, None, 1.5, ["a"]):
        with pytest.raises(TypeError, match="ids only") as caught:
            note.enqueue(words)  # type: ignore[arg-type]
        assert "two words" not in str(caught.value)


def test_a_task_takes_plain_arguments_only() -> None:
    with pytest.raises(InvalidTaskError):
        task()(takes_any)
    with pytest.raises(InvalidTaskError):
        task(takes_context=True)(takes_context)


def takes_any(*things: str) -> None:
    """A shape that a job cannot keep."""


def takes_context(context: object) -> None:
    """A shape that a job cannot keep."""


@pytest.mark.django_db
def test_failures_wait_longer_each_time_then_end(
    moved_clock: list[timedelta], capfd: pytest.CaptureFixture[str]
) -> None:
    fail.enqueue("a")
    waits = []
    for _ in range(job_table.MAX_ATTEMPTS):
        assert run_due_jobs() == 1
        assert run_due_jobs() == 0
        waits.append((Job.objects.get().due_at - clock.now()).total_seconds())
        moved_clock[0] += timedelta(hours=2)
    assert waits[:4] == pytest.approx([2, 4, 8, 16], abs=1)
    job = Job.objects.get()
    assert job.given_up_at is not None
    assert (job.last_error, job.attempts) == ("builtins.LookupError", job_table.MAX_ATTEMPTS)
    assert run_due_jobs() == 0
    assert fail.get_result(str(job.pk)).status == TaskResultStatus.FAILED
    written = "".join(capfd.readouterr()) + repr(list(Job.objects.values())) + repr(job)
    assert SECRET not in written
    fail.enqueue("a")
    assert run_due_jobs() == 1


@pytest.mark.django_db
def test_a_job_that_kills_its_worker_each_time_is_given_up() -> None:
    note.enqueue("a")
    for _ in range(job_table.MAX_ATTEMPTS):
        assert job_table.claim_job() is not None
        Job.objects.update(lease_until=clock.now() - timedelta(seconds=1))
    assert run_due_jobs() == 0
    assert Job.objects.get().given_up_at is not None
    assert names() == []


@pytest.mark.django_db
def test_a_run_that_lost_its_lease_cannot_finish_the_job() -> None:
    note.enqueue("a")
    dead = job_table.claim_job()
    assert dead is not None
    assert job_table.claim_job() is None
    Job.objects.update(lease_until=clock.now() - timedelta(seconds=1))
    heir = job_table.claim_job()
    assert heir is not None
    job_table.finish_job(dead)
    assert Job.objects.get().finished_at is None
    job_table.finish_job(heir)
    assert Job.objects.get().finished_at is not None


@pytest.mark.django_db
def test_a_jump_of_the_clock_ends_no_lease(moved_clock: list[timedelta]) -> None:
    note.enqueue("a")
    assert job_table.claim_job() is not None
    moved_clock[0] = timedelta(days=30)
    assert job_table.claim_job() is None


@pytest.mark.django_db
def test_repeating_jobs_come_back(moved_clock: list[timedelta]) -> None:
    path = "hearthside.jobs.clear_finished"
    job_table.keep_repeating({path: 60})
    job_table.keep_repeating({path: 60})
    assert [run_due_jobs(), run_due_jobs()] == [1, 0]
    moved_clock[0] = timedelta(seconds=61)
    assert [run_due_jobs(), run_due_jobs()] == [1, 0]
    moved_clock[0] = timedelta(days=-2)
    job_table.keep_repeating({path: 30})
    assert Job.objects.get().every == 30
    assert run_due_jobs() == 1
    job_table.keep_repeating({})
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_old_jobs_are_forgotten(moved_clock: list[timedelta]) -> None:
    note.enqueue("old")
    run_due_jobs()
    moved_clock[0] = timedelta(days=8)
    note.enqueue("new")
    run_due_jobs()
    clear_finished.call()
    assert [job.args for job in Job.objects.all()] == [["new"]]


def test_the_settings_name_real_tasks() -> None:
    from django.utils.module_loading import import_string

    for path, seconds in settings.REPEATING_JOBS.items():
        assert callable(import_string(path).call)
        assert seconds > 0


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_action_leaves_no_job(worker: Worker) -> None:
    with transaction.atomic():
        note.enqueue("a")
        transaction.set_rollback(True)
    time.sleep(0.2)
    assert not Job.objects.filter(every=None).exists()
    assert names() == []


@pytest.mark.django_db(transaction=True)
def test_the_worker_starts_at_once(worker: Worker) -> None:
    delays = []
    for number in range(40):
        time.sleep(0.01)
        with transaction.atomic():
            note.enqueue(f"job-{number}")
        at = time.monotonic()
        wait_for([f"job-{n}" for n in range(number + 1)])
        delays.append(ran[-1][1] - at)
    assert sorted(delays)[37] <= 0.1
    wait_until_idle()


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_share_a_job(worker: Worker) -> None:
    second = Worker(threads=3)
    second.start()
    things = [f"job-{number}" for number in range(60)]
    with transaction.atomic():
        for thing in things:
            note.enqueue(thing)
    until = time.monotonic() + 10
    while len(ran) < 60 and time.monotonic() < until:
        time.sleep(0.01)
    wait_until_idle()
    second.stop()
    assert sorted(names()) == sorted(things)


@pytest.mark.django_db(transaction=True)
def test_a_jump_of_the_clock_makes_jobs_due(worker: Worker, moved_clock: list[timedelta]) -> None:
    with transaction.atomic():
        note.using(run_after=clock.now() + timedelta(hours=1)).enqueue("a")
    time.sleep(0.2)
    assert names() == []
    moved_clock[0] = timedelta(hours=2)
    wait_for(["a"], seconds=1)
    wait_until_idle()


@pytest.mark.django_db(transaction=True)
def test_a_long_job_keeps_its_lease(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    hold.enqueue("a")
    wait_for(["a"])
    before = Job.objects.get(every=None).lease_until
    worker._renew()
    after = Job.objects.get(every=None).lease_until
    assert before is not None
    assert after is not None
    assert after > before
    gate.set()
    wait_until_idle()
    assert names() == ["a"]


@pytest.mark.django_db(transaction=True)
def test_stopping_does_not_wait_for_ever() -> None:
    stuck = Worker()
    stuck.start()
    hold.enqueue("a")
    wait_for(["a"])
    began = time.monotonic()
    stuck.stop(timeout=0.3)
    assert time.monotonic() - began < 1
    gate.set()
    stuck.stop(timeout=5)


WORK_ALONE = """
import os, sys, time
import django
django.setup()
from django.db import connection
from django.conf import settings
settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = os.environ["TEST_DATABASE"]
from hearthside.jobs import Worker
from datetime import timedelta
from hearthside import job_table
job_table.LEASE = timedelta(seconds=4)  # the rule is the same, the wait shorter
Worker(threads=1).start()
time.sleep(60)
"""


@task()
def write_file(name: str) -> None:
    """Append this process's id to a file, then hang the first time only."""
    path = Path(os.environ["TEST_FILES"]) / name
    with path.open("a") as file:
        file.write(f"{os.getpid()}\n")
    if len(path.read_text().split()) == 1:
        time.sleep(60)


def start_worker(folder: Path) -> subprocess.Popen[bytes]:
    name = str(connection.settings_dict["NAME"])
    env = os.environ | {"TEST_DATABASE": name, "TEST_FILES": str(folder)}
    env["DJANGO_SETTINGS_MODULE"] = os.environ["DJANGO_SETTINGS_MODULE"]
    return subprocess.Popen([sys.executable, "-c", WORK_ALONE], env=env)


def read_pids(path: Path, count: int, seconds: float) -> list[str]:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if path.exists() and len(pids := path.read_text().split()) >= count:
            return pids
        time.sleep(0.05)
    raise AssertionError(f"only {path.read_text() if path.exists() else 'nothing'}")


def test_a_lease_and_a_look_are_shorter_than_30_seconds() -> None:
    assert job_table.LEASE.total_seconds() + POLL_SECONDS <= 25
    assert job_table.LEASE.total_seconds() > HEARTBEAT_SECONDS * 3


@pytest.mark.django_db(transaction=True)
def test_a_killed_workers_job_runs_again_when_its_lease_ends(tmp_path: Path) -> None:
    write_file.enqueue("mark")
    first = start_worker(tmp_path)
    read_pids(tmp_path / "mark", 1, seconds=15)
    first.send_signal(signal.SIGKILL)
    first.wait()
    killed = time.monotonic()
    second = start_worker(tmp_path)
    try:
        pids = read_pids(tmp_path / "mark", 2, seconds=15)
        assert time.monotonic() - killed < 10
        assert pids == [str(first.pid), str(second.pid)]
        wait_until_idle()
        assert Job.objects.get(every=None).finished_at is not None
    finally:
        second.kill()
        second.wait()
