"""The rows of jobs: inserted by actions, claimed under a lease, then finished, put back or given up.

Claims and endings are short transactions of their own, safe with any number of workers: PostgreSQL skips rows
that another transaction holds, SQLite lets in one writer at a time, and the UPDATE compares the claim again.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet

from hearthside import clock
from hearthside.job_model import Job

LEASE = timedelta(seconds=20)
MAX_ATTEMPTS = 12
LONGEST_WAIT_SECONDS = 3600

log = structlog.get_logger(__name__)


class Wake:
    """Wakes the threads that wait for jobs of a task; none takes it from another, as clearing an Event would."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._turns: dict[str, int] = {}

    def set(self, path: str = "") -> None:
        """Have the threads that run this task look, also those that are not waiting yet; without one, all threads."""
        with self._changed:
            self._turns[path] = self._turns.get(path, 0) + 1
            self._changed.notify_all()

    def wait(
        self, seen: int, seconds: float, *, paths: Sequence[str] = (), besides: Sequence[str] = ()
    ) -> int:
        """Wait so many seconds at most for a turn after `seen` of these tasks; answers the turn there is now."""

        def turn() -> int:
            return sum(
                count
                for path, count in self._turns.items()
                if not path or (path in paths if paths else path not in besides)
            )

        with self._changed:
            self._changed.wait_for(lambda: turn() != seen, seconds)
            return turn()


wake = Wake()
"""Set when a job was committed, so that this process's workers look at once."""


def key_of(path: str, ids: list[str | int]) -> str:
    """What makes a job the same as another: its task and its arguments."""
    return path + json.dumps(ids, separators=(",", ":"))


def unfinished() -> QuerySet[Job]:
    """The jobs that are neither finished nor given up."""
    return Job.objects.filter(finished_at__isnull=True, given_up_at__isnull=True)


def insert_job(path: str, ids: list[str | int], due_at: datetime) -> Job:
    """Insert a job, or join the unfinished one with the same key; one that runs now will run once more."""
    key = key_of(path, ids)
    while True:
        fresh = Job(key=key, path=path, args=ids, enqueued_at=clock.now(), due_at=due_at)
        with transaction.atomic():
            Job.objects.bulk_create([fresh], ignore_conflicts=True)
            job = unfinished().filter(key=key).select_for_update().first()
            if job is not None and job.pk != fresh.pk:
                running = job.claim is not None and not job.again
                job.due_at = due_at if running else min(job.due_at, due_at)
                job.again = job.claim is not None
                job.save(update_fields=["due_at", "again"])
        if job is not None:  # else a worker finished it between the two statements
            transaction.on_commit(partial(wake.set, path))
            return job


def insert_jobs(path: str, calls: Sequence[tuple[list[str | int], datetime]]) -> None:
    """Insert one task's jobs for many calls at once, (ids, due): for things so new that no job can be theirs yet."""
    if not calls:
        return
    moment = clock.now()
    Job.objects.bulk_create(
        Job(key=key_of(path, ids), path=path, args=ids, enqueued_at=moment, due_at=due_at)
        for ids, due_at in calls
    )
    transaction.on_commit(partial(wake.set, path))


def keep_repeating(wanted: dict[str, int]) -> None:
    """Make the repeating jobs those of `wanted`, {path: seconds}.

    One whose next run lies further off than its interval (the clock was moved back) is due now.
    """
    now = clock.now()
    Job.objects.filter(every__isnull=False).exclude(path__in=wanted).delete()
    for path, seconds in wanted.items():
        key = key_of(path, [])
        row = Job(key=key, path=path, every=seconds, enqueued_at=now, due_at=now)
        Job.objects.bulk_create([row], ignore_conflicts=True)
        same = unfinished().filter(key=key)
        same.exclude(every=seconds).update(every=seconds)
        same.filter(due_at__gt=now + timedelta(seconds=seconds)).update(due_at=now)


def lease_end() -> datetime:
    """When a lease taken now ends. The demo clock does not move it: it tells who is alive."""
    return datetime.now(UTC) + LEASE


