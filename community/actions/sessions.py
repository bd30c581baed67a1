"""Single sessions and appointments: planning, moving, changing, calling off."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.models import Person
from community.access_sessions import (
    Part,
    access_own_client,
    access_planning,
    access_session_to_change,
    require_ahead,
)
from community.actions.series import WORDS, check_moment, set_time
from community.actions.session_telling import (
    announce_session,
    cancel_planned,
    overtake_requests,
    tell_changed,
)
from community.models import Session
from community.recurrence import moment_of
from hearthside.errors import Closed
from hearthside.live import Answer
from hearthside.wire import stamp


def plan_session(
    person: Person,
    *,
    group_id: UUID,
    starts: datetime,
    time_zone: str,
    minutes: int,
    words: dict[str, str],
    tell: bool = True,
) -> Answer:
    """Let a group meet once; `starts` is on the clock of the zone. Raises NotFound, Denied, Closed or Invalid."""
    member = access_planning(person, group_id)
    session = Session(group=member.group)
    return _plan(person, session, starts, time_zone, minutes, words, tell)


def plan_appointment(
    person: Person,
    *,
    client_id: UUID,
    starts: datetime,
    time_zone: str,
    minutes: int,
    words: dict[str, str],
    tell: bool = True,
) -> Answer:
    """Let a therapist and a client of theirs meet; raises Denied for members, NotFound for who is not their client."""
    therapist, client = access_own_client(person, client_id)
    session = Session(therapist=therapist, client=client)
    return _plan(person, session, starts, time_zone, minutes, words, tell)


def _plan(
    person: Person,
    session: Session,
    starts: datetime,
    time_zone: str,
    minutes: int,
    words: dict[str, str],
    tell: bool,
) -> Answer:
    """Keep a new session and say so."""
    session.starts_at = moment_of(starts, time_zone)
    check_moment(session.starts_at, minutes, "starts_local")
    session.ends_at = session.starts_at + timedelta(minutes=minutes)
    session.time_zone = time_zone
    for name in WORDS:
        setattr(session, name, words.get(name, ""))
    session.save()
    announce_session(session)
    if tell:
        tell_changed(session, person)
    return session_as_answer(session)


def move_session(
    person: Person, *, session_id: UUID, version: int, starts: datetime, minutes: int | None, why: str
) -> Answer:
    """Give one session another time; its series passes it by from now on.

    Raises NotFound, Denied, Stale, Invalid, or Closed for one that has begun, is over or was called off.
    """
    part = access_session_to_change(person, session_id, version)
    require_ahead(part.session)
    move_to(part, moment_of(starts, part.session.time_zone), minutes, why, field="starts_local")
    overtake_requests(part.session)
    announce_session(part.session)
    tell_changed(part.session, person)
    return session_as_answer(part.session)


def move_to(part: Part, starts_at: datetime, minutes: int | None, why: str, *, field: str) -> None:
    """Move a session and keep it: the old reminders are gone, calendars see a newer entry."""
    session = part.session
    length = minutes or round((session.ends_at - session.starts_at).total_seconds() / 60)
    check_moment(starts_at, length, field)
    set_time(session, starts_at, length, session.time_zone)
    session.changed_alone, session.why = True, why
    session.sequence, session.version = session.sequence + 1, session.version + 1
    session.save()


def change_session(person: Person, *, session_id: UUID, version: int, changes: dict[str, Any]) -> Answer:
    """Change the words of one session; those of them that its series has too stay its own from now on.

    Another place or link is told as a notice. Raises NotFound, Denied, Stale, or Closed for one that was called off.
    """
    part = access_session_to_change(person, session_id, version)
    session = part.session
    moved = any(name in changes and changes[name] != getattr(session, name) for name in ("place", "link"))
    for name, value in changes.items():
        setattr(session, name, value)
    session.own_fields = sorted({*session.own_fields, *changes})
    session.sequence, session.version = session.sequence + 1, session.version + 1
    session.save()
    announce_session(session)
    if moved and not session.over:
        tell_changed(session, person)
    return session_as_answer(session)


def cancel_session(person: Person, *, session_id: UUID, version: int, why: str) -> Answer:
    """Call one session off; raises NotFound, Denied, Stale, or Closed for one that has begun or is over."""
    part = access_session_to_change(person, session_id, version)
    session = part.session
    if session.room_open and session.rhythm != Session.Rhythm.ARRIVE:
        raise Closed("People are meeting in this session now. Close it instead.")
    require_ahead(session)
    session.changed_alone = True
    cancel_planned(session, why)
    announce_session(session)
    tell_changed(session, person)
    return session_as_answer(session)


def session_as_answer(session: Session) -> Answer:
    """A session as an answer, without anybody's words."""
    return {
        "session": str(session.id),
        "version": session.version,
        "state": str(session.state),
        "rhythm": str(session.rhythm),
        "starts_at": stamp(session.starts_at),
        "ends_at": stamp(session.ends_at),
        "topic": str(session.topic_id) if session.topic_id else None,
    }
