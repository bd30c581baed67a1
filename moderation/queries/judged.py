"""What became of the queue's items: which flags were for nothing, and which were not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from community.models import Group
from moderation.models import ReviewDecision, ReviewItem, SecondLook

State = ReviewItem.State


@dataclass(frozen=True)
class Outcome:
    """What an item was about, whether its flag was a false alarm (None while not known), and its last decision."""

    target: UUID
    false_alarm: bool | None
    decided_at: datetime | None = None


def judge_items(ids: Iterable[UUID], group: Group) -> dict[UUID, Outcome]:
    """What became of each item of the group."""
    wanted = list(ids)
    choices: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    last: dict[UUID, datetime] = {}
    made = ReviewDecision.objects.filter(item__group=group, item__in=wanted).order_by("at", "id")
    for item, choice, outcome, at in made.values_list("item", "choice", "outcome", "at"):
        choices[item].append((choice, outcome))
        last[item] = at
    looks = SecondLook.objects.filter(item__group=group, item__in=wanted, state=SecondLook.State.OVERTURNED)
    regretted = set(looks.values_list("item", flat=True))
    rows = ReviewItem.objects.filter(group=group, id__in=wanted).values_list(
        "id", "lane", "state", "target_id"
    )
    return {
        pk: Outcome(target, pk in regretted or _is_false_alarm(lane, state, choices[pk]), last.get(pk))
        for pk, lane, state, target in rows
    }


def _is_false_alarm(lane: str, state: str, choices: Sequence[tuple[str, str]]) -> bool | None:
    """Whether an item in this state, after these choices with their outcomes, was flagged for nothing.

    In the care lane it is what the outcome says. Words that were shown after their author changed them were flagged
    rightly.
    """
    if state in (State.PENDING, State.WITHDRAWN):
        return None
    if lane == ReviewItem.Lane.CARE:
        outcome = choices[-1][1] if choices else ""
        return state == State.IGNORED or outcome == "false_alarm"
    if any(choice == "reword" for choice, _ in choices):
        return False
    return state in (State.APPROVED, State.IGNORED)
