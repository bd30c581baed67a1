"""Events of the review queue and the ladder again, from rows as they are now."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from hearthside.models import LogEvent
from hearthside.wire import Event
from moderation.events import MessageStated, ReportStated, ReviewSealed, ReviewUpdated, StepChanged
from moderation.models import ReviewItem, SealedMessage, SealedReport, Step
from moderation.queries.care import rebuild_care
from moderation.queries.lines import facts_of

UPDATED = "review.updated"
STEP_CHANGED = "step.changed"


def rebuild(rows: Sequence[LogEvent]) -> dict[UUID, Event]:
    """The typed event of each log row that is moderation's, by the log row's id; as many queries for 300 as for one."""
    return {
        **_rebuild_items(rows),
        **_rebuild_steps(rows),
        **_rebuild_sealed(rows),
        **rebuild_care(rows),
    }


def _rebuild_sealed(rows: Sequence[LogEvent]) -> dict[UUID, Event]:
    """Of reported sealed messages: ids alone, so they say what they said."""
    reports = {row.object_id for row in rows if row.type == "report.stated"}
    messages = {row.object_id for row in rows if row.type == "message.stated"}
    stated: dict[tuple[str, str], Event] = {}
    if reports:
        for report in SealedReport.objects.select_related("message").filter(pk__in=reports):
            stated["report.stated", str(report.id)] = ReportStated.of(report)
    if messages:
        for message in SealedMessage.objects.filter(pk__in=messages):
            stated["message.stated", str(message.event)] = MessageStated.of(message)
    made = {row.id: stated[row.type, row.object_id] for row in rows if (row.type, row.object_id) in stated}
    waking = {row.id: ReviewSealed(item=row.object_id) for row in rows if row.type == "review.sealed"}
    return {**made, **waking}


def _rebuild_items(rows: Sequence[LogEvent]) -> dict[UUID, Event]:
    wanted = {row.object_id for row in rows if row.type == UPDATED}
    if not wanted:
        return {}
    items = list(ReviewItem.objects.filter(pk__in=wanted))
    facts = facts_of(items)
    lines = {str(item.id): ReviewUpdated.of(item, facts[item.id]) for item in items}
    return {row.id: lines[row.object_id] for row in rows if row.type == UPDATED and row.object_id in lines}


def _rebuild_steps(rows: Sequence[LogEvent]) -> dict[UUID, Event]:
    wanted = {row.object_id for row in rows if row.type == STEP_CHANGED}
    if not wanted:
        return {}
    steps = {str(step.id): StepChanged.of(step) for step in Step.objects.filter(pk__in=wanted)}
    return {
        row.id: steps[row.object_id] for row in rows if row.type == STEP_CHANGED and row.object_id in steps
    }
