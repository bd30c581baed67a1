"""Nobody left unanswered: the facilitators are asked, quietly, to look at a post that had no reply."""

from __future__ import annotations

from uuid import UUID

from community.models import Post
from hearthside.live import Answer
from moderation.actions import followup
from moderation.actions.items import Signal, open_item
from moderation.models import ReviewItem, ReviewSignal
from moderation.models.review import TargetKind
from moderation.queries.unanswered import REASON, is_disclosure, without_reply


def ask_after(post_id: UUID) -> Answer:
    """Put a post without a reply into the queue, once; does nothing when it has one by now. Nobody is paged."""
    post = without_reply().filter(id=post_id).first()
    if post is None:
        return {"asked": False}
    open_item(
        group=post.topic.group,
        lane=lane_for(post),
        target_kind=TargetKind.POST,
        target_id=post.id,
        topic=post.topic,
        author=post.author,
        snapshot=followup.snapshot_of(post),
        signals=[Signal(ReviewSignal.Source.SYSTEM, REASON)],
    )
    return {"asked": True}


def lane_for(post: Post) -> str:
    """The care lane for a disclosure, unless somebody has closed it there with an outcome: then it is only asked."""
    if not is_disclosure(post):
        return ReviewItem.Lane.ASKED
    cared = ReviewItem.objects.filter(
        target_kind=TargetKind.POST, target_id=post.id, lane=ReviewItem.Lane.CARE
    ).exclude(state=ReviewItem.State.PENDING)
    return ReviewItem.Lane.ASKED if cared.exists() else ReviewItem.Lane.CARE
