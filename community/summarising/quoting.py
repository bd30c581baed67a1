"""Members' own words: finding them in a summary, and taking a sentence out of it again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from community.summarising.names_check import RUN, merged
from community.summarising.reading import Word, folded_words, words_of
from community.summarising.sections import Section
from community.summarising.shown import Found, found_at, in_their_places, kind_of, seen_of, with_shown

SENTENCE_CHARACTERS = 500
TELLING = 4  # as many words of a sentence that was taken back are shown to a facilitator
TAKEN_BACK = "[…]"
_SENTENCE = re.compile(r"[^.!?…\n]+(?:[.!?…]+[\"”’')\]]*|\n|$)")
_MARKUP = re.compile(r"^[\s>*#+\-\d.)]*(?=\S)|[*_`~]+")

Gram = tuple[str, ...]


def sentences_of(body: str) -> list[str]:
    """A post's sentences, as they can be quoted: without marks of Markdown, not longer than a quote may be."""
    found = []
    for match in _SENTENCE.finditer(body):
        sentence = " ".join(_MARKUP.sub("", match[0]).split())
        if len(folded_words(sentence)) >= 2 and len(sentence) <= SENTENCE_CHARACTERS:
            found.append(sentence)
    return found


def stands_in(sentence: str, body: str) -> bool:
    """Whether a post says these words in this order."""
    return bool(_places(folded_words(body), folded_words(sentence)))


def _places(words: Sequence[str], piece: Sequence[str]) -> list[int]:
    """Where a run of words stands in another."""
    length = len(piece)
    if not length:
        return []
    first, whole = piece[0], list(piece)
    return [
        index
        for index in range(len(words) - length + 1)
        if words[index] == first and list(words[index : index + length]) == whole
    ]


def _said_in(texts: Iterable[str], piece: Sequence[str]) -> bool:
    """Whether one of these texts says these words."""
    return any(_places(folded_words(text), piece) for text in texts)


def grams(words: Sequence[str]) -> Iterator[tuple[int, Gram]]:
    """Each run of six words with the place of its first."""
    for index in range(len(words) - RUN + 1):
        yield index, tuple(words[index : index + RUN])


def find_repeated(
    sections: Sequence[Section],
    posts: Iterable[tuple[str, Sequence[str]]],
    *,
    ours: Iterable[str],
    withheld: Iterable[str] = (),
    given: Iterable[str] = (),
) -> list[Found]:
    """Every run of six words or more that these sections share with a member's post, and every withheld sentence.

    `posts` are bodies, each with the sentences of it that may be quoted; `ours` are texts of the facilitators (agenda,
    tasks), whose words are nobody else's; `withheld` are sentences somebody was asked for and has not given, however
    short they are, but inside a longer one of those in `given`.
    """
    ours = list(ours)
    fields = _fields_of(sections)
    places = _places_of_grams(fields)
    for text in ours:
        for _, gram in grams(folded_words(text)):
            places.pop(gram, None)
    theirs: dict[Field, set[int]] = {}  # the words of each field that are a member's
    firsts = {gram[0] for gram in places}
    for body, parts in posts if places else ():
        for gram in _not_given(folded_words(body), parts, firsts):
            for field, index in places.pop(gram, ()):  # a run is found once
                theirs.setdefault(field, set()).add(index)
    wholes = [folded_words(one) for one in given]
    for piece in map(folded_words, withheld):
        if piece and not _said_in(ours, piece):
            for field in fields:
                theirs.setdefault(field, set()).update(_withheld_in(field, piece, wholes))
    found = []
    for field, indexes in theirs.items():
        for start, end in _stretches(sorted(indexes)):
            span = field.words[start].start, field.words[end].end
            found.append(found_at(field.section, field.name, field.text, *span, why="verbatim"))
    return in_their_places(found, sections)


@dataclass(frozen=True, eq=False)
class Field:
    """The heading or the text of a section, as words."""

    section: Section
    name: str
    text: str
    words: list[Word]

    @property
    def folded(self) -> list[str]:
        """The words alone."""
        return [word.folded for word in self.words]


def _fields_of(sections: Sequence[Section]) -> list[Field]:
    """Every heading and text, as they are written and as readers see them."""
    fields = [(one, name, getattr(one, name)) for one in with_shown(sections) for name in ("heading", "text")]
    return [Field(section, name, text, words_of(text)) for section, name, text in fields if text]


