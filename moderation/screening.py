"""Screening: what becomes of a text before anybody sees it.

`screen` always answers: a backend that fails means hold, never a way round. Rules always run: first what kind of
speech a text is (moderation/words), then what follows from it. Length, emptiness and rate are refused before a row is
written (moderation/intake.py).
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Protocol

import structlog
from django.conf import settings

from hearthside.crypto import mac
from moderation.ruling import rule_on
from moderation.verdicts import Action, Context, Kind, Lane, Reason, Verdict
from moderation.words import RULES_VERSION

__all__ = ["RULES_VERSION", "Action", "Context", "Kind", "Lane", "Reason", "Rules", "Verdict", "screen"]

REPEATS = 5  # the same words by the same person in the same topic ...
REPEAT_SECONDS = 60.0  # ... within this time are refused from here on

log = structlog.get_logger("hearthside.screening")


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
        """Refuse the same words again and again; else what the words themselves ask for."""
        if settings.HEARTHSIDE.rates != "off" and self._repeats(text, context) >= REPEATS:
            reason = Reason(
                "repeat", "You have just written these words several times, so this copy was not added."
            )
            return Verdict(Action.REFUSE, reasons=(reason,))
        return rule_on(text, context)

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
        return unchecked("rules_broken")


def unchecked(code: str) -> Verdict:
    """The verdict when something that should have looked could not: held, and the queue says what failed."""
    sentence = "We could not check this just now, so a facilitator will look at it first."
    reasons = tuple(
        Reason(rule, sentence, Lane.CONDUCT, source="system", score=0.0, by_version=RULES_VERSION, holds=True)
        for rule in ("unchecked", code)
    )
    return Verdict(Action.HOLD, Lane.CONDUCT, reasons)
