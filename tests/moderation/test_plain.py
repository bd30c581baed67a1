"""What models read: disguises off, pictures in words, everything else as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.classifiers.plain import plain

ORDINARY = (
    "I", "a", "she", "won't", "Tuesday,", "(perhaps)", "well-being", "10:30", "3.5", "tea.", '"so"',
    "and/or", "time.It", "group;", "o'clock", "mother's", "half", "class", "Scunthorpe", "grass", "cocktail",
    "why?", "no!", "A&E",
)  # fmt: skip


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("You're a f*cking l0ser, go away.", "You're a fucking loser, go away."),
        ("K y s already", "kill yourself already"),
        ("w o r t h l e s s piece of sh!t", "worthless piece of shit"),
        ("ѕtuріd idiot", "stupid idiot"),
        ('he said "you\'re st*pid" and left', 'he said "you\'re stupid" and left'),
        ("I’m “fine” – really…", 'I\'m "fine" - really...'),
        ("so\u200brry", "sorry"),
        ("noooooooo", "nooo"),
        ("y\u2800o\u2800u idiot", "you idiot"),
        ("you\u2800idiot", "you idiot"),
        ("ab" * 90, f"{'ab' * 40} {'ab' * 40} {'ab' * 10}"),
    ],
)
def test_disguises_come_off(written: str, read: str) -> None:
    assert plain(written) == read


@pytest.mark.parametrize(
    "text",
    [
        "don't, can't, you're",
        "well-being and/or 3.5 stars, see you at 6:30",
        "I'm dying of laughter",
        "fa.g.",
        "",
    ],
)
def test_what_is_no_disguise_stays(text: str) -> None:
    assert plain(text) == text


def test_two_pictures_are_two_texts() -> None:
    assert plain("people who carry 🔪") != plain("people who carry 🍕")
    assert "pig" in plain("you are a 🐷")


@given(st.text(max_size=300))
def test_any_text_can_be_read_and_reading_again_changes_little(text: str) -> None:
    once = plain(text)
    assert isinstance(once, str)
    assert len(once) <= 2 * len(text) + 40 * 60


def test_thousands_of_pictures_cost_no_more_than_a_few() -> None:
    mixed = "".join(chr(0x1F600 + number % 70) for number in range(20_000))
    assert len(plain(mixed)) < 25_000
    assert len(plain("😂" * 20_000)) < 200


@given(st.lists(st.sampled_from(ORDINARY), max_size=40), st.sampled_from([" ", "\n", "  "]))
def test_ordinary_words_stay_as_they_are(words: list[str], space: str) -> None:
    text = space.join(words)
    assert plain(text) == text
