"""The words that weigh most: those a model knows, where they stand, in bounded time, and delaying nobody."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation import explaining
from moderation.classifiers.outputs import LABELS
from moderation.cutting import CONTEXT, left_of, units_of
from moderation.explaining import MOST_SLOW, MOST_SPANS, MOST_TEXTS, Explained, explain
from moderation.scoring import Model, Scorer
from tests.moderation.given_models import CALM, Hanging, Summing, Throwing

KNOWN = {
    "disgusting": 4.0,
    "you people": 2.5,
    "waste of space": 4.0,
    "idiot": 5.0,
    "loser": 5.0,
    "skull": 3.0,
}
CALM_LINES = "I walked the dog today and it rained a bit. "


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a busy machine take its time: the tests about time set their own."""
    monkeypatch.setattr(explaining, "SLOW_SECONDS", 30.0)
    monkeypatch.setattr(explaining, "DEADLINE_SECONDS", 30.0)


def explained(text: str, model: Model | None = None, *, seconds: float = 30.0) -> Explained:
    """What weighs in a text for an insult."""
    return explain(text, Scorer(model or Summing(KNOWN)), ["insult"], seconds=seconds)


def heavy(text: str, model: Model | None = None) -> list[str]:
    """The heaviest phrases of a text, in order."""
    found = explained(text, model)
    assert found.whole
    return [text[one.start : one.end] for one in found.spans["insult"]]


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("The soup was disgusting, and cold.", ["disgusting"]),
        ("Honestly, you people never answer. It is disgusting!", ["you people", "disgusting"]),
        ("You people are disgusting.", ["You people are disgusting"]),
        ("Such a waste of space. I had tea.", ["waste of space"]),
        ("You IDIOT! I had tea. What an idiot, an idiot.", ["IDIOT", "idiot, an idiot"]),
        ("He said\n\n> *you* are a **loser**\n\nand left", ["loser"]),
        ("I had tea and went to bed.", []),
        ("", []),
        (" \n ", []),
        ("?!", []),
    ],
)  # fmt: skip
def test_the_words_that_a_model_knows(text: str, phrases: list[str]) -> None:
    assert heavy(text) == phrases


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("ok 🌧️ you are an 1d10t 🌧️", "1d10t"),
        ("so, y o u  i d i o t , bye", "y o u  i d i o t"),
        ("what an id\u200biot he is", "id\u200biot"),
        ("👩‍👩‍👧 hello 💀 there", "💀"),
        ("a l0ser &amp; co", "l0ser"),
        ("dear (“loser”), good\u00a0night", "loser"),
    ],
)
def test_places_are_of_the_text_as_it_was_written(text: str, phrase: str) -> None:
    assert heavy(text) == [phrase]


def test_what_stands_twice_in_other_words_is_found_too() -> None:
    model = Summing({"idiot": 9.0, "loser": 9.0})
    text = "Well, an idiot is what I heard. And later on it was a loser, I think."
    assert heavy(text, model) == ["idiot", "loser"]


def test_weights_are_what_the_logit_falls_by() -> None:
    found = explained("It is disgusting, I heard. And then loser, too.").spans["insult"]
    assert [round(one.weight) for one in found] == [4, 5]


def test_what_hardly_weighs_is_left_out() -> None:
    model = Summing({"idiot": 6.0, "tea": 0.8, "dog": 0.2})
    assert heavy("The dog had tea. An idiot sat there.", model) == ["idiot"]


def test_at_most_five() -> None:
    names = ["otter", "heron", "magpie", "badger", "weasel", "ferret", "stoat"]
    text = " ".join(f"What about the {name}, then?" for name in names)
    found = heavy(text, Summing(dict.fromkeys(names, 1.2)))
    assert len(found) == MOST_SPANS
    assert set(found) <= set(names)


def test_in_a_long_text_the_part_that_weighs_most() -> None:
    model = Summing(KNOWN)
    text = CALM_LINES * 60 + "You people are such a waste of space.\n" + CALM_LINES * 60
    assert heavy(text, model) == ["You people", "waste of space"]
    assert max(map(len, model.texts)) <= CONTEXT


def test_a_sentence_of_many_words_is_searched_by_its_heaviest_parts() -> None:
    words = [f"w{number}" for number in range(70)]
    text = " ".join([*words[:55], "idiot", *words[55:]])
    assert heavy(text) == ["idiot"]


@pytest.mark.parametrize(
    "text",
    ["a " * 9000, "x" * 20_000, "idiot " * 3000, "!" * 19_000 + " idiot", "i d i o t " * 1500, "🌧" * 9000],
)
def test_however_long_it_asks_about_few_texts_and_short_ones(text: str) -> None:
    model = Summing(KNOWN)
    explained(text, model)
    assert len(model.texts) <= MOST_TEXTS
    assert max(map(len, model.texts)) <= CONTEXT
    assert set(model.batches) <= {1}, "one at a time, so that a post waits for one at most"


ALPHABET = st.sampled_from(
    [*"ab i.!?,*_'\"()&;#🌧💀é\u200b\n\t", " idiot", " l0ser", " you ", "waste of space", "&amp;"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ALPHABET, max_size=120).map("".join))
