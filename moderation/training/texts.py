"""Our own texts: blocks of posts that people wrote for this project, with what is true of them.

A block has a header in brackets, `[family=.. kind=.. labels=.. severity=.. concern=yes pair=..]`; each other line is a
post. Line n of two blocks with the same pair name is a minimal pair, and both halves stay in one split.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from moderation.classifiers.outputs import ABUSE, LABELS, OUTPUTS

FOLDER = Path(__file__).resolve().parent / "texts"
KINDS = ("none", "risk", "method", "attack", "recovery", "spoken")
KEYS = {"family", "kind", "labels", "severity", "concern", "pair"}
HEADER = re.compile(r"\[(.+)\]")
DANGER = 2  # the severity from which somebody is called


class BadText(ValueError):
    """A header that says what cannot be; the message names file and line."""


@dataclass(frozen=True)
class Text:
    """One post with the truth about it. `group` is shared by posts that must stay in one split."""

    text: str
    family: str
    kind: str
    labels: frozenset[str]
    severity: int
    concern: bool
    file: str
    group: str

    @property
    def targets(self) -> dict[str, float]:
        """All outputs, each 0 or 1."""
        true = set(self.labels)
        if self.kind in ("attack", "method", "recovery", "spoken"):
            true.add(self.kind)
        if self.kind == "method" and self.labels & set(ABUSE):
            true.add("attack")
        if self.concern:
            true.add("concern")
        if self.severity >= DANGER:
            true.add("acute")
        return {output: float(output in true) for output in OUTPUTS}


def read_texts(folder: Path = FOLDER) -> list[Text]:
    """All texts of a folder, in a fixed order; raises BadText for a header that is wrong."""
    return [text for path in sorted(folder.glob("*.txt")) for text in read_file(path)]


def read_file(path: Path) -> Iterator[Text]:
    """The posts of one file."""
    header: dict[str, str] = {}
    number = 0
    for place, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("# "):
            continue
        found = HEADER.fullmatch(line) if "family=" in line else None
        if found:
            header, number = header_of(found.group(1), f"{path.name}:{place}"), 0
            continue
        if not header:
            raise BadText(f"{path.name}:{place}: a post before the first header")
        number += 1
        pair = header.get("pair")
        yield Text(
            text=line,
            family=header["family"],
            kind=header["kind"],
            labels=frozenset(header["labels"].split(",")) - {"none"},
            severity=int(header.get("severity", "0")),
            concern=header.get("concern") == "yes",
            file=path.stem,
            group=f"{pair}:{number}" if pair else f"{path.stem}:{place}",
        )


def header_of(words: str, place: str) -> dict[str, str]:
    """The header's values; raises BadText for unknown keys, kinds or labels, and for what contradicts itself."""
    found = dict(word.split("=", 1) for word in words.split())
    labels = set(found.get("labels", "").split(",")) - {"none"}
    if set(found) - KEYS or not {"family", "kind", "labels"} <= set(found):
        raise BadText(
            f"{place}: a header has family, kind and labels, and perhaps severity, concern and pair"
        )
    if found["kind"] not in KINDS or labels - set(LABELS):
        raise BadText(f"{place}: no such kind or label")
    if (found["kind"] == "risk") != (found.get("severity", "0") in ("1", "2", "3")):
        raise BadText(f"{place}: a risk has a severity of 1, 2 or 3, and nothing else has one")
    if (found["kind"] == "risk") != ("self_harm" in labels):
        raise BadText(f"{place}: self_harm is the label of a risk, and of nothing else")
    if labels & set(ABUSE) and "toxicity" not in labels:
        raise BadText(f"{place}: abuse is toxic")
    return found
