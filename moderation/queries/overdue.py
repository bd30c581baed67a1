"""Held posts whose author was promised a look by now, and worries that nobody was called to; who is told next."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import Person
from community.models import Post, Revision
from hearthside.clock import now
from moderation.care_data import care_data
from moderation.models import OverdueCall, ReviewItem, ReviewSignal
from moderation.models.review import TargetKind
from moderation.queries.duty import on_duty
from moderation.queries.paging import BACKUP, facilitators_for, lead_of_practice, people_for

LAST = 2  # levels 0 on duty, 1 backup, 2 everybody


def overdue_items() -> QuerySet[ReviewItem]:
    """The items that are past their time: words kept back, unless they wait for their author, quiet worries, and
    what members reported.

    A worry too slight to call somebody still has a person behind it; a graver one has an alert of its own.
    """
    held = Post.objects.filter(id=OuterRef("target_id"), state=Post.State.HELD)
    revised = Revision.objects.filter(id=OuterRef("target_id"), state=Revision.State.HELD)
    reported = ReviewSignal.objects.filter(item=OuterRef("id"), source=ReviewSignal.Source.MEMBER)
    return (
        ReviewItem.objects.select_related("group", "author")
        .filter(
            Q(Exists(held), target_kind=TargetKind.POST)
            | Q(Exists(revised), target_kind=TargetKind.REVISION)
            | Q(lane=ReviewItem.Lane.CARE, severity__gt=0, alert__isnull=True)
            | Q(Exists(reported), alert__isnull=True),
            state=ReviewItem.State.PENDING,
            due_at__lte=now(),
            waiting_on_author=False,
        )
        .exclude(Q(lease_by__isnull=False) & Q(lease_until__gt=now()))
    )


def next_level(item: ReviewItem) -> int | None:
    """The level of calls that is due for an overdue item; None while the last may still help, or all were made.

    While nobody is on duty nobody is told: a held post can wait for the morning, and a cry for help is paged.
    """
    last = OverdueCall.objects.filter(item=item, due_at=F("item__due_at")).order_by("-level").first()
    if last is not None and (last.level >= LAST or now() < last.at + care_data().times.overdue):
        return None
    if on_duty(item.own_group).state == "off":
        return None
    return 0 if last is None else last.level + 1


def people_to_tell(item: ReviewItem, level: int) -> list[Person]:
    """Whom a level tells: on duty, backup, every facilitator; the clinical lead where there is no facilitator."""
    if not facilitators_for(item):
        return lead_of_practice()
    return people_for(item, level) if level <= BACKUP else facilitators_for(item)


def find_overdue() -> list[ReviewItem]:
    """The overdue items about which somebody is told now."""
    return [item for item in overdue_items() if next_level(item) is not None]