def claim_job(
    paths: Sequence[str] = (), *, besides: Sequence[str] = (), once_first: bool = False
) -> Job | None:
    """Take the job that is due longest, for one lease; None when nothing is due.

    `paths`: of these tasks only; `besides`: of none of these; `once_first`: a repeating one only when no other is due.
    """
    while True:
        free = Q(claim__isnull=True) | Q(lease_until__lte=datetime.now(UTC))
        due = unfinished().filter(free, due_at__lte=clock.now()).order_by("due_at", "pk")
        due = due.filter(path__in=paths) if paths else due.exclude(path__in=besides)
        if once_first and (once := due.filter(every=None)).exists():
            due = once
        elif not due.exists():
            return None
        with transaction.atomic():
            job = due.select_for_update(skip_locked=True).first()
            won = job is not None and take(job)
        if job is None:
            return None
        if job.given_up_at is not None:
            report_end(job, "job.given_up", job.last_error or "worker killed")
        elif won:
            return job


def take(job: Job) -> bool:
    """Write a claim on a free job, or give it up when every try is spent; False when another was faster."""
    before = job.claim
    job.claim, job.lease_until = uuid.uuid4(), lease_end()
    job.attempts, job.started_at, job.again = job.attempts + 1, clock.now(), False
    if job.every is None and job.attempts > MAX_ATTEMPTS:
        job.claim, job.given_up_at = None, clock.now()
    names = ("claim", "lease_until", "attempts", "started_at", "again", "given_up_at")
    values = {name: getattr(job, name) for name in names}
    return Job.objects.filter(pk=job.pk, claim=before).update(**values) == 1


def renew_lease(job_id: uuid.UUID, claim: uuid.UUID) -> None:
    """Prolong the lease of a job that still runs."""
    Job.objects.filter(pk=job_id, claim=claim).update(lease_until=lease_end())


def finish_job(job: Job) -> None:
    """Close a job that ran; a repeating one, or one enqueued meanwhile, waits for its next run."""
    mine = Job.objects.filter(pk=job.pk, claim=job.claim)
    free: dict[str, Any] = {"claim": None, "lease_until": None, "last_error": ""}
    with transaction.atomic():
        row = mine.select_for_update().first()
        if row is None:
            log.warning("job.lease_lost", job=str(job.pk), path=job.path)
        elif row.again:
            mine.update(again=False, attempts=0, **free)
            transaction.on_commit(partial(wake.set, row.path))
        elif row.every is not None:
            mine.update(due_at=clock.now() + timedelta(seconds=row.every), attempts=0, **free)
        else:
            mine.update(finished_at=clock.now(), **free)


def put_back_job(job: Job, error: str) -> bool:
    """Let a failed job wait for its next try, longer each time; True when it was given up instead.

    `error` is the path of the exception class.
    """
    values: dict[str, Any] = {"claim": None, "lease_until": None, "again": False, "last_error": error}
    last = job.every is None and job.attempts >= MAX_ATTEMPTS
    if last:
        values["given_up_at"] = clock.now()
    else:
        wait = min(2 ** min(job.attempts, 12), job.every or LONGEST_WAIT_SECONDS)
        values["due_at"] = clock.now() + timedelta(seconds=wait)
    Job.objects.filter(pk=job.pk, claim=job.claim).update(**values)
    return last


def list_given_up() -> list[Job]:
    """The jobs that were given up, newest first; they are kept for a week."""
    return list(Job.objects.filter(given_up_at__isnull=False).order_by("-given_up_at"))


def run_again(job_id: uuid.UUID) -> Job | None:
    """Have a job that was given up tried again from the first try; None when there is none of that id.

    Where the same call waits anew already, that one stands for both.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=job_id, given_up_at__isnull=False).first()
        if job is None:
            return None
        Job.objects.filter(pk=job.pk).delete()
        return insert_job(job.path, job.args, clock.now())


def report_end(job: Job, event: str, error: str) -> None:
    """Log a failed try; `error` names the exception's class and place, never its text."""
    log.warning(event, job=str(job.pk), path=job.path, attempts=job.attempts, error=error)


def forget_jobs(ended_before: datetime) -> None:
    """Delete the jobs that were finished or given up before a moment."""
    Job.objects.filter(Q(finished_at__lt=ended_before) | Q(given_up_at__lt=ended_before)).delete()
