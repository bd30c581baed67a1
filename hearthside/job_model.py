"""The one table of jobs: what is to be done, when, and who holds it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q


class Job(models.Model):
    """A task call that waits, runs, is finished or was given up.

    It holds ids only: never a word that a person wrote, never an address.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=400)
    path = models.CharField(max_length=200)
    args: models.JSONField[list[str | int], list[str | int]] = models.JSONField(default=list)
    enqueued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    every = models.PositiveIntegerField(null=True)
    """Seconds between runs of a repeating job; null for a job that is done once."""
    again = models.BooleanField(default=False)
    """Enqueued anew while it ran: it has to run once more."""
    claim = models.UUIDField(null=True)
    """Which run holds the lease; a run that lost it can no longer finish the job."""
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, default="")
    """The path of the exception class; its text may quote people, so it is not kept."""

    class Meta:
        app_label = "hearthside"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(finished_at__isnull=True, given_up_at__isnull=True),
                name="one_unfinished_job_per_key",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                condition=Q(finished_at__isnull=True, given_up_at__isnull=True),
                name="job_due",
            )
        ]

    def __repr__(self) -> str:
        return f"<Job {self.id} {self.path} attempts={self.attempts}>"

    __str__ = __repr__
