"""Words behind their disguises: leet, stars, letters kept apart, letters repeated, short forms."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from moderation.words.folding import LEET, shorten, skeleton, skeleton_of, squeeze
from moderation.words.lists import load, sets, spellings

PLAIN = re.compile(r"[a-z]+")
APOSTROPHE = re.compile(r"[a-z]+(?:'[a-z]+)+")
SPLIT = re.compile(r"[^a-z0-9']+")
NOT_LETTERS = re.compile(r"[^a-z]+")
ENDINGS = {
    "n't": ("not",),
    "'re": ("are",),
    "'ll": ("will",),
    "'ve": ("have",),
    "'m": ("am",),
    "'d": ("would",),
}
PRONOUNS = "he she it that this there here what who how where when why everyone everybody nobody someone somebody one"
BE_AFTER = frozenset(re.findall(r"\w+", PRONOUNS))
LONGEST = 18
SIGNS = frozenset("013456789@$!|+€£¢(")


@cache
def guarded() -> frozenset[str]:
    """The listed words that people disguise."""
    found: set[str] = set()
    for name in load("spelling_guard")["sets"]:
        found.update(word for word in PLAIN.findall(sets()[name]) if len(word) > 2)
    found.update(load("spelling_guard")["words"])
    return frozenset(found - set(load("spelling_guard")["never"]))


@cache
def common() -> frozenset[str]:
    """Small words that stand between disguised ones, disguised as well: "y0u ar3"."""
    return frozenset(load("spelling_guard")["common"])


@cache
def ordinary() -> frozenset[str]:
    """Words that look like a disguise and are none."""
    return frozenset(load("spelling_guard")["ordinary"])


@cache
def skeletons() -> dict[str, tuple[str, ...]]:
    """Each guarded or common word by what it shares with its disguises."""
    table: dict[str, list[str]] = {}
    for word in sorted(guarded() | common()):
        table.setdefault(skeleton_of(word), []).append(word)
    return {key: tuple(found) for key, found in table.items()}


@cache
def by_shape() -> dict[tuple[int, str], tuple[str, ...]]:
    """Guarded words by length and first letter, for those with stars in them."""
    table: dict[tuple[int, str], list[str]] = {}
    for word in sorted(guarded()):
        table.setdefault((len(word), word[0]), []).append(word)
    return {key: tuple(found) for key, found in table.items()}


def spelled(word: str) -> tuple[str, ...]:
    """What a short form or misspelling stands for; nothing if it is none."""
    return spellings().get(word, ())


def unmasked(core: str, before: str, after: str) -> tuple[str, ...]:
    """The words of one stretch without spaces, out of whatever it is disguised in."""
    short = spelled(core)
    if short:
        return short
    if PLAIN.fullmatch(core):
        return edged(core, before, after) or plain_word(core)
    if APOSTROPHE.fullmatch(core):
        return contraction(core)
    hidden = behind_leet(core, before, after) or behind_marks(core) or behind_stars(core)
    if hidden:
        return spelled(hidden) or (hidden,)
    parts = [part for part in SPLIT.split(core) if part]
    if len(parts) == 1 and parts[0] == core:
        return (core,)
    return tuple(word for part in parts for word in unmasked(part, "", "")) or (core,)


def edged(core: str, before: str, after: str) -> tuple[str, ...]:
    """The listed word that begins or ends with "!" for a letter; nothing where it is only an exclamation."""
    if core in guarded() or core in common():
        return ()
    first = "il" if before[-1:] == "!" else ""
    last = "il" if after[:1] == "!" else ""
    tried = [*(char + core for char in first), *(core + char for char in last)]
    return tuple(word for word in tried if word in guarded())[:1]


def plain_word(word: str) -> tuple[str, ...]:
    """A word of letters only; letters repeated for effect or as a disguise are written as listed."""
    if word in guarded() or word in common() or word in ordinary() or len(word) < 3:
        return (word,)
    if squeeze(word) == word:
        return (word,)
    thrice = shorten(word, 2) != word
    for tried in (shorten(word, 2), squeeze(word)) if thrice else (squeeze(word),):
        if spelled(tried) and thrice:
            return spelled(tried)
        for known in skeletons().get(squeeze(tried.replace("l", "i")), ()):
            if squeeze(known) == squeeze(word) and (thrice or known in guarded()):
                return (known,)
    return (shorten(word, 2),)


def contraction(core: str) -> tuple[str, ...]:
    """A word with an apostrophe, in full."""
    for ending, meant in ENDINGS.items():
        if core.endswith(ending):
            return (*plain_word(core[: -len(ending)]), *meant)
    base, _, end = core.partition("'")
    if end == "s":
        return (base, "is") if base in BE_AFTER else plain_word(base)
    joined = core.replace("'", "")
    if joined in guarded():
        return (joined,)
    return plain_word(base)


def behind_marks(core: str) -> str:
    """A guarded word with marks between its letters; "well-being" and "and/or" are none."""
    letters = NOT_LETTERS.sub("", core)
    if len(letters) < 3 or any(char.isdigit() for char in core):
        return ""
    if letters in guarded() or letters in common() or (spelled(letters) and is_scattered(core)):
        return letters
    if not is_scattered(core):
        return ""
    return listed(letters)


def is_scattered(core: str) -> bool:
    """Whether marks keep single letters apart."""
    return sum(1 for part in NOT_LETTERS.split(core) if len(part) == 1) >= 2


def behind_leet(core: str, before: str, after: str) -> str:
    """A guarded word written with digits and signs for letters."""
    if not any(char in SIGNS for char in core + before[-1:] + after[:1]):
        return ""
    for tried in (before[-1:] + core if before[-1:] in ("!", "(") else core, core, core + after[:1]):
        if any(char.isalpha() for char in tried) or "$" in tried or "@" in tried:
            letters = re.sub(r"[^a-z0-9@$!|+€£¢]", "", tried)
            found = listed(letters)
            if found:
                return found
    return ""


def listed(letters: str) -> str:
    """The listed word whose disguise this may be, the one of the same length first."""
    known = skeletons().get(skeleton(letters), ())
    for word in known:
        if len(word) == len(letters):
            return word
    return known[0] if known and len(letters) > 2 else ""


def behind_stars(core: str) -> str:
    """A guarded word with stars, hashes or dashes for letters."""
    plain = core.translate(LEET)
    if sum(char.isalpha() for char in plain) < 2 or not any(char in "*#_%-." for char in core[1:]):
        return ""
    for word in by_shape().get((len(core), plain[0]), ()):
        if all(there == meant or not there.isalpha() for there, meant in zip(plain, word, strict=True)):
            return word
    return ""


@lru_cache(maxsize=2_000)
def run_words(letters: str) -> tuple[str, ...]:
    """The words in a run of letters that were kept apart: "k y s", "y o u i d i o t".

    If the whole run is listed words, those; else the listed ones of four letters or more; else the letters.
    """
    plain = letters.translate(LEET)
    whole = cut(plain)
    if whole:
        return tuple(meant for word in whole for meant in (spelled(word) or (word,)))
    found: list[str] = []
    place = 0
    while place < len(plain):
        for length in range(min(LONGEST, len(plain) - place), 3, -1):
            if plain[place : place + length] in guarded():
                found.append(plain[place : place + length])
                place += length
                break
        else:
            found.append(plain[place])
            place += 1
    return tuple(found)


def cut(letters: str) -> tuple[str, ...]:
    """The letters cut into listed words with nothing over, the longest first; nothing if it cannot be."""
    steps: list[tuple[int, int]] = [(0, 0)] + [(0, -1)] * len(
        letters
    )  # fewest words so far, where the last begins
    known = guarded() | common()
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - LONGEST), end):
            word = letters[start:end]
            if steps[start][1] < 0 or not (word in known or word in spellings()):
                continue
            if steps[end][1] < 0 or steps[start][0] + 1 < steps[end][0]:
                steps[end] = (steps[start][0] + 1, start)
    words: list[str] = []
    end = len(letters)
    while end > 0 and steps[end][1] >= 0:
        words.append(letters[steps[end][1] : end])
        end = steps[end][1]
    if end > 0 or not any(word in guarded() or spelled(word) for word in words):
        return ()
    return tuple(reversed(words))
