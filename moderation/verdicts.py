"""What screening says of a text: actions, kinds of speech, lanes, reasons. It is decided in moderation/screening.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from community.models import Clearance
from moderation.words import RULES_VERSION


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
    `event` is send, edit, title or profile; `shifts` what the group adds to thresholds, by model version and output.
    """

    person: str
    group: str
    topic: str = ""
    act: str = ""
    member: str = ""
    models: bool = False
    names: tuple[str, ...] = ()
    event: str = "send"
    shifts: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


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
