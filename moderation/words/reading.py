"""What kind of speech a text is: the classes A to E by rules alone, before anybody asks how strong it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from moderation.words.contact import contact_codes
from moderation.words.lists import Rule, rules, sets
from moderation.words.phrases import Found, Phrases
from moderation.words.tokens import Words, read_words


@dataclass(frozen=True)
class Reading:
    """What was found: the rules by kind that count, and those that were set aside (idiom, quotation, denial)."""

    risk: tuple[Rule, ...] = ()
    method: tuple[Rule, ...] = ()
    attack: tuple[Rule, ...] = ()
    recovery: tuple[Rule, ...] = ()
    spoken: tuple[Rule, ...] = ()
    contact: tuple[str, ...] = ()


@cache
def book() -> tuple[Phrases, tuple[Rule, ...]]:
    """All phrases in one automaton, and the rule that each belongs to."""
    pairs = [(phrase, rule) for rule in rules() for phrase in rule.says]
    return Phrases([phrase for phrase, _ in pairs], sets()), tuple(rule for _, rule in pairs)


def find_rules(words: Words) -> Iterator[tuple[Rule, Found]]:
    """Each rule that speaks up, and where."""
    phrases, owners = book()
    for found in phrases.find(words.signs):
        yield owners[found.phrase], found


def read(text: str, names: tuple[str, ...] = ()) -> Reading:
    """The reading of a text, for a group whose members go by these names."""
    words = read_words(
        text, frozenset(part.casefold() for name in names for part in (name, name.split(" ")[0]))
    )
    hits = list(find_rules(words))
    covers = [found for rule, found in hits if rule.kind == "spoken"]
    kept: dict[str, list[Rule]] = {"risk": [], "method": [], "attack": [], "recovery": [], "spoken": []}
    for rule, found in hits:
        aside = rule.kind != "spoken" and (
            found.end in words.quoted or any(cover.start <= found.end <= cover.end for cover in covers)
        )
        kept["spoken" if aside else rule.kind].append(rule)
    return Reading(
        **{kind: tuple(dict.fromkeys(found)) for kind, found in kept.items()}, contact=contact_codes(text)
    )
