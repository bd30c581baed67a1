"""A text in what can be left out of it, to see what it says without: words, sentences, and parts read at once."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from moderation.words.places import Span, trimmed
from moderation.words.tokens import PUNCTUATION, Piece, letters_of, pieces_of, run_at, words_of
from moderation.words.unmasking import run_words

CONTEXT = 400  # characters that are read at once: they fit into one window of a model
CLAUSE = 20  # words, after which a sentence is cut
PHRASE = 6  # words that are joined at most
SMALL = 3  # letters of a word that is taken along between two others: "waste of space"
STOPS = ".?!\n"


@dataclass(frozen=True)
class Unit:
    """What stands between spaces, or letters kept apart: its place, and the plain words behind it."""

    start: int
    end: int
    words: tuple[str, ...]


def left_of(text: str, start: int, end: int, spans: Iterable[Span]) -> str:
    """A stretch of a text without some spans that do not overlap, and without doubled spaces where they were."""
    kept, place = "", start
    for first, last in sorted(spans):
        kept += text[place:first]
        place = last + (kept[-1:].isspace() and text[last : last + 1] == " ")
    return (kept + text[place:end]).strip()


def units_of(text: str) -> list[Unit]:
    """The words of a text as it was written: letters kept apart as one, marks that stand alone left out."""
    pieces = pieces_of(text)
    found: list[Unit] = []
    at = 0
    while at < len(pieces):
        behind = max(run_at(pieces, at), at + 1)
        while behind > at + 1 and pieces[behind - 1].span[1] - pieces[at].span[0] > CONTEXT:
            behind -= 1
        start, end = trimmed(text, pieces[at].span[0], pieces[behind - 1].span[1])
        if any(says_something(char) for char in text[start:end]):
            found.append(Unit(start, end, words_behind(pieces[at:behind])))
        at = behind
    return found


def words_behind(pieces: list[Piece]) -> tuple[str, ...]:
    """The plain words of one stretch, or of letters kept apart."""
    if len(pieces) > 1:
        return run_words(letters_of(pieces))
    piece = pieces[0]
    return words_of(piece.core, piece.before, piece.after) or (piece.raw,)


def says_something(char: str) -> bool:
    """Whether a character is a letter, a digit or a picture."""
    return char not in PUNCTUATION and unicodedata.category(char)[0] in "LNS"


def clauses_of(text: str) -> Iterator[list[Unit]]:
    """The units by sentence; long sentences in pieces."""
    clause: list[Unit] = []
    for unit in units_of(text):
        too_long = len(clause) == CLAUSE or (clause and unit.end - clause[0].start > CONTEXT)
        if clause and (too_long or is_stop(text, clause[-1], unit)):
            yield clause
            clause = []
        clause.append(unit)
    if clause:
        yield clause


def is_stop(text: str, before: Unit, after: Unit) -> bool:
    """Whether a sentence or line ends between two units, or words stand there that are no units."""
    return any(char in STOPS or char.isalnum() for char in text[before.end : after.start])


def parts_of(clauses: list[list[Unit]]) -> Iterator[list[list[Unit]]]:
    """The clauses in stretches of at most CONTEXT characters, which is as long as a clause can be."""
    part: list[list[Unit]] = []
    for clause in clauses:
        if part and clause[-1].end - part[0][0].start > CONTEXT:
            yield part
            part = []
        part.append(clause)
    if part:
        yield part


def runs_of(text: str, units: list[Unit], chosen: Collection[int]) -> list[list[int]]:
    """The chosen units, by number, in runs: neighbours, or with one small word between, within a sentence."""
    runs: list[list[int]] = []
    for at in sorted(chosen):
        run = runs[-1] if runs else []
        if run and at - run[0] < PHRASE and is_near(units, run[-1], at):
            between = range(run[-1], at + 1)
            if not any(is_stop(text, units[one], units[other]) for one, other in pairwise(between)):
                run.append(at)
                continue
        runs.append([at])
    return runs


def is_near(units: list[Unit], before: int, after: int) -> bool:
    """Whether two units are neighbours, or only a small word stands between them."""
    if after - before == 1:
        return True
    return after - before == 2 and units[before + 1].end - units[before + 1].start <= SMALL
