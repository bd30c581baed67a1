"""Who may look after what in the review queue: a group's facilitators, and the clinical lead where an item is shared.

Absent and not-yours give the same NotFound, to the group's members too: a queue is nothing they know of.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Person, Practice
from community.models import Membership
from hearthside.errors import NotFound
from moderation.models import ReviewItem


def access_queue(person: Person, group_id: UUID) -> Membership:
    """The person's membership (`.group` is loaded) as an active facilitator of the group, closed or not.

    Raises NotFound.
    """
    member = _leaderships(person).filter(group_id=group_id).first()
    if member is None:
        raise NotFound
    return member


def list_queues(person: Person) -> list[Membership]:
    """The person's memberships as a facilitator, one for each queue they may see."""
    return list(_leaderships(person))


def access_item(person: Person, item_id: UUID) -> ReviewItem:
    """An item that the person may look at and decide (`.group`, `.topic`, `.author.person` are loaded).

    That is for active facilitators of its group, also of a closed one, and for the practice's clinical lead where the
    item is shared with them. Raises NotFound.
    """
    item = (
        ReviewItem.objects.select_related("group", "topic", "author__person", "lease_by")
        .filter(id=item_id)
        .first()
    )
    if item is None:
        raise NotFound
    if not _leaderships(person).filter(group_id=item.group_id).exists() and not (
        item.with_lead and is_clinical_lead(person)
    ):
        raise NotFound
    return item


def reviewer_in(person: Person, item: ReviewItem) -> Membership | None:
    """The person's membership as a facilitator of the item's group; None for the clinical lead from outside."""
    return _leaderships(person).filter(group_id=item.group_id).first()


def is_clinical_lead(person: Person) -> bool:
    """Whether the person, as they are now, is the practice's clinical lead."""
    lead = Practice.objects.filter(clinical_lead_id=person.pk, clinical_lead__is_active=True)
    return lead.exists()


def _leaderships(person: Person) -> QuerySet[Membership]:
    return Membership.objects.select_related("group").filter(
        person_id=person.pk,
        person__is_active=True,
        state=Membership.State.ACTIVE,
        role=Membership.Role.FACILITATOR,
    )
