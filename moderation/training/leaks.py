"""Whether a training text says again what an evaluation row says: then a figure would measure memory.

Two texts are alike when most of their word triples are the same (Broder 1997, resemblance of shingles). Whoever writes
"once a junkie always a junkie" says what everybody says: such a text is left out of the training, not of the figures.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from moderation.training.rows import Row

WORD = re.compile(r"[a-z0-9']+")
TRIPLE = 3
ALIKE = 0.4  # of the triples of both together
FEWEST = 4  # words, below which a text says nothing of its own ("same", "thank you")


@dataclass(frozen=True)
class Leak:
    """A training row and an evaluation row that say the same."""

    train: str
    evaluation: str
    likeness: float


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """The word triples of a text; of a shorter one its words together."""
    words = WORD.findall(text.lower())
    if len(words) < FEWEST:
        return frozenset()
    return frozenset(tuple(words[at : at + TRIPLE]) for at in range(len(words) - TRIPLE + 1))


def without_leaks(train: Sequence[Row], evaluation: Iterable[Row]) -> list[Row]:
    """The training rows that no evaluation row says again."""
    leaking = {leak.train for leak in find_leaks(train, evaluation)}
    return [row for row in train if row.id not in leaking]


def find_leaks(train: Iterable[Row], evaluation: Iterable[Row]) -> list[Leak]:
    """Every pair that is alike; linear in the texts but for triples that many share."""
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    kept: list[tuple[Row, frozenset[tuple[str, ...]]]] = []
    for row in evaluation:
        found = shingles(row.text)
        for triple in found:
            places[triple].append(len(kept))
        kept.append((row, found))
    leaks = []
    for row in train:
        mine = shingles(row.text)
        shared: dict[int, int] = defaultdict(int)
        for triple in mine:
            for place in places.get(triple, ()):
                shared[place] += 1
        for place, count in shared.items():
            other, theirs = kept[place]
            likeness = count / (len(mine) + len(theirs) - count)
            if likeness >= ALIKE:
                leaks.append(Leak(row.id, other.id, round(likeness, 3)))
    return leaks
