"""Bounds of a group's own thresholds, for any numbers; and that they reach every kind of model."""

from __future__ import annotations

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.classifiers.outputs import LABELS, OUTPUTS
from moderation.classing import limits_for, thresholds
from moderation.flagging_data import flagging_data
from moderation.ruling import rule_on
from moderation.shifting import CRISIS, bounded, shift_for
from moderation.verdicts import Action, Context
from moderation.weighing import weigh
from moderation.words import read
from tests.moderation.given_flagging import VERSION

NEEDED = flagging_data().shifts.needed
MOST = flagging_data().shifts.most

counts = st.integers(0, 2_000).flatmap(lambda decided: st.tuples(st.just(decided), st.integers(0, decided)))


@given(st.sampled_from(OUTPUTS), counts)
def test_a_shift_stays_within_its_bounds(output: str, count: tuple[int, int]) -> None:
    decided, wrong = count
    shift = shift_for(output, decided, wrong)
    assert -MOST <= shift <= MOST <= 0.10
    if output in CRISIS:
        assert shift <= 0.0
    if decided < NEEDED:
        assert shift == 0.0
    elif wrong * 2 <= decided:
        assert shift <= 0.0, "nothing counts later unless most were false alarms"
    if wrong * 4 >= decided:
        assert shift >= 0.0, "nothing counts sooner unless nearly none were"


@given(st.sampled_from(OUTPUTS), st.floats())
def test_whatever_stands_in_a_row_is_bounded(output: str, shift: float) -> None:
    found = bounded(output, shift)
    assert -MOST <= found <= (0.0 if output in CRISIS else MOST)


@given(counts, st.integers(0, 50))
def test_more_false_alarms_never_make_it_sooner(count: tuple[int, int], more: int) -> None:
    decided, wrong = count
    more = min(more, decided - wrong)
    assert shift_for("insult", decided, wrong) <= shift_for("insult", decided, wrong + more)


def test_examples() -> None:
    assert shift_for("insult", NEEDED - 1, NEEDED - 1) == 0.0
    assert shift_for("insult", NEEDED, NEEDED) == pytest.approx(0.083)
    assert shift_for("insult", 1000, 1000) == pytest.approx(0.099, abs=0.002)
    assert shift_for("insult", NEEDED, NEEDED // 2) == 0.0
    assert -MOST < shift_for("insult", NEEDED, 0) < -0.03
    assert shift_for("self_harm", 1000, 1000) == 0.0
    assert shift_for("self_harm", 1000, 0) < -0.09
    assert str(shift_for("self_harm", 1000, 1000)) == "0.0"
    assert (bounded("insult", nan), bounded("insult", inf), bounded("acute", 0.1)) == (0.0, 0.0, 0.0)


@given(st.sampled_from(OUTPUTS), st.floats(allow_nan=False, allow_infinity=False))
def test_thresholds_stay_thresholds(output: str, shift: float) -> None:
    for by in ("aspects", "labels"):
        for known in (True, False):
            limits = limits_for(known=known, shifts={output: bounded(output, shift)}, by=by)
            plain = thresholds()[by]["known" if known else "plain"]
            assert set(limits) == set(plain)
            for name, limit in limits.items():
                assert 0.0 < limit < 1.0
                assert abs(limit - plain[name]) <= MOST + 1e-9
                if name in CRISIS:
                    assert limit <= plain[name]


def test_shifts_reach_models_with_and_without_aspects() -> None:
    calm = dict.fromkeys(LABELS, 0.01)
    aspects = {"attack": 0.99, "method": 0.0, "recovery": 0.0, "spoken": 0.0, "concern": 0.0, "acute": 0.0}
    text = "You said that the bus was late"
    for by, more in (("labels", {}), ("aspects", aspects)):
        limit = thresholds()[by]["plain"]["insult"]
        scores = {**calm, **more, "insult": limit + 0.02}
        ruled = rule_on(text, Context("person", "group"))
        for shift, action in ((0.0, Action.HOLD), (0.05, Action.CLEAR)):
            found = weigh(ruled, scores, VERSION, read(text, ()), {"insult": shift})
            assert found.action is action, (by, shift)
