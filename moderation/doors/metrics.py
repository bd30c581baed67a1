"""The metrics page's door, for those who lead a group."""

import uuid
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from hearthside.api import READ_PROBLEMS
from hearthside.commands import Command
from moderation.queries.metrics import read_metrics

router = Router(tags=["moderation"])

Days = Annotated[int, Query(ge=1, le=365, description="how many days back")]


class FirstLook(Schema):
    """Seconds until somebody first looked at an item."""

    median_s: float | None
    p90_s: float | None
    n: int


class Waiting(Schema):
    """What waits now."""

    n: int
    oldest_at: str | None


class Overturned(Schema):
    """Second looks that ended with another decision, of those that were answered."""

    n: int
    of: int


class FalseAlarms(Schema):
    """One version of one rule or model; `rate` is of what was decided."""

    what: str
    code: str
    source: str
    version: str
    held_or_queued: int
    decided: int
    false_alarm: int
    rate: float | None
    contested: int


class Care(Schema):
    """Cries for help: how many, how soon somebody took them, how many nobody took in time."""

    alerts: int
    acknowledged_median_s: float | None
    failed: int


class Quiet(Schema):
    """Somebody who has not written for a while."""

    member: str
    name: str
    days: int


class Loud(Schema):
    """Somebody who writes more than half of the posts."""

    member: str
    name: str
    share: float


class PileOn(Schema):
    """Several members who answered the same person within an hour."""

    topic: str
    title: str
    at: str
    people: int


class Dynamics(Schema):
    """What to notice in the group."""

    quiet: list[Quiet]
    loud: Loud | None
    pile_on: list[PileOn]


class Metrics(Schema):
    """How moderation does in a group."""

    days: int
    first_look: FirstLook
    decisions: dict[str, int]
    waiting: Waiting
    overturned: Overturned
    contested: int
    false_alarms: list[FalseAlarms]
    care: Care
    reports: int
    dynamics: Dynamics


@router.get(
    "/groups/{group_id}/metrics", response={200: Metrics, **READ_PROBLEMS}, operation_id="group.metrics"
)
def get_metrics(request: HttpRequest, group_id: uuid.UUID, days: Days = 30) -> Any:
    """How moderation does in the group, and what to notice there; for its facilitators only."""
    return read_metrics(request.auth, group_id, days)  # type: ignore[attr-defined]


COMMANDS: tuple[Command, ...] = ()
