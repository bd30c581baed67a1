"""Asking a model: in time or not at all, nothing unsound believed, threads bounded, and well again afterwards."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from moderation import scoring
from moderation.classifiers import BadModel
from moderation.classifiers.outputs import LABELS
from moderation.scoring import MOST_THREADS, Failed, Model, Scorer, make_model
from tests.moderation.given_models import CALM, Answering, Hanging, Throwing, Words


def failure_of(scorer: Scorer, text: str = "hello", seconds: float = 0.2) -> str:
    """How asking fails."""
    with pytest.raises(Failed) as caught:
        scorer.score(text, seconds)
    return caught.value.code


def wait_for(true: Callable[[], bool]) -> None:
    """Wait until something is so, at most two seconds."""
    end = time.monotonic() + 2
    while not true() and time.monotonic() < end:
        time.sleep(0.005)
    assert true()


def test_a_sound_model_is_believed() -> None:
    scorer = Scorer(Words({"storm": {"threat": 0.9}}))
    assert scorer.score("a storm", 2)["threat"] == 0.9
    assert scorer.score("a breeze", 2) == CALM
    assert scorer.version == "words-1"


UNSOUND: dict[str, Any] = {
    "too few rows": [],
    "too many rows": [CALM, CALM],
    "no list": None,
    "a tuple": (CALM,),
    "no row": ["toxicity"],
    "not a number": [{**CALM, "threat": math.nan}],
    "infinite": [{**CALM, "threat": math.inf}],
    "over one": [{**CALM, "threat": 1.01}],
    "under nothing": [{**CALM, "threat": -0.01}],
    "a word": [{**CALM, "threat": "0.5"}],
    "true": [{**CALM, "threat": True}],
    "nothing": [{**CALM, "threat": None}],
    "a label missing": [dict.fromkeys(LABELS[1:], 0.1)],
    "another label": [{**CALM, "spam": 0.1}],
}


@pytest.mark.parametrize("name", UNSOUND)
def test_what_is_unsound_is_not_believed(name: str) -> None:
    assert failure_of(Scorer(Answering(UNSOUND[name])), seconds=2) == "model_broken"


@pytest.mark.parametrize("kind", [RuntimeError, MemoryError, RecursionError, SystemExit, KeyboardInterrupt])
def test_a_model_that_breaks_does_not_take_its_thread_along(kind: type[BaseException]) -> None:
    scorer = Scorer(Throwing(kind))
    assert failure_of(scorer, seconds=2) == "model_broken"
    scorer.model = Words()
    assert scorer.score("hello", 2) == CALM
    assert scorer.threads == 1


def test_what_is_late_is_late() -> None:
    scorer = Scorer(Words(seconds=0.3))
    began = time.monotonic()
    assert failure_of(scorer, seconds=0.05) == "model_late"
    assert time.monotonic() - began < 0.25
    assert failure_of(scorer, seconds=-1) == "model_late"


def test_many_ask_at_once_in_few_calls() -> None:
    model = Words({f"t{number} ": {"insult": number / 100} for number in range(50)})
    scorer = Scorer(model)
    with ThreadPoolExecutor(50) as pool:
        rows = list(pool.map(lambda number: scorer.score(f"t{number} ", 5), range(50)))
    assert [row["insult"] for row in rows] == [number / 100 for number in range(50)]
    assert sum(model.batches) == 50
    assert max(model.batches) <= scoring.BATCH
    assert len(model.threads) == scorer.threads == 1


def test_one_bad_text_does_not_spoil_the_others() -> None:
    class Picky(Words):
        def row(self, text: str) -> dict[str, float]:
            if text == "bad":
                raise ValueError
            return super().row(text)

    scorer = Scorer(Picky())

    def ask(text: str) -> str:
        try:
            return "well" if scorer.score(text, 5) else ""
        except Failed as failure:
            return failure.code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, ["good", "bad", "good", "good", "good", "good", "good", "good"]))
    assert answers == ["well", "model_broken", *["well"] * 6]


def test_a_model_that_hangs_has_few_threads_and_recovers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "HUNG_SECONDS", 0.02)
    monkeypatch.setattr(scoring, "FAILURES", 1_000)
    model = Hanging()
    scorer = Scorer(model)
    before = threading.active_count()
    for _ in range(MOST_THREADS * 4):
        assert failure_of(scorer, seconds=0.04) == "model_late"
    assert scorer.threads == MOST_THREADS
    assert threading.active_count() <= before + MOST_THREADS
    model.go.set()
    wait_for(lambda: scorer.threads <= 1)
    assert scorer.score("hello", 2) == CALM
    assert scorer.threads == 1


def test_after_failures_in_a_row_nobody_is_kept_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "REST_SECONDS", 0.3)
    scorer = Scorer(Throwing())
    for _ in range(scoring.FAILURES):
        assert failure_of(scorer, seconds=2) == "model_broken"
    began = time.monotonic()
    assert failure_of(scorer, seconds=2) == "model_resting"
    assert time.monotonic() - began < 0.1
    time.sleep(0.35)
    assert failure_of(scorer, seconds=2) == "model_broken"
    assert failure_of(scorer, seconds=2) == "model_resting", "one failure after the rest is enough"
    time.sleep(0.35)
    scorer.model = Words()
    for _ in range(3):
        assert scorer.score("hello", 2) == CALM
    scorer.model = Throwing()
    assert failure_of(scorer, seconds=2) == "model_broken"
    scorer.model = Words()
    assert scorer.score("hello", 2) == CALM, "counted from the start again"


def test_logs_hold_no_text(capsys: pytest.CaptureFixture[str]) -> None:
    failure_of(Scorer(Throwing()), "what she said", 2)
    printed = capsys.readouterr()
    assert "what she said" not in printed.out + printed.err


def test_the_switch() -> None:
    assert make_model("rules") is None
    assert make_model("off") is None
    assert make_model("local") is not None
    with pytest.raises(BadModel, match="oracle"):
        make_model("oracle")
    model: Model = Words()
    assert model.name
