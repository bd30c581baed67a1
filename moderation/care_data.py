"""What the clinical lead decides, read from moderation/data/care.toml: the care lane's times and its words."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"
STEPS = 6  # of a safety plan


@dataclass(frozen=True)
class CareTimes:
    """How long each thing may wait; `levels` are the times after a cry for help at which levels 0 to 3 come."""

    levels: tuple[timedelta, timedelta, timedelta, timedelta]
    again: timedelta
    card: timedelta
    unanswered_disclosure: timedelta
    unanswered_question: timedelta
    unanswered_oldest: timedelta
    overdue: timedelta


@dataclass(frozen=True)
class CareData:
    """The whole file: times, the default words, and who signed them when."""

    signed_by: str
    signed_on: date
    times: CareTimes
    card: tuple[str, ...]


@cache
def care_data() -> CareData:
    """The file as it is shipped; raises ValueError for times that cannot work."""
    return read_care((DATA / "care.toml").read_text(encoding="utf-8"))


def read_care(text: str) -> CareData:
    """Read the TOML of a care file; raises KeyError or ValueError, naming what does not fit."""
    raw = tomllib.loads(text)
    found = CareData(
        signed_by=str(raw["signed_by"]).strip(),
        signed_on=raw["signed_on"],
        times=read_times(raw["times"]),
        card=tuple(raw["card"]["words"]),
    )
    if not found.signed_by or not isinstance(found.signed_on, date):
        raise ValueError("care.toml must be signed: signed_by and signed_on.")
    if not found.card:
        raise ValueError("care.toml: the support card has no words.")
    return found


def read_times(raw: dict[str, float]) -> CareTimes:
    """The times of the file; raises ValueError unless each level comes after the one before it."""
    minutes = [0, raw["backup_minutes"], raw["everybody_minutes"], raw["failed_minutes"]]
    if any(later <= earlier for earlier, later in pairwise(minutes)):
        raise ValueError("care.toml: each level must come later than the one before it.")
    if min(raw.values()) <= 0:
        raise ValueError("care.toml: every time must be more than nothing.")
    on_duty, backup, everybody, failed = (timedelta(minutes=value) for value in minutes)
    return CareTimes(
        levels=(on_duty, backup, everybody, failed),
        again=timedelta(minutes=raw["again_minutes"]),
        card=timedelta(hours=raw["card_hours"]),
        unanswered_disclosure=timedelta(hours=raw["unanswered_disclosure_hours"]),
        unanswered_question=timedelta(hours=raw["unanswered_question_hours"]),
        unanswered_oldest=timedelta(days=raw["unanswered_days"]),
        overdue=timedelta(minutes=raw["overdue_minutes"]),
    )
