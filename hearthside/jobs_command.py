"""`hearthside jobs`: what was given up after many tries, for the operator to look at and have tried again."""

from __future__ import annotations

import json
import uuid
from typing import Any

from hearthside import job_table
from hearthside.job_model import Job
from hearthside.wire import stamp

NONE = "No job was given up in the last week."


def run_given_up(*, as_json: bool) -> tuple[str, int]:
    """What to print about the jobs that were given up, and the exit code: 1 when there are any."""
    rows = [describe(job) for job in job_table.list_given_up()]
    if as_json:
        return json.dumps({"given_up": rows}, indent=1), int(bool(rows))
    lines = [
        f"{row['given_up_at']}  {row['task']}  after {row['tries']} tries: {row['error']}\n"
        f"    {row['id']}  about {' '.join(map(str, row['ids'])) or 'nothing'}"
        for row in rows
    ]
    return "\n".join(lines) or NONE, int(bool(rows))


def describe(job: Job) -> dict[str, Any]:
    """One job; ids and the name of an error only, because that is all a job holds."""
    assert job.given_up_at is not None
    return {
        "id": str(job.pk),
        "task": job.path,
        "ids": job.args,
        "tries": job.attempts,
        "enqueued_at": stamp(job.enqueued_at),
        "given_up_at": stamp(job.given_up_at),
        "error": job.last_error or "the worker was killed each time",
    }


def run_again(job_id: str) -> tuple[str, int]:
    """Have a job tried again; what to print, and 1 when there is none of that id."""
    try:
        job = job_table.run_again(uuid.UUID(job_id))
    except ValueError:
        job = None
    if job is None:
        return "No job of that id was given up.", 1
    return f"It will be tried again: {job.path}", 0
