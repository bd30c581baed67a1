"""Keywords of group rules: words or phrases, perhaps with * at an end of a word, found in the words of a text.

A text is read twice, as it stands and, where asked, behind its disguises. After that each word costs a few looks in
dicts, however many keywords there are.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from time import thread_time

from moderation.patterns import TooSlow
from moderation.words.folding import LEET, fold, shorten, skeleton

KEYWORD_CHARACTERS = 60
LETTERS_WITH_STAR = 2  # at least; fewer would speak up at nearly every post
LOOK_AT_CLOCK = 128  # words between two looks
LETTERS_APART = 3  # single letters in a row that are read as a word: "k i l l"
PIECE = re.compile(r"[^\W_]+|[^\w\s]")
STARRED = re.compile(r"(\*?)([^*\s]+)(\*?)")
MARKS = ".,;:?!\"'()[]{}<>*_~#-/\\^=&%"
MARKS_BEFORE = MARKS.replace("!", "")  # before a word it stands for a letter
NOT_LETTERS = re.compile(r"[^a-z]+")


@dataclass(frozen=True)
class Part:
    """One word of a keyword; `before` and `after` say whether more letters may stand on that side."""

    word: str
    before: bool = False
    after: bool = False

    def fits(self, word: str) -> bool:
        """Whether a text's word is this one."""
        if self.before:
            return self.word in word if self.after else word.endswith(self.word)
        return word.startswith(self.word) if self.after else word == self.word


Phrase = tuple[Part, ...]


Span = tuple[int, int]  # the first word and the one behind the last


@dataclass(frozen=True)
class Reading:
    """A text in words: as it stands, and behind its disguises.

    `bare` is each word's skeleton, `letters` how many letters it was made from, `disguised` whether it hid anything.
    `apart` is what was written in single letters, without the spaces.
    """

    plain: tuple[str, ...]
    bare: tuple[str, ...] = ()
    letters: tuple[int, ...] = ()
    disguised: tuple[bool, ...] = ()
    apart: tuple[str, ...] = ()


def cut(text: str) -> list[str]:
    """The words of a folded text; signs such as emoji count as words, marks between words do not."""
    return [
        piece for piece in PIECE.findall(text) if piece[0].isalnum() or unicodedata.category(piece)[0] in "SM"
    ]


def read_keyword(text: str) -> Phrase:
    """A keyword as a phrase; raises ValueError with a sentence when it cannot be looked for."""
    if len(text) > KEYWORD_CHARACTERS:
        raise ValueError(f"A keyword has at most {KEYWORD_CHARACTERS} characters")
    parts: list[Part] = []
    for written in text.split():
        match = STARRED.fullmatch(written)
        if match is None:
            raise ValueError("Put * only at the beginning or the end of a word")
        before, inner, after = match.groups()
        found = cut(fold(inner))
        if not found:
            raise ValueError("A keyword needs at least one letter, digit or sign")
        last = len(found) - 1
        parts += [
            Part(word, bool(before) and index == 0, bool(after) and index == last)
            for index, word in enumerate(found)
        ]
    if not parts:
        raise ValueError("A keyword needs at least one letter, digit or sign")
    if any((part.before or part.after) and len(part.word) < LETTERS_WITH_STAR for part in parts):
        raise ValueError(f"A word with * needs at least {LETTERS_WITH_STAR} letters")
    return tuple(parts)


def read_text(text: str, *, disguises: bool) -> Reading:
    """The words of a text; linear in its length."""
    folded = fold(text)
    plain = tuple(cut(folded))
    if not disguises:
        return Reading(plain)
    bare: list[str] = []
    sizes: list[int] = []
    disguised: list[bool] = []
    apart: list[str] = [""]
    for chunk in folded.split():
        core = chunk.rstrip(MARKS).lstrip(MARKS_BEFORE)
        letters = NOT_LETTERS.sub("", core.translate(LEET))
        bare.append(skeleton(letters))
        sizes.append(len(letters))
        disguised.append(is_disguised(core, letters))
        if len(core) == 1 and letters:
            apart[-1] += letters
        elif core and apart[-1]:
            apart.append("")
    runs = tuple(run for run in apart if len(run) >= LETTERS_APART)
    return Reading(plain, tuple(bare), tuple(sizes), tuple(disguised), runs)


def is_disguised(core: str, letters: str) -> bool:
    """Whether a word was written so that it is not found as it stands: signs for letters, or a letter drawn out."""
    if not any(char.isalpha() for char in core) or not letters:
        return False
    return letters != core or shorten(core, 2) != core


