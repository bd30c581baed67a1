"""Copies of words in the queue that nobody needs any more."""

from __future__ import annotations

from uuid import UUID

from community.actions.erasure import may_undo
from community.models import Post, Revision
from hearthside.clock import now
from hearthside.live import Answer
from moderation.models import ReviewItem, ReviewSignal, SealedReport
from moderation.models.review import TargetKind
from moderation.review_data import review_data

AT_ONCE = 100  # items whose copies go in one write


def forget_copies(post_id: UUID) -> Answer:
    """Empty the queue's copies of words that their author took back, unless a member had reported them.

    What somebody reported stays with the report: taking words back does not make them unsaid. `wait` is true while the
    author may still undo.
    """
    post = Post.objects.filter(id=post_id).first()
    if post is None:
        return {"forgotten": 0, "wait": False}
    if post.state == Post.State.WITHDRAWN and may_undo(post):
        return {"forgotten": 0, "wait": True}
    targets = list(
        Revision.objects.filter(post=post, state=Revision.State.WITHDRAWN).values_list("id", flat=True)
    )
    if post.state == Post.State.WITHDRAWN:
        targets.append(post.id)
    reported = ReviewSignal.objects.filter(source=ReviewSignal.Source.MEMBER).values("item")
    ended = ReviewItem.objects.filter(target_id__in=targets, state=ReviewItem.State.WITHDRAWN)
    rows = list(ended.exclude(id__in=reported))
    for item in rows:
        item.snapshot = ""
        item.save(update_fields=["snapshot"])
    return {"forgotten": len(rows), "wait": False}


def forget_reported_words() -> Answer:
    """Remove the words of sealed messages that came with reports, once their items were decided that long ago.

    At most 100 at once; answers how many there were.
    """
    before = now() - review_data().snapshot
    old = ReviewItem.objects.filter(target_kind=TargetKind.SEALED, decided_at__lt=before).exclude(
        state=ReviewItem.State.PENDING
    )
    rows = list(SealedReport.objects.filter(message__in=old.values("target_id"), pt__isnull=False)[:AT_ONCE])
    for row in rows:
        row.pt = None
        row.save(update_fields=["pt"])
    return {"forgotten": len(rows)}


def forget_snapshots() -> Answer:
    """Remove the copies of words from items that were decided longer ago than a second look can be asked for.

    At most 100 at once, so that a write stays short; answers how many there were.
    """
    before = now() - review_data().snapshot
    old = ReviewItem.objects.filter(decided_at__lt=before, snapshot__isnull=False).exclude(
        state=ReviewItem.State.PENDING
    )
    items = list(old.order_by("decided_at").defer("snapshot")[:AT_ONCE])
    for item in items:
        item.snapshot = None
        item.save(update_fields=["snapshot"])
    return {"forgotten": len(items)}
