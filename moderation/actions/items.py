"""Items of the review queue: opened, opened again, withdrawn."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from community.models import Group, Membership, Topic
from hearthside.clock import now
from hearthside.live import announce
from moderation.events import ReviewSealed, ReviewUpdated
from moderation.looking import lookers_of
from moderation.models import GroupRule, ReviewItem, ReviewSignal
from moderation.models.review import TargetKind

State = ReviewItem.State


@dataclass(frozen=True)
class Signal:
    """One reason to look, before it is a row; see ReviewSignal."""

    source: str
    reason: str
    score: float = 0.0
    by_version: str = ""
    group_rule: GroupRule | None = None
    by: Membership | None = None
    words: str = ""
    unsafe: bool = False


def open_item(
    *,
    group: Group | None,
    lane: str,
    target_kind: str,
    target_id: UUID,
    topic: Topic | None,
    author: Membership | None,
    snapshot: dict[str, Any] | None,
    signals: Sequence[Signal],
    severity: int = 0,
    due_at: datetime | None = None,
    second_look: bool = False,
    with_lead: bool = False,
) -> ReviewItem:
    """Make or open again the item of a target in a lane, attach the signals and tell the queue; inside an action.

    While it is open severity and score only rise and the deadline only comes nearer. Without a `snapshot` an earlier
    one stays. `group.review_stream`, or for a sealed message the streams of who may look, must be among the Write's.
    """
    moment = now()
    item = ReviewItem.objects.filter(target_kind=target_kind, target_id=target_id, lane=lane).first()
    if item is None:
        item = ReviewItem(
            group=group, lane=lane, target_kind=target_kind, target_id=target_id, author=author, version=0
        )
        item.snapshot, item.opened_at = json.dumps(snapshot or {}), moment
    elif item.state != State.PENDING:
        _reopen(item, moment)
        item.snapshot = item.snapshot if snapshot is None else json.dumps(snapshot)
    item.group, item.topic = group, topic
    item.waiting_on_author = False
    item.second_look = item.second_look or second_look
    # Nobody decides about their own words, and there may be no other facilitator.
    item.with_lead = item.with_lead or with_lead or (author is not None and author.is_facilitator)
    item.severity = max(item.severity, severity)
    item.due_at = min(filter(None, (item.due_at, due_at)), default=None)
    item.version += 1
    item.save()
    for signal in signals:
        _attach(item, signal, moment)
    score = combined_score(item)
    if score > item.score:
        item.score = score
        item.save(update_fields=["score"])
    announce_item(item)
    return item


def _reopen(item: ReviewItem, moment: datetime) -> None:
    """Have a decided item wait again, as if new but for its history."""
    item.move_to(State.PENDING)
    item.severity, item.score, item.due_at = 0, 0.0, None
    item.opened_at, item.first_look_at, item.decided_at = moment, None, None
    item.lease_by, item.lease_until = None, None
    item.waiting_on_author = item.second_look = item.with_lead = False


def _attach(item: ReviewItem, signal: Signal, moment: datetime) -> None:
    """Add the signal, or bring the one up to date that says the same: a member has one in an item, however often."""
    known = ReviewSignal.objects.filter(item=item, source=signal.source, by=signal.by)
    if signal.source != ReviewSignal.Source.MEMBER:
        known = known.filter(
            reason=signal.reason,
            by_version=signal.by_version,
            group_rule=signal.group_rule,
            at__gte=item.opened_at,
        )
    row = known.first() or ReviewSignal(item=item, source=signal.source, by=signal.by)
    row.reason, row.score, row.words, row.unsafe = signal.reason, signal.score, signal.words, signal.unsafe
    row.by_version, row.group_rule, row.at = signal.by_version, signal.group_rule, moment
    row.save()


def combined_score(item: ReviewItem) -> float:
    """How strongly the signals since it was opened speak together, from 0 to 1: each further one counts for more."""
    scores = ReviewSignal.objects.filter(item=item, at__gte=item.opened_at).values_list("score", flat=True)
    return 1.0 - math.prod(1.0 - min(max(score, 0.0), 1.0) for score in scores)


def announce_item(item: ReviewItem) -> None:
    """Tell the group's facilitators how the item stands; of a sealed message, each of those who may look by themselves.

    The group's own stream is for all its facilitators, and one of them may have been in that conversation.
    """
    if item.target_kind == TargetKind.SEALED:
        for person in lookers_of(item):
            announce(person.stream, ReviewSealed.of(item), object_id=item.id)
    else:
        announce(item.own_group.review_stream, ReviewUpdated.of(item), object_id=item.id)


def withdraw_items(target_kind: str, target_id: UUID) -> None:
    """End what waits about something its author took back; the care lane goes on caring, and hears of it."""
    for item in _waiting(target_kind, target_id):
        if item.lane != ReviewItem.Lane.CARE:
            item.move_to(State.WITHDRAWN)
            item.decided_at, item.version = now(), item.version + 1
            item.lease_by, item.lease_until = None, None
            item.waiting_on_author = False
            item.save()
        announce_item(item)


def return_items(target_kind: str, target_id: UUID, *, since: datetime) -> None:
    """Have wait again what `withdraw_items` ended since a moment, because its author undid taking it back then."""
    ended = ReviewItem.objects.select_related("group").filter(
        target_kind=target_kind, target_id=target_id, state=State.WITHDRAWN, decided_at__gte=since
    )
    for item in ended:
        item.move_to(State.PENDING)
        item.decided_at = None
        item.save()
    renew_items(target_kind, target_id)


def renew_items(target_kind: str, target_id: UUID, *, besides: UUID | None = None) -> None:
    """Let what waits about words that have changed be looked at anew: nobody decides about words they have not read.

    The care lane hears of it and keeps its version: whoever is just taking a call there is not sent back.
    """
    for item in _waiting(target_kind, target_id):
        if item.id == besides:
            continue
        if item.lane != ReviewItem.Lane.CARE:
            item.version += 1
            item.save(update_fields=["version"])
        announce_item(item)


def _waiting(target_kind: str, target_id: UUID) -> list[ReviewItem]:
    """What waits about something, in every lane."""
    found = ReviewItem.objects.select_related("group").filter(
        target_kind=target_kind, target_id=target_id, state=State.PENDING
    )
    return list(found.order_by("opened_at"))
