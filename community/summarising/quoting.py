"""Members' own words: finding them in a summary, and taking a sentence out of it again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from community.summarising.names_check import RUN, Found, found_at, merged
from community.summarising.reading import folded_words, words_of
from community.summarising.sections import Section

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
    fields = [(one, name, getattr(one, name)) for one in sections for name in ("heading", "text")]
    texts = [(section, name, text, words_of(text)) for section, name, text in fields]
    wanted: dict[Gram, list[tuple[int, int]]] = {}
    for number, (*_, words) in enumerate(texts):
        for index, gram in grams([word.folded for word in words]):
            wanted.setdefault(gram, []).append((number, index))
    for text in ours:
        for _, gram in grams(folded_words(text)):
            wanted.pop(gram, None)
    hits: dict[int, set[int]] = {}
    if wanted:
        firsts = {gram[0] for gram in wanted}
        for body, given in posts:
            for gram in _not_given(folded_words(body), given, firsts):
                for number, index in wanted.pop(gram, ()):  # a run is found once
                    hits.setdefault(number, set()).add(index)
    kept_back = [piece for piece in map(folded_words, withheld) if piece and not _said_in(ours, piece)]
    wholes = [folded_words(one) for one in given]
    found = []
    for number, (section, name, text, words) in enumerate(texts):
        runs = [(words[index].start, words[index + RUN - 1].end) for index in sorted(hits.get(number, ()))]
        folded = [word.folded for word in words]
        for piece in kept_back:
            longer = (whole for whole in wholes if len(whole) > len(piece))
            spared = [(at, at + len(whole)) for whole in longer for at in _places(folded, whole)]
            runs += [
                (words[at].start, words[at + len(piece) - 1].end)
                for at in _places(folded, piece)
                if not any(start <= at and at + len(piece) <= end for start, end in spared)
            ]
        found += [found_at(section, name, text, *span, why="verbatim") for span in merged(runs)]
    return found


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


def sections_without(sections: Iterable[Section], sentence: str) -> list[Section]:
    """Sections with a sentence taken out of all of them."""
    found = []
    for section in sections:
        heading = without_sentence(section.heading, sentence)
        text = without_sentence(section.text, sentence)
        found.append(Section(section.id, section.kind, heading, text, section.source))
    return found
