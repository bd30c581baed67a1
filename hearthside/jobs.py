"""Jobs: work done after a commit, at a later time or again and again, and never lost.

A task is a function in an app's jobs.py under `@task()`; `task.enqueue(id)` inside an action inserts the job
in the action's own transaction, so an action that rolls back leaves no job. A worker claims a job by a lease
that it keeps renewing: when the worker is killed, the lease ends and another runs the job again. A task can
therefore run twice and must look at its row first: a job whose row moved on does nothing.
"""

from __future__ import annotations

import inspect
import re
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, ParamSpec, TypeVar

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.utils.module_loading import import_string
from django_tasks import TaskResult, TaskResultStatus, task
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError
from django_tasks.exceptions import InvalidTaskError, TaskResultDoesNotExist

from hearthside import clock, job_table
from hearthside.job_model import Job
from hearthside.logs import places

__all__ = ["LeasedBackend", "Worker", "clear_finished", "run_due_jobs", "task"]

HEARTBEAT_SECONDS = 5.0
POLL_SECONDS = 0.5
SENDERS = 2
KEPT = timedelta(days=7)

P = ParamSpec("P")
T = TypeVar("T")
ID_FORM = re.compile(r"[A-Za-z0-9_.:-]{1,80}")

log = structlog.get_logger(__name__)


class LeasedBackend(BaseTaskBackend):
    """The django-tasks backend that keeps jobs in the Job table."""

    supports_defer = True
    supports_get_result = True

    def validate_task(self, task: Task[P, T]) -> None:
        """Refuse a task that takes anything but plain arguments; raises InvalidTaskError."""
        super().validate_task(task)
        kinds = {parameter.kind for parameter in inspect.signature(task.func).parameters.values()}
        if task.takes_context or not kinds <= {inspect.Parameter.POSITIONAL_OR_KEYWORD}:
            raise InvalidTaskError("A task takes ids by position or name, and no context.")

    def enqueue(
        self,
        task: Task[P, T],
        args: P.args,  # type: ignore[valid-type]
        kwargs: P.kwargs,  # type: ignore[valid-type]
    ) -> TaskResult[T]:
        """Insert the job in the caller's transaction; one that waits already is not doubled.

        Raises TypeError for an argument that is not an id.
        """
        self.validate_task(task)
        job = job_table.insert_job(
            task.module_path, ids_of(task, args, kwargs), task.run_after or clock.now()
        )
        return result_of(job, task)

    def get_result(self, result_id: str) -> TaskResult[Any]:
        """The state of a job by its id; raises TaskResultDoesNotExist."""
        try:
            job = Job.objects.get(pk=uuid.UUID(result_id))
        except (Job.DoesNotExist, ValueError):
            raise TaskResultDoesNotExist(result_id) from None
        return result_of(job, import_string(job.path))


