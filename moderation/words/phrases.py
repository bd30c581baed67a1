"""Phrases over words, found in linear time: a small pattern language, an automaton without backtracking.

In a phrase: a word stands for itself; (a|b c) one of them; [a] perhaps; {name} a set of moderation/data/words;
`_` any one word; `..` up to two words, `...` up to five, of which none stands behind a comma; `@num` a number; `@name`
the name of a member; `<` and `>` the sentence's start and end. Commas between the words of a phrase are not looked at,
unless `,` stands there.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

END = "|"  # between sentences, before the first and after the last
COMMA = ","
ANY = "_"
GAPS = {"..": 2, "...": 5}
SIGNS = re.compile(r"\.{2,3}|[()\[\]|<>,]|\{\w+\}|[^\s()\[\]|<>{},]+")
MOST_STATES = 15_000  # about 12 MB


@dataclass(frozen=True)
class Found:
    """One phrase in a text: which, and from which word to which (the last one counts)."""

    phrase: int
    start: int
    end: int


@dataclass
class Net:
    """The automaton's nodes: moves by word, moves without one, and which phrases end where."""

    moves: list[dict[str, list[int]]] = field(default_factory=list)
    free: list[list[int]] = field(default_factory=list)
    ends: dict[int, int] = field(default_factory=dict)

    def node(self) -> int:
        """A new node's number."""
        self.moves.append({})
        self.free.append([])
        return len(self.moves) - 1

    def join(self, start: int, word: str, end: int) -> None:
        """A move by one word."""
        self.moves[start].setdefault(word, []).append(end)


class Reader:
    """Reads one written phrase into the net."""

    def __init__(self, net: Net, phrase: str, sets: dict[str, str]) -> None:
        self.net, self.phrase, self.sets = net, phrase, sets
        self.signs = SIGNS.findall(phrase)
        self.place = 0

    def read(self, start: int) -> int:
        """Add the whole phrase from a node on; its last node."""
        end = self.choice(start, "")
        if self.place != len(self.signs):
            raise ValueError(f"A bracket closes too early: {self.phrase}")
        return end

    def choice(self, start: int, closing: str) -> int:
        """One of several, up to the closing bracket."""
        end = self.net.node()
        while True:
            at = start
            while self.place < len(self.signs) and self.signs[self.place] not in ("|", ")", "]"):
                at = self.one(at)
            self.net.free[at].append(end)
            sign = self.signs[self.place] if self.place < len(self.signs) else ""
            if sign != "|":
                break
            self.place += 1
        if sign != closing:
            raise ValueError(f"A bracket is open: {self.phrase}")
        self.place += bool(closing)
        return end

    def one(self, start: int) -> int:
        """One word, group, set or gap."""
        sign = self.signs[self.place]
        self.place += 1
        if sign == "(":
            return self.choice(start, ")")
        if sign == "[":
            end = self.choice(start, "]")
            self.net.free[start].append(end)
            return end
        if sign in GAPS:
            return self.gap(start, GAPS[sign])
        if sign[0] == "{":
            return self.named(start, sign[1:-1])
        return self.word(start, END if sign in "<>" else sign)

    def word(self, start: int, word: str) -> int:
        """A move by one word; a comma before it is passed over."""
        end = self.net.node()
        self.net.join(start, word, end)
        return end

    def gap(self, start: int, most: int) -> int:
        """Up to so many words of any kind."""
        end = self.net.node()
        self.net.free[start].append(end)
        at = start
        for _ in range(most):
            at = self.word(at, ANY)
            self.net.free[at].append(end)
        return end

    def named(self, start: int, name: str) -> int:
        """One of a set's members, which may be phrases themselves."""
        return Reader(self.net, self.sets[name], self.sets).read(start)


class Closures(dict[int, frozenset[int]]):
    """From each node all that can be reached without a word, as far as they lead on or end a phrase.

    Worked out when first asked for: of a hundred thousand nodes the texts of a practice come to few.
    """

    def __init__(self, net: Net) -> None:
        super().__init__()
        self.net = net

    def __missing__(self, node: int) -> frozenset[int]:
        """The nodes for one that was not asked for yet."""
        seen, waiting = {node}, [node]
        while waiting:
            for following in self.net.free[waiting.pop()]:
                if following not in seen:
                    seen.add(following)
                    waiting.append(following)
        found = self[node] = frozenset(each for each in seen if self.net.moves[each] or each in self.net.ends)
        return found


