"""What screening thought of one text: stored with the versions it was thought by, never with the text."""

from __future__ import annotations

import uuid

from django.db import models

from hearthside.clock import now
from moderation.models.review import TargetKind


class Screening(models.Model):
    """One verdict. Its author sees it under "My flags" and can contest it; the text stands in its own row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    target_kind = models.CharField(max_length=10, choices=TargetKind.choices)
    target_id = models.UUIDField()
    group = models.ForeignKey("community.Group", on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey("community.Membership", on_delete=models.CASCADE, related_name="screenings")
    kind = models.CharField(max_length=12)  # screening.Kind: none, risk, method, attack, recovery, spoken
    action = models.CharField(max_length=8)  # screening.Action
    lane = models.CharField(max_length=8)  # screening.Lane
    severity = models.PositiveSmallIntegerField(default=0)
    rules = models.JSONField(default=list)  # the codes of what spoke up
    scores = models.JSONField(default=dict)  # label -> probability; empty without consent to models
    rules_version = models.CharField(max_length=40)
    model_version = models.CharField(max_length=80, default="")
    milliseconds = models.PositiveIntegerField(default=0)
    sampled = models.BooleanField(default=False)  # drawn by chance for a look, although nothing spoke up
    shadow_version = models.CharField(max_length=80, default="")  # a model on trial that read the text later
    shadow_scores = models.JSONField(default=dict)
    shadow_kind = models.CharField(max_length=12, default="")
    shadow_action = models.CharField(max_length=8, default="")
    contested_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=now)

    class Meta:
        indexes = [
            models.Index(fields=["target_id"]),
            models.Index(fields=["group", "at"]),
            models.Index(fields=["author", "at"]),
        ]

    def __repr__(self) -> str:
        return f"<Screening {self.id} {self.kind} {self.action}>"

    __str__ = __repr__


class ThresholdShift(models.Model):
    """How much later or sooner one output counts in one group than elsewhere, after enough decisions there."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    group = models.ForeignKey("community.Group", on_delete=models.CASCADE, related_name="threshold_shifts")
    output = models.CharField(max_length=20)  # a label or aspect of moderation/classifiers/outputs.py
    shift = models.FloatField()  # is added to the threshold
    decided = models.PositiveIntegerField()  # on how many decisions it rests
    false_alarms = models.PositiveIntegerField()
    model_version = models.CharField(max_length=80)
    at = models.DateTimeField(default=now)  # decisions count from then on

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "output"], name="threshold_shift_once"),
        ]

    def __repr__(self) -> str:
        return f"<ThresholdShift {self.id} {self.output} {self.shift:+.3f}>"

    __str__ = __repr__
