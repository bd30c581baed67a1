"""Where in a text its words are that a rule found: spans of characters of the text as it was written."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Callable, Collection, Iterable

from moderation.words.phrases import COMMA, END, Found
from moderation.words.reading import find, known_names, read, sort_all
from moderation.words.tokens import CHUNKS, LINK_TARGETS, Words

Span = tuple[int, int]  # from which character on, and the one behind the last

SECONDS = 0.5  # for one rule
MOST = 5  # stretches that one rule is shown at
AROUND = 8  # words on each side, which may say that it is meant well
ENTITY = re.compile(
    r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)"
)  # as html.unescape reads them
DIGITS = re.compile(r"[\d()+./-]*\d[\d()+./,-]*")
BEFORE = " \t\n\"'“”‘’„«»([{<>,.;:–—-#*_~`"
AFTER = " \t\n\"'“”‘’«»)]}>,.;:?!…–—"
PAIRED = "*_~`"  # marks of emphasis; at the end of a word alone they may stand for letters


def rule_spans(text: str, codes: Collection[str], names: tuple[str, ...] = ()) -> dict[str, list[Span]]:
    """For each code, or kind of speech, the words that the rules found it in; none where they do not find it now.

    `names` are those that the group's members go by. Spans of one code are in order and apart from each other.
    """
    words, hits = find(text, known_names(names))
    places = places_of(text)
    found: dict[str, list[Span]] = {code: [] for code in codes}
    for kind, rule, phrase in sort_all(words, hits):
        said = (
            {kind, rule.code} if rule.kind == kind else {kind}
        )  # else it was set aside, as an idiom or a report
        for code in said & found.keys():
            span = span_of(words, phrase)
            found[code].append(trimmed(text, places[span[0]][0], places[span[1] - 1][1]))
    private = set(read(text, names).privacy)
    for code in private & found.keys():
        found[code] = shortest(text, lambda part, code=code: code in read(part, names).privacy)  # type: ignore[misc]
    return {code: apart(spans)[:MOST] for code, spans in found.items()}


def span_of(words: Words, phrase: Found) -> Span:
    """Where a phrase stands in the text as it is read, without the ends of sentences around it."""
    spans = [
        words.spans[at]
        for at in range(phrase.start, phrase.end + 1)
        if words.signs[at] not in (END, COMMA) and words.spans[at][1] > words.spans[at][0]
    ]
    spans = spans or [words.spans[phrase.end]]
    return min(start for start, _ in spans), max(end for _, end in spans)


def places_of(text: str) -> list[Span]:
    """For each character that the rules read (`readable`), where it stands in the text as it was written."""
    found: list[Span] = []
    readable: list[str] = []
    last = 0
    for match in ENTITY.finditer(text) if "&" in text and ";" in text else ():
        found += [(at, at + 1) for at in range(last, match.start())]
        meant = html.unescape(match.group())
        found += [match.span()] * len(meant)
        readable += [text[last : match.start()], meant]
        last = match.end()
    found += [(at, at + 1) for at in range(last, len(text))]
    plain = "".join([*readable, text[last:]])
    kept: list[Span] = []
    last = 0
    for match in LINK_TARGETS.finditer(plain):
        kept += [*found[last : match.start()], (found[match.start()][0], found[match.end() - 1][1])]
        last = match.end()
    return [*kept, *found[last:]]


def shortest(text: str, speaks: Callable[[str], bool], seconds: float = SECONDS) -> list[Span]:
    """The shortest stretches of whole words at which something speaks up that does so at the text, from the left.

    For what says only whether it speaks up and not where. `speaks` is asked about parts of the text, a few times more
    than the logarithm of its length; after so many seconds the stretches found so far are answered.
    """
    until = time.monotonic() + seconds
    pieces = [match.span() for match in CHUNKS.finditer(text)]
    found: list[Span] = []
    begin = 0

    def heard(first: int, last: int) -> bool:
        return speaks(text[pieces[first][0] : pieces[last][1]])

    while begin < len(pieces) and len(found) < MOST and time.monotonic() < until:
        if not heard(begin, len(pieces) - 1):
            break
        low, last = begin, len(pieces) - 1
        while low < last:
            middle = (low + last) // 2
            low, last = (low, middle) if heard(begin, middle) else (middle + 1, last)
        first, high = begin, last
        while first < high:
            middle = (first + high + 1) // 2
            first, high = (middle, high) if heard(middle, last) else (first, middle - 1)
        if heard(max(begin, first - AROUND), min(len(pieces) - 1, last + AROUND)):
            first, last = whole_number(text, pieces, first, last)
            found.append(trimmed(text, pieces[first][0], pieces[last][1]))
        begin = last + 1
    return apart(found)


def whole_number(text: str, pieces: list[Span], first: int, last: int) -> Span:
    """A stretch of words with the rest of the number that it begins or ends in."""

    def is_number(at: int) -> bool:
        within = 0 <= at < len(pieces)
        return within and DIGITS.fullmatch(text[slice(*trimmed(text, *pieces[at]))]) is not None

    while is_number(last) and is_number(last + 1):
        last += 1
    while is_number(first) and is_number(first - 1):
        first -= 1
    return first, last


def trimmed(text: str, start: int, end: int) -> Span:
    """A span without the marks around its words, unless it is nothing but marks."""
    first, last = start, end
    while first < last and text[first] in BEFORE:
        first += 1
    while last > first and (
        text[last - 1] in AFTER or (text[last - 1] in PAIRED and closes(text, start, first, last))
    ):
        last -= 1
    return (first, last) if last > first else (start, end)


def closes(text: str, start: int, first: int, last: int) -> bool:
    """Whether the mark that a span ends in closes an emphasis that began in the same line; else it may be a letter."""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    runs = re.findall(re.escape(text[last - 1]) + "+", line)
    return first > start or len(runs) % 2 == 1


def apart(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, those that overlap as one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
