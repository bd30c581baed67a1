"""Safety plans, for whoever wrote them and for the facilitators they are shared with."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Person
from community.models import Membership
from hearthside.wire import stamp
from moderation.care_data import STEPS
from moderation.models import SafetyPlan, SafetyPlanShare


def read_plan(person: Person) -> dict[str, Any]:
    """The person's own plan; six empty steps before there is one."""
    plan = SafetyPlan.objects.filter(person=person).first()
    return describe_plan(plan)


def describe_plan(plan: SafetyPlan | None) -> dict[str, Any]:
    """A plan as its owner sees it, with the groups whose facilitators may read it."""
    if plan is None:
        return {"steps": [[] for _ in range(STEPS)], "version": 0, "updated_at": None, "shared_with": []}
    return {**describe_steps(plan), "shared_with": groups_of(plan)}


def describe_steps(plan: SafetyPlan) -> dict[str, Any]:
    """What stands in a plan."""
    return {
        "steps": json.loads(plan.steps),
        "version": plan.version,
        "updated_at": stamp(plan.updated_at),
    }


def groups_of(plan: SafetyPlan) -> list[str]:
    """The groups whose facilitators may read the plan now."""
    return [str(group) for group in _standing(plan__id=plan.id).values_list("group_id", flat=True)]


def shared_plan(group_id: UUID, person_id: UUID) -> SafetyPlan | None:
    """The plan that somebody shares with a group's facilitators, if they do."""
    share = _standing(plan__person_id=person_id).select_related("plan").filter(group_id=group_id).first()
    return share.plan if share else None


def is_plan_shared(group_id: UUID, person_id: UUID) -> bool:
    """Whether a group's facilitators may read somebody's plan."""
    return _standing(plan__person_id=person_id).filter(group_id=group_id).exists()


def _standing(**whose: Any) -> QuerySet[SafetyPlanShare]:
    """The shares that count: of groups whose member the owner is, made since they joined for the last time."""
    theirs = Membership.objects.filter(
        person_id=OuterRef("plan__person_id"),
        group_id=OuterRef("group_id"),
        state=Membership.State.ACTIVE,
        joined_at__lte=OuterRef("at"),
    )
    return SafetyPlanShare.objects.filter(Exists(theirs), **whose).order_by("at", "id")
