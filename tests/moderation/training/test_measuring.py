"""Figures against ones worked out by hand, and against what must hold of any scores."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.training.measuring import area, calibration, interval, recall_at, table, threshold_at

SCORES = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


def split(rows: list[tuple[float, bool]]) -> tuple[np.ndarray, np.ndarray]:
    """Scores and truth as arrays."""
    return np.array([score for score, _ in rows]), np.array([true for _, true in rows], dtype=bool)


def test_area_by_hand() -> None:
    assert area(np.array([0.1, 0.4, 0.35, 0.8]), np.array([False, False, True, True])) == 0.75
    assert area(np.array([0.5, 0.5]), np.array([True, False])) == 0.5
    assert math.isnan(area(np.array([0.5]), np.array([True])))


@given(SCORES)
def test_area_is_how_often_a_true_one_is_above_a_false_one(rows: list[tuple[float, bool]]) -> None:
    scores, true = split(rows)
    pairs = [(a, b) for a in scores[true] for b in scores[~true]]
    if pairs:
        wins = sum(1.0 if a > b else 0.5 if a == b else 0.0 for a, b in pairs)
        assert area(scores, true) == pytest.approx(wins / len(pairs))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=80), st.floats(0, 1))
def test_a_budget_is_never_overspent(harmless: list[float], budget: float) -> None:
    scores = np.array(harmless)
    limit = threshold_at(scores, budget)
    assert (scores >= limit).mean() <= budget or limit == 0.0


def test_recall_at_a_budget_by_hand() -> None:
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
    true = np.array([True, False, True, False, False, True])
    assert recall_at(scores, true, 0.0) == pytest.approx(1 / 3)
    assert recall_at(scores, true, 0.34) == pytest.approx(2 / 3)
    assert recall_at(scores, true, 1.0) == 1.0


def test_calibration_by_hand() -> None:
    bins, error = calibration(np.array([0.15, 0.15, 0.95, 0.95]), np.array([False, True, True, True]))
    assert [(step.said, step.was, step.count) for step in bins] == [(0.15, 0.5, 2), (0.95, 1.0, 2)]
    assert error == pytest.approx((2 * 0.35 + 2 * 0.05) / 4)


def test_wilson_by_hand() -> None:
    low, high = interval(8, 10)
    assert [low, high] == pytest.approx([0.4902, 0.9433], abs=1e-3)
    assert interval(0, 0) == (0.0, 1.0)


@given(st.integers(0, 50), st.integers(1, 50))
def test_an_interval_holds_its_share(hits: int, of: int) -> None:
    hits = min(hits, of)
    low, high = interval(hits, of)
    assert 0 <= low <= hits / of + 1e-9
    assert hits / of - 1e-9 <= high <= 1


def test_a_table_keeps_its_columns() -> None:
    assert table(("a", "b"), [("x|y", 0.5)]).splitlines()[-1] == "| x/y | 0.500 |"
