"""Moderation's rows, a file a noun."""

from moderation.models.care import (
    CareAlert,
    CarePage,
    DutySlot,
    OverdueCall,
    Roster,
    SafetyPlan,
    SafetyPlanShare,
    SupportShown,
)
from moderation.models.review import (
    HandOver,
    LookedAt,
    ReviewDecision,
    ReviewItem,
    ReviewSignal,
    ReviewWord,
    SecondLook,
)
from moderation.models.rules import GroupRule, GroupRuleVersion, RuleMatch
from moderation.models.screenings import Screening, ThresholdShift
from moderation.models.sealed import SealedMessage, SealedReport
from moderation.models.steps import Step

__all__ = [
    "CareAlert",
    "CarePage",
    "DutySlot",
    "GroupRule",
    "GroupRuleVersion",
    "HandOver",
    "LookedAt",
    "OverdueCall",
    "ReviewDecision",
    "ReviewItem",
    "ReviewSignal",
    "ReviewWord",
    "Roster",
    "RuleMatch",
    "SafetyPlan",
    "SafetyPlanShare",
    "Screening",
    "SealedMessage",
    "SealedReport",
    "SecondLook",
    "Step",
    "SupportShown",
    "ThresholdShift",
]
