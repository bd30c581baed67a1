"""Check-ins that are due: the queue reminds the facilitators, so that nobody sits out a pause alone."""

from __future__ import annotations

from uuid import UUID

from community.models import Membership
from hearthside.clock import now
from hearthside.live import Answer
from hearthside.wire import stamp
from moderation.actions.items import Signal, open_item
from moderation.ladder import checked_in
from moderation.models import ReviewItem, Step
from moderation.models.review import ReviewSignal, TargetKind


def open_check_in(step_id: UUID) -> Answer:
    """Open an item of the asked lane about the member; one that took place, was lifted or is not due yet opens none."""
    step = Step.objects.select_related("group", "member__person").filter(id=step_id, lifted_at=None).first()
    if step is None or step.check_in_at is None or step.check_in_at > now() or checked_in(step):
        return {"opened": False}
    if step.member.state != Membership.State.ACTIVE:
        return {"opened": False}
    open_item(
        group=step.group,
        lane=ReviewItem.Lane.ASKED,
        target_kind=TargetKind.MEMBER,
        target_id=step.member_id,
        topic=None,
        author=step.member,
        snapshot={"body": "", "html": "", "content_note": "", "title": "", "at": stamp(now())},
        signals=[Signal(source=ReviewSignal.Source.SYSTEM, reason="check_in")],
    )
    return {"opened": True}
