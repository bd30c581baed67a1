"""Rules that a group sets for itself."""

from __future__ import annotations

import uuid

from django.db import models

from hearthside.clock import now
from hearthside.fields import EncryptedTextField
from moderation.models.review import TargetKind


class GroupRule(models.Model):
    """One rule as it is now; each change leaves a GroupRuleVersion."""

    class Mode(models.TextChoices):
        """Whether it acts: in shadow it only counts what it would have done."""

        OFF = "off"
        SHADOW = "shadow"
        ON = "on"

    class FailMode(models.TextChoices):
        """What happens to a text when the rule cannot be worked out."""

        HOLD = "hold"
        FLAG = "flag"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    group = models.ForeignKey("community.Group", on_delete=models.CASCADE, related_name="rules")
    mode = models.CharField(max_length=6, choices=Mode.choices, default=Mode.OFF)
    fail_mode = models.CharField(max_length=4, choices=FailMode.choices, default=FailMode.FLAG)
    definition = EncryptedTextField()  # JSON: name, event, trigger, actions, exempt, nudge words
    version = models.PositiveIntegerField(default=1)
    previewed_version = models.PositiveIntegerField(default=0)  # whose matches a facilitator has read
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now)

    def __repr__(self) -> str:
        return f"<GroupRule {self.id} {self.mode} v{self.version}>"

    __str__ = __repr__


class GroupRuleVersion(models.Model):
    """A rule as it was, and who made it so."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    rule = models.ForeignKey(GroupRule, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    mode = models.CharField(max_length=6, choices=GroupRule.Mode.choices)
    fail_mode = models.CharField(max_length=4, choices=GroupRule.FailMode.choices)
    definition = EncryptedTextField()
    by = models.ForeignKey("community.Membership", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "version"], name="one_row_per_rule_version")]

    def __repr__(self) -> str:
        return f"<GroupRuleVersion {self.rule_id} v{self.version}>"

    __str__ = __repr__


class RuleMatch(models.Model):
    """That a rule spoke up, in shadow or not: what the metrics count."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    rule = models.ForeignKey(GroupRule, on_delete=models.CASCADE, related_name="matches")
    rule_version = models.PositiveIntegerField()
    target_kind = models.CharField(max_length=10, choices=TargetKind.choices)
    target_id = models.UUIDField()
    shadow = models.BooleanField(default=False)
    at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["rule", "at"])]

    def __repr__(self) -> str:
        return f"<RuleMatch {self.rule_id} {self.target_id}>"

    __str__ = __repr__
