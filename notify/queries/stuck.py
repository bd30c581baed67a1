"""Deliveries that no job looks after: a database put back, or a job that was given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q

from hearthside.clock import now
from hearthside.job_model import Job
from hearthside.job_table import key_of
from notify import jobs
from notify.kinds import KINDS
from notify.models import Delivery

LONG = timedelta(minutes=10)
MOST = 100
State = Delivery.State


@dataclass(frozen=True)
class Stuck:
    """What is in doubt, and what a job has to look at."""

    doubtful: list[Delivery]
    waiting: list[Delivery]


def find_stuck() -> Stuck:
    """Open deliveries without a job for ten minutes; what an operator has to look at is left to them."""
    old = now() - LONG
    rows = list(
        Delivery.objects.select_related("notice")
        .filter(Q(state=State.WAITING, due_at__lt=old) | Q(state=State.STARTED, started_at__lt=old))
        .order_by("due_at")[:MOST]
    )
    keys = {row.id: key_of(task_of(row), [str(row.id)]) for row in rows}
    known = Job.objects.filter(key__in=keys.values(), finished_at=None).values_list("key", "given_up_at")
    given_up = {key for key, gone in known if gone is not None}
    running = {key for key, gone in known if gone is None}
    stuck = [row for row in rows if keys[row.id] not in running]
    return Stuck(
        [row for row in stuck if row.state == State.STARTED and keys[row.id] in given_up],
        [row for row in stuck if keys[row.id] not in given_up],
    )


def task_of(row: Delivery) -> str:
    """The task whose job looks after a delivery."""
    return (jobs.deliver_urgent if KINDS[row.notice.kind].urgent else jobs.deliver).module_path
