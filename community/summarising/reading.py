"""Reading a text as words with their places, so that spelling in capitals, with accents or with marks in it is no way
round a check.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from hearthside.text import TWINS

# Marks that take no ink or sit on the letter before them belong to the word they are in.
_INSIDE = "\u00ad\u0300-\u036f\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff"
_LETTERS = rf"[^\W_](?:[^\W_]|[{_INSIDE}])*"
_WORD = re.compile(rf"{_LETTERS}(?:['’ʼ＇]{_LETTERS})*")
_FOLDED = re.compile(r"[^\W_]+")
_DATA = Path(__file__).resolve().parent.parent / "data"
_APOSTROPHES = str.maketrans("", "", "'’ʼ＇")
_POSSESSIVE = re.compile(r"['’ʼ＇][sS]$")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: how it reads folded, and from where to where it stands."""

    folded: str
    start: int
    end: int


@functools.cache
def _unseen() -> dict[int, str | int | None]:
    """What folding removes, and the letters that look like Latin ones; made once, it knows all of Unicode."""
    table: dict[int, str | int | None] = dict(TWINS)
    for code in range(0x80, 0x110000):
        if unicodedata.category(chr(code)) in ("Mn", "Cf"):
            table[code] = None
    return table


def fold(text: str) -> str:
    """Words as checks compare them: no capitals, accents, invisible marks, apostrophes, or look-alike letters."""
    plain = text.translate(_APOSTROPHES)
    if plain.isascii():
        return plain.lower()
    return unicodedata.normalize("NFKD", plain.casefold()).translate(_unseen())


def words_of(text: str) -> list[Word]:
    """The words of a text in order."""
    return [Word(fold(match[0]), match.start(), match.end()) for match in _WORD.finditer(text)]


def folded_words(text: str) -> list[str]:
    """The words of a text, without their places."""
    return _FOLDED.findall(fold(text))


def without_possessive(piece: str) -> str:
    """A written word without the `'s` at its end."""
    return _POSSESSIVE.sub("", piece)


def utf16(text: str, place: int) -> int:
    """A place in a text as browsers count it (UTF-16 code units)."""
    return place if text.isascii() else len(text[:place].encode("utf-16-le", "surrogatepass")) // 2


@functools.cache
def listed_words(name: str) -> frozenset[str]:
    """The words of a list in community/data, folded; lines that begin with # are remarks."""
    lines = (_DATA / f"{name}.txt").read_text().splitlines()
    return frozenset(fold(word) for line in lines if not line.startswith("#") for word in line.split())
