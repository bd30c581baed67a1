"""The live room of a session: opening and closing it, rounds, pauses, questions to everybody, the follow-up list."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from accounts.models import Person
from community.access_sessions import access_follow_up, access_room, access_room_to_lead
from community.actions.session_telling import announce_room, announce_session
from community.actions.sessions import session_as_answer
from community.actions.topics import announce_topic
from community.events import TopicCreated, TopicUpdated
from community.models import CheckIn, FollowUp, IllegalMove, Membership, Session, Topic
from community.recurrence import local_of
from hearthside.clock import now
from hearthside.errors import Closed, Denied, Invalid
from hearthside.live import Answer

Rhythm = Session.Rhythm
NOT_OPEN = "The room is not open yet. Open it first."


def set_rhythm(person: Person, *, session_id: UUID, version: int, rhythm: str) -> Answer:
    """Move a session on, or back by one step, in its rhythm; its room is made when it first opens.

    Raises NotFound, Denied, Stale, or Closed for a step that the rhythm does not have.
    """
    session, member = access_room_to_lead(person, session_id, version)
    try:
        session.move_rhythm(rhythm)
    except IllegalMove:
        raise Closed("The session is at another point now, from which it does not go there.") from None
    at = now()
    if session.room_open and session.topic_id is None:
        session.topic = make_room(session, member)
    if rhythm in (Rhythm.LIVE, Rhythm.CLOSING):
        session.began_at, session.over_at = session.began_at or at, None
    if rhythm == Rhythm.REFLECT:
        session.over_at = session.over_at or at
        session.reflect_until = at + timedelta(hours=member.group.reflect_hours)
    if not session.room_open:
        session.round_order = []
    session.version += 1
    session.save()
    announce_session(session)
    return session_as_answer(session)


def make_room(session: Session, member: Membership) -> Topic:
    """The topic in which a session's people write to each other, called like the session on its day."""
    day = local_of(session.starts_at, session.time_zone)
    title = f"{session.title[:180]} · {day.day} {day:%b %Y}"
    topic = Topic.objects.create(group=member.group, title=title, created_by=member, of_session=session.id)
    announce_topic(topic, TopicCreated, by=member)
    return topic


def room_topic(session: Session) -> Topic:
    """The topic of a room that was opened; raises Closed before that."""
    topic = Topic.objects.filter(id=session.topic_id).first() if session.topic_id else None
    if topic is None:
        raise Closed(NOT_OPEN)
    return topic


def pause_room(person: Person, *, session_id: UUID, paused: bool) -> Answer:
    """Let nobody but facilitators write for a while, or go on; raises NotFound, Denied or Closed."""
    session, member = access_room_to_lead(person, session_id)
    topic = room_topic(session)
    if topic.locked != paused:
        topic.locked = paused
        _save_topic(session, topic, member)
    return {"session": str(session.id), "paused": topic.locked}


def slow_room(person: Person, *, session_id: UUID, seconds: int) -> Answer:
    """Let each member wait so long between two posts; 0 ends that. Raises NotFound, Denied or Closed."""
    session, member = access_room_to_lead(person, session_id)
    topic = room_topic(session)
    if topic.slow_seconds != seconds:
        topic.slow_seconds = seconds
        _save_topic(session, topic, member)
    return {"session": str(session.id), "seconds": topic.slow_seconds}


def _save_topic(session: Session, topic: Topic, member: Membership) -> None:
    """Keep a change of the room's topic, and tell all who have it open."""
    topic.version += 1
    topic.save(update_fields=["locked", "slow_seconds", "version"])
    announce_topic(topic, TopicUpdated, by=member)
    announce_room(session)


def set_round(person: Person, *, session_id: UUID, order: list[UUID]) -> Answer:
    """Let members speak one after another, in this order; an empty one lets everybody speak again.

    Raises NotFound, Denied, Closed while the room is not open, or Invalid for who is not in the group.
    """
    session, member = access_room_to_lead(person, session_id)
    if order and not session.room_open:
        raise Closed(NOT_OPEN)
    known = Membership.objects.filter(group_id=member.group_id, state=Membership.State.ACTIVE, id__in=order)
    if len(set(order)) != len(order) or known.count() != len(order):
        raise Invalid(fields={"order": "Choose people who are in this group, each of them once."})
    return _keep_round(session, [str(each) for each in order])


def next_in_round(person: Person, *, session_id: UUID) -> Answer:
    """Pass the word on; whoever speaks and the facilitators can. Raises NotFound, Denied, or Closed without a round."""
    session, member = access_room(person, session_id)
    if not session.round_order:
        raise Closed("No round is going on.")
    if not member.is_facilitator and session.round_order[0] != str(member.id):
        raise Denied("Whoever speaks passes the word on, or a facilitator.")
    return _keep_round(session, session.round_order[1:])


def _keep_round(session: Session, order: list[str]) -> Answer:
    """Keep a round's order and tell the room."""
    session.round_order = order
    session.save(update_fields=["round_order"])
    announce_room(session)
    return {"session": str(session.id), "order": order, "turn": order[0] if order else None}


def ask_check_in(person: Person, *, session_id: UUID) -> Answer:
    """Ask everybody in the room how they are; an earlier question is over with that.

    Raises NotFound, Denied, or Closed while the room is not open.
    """
    session, _ = access_room_to_lead(person, session_id)
    if not session.room_open:
        raise Closed(NOT_OPEN)
    session.check_in_asked_at = now()
    session.save(update_fields=["check_in_asked_at"])
    announce_room(session)
    return {"session": str(session.id)}


def check_in(person: Person, *, session_id: UUID, word: int | None, words: str) -> Answer:
    """Answer the question, or change the answer while the room is open; only the facilitators read it.

    Raises NotFound, Closed where nobody asks, or Invalid for an answer with nothing in it.
    """
    session, member = access_room(person, session_id)
    if not session.room_open or session.check_in_asked_at is None:
        raise Closed("Nobody is asking just now.")
    if word is None and not words.strip():
        raise Invalid(fields={"words": "Choose a number or write something."})
    asked_at = session.check_in_asked_at
    row = CheckIn.objects.filter(session=session, member=member, asked_at=asked_at).first()
    row = row or CheckIn(session=session, member=member, asked_at=asked_at)
    row.word, row.words, row.at = str(word) if word is not None else "", words, now()
    row.save()
    announce_room(session)
    return {"session": str(session.id)}


def add_follow_up(person: Person, *, session_id: UUID, words: str) -> Answer:
    """Note something to come back to; only the facilitators read it. Raises NotFound, Denied or Closed."""
    session, _ = access_room_to_lead(person, session_id)
    row = FollowUp.objects.create(session=session, by=person, words=words)
    announce_room(session)
    return {"id": str(row.id), "done": False}


def finish_follow_up(person: Person, *, follow_up_id: UUID, done: bool) -> Answer:
    """Tick a line of the list off, or undo that; raises NotFound."""
    row, part = access_follow_up(person, follow_up_id)
    if (row.done_at is not None) != done:
        row.done_at = now() if done else None
        row.save(update_fields=["done_at"])
        announce_room(part.session)
    return {"id": str(row.id), "done": done}
