"""Who may see, lead and change a session: those of its group, or the two whose appointment it is.

Absent and not theirs give the same NotFound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.access import access_self, access_staff
from accounts.contacts.queries import live_now
from accounts.models import Contact, Person
from community.access import access_as_facilitator, access_group, require_agreed, require_open
from community.models import FollowUp, Membership, RescheduleRequest, Series, Session
from community.queries.sessions import is_lasting, lines_of, standing
from hearthside.errors import Closed, Denied, NotFound, SignedOut, Stale

LEADS = "Only those who lead this session can do this."
APART = "You two are not in contact here any more, so this appointment can be read but not changed."


@dataclass(frozen=True)
class Part:
    """A session with how the acting person stands in it; `member` is None for an appointment of two."""

    session: Session
    person: Person
    member: Membership | None
    leads: bool


def access_session(person: Person, session_id: UUID) -> Part:
    """A session of one of the person's groups, or an appointment of theirs; raises NotFound or AgreementNeeded.

    What was over before somebody joined a group that hides its past is not there for them, nor is an appointment ahead
    whose therapist looks after the client no more.
    """
    rows = Session.objects.select_related("group", "therapist", "client", "series")
    session = rows.filter(standing(), id=session_id).first()
    if session is None:
        raise NotFound
    if session.group_id is None:
        try:
            me = access_self(person)
        except SignedOut:
            raise NotFound from None
        if me.pk not in (session.therapist_id, session.client_id):
            raise NotFound
        return Part(session, me, None, me.pk == session.therapist_id)
    member = access_group(person, session.group_id)
    require_agreed(member, current=False)
    if member.visible_from and session.ends_at < member.joined_at:
        raise NotFound
    session.group = member.group
    return Part(session, person, member, member.is_facilitator)


def access_session_to_lead(person: Person, session_id: UUID) -> Part:
    """The same for who leads it; raises NotFound, Denied, or Closed for a group or a contact that has ended."""
    part = access_session(person, session_id)
    if not part.leads:
        raise Denied(LEADS)
    require_lasting(part.session)
    if part.member is not None:
        require_open(part.member.group)
    return part


def access_session_to_change(person: Person, session_id: UUID, version: int) -> Part:
    """The same for one that has not begun, at a version; raises also Stale, and Closed once it has."""
    part = access_session_to_lead(person, session_id)
    if part.session.version != version:
        raise Stale(current=line_for(part))
    if part.session.state == Session.State.CANCELLED:
        raise Closed("This session was cancelled. Plan a new one instead.")
    return part


def require_lasting(session: Session) -> None:
    """Raise Closed for an appointment of two who are not in contact any more: it is history."""
    if not is_lasting(session):
        raise Closed(APART)


def line_for(part: Part) -> dict[str, Any]:
    """The session's line as the acting person sees it, to look at again."""
    members = {part.member.group_id: part.member} if part.member is not None else {}
    return lines_of(part.person, [part.session], members)[0]


def require_ahead(session: Session) -> None:
    """Raise Closed for a session that has begun or is over: its time is history."""
    if session.began_at is not None or session.over:
        raise Closed("This session has begun already, so its time cannot be changed any more.")


def access_room(person: Person, session_id: UUID, version: int | None = None) -> tuple[Session, Membership]:
    """A group's session and the person's membership, for its live room; raises NotFound, Closed, or Stale."""
    part = access_session(person, session_id)
    if part.member is None:
        raise Closed("An appointment of two has no live room.")
    require_open(part.member.group)
    if part.session.state == Session.State.CANCELLED:
        raise Closed("This session was cancelled.")
    if version is not None and part.leads and part.session.version != version:
        raise Stale(current=line_for(part))
    return part.session, part.member


def access_room_to_lead(
    person: Person, session_id: UUID, version: int | None = None
) -> tuple[Session, Membership]:
    """The same for the group's facilitators, at a version where it matters; raises also Denied."""
    session, member = access_room(person, session_id, version)
    if not member.is_facilitator:
        raise Denied(LEADS)
    return session, member


def access_series(person: Person, series_id: UUID) -> tuple[Series, Membership]:
    """A series and the facilitator who changes it; raises NotFound, Denied or Closed."""
    series = Series.objects.filter(id=series_id).first()
    if series is None:
        raise NotFound
    member = access_as_facilitator(person, series.group_id)
    require_open(member.group)
    series.group = member.group
    return series, member


def access_planning(person: Person, group_id: UUID) -> Membership:
    """The facilitator of an open group; raises NotFound, Denied or Closed."""
    member = access_as_facilitator(person, group_id)
    require_open(member.group)
    return member


def access_own_client(person: Person, client_id: UUID) -> tuple[Person, Person]:
    """The therapist who asks, and a client they are assigned to for therapy; raises Denied for members, NotFound."""
    me = access_staff(person)
    found = Contact.objects.select_related("other").filter(
        live_now(), one=me, other=client_id, reason=Contact.Reason.THERAPIST
    )
    contact = found.first()
    if contact is None:
        raise NotFound
    return me, contact.other


def access_request(person: Person, request_id: UUID) -> tuple[RescheduleRequest, Part]:
    """A wish for another time, and how the person stands in its appointment; raises NotFound."""
    request = RescheduleRequest.objects.filter(id=request_id).first()
    if request is None:
        raise NotFound
    part = access_session(person, request.session_id)
    request.session = part.session
    return request, part


def access_follow_up(person: Person, follow_up_id: UUID) -> tuple[FollowUp, Part]:
    """A line of the follow-up list, for who leads its session; members are told that there is none."""
    row = FollowUp.objects.filter(id=follow_up_id).first()
    if row is None:
        raise NotFound
    part = access_session(person, row.session_id)
    if not part.leads:
        raise NotFound
    return row, part
