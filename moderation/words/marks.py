"""What stands beside a phrase: who speaks, when it was, whether it is denied. Looked up in constant time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from moderation.words.lists import Rule
from moderation.words.phrases import END, Found
from moderation.words.tokens import Words

NOWHERE = -1_000


@dataclass
class Marks:
    """The marks of a text by kind: where each ended last before a word, and which sentences hold one."""

    sentence: list[int]
    ended: dict[str, list[int]] = field(default_factory=dict)
    within: dict[str, set[int]] = field(default_factory=dict)
    said: dict[int, set[str]] = field(default_factory=dict)

    def before(self, kind: str, place: int, reach: int) -> bool:
        """Whether a mark ended at most so many words before a place, in its sentence."""
        ends = self.ended.get(kind)
        if ends is None or place < 1:
            return False
        end = ends[place - 1]
        return place - end <= reach and self.sentence[end] == self.sentence[place]

    def beside(self, kind: str, place: int) -> bool:
        """Whether the sentence of a place holds such a mark."""
        return self.sentence[place] in self.within.get(kind, ())

    def anywhere(self, kind: str) -> bool:
        """Whether the text holds such a mark."""
        return bool(self.within.get(kind))

    def speaks_of(self, place: int, words: frozenset[str]) -> bool:
        """Whether the sentence of a place holds one of these words."""
        return bool(words & self.said.get(self.sentence[place], set()))


def marks_of(words: Words, hits: Iterable[tuple[Rule, Found]]) -> Marks:
    """The marks among all that was found in a text."""
    sentence: list[int] = []
    number = 0
    said: dict[int, set[str]] = {}
    for sign in words.signs:
        number += sign == END
        sentence.append(number)
        said.setdefault(number, set()).add(sign)
    marks = Marks(sentence, said=said)
    ends: dict[str, set[int]] = {}
    for rule, found in hits:
        place = found.end - (words.signs[found.end] == END and found.end > 0)
        ends.setdefault(rule.kind, set()).add(place)
        marks.within.setdefault(rule.kind, set()).add(sentence[place])
    for kind, places in ends.items():
        last, row = NOWHERE, []
        for place in range(len(sentence)):
            last = place if place in places else last
            row.append(last)
        marks.ended[kind] = row
    return marks
