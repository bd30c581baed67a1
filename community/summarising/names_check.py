"""What must not leave in a summary: members' names, ways to reach somebody, and members' words they did not give.

Both what is written and what readers see of it is looked at (shown.py). Names are found as whole words whatever their
capitals and accents, with a possessive, and by each part of three letters or more. A name that is also an ordinary word
(Hope, Will, River: data/ordinary_words.txt) counts where it begins with a capital, also at the beginning of a sentence,
because nobody can tell there: a false alarm costs another wording, a name that slips through costs a member's trust.
Months and days beside a number are dates.
"""

from __future__ import annotations

import calendar
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from community.summarising.reading import (
    Word,
    fold,
    folded_words,
    listed_words,
    plain_of,
    without_possessive,
    words_of,
)
from community.summarising.sections import Section
from community.summarising.shown import Found, found_at, in_their_places, with_shown

RUN = 6  # as many words of a member in a row are theirs
PART_LETTERS = 3
HANDLE_LETTERS = 4
PHONE_DIGITS = (7, 15)

# Each part is as long as an address allows: without a bound, a long word costs the square of its length.
_MAILBOX = r"[\w.+-]{1,64}"
_HOST = r"[\w-]{1,63}"
_MAIL = re.compile(
    rf"{_MAILBOX}@{_HOST}(?:\.{_HOST})+"
    rf"|{_MAILBOX}\s?[(\[]at[)\]]\s?{_HOST}\s?(?:\.|[(\[]dot[)\]]| dot )\s?[a-z]{{2,24}}"
    rf"|{_MAILBOX} at {_HOST}(?: dot [a-z]{{2,24}})+"
    rf"|{_MAILBOX} (?:at|@) (?:gmail|hotmail|yahoo|outlook|icloud|proton(?:mail)?)\b",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w@])@\w[\w.-]{1,}")
_PROFILE = re.compile(
    r"\b(?:wa\.me|t\.me|(?:instagram|facebook|tiktok|snapchat|x|twitter|linkedin)\.com|discord\.gg)/\S+",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w.])[+(]?\d(?:[\s().\-/]{0,3}\d){6,14}(?!\w)")
_DATE = re.compile(r"\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2,4}")
_DIGIT_WORDS = (
    "zero",
    "oh",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "double",
)
_SPOKEN = re.compile(rf"\b(?:(?:{'|'.join(_DIGIT_WORDS)})\b[\s,.-]*){{7,}}", re.IGNORECASE)
_DATE_WORDS = frozenset(fold(name) for name in (*calendar.month_name, *calendar.day_name) if name)
_UNSPACED = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\u3040-\u30ff\u0e00-\u0e7f]")


@dataclass(frozen=True)
class Guarded:
    """What a group's summaries must not say: the names its members go by, and their handles."""

    names: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    known_contacts: tuple[str, ...] = ()  # of the session itself: its place and link
    parts: bool = True  # whether a part of a name names somebody too
    _rules: dict[str, list[tuple[tuple[str, ...], bool]]] = field(default_factory=dict, compare=False)

    def rules(self) -> dict[str, list[tuple[tuple[str, ...], bool]]]:
        """By a name's first word: its words, and whether a capital is needed for it to be one."""
        if not self._rules:
            for words, capital in sorted(set(_name_rules(self.names, parts=self.parts))):
                self._rules.setdefault(words[0], []).append((words, capital))
        return self._rules


def ordinary_words() -> frozenset[str]:
    """Words of everyday English that somebody may also go by."""
    return listed_words("ordinary_words")


def joining_words() -> frozenset[str]:
    """Words that are no name by themselves, such as the "the" in "Willow the Brave"."""
    return listed_words("joining_words")


