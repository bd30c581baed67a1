"""What a model's scores add to the class that the rules found: class first, score second.

A disclosure stays a disclosure whatever it scores. What the rules hold stays held. Scores speak where the rules were
silent, and have to be higher where the rules know why strong words stand there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from moderation.ruling import sentence_for
from moderation.verdicts import Action, Kind, Lane, Reason, Verdict
from moderation.words import Reading

FILE = Path(__file__).resolve().parent / "data" / "thresholds.toml"
WORRY, DANGER = 1, 2
UNDIRECTED = (
    "identity_attack",
    "threat",
)  # count although nobody is spoken to: they are about people all the same


@cache
def thresholds() -> Mapping[str, Mapping[str, float]]:
    """The scores from which labels count: plain, known, firm."""
    found: Mapping[str, Mapping[str, float]] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return found


def weigh(verdict: Verdict, scores: Mapping[str, float], version: str, reading: Reading) -> Verdict:
    """The verdict of the rules and a model together; `version` is the model's."""
    scored = replace(verdict, scores=dict(scores), model_version=version)
    if verdict.kind in (Kind.RISK, Kind.METHOD, Kind.ATTACK):
        return scored
    known = verdict.kind in (Kind.RECOVERY, Kind.SPOKEN)
    limits = thresholds()["known" if known else "plain"]
    if scores["self_harm"] >= limits["self_harm"] and (reading.own or not reading.directed):
        return at_risk(scored, scores["self_harm"], version)
    over = {label for label in limits if label != "self_harm" and scores[label] >= limits[label]}
    held = sorted(label for label in over if reading.directed or label in UNDIRECTED)
    if held:
        return attacking(scored, held, scores, version)
    firm = thresholds()["firm"]
    looked_at = sorted(
        label for label in over if scores[label] >= firm[label] and not known and label != "sexual"
    )
    if looked_at:
        return replace(
            scored,
            lane=first(scored.lane, Lane.CONDUCT),
            reasons=(*scored.reasons, *said(looked_at, scores, version, holds=False)),
        )
    return scored


def at_risk(verdict: Verdict, score: float, version: str) -> Verdict:
    """A disclosure that only the model saw: it stays, and somebody looks. The rules' hold for privacy falls away."""
    severity = DANGER if score >= thresholds()["firm"]["self_harm"] else WORRY
    reason = Reason(
        "model_self_harm", sentence_for("model_self_harm", "risk"), Lane.CARE, "model", score, version
    )
    others = tuple(replace(reason, holds=False) for reason in verdict.reasons)
    return replace(
        verdict,
        action=Action.CLEAR,
        lane=Lane.CARE,
        reasons=(reason, *others),
        kind=Kind.RISK,
        severity=severity,
    )


def attacking(verdict: Verdict, labels: list[str], scores: Mapping[str, float], version: str) -> Verdict:
    """An attack that only the model saw: held, and a facilitator decides."""
    reasons = (*said(labels, scores, version, holds=True), *verdict.reasons)
    return replace(verdict, action=Action.HOLD, lane=Lane.CONDUCT, reasons=reasons, kind=Kind.ATTACK)


def said(labels: list[str], scores: Mapping[str, float], version: str, *, holds: bool) -> tuple[Reason, ...]:
    """One reason for each label."""
    return tuple(
        Reason(
            f"model_{label}",
            sentence_for(f"model_{label}", "attack"),
            Lane.CONDUCT,
            "model",
            scores[label],
            version,
            holds,
        )
        for label in labels
    )


def first(lane: Lane, other: Lane) -> Lane:
    """The lane that was foremost, or the other where there was none."""
    return lane if lane is not Lane.NONE else other
