"""Items of the review queue: opened, opened again, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from community.models import Group, Membership, Topic
from moderation.models import GroupRule, ReviewItem


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
    group: Group,
    lane: str,
    target_kind: str,
    target_id: UUID,
    topic: Topic | None,
    author: Membership | None,
    snapshot: dict[str, Any],
    signals: Sequence[Signal],
    severity: int = 0,
    due_at: datetime | None = None,
) -> ReviewItem:
    """Make or open again the item of a target in a lane, attach the signals and tell the queue; inside an action."""
    raise NotImplementedError


def announce_item(item: ReviewItem) -> None:
    """Tell the group's facilitators how the item stands."""
    raise NotImplementedError


def withdraw_items(target_kind: str, target_id: UUID) -> None:
    """End what waits about something its author took back; the care lane goes on caring."""
    raise NotImplementedError
