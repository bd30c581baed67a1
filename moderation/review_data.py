"""The queue's numbers and words, read from moderation/data/review.toml and policies.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"


@dataclass(frozen=True)
class ReviewData:
    """Both files: sizes are counts, `weights` are from 0 to 1, and the rest are words by their codes."""

    lease: timedelta
    exposure_limit: int
    context_posts: int
    recent_posts: int
    recent_characters: int
    page: int
    snapshot: timedelta
    messages: Mapping[str, str]
    outcomes: Mapping[str, str]
    labels: Mapping[str, str]
    weights: Mapping[str, float]
    policies: Mapping[str, str]


@cache
def review_data() -> ReviewData:
    """The files as they are shipped; raises KeyError for one that lacks something."""
    raw = tomllib.loads((DATA / "review.toml").read_text(encoding="utf-8"))
    lines = tomllib.loads((DATA / "policies.toml").read_text(encoding="utf-8"))["policies"]
    return ReviewData(
        lease=timedelta(minutes=raw["lease_minutes"]),
        exposure_limit=raw["exposure_limit"],
        context_posts=raw["context_posts"],
        recent_posts=raw["recent_posts"],
        recent_characters=raw["recent_characters"],
        page=raw["page"],
        snapshot=timedelta(days=raw["snapshot_days"]),
        messages=raw["messages"],
        outcomes=raw["outcomes"],
        labels=raw["labels"],
        weights=raw["weights"],
        policies={line["code"]: line["words"] for line in lines},
    )


def label_of(reason: str) -> str:
    """A reason's code as facilitators read it."""
    return review_data().labels.get(reason) or reason.replace("_", " ").capitalize()
