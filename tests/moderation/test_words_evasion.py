"""Disguises: every listed word is found behind each of them, and everyday words are not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.words import read
from moderation.words.folding import fold
from moderation.words.lists import load, look_alikes, sets, spellings
from moderation.words.tokens import read_words
from moderation.words.unmasking import guarded

ROOT = Path(__file__).resolve().parents[2]
ATTACKS = sorted(
    word
    for name in ("insult", "slur")
    for part in sets()[name].split("|")
    if (word := part.strip()).isalpha() and word in guarded()
)
LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7", "b": "8", "g": "9"}
UNSEEN = ["\u200b", "\u200d", "\u2060", "\u00ad", "\ufe0f", "\u034f"]
MARKS = ["\u0301", "\u0308", "\u0336", "\u0332"]
BETWEEN = [".", "-", "_", "*", "~", "/", "🙂", "💀", "❤️", "**"]
TWINS = {
    plain: [twin for twin, letter in look_alikes().items() if letter == plain]
    for plain in "abcdefghijklmnopqrstuvwxyz"
}


def is_attack(word: str) -> bool:
    """Whether the word, thrown at somebody, is held."""
    return bool(read(f"you are a {word}").attack)


def spaced(word: str) -> str:
    return " ".join(word)


def wide(word: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) for char in word)


def boxed(word: str) -> str:
    return "".join(chr(0x1F130 + ord(char) - ord("a")) for char in word)


def bold(word: str) -> str:
    return "".join(chr(0x1D41A + ord(char) - ord("a")) for char in word)


def longer(word: str) -> str:
    return word[:-1] + word[-1] * 5


@pytest.mark.parametrize("disguise", [str, str.upper, spaced, wide, boxed, bold, longer])
def test_every_listed_word_is_found(disguise) -> None:  # type: ignore[no-untyped-def]
    assert len(ATTACKS) > 100
    missed = [word for word in ATTACKS if not is_attack(disguise(word))]
    assert missed == []


@given(st.sampled_from(ATTACKS), st.data())
@settings(max_examples=300, deadline=None)
def test_look_alikes_are_seen_through(word: str, data: st.DataObject) -> None:
    letters = [data.draw(st.sampled_from([char, *TWINS[char]])) for char in word]
    assert is_attack("".join(letters))


@given(st.sampled_from(ATTACKS), st.data())
@settings(max_examples=300, deadline=None)
def test_what_nobody_sees_is_left_out(word: str, data: st.DataObject) -> None:
    letters = [char + data.draw(st.sampled_from(["", *UNSEEN, *MARKS])) for char in word]
    assert is_attack("".join(letters))


@given(st.sampled_from([word for word in ATTACKS if len(word) > 3]), st.sampled_from(BETWEEN))
@settings(max_examples=300, deadline=None)
def test_marks_between_letters_are_left_out(word: str, mark: str) -> None:
    assert is_attack(mark.join(word))
    assert is_attack(f" {mark} ".join(word))
    half = len(word) // 2
    assert is_attack(word[:half] + mark + word[half:])


@given(st.sampled_from([word for word in ATTACKS if len(word) > 3]), st.data())
@settings(max_examples=300, deadline=None)
def test_leet_is_read(word: str, data: st.DataObject) -> None:
    letters = [data.draw(st.sampled_from([char, *LEET.get(char, "")])) for char in word]
    if not any(char.isalpha() for char in letters):
        letters[0] = word[0]
    assert is_attack("".join(letters))


@given(st.sampled_from([word for word in ATTACKS if len(word) > 3]), st.data())
@settings(max_examples=300, deadline=None)
def test_letters_repeated_are_read_once(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 1))
    times = data.draw(st.integers(3, 6))
    assert is_attack(word[:place] + word[place] * times + word[place + 1 :])


@given(st.sampled_from([word for word in ATTACKS if len(word) > 4]), st.data())
@settings(max_examples=200, deadline=None)
def test_a_star_hides_no_letter(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(word) - 2))
    assert is_attack(word[:place] + "*" + word[place + 1 :])


@pytest.mark.parametrize(
    "text",
    [
        "k1ll y0urs3lf",
        "K I L L Y O U R S E L F",
        "k.i.l.l y.o.u.r.s.e.l.f",
        "ｋｙｓ",
        "кіll уоursеlf",
        "ki\u200bll your\u200bself",
        "kiiiill yourselfff",
        "**kill** _yourself_",
        "k🙂i🙂l🙂l yourself",
        "kill\nyourself",
        "Kill. Yourself.",
        "kill your self",
        "k*ll yourself",
        "&#107;ill yourself",
        "ki**ll** yourself",
        "[kill](https://example.org/a) yourself",
        "killyourself",
        "k y s",
        "K.Y.S.",
    ],
)
def test_the_worst_words_in_every_dress(text: str) -> None:
    assert read(text).attack, text


@pytest.mark.parametrize(
    "text",
    [
        "i w4nt t0 d1e",
        "I W A N T T O D I E",
        "i want to kіll mуself",
        "wanna die",
        "i wanna kms",
        "im suicidle",
        "i want to k.i.l.l myself",
        "i want to ki\u200bll myself",
        "i want to diiiie",
        "want to unalive myself",
        "I want to ｄｉｅ",
    ],
)
def test_a_disguised_disclosure_is_heard(text: str) -> None:
    assert read(text).risk, text


ORDINARY = """
Scunthorpe Penistone Essex Sussex Middlesex Clitheroe Lightwater cocktail cockpit peacock hancock class
classic assess assassin assist pass bass grass massage passage embassy compass therapist shitake shiitake
mishit hello shell shelter analysis canal title document cucumber circumstance accumulate scunner snigger
niggle niggardly dickens dictionary raccoon cocoon tycoon coo spice spicy despicable auspicious pakistan
chinking kinky swank prickly snug snag stag slang slogan fagin charity loose loses lost hoedown shoe
phone hole whole retardant retired retreat moral cretan crater freckle creek creepers bigger digger
trigger tigger rigger finger ginger assume button butter buttress titan tit-for-tat sextet sexton unisex
psychology physics weirdly pervade permeate lunar bastion basted wanting walker tossed cuntry slattern
slumber slow sloth gypsum hymn hike bike spike yield pigment piglet cowboy skill kilt dyed diet audience
soldier studied ladies bodies pie lie tie assn. 1st 2nd b12 4x4 h2o
"""


def test_everyday_words_are_not_hit() -> None:
    hit = [word for word in ORDINARY.split() if is_attack(word)]
    assert hit == []
    assert read(" ".join(ORDINARY.split())).risk == ()


def test_words_of_our_own_pages_stay_what_they_are() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    words = {
        word for page in pages for word in re.findall(r"[a-z]{3,}", page.read_text(encoding="utf-8").lower())
    }
    assert len(words) > 1_000
    known = guarded() | set(spellings()) | set(load("spelling_guard")["common"])
    changed = {
        word: read_words(word).signs[1:-1] for word in words - known if read_words(word).signs[1:-1] != [word]
    }
    assert changed == {}


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_text_is_folded_and_read(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    words = read_words(text)
    assert len(words.signs) == len(words.spans)
    assert words.signs[0] == words.signs[-1] == "|"
    read(text)
