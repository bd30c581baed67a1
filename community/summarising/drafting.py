"""Putting a draft together from what there is: agenda, themes, tasks, resources and the next date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from community.summarising.names_check import Guarded, find_given_away
from community.summarising.sections import HEADINGS, Section
from community.summarising.themes import Theme

MOST_IN_TEXT = 5
HEARD_FROM = 2  # members: what only one spoke of stays out of the draft, so that nobody can be guessed by it
LINE_CHARACTERS = 200
_BULLET = re.compile(r"^[\s>]*(?:[*+-]|\d+[.)]|#+)?\s*")


@dataclass(frozen=True)
class Task:
    """An assignment that was given to the whole group in a session."""

    id: str
    title: str
    due_at: datetime | None = None


@dataclass(frozen=True)
class Reading:
    """A resource that was shared with the group."""

    id: str
    title: str


@dataclass(frozen=True)
class NextDate:
    """The session after this one."""

    session: str
    title: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str


@dataclass(frozen=True)
class Material:
    """Everything a draft is made of. None of it is a member's name or words: themes are wordings of the lexicon."""

    agenda: str = ""
    themes: tuple[Theme, ...] = ()
    tasks: tuple[Task, ...] = ()
    readings: tuple[Reading, ...] = ()
    next_date: NextDate | None = None
    time_zone: str = "UTC"
    asked: int = 0  # members who wrote or came
    consenting: int = 0  # those of them whose words were read


def draft_sections(material: Material, guarded: Guarded) -> list[Section]:
    """The sections of a fresh draft; the facilitators' own words are theirs to add and begin empty.

    A line of an agenda or a title that names a member, or tells how to reach somebody, is left out.
    """
    texts = {
        "agenda": "\n".join(f"- {line}" for line in agenda_lines(material.agenda)),
        "notes": "",
        "themes": "\n".join(f"- {theme.words}" for theme in shared_themes(material.themes)),
        "assignments": "\n".join(
            f"- {one_line(task.title)}{due_words(task, material.time_zone)}" for task in material.tasks
        ),
        "resources": "\n".join(f"- {one_line(reading.title)}" for reading in material.readings),
        "next": next_words(material.next_date),
    }
    return [
        Section(id=kind, kind=kind, heading=HEADINGS[kind], text=without_names(text, guarded))
        for kind, text in texts.items()
    ]


def without_names(text: str, guarded: Guarded) -> str:
    """The lines that give nobody away."""
    lines = [Section(str(at), "own", "", line) for at, line in enumerate(text.split("\n"))]
    spoilt = {found.section for found in find_given_away(lines, guarded)}
    return "\n".join(line.text for line in lines if line.id not in spoilt)


def shared_themes(themes: tuple[Theme, ...]) -> list[Theme]:
    """The themes that stand in a draft: the weightiest of those that more than one member spoke of."""
    return [theme for theme in themes if theme.members >= HEARD_FROM][:MOST_IN_TEXT]


def agenda_lines(agenda: str) -> list[str]:
    """An agenda's points, without marks of Markdown."""
    lines = (one_line(_BULLET.sub("", line)) for line in agenda.splitlines())
    return [line for line in lines if line]


def one_line(text: str) -> str:
    """A title on one line, shortened where it is long."""
    tidy = " ".join(text.split())
    return tidy if len(tidy) <= LINE_CHARACTERS else tidy[: LINE_CHARACTERS - 1] + "…"


def due_words(task: Task, time_zone: str) -> str:
    """By when a task is to be done, as it is added to its title."""
    return f" (by {day_words(task.due_at, time_zone)})" if task.due_at else ""


def next_words(date: NextDate | None) -> str:
    """When the group meets next, in its own time zone."""
    if date is None:
        return ""
    ends = date.ends_at.astimezone(ZoneInfo(date.time_zone))
    starts = date.starts_at.astimezone(ZoneInfo(date.time_zone))
    return f"{day_words(date.starts_at, date.time_zone)}, {starts:%H:%M} to {ends:%H:%M} ({date.time_zone})"


def day_words(moment: datetime, time_zone: str) -> str:
    """A day as people write it."""
    there = moment.astimezone(ZoneInfo(time_zone))
    return f"{there:%A} {there.day} {there:%B} {there.year}"
