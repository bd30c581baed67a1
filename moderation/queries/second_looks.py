"""What somebody else can be asked to look at again, until when, and who could."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from community.models import Membership
from moderation.looking import lookers_of
from moderation.models import ReviewDecision, ReviewItem
from moderation.queries.mine import SECOND_LOOK_DAYS, TOLD

WINDOW = timedelta(days=SECOND_LOOK_DAYS)
AGAINST = (
    "reject",
    "hide",
    "speak",
    "end_contact",
    "deactivate",
)  # the decisions that an author can ask a second look at


def newest_against(target_kind: str, target_id: UUID) -> ReviewDecision | None:
    """The last decision that kept these words from the group (`.item.group` is loaded)."""
    return (
        ReviewDecision.objects.select_related("item__group", "item__author", "item__topic", "by")
        .filter(item__target_kind=target_kind, item__target_id=target_id, choice__in=AGAINST)
        .order_by("-at", "-id")
        .first()
    )


def newest_told(target_kind: str, target_id: UUID) -> ReviewDecision | None:
    """The last decision that the author of these words was told of."""
    return (
        ReviewDecision.objects.select_related("item__group", "item__author", "item__topic", "by")
        .filter(item__target_kind=target_kind, item__target_id=target_id, choice__in=TOLD)
        .order_by("-at", "-id")
        .first()
    )


def others_can_look(item: ReviewItem, *besides: UUID | None) -> bool:
    """Whether somebody besides these people may look at the item of a sealed message."""
    return any(person.pk not in besides for person in lookers_of(item))


def ask_until(decided_at: datetime) -> datetime:
    """Until when a second look may be asked for."""
    return decided_at + WINDOW


def others_can_answer(group_id: UUID, *besides: UUID | None) -> bool:
    """Whether the group has an active facilitator besides these people: the first reviewer and the author."""
    others = Membership.objects.filter(
        group_id=group_id,
        state=Membership.State.ACTIVE,
        role=Membership.Role.FACILITATOR,
        person__is_active=True,
    )
    return others.exclude(person_id__in=[person for person in besides if person]).exists()
