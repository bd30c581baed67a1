"""Group rules: changing them, each change a version, and counting what they matched."""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import UUID

from accounts.models import Person
from community.access import require_open
from community.models import Membership
from hearthside import audit
from hearthside.clock import now
from hearthside.errors import Closed, Invalid, NotFound, Stale
from hearthside.live import Answer
from moderation.access_rules import access_rule, access_rules
from moderation.group_rules import Hit
from moderation.models import GroupRule, GroupRuleVersion, RuleMatch
from moderation.queries.group_rules import rows_of, was_in_shadow
from moderation.rule_shapes import RULES, Definition, as_row

Mode = GroupRule.Mode


def save_rule(
    person: Person,
    *,
    group_id: UUID,
    rule_id: UUID | None,
    version: int | None,
    definition: Definition,
    fail_mode: str,
) -> Answer:
    """Make a rule, which is off at first, or change one, which stays in its mode.

    Raises NotFound, Denied, Closed for a closed group or one with as many rules as there may be, Invalid for a change
    without a version, Stale with the rule as it is now.
    """
    member = access_rules(person, group_id)
    require_open(member.group)
    if rule_id is None:
        if GroupRule.objects.filter(group_id=group_id, archived_at=None).count() >= RULES:
            raise Closed(f"A group has at most {RULES} rules. Archive one that is not needed any more.")
        rule = GroupRule(group=member.group, version=0)
    else:
        rule = _same_version(person, rule_id, version)
        if rule.group_id != group_id:
            raise NotFound
    words = json.dumps(as_row(definition))
    if rule.version and (words, fail_mode) == (rule.definition, rule.fail_mode):
        return _answer(rule)
    rule.definition, rule.fail_mode = words, fail_mode
    _keep(rule, member)
    audit.record(person, "rule.saved", f"rule:{rule.id}", group=group_id, reason=f"v{rule.version}")
    return _answer(rule)


def switch_rule(person: Person, *, rule_id: UUID, version: int, mode: str) -> Answer:
    """Switch a rule off, to shadow or on.

    It goes on only when it has run in shadow as it is, or somebody has read what it would have matched. Raises
    NotFound, Denied, Closed or Stale.
    """
    rule = _same_version(person, rule_id, version)
    member = access_rules(person, rule.group_id)
    require_open(member.group)
    if rule.mode == mode:
        return _answer(rule)
    if mode == Mode.ON and rule.previewed_version != rule.version and not was_in_shadow(rule):
        raise Closed(
            "Let this rule run in shadow first, or read what it would have matched. Then switch it on."
        )
    previewed = rule.previewed_version == rule.version
    rule.mode = mode
    _keep(rule, member, previewed=previewed)
    audit.record(person, "rule.switched", f"rule:{rule.id}", group=rule.group_id, reason=mode)
    return _answer(rule)


def archive_rule(person: Person, *, rule_id: UUID, version: int) -> Answer:
    """Take a rule out of use for good; what it matched stays counted. Raises NotFound, Denied or Stale."""
    rule = _same_version(person, rule_id, version)
    member = access_rules(person, rule.group_id)
    rule.archived_at, rule.mode = now(), Mode.OFF
    _keep(rule, member)
    audit.record(person, "rule.archived", f"rule:{rule.id}", group=rule.group_id)
    return {"id": str(rule.id), "version": rule.version}


def mark_previewed(person: Person, *, rule_id: UUID, version: int) -> Answer:
    """Write down that somebody reads what a version of a rule would have matched."""
    rule, member = access_rule(person, rule_id)
    if rule.version == version and rule.previewed_version != version:
        rule.previewed_version = version
        rule.save()
    audit.record(person, "rules.previewed", f"rule:{rule.id}", group=member.group, reason=f"v{version}")
    return {}


def record_matches(hits: Sequence[Hit], target_kind: str, target_id: UUID) -> None:
    """Write down which rules spoke up about a target; inside an action."""
    for hit in hits:
        RuleMatch.objects.create(
            rule_id=hit.rule,
            rule_version=hit.version,
            target_kind=target_kind,
            target_id=target_id,
            shadow=hit.shadow,
        )


def _same_version(person: Person, rule_id: UUID, version: int | None) -> GroupRule:
    """The rule, if it is still as the facilitator saw it."""
    rule, _ = access_rule(person, rule_id)
    if version is None:
        raise Invalid(fields={"version": "Say which version you changed."})
    if rule.version != version:
        raise Stale(current=rows_of([rule])[0])
    return rule


def _keep(rule: GroupRule, member: Membership, *, previewed: bool = False) -> None:
    """Save the rule as its next version, and the version beside it."""
    rule.version += 1
    if previewed:
        rule.previewed_version = rule.version
    rule.save()
    GroupRuleVersion.objects.create(
        rule=rule,
        version=rule.version,
        mode=rule.mode,
        fail_mode=rule.fail_mode,
        definition=rule.definition,
        by=member,
    )


def _answer(rule: GroupRule) -> Answer:
    """The rule as a command answers it."""
    return rows_of([rule])[0]
