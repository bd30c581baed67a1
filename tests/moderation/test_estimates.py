"""Intervals and estimates: known values, and bounds that hold for any numbers."""

from __future__ import annotations

from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.estimates import estimate_recall, share_interval


@pytest.mark.parametrize(
    ("hits", "of", "confidence", "low", "high"),
    [
        (0, 0, 0.90, 0.0, 1.0),
        (0, 20, 0.90, 0.0, 0.1192),
        (20, 20, 0.90, 0.8808, 1.0),
        (2, 20, 0.90, 0.0337, 0.2617),
        (15, 60, 0.95, 0.1578, 0.3723),
    ],
)
def test_known_intervals(hits: int, of: int, confidence: float, low: float, high: float) -> None:
    assert share_interval(hits, of, confidence) == pytest.approx((low, high), abs=5e-4)


def test_more_hits_than_looks_are_refused() -> None:
    for hits, of in ((2, 1), (-1, 3)):
        with pytest.raises(ValueError):
            share_interval(hits, of)


@given(st.integers(0, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_holds_the_share(pair: tuple[int, int]) -> None:
    hits, of = pair
    low, high = share_interval(hits, of)
    assert 0.0 <= low <= high <= 1.0
    if of:
        assert low <= hits / of <= high


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_its_ends_are_where_the_score_test_turns(pair: tuple[int, int]) -> None:
    hits, of = pair
    z = NormalDist().inv_cdf(0.95)
    for end in share_interval(hits, of):
        if 0.0 < end < 1.0:
            assert abs(hits / of - end) == pytest.approx(z * (end * (1 - end) / of) ** 0.5, abs=1e-9)


def test_every_drawn_text_decided_gives_the_plain_formula() -> None:
    found, missed, drawn, rate = 30, 2, 24, 0.015
    known = estimate_recall(found=found, missed=missed, decided=drawn, unflagged=round(drawn / rate))
    assert known is not None
    assert known.value == pytest.approx(found / (found + missed / rate))
    assert known.low < known.value < known.high


def test_some_not_decided_yet_does_not_make_it_look_better() -> None:
    half = estimate_recall(found=30, missed=1, decided=12, unflagged=1600)
    whole = estimate_recall(found=30, missed=2, decided=24, unflagged=1600)
    assert half is not None
    assert whole is not None
    assert half.value == whole.value
    assert half.low < whole.low < whole.high < half.high


def test_what_nothing_can_be_said_about() -> None:
    assert estimate_recall(found=0, missed=0, decided=25, unflagged=1600) is None
    assert estimate_recall(found=5, missed=0, decided=0, unflagged=1600) is None
    nothing_found = estimate_recall(found=0, missed=3, decided=25, unflagged=1600)
    assert nothing_found is not None
    assert (nothing_found.value, nothing_found.low, nothing_found.high) == (0.0, 0.0, 0.0)
    nothing_missed = estimate_recall(found=5, missed=0, decided=25, unflagged=1600)
    assert nothing_missed is not None
    assert (nothing_missed.value, nothing_missed.high) == (1.0, 1.0)
    assert nothing_missed.low < 0.1


@given(st.integers(0, 200), st.integers(1, 200), st.data())
def test_it_stays_within_its_ends(found: int, decided: int, data: st.DataObject) -> None:
    missed = data.draw(st.integers(0, decided))
    unflagged = data.draw(st.integers(decided, 20_000))
    known = estimate_recall(found=found, missed=missed, decided=decided, unflagged=unflagged)
    if known is not None:
        assert 0.0 <= known.low <= known.value <= known.high <= 1.0
