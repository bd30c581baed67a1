"""What makes a group rule speak up: each trigger as a question about a text and where it stands."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from hearthside.text import look_alike
from moderation.keywords import KeywordSearch, Reading, read_text
from moderation.patterns import Matcher, read_pattern
from moderation.rule_shapes import (
    Definition,
    HourTrigger,
    KeywordTrigger,
    LabelTrigger,
    PatternTrigger,
    PlainTrigger,
    RateTrigger,
)
from moderation.words import Reading as Found
from moderation.words import read

CONTACT = frozenset({"phone", "email", "handle", "messenger", "address"})  # of the codes of what is private
SHORTEST_NAME = 3  # letters; shorter names are words of their own too often


@dataclass
class Room:
    """What triggers ask beside the text, each only when a rule needs it.

    `posts_within` is how many posts the member wrote in the last minutes, this one too; `hour` the full hour in the
    practice's time zone; `unattended` whether nobody is on duty.
    """

    posts_within: Callable[[int], int]
    hour: Callable[[], int]
    unattended: Callable[[], bool]


@dataclass
class Seen:
    """One text as rules look at it; what several rules need is worked out once."""

    text: str
    event: str
    room: Room
    own_name: str = ""
    names: tuple[str, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    until: float | None = None  # a moment of time.thread_time, past which looking is too slow

    @cached_property
    def as_it_stands(self) -> Reading:
        """Its words."""
        return read_text(self.text, disguises=False)

    @cached_property
    def undisguised(self) -> Reading:
        """Its words, and what is behind their disguises."""
        return read_text(self.text, disguises=True)

    @cached_property
    def found(self) -> Found:
        """What the built-in words find in it."""
        return read(self.text, self.names)

    @property
    def has_contact(self) -> bool:
        """Whether it holds a way to reach somebody outside the group."""
        return not CONTACT.isdisjoint(self.found.privacy)

    @cached_property
    def for_patterns(self) -> str:
        """The text in the one form of each character, without those that take no room."""
        plain = unicodedata.normalize("NFKC", self.text)
        return "".join(char for char in plain if unicodedata.category(char) != "Cf")

    @cached_property
    def names_others(self) -> bool:
        """Whether it has the name of somebody else in the group."""
        others = [
            name
            for name in self.names
            if len(name.replace(" ", "")) >= SHORTEST_NAME and not look_alike(name, self.own_name)
        ]
        return name_search(tuple(others)).finds(self.as_it_stands, until=self.until)


Asks = Callable[[Seen], bool]


def name_search(names: tuple[str, ...]) -> KeywordSearch:
    """A search for names, each in full and by its first part."""
    wanted = set()
    for name in names:
        for part in (name, name.split()[0]):
            tidy = part.replace("*", " ").strip()
            if len(tidy) >= SHORTEST_NAME and any(char.isalnum() for char in tidy):
                wanted.add(tidy[:60])
    return KeywordSearch(sorted(wanted))


def ready(definition: Definition) -> Asks:
    """The definition's trigger, made ready to be asked many times; raises ValueError for what cannot be."""
    match definition.trigger:
        case KeywordTrigger() as trigger:
            return keywords(trigger)
        case PatternTrigger(patterns=patterns):
            matcher = Matcher(read_pattern(pattern) for pattern in patterns)
            return lambda seen: matcher.fits(seen.for_patterns, until=seen.until)
        case LabelTrigger(label=label, threshold=threshold):
            return lambda seen: reaches(seen.scores.get(label, 0.0), threshold)
        case RateTrigger(posts=posts, minutes=minutes):
            return lambda seen: seen.event == "send" and seen.room.posts_within(minutes) > posts
        case HourTrigger(since=since, to=to):
            return lambda seen: within(seen.room.hour(), since, to)
        case PlainTrigger(kind=kind):
            return PLAIN[kind]


def keywords(trigger: KeywordTrigger) -> Asks:
    """Whether a keyword stands in the text."""
    search = KeywordSearch(trigger.words, trigger.allow, disguises=trigger.evasions)
    if trigger.evasions:
        return lambda seen: search.finds(seen.undisguised, until=seen.until)
    return lambda seen: search.finds(seen.as_it_stands, until=seen.until)


def reaches(score: float, threshold: float) -> bool:
    """Whether a probability is as high as asked; raises ValueError for what is none."""
    if math.isnan(score):
        raise ValueError("a score is not a number")
    return score >= threshold


def within(hour: int, since: int, to: int) -> bool:
    """Whether a full hour lies between two others, the last not counted, past midnight if need be."""
    return since <= hour < to if since < to else hour >= since or hour < to


PLAIN: dict[str, Asks] = {
    "contact": lambda seen: seen.has_contact,
    "method": lambda seen: bool(seen.found.method),
    "member_name": lambda seen: seen.names_others,
    "unattended": lambda seen: seen.room.unattended(),
}


def hour_in(zone: str, moment: datetime) -> int:
    """The full hour of an aware moment in a time zone; raises for a zone that is not known."""
    return moment.astimezone(ZoneInfo(zone)).hour
