"""The word lists: data files of our own writing, read once, with a digest that ties them to RULES_VERSION."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

PHRASE_FILES = ("risk", "method", "attack", "recovery", "spoken", "marks", "contact")
FOLDER = Path(__file__).resolve().parent.parent / "data" / "words"


@dataclass(frozen=True)
class Rule:
    """Phrases that mean one thing, and how they count; moderation/words/reading.py says what each field does.

    `severity` is for no time, `soon` for one that is named, `recent` for the last days; `least` is the smallest number
    that counts; `unless` names marks that make it mean something else; `note` is a content note for what is detailed.
    """

    code: str
    kind: str
    says: tuple[str, ...]
    severity: int = 0
    soon: int = 0
    recent: int = 0
    least: int = 0
    unless: tuple[str, ...] = ()
    firm: bool = False
    shielded: bool = False
    no_self: bool = False
    own: bool = False
    over: tuple[str, ...] = ()
    lane: str = ""
    note: str = ""
    score: float = 1.0


@cache
def load(name: str) -> dict[str, Any]:
    """One data file by its name without the ending."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def look_alikes() -> dict[str, str]:
    """A letter of another alphabet, to the letter from a to z that it is taken for."""
    table: dict[str, str] = {}
    for plain, twins in load("look_alikes")["letters"].items():
        for twin in twins:
            table[twin] = plain
    return table


@cache
def spellings() -> dict[str, tuple[str, ...]]:
    """Short forms, contractions and common misspellings, to the words they stand for."""
    table: dict[str, tuple[str, ...]] = {}
    for part in load("spelling").values():
        for written, meant in part.items():
            table[written] = tuple(meant.split())
    return table


@cache
def sets() -> dict[str, str]:
    """Named choices of words, written as phrases are, which the phrases use in braces."""
    return {key: written for name in ("sets", "insults") for key, written in load(name).items()}


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule of the phrase files, in their order."""
    found = []
    for name in PHRASE_FILES:
        for row in load(name)["rule"]:
            lists = {key: tuple(row.get(key, ())) for key in ("says", "unless", "over")}
            found.append(Rule(**{**row, **lists, "kind": row.get("kind", name)}))
    return tuple(found)


def digest() -> str:
    """The SHA-256 of all data files, by name: it changes whenever a list does."""
    total = hashlib.sha256()
    for path in sorted(FOLDER.glob("*.toml")):
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()
