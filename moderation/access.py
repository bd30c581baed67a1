"""Who may look after what in the review queue: a group's facilitators, and the clinical lead where an item is shared.

Absent and not-yours give the same NotFound, to the group's members too: a queue is nothing they know of.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from accounts.access import access_self
from accounts.models import Person, Practice, Role
from community.models import Membership
from hearthside.errors import Denied, NotFound
from moderation.looking import lookers_of
from moderation.models import ReviewItem, Screening, Step
from moderation.models.review import TargetKind


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
    item is shared with them. Nobody looks after what is about themselves: a facilitator's own post is for the others,
    and who reported it stays hidden from them too. A reported sealed message is for those whom `lookers_of` names.
    Raises NotFound.
    """
    item = (
        ReviewItem.objects.select_related("group", "topic", "author__person", "lease_by")
        .filter(id=item_id)
        .first()
    )
    if item is None:
        raise NotFound
    if item.author is not None and item.author.person_id == person.pk:
        raise NotFound
    if item.target_kind == TargetKind.SEALED:
        if all(looker.pk != person.pk for looker in lookers_of(item)):
            raise NotFound
        return item
    if reviewer_in(person, item) is None and not (item.with_lead and is_clinical_lead(person)):
        raise NotFound
    return item


def reviewer_in(person: Person, item: ReviewItem) -> Membership | None:
    """The person's membership as a facilitator of the item's group; None for an admin or clinical lead from outside."""
    return _leaderships(person).filter(group_id=item.group_id).first() if item.group_id else None


def access_practice_queue(person: Person) -> Person:
    """The person as they are now, who looks at what belongs to no group: an admin. Raises NotFound."""
    admin = Person.objects.filter(pk=person.pk, is_active=True, role=Role.ADMIN).first()
    if admin is None:
        raise NotFound
    return admin


def is_admin(person: Person) -> bool:
    """Whether the person, as they are now, is an admin of the practice."""
    return Person.objects.filter(pk=person.pk, is_active=True, role=Role.ADMIN).exists()


def is_clinical_lead(person: Person) -> bool:
    """Whether the person, as they are now, is the practice's clinical lead."""
    lead = Practice.objects.filter(clinical_lead_id=person.pk, clinical_lead__is_active=True)
    return lead.exists()


def access_standing(person: Person, group_id: UUID, member_id: UUID) -> Membership:
    """Somebody whose steps the person may look after: a member, present or past, of a group they lead.

    `.group` and `.person` are loaded. Raises NotFound; Denied for facilitators, oneself among them.
    """
    access_queue(person, group_id)
    member = (
        Membership.objects.select_related("group", "person").filter(id=member_id, group_id=group_id).first()
    )
    if member is None:
        raise NotFound
    if member.is_facilitator or member.person_id == person.pk:
        raise Denied("Steps are about members. Among facilitators, talk with each other or with an admin.")
    return member


def access_step(person: Person, step_id: UUID) -> Step:
    """A step about somebody else in a group that the person leads (`.group`, `.member.person` are loaded).

    Raises NotFound, or Denied for a step about oneself.
    """
    step = Step.objects.select_related("group", "member__person", "member__group").filter(id=step_id).first()
    if step is None:
        raise NotFound
    access_queue(person, step.group_id)
    if step.member.person_id == person.pk:
        raise Denied("This step is about you, so somebody else looks after it.")
    return step


def access_flag(person: Person, screening_id: UUID) -> Screening:
    """What screening thought of the person's own words (`.group`, `.author` are loaded), also after they have left.

    Raises NotFound for another's, and SignedOut for somebody deactivated.
    """
    access_self(person)
    row = Screening.objects.select_related("group", "author").filter(id=screening_id, author__person=person)
    found = row.first()
    if found is None:
        raise NotFound
    return found


def _leaderships(person: Person) -> QuerySet[Membership]:
    return Membership.objects.select_related("group").filter(
        person_id=person.pk,
        person__is_active=True,
        state=Membership.State.ACTIVE,
        role=Membership.Role.FACILITATOR,
    )
