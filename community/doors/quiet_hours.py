"""The doors to a group's quiet hours."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from accounts.models import Person
from community.access import access_as_facilitator, access_group
from community.actions.quiet_hours import set_quiet_hours
from hearthside.api import READ_PROBLEMS
from hearthside.commands import Command, Done
from hearthside.live import Write
from notify.doors.choices import QuietData, QuietRow, clock
from notify.queries.choices import read_group_quiet

router = Router(tags=["community"])


class GroupQuiet(Schema):
    """A group's quiet hours, on the practice's clock; null without any."""

    quiet: QuietRow | None


class GroupQuietData(QuietData):
    """A group, and from when to when; null for none."""

    group: uuid.UUID


class GroupQuietDone(Done, GroupQuiet):
    """The group's quiet hours as they now are."""

    group: str


@router.get(
    "/groups/{group_id}/quiet_hours",
    response={200: GroupQuiet, **READ_PROBLEMS},
    operation_id="group.quiet_hours.show",
    summary="When nothing about the group is sent to anybody",
)
def get_quiet_hours(request: HttpRequest, group_id: uuid.UUID) -> Any:
    """For everybody in the group."""
    access_group(request.auth, group_id)  # type: ignore[attr-defined]
    return {"quiet": read_group_quiet(group_id)}


def prepare_quiet_hours(person: Person, data: GroupQuietData) -> Write:
    """Setting them."""
    access_as_facilitator(person, data.group)
    act = partial(
        set_quiet_hours, person, group_id=data.group, begins=clock(data.begins), ends=clock(data.ends)
    )
    return Write(act, (f"group:{data.group}",))


COMMANDS: tuple[Command, ...] = (
    Command(
        "group.quiet_hours",
        "Set when nothing about a group is sent, or end that.",
        GroupQuietData,
        GroupQuietDone,
        prepare_quiet_hours,
    ),
)
