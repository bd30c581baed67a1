"""Keywords: whole words, stars, what is meant well, and words in disguise."""

from __future__ import annotations

from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.keywords import KEYWORD_CHARACTERS, KeywordSearch, read_keyword, read_text
from moderation.patterns import TooSlow
from moderation.rule_shapes import keyword


def finds(text: str, *words: str, allow: tuple[str, ...] = (), disguises: bool = True) -> bool:
    return KeywordSearch(words, allow, disguises=disguises).finds(read_text(text, disguises=disguises))


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [
        ("plum", "A PLUM.", True),
        ("plum", "plums", False),
        ("plum*", "plumstone", True),
        ("plum*", "aplum", False),
        ("*plum", "aplum", True),
        ("*plum", "plums", False),
        ("*plum*", "aplums", True),
        ("ripe plum", "a ripe, plum", True),
        ("ripe plum", "ripe as a plum", False),
        ("ripe plum*", "ripe plums", True),
        ("*ripe plum", "unripe plum", True),
        ("don't go", "Don’t go!", True),
        ("well-known", "well known", True),
        ("naïve", "NAIVE", True),
        ("🔪", "look: 🔪🔪", True),
        ("2024", "in 2024.", True),
        ("2024", "in 20245", False),
        ("слива", "Слива!", True),
    ],
)
@pytest.mark.parametrize("disguises", [True, False])
def test_words_as_they_stand(word: str, text: str, expected: bool, disguises: bool) -> None:
    assert finds(text, word, disguises=disguises) is expected


DISGUISED = ["p1um3", "p l u m e", "p.l.u.m.e", "p-l-u-m-e", "plu\u200bme", "рlumе", "ｐｌｕｍｅ", "plllluuume",
             "p🌷l🌷u🌷m🌷e", "p*l*u*m*e", "P L U M E", "plümé", "p_l_u_m_e", "𝓹𝓵𝓾𝓶𝓮"]  # fmt: skip


@pytest.mark.parametrize("text", DISGUISED)
def test_words_in_disguise(text: str) -> None:
    assert finds(f"well, {text} then", "plume")


@pytest.mark.parametrize(
    "text", ["plum e", "a plu me", "p1", "plummet", "1 2 3 4", "p", "", "!!!", "p l u m"]
)
def test_what_is_no_disguise(text: str) -> None:
    assert not finds(text, "plume")


@pytest.mark.parametrize("text", ["p1um3", "p l u m e", "p.l.u.m.e", "plllluuume"])
def test_disguises_are_left_alone_where_nobody_asked(text: str) -> None:
    assert not finds(text, "plume", disguises=False)


def test_what_is_meant_well_passes() -> None:
    allow = ("killing time", "skill*")
    assert not finds("killing time is a skillful thing", "*kill*", allow=allow)
    assert finds("killing time kills", "*kill*", allow=allow)
    assert finds("killing him", "*kill*", allow=allow)
    assert not finds("k1lling time", "kill*", allow=allow)
    assert finds("a b c", "a b c", allow=("a b", "b c"))


WORD = st.text(alphabet="abcdefghijkmnoprstuvwyz", min_size=4, max_size=12)
LEET = {"a": "4@", "e": "3€", "i": "1!", "o": "0", "s": "5$", "t": "7"}


@st.composite
def disguised(draw: st.DrawFn) -> tuple[str, str]:
    """A word, and the same word behind one of the usual disguises."""
    word = draw(WORD)
    way = draw(st.sampled_from(["spaces", "marks", "unseen", "drawn out", "leet", "wide", "emoji"]))
    if way == "leet":
        signs = [draw(st.sampled_from(LEET[char])) if char in LEET else char for char in word]
        return word, "".join(signs)
    if way == "drawn out":
        place = draw(st.integers(0, len(word) - 1))
        return word, word[:place] + word[place] * draw(st.integers(3, 6)) + word[place:]
    if way == "wide":
        return word, "".join(chr(ord(char) + 0xFEE0) for char in word)
    between = {"spaces": " ", "marks": ".", "unseen": "\u200b", "emoji": "🌷"}[way]
    return word, between.join(word)


@settings(max_examples=400, deadline=None)
@given(pair=disguised(), capitals=st.booleans())
def test_usual_disguises_are_seen_through(pair: tuple[str, str], capitals: bool) -> None:
    word, text = pair
    if text.endswith("!") or not any(char.isalpha() for char in text):
        return  # at the end it is a mark; and digits alone are a number
    assert finds(f"It was {text.upper() if capitals else text} again", word)


@settings(max_examples=200, deadline=None)
@given(words=st.lists(WORD, min_size=1, max_size=8), text=st.lists(WORD, max_size=12))
def test_plain_words_are_found_exactly(words: list[str], text: list[str]) -> None:
    expected = bool(set(words) & set(text))
    assert finds(" ".join(text), *words, disguises=False) is expected


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=KEYWORD_CHARACTERS + 5))
def test_any_keyword_is_read_or_refused(text: str) -> None:
    try:
        text = keyword(text)
    except ValueError:
        return
    phrase = read_keyword(text)
    assert all(part.word for part in phrase)
    assert finds(text.replace("*", ""), text) or any(part.before or part.after for part in phrase)


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    reading = read_text(text, disguises=True)
    assert len(reading.bare) == len(reading.letters) == len(reading.disguised)


def test_a_thousand_keywords_in_the_longest_post_take_no_time() -> None:
    words = [f"{'*' * (number % 2)}word{number}x{'*' * (number % 3 // 2)}" for number in range(1000)]
    search = KeywordSearch(words, words[:500], disguises=True)
    begin = thread_time()
    assert not search.finds(read_text("some words herein " * 1100, disguises=True))
    assert thread_time() - begin < 1.0  # on a quiet machine about 40 ms


def test_a_search_ends_when_its_time_is_over() -> None:
    search = KeywordSearch(["plum"])
    with pytest.raises(TooSlow):
        search.finds(read_text("a b c", disguises=False), until=thread_time() - 1)
