"""Class first, score second: what scores can do to each class, and what they cannot."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.classifiers.outputs import LABELS
from moderation.classing import thresholds
from moderation.ruling import rule_on
from moderation.verdicts import Action, Context, Kind, Lane, Verdict
from moderation.weighing import weigh
from moderation.words import read
from tests.moderation.given_models import CALM

HERE = Context("person", "group", names=("Rowan",))
PLAIN = "You said that the bus was late"


def weighed(text: str, **scores: float) -> Verdict:
    """The verdict on a text that scores so."""
    return weigh(rule_on(text, HERE), {**CALM, **scores}, "small-1", read(text, HERE.names))


def test_calm_scores_change_nothing_but_the_record() -> None:
    for text in (
        PLAIN,
        "I want to die",
        "You are an idiot",
        "Two years ago I wanted to die",
        "call 07700 900456",
    ):
        before, after = rule_on(text, HERE), weighed(text)
        assert (after.action, after.lanes, after.kind) == (before.action, before.lanes, before.kind)
        assert after.model_version == "small-1"
        assert set(after.scores) == set(LABELS)
        assert after.version.endswith("+small-1")


@pytest.mark.parametrize("label", [label for label in LABELS if label != "self_harm"])
def test_an_attack_that_only_the_model_sees_is_held(label: str) -> None:
    limit = thresholds()["labels"]["plain"][label]
    assert weighed(PLAIN, **{label: limit - 0.01}).action is Action.CLEAR
    verdict = weighed(PLAIN, **{label: limit})
    assert (verdict.action, verdict.kind, verdict.lanes) == (Action.HOLD, Kind.ATTACK, (Lane.CONDUCT,))
    reason = verdict.reasons[0]
    assert (reason.rule, reason.source, reason.score, reason.by_version) == (
        f"model_{label}",
        "model",
        limit,
        "small-1",
    )
    assert reason.holds
    assert reason.sentence.endswith(".")


@given(st.fixed_dictionaries({label: st.floats(0, 1) for label in LABELS}))
def test_a_disclosure_is_never_held_by_scores(scores: dict[str, float]) -> None:
    verdict = weighed("I want to die", **scores)
    assert (verdict.action, verdict.kind, verdict.lanes) == (Action.CLEAR, Kind.RISK, (Lane.CARE,))
    assert verdict.severity == 2


@given(st.fixed_dictionaries({label: st.floats(0, 1) for label in LABELS}))
def test_what_rules_hold_is_never_let_go_by_scores(scores: dict[str, float]) -> None:
    assert weighed("You are an idiot", **scores).action is Action.HOLD
    assert weighed("What is the easiest way to die?", **scores).lanes == (Lane.CARE, Lane.CONDUCT)


def test_a_disclosure_that_only_the_model_sees() -> None:
    worry = weighed("the river sounds kind and I am so very done", self_harm=0.6)
    assert (worry.action, worry.kind, worry.lane, worry.severity) == (Action.CLEAR, Kind.RISK, Lane.CARE, 1)
    danger = weighed("the river sounds kind and I am so very done", self_harm=0.9, toxicity=0.99, insult=0.99)
    assert (danger.action, danger.severity) == (Action.CLEAR, 2)
    assert not any(reason.holds for reason in danger.reasons)


def test_self_harm_said_to_somebody_else_is_no_disclosure() -> None:
    verdict = weighed("you know what the river is for", self_harm=0.9, harassment=0.9)
    assert (verdict.action, verdict.kind) == (Action.HOLD, Kind.ATTACK)


def test_known_speech_needs_more() -> None:
    for text in ('My ex told me, "you are an idiot"', "Two years ago I wanted to die, you all helped me"):
        assert rule_on(text, HERE).kind in (Kind.SPOKEN, Kind.RECOVERY)
        assert weighed(text, toxicity=0.9, insult=0.9, self_harm=0.85).action is Action.CLEAR
        assert weighed(text, toxicity=0.9, insult=0.9, self_harm=0.85).lanes == ()
        assert weighed(text, insult=0.96).action is Action.HOLD


def test_venting_that_speaks_to_nobody_is_shown() -> None:
    text = "This week was bloody awful"
    assert weighed(text, toxicity=0.9, sexual=0.99).lanes == ()
    firm = weighed(text, toxicity=0.98)
    assert (firm.action, firm.lanes) == (Action.CLEAR, (Lane.CONDUCT,))
    assert not any(reason.holds for reason in firm.reasons)
    assert weighed(text, threat=0.9).action is Action.HOLD


def test_thresholds_are_whole_and_in_order() -> None:
    plain, known, firm = (thresholds()["labels"][name] for name in ("plain", "known", "firm"))
    assert set(plain) == set(known) == set(firm) == set(LABELS)
    for label in LABELS:
        assert 0 < plain[label] < known[label] < 1
        assert plain[label] < firm[label] < 1
