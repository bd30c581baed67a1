"""A group's duty roster, as its facilitators read and change it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from accounts.models import Person
from accounts.queries import get_practice
from community.models import Group
from hearthside.wire import stamp
from moderation.access import access_queue
from moderation.models import DutySlot, Roster
from moderation.queries.duty import OnDuty, counting_slots, on_duty


def read_roster(person: Person, group_id: UUID) -> dict[str, Any]:
    """The roster for one of the group's facilitators; raises NotFound for everybody else."""
    return describe_roster(access_queue(person, group_id).group)


def describe_roster(group: Group) -> dict[str, Any]:
    """The slots that count, their version, and who is on duty now."""
    roster = Roster.objects.filter(group=group).first()
    return {
        "slots": [describe_slot(slot) for slot in counting_slots(group)],
        "version": roster.version if roster else 0,
        "time_zone": get_practice().time_zone,
        "now": duty_for_staff(on_duty(group)),
    }


def describe_slot(slot: DutySlot) -> dict[str, Any]:
    """One slot; its member is loaded."""
    return {
        "id": str(slot.id),
        "member": str(slot.member_id),
        "name": slot.member.name,
        "order": slot.order,
        "weekday": slot.weekday,
        "starts": f"{slot.starts:%H:%M}",
        "ends": f"{slot.ends:%H:%M}",
    }


def duty_for_staff(duty: OnDuty) -> dict[str, Any]:
    """Duty as facilitators see it: with the names, those who are called first in front."""
    people = {member.id: member.name for member in (*duty.first, *duty.backup)}
    return {
        "state": duty.state,
        "names": list(people.values()),
        "until": stamp(duty.until) if duty.until else None,
        "back_at": stamp(duty.back_at) if duty.back_at else None,
    }
