"""The findings of `audit verify`, as data and in plain words."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hearthside.audit_file import public_key

MOST_SHOWN = 100

WORDS = {
    "edited": "{where} was changed after it was written, or was not written by Hearthside.",
    "deleted": "{where} was deleted.",
    "missing": "Seals {sequence} to {until} were deleted.",
    "reordered": "{where} stands in a place that is not its own: the order was changed.",
    "seal": "{where}: its seal was changed, or was not made by Hearthside.",
    "rewritten": "Seal {sequence} is not the one that line {line} of the checkpoint file signed.",
    "cut": "The chain ends at {sequence}, but was at {until}: its end was cut off, or an older copy was put back.",
    "unsealed": "{where}, written {at} UTC, has no seal yet. Hearthside does that within seconds while it serves.",
    "guard": "The database's guard {name} is missing or changed. `hearthside audit guard` puts it back.",
    "forged": "Line {line} of the checkpoint file was changed, or was not signed with this installation's keyring.",
    "file_cut": "Line {line} of the checkpoint file does not follow the line before it: lines were removed or moved.",
    "file_missing": "The checkpoint file {path} is missing or empty: it was removed, or its setting has changed.",
    "file_unreadable": "The checkpoint file {path} cannot be read: {name}.",
    "uncovered": "Seals {sequence} to {until} are in no checkpoint: the file's end was cut, or it cannot be written.",
}
"""What each kind of damage is called to the operator."""


@dataclass(frozen=True)
class Damage:
    """One thing that is wrong, and where."""

    kind: str
    sequence: int | None = None
    entry: str | None = None
    line: int | None = None
    until: int | None = None
    name: str = ""
    at: str = ""

    def words(self, path: Path) -> str:
        """The damage in a sentence."""
        place = "" if self.sequence is None else f" {self.sequence}"
        where = f"Entry{place} ({self.entry})"
        return WORDS[self.kind].format(where=where, path=path, **vars(self))


@dataclass
class Report:
    """What was looked at and what was found."""

    path: Path
    seals: int = 0
    waiting: int = 0
    checkpoints: int = 0
    last_at: str = ""
    head: int = 0
    mac: str = ""
    agreed: int = 0
    damage: list[Damage] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """True when nothing is wrong."""
        return not self.damage

    @property
    def kinds(self) -> set[str]:
        """The kinds of damage that were found."""
        return {item.kind for item in self.damage}

    def add(self, kind: str, **where: Any) -> None:
        """Note one damage."""
        self.damage.append(Damage(kind, **where))

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON data."""
        return {
            "clean": self.clean,
            "sealed": self.seals,
            "waiting": self.waiting,
            "checkpoints": self.checkpoints,
            "file": str(self.path),
            "public_key": public_key(),
            "damage": [
                {
                    "kind": item.kind,
                    "sequence": item.sequence,
                    "entry": item.entry,
                    "line": item.line,
                    "words": item.words(self.path),
                }
                for item in self.damage
            ],
            "notes": self.notes,
        }

    def as_text(self) -> str:
        """The report for an operator."""
        lines = [item.words(self.path) for item in self.damage[:MOST_SHOWN]]
        if len(self.damage) > MOST_SHOWN:
            lines.append(f"And {len(self.damage) - MOST_SHOWN:,} more of this kind; --json lists them all.")
        counted = f"{self.seals:,} entries sealed, {self.waiting:,} waiting; {self.checkpoints:,} checkpoints"
        if self.damage:
            lines.insert(0, f"The audit trail is DAMAGED ({counted}):")
            lines.append(
                "Keep the database and the checkpoint file as they are, and make a copy of both first."
            )
        else:
            lines.append(
                f"The audit trail is whole: {counted}, the newest of {self.last_at or 'no day yet'}."
            )
        lines += [f"Note: {words}" for words in self.notes]
        lines += [f"Checkpoint file: {self.path}", f"Public key (Ed25519): {public_key()}"]
        return "\n".join(lines)
