"""What the demo practice consists of, read from moderation/data/demo: made-up people, weeks of made-up talk.

A time in those files reads "w3 Tue 21:40": the Tuesday three weeks before the present week, practice time. So
weekdays stay true whenever the demo is made, and what would lie in the future is left out.
"""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

FOLDER = Path(__file__).parent / "data" / "demo"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MOMENT = re.compile(r"w(\d) (" + "|".join(_DAYS) + r") (\d\d):(\d\d)")


class PersonText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody of the demo practice."""

    key: str
    name: str
    email: str
    role: str
    about: str


class ClientsText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom somebody of the staff looks after, by their keys."""

    therapist: str
    clients: tuple[str, ...]
    lane: str = "clinical"


class AwayText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days on which somebody of the staff will be away, counted from the day the demo is made."""

    person: str
    cover: str
    in_days: int
    days: int
    reply_days: int
    note: str


class MemberText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody's place in a group, under the name chosen there."""

    person: str
    name: str
    joined: str
    role: str = "member"


class PostText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One post: `before` are its first words when it was edited later, `key` is what replies point to."""

    by: str
    at: str
    text: str
    key: str = ""
    reply_to: str = ""
    note: str = ""
    edited: str = ""
    before: str = ""


class TopicText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A topic and what was said in it, oldest first."""

    title: str
    by: str
    opened: str
    posts: tuple[PostText, ...]
    pinned: bool = False


class SectionText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One part of a summary."""

    heading: str
    text: str


class MeetingsText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a group meets week by week; of the last time, who was not there, or not all the time, and its summary."""

    title: str
    begins: str
    rrule: str
    minutes: int
    place: str
    agenda: str
    link: str = ""
    absent: tuple[str, ...] = ()
    excused: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    summary: tuple[SectionText, ...] = ()


class AppointmentText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An appointment of one of the staff and a client, counted from the day the demo is made."""

    therapist: str
    client: str
    in_days: int
    at: str
    minutes: int
    title: str
    place: str


class ResourceText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something in the library, by whom, and the groups (their folders) that it is shared with."""

    title: str
    by: str
    words: str
    source: str = ""
    groups: tuple[str, ...] = ()


class PartText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A member's part of what a group wrote together."""

    by: str
    heading: str
    words: str
    credit: bool = False


class TogetherText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a group wrote together, begun a day before it was published."""

    title: str
    by: str
    published: str
    words: str
    parts: tuple[PartText, ...]


class HandedInText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a member made of a task, in hours since the session; the answer comes half a day later."""

    by: str
    hours: int
    words: str
    answer: str = ""


class TaskText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something to try between the last session and the next; `resource` is the title of what goes with it."""

    title: str
    by: str
    words: str
    resource: str = ""
    handed_in: tuple[HandedInText, ...] = ()


class GroupText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A group, who is in it and what it agreed on."""

    name: str
    description: str
    opened: str
    newcomers_see: str
    agreement: str
    members: tuple[MemberText, ...]
    topics: tuple[TopicText, ...] = ()
    meetings: MeetingsText | None = None
    together: tuple[TogetherText, ...] = ()
    tasks: tuple[TaskText, ...] = ()
    folder: str = ""
    member_messages: bool = False


class PracticeText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole demo practice."""

    name: str
    time_zone: str
    region: str
    people: tuple[PersonText, ...]
    folders: tuple[str, ...]
    groups: tuple[GroupText, ...] = ()
    clients: tuple[ClientsText, ...] = ()
    away: tuple[AwayText, ...] = ()
    appointments: tuple[AppointmentText, ...] = ()
    resources: tuple[ResourceText, ...] = ()


def read_demo(folder: Path = FOLDER) -> PracticeText:
    """The demo practice's content; raises msgspec.ValidationError for a file that does not fit."""
    practice = msgspec.convert(_read(folder / "practice.toml"), PracticeText)
    groups = []
    for name in practice.folders:
        group = msgspec.convert(_read(folder / name / "group.toml"), GroupText)
        files = sorted((folder / name).glob("[1-9]_*.toml"))
        topics = tuple(msgspec.convert(_read(file), TopicText) for file in files)
        groups.append(msgspec.structs.replace(group, topics=topics, folder=name))
    return msgspec.structs.replace(practice, groups=tuple(groups))


def _read(path: Path) -> object:
    with path.open("rb") as file:
        return tomllib.load(file)


def moment_of(text: str, *, now: datetime, zone: ZoneInfo) -> datetime:
    """The moment in UTC that a content time names, seen from `now`; raises ValueError for any other form."""
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise ValueError(f"a time in the demo content must look like w3 Tue 21:40; this one is {text!r}")
    week, day, hour, minute = match.groups()
    today = now.astimezone(zone).date()
    date = today + timedelta(days=_DAYS.index(day) - today.weekday(), weeks=-int(week))
    local = datetime(date.year, date.month, date.day, int(hour), int(minute), tzinfo=zone)
    return local.astimezone(UTC)
