"""Patterns of group rules: what can be written, what it fits, and that no text and no pattern takes long."""

from __future__ import annotations

import re
from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.patterns import Matcher, PatternError, TooSlow, read_pattern
from moderation.patterns.automaton import MOST_KEPT
from moderation.patterns.reading import MOST_STEPS, steps


def fits(pattern: str, text: str) -> bool:
    return Matcher([read_pattern(pattern)]).fits(text)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("cat", "a Cat sat", True),
        ("cat", "a dog", False),
        (r"\bcat\b", "concatenate", False),
        (r"\bcat\b", "the cat.", True),
        (r"\Bcat", "concat", True),
        (r"\Bcat", "cat", False),
        (r"^cat$", "dog\ncat\ndog", True),
        (r"^cat$", "a cat", False),
        (r"c.t", "c\nt", False),
        (r"c[aou]t", "CUT", True),
        (r"c[^aou]t", "cat", False),
        (r"c[^aou]t", "cit", True),
        (r"[a-f]{3}", "xxABCxx", True),
        (r"[]x]", "]", True),
        (r"[a\-z]", "-", True),
        (r"[\d-]{3}", "1-2", True),
        (r"\d{3,5}$", "12", False),
        (r"^\d{3,5}$", "123456", False),
        (r"^\d{3,}$", "123456", True),
        (r"(?:ab|cd)+e", "abcde", True),
        (r"(ab|cd)+?e", "abce", False),
        (r"colou?r", "color", True),
        (r"\w+@\w+", "me@there", True),
        (r"\S\s\D\W", "a b!", True),
        (r"1\+1", "1+1", True),
        (r"a\tb", "a\tb", True),
        ("straße", "STRAßE", True),
        ("é", "É", True),
    ],
)
def test_what_a_pattern_fits(pattern: str, text: str, expected: bool) -> None:
    assert fits(pattern, text) is expected


@pytest.mark.parametrize(
    ("pattern", "part"),
    [
        ("", "1 to 260"),
        ("a" * 261, "1 to 260"),
        (r"(a)\1", "earlier part"),
        ("(?=a)b", "Looking around"),
        ("(?<!a)b", "Looking around"),
        ("(?P<n>a)", "Looking around"),
        ("(?i)a", "Looking around"),
        (r"\q", "not known"),
        ("(a", "not closed"),
        ("a)", "closing bracket"),
        ("[a", "not closed"),
        ("[z-a]", "backwards"),
        ("*a", "nothing before"),
        ("a|+", "nothing before"),
        ("a{101}", "at most 100"),
        ("a{3,2}", "backwards"),
        ("a{x}", "written"),
        ("a{2", "written"),
        ("a{٣}", "written"),
        ("a*", "fits every text"),
        ("a|", "fits every text"),
        (r"\b", "fits every text"),
        ("(a*)*", "fits every text"),
        ("(a{100}){100}", "unfolds"),
        ("(((a{9}){9}){9}){9}", "unfolds"),
        ("(" * 30 + "a" + ")" * 30, "too many brackets"),
        ("a\\", "ends too early"),
        ("^*a", "cannot repeat"),
    ],
)
def test_what_cannot_be_written_is_refused_in_a_sentence(pattern: str, part: str) -> None:
    with pytest.raises(PatternError, match=re.escape(part)) as refused:
        read_pattern(pattern)
    assert len(str(refused.value)) < 100
    assert str(refused.value).endswith(".")


CATASTROPHIC = [
    (r"(a+)+$", "a", "b"),
    (r"(a|a)*b", "a", ""),
    (r"(a|aa)+$", "a", "!"),
    (r"(.*)(.*)(.*)(.*)(.*)x", "y", ""),
    (r"(\w+\s?){2,40}!", "word ", ""),
    (r"([a-z]+)*\d", "q", "!"),
    (r"^(([a-z])+.)+[A-Z]([a-z])+$", "a", "1"),
]


