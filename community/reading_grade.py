"""How hard a text is to read, in years of school: a number for staff who choose what to give to whom.

English: the Flesch-Kincaid grade, 0.39 x words per sentence + 11.8 x syllables per word - 15.59. German: the fourth
Wiener Sachtextformel, 0.2656 x words per sentence + 0.2744 x share of words with three syllables or more - 1.693. Other
languages have no number here, because a formula for another language misleads. Syllables are groups of vowels, which
is right within a few per cent over a page.
"""

from __future__ import annotations

import re

FEWEST_WORDS = 30  # fewer tell nothing
SENTENCES = re.compile(r"(?<![.!?…])[.!?…]+(?=\s|$)|\n\s*\n|\n(?=\s*[-*#\d])")
WORDS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
VOWELS = re.compile(r"[aeiouyäöü]+")
SILENT = re.compile(r"(?<=[^aeiouy])e$")
ADDRESSES = re.compile(r"\(?https?://\S+")


def reading_grade(text: str, language: str) -> float | None:
    """The school years that reading the text takes, from 0 to 18; None for a language or a length it cannot tell."""
    plain = ADDRESSES.sub(" ", text)
    sentences = [part for part in SENTENCES.split(plain) if WORDS.search(part)]
    words = WORDS.findall(plain.casefold())
    if len(words) < FEWEST_WORDS:
        return None
    pace = len(words) / len(sentences)
    family = language.partition("-")[0].lower()
    if family == "en":
        each = sum(syllables(word, silent=True) for word in words) / len(words)
        grade = 0.39 * pace + 11.8 * each - 15.59
    elif family == "de":
        long = 100 * sum(syllables(word) >= 3 for word in words) / len(words)
        grade = 0.2656 * pace + 0.2744 * long - 1.693
    else:
        return None
    return round(min(18.0, max(0.0, grade)), 1)


def syllables(word: str, *, silent: bool = False) -> int:
    """How many syllables a word has, at least one; with `silent`, an e at its end is not heard."""
    heard = SILENT.sub("", word) if silent and not word.endswith("le") else word
    return max(1, len(VOWELS.findall(heard)))
