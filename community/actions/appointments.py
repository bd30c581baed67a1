"""Another time for an appointment: the client asks, the two agree, and nothing moves before both have said yes."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from accounts.models import Person
from community.access_sessions import Part, access_request, access_session, require_ahead, require_lasting
from community.actions.series import check_moment
from community.actions.session_telling import announce_session, link_to, withdraw_all
from community.actions.sessions import move_to
from community.models import RequestLine, RescheduleRequest, Session
from community.recurrence import moment_of, read_local, write_local
from hearthside.clock import now
from hearthside.errors import Closed, Denied, Invalid
from hearthside.live import Answer
from notify.actions.giving import give_notice

State = RescheduleRequest.State
SETTLED = "This has been settled already."
NOT_YOURS = "It is the other's turn to answer."
ASKS_A_DAY = 3  # for one appointment: each of them wakes the therapist
ENOUGH = "You have asked for another time three times today. Tomorrow you can ask again, or write to your therapist."


def ask_for_another_time(
    person: Person, *, session_id: UUID, words: str, proposals: list[datetime]
) -> Answer:
    """Ask, as the client of an appointment, whether it can be at another time; the therapist is told.

    Raises NotFound, Denied, Invalid for times that cannot be, or Closed once it has begun, while a wish is open, and
    after three wishes in a day.
    """
    part = access_session(person, session_id)
    session = part.session
    if session.client_id != person.pk:
        raise Denied("The client of an appointment asks for another time; its therapist can move it.")
    require_standing(session)
    if RescheduleRequest.objects.filter(session=session, state__in=RescheduleRequest.OPEN).exists():
        raise Closed("You have asked for another time already. The answer comes here.")
    lately = RescheduleRequest.objects.filter(session=session, at__gt=now() - timedelta(days=1))
    if lately.count() >= ASKS_A_DAY:
        raise Closed(ENOUGH)
    check_proposals(session, proposals)
    request = RescheduleRequest.objects.create(
        session=session, proposals=[write_local(each) for each in proposals]
    )
    request.session = session
    _note(request, person, "ask", words, request.proposals)
    _tell(request, part, kind="appointment.asked")
    return request_as_answer(request)


def require_standing(session: Session) -> None:
    """Raise Closed for an appointment that was called off, has begun or is over."""
    if session.state == Session.State.CANCELLED:
        raise Closed("This appointment was cancelled.")
    require_ahead(session)


def check_proposals(session: Session, proposals: list[datetime]) -> None:
    """Raise Invalid for times that are over, too far away, or the one that the appointment has."""
    minutes = round((session.ends_at - session.starts_at).total_seconds() / 60)
    for local in proposals:
        moment = moment_of(local, session.time_zone)
        check_moment(moment, minutes, "proposals")
        if moment == session.starts_at:
            raise Invalid(fields={"proposals": "This is the time the appointment has already."})


def answer_request(
    person: Person,
    *,
    request_id: UUID,
    answer: str,
    starts: datetime | None,
    proposals: list[datetime],
    words: str,
) -> Answer:
    """Accept, decline or propose other times, when it is one's turn; the other is told.

    Accepting moves the appointment to `starts`, which must be one of the times on the table (and may be left out when
    there is one only). Raises NotFound, Denied out of turn, Invalid, or Closed once it is settled or they parted.
    """
    request, part = access_request(person, request_id)
    require_lasting(part.session)
    if request.state not in RescheduleRequest.OPEN:
        raise Closed(SETTLED)
    if (request.state == State.ASKED) != part.leads:
        raise Denied(NOT_YOURS)
    if answer != "decline":
        require_standing(part.session)
    said: list[str] = []
    if answer == "accept":
        said = [_accept(request, part, starts)]
    elif answer == "decline":
        request.move_to(State.DECLINED)
    else:
        said = _propose(request, part, [*([starts] if starts else []), *proposals])
    _note(request, person, answer, words, said)
    request.version, request.changed_at = request.version + 1, now()
    request.save()
    _tell(request, part, kind="appointment.answered")
    return request_as_answer(request)


def take_back_request(person: Person, *, request_id: UUID) -> Answer:
    """Take back a wish that was not settled yet, as the client; raises NotFound, Denied or Closed."""
    request, part = access_request(person, request_id)
    require_lasting(part.session)
    if part.leads:
        raise Denied("Whoever asked takes it back. You can decline it.")
    if request.state not in RescheduleRequest.OPEN:
        raise Closed(SETTLED)
    request.move_to(State.WITHDRAWN)
    _note(request, person, "take_back", "", [])
    request.version, request.changed_at = request.version + 1, now()
    request.save()
    withdraw_all(f"request:{request.id}:")
    announce_session(part.session)
    return request_as_answer(request)


def _note(request: RescheduleRequest, person: Person, answer: str, words: str, times: list[str]) -> None:
    """Keep what was said."""
    RequestLine.objects.create(request=request, by=person, answer=answer, words=words, proposals=times)


def _propose(request: RescheduleRequest, part: Part, times: list[datetime]) -> list[str]:
    """Put other times on the table; it is the other's turn then."""
    if not times:
        raise Invalid(fields={"proposals": "Say which other time would suit you."})
    check_proposals(part.session, times)
    request.move_to(State.PROPOSED if part.leads else State.ASKED)
    request.proposals = [write_local(each) for each in dict.fromkeys(times)]
    return list(request.proposals)


def _accept(request: RescheduleRequest, part: Part, starts: datetime | None) -> str:
    """Settle on one of the times on the table and move the appointment there."""
    table = [read_local(each) for each in request.proposals]
    chosen = starts or (table[0] if len(table) == 1 else None)
    if chosen is None or chosen not in table:
        raise Invalid(fields={"starts_local": "Choose one of the times that were proposed."})
    request.move_to(State.ACCEPTED)
    moment = moment_of(chosen, part.session.time_zone)
    move_to(part, moment, None, "", field="starts_local")
    return write_local(chosen)


def _tell(request: RescheduleRequest, part: Part, *, kind: str) -> None:
    """Tell the other of the two, instead of what they were told of this request before."""
    session = part.session
    other = session.client if part.leads else session.therapist
    assert other is not None
    prefix = f"request:{request.id}:"
    withdraw_all(prefix)
    announce_session(session)
    key = f"{prefix}{request.version}"
    give_notice([other], kind=kind, key=key, link=link_to(session), about=session.title, by=part.person)


def request_as_answer(request: RescheduleRequest) -> Answer:
    """A wish for another time as an answer, without words."""
    return {
        "request": str(request.id),
        "session": str(request.session_id),
        "state": str(request.state),
        "version": request.version,
    }