def _places_of_grams(fields: Sequence[Field]) -> dict[Gram, list[tuple[Field, int]]]:
    """Where each run of six words stands, also where it goes on in the next section, with and without its heading."""
    kinds: dict[str, list[Field]] = {}
    for field in fields:
        kinds.setdefault(kind_of(field.section), []).append(field)
    places: dict[Gram, list[tuple[Field, int]]] = {}
    for those in kinds.values():
        texts = [field for field in those if field.name == "text"]
        for stream in (those, texts) if len(texts) < len(those) else (those,):
            spots = [(field, index) for field in stream for index in range(len(field.words))]
            for start, gram in grams([field.words[index].folded for field, index in spots]):
                places.setdefault(gram, []).extend(spots[start : start + RUN])
    return places


def _withheld_in(field: Field, piece: Sequence[str], wholes: Sequence[Sequence[str]]) -> Iterator[int]:
    """The words of a field that are a withheld sentence, not inside a longer one that was given."""
    folded = field.folded
    longer = (whole for whole in wholes if len(whole) > len(piece))
    spared = [(at, at + len(whole)) for whole in longer for at in _places(folded, whole)]
    for at in _places(folded, piece):
        if not any(start <= at and at + len(piece) <= end for start, end in spared):
            yield from range(at, at + len(piece))


def _stretches(indexes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and last of each stretch of numbers that follow each other."""
    start = 0
    for place in range(1, len(indexes) + 1):
        if place == len(indexes) or indexes[place] != indexes[place - 1] + 1:
            yield indexes[start], indexes[place - 1]
            start = place


def _not_given(words: list[str], given: Sequence[str], firsts: set[str]) -> Iterator[Gram]:
    """The runs of a post that begin as one we look for, except those inside a sentence its author said yes to."""
    free = [0] * len(words)  # by a word: where the farthest given sentence ends that begins there or before
    for piece in map(folded_words, given):
        for start in _places(words, piece):
            free[start] = max(free[start], start + len(piece))
    reach = 0
    for index in range(len(words) - RUN + 1):
        reach = max(reach, free[index])
        if words[index] in firsts and index + RUN > reach:
            yield tuple(words[index : index + RUN])


def without_sentence(text: str, sentence: str) -> str:
    """The text with a sentence taken out, and every run of six or more of its words, marked where it stood."""
    words, piece = words_of(text), folded_words(sentence)
    folded = [word.folded for word in words]
    spans = [(words[at].start, words[at + len(piece) - 1].end) for at in _places(folded, piece)]
    theirs = {gram for _, gram in grams(piece)}
    spans += [(words[at].start, words[at + RUN - 1].end) for at, gram in grams(folded) if gram in theirs]
    for start, end in reversed(merged(spans)):
        text = text[:start] + TAKEN_BACK + text[end:]
    return text


def still_says(text: str, sentence: str) -> bool:
    """Whether a text has a part of a sentence, of so many words that it may be known by them."""
    piece = folded_words(sentence)
    length = min(TELLING, len(piece))
    parts = {tuple(piece[at : at + length]) for at in range(len(piece) - length + 1)}
    words = folded_words(text)
    return any(tuple(words[at : at + length]) in parts for at in range(len(words) - length + 1))


def leaves_part(sections: Iterable[Section], sentence: str) -> bool:
    """Whether a part of a sentence is left in sections, written or seen, that its author may be known by."""
    texts = (text for one in sections for text in (one.heading, one.text, *seen_of(one.text)))
    return any(still_says(text, sentence) for text in texts)


def sections_without(sections: Iterable[Section], sentence: str) -> list[Section]:
    """Sections with a sentence taken out of all of them; where it is seen but not written so, the text goes with it."""
    found = []
    for section in sections:
        heading = without_sentence(section.heading, sentence)
        text = without_sentence(section.text, sentence)
        if any(stands_in(sentence, seen) for seen in seen_of(text)):
            text = TAKEN_BACK
        found.append(Section(section.id, section.kind, heading, text, section.source))
    return found


def sections_without_runs(sections: Sequence[Section], body: str, *, ours: Iterable[str]) -> list[Section]:
    """Sections with all that `find_repeated` finds of a post's words taken out; what `ours` says too stays."""
    spans: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for one in find_repeated(sections, [(body, ())], ours=ours):
        spans.setdefault((one.section, one.field), []).append((one.start, one.end))
    return [
        replace(
            section,
            heading=_without_places(section.heading, spans.get((section.id, "heading"), [])),
            text=_without_places(section.text, spans.get((section.id, "text"), [])),
        )
        for section in sections
    ]


def _without_places(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with places taken out that are counted in UTF-16 code units, marked where they stood."""
    units = text.encode("utf-16-le")
    for start, end in reversed(merged(spans)):
        units = units[: start * 2] + TAKEN_BACK.encode("utf-16-le") + units[end * 2 :]
    return units.decode("utf-16-le")
