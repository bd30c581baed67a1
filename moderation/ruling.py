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
    return [
        Reason(rule.code, sentence_for(rule.code, kind), lane, "rule", rule.score, RULES_VERSION, holds)
        for rule in rules
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
    note = next((rule.note for rule in reading.risk if rule.note), "")
    if reading.method:
        reasons = reasons_of(reading.method, "method", (Lane.CARE, Lane.CONDUCT), holds=True)
        return Verdict(Action.HOLD, Lane.CARE, (*reasons, *privacy), kind=Kind.METHOD, severity=3)
    if reading.risk:
        reasons = reasons_of(reading.risk, "risk", (Lane.CARE,), holds=False)
        severity = max(rule.severity for rule in reading.risk)
        return Verdict(
            Action.CLEAR,
            Lane.CARE,
            (*reasons, *privacy),
            kind=Kind.RISK,
            severity=severity,
            content_note=note,
        )
    if reading.attack:
        reasons = reasons_of(reading.attack, "attack", (Lane.CONDUCT,), holds=True)
        return Verdict(Action.HOLD, Lane.CONDUCT, (*reasons, *privacy), kind=Kind.ATTACK)
    kind = Kind.RECOVERY if reading.recovery else Kind.SPOKEN if reading.spoken else Kind.NONE
    if privacy:
        return Verdict(Action.HOLD, Lane.PRIVACY, tuple(privacy), kind=kind)
    return Verdict(Action.CLEAR, kind=kind)
