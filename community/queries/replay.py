"""Events again, from rows as they are now: what recovery and other processes' hubs deliver.

The old words of an edited, hidden or withdrawn post are never replayed, because nothing kept them in the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.db import models

from community import events
from community.models import Agreement, Group, Membership, Post, ReadMark, Session, Summary, Topic
from hearthside.models import LogEvent
from hearthside.wire import Event, event_type

Row = TypeVar("Row", bound=models.Model)


class Made(Protocol):
    """An event type that is made from its row."""

    @classmethod
    def of(cls, row: Any) -> Event:
        """The event for this row."""
        ...


KINDS: dict[type[models.Model], tuple[type[Made], ...]] = {
    Post: (
        events.PostPublished,
        events.PostEdited,
        events.PostWithdrawn,
        events.PostRestored,
        events.PostHidden,
        events.PostStated,
    ),
    Topic: (events.TopicCreated, events.TopicUpdated),
    Membership: (
        events.MemberJoined,
        events.MemberLeft,
        events.MemberRenamed,
        events.MembershipChanged,
        events.AgreementAccepted,
        events.BlocksChanged,
    ),
    Group: (events.GroupUpdated, events.GroupClosed),
    Agreement: (events.AgreementPublished,),
    ReadMark: (events.ReadMoved,),
    Session: (events.SessionChanged, events.RoomChanged),
    Summary: (events.SummaryChanged,),
}
OF_TYPE: dict[str, tuple[type[models.Model], type[Made]]] = {
    event_type(kind): (model, kind)  # type: ignore[arg-type]
    for model, kinds in KINDS.items()
    for kind in kinds
}

# Events that only say "fetch it again": made from the log row's id alone. Each with the name of its field.
HINTS: dict[str, tuple[type[Event], str]] = {
    event_type(events.AssignmentChanged): (events.AssignmentChanged, "assignment"),
    event_type(events.ResourceChanged): (events.ResourceChanged, "resource"),
}


def rebuild(rows: Sequence[LogEvent]) -> dict[UUID, Event]:
    """The typed event of each log row that is the community's, by the log row's id; one query for each model."""
    wanted: dict[type[models.Model], set[str]] = {}
    for row in rows:
        if row.type in OF_TYPE:
            wanted.setdefault(OF_TYPE[row.type][0], set()).add(row.object_id)
    found = {model: fetch(model, ids) for model, ids in wanted.items()}
    made: dict[UUID, Event] = {}
    for row in rows:
        if row.type in HINTS:
            hint, name = HINTS[row.type]
            made[row.id] = hint(**{name: row.object_id})
        if row.type not in OF_TYPE:
            continue
        model, kind = OF_TYPE[row.type]
        if (thing := found[model].get(row.object_id)) is not None:
            made[row.id] = kind.of(thing)
    return made


def fetch(model: type[Row], ids: Iterable[str]) -> dict[str, Row]:
    """Rows of one model by the text of their id."""
    manager: models.Manager[Row] = model._default_manager
    return {str(row.pk): row for row in manager.filter(pk__in=list(ids))}
