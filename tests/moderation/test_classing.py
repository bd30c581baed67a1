"""Class before score: what the aspects of a model make of a text, and what labels may then do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.classifiers.outputs import ABUSE, ASPECTS, LABELS, OUTPUTS
from moderation.classing import class_of, knows_aspects, limits_for, thresholds
from moderation.judging import may_be_in_need
from moderation.ruling import rule_on
from moderation.score import flags_of
from moderation.shifting import bounded
from moderation.verdicts import Action, Context, Kind, Lane, Verdict
from moderation.weighing import weigh
from moderation.words import read

HERE = Context("person", "group")
PLAIN = "You said that the bus was late"
QUIET = dict.fromkeys(OUTPUTS, 0.01)
ANY = st.fixed_dictionaries({output: st.floats(0, 1) for output in OUTPUTS})


def weighed(text: str, **scores: float) -> Verdict:
    """The verdict on a text that a model with aspects scores so."""
    return shifted(text, {}, **scores)


def shifted(text: str, shifts: dict[str, float], **scores: float) -> Verdict:
    """The same in a group that has shifts."""
    return weigh(rule_on(text, HERE), {**QUIET, **scores}, "local-1", read(text), shifts)


def test_thresholds_are_whole_and_in_order() -> None:
    plain, known = (thresholds()["aspects"][name] for name in ("plain", "known"))
    assert set(plain) == set(known) == {*OUTPUTS} - {"recovery", "spoken"}
    assert all(0 < plain[name] <= known[name] < 1 for name in plain)


@pytest.mark.parametrize("label", [label for label in ABUSE if label != "identity_attack"])
def test_harsh_words_alone_hold_nothing(label: str) -> None:
    assert weighed(PLAIN, **{label: 0.99}).action is Action.CLEAR
    held = weighed(PLAIN, attack=0.99, **{label: 0.99})
    assert (held.action, held.kind, held.lanes) == (Action.HOLD, Kind.ATTACK, (Lane.CONDUCT,))
    assert held.reasons[0].rule == f"model_{label}"
    assert label in flags_of(held)


def test_words_against_a_kind_of_people_are_held_whoever_they_speak_to() -> None:
    held = weighed(PLAIN, identity_attack=0.99)
    assert (held.action, held.kind, flags_of(held)) == (
        Action.HOLD,
        Kind.ATTACK,
        ["toxicity", "identity_attack"],
    )


def test_an_attack_needs_a_label_too() -> None:
    assert weighed(PLAIN, attack=0.99).action is Action.CLEAR


def test_a_disclosure_stays_and_brings_somebody() -> None:
    worry = weighed("the river sounds kind", self_harm=0.9)
    assert (worry.action, worry.kind, worry.lanes, worry.severity) == (
        Action.CLEAR,
        Kind.RISK,
        (Lane.CARE,),
        1,
    )
    danger = weighed("the river sounds kind", self_harm=0.97, acute=0.95)
    assert danger.severity == 2


def test_a_disclosure_in_anger_stays_a_disclosure() -> None:
    both = weighed("the river sounds kind", self_harm=0.97, attack=0.9, insult=0.95, toxicity=0.95)
    assert (both.action, both.kind) == (Action.CLEAR, Kind.RISK)


def test_death_wished_on_another_is_an_attack() -> None:
    goading = weighed(PLAIN, self_harm=0.8, attack=0.98, harassment=0.95, toxicity=0.98)
    assert (goading.action, goading.kind) == (Action.HOLD, Kind.ATTACK)


def test_method_is_held_in_both_lanes_and_wakes_nobody() -> None:
    told = weighed(PLAIN, method=0.97)
    assert (told.action, told.kind, told.lanes) == (Action.HOLD, Kind.METHOD, (Lane.CARE, Lane.CONDUCT))
    assert told.severity == 1
    cruel = weighed(PLAIN, method=0.97, attack=0.9, toxicity=0.97, harassment=0.97)
    assert {"toxicity", "harassment"} <= set(flags_of(cruel))


def test_worry_for_another_stays_and_brings_somebody() -> None:
    verdict = weighed("he put his keys through my door", concern=0.97)
    assert (verdict.action, verdict.kind, verdict.lanes) == (Action.CLEAR, Kind.RECOVERY, (Lane.CARE,))
    assert verdict.severity == 1


@given(ANY)
def test_what_rules_decided_stays(scores: dict[str, float]) -> None:
    for text, kind in (("I want to die", Kind.RISK), ("You are an idiot", Kind.ATTACK)):
        before, after = rule_on(text, HERE), weighed(text, **scores)
        assert (after.kind, after.action, after.lane) == (kind, before.action, before.lane)
        assert set(after.lanes) - set(before.lanes) <= {Lane.CARE}


def test_whoever_is_cruel_and_in_danger_is_held_and_looked_after() -> None:
    for text, scores in (
        ("You are an idiot", {"self_harm": 0.9}),
        (PLAIN, {"self_harm": 0.8, "attack": 0.98, "insult": 0.9}),
        (PLAIN, {"self_harm": 0.7, "method": 0.98}),
    ):
        worry, danger = weighed(text, **scores), weighed(text, acute=0.9, **scores)
        assert worry.action is danger.action is Action.HOLD
        assert Lane.CARE in worry.lanes
        assert (worry.severity, danger.severity) == (1, 2)
        assert may_be_in_need(danger)
    other = weighed("You are an idiot", concern=0.9)
    assert (Lane.CARE in other.lanes, other.severity, may_be_in_need(other)) == (True, 1, False)


@given(ANY, st.dictionaries(st.sampled_from(OUTPUTS), st.floats(-0.1, 0.1)))
def test_no_shift_turns_a_cry_for_help_into_an_attack(
    scores: dict[str, float], shifts: dict[str, float]
) -> None:
    allowed = {name: bounded(name, shift) for name, shift in shifts.items()}
    if weighed(PLAIN, **scores).kind is Kind.RISK:
        assert shifted(PLAIN, allowed, **scores).kind is Kind.RISK


@given(ANY)
def test_no_score_holds_what_is_most_of_all_a_disclosure(scores: dict[str, float]) -> None:
    scores |= {"self_harm": 1.0}
    assert weighed(PLAIN, **scores).action is Action.CLEAR


@given(ANY)
def test_higher_limits_never_find_more(scores: dict[str, float]) -> None:
    low, high = limits_for(known=False), limits_for(known=True)
    found, fewer = class_of(scores, low), class_of(scores, high)
    if fewer.kind in (Kind.METHOD, Kind.RISK, Kind.ATTACK):
        assert found.kind in (Kind.METHOD, Kind.RISK, Kind.ATTACK)
    if found.kind in (Kind.NONE, Kind.SPOKEN):
        assert fewer.kind in (Kind.NONE, Kind.SPOKEN, Kind.RECOVERY)


def test_shifts_move_a_threshold_and_only_theirs() -> None:
    limit = thresholds()["aspects"]["plain"]["insult"]
    scores = {"attack": 0.99, "insult": limit + 0.03}
    assert weighed(PLAIN, **scores).action is Action.HOLD
    assert shifted(PLAIN, {"insult": 0.05}, **scores).action is Action.CLEAR
    assert shifted(PLAIN, {"threat": 0.05}, **scores).action is Action.HOLD


def test_what_decides_classes_is_all_aspects_together() -> None:
    assert knows_aspects(QUIET)
    for aspect in ASPECTS:
        assert not knows_aspects({name: 0.5 for name in OUTPUTS if name != aspect})
    assert not knows_aspects(dict.fromkeys(LABELS, 0.5))
