"""Letters as a reader sees them: one plain letter for each of its disguises, and nothing for what nobody sees."""

from __future__ import annotations

import unicodedata
from functools import cache

from moderation.words.lists import look_alikes

# What takes no ink though its category says otherwise (fillers, variation selectors); the braille blank is a space.
UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u00ad")
SPACES = frozenset("\u2800\u1680")
PLAIN_MARKS = str.maketrans("‘’‚ʼ´`“”„«»–—‐‑−", "'','''\"\"\"\"\"-----")
LEET = str.maketrans("013456789@$!|+€£¢", "oieasgtbgasiitelc")
# One letter for those that leet writing mixes up, so that "k1ll", "ki11" and "kiil" meet.
MERGED = str.maketrans("l", "i")


class Folding(dict[int, str]):
    """A table for str.translate that works out each character once."""

    def __missing__(self, code: int) -> str:
        folded = fold_character(chr(code))
        if len(self) < 20_000:
            self[code] = folded
        return folded


def fold_character(char: str) -> str:
    """A character's plain form: lower case, without marks, its twin in a to z if it has one; nothing if unseen."""
    if char in UNSEEN:
        return ""
    if char in SPACES:
        return " "
    plain = char.translate(PLAIN_MARKS)
    twins = look_alikes()
    folded = []
    for part in twins.get(plain) or unicodedata.normalize("NFKD", plain):
        kind = unicodedata.category(part)
        if kind in ("Mn", "Me", "Cf", "Cc", "Cs", "Co", "Cn") and part not in "\n\t":
            continue
        for low in part.casefold():
            folded.append(twins.get(low, low))
    return "".join(folded).casefold()


_table = Folding()


def fold(text: str) -> str:
    """The text in plain small letters; linear in its length."""
    if text.isascii():
        return text.lower()
    return text.translate(_table)


def squeeze(word: str) -> str:
    """The word with each letter that is repeated written once."""
    return "".join(char for index, char in enumerate(word) if index == 0 or char != word[index - 1])


def shorten(word: str, most: int) -> str:
    """The word with no letter more than `most` times in a row."""
    kept: list[str] = []
    run = 0
    for char in word:
        run = run + 1 if kept and char == kept[-1] else 1
        if run <= most:
            kept.append(char)
    return "".join(kept)


@cache
def skeleton_of(word: str) -> str:
    """What a listed word has in common with its disguises."""
    return skeleton(word)


def skeleton(word: str) -> str:
    """Leet signs as letters, letters that leet mixes up as one, repeats once."""
    return squeeze(word.translate(LEET).translate(MERGED))
