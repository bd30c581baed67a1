"""Alerts as reviewers see them, and their events again from rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from hearthside.models import LogEvent
from hearthside.wire import Event, stamp
from moderation.care_events import CarePaged, CareSettled
from moderation.models import CareAlert, CarePage, ReviewItem


def rebuild_care(rows: Sequence[LogEvent]) -> dict[UUID, Event]:
    """The typed event of each log row that is about calls for help, by the log row's id; one query."""
    wanted = {row.object_id for row in rows if row.type == "care.paged"}
    pages = CarePage.objects.select_related("alert__item").filter(pk__in=wanted) if wanted else ()
    found = {str(page.pk): page for page in pages}
    made: dict[UUID, Event] = {}
    for row in rows:
        if row.type == "care.settled":
            made[row.id] = CareSettled(item=row.object_id)
        elif row.type == "care.paged" and (page := found.get(row.object_id)):
            made[row.id] = CarePaged.of(page)
    return made


def describe_alert(item: ReviewItem) -> dict[str, Any] | None:
    """The item's alert with who was called when in its present round; None when nobody was called to it."""
    alert = CareAlert.objects.select_related("acknowledged_by").filter(item=item).first()
    if alert is None:
        return None
    pages = CarePage.objects.select_related("person").filter(alert=alert, round=alert.round)
    return {
        "level": alert.level,
        "started_at": stamp(alert.started_at),
        "next_at": stamp(alert.next_at) if alert.next_at else None,
        "acknowledged_at": stamp(alert.acknowledged_at) if alert.acknowledged_at else None,
        "acknowledged_by": alert.acknowledged_by.name if alert.acknowledged_by else None,
        "failed_at": stamp(alert.failed_at) if alert.failed_at else None,
        "pages": [
            {"name": page.person.name, "level": page.level, "at": stamp(page.at)}
            for page in pages.order_by("at", "level", "person__name")
        ],
    }
