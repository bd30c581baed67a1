"""The kind sentences that authors read about their own words (moderation/data/sentences.toml)."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

FILE = Path(__file__).resolve().parent / "data" / "sentences.toml"


@cache
def _sentences() -> dict[str, dict[str, str]]:
    return tomllib.loads(FILE.read_text())


def held_sentence(code: str, lane: str = "asked") -> str:
    """Why words wait: by the code of what spoke up, else by the lane that looks."""
    held = _sentences()["held"]
    return held.get(code) or held[lane]


def decided_sentence(state: str) -> str:
    """What a decision means, for words that were rejected or hidden."""
    return _sentences()["decided"][state]
