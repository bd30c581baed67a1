"""What a model's scores add to the class that the rules found: class first, score second.

A disclosure stays a disclosure whatever it scores. What the rules hold stays held. Scores speak where the rules were
silent, and have to be higher where the rules know why strong words stand there. A model that knows aspects decides the
class itself before any label counts (moderation/classing.py); one that knows labels alone is asked more strictly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from moderation.classing import Found, Shifts, class_of, knows_aspects, limits_for, no_shifts, thresholds
from moderation.ruling import sentence_for
from moderation.verdicts import Action, Kind, Lane, Reason, Verdict
from moderation.words import Reading

WORRY, DANGER = 1, 2
UNDIRECTED = (
    "identity_attack",
    "threat",
)  # count although nobody is spoken to: they are about people all the same
DECIDED = (Kind.RISK, Kind.METHOD, Kind.ATTACK)


def weigh(
    verdict: Verdict,
    scores: Mapping[str, float],
    version: str,
    reading: Reading,
    shifts: Shifts | None = None,
) -> Verdict:
    """The verdict of the rules and a model together; `version` is the model's, `shifts` the group's."""
    scored = replace(verdict, scores=dict(scores), model_version=version)
    if verdict.kind is Kind.ATTACK and knows_aspects(scores):
        return with_care(scored, scores, limits_for(known=False, shifts=shifts or no_shifts()), version)
    if verdict.kind in DECIDED:
        return scored
    known = verdict.kind in (Kind.RECOVERY, Kind.SPOKEN)
    if knows_aspects(scores):
        return by_class(scored, scores, version, known=known, shifts=shifts or no_shifts())
    return by_labels(scored, scores, version, reading, known=known, shifts=shifts or no_shifts())


def by_class(
    verdict: Verdict, scores: Mapping[str, float], version: str, *, known: bool, shifts: Shifts
) -> Verdict:
    """The verdict by the class that the model itself found."""
    limits = limits_for(known=known, shifts=shifts)
    found = class_of(scores, limits)
    if class_of(scores, limits_for(known=known, shifts=no_shifts())).kind is Kind.RISK:
        found = Found(Kind.RISK)  # a group that holds attacks sooner must not thereby hold a cry for help
    match found.kind:
        case Kind.RISK:
            return at_risk(verdict, scores["self_harm"], version, severity_of(scores, limits))
        case Kind.METHOD:
            held = telling_how(verdict, list(found.labels), scores, version)
            return with_care(held, scores, limits, version)
        case Kind.ATTACK:
            held = attacking(verdict, list(found.labels), scores, version)
            return with_care(held, scores, limits, version)
        case Kind.RECOVERY if found.concern:
            return worried(verdict, scores["concern"], version)
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
        return at_risk(verdict, scores["self_harm"], version, severity)
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
            reasons=(*verdict.reasons, *said(looked_at, scores, version, holds=False)),
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
    found = []
    for output in ("self_harm", "concern"):
        if scores[output] >= limits[output]:
            code = f"model_{output}"
            found.append(
                Reason(code, sentence_for(code, "risk"), Lane.CARE, "model", scores[output], version)
            )
    if not found:
        return verdict
    severity = severity_of(scores, limits) if scores["self_harm"] >= limits["self_harm"] else WORRY
    return replace(verdict, reasons=(*verdict.reasons, *found), severity=max(verdict.severity, severity))


def at_risk(verdict: Verdict, score: float, version: str, severity: int) -> Verdict:
    """A disclosure that only the model saw: it stays, and somebody looks. The rules' hold for privacy falls away."""
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


def worried(verdict: Verdict, score: float, version: str) -> Verdict:
    """Another may be in danger now, and only the model saw it: the words stay, and somebody looks."""
    reason = Reason(
        "model_concern", sentence_for("model_concern", "risk"), Lane.CARE, "model", score, version
    )
    return replace(
        verdict,
        lane=Lane.CARE,
        reasons=(reason, *verdict.reasons),
        kind=Kind.RECOVERY,
        severity=max(verdict.severity, WORRY),
    )


def telling_how(verdict: Verdict, labels: list[str], scores: Mapping[str, float], version: str) -> Verdict:
    """Method or encouragement that only the model saw: held, looked at in both lanes, and nobody woken for it."""
    sentence = sentence_for("model_method", "method")
    both = tuple(
        Reason("model_method", sentence, lane, "model", scores["method"], version, holds=True)
        for lane in (Lane.CARE, Lane.CONDUCT)
    )
    reasons = (*both, *said(labels, scores, version, holds=True))
    return replace(
        verdict,
        action=Action.HOLD,
        lane=Lane.CARE,
        reasons=(*reasons, *verdict.reasons),
        kind=Kind.METHOD,
        severity=max(verdict.severity, WORRY),
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
