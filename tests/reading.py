"""How hard a text is to read: the Flesch-Kincaid grade, which is about the school year that reads it easily."""

from __future__ import annotations

import re

SENTENCE_END = re.compile(r"[.!?…:]+(?:[\"'”’)\]]*)(?=\s|$)|\n+")
WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
VOWELS = re.compile(r"[aeiouy]+")
SILENT_ENDING = re.compile(r"(?:[^laeiouyhcsxzg]es|[^td]ed|[^laeiouy]e)$")
# Word parts whose vowels the rule counts wrongly.
FEWER = re.compile(r"[^aeiou]eful|eless|ement|ewhere|something|someone|sometimes|everyone|safety")
MORE = re.compile(r"ia|io(?!n)|iu|(?<!p)eo|[^q]ua|[^q]ue[ln]|ying|being|seeing")


def grade(text: str) -> float:
    """The Flesch-Kincaid grade of a text; raises ValueError for one without a word."""
    sentences = [part for part in SENTENCE_END.split(text) if WORD.search(part)]
    words = WORD.findall(text)
    if not words:
        raise ValueError("There is nothing to read in this.")
    syllables = sum(count_syllables(word) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def count_syllables(word: str) -> int:
    """About how many syllables an English word has; at least one. Parts joined by a hyphen count apart."""
    return sum(_count_part(part) for part in re.split(r"[-]", word.casefold()) if part)


def _count_part(word: str) -> int:
    """The syllables of one part: groups of vowels, less silent endings."""
    plain = re.sub(r"['’]", "", word)
    count = len(VOWELS.findall(plain))
    if len(plain) > 2 and SILENT_ENDING.search(plain):
        count -= 1
    count -= len(FEWER.findall(plain))
    count += len(MORE.findall(plain))
    return max(1, count)


def hard_words(text: str) -> list[str]:
    """The words of three syllables or more, the hardest first: what to change in a text that is too hard."""
    found = {word.casefold(): count_syllables(word) for word in WORD.findall(text)}
    return sorted((word for word, count in found.items() if count > 2), key=lambda word: -found[word])
