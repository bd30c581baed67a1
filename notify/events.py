"""What a person's own stream says about notices."""

from __future__ import annotations

from hearthside.wire import Event


class NoticesChanged(Event, frozen=True, tag="notices.changed"):
    """There is a notice more, or one was read or is no longer true: fetch them again."""
