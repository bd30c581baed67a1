"""What a group's own rules say of a text."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from moderation.screening import Context, Verdict


@dataclass(frozen=True)
class Hit:
    """One rule that spoke up: what it does, unless it is in shadow.

    `actions` are of: log, nudge, content_note, hold, queue, support_card, page_on_call, slow_topic.
    """

    rule: UUID
    version: int
    name: str
    actions: tuple[str, ...] = ()
    shadow: bool = False
    sentence: str = ""  # for the author, when it holds or nudges
    failed: bool = False
    extra: dict[str, str] = field(default_factory=dict)


def look(text: str, context: Context, verdict: Verdict) -> tuple[Hit, ...]:
    """What the group's rules say of the text; rules in shadow answer too, marked as such."""
    return ()
