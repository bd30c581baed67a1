"""What readers see of a section: Markdown and entities can put words together that are not written as they are read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from urllib.parse import unquote

from community.summarising.reading import folded_words, utf16
from community.summarising.sections import Section
from hearthside.markdown import render

_MARKED = re.compile(r"[&*_`~\\\[\]<>%]|\d[.)]\s")  # without any of these, what is written is what is read
_INLINE = frozenset({"strong", "em", "s", "a", "code"})
_SHOWN, _LINKS = "\nshown", "\nlinks"  # no section's own id has a line's end
MOST_LINES = 500  # that are looked at one by one


@dataclass(frozen=True, slots=True)
class Found:
    """One place that stops an approval: in which section and field, from where to where, why, and which words."""

    section: str
    field: str  # heading or text
    start: int
    end: int
    why: str  # name, contact or verbatim
    words: str

    def as_row(self, *, words: bool = True) -> dict[str, object]:
        """The place for a screen. Without `words` it can be kept where no words may be."""
        row: dict[str, object] = {
            "section": self.section,
            "field": self.field,
            "start": self.start,
            "end": self.end,
            "why": self.why,
        }
        return {**row, "words": self.words} if words else row


def found_at(section: Section, name: str, text: str, start: int, end: int, *, why: str) -> Found:
    """A found place, as screens count places."""
    return Found(section.id, name, utf16(text, start), utf16(text, end), why, text[start:end])


class _Reader(HTMLParser):
    """What stands on the page, and where its links lead."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _INLINE:
            self.text.append("\n")
        self.links += [unquote(value) for name, value in attrs if name == "href" and value]

    def handle_endtag(self, tag: str) -> None:
        if tag not in _INLINE:
            self.text.append("\n")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def seen_of(text: str) -> tuple[str, str]:
    """What readers see of Markdown, and the addresses of its links, one a line."""
    if not _MARKED.search(text):
        return text, ""
    reader = _Reader()
    reader.feed(render(text))
    reader.close()
    return "".join(reader.text), "\n".join(reader.links)


def with_shown(sections: Sequence[Section]) -> list[Section]:
    """The sections, and after them what readers see of each that is not the same."""
    found = list(sections)
    for section in sections:
        shown, links = seen_of(section.text)
        if shown != section.text:
            found.append(replace(section, id=section.id + _SHOWN, text=shown))
        if links:
            found.append(replace(section, id=section.id + _LINKS, heading="", text=links))
    return found


def kind_of(section: Section) -> str:
    """Whether a section of `with_shown` is written (empty), what is seen of one, or where its links lead."""
    return section.id.partition("\n")[2]


def in_their_places(found: Iterable[Found], sections: Iterable[Section]) -> list[Found]:
    """What was found, where it is written. What is only seen, not written, is marked by its line or its whole text."""
    kept: list[Found] = []
    written: dict[str, Counter[tuple[str, str]]] = {}
    seen: dict[str, list[Found]] = {}
    for one in found:
        if "\n" in one.section:
            seen.setdefault(one.section, []).append(one)
        else:
            kept.append(one)
            written.setdefault(one.section, Counter())[_key(one)] += 1
    texts = {section.id: section for section in sections}
    for copy, those in seen.items():
        home = copy.partition("\n")[0]
        left = Counter(written.get(home, {}))
        for one in those:
            if left[_key(one)] > 0:
                left[_key(one)] -= copy.endswith(
                    _SHOWN
                )  # an address may stand in the words and lead somewhere too
            else:
                kept += _lines_of(one, texts[home])
    return list(dict.fromkeys(kept))


def _key(one: Found) -> tuple[str, str]:
    """What tells two findings of the same section apart."""
    return one.why, " ".join(folded_words(one.words))


def _lines_of(one: Found, section: Section) -> list[Found]:
    """The lines of a section that show what was found without saying it, or its whole text."""
    lines = section.text.split("\n")
    words = next((line.strip() for line in one.words.splitlines() if line.strip()), "")
    found, start = [], 0
    for line in lines if len(lines) <= MOST_LINES else ():
        if words not in line and any(words in seen for seen in seen_of(line)):
            found.append(found_at(section, "text", section.text, start, start + len(line), why=one.why))
        start += len(line) + 1
    return found or [found_at(section, "text", section.text, 0, len(section.text), why=one.why)]
