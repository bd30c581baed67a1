"""Safety plans: written by one person, shared with a group's facilitators and taken back, read only on record."""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import UUID

from accounts.access import access_self
from accounts.models import Person
from community.access import access_group
from community.models import Membership
from hearthside import audit
from hearthside.clock import now
from hearthside.errors import Invalid, NotFound, Stale
from hearthside.live import Answer
from hearthside.text import is_visible
from moderation.access import access_queue
from moderation.care_data import STEPS
from moderation.models import SafetyPlan, SafetyPlanShare
from moderation.queries.plans import describe_plan, describe_steps, shared_plan

MOST_LINES = 12
LINE_CHARACTERS = 200


def save_plan(person: Person, *, version: int, steps: Sequence[Sequence[str]]) -> Answer:
    """Save one's own plan; `version` is the one that was changed, 0 for the first.

    Raises Invalid for too many or too long lines, Stale when it was saved elsewhere in the meantime.
    """
    me = access_self(person)
    tidy = check_steps(steps)
    plan = SafetyPlan.objects.select_for_update().filter(person=me).first()
    if (plan.version if plan else 0) != version:
        raise Stale(current=describe_plan(plan))
    plan = plan or SafetyPlan(person=me, version=0)
    plan.steps, plan.version, plan.updated_at = json.dumps(tidy), version + 1, now()
    plan.save()
    return describe_plan(plan)


def check_steps(steps: Sequence[Sequence[str]]) -> list[list[str]]:
    """The steps without empty lines, each line on one line; raises Invalid naming the step that does not fit."""
    if len(steps) != STEPS:
        raise Invalid(fields={"steps": f"A safety plan has {STEPS} steps."})
    tidy = [[" ".join(line.split()) for line in step if is_visible(line)] for step in steps]
    wrong = {}
    for place, step in enumerate(tidy):
        if len(step) > MOST_LINES:
            wrong[f"steps.{place}"] = f"A step has at most {MOST_LINES} lines."
        elif any(len(line) > LINE_CHARACTERS for line in step):
            wrong[f"steps.{place}"] = f"A line has at most {LINE_CHARACTERS} characters."
    if wrong:
        raise Invalid(fields=wrong)
    return tidy


def share_plan(person: Person, *, group_id: UUID, shared: bool) -> Answer:
    """Let a group's facilitators read one's plan, or stop it at once; raises NotFound, Invalid without a plan.

    Stopping needs no membership, so that somebody who has left can still do it.
    """
    me = access_self(person)
    plan = SafetyPlan.objects.filter(person=me).first()
    if shared:
        access_group(me, group_id)
        if plan is None:
            raise Invalid(fields={"shared": "Write your plan first, then you can share it."})
        SafetyPlanShare.objects.update_or_create(plan=plan, group_id=group_id, defaults={"at": now()})
    elif plan is not None:
        SafetyPlanShare.objects.filter(plan=plan, group_id=group_id).delete()
    return describe_plan(plan)


def open_shared_plan(person: Person, *, group_id: UUID, member_id: UUID) -> Answer:
    """A member's plan for a facilitator of the group, put on record where the member sees it.

    Raises NotFound unless the member is in the group and shares it.
    """
    access_queue(person, group_id)
    member = (
        Membership.objects.select_related("person")
        .filter(id=member_id, group_id=group_id, state=Membership.State.ACTIVE)
        .first()
    )
    plan = shared_plan(group_id, member.person_id) if member else None
    if member is None or plan is None:
        raise NotFound
    audit.record(person, "plan.read", f"safety_plan:{plan.id}", group=group_id, about=member.person)
    return {"member": str(member.id), "name": member.name, **describe_steps(plan)}
