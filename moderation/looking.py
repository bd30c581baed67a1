"""Who may look at a reported message of a sealed conversation: nobody who is or was in that conversation.

A message among members belongs to the group that joins them, and its facilitators look. What a client and one of the
staff write belongs to no group: the practice's admins look, or its clinical lead where no admin is outside it.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import Contact, Person, Practice, Role
from community.models import Group, Membership
from messaging.models import ConversationMember
from moderation.models import ReviewItem, SealedMessage, SealedReport
from moderation.models.review import TargetKind

BOTH_MEMBERS = Contact.Reason.GROUP
WORRY = "worried"


def group_of(one: Person, other: Person) -> Group | None:
    """The group that joins two people, or once did; None when one looks after the other, or nothing joins them."""
    pair = Q(one=one, other=other) | Q(one=other, other=one)
    rows = Contact.objects.filter(pair).order_by("-created_at", "id")
    if rows.exclude(reason=BOTH_MEMBERS).exists():
        return None
    joined = rows.filter(group__isnull=False).first()
    return Group.objects.filter(id=joined.group).first() if joined and joined.group else None


def sealed_of(item: ReviewItem) -> SealedMessage | None:
    """The reported message an item is about; None for every other kind."""
    if item.target_kind != TargetKind.SEALED:
        return None
    return SealedMessage.objects.select_related("sender").filter(event=item.target_id).first()


def is_worry(item: ReviewItem) -> bool:
    """Whether everybody who reported a sealed message did so because they worry about its sender."""
    if item.target_kind != TargetKind.SEALED:
        return False
    return not SealedReport.objects.filter(message=item.target_id).exclude(category=WORRY).exists()


def about_whom(item: ReviewItem) -> UUID | None:
    """The id of the person an item is about."""
    if item.author is not None:
        return item.author.person_id
    message = sealed_of(item)
    return message.sender_id if message is not None else None


def insiders(message: SealedMessage) -> QuerySet[ConversationMember, UUID]:
    """The ids of everybody who is or was in the conversation."""
    rows = ConversationMember.objects.filter(conversation_id=message.conversation)
    return rows.values_list("person_id", flat=True)


def leaders_outside(group: Group | None, message: SealedMessage) -> QuerySet[Person]:
    """The group's active facilitators who have no part in the conversation."""
    leading = Membership.objects.filter(
        group=group, state=Membership.State.ACTIVE, role=Membership.Role.FACILITATOR
    )
    return outside(message).filter(pk__in=leading.values("person")) if group else Person.objects.none()


def outside(message: SealedMessage) -> QuerySet[Person]:
    """Everybody who can sign in and has no part in the conversation."""
    return (
        Person.objects.filter(is_active=True).exclude(pk__in=insiders(message)).exclude(pk=message.sender_id)
    )


def lookers(group: Group | None, message: SealedMessage, *, with_lead: bool = False) -> list[Person]:
    """Who may look at the message; empty when there is nobody outside the conversation who could."""
    found = list(leaders_outside(group, message))
    if not found or message.with_admins:
        found += outside(message).filter(role=Role.ADMIN)
    if not found or with_lead:
        found += outside(message).filter(pk__in=Practice.objects.values("clinical_lead"))
    return list({person.pk: person for person in found}.values())


def lookers_of(item: ReviewItem) -> list[Person]:
    """Who may look at the item of a reported message."""
    message = sealed_of(item)
    return lookers(item.group, message, with_lead=item.with_lead) if message is not None else []


def of_own_conversations(person_id: UUID) -> Q:
    """The items about messages of conversations that the person is or was in: never theirs to see."""
    places = ConversationMember.objects.filter(person_id=person_id).values("conversation_id")
    own = SealedMessage.objects.filter(Q(conversation__in=places) | Q(sender_id=person_id))
    return Q(target_kind=TargetKind.SEALED, target_id__in=own.values("event"))


def practice_items(admin: Person) -> QuerySet[ReviewItem]:
    """The items that this admin looks at for the practice: without a group, sent to the admins, or left with nobody."""
    message = SealedMessage.objects.filter(event=OuterRef("target_id"))
    inside = ConversationMember.objects.filter(
        conversation_id=OuterRef(OuterRef("conversation")), person_id=OuterRef("person_id")
    )
    leaders = Membership.objects.filter(
        group_id=OuterRef("group_id"),
        state=Membership.State.ACTIVE,
        role=Membership.Role.FACILITATOR,
        person__is_active=True,
    )
    items = ReviewItem.objects.filter(target_kind=TargetKind.SEALED).annotate(
        conversation=Subquery(message.values("conversation")[:1])
    )
    theirs = Exists(message.filter(with_admins=True)) | ~Exists(leaders.exclude(Exists(inside)))
    return items.filter(theirs).exclude(of_own_conversations(admin.pk))
