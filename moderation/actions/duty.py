"""The duty roster: saved as a whole, by one of the group's facilitators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from uuid import UUID

from accounts.models import Person
from community.access import require_open
from community.models import Group, Membership
from hearthside import audit
from hearthside.errors import Invalid, Stale
from hearthside.live import Answer
from moderation.access import access_queue
from moderation.models import DutySlot, Roster
from moderation.queries.paging import leaders_of
from moderation.queries.roster import describe_roster

MOST_SLOTS = 100


@dataclass(frozen=True)
class Slot:
    """One weekly stretch as it was sent: `ends` at or before `starts` is on the next day."""

    member: UUID
    order: str
    weekday: int
    starts: time
    ends: time


def save_roster(person: Person, *, group_id: UUID, version: int, slots: Sequence[Slot]) -> Answer:
    """Replace the group's roster with these slots, which may overlap; no slots at all means that there is no roster.

    Raises NotFound for everybody but its facilitators, Closed for a closed group, Stale when somebody saved it since
    `version`, Invalid for a slot of somebody who does not lead the group.
    """
    group = access_queue(person, group_id).group
    require_open(group)
    members = check_slots(group, slots)
    Roster.objects.get_or_create(group=group)
    roster = Roster.objects.select_for_update().get(group=group)
    if roster.version != version:
        raise Stale(current=describe_roster(group))
    DutySlot.objects.filter(group=group).delete()
    for slot in slots:
        DutySlot.objects.create(
            group=group,
            member=members[slot.member],
            order=slot.order,
            weekday=slot.weekday,
            starts=slot.starts,
            ends=slot.ends,
        )
    roster.version += 1
    roster.save(update_fields=["version"])
    audit.record(person, "roster.saved", f"group:{group.id}", group=group.id)
    return describe_roster(group)


def check_slots(group: Group, slots: Sequence[Slot]) -> dict[UUID, Membership]:
    """The group's facilitators by id; raises Invalid naming each slot that does not fit."""
    if len(slots) > MOST_SLOTS:
        raise Invalid(fields={"slots": f"A roster has at most {MOST_SLOTS} slots."})
    members = {member.id: member for member in leaders_of(group)}
    wrong = {
        f"slots.{place}.member": "Only somebody who leads this group can be on duty."
        for place, slot in enumerate(slots)
        if slot.member not in members
    }
    if wrong:
        raise Invalid(fields=wrong)
    return members
