"""A text as plain words in sentences: disguises taken off, quotations marked, each word tied to where it stands."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from moderation.words.folding import fold
from moderation.words.lists import load
from moderation.words.phrases import COMMA, END
from moderation.words.unmasking import run_words, spelled, unmasked

CHUNKS = re.compile(r"\S+")
LINK_TARGETS = re.compile(r"\]\([^()\s]{0,500}\)")
PUNCTUATION = ".,;:?!\"'()[]{}<>*_~#-/\\^=&%"
STOPS = frozenset(".?!")
PAUSES = frozenset(",;:()-/")
LONGEST_PIECE = (
    400  # a longer stretch without spaces is no word and is cut, so that nothing is worked on for long
)
NUMBER = re.compile(r"\d[\d.,:]*")


@dataclass
class Words:
    """The words of a text, with signs between them: END around sentences, COMMA where one pauses.

    `spans` are places in the text as it is read, `quoted` the indexes of words in somebody's quotation marks, `asked`
    those of the last sign of a question.
    """

    signs: list[str] = field(default_factory=lambda: [END])
    spans: list[tuple[int, int]] = field(default_factory=lambda: [(0, 0)])
    quoted: set[int] = field(default_factory=set)
    asked: set[int] = field(default_factory=set)

    def add(self, sign: str, span: tuple[int, int]) -> None:
        """One more word or sign; a sign of the same kind is not repeated."""
        if sign == COMMA and self.signs[-1] in (COMMA, END):
            return
        if sign == END and self.signs[-1] == END:
            return
        self.signs.append(sign)
        self.spans.append(span)


@dataclass(frozen=True)
class Piece:
    """One stretch without spaces: its plain letters, and the marks before and after them."""

    core: str
    before: str
    after: str
    span: tuple[int, int]
    raw: str
    line: int


@lru_cache(maxsize=20_000)
def parts_of(raw: str) -> tuple[str, str, str]:
    """The marks before, the core and the marks after; emoji count as marks."""
    plain = fold(raw)
    start, end = 0, len(plain)
    while start < end and is_mark(plain[start]):
        start += 1
    while end > start and is_mark(plain[end - 1]):
        end -= 1
    return plain[:start], plain[start:end], plain[end:]


def is_mark(char: str) -> bool:
    """Whether a character is neither a letter or digit nor written for one."""
    return not char.isalnum() and char not in "@$€£¢+|"


def pieces_of(text: str) -> list[Piece]:
    """The stretches between spaces; entities are read, where links lead is left out."""
    found, line, last = [], 0, 0
    for match in CHUNKS.finditer(text):
        line += text.count("\n", last, match.start())
        last = match.start()
        raw, start = match.group(), match.start()
        for cut in range(0, len(raw), LONGEST_PIECE):
            part = raw[cut : cut + LONGEST_PIECE]
            before, core, after = parts_of(part)
            span = (start + cut, start + cut + len(part))
            found.append(Piece(core, before, after, span, part, line))
    return found


def readable(text: str) -> str:
    """The text as a reader of the rendered post sees it, as far as words go."""
    if "&" in text and ";" in text:
        text = html.unescape(text)
    return LINK_TARGETS.sub("]", text) if "](" in text else text


def read_words(text: str, names: frozenset[str] = frozenset()) -> Words:
    """The plain words of a text. `names` are members' names in small letters."""
    words = Words()
    pieces = pieces_of(readable(text))
    opened: int | None = None
    line = cited = 0
    index = 0
    while index < len(pieces):
        piece = pieces[index]
        if piece.line != line:
            line = piece.line
            cited = 0
            if not is_short_line(pieces, index):
                words.add(END, (piece.span[0], piece.span[0]))
        if piece.raw.startswith(">") and (index == 0 or pieces[index - 1].line != piece.line):
            cited = 1
        opened = opening(words, piece, opened)
        run = run_at(pieces, index)
        first = len(words.signs)
        if run > index + 1:
            span = (piece.span[0], pieces[run - 1].span[1])
            for word in run_words(letters_of(pieces[index:run])):
                words.add(word, span)
            piece = pieces[run - 1]
            index = run
        else:
            add_piece(words, piece, names)
            index += 1
        if cited:
            words.quoted.update(range(first, len(words.signs)))
        opened = closing(words, piece, opened)
        end_piece(words, piece, pieces[index] if index < len(pieces) else None)
    words.add(END, (len(text), len(text)))
    return words


