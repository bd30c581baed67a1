"""What a model's scores add to the class that the rules found: class first, score second.

A disclosure stays a disclosure whatever it scores. What the rules hold stays held. Scores speak where the rules were
silent, and have to be higher where the rules know why strong words stand there. A model that knows aspects decides the
class itself before any label counts (moderation/classing.py); one that knows labels alone is asked more strictly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from moderation.classing import NO_SHIFTS, Found, Shifts, class_of, knows_aspects, limits_for, thresholds
from moderation.ruling import sentence_for
from moderation.verdicts import Action, Kind, Lane, Reason, Verdict
from moderation.words import Reading

WORRY, DANGER = 1, 2
# These count although nobody is spoken to: they are about people all the same.
UNDIRECTED = ("identity_attack", "threat")
DECIDED = (Kind.RISK, Kind.METHOD, Kind.ATTACK)
SORTS = {"self_harm": "risk", "concern": "risk", "method": "method"}  # of sentences; all else is an attack


def weigh(
    verdict: Verdict, scores: Mapping[str, float], version: str, reading: Reading, shifts: Shifts = NO_SHIFTS
) -> Verdict:
    """The verdict of the rules and a model together; `version` is the model's, `shifts` the group's."""
    scored = replace(verdict, scores=dict(scores), model_version=version)
    aspects = knows_aspects(scores)
    if verdict.kind is Kind.ATTACK and aspects:
        return with_care(scored, scores, limits_for(known=False, shifts=shifts), version)
    if verdict.kind in DECIDED:
        return scored
    known = verdict.kind in (Kind.RECOVERY, Kind.SPOKEN)
    if aspects:
        return by_class(scored, scores, version, known=known, shifts=shifts)
    return by_labels(scored, scores, version, reading, known=known, shifts=shifts)


def by_class(
    verdict: Verdict, scores: Mapping[str, float], version: str, *, known: bool, shifts: Shifts
) -> Verdict:
    """The verdict by the class that the model itself found."""
    limits = limits_for(known=known, shifts=shifts)
    found = class_of(scores, limits)
    if class_of(scores, limits_for(known=known)).kind is Kind.RISK:
        found = Found(Kind.RISK)  # a group that holds attacks sooner must not thereby hold a cry for help
    match found.kind:
        case Kind.RISK:
            return at_risk(verdict, scores, version, severity_of(scores, limits))
        case Kind.METHOD:
            return with_care(telling_how(verdict, found.labels, scores, version), scores, limits, version)
        case Kind.ATTACK:
            return with_care(attacking(verdict, found.labels, scores, version), scores, limits, version)
        case Kind.RECOVERY if found.concern:
            return worried(verdict, scores, version)
        case _:
            return verdict if known else replace(verdict, kind=found.kind)


def by_labels(
    verdict: Verdict,
    scores: Mapping[str, float],
    version: str,
    reading: Reading,
    *,
    known: bool,
    shifts: Shifts,
) -> Verdict:
    """The verdict by labels alone: rules say whether a text speaks to somebody."""
    limits = limits_for(known=known, shifts=shifts, by="labels")
    firm = thresholds()["labels"]["firm"]
    if scores["self_harm"] >= limits["self_harm"] and (reading.own or not reading.directed):
        severity = DANGER if scores["self_harm"] >= firm["self_harm"] else WORRY
        return at_risk(verdict, scores, version, severity)
    over = {label for label in limits if label != "self_harm" and scores[label] >= limits[label]}
    held = sorted(label for label in over if reading.directed or label in UNDIRECTED)
    if held:
        return attacking(verdict, held, scores, version)
    looked_at = sorted(
        label for label in over if scores[label] >= firm[label] and not known and label != "sexual"
    )
    if looked_at:
        return replace(
            verdict,
            lane=first(verdict.lane, Lane.CONDUCT),
            reasons=(*verdict.reasons, *spoke(looked_at, Lane.CONDUCT, scores, version)),
        )
    return verdict


def severity_of(scores: Mapping[str, float], limits: Mapping[str, float]) -> int:
    """Danger, which calls somebody, or a worry."""
    return DANGER if scores["acute"] >= limits["acute"] else WORRY


def with_care(
    verdict: Verdict, scores: Mapping[str, float], limits: Mapping[str, float], version: str
) -> Verdict:
    """A verdict that holds, with somebody sent to look after its author or another where the scores ask for it.

    Whoever is cruel may be at the end of their strength: the words wait, the person must not.
    """
    found = [output for output in ("self_harm", "concern") if scores[output] >= limits[output]]
    if not found:
        return verdict
    severity = severity_of(scores, limits) if "self_harm" in found else WORRY
    reasons = spoke(found, Lane.CARE, scores, version)
    return replace(verdict, reasons=(*verdict.reasons, *reasons), severity=max(verdict.severity, severity))


def at_risk(verdict: Verdict, scores: Mapping[str, float], version: str, severity: int) -> Verdict:
    """A disclosure that only the model saw: it stays, and somebody looks. The rules' hold for privacy falls away."""
    others = tuple(replace(reason, holds=False) for reason in verdict.reasons)
    return replace(
        verdict,
        action=Action.CLEAR,
        lane=Lane.CARE,
        reasons=(*spoke(["self_harm"], Lane.CARE, scores, version), *others),
        kind=Kind.RISK,
        severity=severity,
    )


def worried(verdict: Verdict, scores: Mapping[str, float], version: str) -> Verdict:
    """Another may be in danger now, and only the model saw it: the words stay, and somebody looks."""
    return replace(
        verdict,
        lane=Lane.CARE,
        reasons=(*spoke(["concern"], Lane.CARE, scores, version), *verdict.reasons),
        kind=Kind.RECOVERY,
        severity=max(verdict.severity, WORRY),
    )


def telling_how(
    verdict: Verdict, labels: Sequence[str], scores: Mapping[str, float], version: str
) -> Verdict:
    """Method or encouragement that only the model saw: held, looked at in both lanes, and nobody woken for it."""
    care = spoke(["method"], Lane.CARE, scores, version, holds=True)
    conduct = spoke(["method", *labels], Lane.CONDUCT, scores, version, holds=True)
    return replace(
        verdict,
        action=Action.HOLD,
        lane=Lane.CARE,
        reasons=(*care, *conduct, *verdict.reasons),
        kind=Kind.METHOD,
        severity=max(verdict.severity, WORRY),
    )


def attacking(verdict: Verdict, labels: Sequence[str], scores: Mapping[str, float], version: str) -> Verdict:
    """An attack that only the model saw: held, and a facilitator decides."""
    reasons = (*spoke(labels, Lane.CONDUCT, scores, version, holds=True), *verdict.reasons)
    return replace(verdict, action=Action.HOLD, lane=Lane.CONDUCT, reasons=reasons, kind=Kind.ATTACK)


def spoke(
    outputs: Sequence[str], lane: Lane, scores: Mapping[str, float], version: str, *, holds: bool = False
) -> tuple[Reason, ...]:
    """One reason for each output of the model that speaks up in a lane."""
    return tuple(
        Reason(
            f"model_{output}",
            sentence_for(f"model_{output}", SORTS.get(output, "attack")),
            lane,
            "model",
            scores[output],
            version,
            holds,
        )
        for output in outputs
    )


def first(lane: Lane, other: Lane) -> Lane:
    """The lane that was foremost, or the other where there was none."""
    return lane if lane is not Lane.NONE else other