class Keywords:
    """Many keywords, all looked for at once."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        phrases = tuple(dict.fromkeys(phrases))
        self._plain = _Index(phrases)
        self._sizes: dict[Phrase, int] = {}
        self._apart: set[str] = set()
        for phrase in phrases:
            letters = [NOT_LETTERS.sub("", part.word) for part in phrase]
            if all(letters):
                bare = tuple(
                    Part(skeleton(word), part.before, part.after)
                    for word, part in zip(letters, phrase, strict=True)
                )
                size = sum(map(len, letters))
                self._sizes[bare] = min(size, self._sizes.get(bare, size))
                self._apart.add("".join(letters))
        self._bare = _Index(tuple(self._sizes))
        self._apart = {word for word in self._apart if len(word) >= LETTERS_APART}

    def spans(self, reading: Reading, until: float | None = None) -> Iterator[Span]:
        """Where keywords stand in the text as it is."""
        for start, end, _ in self._plain.spans(reading.plain, until):
            yield start, end

    def disguised_spans(self, reading: Reading, until: float | None = None) -> Iterator[Span]:
        """Where keywords stand with at least one word in disguise, and no fewer letters than they have."""
        for start, end, phrase in self._bare.spans(reading.bare, until):
            if any(reading.disguised[start:end]) and sum(reading.letters[start:end]) >= self._sizes[phrase]:
                yield start, end

    def stand_apart(self, reading: Reading) -> bool:
        """Whether a keyword was written in single letters."""
        return any(word in run for run in reading.apart for word in self._apart)


@dataclass
class _Index:
    """Phrases by how their first word is found."""

    phrases: tuple[Phrase, ...]
    whole: dict[str, list[Phrase]] = field(default_factory=dict)
    heads: dict[str, list[Phrase]] = field(default_factory=dict)
    tails: dict[str, list[Phrase]] = field(default_factory=dict)
    inner: dict[str, list[Phrase]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for phrase in self.phrases:
            first = phrase[0]
            if first.before:
                table = self.inner if first.after else self.tails
            else:
                table = self.heads if first.after else self.whole
            table.setdefault(first.word, []).append(phrase)
        self._head_lengths = sorted({len(word) for word in self.heads})
        self._tail_lengths = sorted({len(word) for word in self.tails})

    def spans(self, words: Sequence[str], until: float | None) -> Iterator[tuple[int, int, Phrase]]:
        """Where phrases stand among the words, from left to right; raises TooSlow past `until`."""
        everything = "\n".join(words) if self.inner else ""
        inner = [word for word in self.inner if word in everything]
        for start, word in enumerate(words):
            if until is not None and start % LOOK_AT_CLOCK == 0 and thread_time() > until:
                raise TooSlow
            for phrase in self._beginning(word, inner):
                end = start + len(phrase)
                rest = zip(phrase[1:], words[start + 1 : end], strict=False)
                if end <= len(words) and all(part.fits(other) for part, other in rest):
                    yield start, end, phrase

    def _beginning(self, word: str, inner: list[str]) -> Iterator[Phrase]:
        """The phrases whose first word may be this one."""
        yield from self.whole.get(word, ())
        for length in self._head_lengths:
            if length <= len(word):
                yield from self.heads.get(word[:length], ())
        for length in self._tail_lengths:
            if length <= len(word):
                yield from self.tails.get(word[-length:], ())
        for part in inner:
            if part in word:
                yield from self.inner[part]


class KeywordSearch:
    """Keywords that speak up, but not inside words that are meant well."""

    def __init__(self, words: Iterable[str], allow: Iterable[str] = (), *, disguises: bool = False) -> None:
        self.disguises = disguises
        self._wanted = Keywords(read_keyword(word) for word in words)
        self._allowed = Keywords(read_keyword(word) for word in allow)

    def finds(self, reading: Reading, *, until: float | None = None) -> bool:
        """Whether a keyword stands in the text outside what is allowed; raises TooSlow past `until`."""
        wanted, allowed = self._wanted, self._allowed
        if left_over(wanted.spans(reading, until), allowed.spans(reading, until)):
            return True
        if not self.disguises:
            return False
        spans = wanted.disguised_spans(reading, until)
        return left_over(spans, allowed.disguised_spans(reading, until)) or wanted.stand_apart(reading)


def left_over(found: Iterator[Span], allowed: Iterator[Span]) -> bool:
    """Whether one of the spans found lies in none of those allowed; both come ordered by where they begin."""
    first = next(found, None)
    if first is None:
        return False
    starts: list[int] = []
    reaches: list[int] = []  # how far an allowed span goes that begins there or earlier
    for start, end in allowed:
        starts.append(start)
        reaches.append(max(end, reaches[-1] if reaches else 0))
    for start, end in chain((first,), found):
        place = bisect_right(starts, start)
        if not place or reaches[place - 1] < end:
            return True
    return False
