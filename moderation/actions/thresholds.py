"""A group's own thresholds: moved a little by what was decided there, and put back by its facilitators."""

from __future__ import annotations

from uuid import UUID

from accounts.models import Person
from community.models import Group
from hearthside import audit
from hearthside.clock import now
from hearthside.live import Answer
from hearthside.wire import stamp
from moderation.access import access_queue
from moderation.flagging_data import flagging_data
from moderation.models import ThresholdShift
from moderation.queries.thresholds import Count, count_outputs, model_flags, version_in
from moderation.shifting import SHIFTED, shift_for


def shift_thresholds(group_id: UUID) -> Answer:
    """Move each threshold of the group to where the decisions about its flags say; does nothing on too few of them.

    Only the flags of the model that reads there now count, and only decisions since the last reset.
    """
    group = Group.objects.get(id=group_id)
    version = version_in(group)
    rows = {row.output: row for row in ThresholdShift.objects.filter(group=group)}
    flags = model_flags(group, version) if version else []
    counts = count_outputs(flags, {output: row.at for output, row in rows.items()})
    moved = 0
    for output in SHIFTED:
        count, row = counts.get(output, Count()), rows.get(output)
        if row is None and count.decided >= flagging_data().shifts.needed:
            began = min(flag.decided_at or now() for flag in flags if flag.output == output)
            row = ThresholdShift(group=group, output=output, shift=0.0, at=began)
        if row is not None:
            moved += _move(row, count, version)
    return {"moved": moved}


def _move(row: ThresholdShift, count: Count, version: str) -> int:
    """Keep what the decisions say; 1 when the threshold moved by it, which is written down, else 0."""
    shift = shift_for(row.output, count.decided, count.false_alarms)
    before = row.shift if row.model_version == version else 0.0
    known = (row.model_version, row.shift, row.decided, row.false_alarms)
    if known == (version, shift, count.decided, count.false_alarms):
        return 0
    row.model_version, row.shift = version, shift
    row.decided, row.false_alarms = count.decided, count.false_alarms
    row.save()
    if shift == before:
        return 0
    reason = f"{row.output}:{shift:.3f}:{count.decided}"
    audit.record(None, "thresholds.shifted", f"group:{row.group_id}", group=row.group_id, reason=reason)
    return 1


def reset_thresholds(person: Person, *, group_id: UUID) -> Answer:
    """Put all thresholds of the group back to those of everywhere; only decisions from now on move them again.

    Raises NotFound for everybody but the group's facilitators.
    """
    group = access_queue(person, group_id).group
    version, moment = version_in(group), now()
    for output in SHIFTED:
        start = {"shift": 0.0, "decided": 0, "false_alarms": 0, "model_version": version, "at": moment}
        ThresholdShift.objects.update_or_create(group=group, output=output, defaults=start)
    audit.record(person, "thresholds.reset", f"group:{group.id}", group=group.id)
    return {"group": str(group.id), "reset_at": stamp(moment)}
