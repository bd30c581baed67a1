"""A group's quiet hours: when nothing about it is sent to anybody."""

from __future__ import annotations

from datetime import time
from uuid import UUID

from accounts.models import Person
from community.access import access_as_facilitator, require_open
from hearthside.live import Answer
from notify.actions.choosing import set_group_quiet_hours


def set_quiet_hours(person: Person, *, group_id: UUID, begins: time | None, ends: time | None) -> Answer:
    """Set a group's quiet hours, or end them; raises NotFound, Denied, Closed, or Invalid."""
    member = access_as_facilitator(person, group_id)
    require_open(member.group)
    return {"group": str(group_id), **set_group_quiet_hours(group_id, begins=begins, ends=ends)}
