"""Whether words tell of a danger to the one who wrote them: such words are never misconduct, however they were kept."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from moderation.verdicts import Kind, Verdict
from moderation.words.lists import rules

ASKING = "asks_method"  # who asks how to die is in danger, also when they do not say so


@cache
def own_danger() -> frozenset[str]:
    """The codes of the rules that hear somebody speak of a danger to themselves."""
    return frozenset(rule.code for rule in rules() if rule.kind in ("risk", "past")) | {ASKING}


def tells_of_self(kind: str, codes: Iterable[str]) -> bool:
    """Whether a verdict of this kind, with these rules, is a disclosure: also one kept back because it says how."""
    return kind == Kind.RISK or (kind == Kind.METHOD and not own_danger().isdisjoint(codes))


def grave(verdict: Verdict, *, asking: bool = True) -> int:
    """How grave a danger to their author some words speak of, from 0; what is told of others counts for 0.

    Without `asking` a question about ways to die is not taken for the author's own: a report may quote one.
    """
    codes = {reason.rule for reason in verdict.reasons} - (set() if asking else {ASKING})
    return verdict.severity if tells_of_self(verdict.kind, codes) else 0
