"""Jobs: inserted with the action, run soon, run again after a death, never run twice for one enqueue."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django_tasks import TaskResultStatus
from django_tasks.exceptions import InvalidTaskError, TaskResultDoesNotExist

from hearthside import clock, job_table
from hearthside.job_model import Job
from hearthside.jobs import clear_finished, run_due_jobs, task
from tests.hearthside.given_jobs import SECRET, fail, names, note, ran


@pytest.fixture(autouse=True)
def _clean() -> None:
    ran.clear()


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
