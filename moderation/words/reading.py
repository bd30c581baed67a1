"""What kind of speech a text is: the classes A to E by rules alone, before anybody asks how strong it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from moderation.words.contact import contact_codes
from moderation.words.folding import fold
from moderation.words.identity import identity_codes
from moderation.words.lists import Rule, load, rules, sets
from moderation.words.marks import Marks, marks_of
from moderation.words.phrases import Found, Phrases
from moderation.words.tokens import Words, read_words

REPORTED_WITHIN = 9  # words between "he said" and what he said
DENIED_WITHIN = 4
HEDGED_WITHIN = 3
SELF_OR_ABSENT = frozenset(["i", "me", "my", "myself", "he", "she", "him", "her", "they", "them"])
AUTHOR = frozenset(["i", "me", "my", "myself"])
NEGATIVES = frozenset(["not", "no", "never", "without", "any"])
ADDRESSED = frozenset(["you", "your", "yourself"])
VERBS = frozenset(
    ["are", "were", "look", "sound", "seem", "must", "will", "would", "should", "made", "let", "have", "had"]
)
VERBS |= {"get", "make", "mean", "always", "do", "people", "deserve", "deserved"}
OTHERS = frozenset(
    ["he", "she", "they", "him", "her", "them", "his", "their", "people", "someone", "somebody", "anyone"]
)
OTHERS |= {"anybody", "who", "those", "the", "is", "are", "if", "how", "what", "this"}
KINDS = ("risk", "method", "attack", "recovery", "spoken")
DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Reading:
    """What was found, by kind; `spoken` also has what was set aside: idiom, quotation, denial, report.

    `directed` says whether the text speaks to somebody or names a member, `own` whether it speaks of its author.
    """

    risk: tuple[Rule, ...] = ()
    method: tuple[Rule, ...] = ()
    attack: tuple[Rule, ...] = ()
    recovery: tuple[Rule, ...] = ()
    spoken: tuple[Rule, ...] = ()
    privacy: tuple[str, ...] = ()
    directed: bool = False
    own: bool = False


@cache
def book() -> tuple[Phrases, tuple[Rule, ...]]:
    """All phrases in one automaton, and the rule that each belongs to."""
    pairs = [(phrase, rule) for rule in rules() for phrase in rule.says]
    placed = (*KINDS, "past", "contact")
    marks = frozenset(number for number, (_, rule) in enumerate(pairs) if rule.kind not in placed)
    return Phrases([phrase for phrase, _ in pairs], sets(), marks), tuple(rule for _, rule in pairs)


def read(text: str, names: tuple[str, ...] = ()) -> Reading:
    """The reading of a text, for a group whose members go by these names; linear in the text's length."""
    known = known_names(names)
    words, hits = find(text, known)
    kept: dict[str, list[Rule]] = {kind: [] for kind in KINDS}
    for kind, rule, _ in sort_all(words, hits):
        kept[kind].append(rule)
    said = set(words.signs)
    handles = handle_codes(words, hits)
    return Reading(
        **{kind: tuple(dict.fromkeys(found)) for kind, found in kept.items()},
        privacy=(*contact_codes(text, words, handles, known), *identity_codes(text, known)),
        directed="you" in said or "your" in said or any("@name" in sign for sign in said),
        own=bool(said & {"i", "me", "my", "myself"}),
    )


def known_names(names: tuple[str, ...]) -> frozenset[str]:
    """Names as a text's words are compared with them: whole and first, in small letters."""
    return frozenset(part.casefold() for name in names for part in (name, *name.split()[:1]) if len(part) > 1)


def find(text: str, known: frozenset[str]) -> tuple[Words, list[tuple[Rule, Found]]]:
    """The words of a text, and every phrase in them with the rule it belongs to."""
    words = read_words(text, known)
    phrases, owners = book()
    return words, [(owners[found.phrase], found) for found in phrases.find(words.signs)]


