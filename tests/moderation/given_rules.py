"""Builders of group rules for tests, through the product's own commands."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from accounts.models import Person
from community.models import Group
from moderation.group_rules import Hit, look
from moderation.models import GroupRule
from moderation.screening import Action, Context, Verdict
from tests.given import act, leader_of

FLOWERS = {"kind": "keyword", "words": ["daffodil*"]}


def rule_data(**changes: Any) -> dict[str, Any]:
    """The data of a rule that queues posts about daffodils, with changes."""
    usual = {
        "name": "Flowers",
        "event": "send",
        "trigger": FLOWERS,
        "actions": ["queue"],
        "exempt": [],
        "fail_mode": "flag",
        "nudge": "",
    }
    return {**usual, **changes}


def given_rule(group: Group, by: Person | None = None, *, mode: str = "on", **changes: Any) -> GroupRule:
    """A rule of the group in a mode, brought there in order."""
    leader = by or leader_of(group)
    rule = act(leader, "rule.save", group=group.id, **rule_data(**changes))
    for step in {"off": (), "shadow": ("shadow",), "on": ("shadow", "on")}[mode]:
        rule = act(leader, "rule.switch", rule=rule["id"], version=rule["version"], mode=step)
    return the_rule(rule["id"])


def the_rule(rule_id: Any) -> GroupRule:
    """The rule as it is in the database now."""
    return GroupRule.objects.select_related("group").get(id=rule_id)


def looked(
    group: Group, text: str, *, scores: dict[str, float] | None = None, **context: Any
) -> tuple[Hit, ...]:
    """What the group's rules say of a text."""
    here = {"person": str(uuid4()), "group": str(group.id), "member": "", **context}
    return look(text, Context(**here), Verdict(Action.CLEAR, scores=scores or {}))


def speaks(group: Group, text: str, **more: Any) -> bool:
    """Whether any rule speaks up."""
    return bool(looked(group, text, **more))
