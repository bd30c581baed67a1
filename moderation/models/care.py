"""The care lane's rows: alerts and who was paged, duty, the support card, safety plans."""

from __future__ import annotations

import uuid

from django.db import models

from hearthside.clock import now
from hearthside.fields import EncryptedTextField


class CareAlert(models.Model):
    """A cry for help that waits for somebody: its timers are these columns, so a restart loses none."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    item = models.OneToOneField("moderation.ReviewItem", on_delete=models.CASCADE, related_name="alert")
    started_at = models.DateTimeField(default=now)
    round = models.PositiveSmallIntegerField(default=1)  # rises when it starts again after it had ended
    severity = models.PositiveSmallIntegerField(default=0)  # of the item when this round began
    level = models.SmallIntegerField(default=-1)  # last paged: 0 on duty, 1 backup, 2 everybody, 3 failed
    next_at = models.DateTimeField(null=True)  # when the next level is due; null once acknowledged or failed
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        "accounts.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    failed_at = models.DateTimeField(null=True)  # nobody acknowledged in time; recorded, still open
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["next_at"])]

    def __repr__(self) -> str:
        return f"<CareAlert {self.id} level={self.level}>"

    __str__ = __repr__


class CarePage(models.Model):
    """That one person was called for one round of an alert at one level."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    alert = models.ForeignKey(CareAlert, on_delete=models.CASCADE, related_name="pages")
    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="care_pages")
    round = models.PositiveSmallIntegerField(default=1)
    level = models.SmallIntegerField()
    at = models.DateTimeField(default=now)
    mailed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)  # when they were told that it is in somebody's hands

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alert", "person", "round", "level"], name="one_page_per_level_of_a_round"
            )
        ]

    def __repr__(self) -> str:
        return f"<CarePage {self.alert_id} level={self.level}>"

    __str__ = __repr__


class DutySlot(models.Model):
    """One weekly stretch of duty in a group, in the practice's time zone."""

    class Order(models.TextChoices):
        """Who is called first."""

        FIRST = "first"
        BACKUP = "backup"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    group = models.ForeignKey("community.Group", on_delete=models.CASCADE, related_name="duty_slots")
    member = models.ForeignKey("community.Membership", on_delete=models.CASCADE, related_name="+")
    order = models.CharField(max_length=6, choices=Order.choices, default=Order.FIRST)
    weekday = models.PositiveSmallIntegerField()  # 0 Monday to 6 Sunday
    starts = models.TimeField()
    ends = models.TimeField()  # at or before `starts`: it ends on the next day

    def __repr__(self) -> str:
        return f"<DutySlot {self.id} {self.weekday}>"

    __str__ = __repr__


class Roster(models.Model):
    """A group's duty roster: its slots are saved as one, and a version tells who changed it meanwhile."""

    group = models.OneToOneField(
        "community.Group", on_delete=models.CASCADE, primary_key=True, related_name="roster"
    )
    version = models.PositiveIntegerField(default=0)

    def __repr__(self) -> str:
        return f"<Roster {self.group_id} v{self.version}>"

    __str__ = __repr__


class OverdueCall(models.Model):
    """That one person was told by mail that a held item is past the time its author was promised."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    item = models.ForeignKey("moderation.ReviewItem", on_delete=models.CASCADE, related_name="overdue_calls")
    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField()  # the promise that was missed; a new promise has calls of its own
    level = models.SmallIntegerField()
    at = models.DateTimeField(default=now)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "due_at", "level", "person"], name="one_overdue_call_per_level"
            )
        ]

    def __repr__(self) -> str:
        return f"<OverdueCall {self.item_id} level={self.level}>"

    __str__ = __repr__


class SupportShown(models.Model):
    """That the support card was shown: it does not come again within 12 hours unless severity rose."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="+")
    severity = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["person", "at"])]

    def __repr__(self) -> str:
        return f"<SupportShown {self.id} {self.severity}>"

    __str__ = __repr__


class SafetyPlan(models.Model):
    """Six steps somebody wrote for a bad hour (Stanley and Brown's safety planning intervention)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.OneToOneField("accounts.Person", on_delete=models.CASCADE, related_name="safety_plan")
    steps = EncryptedTextField()  # JSON: six lists of lines
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(default=now)

    def __repr__(self) -> str:
        return f"<SafetyPlan {self.id}>"

    __str__ = __repr__


class SafetyPlanShare(models.Model):
    """That the facilitators of one group may read somebody's safety plan."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    plan = models.ForeignKey(SafetyPlan, on_delete=models.CASCADE, related_name="shares")
    group = models.ForeignKey("community.Group", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "group"], name="one_share_per_group")]

    def __repr__(self) -> str:
        return f"<SafetyPlanShare {self.id}>"

    __str__ = __repr__
