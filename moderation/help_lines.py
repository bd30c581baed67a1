"""Help lines by region, from moderation/data/help_lines.toml: whom to call when it cannot wait."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from moderation.care_data import DATA

FALLBACK = "EU"


@dataclass(frozen=True)
class HelpLine:
    """One service: by telephone, by text, or both; `verified_on` is when somebody compared it with its `source`."""

    name: str
    number: str | None
    text_number: str | None
    url: str | None
    hours: str
    free: bool
    verified_on: date
    source: str


@dataclass(frozen=True)
class Region:
    """The emergency number and the help lines of a region."""

    code: str
    emergency: str
    lines: tuple[HelpLine, ...]


@dataclass(frozen=True)
class HelpLines:
    """The whole file, and who signed it when."""

    signed_by: str
    signed_on: date
    regions: dict[str, Region]

    def of(self, region: str) -> Region:
        """The region's lines; those of EU for a region that is unset or not in the file."""
        return self.regions.get(region.strip().upper(), self.regions[FALLBACK])


@cache
def help_lines() -> HelpLines:
    """The file as it is shipped."""
    return read_help_lines((DATA / "help_lines.toml").read_text(encoding="utf-8"))


def read_help_lines(text: str) -> HelpLines:
    """Read the TOML of a help line file; raises KeyError or ValueError for what cannot be dialled or is not dated."""
    raw = tomllib.loads(text)
    signed_by, signed_on = str(raw.pop("signed_by")), raw.pop("signed_on")
    regions = {code: read_region(code, part) for code, part in raw.items()}
    if FALLBACK not in regions:
        raise ValueError(
            f"help_lines.toml needs the region {FALLBACK}, for every region that it does not have."
        )
    return HelpLines(signed_by, signed_on, regions)


def read_region(code: str, raw: dict[str, Any]) -> Region:
    """One region of the file."""
    lines = tuple(read_line(line) for line in raw["lines"])
    if not lines:
        raise ValueError(f"help_lines.toml: {code} has no line.")
    return Region(code, str(raw["emergency"]), lines)


def read_line(raw: dict[str, Any]) -> HelpLine:
    """One line of a region."""
    line = HelpLine(
        name=raw["name"],
        number=raw.get("number"),
        text_number=raw.get("text_number"),
        url=raw.get("url"),
        hours=raw["hours"],
        free=bool(raw["free"]),
        verified_on=raw["verified_on"],
        source=raw["source"],
    )
    if not (line.number or line.text_number):
        raise ValueError(f"help_lines.toml: {line.name} has no number.")
    if not isinstance(line.verified_on, date):
        raise ValueError(f"help_lines.toml: {line.name} has no date on which it was verified.")
    return line
