"""What happens in the review queue, as it goes over the wire to a group's facilitators."""

from __future__ import annotations

from typing import Self

from hearthside.wire import Event, stamp
from moderation.models import ReviewItem, SealedMessage, SealedReport, Step
from moderation.queries.lines import Facts, facts_of


class ReviewUpdated(Event, frozen=True, tag="review.updated"):
    """An item of the queue as it stands now: ids, codes and times, never what anybody wrote.

    `post_state` is that of the post, of the revision that waits, or what is in force over a sealed message; a lease
    counts while `lease_until` is ahead.
    """

    item: str
    group: str
    lane: str
    state: str
    target_kind: str
    target: str
    topic: str | None
    author: str | None
    post_state: str | None
    severity: int
    score: float
    reasons: list[str]
    sources: list[str]
    second_look: bool
    waiting_on_author: bool
    with_lead: bool
    opened_at: str
    due_at: str | None
    lease_by: str | None
    lease_until: str | None
    first_look_at: str | None
    acknowledged_at: str | None
    acknowledged_by: str | None
    version: int

    @classmethod
    def of(cls, item: ReviewItem, facts: Facts | None = None) -> Self:
        """The event for this item; `facts` where those of many items were read at once."""
        known = facts or facts_of([item])[item.id]
        return cls(
            item=str(item.id),
            group=str(item.group_id) if item.group_id else "",
            lane=item.lane,
            state=item.state,
            target_kind=item.target_kind,
            target=str(item.target_id),
            topic=str(item.topic_id) if item.topic_id else None,
            author=str(item.author_id) if item.author_id else None,
            post_state=known.post_state,
            severity=item.severity,
            score=round(item.score, 4),
            reasons=list(known.reasons),
            sources=list(known.sources),
            second_look=item.second_look,
            waiting_on_author=item.waiting_on_author,
            with_lead=item.with_lead,
            opened_at=stamp(item.opened_at),
            due_at=stamp(item.due_at) if item.due_at else None,
            lease_by=str(item.lease_by_id) if item.lease_by_id else None,
            lease_until=stamp(item.lease_until) if item.lease_until else None,
            first_look_at=stamp(item.first_look_at) if item.first_look_at else None,
            acknowledged_at=stamp(known.acknowledged_at) if known.acknowledged_at else None,
            acknowledged_by=known.acknowledged_by,
            version=item.version,
        )


class ReviewSealed(Event, frozen=True, tag="review.sealed"):
    """A reported sealed message that the person may look at came or changed; on the streams of those people alone."""

    item: str

    @classmethod
    def of(cls, item: ReviewItem) -> Self:
        """The event for this item."""
        return cls(item=str(item.id))


class MessageStated(Event, frozen=True, tag="message.stated"):
    """Something was decided about a sealed message that the person sent: their screens look anew."""

    conversation: str
    message: str

    @classmethod
    def of(cls, message: SealedMessage) -> Self:
        """The event for this message."""
        return cls(conversation=str(message.conversation), message=str(message.event))


class ReportStated(Event, frozen=True, tag="report.stated"):
    """Somebody has looked at what the person reported."""

    report: str
    conversation: str
    message: str

    @classmethod
    def of(cls, report: SealedReport) -> Self:
        """The event for this report; `.message` is loaded."""
        return cls(
            report=str(report.id),
            conversation=str(report.message.conversation),
            message=str(report.message_id),
        )


class StepChanged(Event, frozen=True, tag="step.changed"):
    """A step about the person was taken, checked off or lifted: their screens look anew. Never for a note."""

    step: str
    group: str
    kind: str

    @classmethod
    def of(cls, step: Step) -> Self:
        """The event for this step."""
        return cls(step=str(step.id), group=str(step.group_id), kind=step.kind)
