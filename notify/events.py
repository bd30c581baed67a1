"""What a person's own stream says about notices."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from hearthside.models import LogEvent
from hearthside.wire import Event


class NoticesChanged(Event, frozen=True, tag="notices.changed"):
    """There is a notice more, or one was read or is no longer true: fetch them again."""


def rebuild(rows: Sequence[LogEvent]) -> dict[UUID, Event]:
    """The typed event of each log row that is of this app, by the log row's id."""
    return {row.id: NoticesChanged() for row in rows if row.type == "notices.changed"}
