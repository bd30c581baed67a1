"""Who somebody outside the group is: a full name beside a relation or a workplace. Precise rather than complete."""

from __future__ import annotations

import re
from functools import cache

from moderation.words.lists import load

WORD = re.compile(r"[^\W\d_][\w'’-]*|[.!?:;]|\S")
NAME = re.compile(r"[A-Z][a-z'’]+(?:-[A-Z][a-z]+)?[A-Za-z]*")
BETWEEN = frozenset(["is", "was", "called", "named", ",", "-", "–", "—", "("])
BETWEEN_MOST = 2


@cache
def listed(name: str) -> frozenset[str]:
    """One list of identity.toml."""
    return frozenset(load("identity")[name])


def identity_codes(text: str, names: frozenset[str]) -> tuple[str, ...]:
    """The code of what identifies somebody who is not here, if anything does. `names` are members' names."""
    words = WORD.findall(text)
    found = any(
        after_relation(words, place, names) or before_workplace(words, place, names)
        for place, word in enumerate(words)
        if word.lower() in listed("relations") or NAME.fullmatch(word) or word.lower() == "name"
    )
    return ("identity",) if found else ()


def is_name(word: str, names: frozenset[str]) -> bool:
    """Whether a word may be part of somebody's name."""
    low = word.lower()
    return bool(NAME.fullmatch(word)) and low not in listed("never_names") and low not in names


def full_name(words: list[str], place: int, names: frozenset[str]) -> int:
    """How many words from here are a first and a last name, perhaps with a title; 0 if they are none."""
    title = place < len(words) and words[place].lower() in listed("titles")
    start = place + title + (title and words[place + 1 : place + 2] == ["."])
    if is_name(at(words, start), names) and is_name(at(words, start + 1), names):
        return start + 2 - place
    return 0


def at(words: list[str], place: int) -> str:
    """The word at a place, or nothing behind the end."""
    return words[place] if place < len(words) else ""


def after_relation(words: list[str], place: int, names: frozenset[str]) -> bool:
    """ "My boss, Jane Example" and "her name is Jane Example"."""
    low = words[place].lower()
    owner = words[place - 1].lower() if place else ""
    if low == "name":
        if not ({"his", "her", "their"} & {word.lower() for word in words[max(0, place - 3) : place]}):
            return False
    elif low not in listed("relations") or words[place - 1 : place] == ["."] or owner not in listed("owners"):
        return False
    start = place + 1
    while start <= place + BETWEEN_MOST and at(words, start).lower() in BETWEEN:
        start += 1
    return full_name(words, start, names) > 0


def before_workplace(words: list[str], place: int, names: frozenset[str]) -> bool:
    """ "Jane Example works at Acme" and "Dr Example at Northside Surgery"."""
    if place and NAME.fullmatch(words[place - 1]) and words[place - 1].lower() not in listed("never_names"):
        return False
    length = full_name(words, place, names)
    if length and at(words, place + length).lower() in listed("works"):
        linked = at(words, place + length + 1).lower() in ("at", "for", "in", "on", "with", "to")
        return linked and any(NAME.fullmatch(word) for word in words[place + length + 2 : place + length + 5])
    if words[place].lower() in listed("titles"):
        after = words[place + 1 : place + 10]
        return (
            bool({"at", "from"} & {word.lower() for word in after[1:4]})
            and any(word.lower() in listed("workplaces") for word in after)
            and any(is_name(word, names) for word in after[:2])
        )
    return False
