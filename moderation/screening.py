"""Screening: what becomes of a text before anybody sees it.

`screen` always answers: a backend that fails means hold, never a way round. Rules always run: first what kind of
speech a text is (moderation/words), then what follows from it (moderation/ruling.py). Where its author lets models
read, a model's scores come second (moderation/scoring.py asks, moderation/weighing.py weighs). Length, emptiness and
rate are refused before a row is written (moderation/intake.py).
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import replace
from typing import Protocol

import structlog
from django.conf import settings

from hearthside.crypto import mac
from moderation import scoring
from moderation.classing import NO_SHIFTS, knows_aspects
from moderation.flagging_data import flagging_data
from moderation.ruling import rule_on, sentence_for
from moderation.verdicts import Action, Context, Kind, Lane, Reason, Verdict
from moderation.weighing import weigh
from moderation.words import RULES_VERSION, Reading, read

__all__ = [
    "RULES_VERSION",
    "Action",
    "Context",
    "Kind",
    "Lane",
    "Reason",
    "Rules",
    "Verdict",
    "screen",
    "warm_up",
]

REPEATS = 5  # the same words by the same person in the same topic ...
REPEAT_SECONDS = 60.0  # ... within this time are refused from here on
MARGIN_SECONDS = 0.03  # of the deadline, for all that is not the model

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
            return Verdict(Action.REFUSE, reasons=(Reason("repeat", sentence_for("repeat", "repeat")),))
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


def warm_up() -> None:
    """Read the lists of words, the numbers and the model before the first post needs them (about a second).

    Raises what reading them raises: a process whose rules or model are broken must not serve, because it would hold
    every text and hear no cry for help.
    """
    read("ready", ())
    flagging_data()
    scorer = scoring.scorer_for(settings.HEARTHSIDE.classifier)
    if scorer is not None:
        scorer.model.score(["ready"])


def screen(text: str, context: Context) -> Verdict:
    """Decide what becomes of a text within 250 ms; never raises: what could not look means hold."""
    began = time.monotonic()
    try:
        verdict = _backend.look(text, context)
        if context.models and verdict.action is not Action.REFUSE:
            verdict = with_model(text, context, verdict, began)
    except Exception:
        log.exception("screening_failed", topic=context.topic)
        verdict = unchecked(Verdict(Action.HOLD), "rules_broken")
    return replace(verdict, milliseconds=round((time.monotonic() - began) * 1000))


def with_model(text: str, context: Context, verdict: Verdict, began: float) -> Verdict:
    """What the model adds to the verdict of the rules.

    No score can hold a disclosure, so a score that fails to come does not hold it either.
    """
    try:
        scorer = scoring.current_scorer()
        if scorer is None:
            return verdict
        left = scoring.DEADLINE_SECONDS - MARGIN_SECONDS - (time.monotonic() - began)
        scores = scorer.score(text, left)
    except scoring.Failed as failure:
        log.warning("model_unheard", topic=context.topic, code=failure.code)
        return unchecked(verdict, failure.code)
    shifts = context.shifts.get(scorer.version, NO_SHIFTS)
    # A model that knows aspects needs no second reading by the rules.
    reading = Reading() if knows_aspects(scores) else read(text, context.names)
    return weigh(verdict, scores, scorer.version, reading, shifts)


def unchecked(verdict: Verdict, code: str) -> Verdict:
    """The verdict when something that should have looked could not: held, unless it is a disclosure.

    The queue says what failed, in a reason of its own: rules_broken, model_late, model_broken, model_resting,
    model_missing.
    """
    risk = verdict.kind is Kind.RISK
    reasons = tuple(
        Reason(
            rule, sentence_for("unchecked", "unchecked"), Lane.CONDUCT, "system", 0.0, RULES_VERSION, not risk
        )
        for rule in ("unchecked", code)
    )
    if risk:
        kept = tuple(replace(reason, lane=Lane.NONE) for reason in reasons)
        return replace(verdict, reasons=(*verdict.reasons, *kept))
    lane = verdict.lane if verdict.lane is not Lane.NONE else Lane.CONDUCT
    return replace(verdict, action=Action.HOLD, lane=lane, reasons=(*verdict.reasons, *reasons))
