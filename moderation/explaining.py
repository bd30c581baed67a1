"""The words of a text that weigh most with a model: those without which it would say less.

Occlusion: one word is left out at a time and the rest is read again; what the output falls by is the word's weight
(Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014; for words Li, Monroe and
Jurafsky, "Understanding Neural Networks through Representation Erasure", 2016). It asks nothing of a model but scores,
so each backend is explained alike; and words are left out of the text as it was written, so spans stand in that text
whatever disguises the model takes off. What stands twice covers for itself: all places of a word are left out together,
and once the strongest words are out, the others are asked again.

No post waits for this. Texts go through the Scorer that posts go through, one at a time and each at most CONTEXT
characters, so a post is read after at most one such text and together with at most one more. A model is never called
from two threads (a tokenizer may break then), and one that answers slowly is left alone after MOST_SLOW texts.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import structlog

from hearthside.crypto import mac
from moderation.cutting import CONTEXT, Unit, clauses_of, left_of, parts_of, runs_of
from moderation.scoring import DEADLINE_SECONDS, Failed, Scorer
from moderation.words.places import Span

SECONDS = 1.5  # for all outputs of a text together
MOST_TEXTS = 150  # that the model reads for it
SLOW_SECONDS = 0.06  # for one text; then posts wait, or the model is slow ...
MOST_SLOW = 3  # ... and after so many it is left alone
SEARCHING = 0.6  # of the time, for finding the part of a long text that weighs most
MOST_UNITS = 40  # different words that are left out in turn
ROUNDS = 3  # of leaving words out, the strongest ones gone each time
ENOUGH = 2.0  # fall of the logit after which nothing more is looked for
LEAST = 0.3  # fall of the logit that counts
FAINT = 0.05  # fall of the logit that another round is worth
SHARE = 0.25  # of the heaviest, below which words are not shown
MOST_SPANS = 5
MOST_PHRASES = 8  # that are weighed to find them
MOST_KEPT = 500  # explanations that a process remembers
SAYS = 0.05  # score below which an output says nothing that words could carry; no threshold is lower
LOW, HIGH = 0.01, 0.9999  # a score outside is rounded, or says nothing

log = structlog.get_logger("hearthside.explaining")
_one = threading.Lock()  # one text is explained at a time, however many ask
_kept: WeakKeyDictionary[Scorer, dict[bytes, Explained]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Weighed:
    """A phrase: its place in the text, and what the logit of the output falls by without it."""

    start: int
    end: int
    weight: float


@dataclass
class Explained:
    """For each output that was weighed, its heaviest phrases, in order; `whole` unless time or the model ran out."""

    spans: dict[str, list[Weighed]] = field(default_factory=dict)
    whole: bool = True


class OutOfTime(Exception):
    """No more is asked: the time is over, or the model is busy, slow or broken."""


class Asking:
    """Texts read by a model on behalf of an explanation, as long as that delays nobody; each once."""

    def __init__(self, scorer: Scorer, until: float) -> None:
        self.scorer, self.until = scorer, until
        self.known: dict[str, Mapping[str, float]] = {}
        self.slow = 0

    def height(self, text: str, output: str) -> float:
        """The logit of an output at a text; raises OutOfTime. A text without words is never asked about."""
        if not text.strip():
            return logit(0.0)
        if text not in self.known:
            self.known[text] = self.ask(text)
        return logit(self.known[text].get(output, 0.0))

    def ask(self, text: str) -> Mapping[str, float]:
        """The scores of a text, within the time that a post would be given; raises OutOfTime."""
        began = time.monotonic()
        if began >= self.until or self.slow >= MOST_SLOW or len(self.known) >= MOST_TEXTS:
            raise OutOfTime
        try:
            scores = self.scorer.score(text, DEADLINE_SECONDS, counts=False)
        except Failed as failure:
            self.slow = MOST_SLOW
            log.warning("explaining_ended", model=self.scorer.version, code=failure.code)
            raise OutOfTime from failure
        self.slow += time.monotonic() - began > SLOW_SECONDS
        return scores


def explain(text: str, scorer: Scorer, outputs: Collection[str], *, seconds: float) -> Explained:
    """The phrases of a text that weigh most with the scorer's model, for each of the outputs.

    An output whose score no single words carry has none. It takes at most `seconds` and the time of one more text, and
    answers what it has: an output that nothing is known of yet is left out. Never raises. What was weighed as a whole
    is remembered by a keyed digest, so that looking again costs nothing.
    """
    until = time.monotonic() + seconds
    if not outputs or not _one.acquire(timeout=seconds):
        return Explained(whole=not outputs)
    try:
        known = _kept.setdefault(scorer, {})
        key = mac("explain", text, *sorted(outputs))
        found = known.get(key) or explain_all(text, Asking(scorer, until), outputs)
        if len(known) > MOST_KEPT:
            known.clear()
        if found.whole:
            known[key] = found
        return found
    finally:
        _one.release()


def explain_all(text: str, asking: Asking, outputs: Collection[str]) -> Explained:
    """The same for one who may ask the model now."""
    found = Explained()
    for output in outputs:
        weighing = Weighing(text, asking, output)
        try:
            weighing.weigh()
        except OutOfTime:
            weighing.whole = False
        found.whole = found.whole and weighing.whole
        spans = weighing.spans()
        if spans or weighing.whole:
            found.spans[output] = spans
    return found


class Weighing:
    """One output's search for the phrases that carry it: the part of the text, then words, then phrases of them."""

    def __init__(self, text: str, asking: Asking, output: str) -> None:
        self.text, self.asking, self.output = text, asking, output
        self.clauses = list(clauses_of(text))
        self.whole = True
        self.start, self.end = 0, len(text)
        self.units: list[Unit] = []
        self.chosen: dict[int, float] = {}  # the number of a unit, to what its word weighed
        self.weights: dict[Span, float] = {}

    def weigh(self) -> None:
        """Find and weigh; raises OutOfTime, and has then what it found so far."""
        part = self.loudest_part()
        if self.height([]) < logit(SAYS):
            return
        self.units = self.narrowed(part)
        for _ in range(ROUNDS):
            if not self.leave_out_words():
                break
            if self.without() - self.without(self.chosen) >= ENOUGH:
                break
        self.weigh_phrases()

    def loudest_part(self) -> list[list[Unit]]:
        """The clauses of that part of the text, of at most CONTEXT characters, which alone says most."""
        parts = list(parts_of(self.clauses))
        if len(self.text) > CONTEXT and parts:
            until = self.asking.until - (1 - SEARCHING) * (self.asking.until - time.monotonic())
            heights: list[float] = []
            for part in parts:
                if time.monotonic() > until and heights:
                    self.whole = False  # the rest of a very long text stays unread
                    break
                heights.append(
                    self.asking.height(self.text[part[0][0].start : part[-1][-1].end], self.output)
                )
            best = max(range(len(heights)), key=heights.__getitem__)
            parts = parts[best : best + 1]
            self.start, self.end = parts[0][0][0].start, parts[0][-1][-1].end
        return parts[0] if parts else []

    def narrowed(self, clauses: list[list[Unit]]) -> list[Unit]:
        """The words that are left out in turn: all, or where there are too many those of the heaviest sentences."""
        units = [unit for clause in clauses for unit in clause]
        if len({word for unit in units for word in unit.words}) <= MOST_UNITS:
            return units
        whole = self.height([])
        falls = [whole - self.height([(clause[0].start, clause[-1].end)]) for clause in clauses]
        kept: set[int] = set()
        for at in sorted(range(len(clauses)), key=lambda at: -falls[at]):
            words = {word for other in {*kept, at} for unit in clauses[other] for word in unit.words}
            if len(words) <= MOST_UNITS or not kept:
                kept.add(at)
        return [unit for at in sorted(kept) for unit in clauses[at]][: 2 * MOST_UNITS]

    def leave_out_words(self) -> bool:
        """One round: leave out each word that is not chosen yet, and choose those that weigh; whether any did."""
        before = self.without(self.chosen)
        words: dict[str, list[int]] = {}
        for at, unit in enumerate(self.units):
            if at not in self.chosen:
                for word in dict.fromkeys(unit.words):
                    words.setdefault(word, []).append(at)
        falls: dict[str, float] = {}
        try:
            for word in sorted(words, key=lambda word: -len(word)):  # what says most is seldom short
                falls[word] = before - self.without([*self.chosen, *words[word]])
        finally:
            top = max(falls.values(), default=0.0)
            least = max(LEAST, SHARE * top) if top >= LEAST else max(top, FAINT)
            heavy = [word for word, fall in falls.items() if fall >= least]
            for word in heavy:
                self.chosen |= {at: max(falls[word], self.chosen.get(at, 0.0)) for at in words[word]}
        return bool(heavy)

    def weigh_phrases(self) -> None:
        """Weigh each phrase by itself: left out of the whole, or put back where all the others are gone too."""
        phrases = self.phrases()
        whole, bare = self.height([]), self.height(phrases)
        for phrase in phrases:
            others = [other for other in phrases if other != phrase]
            falls = whole - self.height([phrase])
            rises = self.height(others) - bare
            self.weights[phrase] = max(falls, rises)

    def spans(self) -> list[Weighed]:
        """The heaviest phrases, in order: a clear share of the heaviest one each."""
        weights = {phrase: self.weights.get(phrase, self.rough(phrase)) for phrase in self.phrases()}
        top = max(weights.values(), default=0.0)
        least = max(LEAST, SHARE * top)
        heavy = sorted(
            (phrase for phrase in weights if weights[phrase] >= least), key=lambda one: -weights[one]
        )
        return [Weighed(*phrase, round(weights[phrase], 2)) for phrase in sorted(heavy[:MOST_SPANS])]

    def phrases(self) -> list[Span]:
        """The chosen words, neighbours joined; those that weighed most as words, in order."""
        found = [self.span(run) for run in runs_of(self.text, self.units, self.chosen)]
        found.sort(key=lambda phrase: -self.rough(phrase))
        return sorted(found[:MOST_PHRASES])

    def span(self, run: Sequence[int]) -> Span:
        """From the first unit's beginning to the last one's end."""
        return self.units[run[0]].start, self.units[run[-1]].end

    def rough(self, phrase: Span) -> float:
        """What a phrase's heaviest word weighed."""
        within = (at for at in self.chosen if phrase[0] <= self.units[at].start < phrase[1])
        return max((self.chosen[at] for at in within), default=0.0)

    def without(self, units: Iterable[int] = ()) -> float:
        """The height of what is left when some units are left out."""
        return self.height([self.span([at]) for at in units])

    def height(self, spans: Iterable[Span]) -> float:
        """The height of what is left of the part when some spans are left out."""
        return self.asking.height(left_of(self.text, self.start, self.end, spans), self.output)


def logit(score: float) -> float:
    """The log of the odds; what is as good as certain or impossible is as high or low as that."""
    bounded = min(HIGH, max(LOW, score))
    return math.log(bounded / (1 - bounded))