def ids_of(task: Task[P, T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[str | int]:
    """The call's arguments in order, uuids as text; raises TypeError for anything that is not an id."""
    bound = inspect.signature(task.func).bind(*args, **kwargs)
    bound.apply_defaults()
    ids: list[str | int] = []
    for name, value in bound.arguments.items():
        given = str(value) if isinstance(value, uuid.UUID) else value
        if not (isinstance(given, int) or (isinstance(given, str) and ID_FORM.fullmatch(given))):
            raise TypeError(f"A job takes ids only: {task.module_path} was given something else as {name}.")
        ids.append(given)
    return ids


def result_of(job: Job, task: Task[P, T]) -> TaskResult[T]:
    """A job as the django-tasks interface shows it; what a task returns is not kept."""
    if job.given_up_at:
        status = TaskResultStatus.FAILED
    elif job.finished_at:
        status = TaskResultStatus.SUCCESSFUL
    else:
        status = TaskResultStatus.RUNNING if job.claim else TaskResultStatus.READY
    return TaskResult(
        task=task,
        id=str(job.pk),
        status=status,
        enqueued_at=job.enqueued_at,
        started_at=job.started_at,
        finished_at=job.finished_at or job.given_up_at,
        last_attempted_at=job.started_at,
        args=list(job.args),
        kwargs={},
        backend="default",
        errors=[TaskError(exception_class_path=job.last_error, traceback="")] if job.last_error else [],
        worker_ids=["worker"] * job.attempts,
    )


def run_job(job: Job) -> None:
    """Call a claimed job's task and write down how it went; the task's exceptions end here."""
    began = time.monotonic()
    try:
        import_string(job.path).call(*job.args)
    except Exception as error:
        kind = f"{type(error).__module__}.{type(error).__qualname__}"[:200]
        given_up = job_table.put_back_job(job, kind)
        job_table.report_end(job, "job.given_up" if given_up else "job.failed", places(error))
        return
    job_table.finish_job(job)
    report = log.debug if job.every else log.info
    report("job.finished", job=str(job.pk), path=job.path, ms=round((time.monotonic() - began) * 1000))


def run_due_jobs(limit: int = 100) -> int:
    """Run what is due in this thread, at most `limit` jobs; answers how many ran."""
    for count in range(limit):
        job = job_table.claim_job()
        if job is None:
            return count
        run_job(job)
    return limit


@task()
def clear_finished() -> None:
    """Delete the jobs that ended more than a week ago."""
    job_table.forget_jobs(clock.now() - KEPT)


class Worker:
    """Threads that run jobs until stopped: started by `serve` in its own process, or by `work`.

    One more thread runs settings.URGENT_JOBS only, so that a mail server that hangs cannot hold up a call for help, and
    one settings.CALLING_JOBS, which reach those who are called, so that nothing else that is sent holds these up.
    settings.SENDING_JOBS have threads to themselves, which wait for other people's machines instead of all others. Of
    the rest the first thread takes what is due longest, the others take what repeats only when nothing else is due:
    after a start or a jump of the clock dozens of those are due at once, and nobody is to wait for them.
    """

    def __init__(self, threads: int = 2) -> None:
        self._stopping = threading.Event()
        self._running: dict[uuid.UUID, uuid.UUID] = {}
        self._offset = clock.offset()
        steps: list[tuple[str, Callable[[], None]]] = [
            (f"jobs-{number + 1}", partial(self._work, besides=settings.SENDING_JOBS, once_first=number > 0))
            for number in range(threads)
        ]
        for number in range(SENDERS):
            steps.append((f"jobs-sending-{number + 1}", partial(self._work, paths=settings.SENDING_JOBS)))
        steps.append(("jobs-urgent", partial(self._work, paths=settings.URGENT_JOBS)))
        steps.append(("jobs-calling", partial(self._work, paths=settings.CALLING_JOBS)))
        steps.append(("jobs-heartbeat", self._keep_leases))
        self._threads = [threading.Thread(name=name, target=step, daemon=True) for name, step in steps]

    def start(self) -> None:
        """Write down the repeating jobs of settings.REPEATING_JOBS and begin to work."""
        job_table.keep_repeating(settings.REPEATING_JOBS)
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float = 4.0) -> None:
        """Take no further job and wait `timeout` seconds at most; what still runs then runs again later."""
        self._stopping.set()
        job_table.wake.set()
        until = time.monotonic() + timeout
        for thread in self._threads:
            if thread.ident is not None:  # one that never began need not end
                thread.join(max(0.0, until - time.monotonic()))

    def _work(
        self, *, paths: Sequence[str] = (), besides: Sequence[str] = (), once_first: bool = False
    ) -> None:
        claim = partial(job_table.claim_job, paths, besides=besides, once_first=once_first)
        seen = 0
        while not self._stopping.is_set():
            seen = job_table.wake.wait(seen, POLL_SECONDS, paths=paths, besides=besides)
            self._guard(partial(self._drain, claim))
        connection.close()

    def _drain(self, claim: Callable[[], Job | None]) -> None:
        if clock.offset() != self._offset:
            self._offset = clock.offset()
            job_table.keep_repeating(settings.REPEATING_JOBS)
        while not self._stopping.is_set() and (job := claim()) is not None:
            self._hold(job)

    def _hold(self, job: Job) -> None:
        assert job.claim is not None
        self._running[job.pk] = job.claim
        try:
            run_job(job)
        finally:
            self._running.pop(job.pk, None)

    def _keep_leases(self) -> None:
        while not self._stopping.wait(HEARTBEAT_SECONDS):
            self._guard(self._renew)
        connection.close()

    def _renew(self) -> None:
        for job_id, claim in list(self._running.items()):
            job_table.renew_lease(job_id, claim)

    def _guard(self, step: Callable[[], None]) -> None:
        """Run a step; a database that is away or locked is tried again at the next turn."""
        try:
            close_old_connections()
            step()
        except (DatabaseError, InterfaceError) as error:
            log.warning("jobs.database_error", error=type(error).__name__)
            connection.close()
            self._stopping.wait(POLL_SECONDS)
