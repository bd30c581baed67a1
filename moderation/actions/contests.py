"""What a member answers to screening: "this is not so"."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from accounts.models import Person
from community.models import Post, Revision, Topic
from hearthside.clock import now
from hearthside.errors import Closed
from hearthside.live import Answer
from hearthside.wire import stamp
from moderation.access import access_flag
from moderation.actions.followup import due_at, snapshot_of
from moderation.actions.items import Signal, open_item
from moderation.disclosures import tells_of_self
from moderation.models import ReviewSignal, Screening
from moderation.models.review import TargetKind
from moderation.screening import Lane

REASON = "contested"


def contest_flag(person: Person, *, screening_id: UUID, words: str) -> Answer:
    """Contest what screening thought of one's own words; a facilitator looks, and the metrics count it.

    What was understood as a disclosure is contested in the asked lane: contested, it stays out of conduct.
    Raises NotFound for another's, Closed for the second time.
    """
    row = access_flag(person, screening_id)
    if row.contested_at is not None:
        raise Closed("You have told us already. A facilitator looks at it.")
    row.contested_at = now()
    row.save(update_fields=["contested_at"])
    lane = Lane.ASKED if tells_of_self(row.kind, row.rules) else Lane.CONDUCT
    snapshot, topic = snapshot_for(row)
    open_item(
        group=row.group,
        lane=lane.value,
        target_kind=row.target_kind,
        target_id=row.target_id,
        topic=topic,
        author=row.author,
        snapshot=snapshot,
        signals=[Signal(source=ReviewSignal.Source.SELF, reason=REASON, by=row.author, words=words)],
        due_at=due_at(lane, row.group),
    )
    return {"screening": str(row.id), "contested_at": stamp(row.contested_at)}


def snapshot_for(row: Screening) -> tuple[dict[str, Any], Topic | None]:
    """The words as they are now, for the item, and the topic they stand in."""
    thing: Post | Revision | None = None
    if row.target_kind == TargetKind.POST:
        thing = Post.objects.select_related("topic").filter(id=row.target_id).first()
    elif row.target_kind == TargetKind.REVISION:
        thing = Revision.objects.select_related("post__topic").filter(id=row.target_id).first()
    if thing is not None:
        return snapshot_of(thing), thing.post.topic if isinstance(thing, Revision) else thing.topic
    topic = Topic.objects.filter(id=row.target_id).first() if row.target_kind == TargetKind.TOPIC else None
    title = topic.title if topic else row.author.name if row.target_kind == TargetKind.NAME else ""
    return {"body": "", "html": "", "content_note": "", "title": title, "at": stamp(row.at)}, topic
