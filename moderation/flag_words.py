"""Why something spoke up, in the kind sentences of moderation/data/flag_words.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from uuid import UUID

FILE = Path(__file__).resolve().parent / "data" / "flag_words.toml"


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def why(
    codes: Iterable[str], kind: str, *, scored: bool = False, decided: bool = False, sampled: bool = False
) -> list[str]:
    """A sentence for each code, once each; what no code explains is told by the kind of speech.

    `scored` says that models read it, `decided` that a facilitator did, `sampled` that chance drew it for a look.
    """
    if sampled:
        return [_words()["kinds"]["sample"]]
    found = dict.fromkeys(sentence for code in codes if (sentence := sentence_of(code)))
    if found:
        return list(found)
    if kind == "none" and (scored or decided):
        kind = "decided" if decided else "scores"
    kinds = _words()["kinds"]
    return [kinds.get(kind, kinds["none"])]


def sentence_of(code: str) -> str | None:
    """The sentence of a code, also of one that names more after a colon or is a group's own rule; None if unknown."""
    codes = _words()["codes"]
    if is_rule(code):
        return codes["group_rule"]
    return codes.get(code) or codes.get(code.partition(":")[0])


def is_rule(code: str) -> bool:
    """Whether the code is the id of a group's own rule."""
    try:
        UUID(code)
    except ValueError:
        return False
    return True
