"""Reading a pattern: text in, a tree out, or a sentence that says what cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

PATTERN_CHARACTERS = 260
MOST_REPEATS = 100  # in {m,n}
MOST_STEPS = 600  # that a pattern unfolds to
MOST_DEPTH = 20  # brackets within brackets
CLASSES = "dDwWsS"
CONTROLS = {"n": "\n", "t": "\t"}
EDGES = {"b": "edge", "B": "no edge"}


class PatternError(ValueError):
    """A pattern that is not taken; the message is a kind sentence without the pattern."""


@dataclass(frozen=True)
class One:
    """One character of a set: ranges (first, last) and classes (letters of `dDwWsS`); case makes no difference."""

    ranges: tuple[tuple[str, str], ...] = ()
    classes: str = ""
    negated: bool = False


@dataclass(frozen=True)
class Place:
    """A place between characters: `start` or `end` of a line, a word's `edge` or `no edge`."""

    kind: str


@dataclass(frozen=True)
class Row:
    """One part after the other."""

    parts: tuple[Tree, ...] = ()


@dataclass(frozen=True)
class Either:
    """Any one of the parts."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True)
class Repeat:
    """A part so many times; `most` is None for without end."""

    part: Tree
    least: int
    most: int | None


Tree = One | Place | Row | Either | Repeat


def read_pattern(text: str) -> Tree:
    """The pattern as a tree; raises PatternError."""
    if not text or len(text) > PATTERN_CHARACTERS:
        raise PatternError(f"A pattern has 1 to {PATTERN_CHARACTERS} characters.")
    tree = _Reader(text).read()
    if steps(tree) > MOST_STEPS:
        raise PatternError("This pattern unfolds to more than we can follow. Use smaller repeats.")
    if matches_nothing(tree):
        raise PatternError("This pattern fits every text, also an empty one. Make some part of it needed.")
    return tree


def steps(tree: Tree) -> int:
    """How large the tree is once each repeat is written out."""
    match tree:
        case Row(parts) | Either(parts):
            return 1 + sum(steps(part) for part in parts)
        case Repeat(part, least, most):
            return 1 + steps(part) * (least + 1 if most is None else most)
        case _:
            return 1


def matches_nothing(tree: Tree) -> bool:
    """Whether the tree fits without a single character."""
    match tree:
        case Row(parts):
            return all(matches_nothing(part) for part in parts)
        case Either(parts):
            return any(matches_nothing(part) for part in parts)
        case Repeat(part, least, _):
            return least == 0 or matches_nothing(part)
        case One():
            return False
        case Place():
            return True


class _Reader:
    """Reads one pattern from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    def read(self) -> Tree:
        tree = self.choices()
        if self.at < len(self.text):
            self.fail("There is a closing bracket without an opening one.")
        return tree

    def fail(self, sentence: str) -> NoReturn:
        raise PatternError(sentence)

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        char = self.peek()
        if not char:
            self.fail("The pattern ends too early.")
        self.at += 1
        return char

    def takes(self, chars: str) -> bool:
        """Go past `chars` if they are next."""
        found = self.text.startswith(chars, self.at)
        if found:
            self.at += len(chars)
        return found

    def choices(self) -> Tree:
        parts = [self.row()]
        while self.takes("|"):
            parts.append(self.row())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def row(self) -> Tree:
        parts: list[Tree] = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.repeated(self.part()))
        return parts[0] if len(parts) == 1 else Row(tuple(parts))

    def part(self) -> Tree:
        char = self.take()
        if char in "*+?{":
            self.fail(
                f"There is nothing before {char} that could repeat. Write \\{char} for the sign itself."
            )
        match char:
            case "(":
                return self.group()
            case "[":
                return self.set()
            case ".":
                return One((("\n", "\n"),), negated=True)
            case "^":
                return Place("start")
            case "$":
                return Place("end")
            case "\\":
                return self.escaped()
        return One(((char, char),))

    def group(self) -> Tree:
        if self.takes("?") and not self.takes(":"):
            self.fail("Looking around, names and options, which begin with (?, are not possible here.")
        self.depth += 1
        if self.depth > MOST_DEPTH:
            self.fail("There are too many brackets within brackets.")
        tree = self.choices()
        if not self.takes(")"):
            self.fail("A bracket is not closed.")
        self.depth -= 1
        return tree

    def escaped(self) -> Tree:
        char = self.take()
        if char in EDGES:
            return Place(EDGES[char])
        if char in CLASSES:
            return One(classes=char)
        char = self.literal(char)
        return One(((char, char),))

    def literal(self, char: str) -> str:
        """What an escaped character stands for."""
        if char in CONTROLS:
            return CONTROLS[char]
        if char.isdigit():
            self.fail("Referring back to an earlier part, as \\1 does, is not possible here.")
        if char.isalpha():
            self.fail(f"\\{char} is not known here.")
        return char

    def set(self) -> Tree:
        negated, ranges, classes = self.takes("^"), [], ""
        first = True
        while first or self.peek() != "]":
            char = self.take() if self.peek() else self.fail("A square bracket is not closed.")
            first = False
            if char == "\\":
                char = self.take()
                if char in CLASSES:
                    classes += char
                    continue
                char = self.literal(char)
            ranges.append((char, self.range_end(char)))
        self.at += 1
        return One(tuple(ranges), classes, negated)

    def range_end(self, first: str) -> str:
        """The last character of the range that begins with `first`: itself when it is no range."""
        if self.peek() != "-" or self.text[self.at + 1 : self.at + 2] in ("]", ""):
            return first
        self.at += 1
        last = self.take()
        if last == "\\":
            last = self.literal(self.take())
        if last < first:
            self.fail("A range in square brackets runs backwards.")
        return last

    def repeated(self, part: Tree) -> Tree:
        """The part with the repeats that follow it; how greedy they are makes no difference to whether they fit."""
        while (char := self.peek()) and char in "*+?{":
            if char == "{":
                least, most = self.bounds()
            else:
                self.at += 1
                least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[char]
            self.takes("?")
            if isinstance(part, Place):
                self.fail("A place between characters cannot repeat.")
            part = Repeat(part, least, most)
        return part

    def bounds(self) -> tuple[int, int | None]:
        """{m}, {m,} or {m,n}."""
        end = self.text.find("}", self.at)
        first, comma, last = self.text[self.at + 1 : max(end, self.at)].partition(",")
        known = [number for number in (first, last) if number]
        if end < 0 or not first or not all(n.isascii() and n.isdecimal() and len(n) <= 4 for n in known):
            self.fail("Repeats are written {2}, {2,} or {2,5}. Write \\{ for the sign itself.")
        self.at = end + 1
        least = int(first)
        most = None if comma and not last else int(last or first)
        if max(int(number) for number in known) > MOST_REPEATS:
            self.fail(f"A part can repeat at most {MOST_REPEATS} times.")
        if most is not None and (most < least or most == 0):
            self.fail("The numbers of a repeat run backwards.")
        return least, most
