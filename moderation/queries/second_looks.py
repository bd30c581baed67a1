"""What somebody else can be asked to look at again, until when, and who could."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from community.models import Membership
from moderation.models import ReviewDecision
from moderation.queries.mine import SECOND_LOOK_DAYS

WINDOW = timedelta(days=SECOND_LOOK_DAYS)
AGAINST = ("reject", "hide")  # the decisions that an author can ask a second look at


def newest_against(target_kind: str, target_id: UUID) -> ReviewDecision | None:
    """The last decision that kept these words from the group (`.item.group` is loaded)."""
    return (
        ReviewDecision.objects.select_related("item__group", "item__author", "item__topic", "by")
        .filter(item__target_kind=target_kind, item__target_id=target_id, choice__in=AGAINST)
        .order_by("-at", "-id")
        .first()
    )


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
