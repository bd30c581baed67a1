"""What follows from a judgement, in the same transaction as the words it is about."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from community.events import TopicUpdated
from community.models import Group, Membership, Post, Revision, Topic
from community.queries.files import files_of
from hearthside.clock import now
from hearthside.live import announce
from hearthside.rows import insert_row
from hearthside.wire import stamp
from moderation.actions import care
from moderation.actions.group_rules import record_matches
from moderation.actions.items import open_item
from moderation.judging import Judgement
from moderation.models import Screening
from moderation.queries.duty import on_duty
from moderation.screening import Lane

# How long each lane's items wait at most once somebody is on duty, before the next facilitator is told.
WAITS = {
    Lane.CARE: timedelta(
        hours=1
    ),  # of a worry; who is called to a graver one is moderation/data/care.toml's matter
    Lane.CONDUCT: timedelta(hours=2),
    Lane.PRIVACY: timedelta(hours=12),
    Lane.ASKED: timedelta(hours=12),
}
SLOW_SECONDS = 60  # that a rule's "slow topic" sets


def follow_up(
    judgement: Judgement,
    *,
    target_kind: str,
    target_id: UUID,
    group: Group,
    topic: Topic | None,
    author: Membership,
    snapshot: dict[str, Any],
) -> dict[str, Any] | None:
    """Store the verdict, open the queue's items, call for help, slow the topic.

    Answers `{severity, show}` for the author when the words ask for support, else None.
    """
    note_screening(judgement, target_kind=target_kind, target_id=target_id, group=group, author=author)
    if judgement.hits:
        record_matches(judgement.hits, target_kind, target_id)
    for lane, signals in judgement.signals.items():
        item = open_item(
            group=group,
            lane=lane.value,
            target_kind=target_kind,
            target_id=target_id,
            topic=topic,
            author=author,
            snapshot=snapshot,
            signals=signals,
            severity=judgement.verdict.severity if lane in (Lane.CARE, Lane.CONDUCT) else 0,
            due_at=None if judgement.sampled else due_at(lane, group),
        )
        if lane is Lane.CARE and judgement.page:
            care.open_alert(item)
    if judgement.slow and topic is not None and topic.slow_seconds < SLOW_SECONDS:
        slow_topic(topic)
    if not judgement.support:
        return None
    show = care.offer_support(author.person, judgement.support)
    return {"severity": judgement.support, "show": show}


def note_screening(
    judgement: Judgement, *, target_kind: str, target_id: UUID, group: Group, author: Membership
) -> None:
    """Store one verdict with the versions it was made by."""
    verdict = judgement.verdict
    insert_row(
        Screening(
            target_kind=target_kind,
            target_id=target_id,
            group=group,
            author=author,
            kind=verdict.kind.value,
            action=verdict.action.value,
            lane=verdict.lane.value,
            severity=verdict.severity,
            rules=[reason.rule for reason in verdict.reasons],
            scores=dict(verdict.scores),
            rules_version=verdict.rules_version,
            model_version=verdict.model_version,
            milliseconds=verdict.milliseconds,
            sampled=judgement.sampled,
        )
    )


def due_at(lane: Lane, group: Group) -> datetime:
    """When somebody should have looked: counted from when somebody is on duty again, but never for the care lane."""
    duty = on_duty(group)
    begins = now()
    if lane is not Lane.CARE and duty.state == "off" and duty.back_at is not None:
        begins = duty.back_at
    return begins + WAITS[lane]


def slow_topic(topic: Topic) -> None:
    """Put a topic into slow mode, as one of the group's rules asks."""
    topic.slow_seconds, topic.version = SLOW_SECONDS, topic.version + 1
    topic.save()
    announce(topic.group.stream, TopicUpdated.of(topic), object_id=topic.id)


def snapshot_of(thing: Post | Revision) -> dict[str, Any]:
    """The words as they are now, for an item that keeps them."""
    return {
        "body": thing.body,
        "html": thing.html,
        "content_note": thing.content_note,
        "title": "",
        "files": files_of(thing.post if isinstance(thing, Revision) else thing),
        "at": stamp(thing.written_at),
    }