def sort_all(words: Words, hits: list[tuple[Rule, Found]]) -> Iterator[tuple[str, Rule, Found]]:
    """What of the phrases counts: the kind it counts as, its rule with the severity it has here, and where it is."""
    judge = Judge(words, marks_of(words, hits), Covers(words, hits))
    for rule, found in hits:
        kind, counted = judge.sort(rule, found)
        if kind in KINDS:
            yield kind, counted, found


@lru_cache(maxsize=200)
def names_as_written(names: tuple[str, ...]) -> frozenset[str]:
    """Whole names and first names, in plain small letters."""
    return frozenset(fold(part) for name in names for part in (name, *name.split()[:1]) if len(part) > 1)


def handle_codes(words: Words, hits: list[tuple[Rule, Found]]) -> frozenset[str]:
    """The codes of the phrases by which accounts elsewhere are named, without those that only speak of a service."""
    plain = load("contact")["not_handles"]
    return frozenset(
        rule.code
        for rule, found in hits
        if rule.kind == "contact"
        and (
            rule.code != "handle_named"
            or not any(sign in plain for sign in words.signs[found.start + 2 : found.end + 1])
        )
    )


class Covers:
    """For each word, whether an idiom, kind words, talk of recovery or of somebody else stands over it."""

    def __init__(self, words: Words, hits: list[tuple[Rule, Found]]) -> None:
        count = len(words.signs)
        self.idiom, self.kind_words = [False] * count, [False] * count
        self.recovery, self.another = [False] * count, [False] * count
        for rule, found in hits:
            over = self._row(rule)
            if over is not None:
                for place in range(found.start, found.end + 1):
                    over[place] = True

    def _row(self, rule: Rule) -> list[bool] | None:
        if rule.kind == "spoken":
            return self.kind_words if rule.over else self.idiom
        return {"recovery": self.recovery, "worry_for_another": self.another}.get(rule.code)