@dataclass
class State:
    """A set of nodes that stand open together, and where each word leads from it."""

    nodes: tuple[int, ...]
    ends: tuple[int, ...]
    moves: dict[str, State] = field(default_factory=dict)


class Phrases:
    """Many phrases in one automaton: each word of a text is looked up once.

    States are worked out when a text first needs them and forgotten when there are too many, so memory stays bounded
    and time stays linear in the text, whatever is written.
    """

    def __init__(self, written: Sequence[str], sets: dict[str, str], marks: Container[int] = ()) -> None:
        """Read the phrases; of those numbered in `marks` only the end is asked for."""
        self.marks = marks
        self.net = Net()
        self.starts: list[int] = []
        for number, phrase in enumerate(written):
            start = self.net.node()
            self.net.ends[Reader(self.net, phrase, sets).read(start)] = number
            self.starts.append(start)
        self.vocabulary = frozenset({END, COMMA}.union(*self.net.moves))
        self._closures = Closures(self.net)
        self._first: dict[str, set[int]] = {}
        for start in self.starts:
            for node in self._closures[start]:
                for word, reached in self.net.moves[node].items():
                    self._first.setdefault(word, set()).update(*(self._closures[node] for node in reached))
        self._forget()

    def _forget(self) -> None:
        self._states: dict[tuple[int, ...], State] = {}
        self._root = self._state(())

    def _state(self, nodes: tuple[int, ...]) -> State:
        state = self._states.get(nodes)
        if state is None:
            ends = tuple(sorted(self.net.ends[node] for node in nodes if node in self.net.ends))
            state = self._states[nodes] = State(nodes, ends)
        return state

    def _step(self, nodes: Iterable[int], sign: str) -> set[int]:
        """The nodes that one word leads to; "a b" is a word that counts as both."""
        reached: set[int] = set()
        words = sign.split(" ")
        for node in nodes:
            moves = self.net.moves[node]
            if sign == COMMA and moves and ANY not in moves:
                reached.add(node)
            for word in words:
                for following in moves.get(word, ()):
                    reached |= self._closures[following]
            if sign not in (END, COMMA):
                for following in moves.get(ANY, ()):
                    reached |= self._closures[following]
        return reached

    def _begun(self, sign: str) -> set[int]:
        """The nodes that a phrase's first word leads to."""
        return set[int]().union(*(self._first.get(word, ()) for word in sign.split(" ")))

    def find(self, signs: Sequence[str]) -> Iterator[Found]:
        """Every phrase in a text's words; where one may begin at several places, the nearest."""
        state = self._root
        for place, sign in enumerate(signs):
            following = state.moves.get(sign)
            if following is None:
                following = self._follow(state, sign)
            state = following
            for phrase in state.ends:
                start = place if phrase in self.marks else self._start(phrase, signs, place)
                yield Found(phrase, start, place)

    def _follow(self, state: State, sign: str) -> State:
        """Work out where a word leads, and keep it: every word that no phrase knows leads to the same place."""
        known = " ".join(word for word in sign.split(" ") if word in self.vocabulary)
        following = state.moves.get(known)
        if following is None:
            if len(self._states) > MOST_STATES:
                self._forget()
            following = self._state(tuple(sorted(self._step(state.nodes, known) | self._begun(known))))
            state.moves[known] = following
        return following

    def _start(self, phrase: int, signs: Sequence[str], end: int) -> int:
        """Where the phrase that ends here begins, at the nearest."""
        for start in range(end, max(-1, end - 40), -1):
            nodes: Iterable[int] = self._closures[self.starts[phrase]]
            for place in range(start, end + 1):
                nodes = self._step(nodes, signs[place])
                if not nodes:
                    break
            if any(self.net.ends.get(node) == phrase for node in nodes):
                return start
        return end
