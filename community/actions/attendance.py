"""Who came, what each wants from a session, and how it was for them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import UUID

from accounts.models import Person
from community.access_sessions import access_session, access_session_to_lead
from community.actions.session_telling import announce_session
from community.models import Attendance, Feedback, Intention, Membership, Session
from community.queries.session_pages import may_give
from community.queries.sessions import totals_of
from hearthside.clock import now
from hearthside.errors import Closed, Denied, Invalid
from hearthside.live import Answer

NO_GROUP = "An appointment of two has no list of who came."


def mark_attendance(person: Person, *, session_id: UUID, marks: Sequence[tuple[UUID, str | None]]) -> Answer:
    """Write down who came and how, or with None take a mark back; the answer has the new totals.

    Raises NotFound, Denied, Closed for a session that was called off, or Invalid for who is no member of the group.
    """
    part = access_session_to_lead(person, session_id)
    session = part.session
    if part.member is None:
        raise Closed(NO_GROUP)
    if session.state == Session.State.CANCELLED:
        raise Closed("This session was cancelled, so nobody could come.")
    wanted = dict(marks)
    members = Membership.objects.filter(id__in=wanted, group=session.group, role=Membership.Role.MEMBER)
    found = {row.id for row in members if row.joined_at < session.ends_at}
    if found != set(wanted):
        raise Invalid(fields={"marks": "Choose people who were members of this group then."})
    for member_id, state in wanted.items():
        _mark(session, member_id, state)
    announce_session(session)
    return {"session": str(session.id), "totals": totals_of(session)}


def _mark(session: Session, member_id: UUID, state: str | None) -> None:
    """Keep one mark, or take it back."""
    if state is None:
        Attendance.objects.filter(session=session, member=member_id).delete()
        return
    Attendance.objects.update_or_create(
        session=session, member_id=member_id, defaults={"state": state, "at": now()}
    )


def write_intention(person: Person, *, session_id: UUID, words: str) -> Answer:
    """Keep what somebody wants from a session, for themselves alone; nothing in it deletes it. Raises NotFound."""
    part = access_session(person, session_id)
    row = Intention.objects.filter(session=part.session, person=person).first()
    if not words.strip():
        if row is not None:
            row.delete()
        return {"session": str(session_id), "kept": False}
    row = row or Intention(session=part.session, person=person)
    row.words, row.at = words, now()
    row.save()
    return {"session": str(session_id), "kept": True}


def give_feedback(person: Person, *, session_id: UUID, marks: dict[str, int]) -> Answer:
    """Say how a session was, once it began and until three days after its end; up to then it can be changed.

    Raises NotFound, Denied for who leads it, or Closed before and after that.
    """
    part = access_session(person, session_id)
    if part.leads:
        raise Denied("Feedback is for those whose session it was.")
    if not may_give(part.session):
        raise Closed(
            "This cannot be said any more, or not yet: it can from a session's beginning to three days after its end."
        )
    row = Feedback.objects.filter(session=part.session, person=person).first()
    row = row or Feedback(session=part.session, person=person)
    row.marks = json.dumps(marks)
    row.save()
    return {"session": str(session_id), "marks": marks}
