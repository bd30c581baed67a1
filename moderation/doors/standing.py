"""The ladder's door: how a member stands, and steps taken, checked and lifted."""

import uuid
from functools import partial
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from community.schemas import Version
from hearthside.api import READ_PROBLEMS, ProblemAnswer
from hearthside.commands import Command, Data, Done
from hearthside.live import Write, write
from hearthside.text import words
from moderation.access import access_standing, access_step
from moderation.actions import standing
from moderation.actions.standing import Wanted
from moderation.queries.standing import read_standing

router = Router(tags=["moderation"])

Kind = Literal["note", "private_word", "reminder", "pause", "posts_held", "leave"]
Words = Annotated[str, StringConstraints(max_length=4000), AfterValidator(words)]
Code = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z0-9_]*$")]


class Mark(Schema):
    """One line of a step's list: done, or why not."""

    what: Annotated[str, StringConstraints(max_length=40)]
    done: bool = False
    reason: Annotated[str, StringConstraints(max_length=1000), AfterValidator(words)] = ""


Marks = Annotated[list[Mark], Field(max_length=40)]


class ListLine(Schema):
    """One line of a list with its words."""

    what: str
    words: str


class MarkedLine(ListLine):
    """One line of a list as it stands."""

    done: bool
    reason: str


class Look(Schema):
    """A second look: where it stands, what was asked and what was answered."""

    state: str
    words: str
    answer: str | None


class StepRow(Schema):
    """A step as staff see it."""

    id: str
    kind: Kind
    by_name: str | None
    policy: str
    reason: str
    message: str
    at: str
    ends_at: str | None
    fades_at: str | None
    check_in_at: str | None
    lifted_at: str | None
    lift_reason: str
    counts: bool
    checklist: list[MarkedLine]
    version: int
    second_look: Look | None


class Standing(Schema):
    """How a member stands; `proposal` is only what the thresholds propose."""

    member: str
    name: str
    state: str
    steps: list[StepRow]
    counted: int
    proposal: Kind | None
    why: str
    leave_checklist: list[ListLine]


class TakeStep(Data):
    """A step about a member; `days` is for a pause, `item` the review item that it is about."""

    group: uuid.UUID
    member: uuid.UUID
    kind: Kind
    policy: Code = ""
    reason: Words
    message: Words = ""
    days: Annotated[int, Field(ge=0, le=1000)] | None = None
    check_in_at: AwareDatetime | None = None
    item: uuid.UUID | None = None
    checklist: Marks = []


class LiftStep(Data):
    """Lift a step, and say why."""

    step: uuid.UUID
    version: Version
    reason: Words


class CheckStep(Data):
    """Mark lines of a step's list; what is not named stays."""

    step: uuid.UUID
    version: Version
    checklist: Marks


class StepAnswer(Done):
    """The step as it now is; `ended` is true when the membership ended with it."""

    step: str
    kind: Kind
    version: int
    ended: bool


@router.get(
    "/groups/{group_id}/members/{member_id}/standing",
    response={200: Standing, 403: ProblemAnswer, 503: ProblemAnswer, **READ_PROBLEMS},
    operation_id="member.standing",
)
def get_standing(request: HttpRequest, group_id: uuid.UUID, member_id: uuid.UUID) -> Any:
    """The steps about a member, for those who lead the group; each reading is written down and the member sees it."""
    person = request.auth  # type: ignore[attr-defined]
    write(Write(partial(standing.note_read, person, group_id=group_id, member_id=member_id)))
    return read_standing(person, group_id, member_id)


def prepare_take(person: Any, data: TakeStep) -> Write:
    """Taking a step: leaving may also end the membership, which the group's stream tells."""
    member = access_standing(person, data.group, data.member)
    wanted = Wanted(
        kind=data.kind,
        reason=data.reason,
        policy=data.policy,
        message=data.message,
        days=data.days,
        check_in_at=data.check_in_at,
        item=data.item,
        marks=[mark.dict() for mark in data.checklist],
    )
    action = partial(standing.take_step, person, group_id=data.group, member_id=data.member, wanted=wanted)
    return Write(action, (member.group.stream, member.person.stream))


def prepare_check(person: Any, data: CheckStep) -> Write:
    """Marking a list: its last line may end the membership."""
    step = access_step(person, data.step)
    marks = [mark.dict() for mark in data.checklist]
    action = partial(standing.check_step, person, step_id=data.step, version=data.version, marks=marks)
    return Write(action, (step.group.stream, step.member.person.stream))


def prepare_lift(person: Any, data: LiftStep) -> Write:
    """Lifting: the member is told."""
    step = access_step(person, data.step)
    action = partial(standing.lift_step, person, step_id=data.step, version=data.version, reason=data.reason)
    return Write(action, (step.member.person.stream,))


COMMANDS = (
    Command("step.take", "Take a step about a member.", TakeStep, StepAnswer, prepare_take),
    Command("step.check", "Mark lines of a step's list.", CheckStep, StepAnswer, prepare_check),
    Command("step.lift", "Lift a step.", LiftStep, StepAnswer, prepare_lift),
)
