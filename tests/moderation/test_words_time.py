"""Reading is linear: whatever is written, four times the text takes about four times as long, and not much longer than
usual words do.
"""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable

import pytest

from moderation.words import read
from moderation.words.reading import book

LONG = 20_000
USUAL = (
    "I had a rough week. My sister called on Monday and we argued about the same old thing, and then I could not "
    "sleep. On Wednesday I went for a walk with my neighbour and it helped a bit. Thank you all for last time, I read "
    "your posts twice. Does anybody else find that mornings are the worst?"
)


def again(words: str) -> Callable[[int], str]:
    return lambda length: (words * (length // len(words) + 1))[:length]


def vocabulary(length: int) -> str:
    """Words of the phrases in any order: the most states that can be made."""
    chosen, words = random.Random(7), sorted(book()[0].vocabulary)
    return " ".join(chosen.choice(words) for _ in range(length // 4))[:length]


TEXTS = {
    "usual": again(USUAL),
    "hits": again("kill yourself you idiot i want to die "),
    "vocabulary": vocabulary,
    "letters": again("k i l l "),
    "one letter": again("a "),
    "no space": again("a"),
    "dots": again("."),
    "digits": again("1 "),
    "numbers": again("12345678 "),
    "stars": again("f*aa f*ab f*ac s**d "),
    "quotes": again('"a '),
    "at": again("a@"),
    "address": again("a.b-c_"),
    "names": again("My Boss John Smith "),
    "streets": again("live live 12 Rose Rose "),
    "emoji": again("s🙂t🙂u🙂p🙂i🙂d "),
    "unseen": again("k\u200bi\u200bl\u200bl "),
    "entities": again("&#115;"),
    "links": again("]("),
    "marks": again("s\u0301t\u0302u\u0303"),
    "begun": again("i want to "),
    "said": again("he said you are "),
}


def milliseconds(text: str) -> float:
    """How long reading takes at best, in CPU time."""
    best = 1e9
    for _ in range(5):
        began = time.thread_time()
        read(text)
        best = min(best, time.thread_time() - began)
    return best * 1000


@functools.cache
def usual_milliseconds() -> float:
    """What usual words of the full length take here: some 50 ms on the machine this was written on."""
    return milliseconds(TEXTS["usual"](LONG))


@pytest.mark.timed
@pytest.mark.parametrize("name", TEXTS)
def test_four_times_the_text_takes_four_times_as_long(name: str) -> None:
    short, long = milliseconds(TEXTS[name](LONG // 4)), milliseconds(TEXTS[name](LONG))
    assert long < 8 * max(short, 0.5)
    assert long < 3 * usual_milliseconds(), "no text of this length is much work more than usual words"


@pytest.mark.timed
def test_a_usual_post_is_read_at_once() -> None:
    assert milliseconds(USUAL) < 4
