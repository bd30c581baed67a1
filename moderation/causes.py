"""What may be the cause of a step. A cry for help never is, and neither is having asked for something."""

from __future__ import annotations

from uuid import UUID

from community.models import Membership, Revision
from hearthside.errors import Invalid, NotFound
from moderation.disclosures import tells_of_self
from moderation.looking import is_worry
from moderation.models import ReviewItem, Screening
from moderation.models.review import TargetKind

NEVER = (
    "Telling us about one's own pain is never a reason for a step. The care lane is where we look after it."
)
ASKED = "Asking for help or for a second look is never a reason for a step."


def check_cause(item_id: UUID | None, member: Membership) -> ReviewItem | None:
    """The item a step is about, when it can be its cause; None when none was named.

    Raises NotFound for an item of another group or about somebody else, Invalid for an item of the care lane, for words
    that screening understood as a risk to their author, for a sealed message that somebody reported out of worry, and
    for what the member asked for.
    """
    if item_id is None:
        return None
    item = ReviewItem.objects.filter(id=item_id, group_id=member.group_id, author=member).first()
    if item is None:
        raise NotFound
    if item.lane == ReviewItem.Lane.CARE or tells_of_risk(item) or is_worry(item):
        raise Invalid(fields={"item": NEVER})
    if item.target_kind in (TargetKind.STEP, TargetKind.MEMBER):
        raise Invalid(fields={"item": ASKED})
    return item


def tells_of_risk(item: ReviewItem) -> bool:
    """Whether the item's words, in any version of them, were understood as a risk to their author."""
    posts = [item.target_id]
    if item.target_kind == TargetKind.REVISION:
        posts += Revision.objects.filter(id=item.target_id).values_list("post_id", flat=True)
    elif item.target_kind == TargetKind.POST:
        posts += Revision.objects.filter(post_id=item.target_id).values_list("id", flat=True)
    heard = Screening.objects.filter(target_id__in=posts).values_list("kind", "rules")
    return any(tells_of_self(kind, rules) for kind, rules in heard)