@pytest.mark.parametrize(("pattern", "part", "end"), CATASTROPHIC)
def test_patterns_that_stop_others_cost_nothing_here(pattern: str, part: str, end: str) -> None:
    matcher = Matcher([read_pattern(pattern)])
    begin = thread_time()
    matcher.fits(part * (20_000 // len(part)) + end)
    assert (
        thread_time() - begin < 2.0
    )  # on a quiet machine some milliseconds; a backtracking matcher takes years


PIECES = st.recursive(
    st.sampled_from(["a", "b", ".", r"\w", r"\d", "[ab]", "[^a]", r"\s", "c"]),
    lambda part: st.one_of(
        st.tuples(part, part).map("".join),
        st.tuples(part, part).map(lambda two: f"(?:{two[0]}|{two[1]})"),
        st.tuples(part, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "*?"])).map(
            lambda two: f"(?:{two[0]}){two[1]}"
        ),
        part.map(lambda one: rf"\b{one}"),
        part.map(lambda one: f"{one}$"),
    ),
    max_leaves=6,
)
TEXTS = st.text(alphabet="abc 1\n.", max_size=12)


@settings(max_examples=300, deadline=None)
@given(pattern=PIECES, text=TEXTS)
def test_it_fits_what_other_matchers_fit(pattern: str, text: str) -> None:
    try:
        tree = read_pattern(pattern)
    except PatternError:
        return
    usual = re.search(pattern, text, re.IGNORECASE | re.MULTILINE)
    assert Matcher([tree]).fits(text) is bool(usual)


@settings(max_examples=40, deadline=None)
@given(pattern=PIECES, part=st.text(alphabet="abc 1", min_size=1, max_size=4))
def test_time_grows_with_the_text_and_no_faster(pattern: str, part: str) -> None:
    try:
        tree = read_pattern(pattern)
    except PatternError:
        return
    assert steps(tree) <= MOST_STEPS
    matcher = Counting([tree])
    matcher.fits(part * 50)
    once = matcher.worked
    matcher.worked = 0
    matcher.fits(part * 5_000)
    assert matcher.worked <= max(once, 5_000 * len(part)) + MOST_KEPT


class Counting(Matcher):
    """A matcher that counts the characters it had to think about."""

    worked = 0

    def _step(self, state, char):  # type: ignore[no-untyped-def]
        self.worked += 1
        return super()._step(state, char)


def test_each_character_is_thought_about_at_most_once() -> None:
    matcher = Counting([read_pattern(r"(a|b)*a(a|b){40}c")])
    text = "".join("ab"[(number * number // 7) % 2] for number in range(20_000))
    matcher.fits(text)
    assert 0 < matcher.worked <= len(text)
    assert len(matcher._memory) <= MOST_KEPT + 2  # forgotten in time


def test_known_places_are_not_worked_out_again() -> None:
    matcher = Counting([read_pattern("(ab)+c")])
    matcher.fits("ab" * 10)
    matcher.worked = 0
    matcher.fits("ab" * 10)
    assert matcher.worked == 0


def test_a_matcher_ends_when_its_time_is_over() -> None:
    matcher = Matcher([read_pattern("a+b")])
    with pytest.raises(TooSlow):
        matcher.fits("a" * 1000, until=thread_time() - 1)
    assert not matcher.fits("a" * 1000, until=thread_time() + 60)


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=40) | st.text(alphabet="ab(){}[]|*+?\\^$.-,0123456789d:<=!", max_size=30))
def test_anything_may_be_tried(text: str) -> None:
    try:
        matcher = Matcher([read_pattern(text)])
    except PatternError:
        return
    matcher.fits("some words 123")


def test_one_of_several_is_enough() -> None:
    matcher = Matcher(map(read_pattern, ["cat", "dog"]))
    assert matcher.fits("hotdog")
    assert not matcher.fits("bird")
