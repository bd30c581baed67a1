"""The care lane's doors: help lines, the support card, calls, the duty roster, safety plans."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import partial
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router
from pydantic import AfterValidator, Field, StringConstraints

from accounts.models import Person
from community.access import access_group
from hearthside.api import READ_PROBLEMS
from hearthside.commands import Command, Data
from hearthside.live import Write, write
from hearthside.text import words
from moderation import care_schemas as shapes
from moderation.access import access_item, access_queue
from moderation.actions import care, duty, plans, telling
from moderation.queries.plans import read_plan
from moderation.queries.roster import read_roster
from moderation.queries.support import read_help_lines, read_support

router = Router(tags=["care"])
Words = Annotated[str, StringConstraints(max_length=10_000), AfterValidator(words)]


@router.get(
    "/help-lines",
    auth=None,
    response=shapes.HelpLinesAnswer,
    operation_id="help_lines",
    summary="Whom to call in the practice's region; open to everybody",
)
def get_help_lines(request: HttpRequest) -> Any:
    """Help lines, without a sign-in: nobody has to remember a password first."""
    return read_help_lines()


@router.get(
    "/support",
    response={200: shapes.SupportAnswer, **READ_PROBLEMS},
    operation_id="support",
    summary="The support card",
)
def get_support(request: HttpRequest) -> Any:
    """Words, help lines, and whether somebody is on duty."""
    return read_support(request.auth)  # type: ignore[attr-defined]


@router.get(
    "/groups/{group_id}/roster",
    response={200: shapes.RosterAnswer, **READ_PROBLEMS},
    operation_id="roster.show",
    summary="The group's duty roster, for its facilitators",
)
def get_roster(request: HttpRequest, group_id: uuid.UUID) -> Any:
    """The duty roster."""
    return read_roster(request.auth, group_id)  # type: ignore[attr-defined]


@router.get(
    "/me/safety-plan",
    response={200: shapes.PlanAnswer, **READ_PROBLEMS},
    operation_id="safety_plan.show",
    summary="Your own safety plan",
)
def get_plan(request: HttpRequest) -> Any:
    """The person's own plan."""
    return read_plan(request.auth)  # type: ignore[attr-defined]


@router.get(
    "/groups/{group_id}/members/{member_id}/safety-plan",
    response={200: shapes.SharedPlanAnswer, **READ_PROBLEMS},
    operation_id="safety_plan.shared",
    summary="A plan that its owner shares with the group's facilitators; the read is recorded",
)
def get_shared_plan(request: HttpRequest, group_id: uuid.UUID, member_id: uuid.UUID) -> Any:
    """Somebody's shared plan: reading it is an act, which its owner sees."""
    person = request.auth  # type: ignore[attr-defined]
    return write(Write(partial(plans.open_shared_plan, person, group_id=group_id, member_id=member_id)))


class TellData(Data):
    """Which group's facilitators to tell, and what, if anything."""

    group: uuid.UUID
    words: Words = ""


class AcknowledgeData(Data):
    """Which item; an older version is no reason to refuse whoever takes a call."""

    item: uuid.UUID
    version: int


class SlotData(shapes.SlotBase):
    """One slot of a roster that is saved."""

    member: uuid.UUID


class RosterData(Data):
    """The whole roster, on top of the version that was read."""

    group: uuid.UUID
    version: Annotated[int, Field(ge=0)]
    slots: Annotated[list[SlotData], Field(max_length=1000)]


class PlanData(Data):
    """The whole plan, on top of the version that was read (0: none yet)."""

    version: Annotated[int, Field(ge=0)]
    steps: Annotated[
        list[Annotated[list[Annotated[str, StringConstraints(max_length=2000)]], Field(max_length=100)]],
        Field(max_length=20),
    ]


class ShareData(Data):
    """With which group's facilitators the plan is shared, or no longer."""

    group: uuid.UUID
    shared: bool


def tell(person: Person, data: TellData) -> Write:
    """A member's own call."""
    return telling.prepare_tell(person, group_id=data.group, words=data.words, nonce=data.nonce)


def acknowledge(person: Person, data: AcknowledgeData) -> Write:
    """Taking a call."""
    item = access_item(person, data.item)
    return Write(partial(care.acknowledge, person, data.item), (item.own_group.review_stream,))


def save_roster(person: Person, data: RosterData) -> Write:
    """A new roster."""
    access_queue(person, data.group)
    slots = [
        duty.Slot(slot.member, slot.order, slot.weekday, clock_time(slot.starts), clock_time(slot.ends))
        for slot in data.slots
    ]
    return Write(partial(duty.save_roster, person, group_id=data.group, version=data.version, slots=slots))


def clock_time(text: str) -> dt.time:
    """A time of the day from its checked spelling HH:MM."""
    hours, _, minutes = text.partition(":")
    return dt.time(int(hours), int(minutes))


def save_plan(person: Person, data: PlanData) -> Write:
    """New words for one's own plan."""
    steps = [[words(line) for line in step] for step in data.steps]
    return Write(partial(plans.save_plan, person, version=data.version, steps=steps))


def share_plan(person: Person, data: ShareData) -> Write:
    """Sharing one's plan, or ending it."""
    if data.shared:
        access_group(person, data.group)
    return Write(partial(plans.share_plan, person, group_id=data.group, shared=data.shared))


COMMANDS = (
    Command("care.tell", "Tell your facilitators that you need them.", TellData, shapes.Told, tell),
    Command("care.acknowledge", "Take a call for help.", AcknowledgeData, shapes.Acknowledged, acknowledge),
    Command("roster.save", "Save a group's duty roster.", RosterData, shapes.RosterDone, save_roster),
    Command("safety_plan.save", "Save your own safety plan.", PlanData, shapes.PlanDone, save_plan),
    Command(
        "safety_plan.share",
        "Share your safety plan with a group's facilitators, or end it.",
        ShareData,
        shapes.PlanDone,
        share_plan,
    ),
)
