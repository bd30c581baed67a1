"""What follows from the kind of speech that was found: who sees it, who looks at it, what its author reads."""

from __future__ import annotations

from collections.abc import Iterable

from moderation.verdicts import Action, Context, Kind, Lane, Reason, Verdict
from moderation.words import RULES_VERSION, Reading, read
from moderation.words.lists import Rule, load


def sentence_for(code: str, kind: str) -> str:
    """What the author reads of one rule: its own sentence, or its kind's."""
    sentences: dict[str, str] = load("sentences")["sentences"]
    return sentences.get(code) or sentences[kind]


def reasons_of(rules: Iterable[Rule], kind: str, lanes: tuple[Lane, ...], *, holds: bool) -> list[Reason]:
    """One reason for each rule and each lane that must look."""
    codes = dict.fromkeys((rule.code, rule.score) for rule in rules)
    return [
        Reason(code, sentence_for(code, kind), lane, "rule", score, RULES_VERSION, holds)
        for code, score in codes
        for lane in lanes
    ]


def rule_on(text: str, context: Context) -> Verdict:
    """The verdict of the rules: class first. Disclosure wins over attack; method is held whoever writes it."""
    return verdict_of(read(text, context.names))


def verdict_of(reading: Reading) -> Verdict:
    """What a reading means for the text."""
    privacy = [
        Reason(
            code, sentence_for(code, "contact"), Lane.PRIVACY, "rule", 1.0, RULES_VERSION, not reading.risk
        )
        for code in reading.privacy
    ]
    gravest = sorted(reading.risk, key=lambda rule: -rule.severity)
    note = next((rule.note for rule in gravest if rule.note), "")
    if reading.method:
        reasons = reasons_of(reading.method, "method", (Lane.CARE, Lane.CONDUCT), holds=True)
        own = reasons_of(gravest, "risk", (Lane.CARE,), holds=False)
        return Verdict(Action.HOLD, Lane.CARE, (*reasons, *own, *privacy), kind=Kind.METHOD, severity=3)
    if reading.risk:
        reasons = reasons_of(gravest, "risk", (Lane.CARE,), holds=False)
        return Verdict(
            Action.CLEAR,
            Lane.CARE,
            (*reasons, *privacy),
            kind=Kind.RISK,
            severity=gravest[0].severity,
            content_note=note,
        )
    if reading.attack:
        reasons = reasons_of(reading.attack, "attack", (Lane.CONDUCT,), holds=True)
        return Verdict(Action.HOLD, Lane.CONDUCT, (*reasons, *privacy), kind=Kind.ATTACK)
    kind = Kind.RECOVERY if reading.recovery else Kind.SPOKEN if reading.spoken else Kind.NONE
    worries = reasons_of(
        [rule for rule in reading.recovery if rule.lane == "care"], "risk", (Lane.CARE,), holds=False
    )
    lane = Lane.CARE if worries else Lane.PRIVACY if privacy else Lane.NONE
    severity = max((rule.severity for rule in reading.recovery), default=0) if worries else 0
    action = Action.HOLD if privacy else Action.CLEAR
    return Verdict(action, lane, (*worries, *privacy), kind=kind, severity=severity)
