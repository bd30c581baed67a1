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
