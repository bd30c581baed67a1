"""The sections of a summary: their shape, their limits, and how they are kept in a row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import msgspec

KINDS = ("agenda", "notes", "themes", "assignments", "resources", "next", "own")
HEADINGS = {
    "agenda": "What was on the agenda",
    "notes": "From your facilitators",
    "themes": "What the group spoke about",
    "assignments": "To do until next time",
    "resources": "To read or to look at",
    "next": "The next session",
}
MOST_SECTIONS = 20
HEADING_CHARACTERS = 120
TEXT_CHARACTERS = 10_000
ALL_CHARACTERS = 40_000


@dataclass(frozen=True)
class Section:
    """One part of a summary. `source` says where its text comes from: drafted, edited or own."""

    id: str
    kind: str
    heading: str
    text: str
    source: str = "drafted"

    @property
    def says_something(self) -> bool:
        """Whether there is anything to read in it."""
        return bool(self.text.strip())

    def with_text(self, text: str) -> Section:
        """The same section with another text."""
        return replace(self, text=text)


def pack(sections: Iterable[Section]) -> str:
    """Sections as a row keeps them."""
    return msgspec.json.encode(list(sections)).decode()


def unpack(text: str) -> list[Section]:
    """Sections from a row; nothing gives none."""
    return msgspec.json.decode(text, type=list[Section]) if text else []


def pack_drafted(sections: Iterable[Section]) -> str:
    """What a draft said, by the section's id, as a row keeps it."""
    return msgspec.json.encode({section.id: section.text for section in sections}).decode()


def unpack_drafted(text: str) -> dict[str, str]:
    """What the last draft said, by the section's id."""
    return msgspec.json.decode(text, type=dict[str, str]) if text else {}


def sourced(sections: Iterable[Section], drafted: dict[str, str]) -> list[Section]:
    """The sections with their `source` as it is: what a client says about it does not count."""
    found = []
    for section in sections:
        if section.id not in drafted:
            source = "own"
        else:
            source = "drafted" if drafted[section.id] == section.text else "edited"
        found.append(replace(section, source=source))
    return found


def renewed(present: Iterable[Section], drafted: dict[str, str], fresh: Iterable[Section]) -> list[Section]:
    """The working copy with a fresh draft in it: whatever a facilitator has changed, added or taken out stays so.

    A section is renewed where it still says what the last draft said, and added where no draft had it yet.
    """
    new = {section.id: section for section in fresh}
    kept = []
    for section in present:
        untouched = drafted.get(section.id) == section.text
        if section.id in new and untouched:
            kept.append(section.with_text(new[section.id].text))
        else:
            kept.append(section)
    there = {section.id for section in kept} | set(drafted)
    return kept + [section for section in new.values() if section.id not in there]


def too_long(sections: list[Section]) -> str:
    """What is too much about these sections, in a sentence; empty when they fit."""
    if len(sections) > MOST_SECTIONS:
        return f"A summary has at most {MOST_SECTIONS} sections."
    if len({section.id for section in sections}) < len(sections):
        return "Two sections have the same id."
    if sum(len(section.heading) + len(section.text) for section in sections) > ALL_CHARACTERS:
        return f"This is longer than {ALL_CHARACTERS:,} characters. A summary is read on a phone: please shorten it."
    return ""
