"""How often a member's reports were right: it orders the queue, and is never shown."""

from __future__ import annotations

from django.db.models import Count, Q

from community.models import Membership
from moderation.models import ReviewItem, ReviewSignal

State = ReviewItem.State
LEAST = 0.6  # so that nobody's report sinks to the ground
TRUSTED_REPORTS = 3  # that a newcomer is credited with


def accuracy_of(member: Membership) -> float:
    """From 0.6 to 1: how many of the member's decided reports the facilitators acted on; new members have 1."""
    counts = ReviewSignal.objects.filter(by=member, source=ReviewSignal.Source.MEMBER).aggregate(
        right=Count("id", filter=Q(item__state=State.REJECTED)),
        decided=Count("id", filter=Q(item__state__in=(State.REJECTED, State.APPROVED, State.IGNORED))),
    )
    share: float = (counts["right"] + TRUSTED_REPORTS) / (counts["decided"] + TRUSTED_REPORTS)
    return LEAST + (1 - LEAST) * share