def test_spans_lie_in_the_text_in_order_and_apart(text: str) -> None:
    found = explained(text, Summing({**KNOWN, "a": 0.7, "you": 2.0}))
    spans = [(one.start, one.end) for one in found.spans["insult"]]
    places = [place for span in spans for place in span]
    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(text[start:end].strip() == text[start:end] for start, end in spans)
    assert len(spans) <= MOST_SPANS


@settings(max_examples=60, deadline=None)
@given(st.lists(ALPHABET, max_size=80).map("".join))
def test_units_are_words_of_the_text_in_order(text: str) -> None:
    units = units_of(text)
    places = [place for unit in units for place in (unit.start, unit.end)]
    assert places == sorted(places)
    assert all(unit.words and 0 <= unit.start < unit.end <= len(text) for unit in units)


def test_what_is_left_has_no_holes() -> None:
    assert left_of("one two three", 0, 13, [(4, 7)]) == "one three"
    assert left_of("one two three", 0, 13, [(0, 3), (8, 13)]) == "two"
    assert left_of("(one), two", 0, 10, [(1, 4)]) == "(), two"


def test_several_outputs_are_read_from_the_same_scores() -> None:
    class Both(Summing):
        def row(self, text: str) -> dict[str, float]:
            row = super().row(text)
            return {**row, "threat": 0.9 if "hurt" in text else 0.01}

    model = Both(KNOWN)
    text = "I will hurt you, loser."
    found = explain(text, Scorer(model), ["insult", "threat"], seconds=30)
    assert {name: [text[one.start : one.end] for one in spans] for name, spans in found.spans.items()} == {
        "insult": ["loser"],
        "threat": ["hurt"],
    }
    assert len(model.texts) == len(set(model.texts)) <= 10


def test_looking_again_asks_nobody() -> None:
    model = Summing(KNOWN)
    scorer = Scorer(model)
    first = explain("what a loser", scorer, ["insult"], seconds=30)
    asked = len(model.texts)
    assert explain("what a loser", scorer, ["insult"], seconds=30) == first
    assert len(model.texts) == asked


def test_no_outputs_need_no_model() -> None:
    model = Summing(KNOWN)
    assert explain("what a loser", Scorer(model), [], seconds=5) == Explained()
    assert model.texts == []


def test_a_slow_model_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explaining, "SLOW_SECONDS", 0.06)
    model = Summing(KNOWN, seconds=0.08)
    found = explained("One two three four, what a loser, five six seven eight.", model)
    assert not found.whole
    assert len(model.texts) == MOST_SLOW


@pytest.mark.timed
def test_it_ends_when_its_time_is_over_and_answers_what_it_has() -> None:
    text = "what a disgusting " + " ".join(f"w{number}" for number in range(30))
    model = Summing(KNOWN, seconds=0.1)
    began = time.monotonic()
    found = explained(text, model, seconds=1.0)
    assert time.monotonic() - began < 2.5
    assert not found.whole
    assert [text[one.start : one.end] for one in found.spans["insult"]] == ["disgusting"], (
        "long words come first"
    )
    assert len(model.texts) < 12


def test_a_post_is_read_between_two_texts() -> None:
    model = Summing(KNOWN, seconds=0.03)
    scorer = Scorer(model)
    text = " ".join(f"w{number}" for number in range(40))
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(explain, f"what a loser {text}", scorer, ["insult"], seconds=30.0)
        while len(model.texts) < 3:
            time.sleep(0.001)
        before = len(model.texts)
        scorer.score("a post that somebody sends", 30.0)
        read = model.texts.index("a post that somebody sends") - before
        running.result()
    assert read <= 2, "after the text that is read just now, and beside one more"
    assert len(model.threads) == 1, "a model is never called from two threads"


def test_one_text_is_explained_at_a_time() -> None:
    model = Hanging()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(explain, "what a loser", Scorer(model), ["insult"], seconds=5.0)
        while not explaining._one.locked():
            time.sleep(0.001)
        began = time.monotonic()
        assert explain("another text", Scorer(Summing(KNOWN)), ["insult"], seconds=0.05) == Explained(
            whole=False
        )
        assert time.monotonic() - began < 2
        model.go.set()
        assert first.result().spans == {"insult": []}


@pytest.mark.parametrize("model", [Throwing(), Hanging()])
def test_a_model_that_fails_explains_nothing_and_logs_no_words(
    model: Model, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explaining, "DEADLINE_SECONDS", 0.05)
    scorer = Scorer(model)
    assert explain("what she said", scorer, ["insult"], seconds=5) == Explained(whole=False)
    assert "explaining_ended" in caplog.text
    assert "she" not in caplog.text
    if isinstance(model, Hanging):
        model.go.set()


def test_a_failure_counts_once_against_the_model() -> None:
    scorer = Scorer(Throwing())
    explain("what a loser", scorer, ["insult"], seconds=5)
    assert scorer._failures == 1, "an explanation alone never makes posts wait"


def test_every_output_may_be_asked_for() -> None:
    found = explain("what a loser", Scorer(Summing(KNOWN, "sexual")), [*LABELS, "concern"], seconds=30)
    assert found.spans.keys() == {*LABELS, "concern"}
    assert [name for name, spans in found.spans.items() if spans] == ["sexual"]
    assert CALM.keys() == set(LABELS)


def test_threads_do_not_pile_up() -> None:
    before = threading.active_count()
    for number in range(5):
        explained(f"what a loser {number}")
    assert threading.active_count() <= before + 5
