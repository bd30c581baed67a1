"""Matching: all ways through a pattern are followed at once, so each character of a text is looked at once.

The sets of places where the pattern may stand are remembered with what each character leads to, so a text of usual
words costs one look in a dict a character.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from time import thread_time

from moderation.patterns.reading import Either, One, Place, Repeat, Row, Tree

MOST_KEPT = 4_000  # remembered steps; then the memory starts anew
LOOK_AT_CLOCK = 128  # characters between two looks

START, NEWLINE, WORD, OTHER, END = range(5)  # what stands on one side of a place
FOUND = -1  # the node that means: it fits


class TooSlow(Exception):
    """The text was not read to its end within the time."""


@dataclass
class _Node:
    """One place in the pattern: where it goes on without a character, or with which."""

    to: list[int] = field(default_factory=list)
    one: One | None = None
    place: Place | None = None


@dataclass
class _State:
    """All places the pattern may be at after a character of the kind `before`, and what follows them."""

    nodes: frozenset[int]
    before: int
    steps: dict[str, _State] = field(default_factory=dict)


FITS = _State(frozenset({FOUND}), OTHER)  # comes after any state in which a pattern has fitted


class Matcher:
    """Finds whether any of some patterns fits anywhere in a text; safe to use from several threads."""

    def __init__(self, trees: Iterable[Tree]) -> None:
        self._nodes: list[_Node] = []
        self._starts = [self._build(tree, FOUND) for tree in trees]
        self._memory: dict[tuple[frozenset[int], int], _State] = {}
        self._kept = 0

    def fits(self, text: str, *, until: float | None = None) -> bool:
        """Whether one of the patterns fits; raises TooSlow past `until`, a moment of `time.thread_time`."""
        state = self._state(frozenset(self._starts), START)
        for index, char in enumerate(text):
            if until is not None and index % LOOK_AT_CLOCK == 0 and thread_time() > until:
                raise TooSlow
            state = state.steps.get(char) or self._step(state, char)
            if state is FITS:
                return True
        return FOUND in self._reached(state.nodes, state.before, END)

    def _build(self, tree: Tree, then: int) -> int:
        """Add the tree's nodes before the node `then`; the node where it begins."""
        match tree:
            case One():
                return self._add(_Node([then], one=tree))
            case Place():
                return self._add(_Node([then], place=tree))
            case Row(parts):
                for part in reversed(parts):
                    then = self._build(part, then)
                return self._add(_Node([then]))
            case Either(parts):
                return self._add(_Node([self._build(part, then) for part in parts]))
            case Repeat(part, least, most):
                return self._repeat(part, least, most, then)

    def _repeat(self, part: Tree, least: int, most: int | None, then: int) -> int:
        if most is None:
            loop = _Node([then])
            begin = self._add(loop)
            loop.to.append(self._build(part, begin))
        else:
            begin = then
            for _ in range(most - least):
                begin = self._add(_Node([then, self._build(part, begin)]))
        for _ in range(least):
            begin = self._build(part, begin)
        return begin

    def _add(self, node: _Node) -> int:
        self._nodes.append(node)
        return len(self._nodes) - 1

    def _state(self, nodes: frozenset[int], before: int) -> _State:
        key = (nodes, before)
        state = self._memory.get(key)
        if state is None:
            state = self._memory[key] = _State(nodes, before)
            self._kept += 1
        return state

    def _step(self, state: _State, char: str) -> _State:
        """Where a character leads from a state; FITS when a pattern has fitted before it."""
        if self._kept > MOST_KEPT:
            self._memory, self._kept = {}, 0
        kind = kind_of(char)
        reached = self._reached(state.nodes, state.before, kind)
        if FOUND in reached:
            following = FITS
        else:
            forms = {form for form in (char, char.lower(), char.upper()) if len(form) == 1}
            onward = set(self._starts)
            for number in reached:
                node = self._nodes[number]
                if node.one is not None and has(node.one, forms):
                    onward.update(node.to)
            following = self._state(frozenset(onward), kind)
        state.steps[char] = following
        self._kept += 1
        return following

    def _reached(self, nodes: Iterable[int], before: int, after: int) -> set[int]:
        """Every node that can be come to without a character, between two kinds of neighbours."""
        reached, waiting = set(nodes), list(nodes)
        while waiting:
            number = waiting.pop()
            if number == FOUND:
                continue
            node = self._nodes[number]
            if node.one is not None or (node.place is not None and not holds(node.place, before, after)):
                continue
            for other in node.to:
                if other not in reached:
                    reached.add(other)
                    waiting.append(other)
        return reached


def kind_of(char: str) -> int:
    """What a character is as a neighbour of a place."""
    if char == "\n":
        return NEWLINE
    return WORD if char.isalnum() or char == "_" else OTHER


def holds(place: Place, before: int, after: int) -> bool:
    """Whether a place is what it should be."""
    match place.kind:
        case "start":
            return before in (START, NEWLINE)
        case "end":
            return after in (END, NEWLINE)
        case "edge":
            return (before == WORD) != (after == WORD)
    return (before == WORD) == (after == WORD)


def has(one: One, forms: set[str]) -> bool:
    """Whether a set has a character, in small or capital form."""
    inside = any(
        any(first <= form <= last for first, last in one.ranges)
        or any(in_class(form, name) for name in one.classes)
        for form in forms
    )
    return inside != one.negated


def in_class(char: str, name: str) -> bool:
    """Whether a character is a digit (d), a letter, digit or _ (w), a space (s), or none of these (capitals)."""
    match name.lower():
        case "d":
            inside = char.isdecimal()
        case "w":
            inside = char.isalnum() or char == "_"
        case _:
            inside = char.isspace()
    return inside != name.isupper()
