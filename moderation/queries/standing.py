"""How somebody stands in a group: the steps about them, what counts, what the thresholds propose."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from accounts.models import Person
from hearthside.clock import now
from hearthside.wire import stamp
from moderation import ladder
from moderation.access import access_standing
from moderation.models import SecondLook, Step
from moderation.queries.lines import names_in_groups

MOST = 200


def read_standing(person: Person, group_id: UUID, member_id: UUID) -> dict[str, Any]:
    """The steps about a member, newest first, for those who lead the group; raises NotFound or Denied.

    The door writes the reading down first (moderation/actions/standing.py).
    """
    member = access_standing(person, group_id, member_id)
    steps = list(Step.objects.select_related("by").filter(member=member).order_by("-at", "-id")[:MOST])
    looks = looks_at(steps)
    names = names_in_groups((step.group_id, step.by_id) for step in steps if step.by_id)
    moment = now()
    proposal, why = ladder.propose(steps, moment)
    return {
        "member": str(member.id),
        "name": member.name,
        "state": member.state,
        "steps": [step_row(step, names=names, look=looks.get(step.id)) for step in steps],
        "counted": sum(1 for step in steps if ladder.counts(step, moment)),
        "proposal": proposal,
        "why": why,
        "leave_checklist": [{"what": line.what, "words": line.words} for line in ladder.leave_lines()],
    }


def step_row(
    step: Step, *, names: dict[tuple[UUID, UUID], str] | None = None, look: SecondLook | None = None
) -> dict[str, Any]:
    """One step as staff see it."""
    by = step.by
    return {
        "id": str(step.id),
        "kind": step.kind,
        "by_name": (names or {}).get((step.group_id, by.pk), by.name) if by else None,
        "policy": step.policy,
        "reason": step.reason,
        "message": step.message,
        "at": stamp(step.at),
        "ends_at": stamp(step.ends_at) if step.ends_at else None,
        "fades_at": stamp(step.fades_at) if step.fades_at else None,
        "check_in_at": stamp(step.check_in_at) if step.check_in_at else None,
        "lifted_at": stamp(step.lifted_at) if step.lifted_at else None,
        "lift_reason": step.lift_reason,
        "counts": ladder.counts(step, now()),
        "checklist": ladder.read_list(step),
        "version": step.version,
        "second_look": look_row(look),
    }


def looks_at(steps: Iterable[Step]) -> dict[UUID, SecondLook]:
    """The second look that was asked at each step."""
    rows = SecondLook.objects.filter(step__in=[step.id for step in steps])
    return {row.step_id: row for row in rows if row.step_id}


def look_row(look: SecondLook | None) -> dict[str, Any] | None:
    """A second look: where it stands, what was asked and what was answered."""
    if look is None:
        return None
    return {"state": look.state, "words": look.words, "answer": look.answer or None}
