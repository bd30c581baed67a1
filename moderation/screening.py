"""Screening: what the rules think of a text before anybody sees it.

`screen` always answers: a backend that fails means hold, never a way round. The rule backend here looks at repeats;
length, emptiness and rate are refused before a row is written (moderation/intake.py).
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import structlog
from django.conf import settings

from community.models import Clearance
from hearthside.crypto import mac

RULES_VERSION = "rules-1"
REPEATS = 5  # the same words by the same person in the same topic ...
REPEAT_SECONDS = 60.0  # ... within this time are refused from here on

log = structlog.get_logger("hearthside.screening")


class Action(StrEnum):
    """What becomes of a text."""

    CLEAR = "clear"
    HOLD = "hold"
    REFUSE = "refuse"


class Lane(StrEnum):
    """Which lane of the review queue looks at it."""

    NONE = "none"
    CARE = "care"
    CONDUCT = "conduct"
    PRIVACY = "privacy"
    ASKED = "asked"


@dataclass(frozen=True)
class Reason:
    """Why, in a kind sentence for the author."""

    rule: str
    sentence: str


@dataclass(frozen=True)
class Context:
    """Where a text stands: ids only. `act` is the client's nonce, so that trying again is no repeat."""

    person: str
    group: str
    topic: str
    act: str = ""


@dataclass(frozen=True)
class Verdict:
    """What screening decided, and by which version of what."""

    action: Action
    lane: Lane = Lane.NONE
    reasons: tuple[Reason, ...] = ()
    model_version: str = RULES_VERSION

    @property
    def clearance(self) -> Clearance | None:
        """Leave to show the text, when nothing spoke against it."""
        return Clearance("screening", self.model_version) if self.action is Action.CLEAR else None


class Backend(Protocol):
    """Something that looks at a text."""

    def look(self, text: str, context: Context) -> Verdict:
        """The verdict on one text; may raise, which holds the text."""
        ...


class Rules:
    """Deterministic rules, always on."""

    def __init__(self) -> None:
        self._seen: dict[bytes, deque[tuple[float, str]]] = {}
        self._lock = threading.Lock()

    def look(self, text: str, context: Context) -> Verdict:
        """Refuse the same words again and again; everything else is clear."""
        if settings.HEARTHSIDE.rates != "off" and self._repeats(text, context) >= REPEATS:
            reason = Reason(
                "repeat", "You have just written these words several times, so this copy was not added."
            )
            return Verdict(Action.REFUSE, reasons=(reason,))
        return Verdict(Action.CLEAR)

    def _repeats(self, text: str, context: Context) -> int:
        """How often these words came before within the time; counts this one. Keeps a keyed digest, never words."""
        key = mac("repeat", context.person, context.topic, " ".join(text.casefold().split()))[:16]
        moment = time.monotonic()
        with self._lock:
            if len(self._seen) > 10_000:
                self._seen = {k: v for k, v in self._seen.items() if v[-1][0] > moment - REPEAT_SECONDS}
            times = self._seen.setdefault(key, deque(maxlen=REPEATS + 1))
            while times and times[0][0] < moment - REPEAT_SECONDS:
                times.popleft()
            if not context.act or all(act != context.act for _, act in times):
                times.append((moment, context.act))
            return len(times) - 1


_backend: Backend = Rules()


def screen(text: str, context: Context) -> Verdict:
    """Decide what becomes of a text; a backend that fails means hold."""
    try:
        return _backend.look(text, context)
    except Exception:
        log.exception("screening_failed", topic=context.topic)
        reason = Reason(
            "unchecked", "We could not check this just now, so a facilitator will look at it first."
        )
        return Verdict(Action.HOLD, reasons=(reason,))
