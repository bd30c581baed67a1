"""A text as models read it: disguises taken off, and signs that their vocabulary lacks put into words.

The base vocabulary has no emoji, so both halves of a pair that differ in one emoji would look the same to it; and it
reads "l0ser" as three scraps. Every backend and the training read texts through `plain`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from moderation.words.tokens import Piece, letters_of, pieces_of, readable, run_at, words_of
from moderation.words.unmasking import guarded, run_words

SAME = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " "})
PICTURES = re.compile("[\u2190-\u27ff\u2900-\u2bff\U0001f000-\U0001faff]")
MOST_PICTURES = 60  # that are put into words; a name is up to thirty times as long as its sign
UNSEEN = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u3164\u115f\u1160\uffa0\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\u00ad]"
)
# A blank that is no space: between single letters it keeps a word apart, elsewhere it parts words.
BLANK_IN_WORD = re.compile(r"(?<!\w\w)(?<=\w)\u2800(?=\w(?!\w))")
LONGEST = 80  # letters without a space; the tokenizer reads nothing in a longer stretch
TOO_LONG = re.compile(rf"(\S{{{LONGEST}}})(?=\S)")
LONG_RUN = re.compile(r"(.)\1{3,}", re.DOTALL)
PARTS = re.compile(r"[^a-z]")
LETTERS = re.compile(r"[a-z]+")
JOINED = re.compile(
    r"[a-z]{2,}(?:[-./,:;?&'][a-z]+)*|[a-z]'[a-z]+"
)  # don't, well-being, time.It: no disguise


@lru_cache(maxsize=2_000)
def picture_name(sign: str) -> str:
    """The name of a picture in small letters, as words of the text; a space for one that has none."""
    return f" {unicodedata.name(sign, '').lower().replace('-', ' ')} "


def plain(text: str) -> str:
    """The text with pictures as words, plain quotes, nothing unseen, and listed words without their disguises."""
    text = UNSEEN.sub("", BLANK_IN_WORD.sub("", readable(text).translate(SAME)).replace("\u2800", " "))
    text = LONG_RUN.sub(r"\1\1\1", text)
    text = PICTURES.sub(lambda match: picture_name(match.group()), text, count=MOST_PICTURES)
    return TOO_LONG.sub(r"\1 ", undisguised(PICTURES.sub(" ", text)))


def undisguised(text: str) -> str:
    """The text with each listed word that stood behind a disguise; all else, spaces too, as it was."""
    pieces = pieces_of(text)
    parts, place, index = [], 0, 0
    while index < len(pieces):
        run = run_at(pieces, index)
        run = run if run > index + 1 else index + 1
        words = behind(pieces[index:run])
        if words:
            parts += [text[place : pieces[index].span[0]], words]
            place = pieces[run - 1].span[1]
        index = run
    return "".join([*parts, text[place:]])


def behind(pieces: list[Piece]) -> str:
    """The words behind the disguise of one stretch, or of a run of single letters; nothing where there is none."""
    first, last = pieces[0], pieces[-1]
    if len(pieces) > 1:
        words = run_words(letters_of(pieces))
    elif LETTERS.fullmatch(first.raw.casefold().strip(".,!?;:\"'()")):
        words = words_of(first.core, "", "")
        if first.core in words:
            return ""
    elif first.raw.isascii() and is_joined(first.core):
        return ""
    else:
        words = words_of(first.core, first.before, first.after)
    known = [word for word in words if word in guarded() and word != "not"]
    if not known or " ".join(words) == first.raw.casefold():
        return ""
    before = "".join(mark for mark in first.before if mark in "\"'(")
    after = "".join(mark for mark in last.after if mark in ".,!?;:\"')")
    return f"{before}{' '.join(words)}{after}"


def is_joined(core: str) -> bool:
    """Whether it is whole words with marks between them, as in "well-being", and no letters kept apart."""
    return bool(JOINED.fullmatch(core)) and all(len(part) > 1 for part in PARTS.split(core)[:-1])
