"""The worker: starts at once, shares with others, keeps its leases, and may be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from hearthside import clock, job_table
from hearthside.job_model import Job
from hearthside.jobs import HEARTBEAT_SECONDS, POLL_SECONDS, SENDERS, Worker
from tests.hearthside.given_jobs import (
    gate,
    hold,
    names,
    note,
    ran,
    wait_for,
    wait_until_begun,
    wait_until_idle,
    write_file,
)


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    ran.clear()
    gate.clear()
    yield
    gate.set()


@pytest.fixture
def worker() -> Iterator[Worker]:
    running = Worker()
    running.start()
    wait_until_begun()
    yield running
    gate.set()
    running.stop()


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_action_leaves_no_job(worker: Worker) -> None:
    with transaction.atomic():
        note.enqueue("a")
        transaction.set_rollback(True)
    time.sleep(0.2)
    assert not Job.objects.filter(every=None).exists()
    assert names() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.timed
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
@pytest.mark.parametrize("lane", ["URGENT_JOBS", "CALLING_JOBS"])
def test_an_urgent_job_waits_for_nothing_that_hangs(settings: Any, lane: str) -> None:
    setattr(settings, lane, (note.module_path,))
    running = Worker(threads=2)
    running.start()
    try:
        for number in range(4):
            hold.enqueue(f"mail-{number}")
        wait_for_some(2)
        note.enqueue("call-for-help")
        at = time.monotonic()
        wait_for_some(3)
        assert names()[2] == "call-for-help", "two hang and two wait behind them"
        assert time.monotonic() - at < 1
    finally:
        gate.set()
        wait_until_idle()
        running.stop()


@pytest.mark.django_db(transaction=True)
def test_what_hangs_while_it_is_sent_holds_up_nothing_else(settings: Any) -> None:
    settings.SENDING_JOBS = (hold.module_path,)
    running = Worker(threads=1)
    running.start()
    try:
        for number in range(SENDERS + 2):
            hold.enqueue(f"push-{number}")
        wait_for_some(SENDERS)
        note.enqueue("post")
        at = time.monotonic()
        wait_for_some(SENDERS + 1)
        assert names()[-1] == "post", "those that hang fill their own threads only"
        assert time.monotonic() - at < 1
    finally:
        gate.set()
        wait_until_idle()
        running.stop()
    assert len(ran) == SENDERS + 3


@pytest.mark.django_db
def test_one_thread_lets_what_repeats_wait_and_another_does_not() -> None:
    early = clock.now() - timedelta(hours=1)
    Job.objects.bulk_create(
        Job(key=f"again-{number}", path="x", args=[], every=60, enqueued_at=early, due_at=early)
        for number in range(2)
    )
    note.enqueue("a")
    taken = [job_table.claim_job(once_first=True), job_table.claim_job(once_first=True)]
    assert [job and job.every for job in taken] == [None, 60], "what repeats comes when nothing else is due"
    note.enqueue("b")
    last = [job_table.claim_job(), job_table.claim_job()]
    assert [job and job.every for job in last] == [60, None], "here what is due longest comes first"


def test_no_thread_takes_another_s_waking() -> None:
    wake = job_table.Wake()
    first = wake.wait(0, 0)
    wake.set()
    assert wake.wait(first, 0) == first + 1
    began = time.monotonic()
    assert wake.wait(first, 5) == first + 1, "a second thread, which was at work, is still woken"
    assert time.monotonic() - began < 1
    assert wake.wait(first + 1, 0) == first + 1
    wake.set("send")
    assert wake.wait(first + 1, 0, besides=("send",)) == wake.wait(0, 0, paths=("call",)) == first + 1
    assert wake.wait(0, 0, paths=("send",)) == wake.wait(0, 0) == first + 2


def wait_for_some(count: int) -> None:
    until = time.monotonic() + 5
    while len(ran) < count and time.monotonic() < until:
        time.sleep(0.005)
    assert len(ran) == count


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
