"""When a job looks at a delivery: always at the moment that its row says, by one job for each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hearthside import job_table
from notify import jobs
from notify.models import Delivery, Notice


def plan_deliveries(planned: Sequence[tuple[Notice, str, datetime]], *, urgent: bool) -> None:
    """Write down that notices are to go out on a channel at a time, and have a job look at each then."""
    rows = [Delivery(notice=notice, channel=channel, due_at=due_at) for notice, channel, due_at in planned]
    Delivery.objects.bulk_create(rows)
    path = path_of(urgent=urgent)
    job_table.insert_jobs(path, [([str(row.id)], row.due_at) for row in rows])


def look_again(delivery: Delivery, *, urgent: bool) -> None:
    """Have a job look at the delivery when it is due; if one waits for later, it comes sooner."""
    task = jobs.deliver_urgent if urgent else jobs.deliver
    task.using(run_after=delivery.due_at).enqueue(str(delivery.id))


def path_of(*, urgent: bool) -> str:
    """The task that sends: urgent ones have a thread that waits for no other's mail server."""
    return (jobs.deliver_urgent if urgent else jobs.deliver).module_path