@dataclass
class Judge:
    """Sorts what was found: what counts, as what, and what is set aside."""

    words: Words
    marks: Marks
    covers: Covers

    def sort(self, rule: Rule, found: Found) -> tuple[str, Rule]:
        """The kind that a phrase counts as here, and the rule with the severity it has here."""
        place = self.last_word(found)
        if rule.kind in ("spoken", "recovery"):
            past = self.marks.beside("long_ago", place) and not self.marks.beside("recent", place)
            return rule.kind, replace(rule, lane="") if past else rule
        if rule.kind == "method":
            return self.method(rule, found, place), rule
        if rule.kind == "attack":
            return self.attack(rule, found, place), rule
        if rule.kind in ("risk", "past"):
            return self.risk(rule, found, place)
        return rule.kind, rule

    def last_word(self, found: Found) -> int:
        """The place of the last word, without the sentence's end or a comma behind it."""
        place = found.end
        while place > found.start and self.words.signs[place] in ("|", ","):
            place -= 1
        return place

    def is_idiom(self, place: int) -> bool:
        """Whether a word stands within an idiom."""
        return self.covers.idiom[place]

    def is_cited(self, place: int) -> bool:
        """Whether a word stands in quotation marks, with words of the author's own beside it."""
        return place in self.words.quoted and len(self.words.quoted) < len(self.words.signs) - 2

    def is_reported(self, found: Found, place: int) -> bool:
        """Whether somebody else is said to have said it."""
        return (
            self.is_cited(place)
            or self.marks.before("reporter", found.start + 1, REPORTED_WITHIN)
            or self.marks.beside("reporter_after", place)
        )

    def method(self, rule: Rule, found: Found, place: int) -> str:
        """Method counts whoever wrote it first; encouragement only where it is not reported."""
        if rule.least and self.number(found) < rule.least:
            return ""
        if rule.no_self and self.marks.speaks_of(place, SELF_OR_ABSENT):
            return ""
        if rule.shielded and (
            self.is_reported(found, place) or self.is_idiom(place) or self.denied(found) or self.hedged(found)
        ):
            return "spoken"
        return "method"

    def attack(self, rule: Rule, found: Found, place: int) -> str:
        """An attack counts unless it is reported, denied, an idiom or part of a letter that is never sent."""
        if rule.no_self and self.marks.speaks_of(place, SELF_OR_ABSENT):
            return ""
        aside = (
            ((self.is_idiom(place) or self.covers.kind_words[place]) and not rule.firm)
            or self.is_reported(found, place)
            or self.hedged(found)
            or (self.marks.anywhere("letter") and rule.code != "insult_named")
        )
        return "spoken" if aside else "attack"

    def hedged(self, found: Found) -> bool:
        """Whether what comes before takes it back: "nobody thinks that you are ..."; it cannot take back "you ..."."""
        signs = self.words.signs
        if signs[found.start] == "you" and signs[found.start + 1] not in VERBS:
            return False
        return self.marks.before("hedge", found.start + 1, HEDGED_WITHIN)

    def denied(self, found: Found) -> bool:
        """Whether it is denied or asked about: "I do not mean that I ..."."""
        return self.marks.before("denies", found.start + 1, DENIED_WITHIN)

    def risk(self, rule: Rule, found: Found, place: int) -> tuple[str, Rule]:
        """Risk counts unless it is an idiom, denied, somebody else's or long past; the severity is of this place."""
        if self.is_idiom(place) or any(self.marks.anywhere(mark) for mark in rule.unless):
            return "spoken", rule
        if rule.least and (self.number(found) < rule.least or self.marks.beside("usual_dose", place)):
            return "", rule
        if rule.own and not self.is_own(found, place):
            return "spoken", rule
        if self.denied(found) or (found.end in self.words.asked and self.words.signs[found.start] == "|"):
            return "spoken", rule
        if self.is_cited(place) and not self.marks.speaks_of(place, frozenset(["i", "my"])):
            return "spoken", rule
        if rule.kind == "past" and (self.covers.recovery[place] or (rule.own and self.covers.another[place])):
            return "recovery", rule
        told = self.marks.before("reporter", found.start + 1, REPORTED_WITHIN)
        if told and (self.is_cited(place) or rule.own or rule.code == "might_end_life"):
            return "recovery" if self.is_cited(place) else "spoken", rule
        severity = self.severity(rule, found, place)
        if severity == 0:
            return "recovery", rule
        if told or self.marks.beside("laugh", place):
            severity = 1
        return "risk", replace(rule, kind="risk", severity=severity)

    def is_own(self, found: Found, place: int) -> bool:
        """Whether a sentence speaks of its author, or of nobody, and to nobody: "Bad night. Suicidal again."."""
        if self.marks.speaks_of(place, ADDRESSED) or NEGATIVES & set(
            self.words.signs[max(0, found.start - 2) : found.start]
        ):
            return False
        return self.marks.speaks_of(place, AUTHOR) or not self.marks.speaks_of(place, OTHERS)

    def severity(self, rule: Rule, found: Found, place: int) -> int:
        """How grave it is here; nothing if it is long past."""
        recent, long_ago = self.marks.beside("recent", place), self.marks.beside("long_ago", place)
        if long_ago and not recent:
            return 0
        if rule.kind == "past":
            if recent:
                return rule.recent
            return 0 if self.marks.anywhere("better") or self.marks.anywhere("long_ago") else rule.severity
        if rule.soon and self.marks.beside("soon", place):
            return rule.soon
        return rule.severity

    def number(self, found: Found) -> int:
        """The greatest number among the words of a phrase."""
        numbers = [
            int(match.group()[:6])
            for sign in self.words.signs[found.start : found.end + 1]
            if "@num" in sign and (match := DIGITS.match(sign))
        ]
        return max(numbers, default=0)
