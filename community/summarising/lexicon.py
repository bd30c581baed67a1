"""What group talk is about: themes with plain words, each with a gentle wording (data/themes.toml)."""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from community.summarising.reading import fold, listed_words

FILE = Path(__file__).resolve().parent.parent / "data" / "themes.toml"
STRONG = 3.0
PLAIN = 1.0

Stems = tuple[str, ...]

_ENDINGS = (
    ("fulness", "ful"), ("iveness", "ive"), ("ousness", "ous"), ("nesses", ""), ("ments", ""), ("ingly", ""),
    ("edly", ""), ("ness", ""), ("ment", ""), ("ings", ""), ("ies", "y"), ("ied", "y"), ("ing", ""), ("ed", ""),
    ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("ly", ""),
)  # fmt: skip
_DOUBLED = re.compile(r"([bdgklmnprt])\1$")


@dataclass(frozen=True)
class Entry:
    """One word or phrase of a theme, as stems, and how much it counts."""

    theme: str
    words: str
    stems: Stems
    weight: float


@dataclass(frozen=True)
class Lexicon:
    """All themes: how each is worded, and the entries by their first stem."""

    wordings: dict[str, str]
    entries: dict[str, tuple[Entry, ...]]


@functools.lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A folded word without its ending, so that sleep, sleeps and sleeping are one."""
    if len(word) <= 3 or word in listed_words("small_words"):
        return word
    bare = word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            bare = _DOUBLED.sub(r"\1", word[: len(word) - len(ending)] + instead)
            break
    else:
        bare = word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
    short = bare[:-1] if bare.endswith("e") and len(bare) > 3 else bare
    small = listed_words("small_words")
    return next((form for form in (short, bare) if form not in small), word)


@functools.cache
def lexicon() -> Lexicon:
    """The themes that ship."""
    return read_lexicon(FILE.read_text())


def read_lexicon(text: str) -> Lexicon:
    """Themes from TOML: a table for each with `wording`, `strong` and `words`; raises ValueError for another form."""
    wordings: dict[str, str] = {}
    found: dict[str, list[Entry]] = {}
    for theme, row in tomllib.loads(text).items():
        if set(row) != {"wording", "strong", "words"}:
            raise ValueError(f"the theme {theme} needs wording, strong and words")
        wordings[theme] = row["wording"]
        for name, weight in (("strong", STRONG), ("words", PLAIN)):
            for words in row[name]:
                stems = tuple(stem(fold(word)) for word in words.split())
                if not any(one.theme == theme and one.stems == stems for one in found.get(stems[0], ())):
                    found.setdefault(stems[0], []).append(Entry(theme, words, stems, weight))
    entries = {
        first: tuple(sorted(rows, key=lambda row: (-len(row.stems), row.theme)))
        for first, rows in found.items()
    }
    return Lexicon(wordings, entries)
