"""Screening with a model: consent first, 250 ms at most, and a model that fails means hold, with its reason."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from moderation import scoring, screening
from moderation.scoring import Model, Scorer
from moderation.screening import Action, Context, Kind, Lane, Verdict, screen
from tests.moderation.given_models import CALM, Answering, Hanging, Throwing, Words

HERE = Context("person", "group", "topic", models=True)
PLAIN = "You said that the bus was late"


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Callable[[Model], Scorer]:
    """Screen with a model from here on."""

    def with_model(model: Model) -> Scorer:
        scorer = Scorer(model)
        monkeypatch.setattr(scoring, "current_scorer", lambda: scorer)
        return scorer

    return with_model


def codes(verdict: Verdict) -> list[str]:
    return [reason.rule for reason in verdict.reasons]


def test_without_consent_no_model_reads(use: Any) -> None:
    model = Words({"bus": {"insult": 0.99}})
    use(model)
    verdict = screen(PLAIN, replace(HERE, models=False))
    assert (verdict.action, verdict.model_version, dict(verdict.scores)) == (Action.CLEAR, "", {})
    assert model.batches == []
    held = screen(PLAIN, HERE)
    assert (held.action, held.model_version, codes(held)) == (Action.HOLD, "words-1", ["model_insult"])
    assert held.scores["insult"] == 0.99


FAULTY: dict[str, tuple[Any, str]] = {
    "crashes": (Throwing(), "model_broken"),
    "not a number": (Answering([{**CALM, "insult": float("nan")}]), "model_broken"),
    "out of range": (Answering([{**CALM, "insult": 7.0}]), "model_broken"),
    "too few rows": (Answering([]), "model_broken"),
    "wrong labels": (Answering([{"spam": 0.1}]), "model_broken"),
    "slow": (Words(seconds=0.6), "model_late"),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_model_means_hold(use: Any, name: str) -> None:
    model, code = FAULTY[name]
    use(model)
    verdict = screen(PLAIN, HERE)
    assert (verdict.action, verdict.lane, verdict.clearance) == (Action.HOLD, Lane.CONDUCT, None)
    assert codes(verdict) == ["unchecked", code]
    assert {(reason.source, reason.holds) for reason in verdict.reasons} == {("system", True)}
    assert (
        verdict.reasons[0].sentence
        == "We could not check this just now, so a facilitator will look at it first."
    )
    assert verdict.kind is Kind.NONE, "nothing is said about the words themselves"


def test_a_hung_model_answers_in_time_and_recovers(use: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "REST_SECONDS", 0.2)
    model = Hanging()
    scorer = use(model)
    seen = set()
    for _ in range(scoring.FAILURES + 2):
        began = time.monotonic()
        verdict = screen(PLAIN, replace(HERE, act="once"))
        assert time.monotonic() - began < 0.4  # 250 ms, and what a busy test machine adds
        assert verdict.action is Action.HOLD
        seen.add(codes(verdict)[-1])
    assert seen == {"model_late", "model_resting"}
    assert scorer.threads <= scoring.MOST_THREADS
    model.go.set()
    time.sleep(0.3)
    assert screen(PLAIN, replace(HERE, act="once")).action is Action.CLEAR


def test_a_disclosure_stays_although_the_model_fails(use: Any) -> None:
    use(Throwing())
    verdict = screen("I want to die", HERE)
    assert (verdict.action, verdict.kind, verdict.lanes) == (Action.CLEAR, Kind.RISK, (Lane.CARE,))
    assert codes(verdict)[-2:] == ["unchecked", "model_broken"]


def test_what_rules_hold_says_so_first(use: Any) -> None:
    use(Throwing())
    verdict = screen("You are an idiot", HERE)
    assert (verdict.action, verdict.kind, codes(verdict)) == (
        Action.HOLD,
        Kind.ATTACK,
        ["insult", "unchecked", "model_broken"],
    )


def test_a_model_that_is_not_there_means_hold(settings: Any) -> None:
    settings.HEARTHSIDE = replace(settings.HEARTHSIDE, classifier="oracle")
    verdict = screen(PLAIN, HERE)
    assert (verdict.action, codes(verdict)) == (Action.HOLD, ["unchecked", "model_missing"])
    assert screen(PLAIN, replace(HERE, models=False)).action is Action.CLEAR
    for kind in ("rules", "off"):
        settings.HEARTHSIDE = replace(settings.HEARTHSIDE, classifier=kind)
        assert screen(PLAIN, HERE).action is Action.CLEAR


def test_broken_rules_mean_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(text: str, context: Context) -> Verdict:
        raise RecursionError(text)

    monkeypatch.setattr(screening, "rule_on", broken)
    verdict = screen(PLAIN, HERE)
    assert (verdict.action, verdict.lane, codes(verdict)) == (
        Action.HOLD,
        Lane.CONDUCT,
        ["unchecked", "rules_broken"],
    )


def test_fifty_at_once(use: Any) -> None:
    use(Words({"storm": {"insult": 0.99}}))
    texts = [
        f"you spoke of storm {number}" if number % 2 else f"you spoke of rain {number}"
        for number in range(50)
    ]
    with ThreadPoolExecutor(50) as pool:
        verdicts = list(pool.map(lambda text: screen(text, replace(HERE, act=text)), texts))
    late = [verdict for verdict in verdicts if codes(verdict)[:1] == ["unchecked"]]
    for number, verdict in enumerate(verdicts):
        if verdict not in late:
            assert verdict.action is (Action.HOLD if number % 2 else Action.CLEAR)
    assert len(late) < 25, "a busy machine may be late for some, and holds those"


def test_fifty_at_once_by_rules_alone() -> None:
    texts = [
        "I want to die",
        "You are an idiot",
        "Good morning all",
        "k y s",
        "Two years ago I wanted to die",
    ] * 10
    expected = [Kind.RISK, Kind.ATTACK, Kind.NONE, Kind.ATTACK, Kind.RECOVERY] * 10
    with ThreadPoolExecutor(50) as pool:
        verdicts = list(
            pool.map(
                lambda pair: screen(pair[1], Context(f"p{pair[0]}", "g", "t")), list(enumerate(texts)) * 4
            )
        )
    assert [verdict.kind for verdict in verdicts] == expected * 4


def test_the_verdict_says_how_long_it_took(use: Any) -> None:
    use(Words(seconds=0.05))
    assert 50 <= screen(PLAIN, HERE).milliseconds < 250
