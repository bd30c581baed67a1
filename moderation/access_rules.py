"""Who may see and change a group's rules: its facilitators."""

from __future__ import annotations

from uuid import UUID

from accounts.models import Person
from community.access import access_as_facilitator
from community.models import Membership
from hearthside.errors import NotFound
from moderation.models import GroupRule


def access_rules(person: Person, group_id: UUID) -> Membership:
    """The person's membership (`.group` is loaded) as a facilitator of the group; raises NotFound, or Denied for
    its members.
    """
    return access_as_facilitator(person, group_id)


def access_rule(person: Person, rule_id: UUID) -> tuple[GroupRule, Membership]:
    """A rule that is not archived, and the facilitator who asks for it; raises NotFound, or Denied for members."""
    rule = GroupRule.objects.filter(id=rule_id, archived_at=None).first()
    if rule is None:
        raise NotFound
    member = access_rules(person, rule.group_id)
    rule.group = member.group
    return rule, member