def _name_rules(names: Iterable[str], *, parts: bool) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Each way of naming: a whole name, and with `parts` every part that is long enough, as of "Anna1990"."""
    for name in names:
        whole = tuple(folded_words(name))
        if not whole:
            continue
        pieces = {*whole, *(word.folded for word in words_of(name, apart=True))} if parts else set()
        for words in {whole, *((piece,) for piece in pieces)}:
            if len(words) > 1:
                yield words, False
                continue
            (part,) = words
            if words != whole and (len(part) < PART_LETTERS or part in joining_words() or part.isdigit()):
                continue
            yield words, len(part) < PART_LETTERS or part in ordinary_words() or part in joining_words()


def find_names(text: str, guarded: Guarded) -> Iterator[tuple[int, int]]:
    """Where a text names a member, whether what nobody sees joins words or parts them."""
    joined, apart = words_of(text), words_of(text, apart=True)
    yield from _named_in(joined, guarded)
    if apart != joined:
        yield from _named_in(apart, guarded)
    yield from _unspaced_names(text, guarded)


def _named_in(found: list[Word], guarded: Guarded) -> Iterator[tuple[int, int]]:
    """Where these words name a member."""
    rules = guarded.rules()
    for index, word in enumerate(found):
        own = {word.folded, fold(without_possessive(word.written))}
        for form in own | _without_s(word.folded):
            for words, capital in rules.get(form, ()):
                if capital and not (_begins_large(word.written) and not _is_date(found, index)):
                    continue
                if capital and form not in own:
                    continue
                last = _follows(found, index, words)
                if last is not None:
                    yield word.start, last


def _without_s(word: str) -> set[str]:
    """A plural, or a possessive without its apostrophe; "less" is none of Les."""
    if len(word) <= PART_LETTERS or not word.endswith("s"):
        return set()
    return set() if word in ordinary_words() or word in joining_words() else {word[:-1]}


def _begins_large(piece: str) -> bool:
    """Whether a written word begins with a capital."""
    return next((char.isupper() for char in piece if char.isalpha()), False)


def _is_date(found: list[Word], index: int) -> bool:
    """Whether a month or a day of the week stands beside a number, or a day beside a month."""
    if found[index].folded not in _DATE_WORDS:
        return False
    beside = found[max(0, index - 1) : index] + found[index + 1 : index + 2]
    return any(word.folded[:1].isdigit() for word in beside)


def _follows(found: list[Word], index: int, words: tuple[str, ...]) -> int | None:
    """Where the name ends that begins at a word, if all of it stands there; the last word may be possessive."""
    last = index + len(words) - 1
    if last >= len(found):
        return None
    for offset in range(1, len(words)):
        word = found[index + offset]
        forms = {word.folded}
        if index + offset == last:
            forms |= {fold(without_possessive(word.written)), *_without_s(word.folded)}
        if words[offset] not in forms:
            return None
    return found[last].end


def _unspaced_names(text: str, guarded: Guarded) -> Iterator[tuple[int, int]]:
    """Names in scripts that put no space between words."""
    plain = plain_of(text)
    for name in guarded.names:
        if _UNSPACED.search(name):
            for match in re.finditer(re.escape(plain_of(name.strip()).text), plain.text):
                yield plain.span(*match.span())


def find_contacts(text: str, guarded: Guarded) -> Iterator[tuple[int, int]]:
    """Where a text tells how to reach somebody: addresses, numbers, handles, profiles."""
    plain = plain_of(text)
    for start, end in _contacts_in(plain.text, guarded):
        yield plain.span(start, end)


def _contacts_in(text: str, guarded: Guarded) -> Iterator[tuple[int, int]]:
    for pattern in (_MAIL, _HANDLE, _PROFILE, _SPOKEN):
        for match in pattern.finditer(text):
            yield match.span()
    for match in _PHONE.finditer(_DATE.sub(lambda date: " " * len(date[0]), text)):
        digits = sum(char.isdigit() for char in match[0])
        if PHONE_DIGITS[0] <= digits <= PHONE_DIGITS[1]:
            yield match.span()
    for handle in guarded.handles:
        if len(handle) >= HANDLE_LETTERS and fold(handle) not in ordinary_words():
            for match in re.finditer(rf"(?<!\w){re.escape(handle)}(?!\w)", text, re.IGNORECASE):
                yield match.span()


def find_given_away(sections: Iterable[Section], guarded: Guarded) -> list[Found]:
    """Every name and contact in these sections, in order, as they are written and as readers see them."""
    written = list(sections)
    found = []
    for section in with_shown(written):
        for name, text in (("heading", section.heading), ("text", section.text)):
            known = merged(span for known in guarded.known_contacts for span in _spans_of(known, text))
            contacts = merged(one for one in find_contacts(text, guarded) if not _inside(one, known))
            found += [found_at(section, name, text, *span, why="contact") for span in contacts]
            names = [one for one in merged(find_names(text, guarded)) if not _inside(one, contacts)]
            found += [found_at(section, name, text, *span, why="name") for span in names]
    return in_their_places(found, written)


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that overlap as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _spans_of(piece: str, text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(re.escape(piece.strip()), text)] if piece.strip() else []


def _inside(span: tuple[int, int], wholes: Sequence[tuple[int, int]]) -> bool:
    """Whether a span lies in one of these, which are in order and apart from each other."""
    at = bisect_right(wholes, span[0], key=lambda whole: whole[0])
    return at > 0 and span[1] <= wholes[at - 1][1]
