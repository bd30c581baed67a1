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
_DATA = Path(__file__).resolve().parent.parent / "data"
_APOSTROPHES = str.maketrans("", "", "'’ʼ＇")
_POSSESSIVE = re.compile(r"['’ʼ＇][sS]$")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: how it reads folded, and from where to where it stands."""

    folded: str
    start: int
    end: int


def fold(text: str) -> str:
    """A word as checks compare it: no capitals, accents, invisible marks, apostrophes, or look-alike letters."""
    if text.isascii():
        return text.translate(_APOSTROPHES).lower()
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES).casefold())
    kept = "".join(char for char in plain if unicodedata.category(char) not in ("Mn", "Cf"))
    return kept.translate(TWINS)


def words_of(text: str) -> list[Word]:
    """The words of a text in order."""
    return [Word(fold(match[0]), match.start(), match.end()) for match in _WORD.finditer(text)]


def folded_words(text: str) -> list[str]:
    """The words of a text, without their places."""
    return [fold(piece) for piece in _WORD.findall(text)]


def without_possessive(piece: str) -> str:
    """A written word without the `'s` at its end."""
    return _POSSESSIVE.sub("", piece)


def utf16(text: str, place: int) -> int:
    """A place in a text as browsers count it (UTF-16 code units)."""
    return place + sum(1 for char in text[:place] if ord(char) > 0xFFFF)


@functools.cache
def listed_words(name: str) -> frozenset[str]:
    """The words of a list in community/data, folded; lines that begin with # are remarks."""
    lines = (_DATA / f"{name}.txt").read_text().splitlines()
    return frozenset(fold(word) for line in lines if not line.startswith("#") for word in line.split())
