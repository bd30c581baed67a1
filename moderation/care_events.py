"""What a person's own stream tells those who are called to a cry for help: ids and levels, never a word."""

from __future__ import annotations

from typing import Self

from hearthside.wire import Event, stamp
from moderation.models import CarePage


class CarePaged(Event, frozen=True, tag="care.paged"):
    """The person is called to an item of the care lane; level 3 means that nobody answered in time."""

    item: str
    group: str
    severity: int
    level: int
    started_at: str

    @classmethod
    def of(cls, page: CarePage) -> Self:
        """The event for this page; its alert's item is loaded."""
        item = page.alert.item
        return cls(
            item=str(item.id),
            group=str(item.group_id),
            severity=item.severity,
            level=page.level,
            started_at=stamp(page.alert.started_at),
        )


class CareSettled(Event, frozen=True, tag="care.settled"):
    """What the person was called to is in somebody's hands, or over."""

    item: str
