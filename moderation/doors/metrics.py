"""The metrics page's door, for those who lead a group: the numbers, and the way back to everywhere's thresholds."""

import uuid
from functools import partial
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from hearthside.api import READ_PROBLEMS
from hearthside.commands import Command, Data, Done
from hearthside.live import Write
from moderation.access import access_queue
from moderation.actions.thresholds import reset_thresholds
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


class Sample(Schema):
    """Posts drawn by chance although nothing spoke up: how many of them are decided, and how many had been missed."""

    share: float
    drawn: int
    decided: int
    missed: int
    needed: int


class Recall(Schema):
    """The share that flagging finds of what needs a look, and the ends of its 90 % interval."""

    value: float
    low: float
    high: float


class Rate(Schema):
    """Decided flags and those that were for nothing; `rate` is null while none is decided."""

    decided: int
    false_alarm: int
    rate: float | None


class OutputRate(Rate):
    """The same of one output of the model."""

    output: str


class ModelRate(Rate):
    """The same of all texts that the model spoke up about, and of each output."""

    by_output: list[OutputRate]


class Shift(Schema):
    """How far a group's threshold of an output has moved, resting on how many decisions."""

    output: str
    shift: float
    decided: int
    false_alarms: int


class Flagging(Schema):
    """How well flagging works, by the model that reads there now; `recall` is null while it is not known."""

    model_version: str
    since: str | None
    sample: Sample
    found: int
    recall: Recall | None
    false_alarms: ModelRate
    shifts: list[Shift]
    shifts_need: int


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
    flagging: Flagging


class ResetThresholds(Data):
    """Put a group's thresholds back to those of everywhere."""

    group: uuid.UUID


class ThresholdsReset(Done):
    """Since when only new decisions move them."""

    group: str
    reset_at: str


@router.get(
    "/groups/{group_id}/metrics", response={200: Metrics, **READ_PROBLEMS}, operation_id="group.metrics"
)
def get_metrics(request: HttpRequest, group_id: uuid.UUID, days: Days = 30) -> Any:
    """How moderation does in the group, and what to notice there; for its facilitators only."""
    return read_metrics(request.auth, group_id, days)  # type: ignore[attr-defined]


def prepare_reset(person: Any, data: ResetThresholds) -> Write:
    """Putting thresholds back; nobody's screen is told, as only the page of numbers shows them."""
    access_queue(person, data.group)
    return Write(partial(reset_thresholds, person, group_id=data.group))


COMMANDS = (
    Command(
        "thresholds.reset",
        "Put a group's thresholds back to those of everywhere.",
        ResetThresholds,
        ThresholdsReset,
        prepare_reset,
    ),
)