def is_short_line(pieces: list[Piece], index: int) -> bool:
    """Whether the line before this piece held one word: then it belongs with what follows."""
    return index == 1 or (index > 1 and pieces[index - 1].line != pieces[index - 2].line)


def run_at(pieces: list[Piece], index: int) -> int:
    """The index behind a run of three or more single letters that begins here; else the index itself."""
    at, letters = index, 0
    while at < len(pieces):
        core = pieces[at].core
        if len(core) == 1 or (len(core) > 1 and len(set(core)) == 1 and not core.isdigit()):
            letters += 1
        elif core or not letters:
            break
        at += 1
    while at > index and not pieces[at - 1].core:
        at -= 1
    return at if letters >= 3 else index


def letters_of(pieces: Iterable[Piece]) -> str:
    """The letters of a run."""
    return "".join(piece.core[0] for piece in pieces if piece.core)


def add_piece(words: Words, piece: Piece, names: frozenset[str]) -> None:
    """The words of one stretch."""
    if any(mark in PAUSES for mark in piece.before):
        words.add(COMMA, piece.span)
    for word in words_of(piece.core, piece.before, piece.after):
        words.add(word, piece.span)
    name = piece.core.removesuffix("'s")
    if name in names and (piece.raw[:1].isupper() or "@" in piece.raw or not is_word(name)):
        words.signs[-1] = f"{words.signs[-1]} @name"


def is_word(name: str) -> bool:
    """Whether a name is an everyday word too, so that only a capital letter tells it from one."""
    return name in load("identity")["names_that_are_words"]


@lru_cache(maxsize=20_000)
def words_of(core: str, before: str, after: str) -> tuple[str, ...]:
    """The plain words behind one stretch of letters and marks."""
    if not core:
        return spelled(before) or ()
    if NUMBER.fullmatch(core):
        return (f"{core} @num",)
    return unmasked(core, before, after)


def opening(words: Words, piece: Piece, opened: int | None) -> int | None:
    """Where an open quotation began, after the marks before a word."""
    if opened is None and '"' in piece.before:
        return len(words.signs)
    if opened is None and "'" in piece.before and piece.after != "'":
        return -len(words.signs)
    return opened


def closing(words: Words, piece: Piece, opened: int | None) -> int | None:
    """Mark what was quoted when the marks after a word close it; what is never closed is no quotation."""
    if opened is None:
        return None
    if ('"' if opened > 0 else "'") in piece.after:
        words.quoted.update(range(abs(opened), len(words.signs)))
        return None
    return opened


def end_piece(words: Words, piece: Piece, following: Piece | None) -> None:
    """A stop or a pause after a word; three dots and stops between single words join."""
    after = piece.after
    if not after and piece.core:
        return
    stops = [mark for mark in after if mark in STOPS]
    if stops:
        if "?" in stops:
            words.add(END, piece.span)
            words.asked.add(len(words.signs) - 1)
        else:
            lone = following is not None and alone(words) and bool(STOPS & set(following.after))
            dots = after.count(".") >= 2 and "!" not in stops
            words.add(COMMA if lone or dots else END, piece.span)
    elif any(mark in PAUSES for mark in after):
        words.add(COMMA, piece.span)


def alone(words: Words) -> bool:
    """Whether the last word stands alone in its sentence, or each before it did: "You. Are. Wrong."."""
    if len(words.signs) < 2:
        return False
    return words.signs[-2] in (END, COMMA)
