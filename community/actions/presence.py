"""Who is in a live room: arriving, signs of life, lost lines, leaving. A lost line is not leaving."""

from __future__ import annotations

from uuid import UUID

from accounts.models import Person
from community.access_sessions import access_room
from community.actions.session_telling import announce_room, withdraw_own
from community.models import Membership, Presence, Session
from community.room_rules import is_lost, opens_at, silent, takes_people
from hearthside.clock import now
from hearthside.errors import RoomClosed
from hearthside.live import Answer
from hearthside.wire import stamp


def arrive(person: Person, *, session_id: UUID) -> Answer:
    """Come into the room, or come back; raises NotFound, Closed, or RoomClosed outside its hours."""
    session, member = access_room(person, session_id)
    if not takes_people(session) and not member.is_facilitator:
        waiting = session.rhythm == Session.Rhythm.PREPARE and not session.over
        raise RoomClosed(opens_at=stamp(opens_at(session)) if waiting else None)
    presence = Presence.objects.filter(session=session, member=member).first()
    if presence is None:
        Presence.objects.create(session=session, member=member)
        announce_room(session)
    else:
        _hear(session, presence)
    return {"session": str(session.id), "rhythm": session.rhythm}


def still_here(person: Person, *, session_id: UUID, away: bool = False) -> Answer:
    """A sign of life from the room, which also brings back who had left; raises as `arrive` does.

    `away`: the page is out of sight from now on, and says nothing for a while; that is not a lost line.
    """
    answer = arrive(person, session_id=session_id)
    if away:
        presence = Presence.objects.get(session=session_id, member__person=person)
        presence.away_at = now()
        presence.save(update_fields=["away_at"])
        announce_room(presence.session)
    return answer


def _hear(session: Session, presence: Presence) -> None:
    """Take a sign of life; the room is told only when it changes how somebody is there."""
    lost = is_lost(presence)
    back = lost or presence.left_at is not None or presence.away_at is not None
    if lost and presence.lost_at is None:
        presence.lost_times += 1  # nothing looked between the loss and this
    presence.heard_at, presence.left_at, presence.lost_at, presence.away_at = now(), None, None, None
    presence.save(update_fields=["heard_at", "left_at", "lost_at", "away_at", "lost_times"])
    if back:
        announce_room(session)


def leave_room(person: Person, *, session_id: UUID) -> Answer:
    """Go from the room by one's own choice; a raised hand goes down. Raises NotFound or Closed."""
    session, member = access_room(person, session_id)
    presence = Presence.objects.filter(session=session, member=member, left_at=None).first()
    if presence is not None:
        end_presence(presence)
        announce_room(session)
    return {"session": str(session.id), "rhythm": session.rhythm}


def end_presence(presence: Presence) -> None:
    """Write down that somebody left."""
    presence.left_at, presence.lost_at, presence.away_at, presence.hand_at = now(), None, None, None
    presence.save(update_fields=["left_at", "lost_at", "away_at", "hand_at"])


def raise_hand(person: Person, *, session_id: UUID, up: bool) -> Answer:
    """Raise one's hand in the room, or take it down; raises NotFound, or RoomClosed for who is not in it."""
    session, member = access_room(person, session_id)
    presence = Presence.objects.filter(session=session, member=member, left_at=None).first()
    if presence is None or not session.room_open:
        raise RoomClosed(opens_at=None)
    if (presence.hand_at is not None) != up:
        presence.hand_at = now() if up else None
        presence.save(update_fields=["hand_at"])
        announce_room(session)
    return {"session": str(session.id), "up": up}


def mark_lost(session_id: UUID) -> Answer:
    """Write down whose line is lost in a room that is open, each loss once."""
    session = Session.objects.filter(id=session_id).first()
    if session is None or not session.room_open:
        return {"lost": 0}
    rows = list(Presence.objects.filter(silent(), session=session))
    for presence in rows:
        presence.lost_at = now()
        presence.lost_times += 1
        presence.save(update_fields=["lost_at", "lost_times"])
    if rows:
        announce_room(session)
    return {"lost": len(rows)}


def tell_room(session_id: UUID) -> Answer:
    """Tell a room's screens what was held back because they had heard a moment before."""
    session = Session.objects.filter(id=session_id).first()
    if session is not None:
        announce_room(session)
    return {}


def leave_sessions(member: Membership) -> None:
    """End somebody's part in the sessions of a group that they have gone from: rooms, rounds and notices."""
    for presence in Presence.objects.select_related("session").filter(member=member, left_at=None):
        end_presence(presence)
        announce_room(presence.session)
    for session in Session.objects.filter(group_id=member.group_id, rhythm__in=Session.MEETING):
        if str(member.id) in session.round_order:
            session.round_order = [each for each in session.round_order if each != str(member.id)]
            session.save(update_fields=["round_order"])
            announce_room(session)
    withdraw_own(member)
