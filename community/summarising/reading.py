"""Reading a text as words with their places, so that spelling in capitals, with accents or with marks in it is no way
round a check.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from hearthside.text import BLANK, TWINS

_WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")
_FOLDED = re.compile(r"[^\W_]+")
_DATA = Path(__file__).resolve().parent.parent / "data"
_APOSTROPHES = str.maketrans("", "", "'’ʼ＇")
_POSSESSIVE = re.compile(r"['’ʼ＇][sS]$")
# Small capitals and other letters that are read as the plain ones, besides hearthside.text.TWINS.
_LOOKS = str.maketrans(
    "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ" + "ɑɡıȷłøđħŧɓɗɩɨօսհոցӏьпүѵҽγηωσʋ",
    "abcdefghijklmnopqrstuvwyz" + "agijlodhtbdiiouhnglbnyveynwou",
)
# White on black, in a square or circle, and the letters that flags are made of: Unicode gives them no plain form.
_BOXED = {first + place: 65 + place for first in (0x1F150, 0x1F170, 0x1F1E6) for place in range(26)}


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: how it reads folded, from where to where it stands, and how it reads with its capitals."""

    folded: str
    start: int
    end: int
    written: str


@dataclass(frozen=True, slots=True)
class Plain:
    """A text as it is read, without accents and what nobody sees, and where each of its characters stands."""

    text: str
    at: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """From where to where a piece of it stands in the text."""
        return self.at[start], max(self.at[end], self.at[end - 1] + 1)


class _Unseen(dict[int, str | int | None]):
    """What folding removes, and the letters that look like Latin ones, for `str.translate`.

    Learnt as characters are met: to go through all of Unicode takes a second, in which a summary would wait.
    """

    def __missing__(self, code: int) -> int | None:
        char = chr(code)
        if code < 0x80 or not (unicodedata.category(char) in ("Mn", "Cf") or BLANK.match(char)):
            return code
        self[code] = None
        return None


_UNSEEN = _Unseen({**TWINS, **_LOOKS, **{code: chr(letter).lower() for code, letter in _BOXED.items()}})


@functools.lru_cache(maxsize=8192)
def _plain(char: str) -> str:
    """A character as it is read: nothing for what nobody sees, a letter for one with an accent or a circle."""
    letters = unicodedata.normalize("NFKD", char.translate(_BOXED))
    seen = (one for one in letters if not BLANK.match(one) and unicodedata.category(one) not in ("Mn", "Cf"))
    return unicodedata.normalize("NFC", "".join(seen))


def plain_of(text: str, *, blank: str = "") -> Plain:
    """A text as it is read; `blank` stands for each character that nobody sees, but for accents."""
    if text.isascii():
        return Plain(text, range(len(text) + 1))
    pieces: list[str] = []
    at: list[int] = []
    for place, char in enumerate(text):
        piece = _plain(char)
        if not piece and unicodedata.category(char) != "Mn":
            piece = blank
        pieces.append(piece)
        at += [place] * len(piece)
    return Plain("".join(pieces), [*at, len(text)])


def fold(text: str) -> str:
    """Words as checks compare them: no capitals, accents, invisible marks, apostrophes, or look-alike letters."""
    plain = text.translate(_APOSTROPHES)
    if plain.isascii():
        return plain.lower()
    return unicodedata.normalize("NFKD", plain.casefold()).translate(_UNSEEN)


def words_of(text: str, *, apart: bool = False) -> list[Word]:
    """The words of a text in order.

    `apart` reads it the other way: what nobody sees parts words, and so do a digit and a capital inside of one.
    """
    plain = plain_of(text, blank=" " if apart else "")
    found = []
    for match in _WORD.finditer(plain.text):
        start = match.start()
        for written in _pieces(match[0]) if apart else (match[0],):
            end = start + len(written)
            found.append(Word(fold(written), *plain.span(start, end), written))
            start = end
    return found


def _pieces(written: str) -> list[str]:
    """A word parted before and after digits, and before a capital that follows a small letter."""
    if written.isalpha() and (written.islower() or written.istitle()):
        return [written]
    cuts = [
        place
        for place, (one, other) in enumerate(pairwise(written), start=1)
        if one.isdigit() != other.isdigit() or (one.islower() and other.isupper())
    ]
    return [written[start:end] for start, end in pairwise([0, *cuts, len(written)])]


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
