"""Where the words are that a rule found: in the text as it was written, whatever stood behind or around them."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.words import read
from moderation.words.places import MOST, apart, places_of, rule_spans, shortest, trimmed
from moderation.words.tokens import readable

NAMES = ("Sam Rowan", "Wren")


def found(text: str, *codes: str) -> dict[str, list[str]]:
    """The words of each code."""
    spans = rule_spans(text, codes, NAMES)
    return {code: [text[start:end] for start, end in places] for code, places in spans.items()}


@pytest.mark.parametrize(
    ("text", "code", "phrases"),
    [
        ("Well, you are a worthless idiot!", "insult", ["you are a worthless idiot"]),
        ("🌧️ you are a l0ser 🌧️", "insult", ["you are a l0ser"]),
        ("Ok.\n\nk y s , you hear?", "death_wish", ["k y s"]),
        ("&lt;b&gt; you are an id&#105;ot &amp; more", "insult", ["you are an id&#105;ot"]),
        ("[look](https://example.org/some/where) you are an idiot", "insult", ["you are an idiot"]),
        ("“You are an idiot”", "insult", ["You are an idiot"]),
        ("Tonight I want to die.", "risk", ["I want to die"]),
        ("You idiot. I had tea. You loser!", "attack", ["You idiot", "You loser"]),
        ("Call me: 07700 900 123, any time", "phone", ["07700 900 123"]),
        ("It is sam@example.org or wren@example.org .", "email", ["sam@example.org", "wren@example.org"]),
        ("I live at 12 Elm Street, come by", "address", ["12 Elm Street"]),
        ("My boss, Jane Example, said no", "identity", ["My boss, Jane Example"]),
        ("It is a calm day", "insult", []),
        ("You are an idiot", "phone", []),
        ("", "insult", []),
    ],
)
def test_the_words_that_the_rules_found(text: str, code: str, phrases: list[str]) -> None:
    assert found(text, code) == {code: phrases}


def test_what_was_set_aside_is_not_what_spoke_up() -> None:
    text = "He said “you are an idiot” and I left"
    assert found(text, "attack", "insult") == {"attack": [], "insult": []}


def test_names_of_the_group_are_known() -> None:
    assert found("Wren is an idiot", "insult_named")["insult_named"]
    assert rule_spans("Wren is an idiot", ["insult_named"]) == {"insult_named": []}


def test_a_few_places_of_many() -> None:
    assert len(found("You idiot. " * 40, "insult")["insult"]) == MOST


PARTS = st.sampled_from(
    [
        *"ab i.!?,*'\"()&;#[]🌧é\u200b\n",
        "you are",
        " idiot",
        " l0ser",
        "](http://x.y)",
        "[a",
        "&amp;",
        "&#105;",
        "&notit;",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PARTS, max_size=60).map("".join))
def test_each_character_that_is_read_has_its_place(text: str) -> None:
    places = places_of(text)
    assert len(places) == len(readable(text))
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert [start for start, _ in places] == sorted(start for start, _ in places)
    if "&" not in text and "](" not in text:
        assert places == [(at, at + 1) for at in range(len(text))]


@settings(max_examples=150, deadline=None)
@given(st.lists(PARTS, max_size=60).map("".join))
def test_spans_lie_in_the_text_in_order_and_apart(text: str) -> None:
    codes = {rule.code for rule in read(text).attack} | {"attack", "handle", "email"}
    for spans in rule_spans(text, codes).values():
        places = [place for span in spans for place in span]
        assert places == sorted(places)
        assert all(0 <= start < end <= len(text) for start, end in spans)
    for code in {rule.code for rule in read(text).attack}:
        assert rule_spans(text, [code])[code], "what spoke up has words"


def test_the_shortest_stretch_is_of_whole_words_and_stands_by_itself() -> None:
    text = "one two (three four), five three, six three four"
    spans = shortest(text, lambda part: "three" in part and "four" in part)
    assert [text[start:end] for start, end in spans] == ["three four", "three four"]
    assert shortest("", lambda part: True) == []
    assert shortest(text, lambda part: False) == []


def test_what_is_meant_well_by_the_words_around_it_is_passed_over() -> None:
    def speaks(part: str) -> bool:
        return "cure" in part.replace("cure for ham", "")

    text = "a cure for ham " + "and so on " * 6 + "a cure"
    assert [start for start, _ in shortest(text, speaks)] == [len(text) - 4]


def test_it_ends_when_its_time_is_over() -> None:
    def slowly(part: str) -> bool:
        time.sleep(0.02)
        return "x" in part

    began = time.monotonic()
    shortest("x " * 1000, slowly, seconds=0.05)
    assert time.monotonic() - began < 2


def test_marks_around_words_are_no_part_of_them() -> None:
    for text, words in (("(“no”),", "no"), ("**no**", "no"), ("f***", "f***"), ("...", "..."), ("💀!", "💀")):
        start, end = trimmed(text, 0, len(text))
        assert text[start:end] == words
    text = "*you* and *it is so dull* f**"
    spans = [trimmed(text, *match.span()) for match in re.finditer(r"\S+", text)]
    assert [text[start:end] for start, end in spans] == ["you", "and", "it", "is", "so", "dull", "f**"]
    assert apart([(5, 8), (0, 3), (2, 4), (8, 9)]) == [(0, 4), (5, 8), (8, 9)]
