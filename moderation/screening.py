"""Screening: what the rules think of a text before anybody sees it.

`screen` always answers: a backend that fails means hold, never a way round. The rule backend here looks at repeats;
length, emptiness and rate are refused before a row is written (moderation/intake.py).
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
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


class Kind(StrEnum):
    """What kind of speech a text is, decided before how strong it is (MODERATION.md's classes A to E)."""

    NONE = "none"
    RISK = "risk"  # A: somebody about themselves, now; never misconduct
    METHOD = "method"  # B: method, means, encouragement
    ATTACK = "attack"  # C: on another
    RECOVERY = "recovery"  # D: the past, worry for another, grief
    SPOKEN = "spoken"  # E: idiom, identity words, reported speech


class Lane(StrEnum):
    """Which lane of the review queue looks at it."""

    NONE = "none"
    CARE = "care"
    CONDUCT = "conduct"
    PRIVACY = "privacy"
    ASKED = "asked"


@dataclass(frozen=True)
class Reason:
    """One thing that spoke up: a code, a kind sentence for the author, the lane that looks, and how strongly.

    `source` is a ReviewSignal source; `by_version` the version of the rule or model; `holds` whether it alone holds a
    text back.
    """

    rule: str
    sentence: str
    lane: Lane = Lane.NONE
    source: str = "rule"
    score: float = 1.0
    by_version: str = ""
    holds: bool = False


@dataclass(frozen=True)
class Context:
    """Where a text stands: ids only. `act` is the client's nonce, so that trying again is no repeat.

    `models` says whether the author lets models read their posts; `names` are the names that the group's members go by;
    `event` is send, edit, title or profile.
    """

    person: str
    group: str
    topic: str = ""
    act: str = ""
    member: str = ""
    models: bool = False
    names: tuple[str, ...] = ()
    event: str = "send"


@dataclass(frozen=True)
class Verdict:
    """What screening decided, and by which version of what.

    `severity` is 0 none, 1 worry, 2 danger, 3 acute; `lane` the foremost one, `lanes` all that must look;
    `content_note` a note to show above a detailed disclosure that has none.
    """

    action: Action
    lane: Lane = Lane.NONE
    reasons: tuple[Reason, ...] = ()
    model_version: str = ""
    kind: Kind = Kind.NONE
    severity: int = 0
    scores: Mapping[str, float] = field(default_factory=dict)
    rules_version: str = RULES_VERSION
    milliseconds: int = 0
    content_note: str = ""

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """Every lane that must look, the foremost first."""
        found = [self.lane, *(reason.lane for reason in self.reasons)]
        return tuple(dict.fromkeys(lane for lane in found if lane is not Lane.NONE))

    @property
    def version(self) -> str:
        """The versions it was decided by, as a post's row keeps them."""
        return f"{self.rules_version}+{self.model_version}" if self.model_version else self.rules_version

    @property
    def clearance(self) -> Clearance | None:
        """Leave to show the text, when nothing held it back."""
        return Clearance("screening", self.version) if self.action is Action.CLEAR else None


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
