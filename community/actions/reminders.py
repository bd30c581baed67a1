"""Reminders a day and an hour ahead: each once, and only of the time that a session has."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from community.actions.session_telling import link_to, reminder_key
from community.models import Session
from community.queries.sessions import people_of, standing
from community.reminding import COLUMNS, due_sessions, due_slot
from hearthside.clock import now
from hearthside.live import Answer
from notify.actions.giving import give_notice


def remind(session_id: UUID, starts_at: datetime, slot: str) -> Answer:
    """Give everybody whose session it is this reminder, if it is still due for this time and was not given."""
    session = (
        Session.objects.select_related("therapist", "client")
        .filter(standing(), id=session_id, starts_at=starts_at)
        .first()
    )
    if session is None or slot != due_slot(session, now()):
        return {"told": 0}
    unclaimed = Session.objects.filter(id=session_id, starts_at=starts_at, **{f"{COLUMNS[slot]}": None})
    if not unclaimed.update(**{COLUMNS[slot]: now()}):
        return {"told": 0}
    made = give_notice(
        people_of(session),
        kind="session.reminder",
        key=reminder_key(session, slot),
        link=link_to(session),
        about=session.title,
        group=session.group_id,
        until=session.starts_at,
    )
    return {"told": len(made)}


def count_as_told() -> None:
    """Take the reminders that are due as given: they belong to the past that a demo begins with."""
    for session, slot in due_sessions(now()):
        Session.objects.filter(id=session.id).update(**{COLUMNS[slot]: now()})
