"""What a live room allows in each state of its session, and what the schedule proposes. Facilitators decide."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from community.models import Membership, Presence, Session
from hearthside.clock import now
from hearthside.errors import NotYourTurn, Problem, RoomClosed
from hearthside.wire import stamp

OPENS_BEFORE = timedelta(minutes=15)
CLOSING_BEFORE = timedelta(minutes=10)
HEARTBEAT = timedelta(seconds=20)
LOST_AFTER = timedelta(seconds=50)  # two heartbeats that did not come, and some slowness
AWAY_FOR = timedelta(minutes=15)  # that a page which said it is out of sight may say nothing
QUIET_AFTER = timedelta(minutes=10)
LATE_AFTER = timedelta(minutes=10)
LEFT_BEFORE = timedelta(minutes=10)
FORGOTTEN_AFTER = timedelta(hours=2)  # a room that nobody closed keeps no sign-in alive for longer

Rhythm = Session.Rhythm


def opens_at(session: Session) -> datetime:
    """From when people may come into the room, before a facilitator opens it for words."""
    return session.starts_at - OPENS_BEFORE


def proposed_rhythm(session: Session) -> str | None:
    """Where the schedule would have the session now; None where it is there already, or nobody met in its room."""
    at = now()
    if session.state != Session.State.PLANNED or session.group_id is None:
        return None
    match session.rhythm:
        case Rhythm.PREPARE if opens_at(session) <= at < session.ends_at:
            return Rhythm.LIVE.value if session.starts_at <= at else Rhythm.ARRIVE.value
        case Rhythm.ARRIVE if session.starts_at <= at:
            return Rhythm.LIVE.value
        case Rhythm.LIVE if session.ends_at - CLOSING_BEFORE <= at:
            return Rhythm.CLOSING.value
        case Rhythm.CLOSING if session.ends_at <= at:
            return Rhythm.REFLECT.value
        case Rhythm.REFLECT if session.reflect_until is not None and session.reflect_until <= at:
            return Rhythm.QUIET.value
    return None


def refusal(session: Session, member: Membership, *, turn: bool = True) -> Problem | None:
    """Why the member may not write in the room now; None when they may. Facilitators may always.

    `turn`: also whether a text round has come to them; words they wrote before may be mended all the same.
    """
    if member.is_facilitator:
        return None
    if not takes_words(session):
        waiting = session.state == Session.State.PLANNED and session.rhythm == Rhythm.PREPARE
        return RoomClosed(opens_at=stamp(opens_at(session)) if waiting else None)
    order = session.round_order
    if turn and order and order[0] != str(member.id):
        return NotYourTurn(turn=order[0])
    return None


def takes_words(session: Session) -> bool:
    """Whether members may write in the room now, rounds aside."""
    if session.room_open:
        return True
    reflecting = session.state == Session.State.PLANNED and session.rhythm == Rhythm.REFLECT
    return reflecting and session.reflect_until is not None and now() < session.reflect_until


def takes_people(session: Session) -> bool:
    """Whether people may be in the room now: also a little before it opens."""
    waiting = session.rhythm == Rhythm.PREPARE and opens_at(session) <= now() < session.ends_at
    return takes_words(session) or (session.state == Session.State.PLANNED and waiting)


def is_lost(presence: Presence) -> bool:
    """Whether nothing was heard of somebody who did not say that they go."""
    silence = LOST_AFTER if presence.away_at is None else AWAY_FOR
    return presence.left_at is None and now() - presence.heard_at > silence


def is_here(presence: Presence) -> bool:
    """Whether somebody is at the room's page now."""
    return presence.left_at is None and now() - presence.heard_at <= LOST_AFTER


def silent() -> Q:
    """The presences whose line is lost, as a condition of a query."""
    at = now()
    waiting = Q(away_at=None, heard_at__lt=at - LOST_AFTER) | Q(
        away_at__isnull=False, heard_at__lt=at - AWAY_FOR
    )
    return waiting & Q(left_at=None, lost_at=None)


def why_not(session: Session, member: Membership, *, paused: bool) -> str | None:
    """Why the member does not write in the room now, in a word: cancelled, before, over, paused or turn."""
    if session.state == Session.State.CANCELLED:
        return "cancelled"
    if session.topic_id is None:
        return "over" if session.over else "before"
    if member.is_facilitator:
        return None
    if not takes_words(session):
        return "before" if session.rhythm == Rhythm.PREPARE and not session.over else "over"
    if paused:
        return "paused"
    return "turn" if refusal(session, member) is not None else None
