"""One session as its page and its live room need it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import fmean
from typing import Any
from uuid import UUID

from accounts.models import Person
from community.access_sessions import Part, access_room, access_session
from community.models import (
    Attendance,
    CheckIn,
    Feedback,
    FollowUp,
    Intention,
    Membership,
    Presence,
    RescheduleRequest,
    Session,
    Topic,
)
from community.queries.sessions import is_lasting, last_words, lines_of, totals_of
from community.recurrence import local_of, moment_of, read_local, write_local
from community.room_rules import (
    LATE_AFTER,
    LEFT_BEFORE,
    LOST_AFTER,
    QUIET_AFTER,
    is_here,
    is_lost,
    opens_at,
    proposed_rhythm,
    takes_people,
    why_not,
)
from hearthside.clock import now
from hearthside.markdown import render
from hearthside.wire import stamp

MARKS = ("relationship", "goals", "approach", "overall")
FEW = 3  # fewer answers than these are shown to nobody
CHANGEABLE = timedelta(days=3)
TREND = 12


def read_session(person: Person, session_id: UUID) -> dict[str, Any]:
    """One session with all that the person may see of it; raises NotFound or AgreementNeeded."""
    part = access_session(person, session_id)
    session = part.session
    members = {part.member.group_id: part.member} if part.member else {}
    (line,) = lines_of(person, [session], members)
    intention = Intention.objects.filter(session=session, person=person).first()
    feedback = Feedback.objects.filter(session=session, person=person).first()
    until = feedback_until(session)
    return {
        **line,
        "starts_local": write_local(local_of(session.starts_at, session.time_zone)),
        "minutes": round((session.ends_at - session.starts_at).total_seconds() / 60),
        "agenda": session.agenda if part.leads else "",
        "agenda_html": render(session.agenda) if session.agenda.strip() else "",
        "intention": intention.words if intention else None,
        "feedback": json.loads(feedback.marks) if feedback else None,
        "feedback_open": not part.leads and may_give(session),
        "feedback_until": stamp(until) if until and not part.leads else None,
        "requests": requests_of(part),
        "room": room_of(part) if part.member else None,
        "proposed_rhythm": proposed_rhythm(session) if part.leads else None,
        "may": acts_of(part, may_give(session)),
        **(led_part(session) if part.leads and part.member else NOT_LED),
    }


def acts_of(part: Part, may_give_feedback: bool) -> list[str]:
    """What the person may do about the session now, in words that its page knows."""
    session = part.session
    planned = session.state == Session.State.PLANNED
    ahead = planned and session.began_at is None and not session.over
    if part.member is None and not is_lasting(session):
        return ["feedback"] if not part.leads and may_give_feedback else []
    group_open = part.member is None or part.member.group.closed_at is None
    waiting = session.requests.filter(state__in=RescheduleRequest.OPEN).first() if not part.member else None
    yours = waiting is not None and (waiting.state == RescheduleRequest.State.ASKED) == part.leads
    acts = {
        "change": part.leads and planned and group_open,
        "move": part.leads and ahead and group_open,
        "cancel": part.leads and ahead and group_open,
        "attend": part.leads and planned and group_open and part.member is not None,
        "rhythm": part.leads and planned and group_open and part.member is not None,
        "feedback": not part.leads and may_give_feedback,
        "ask": not part.leads and part.member is None and ahead and waiting is None,
        "answer": yours,
        "take_back": waiting is not None and not part.leads,
    }
    return [name for name, open_now in acts.items() if open_now]


NOT_LED: dict[str, Any] = {"members": None, "totals": None, "feedback_trend": None}


def led_part(session: Session) -> dict[str, Any]:
    """What only the group's facilitators see."""
    members = mark_rows(session)
    totals = totals_of(session)
    unmarked = sum(1 for row in members if row["attendance"] is None)
    return {
        "members": members,
        "totals": {**totals, "unmarked": unmarked, "members": len(members)},
        "feedback_trend": feedback_trend(session),
    }


def may_give(session: Session) -> bool:
    """Whether feedback can be given, or what was given changed, at this moment: for everybody up to the same one."""
    planned = session.state == Session.State.PLANNED and session.begun
    return planned and now() <= session.ends_at + CHANGEABLE


def feedback_until(session: Session) -> datetime | None:
    """Until when feedback can be given and changed, while it can."""
    return session.ends_at + CHANGEABLE if may_give(session) else None


def mark_rows(session: Session) -> list[dict[str, Any]]:
    """The members whose attendance counts, with what was marked and what their presence proposes."""
    marks = dict(Attendance.objects.filter(session=session).values_list("member_id", "state"))
    there = {row.member_id: row for row in Presence.objects.filter(session=session)}
    rows = Membership.objects.filter(group=session.group, role=Membership.Role.MEMBER)
    used = any(row.id in there for row in rows)
    shown = [
        {
            "membership": str(row.id),
            "name": row.name,
            "attendance": marks.get(row.id),
            "proposed": proposed_mark(session, there.get(row.id)) if used and session.begun else None,
            "lost_times": there[row.id].lost_times if row.id in there else 0,
        }
        for row in rows
        if row.id in marks or (row.state == Membership.State.ACTIVE and row.joined_at < session.ends_at)
    ]
    return sorted(shown, key=lambda row: str(row["name"]).casefold())


def proposed_mark(session: Session, presence: Presence | None) -> str:
    """What somebody's presence in the room speaks for; a lost line is not leaving."""
    begun = max(session.began_at or session.starts_at, session.starts_at)
    over = session.over_at or session.ends_at
    if presence is None or presence.arrived_at >= over:
        return Attendance.State.ABSENT.value
    if presence.left_at is not None and presence.left_at < over - LEFT_BEFORE:
        return Attendance.State.LEFT_EARLY.value
    late = presence.arrived_at > begun + LATE_AFTER
    return Attendance.State.LATE.value if late else Attendance.State.PRESENT.value


def feedback_trend(session: Session) -> list[dict[str, Any]]:
    """The averages of the group's last sessions up to this one, the earliest first.

    Only of three answers or more, and only once nobody can give or change one, so that it never moves again: else an
    average before and after one more answer would tell that answer.
    """
    settled = Session.objects.filter(
        group=session.group, starts_at__lte=session.starts_at, ends_at__lt=now() - CHANGEABLE
    )
    rows = list(settled.filter(feedback__isnull=False).distinct().order_by("-starts_at")[:TREND])
    given: dict[UUID, list[dict[str, int]]] = {}
    for answer in Feedback.objects.filter(session__in=[row.id for row in rows]):
        given.setdefault(answer.session_id, []).append(json.loads(answer.marks))
    return [
        {
            "session": str(row.id),
            "starts_at": stamp(row.starts_at),
            "answers": len(given[row.id]),
            **{mark: round(fmean(each[mark] for each in given[row.id])) for mark in MARKS},
        }
        for row in reversed(rows)
        if len(given.get(row.id, ())) >= FEW
    ]


def requests_of(part: Part) -> list[dict[str, Any]]:
    """The wishes for another time of an appointment, the first one first."""
    if part.member is not None:
        return []
    rows = part.session.requests.prefetch_related("lines__by").order_by("at")
    return [request_row(row, part) for row in rows]


def request_row(request: RescheduleRequest, part: Part) -> dict[str, Any]:
    """A wish for another time, for one of the two."""
    waiting = request.state in RescheduleRequest.OPEN
    by_client = request.state == RescheduleRequest.State.ASKED
    lines = sorted(request.lines.all(), key=lambda line: line.at)
    return {
        "id": str(request.id),
        "state": "open" if waiting else request.state,
        "yours": waiting and by_client == part.leads,
        "proposals": moments_of(request.proposals, part.session) if waiting else [],
        "proposed_by_you": waiting and by_client != part.leads,
        "lines": [
            {
                "by_name": line.by.name,
                "you": line.by_id == part.person.pk,
                "answer": line.answer,
                "words": line.words,
                "proposals": moments_of(line.proposals, part.session),
                "at": stamp(line.at),
            }
            for line in lines
        ],
        "version": request.version,
        "asked_at": stamp(request.at),
    }


def moments_of(times: Iterable[str], session: Session) -> list[str]:
    """Wall-clock times of the session's zone as moments."""
    return [stamp(moment_of(read_local(each), session.time_zone)) for each in times]


def room_of(part: Part) -> dict[str, Any]:
    """What the session's page says of its room."""
    session, member = part.session, part.member
    assert member is not None
    topic = Topic.objects.filter(id=session.topic_id).first() if session.topic_id else None
    reason = why_not(session, member, paused=topic is not None and topic.locked)
    return {
        "opens_at": stamp(opens_at(session)),
        "closes_at": stamp(session.reflect_until) if session.reflect_until else None,
        "open": session.room_open,
        "enter": takes_people(session),
        "facilitator_present": facilitator_present(session),
        "may_write": reason is None and member.group.closed_at is None,
        "why_not": reason,
        "turn": session.round_order[0] if session.round_order else None,
        "paused": topic is not None and topic.locked,
    }


def facilitator_present(session: Session) -> bool:
    """Whether somebody who leads the group is in the room now."""
    rows = Presence.objects.filter(
        session=session,
        left_at=None,
        heard_at__gte=now() - LOST_AFTER,
        member__role=Membership.Role.FACILITATOR,
        member__state=Membership.State.ACTIVE,
    )
    return rows.exists()


def read_room(person: Person, session_id: UUID) -> dict[str, Any]:
    """The live room: for members what they need, for facilitators who is there and how. Raises NotFound or Closed."""
    session, member = access_room(person, session_id)
    rows = Membership.objects.filter(group=session.group, state=Membership.State.ACTIVE)
    people = list(rows)
    there = {row.member_id: row for row in Presence.objects.filter(session=session)}
    here = sum(1 for row in people if row.id in there and is_here(there[row.id]))
    topic = Topic.objects.filter(id=session.topic_id).first() if session.topic_id else None
    mine = there.get(member.id)
    shown = {
        "session": str(session.id),
        "rhythm": session.rhythm,
        "version": session.version,
        "facilitator_present": any(
            row.is_facilitator and row.id in there and is_here(there[row.id]) for row in people
        ),
        "here_count": here,
        "round_order": [str(row.id) for row in in_order(session.round_order, people)],
        "turn": session.round_order[0] if session.round_order else None,
        "paused": topic.locked if topic else False,
        "slow_seconds": topic.slow_seconds if topic else 0,
        "hand": mine is not None and mine.hand_at is not None,
        "check_in": check_in_of(session, member),
        "people": None,
        "proposes": None,
        "moves": None,
        "follow_up": None,
    }
    if member.is_facilitator:
        shown |= {
            "people": people_rows(session, people, there, you=member),
            "proposes": proposed_rhythm(session),
            "moves": [each for each in Session.Rhythm.values if each in Session.MOVES[session.rhythm]],
            "follow_up": follow_up_of(session),
        }
    return shown


def in_order(order: Iterable[str], people: Iterable[Membership]) -> list[Membership]:
    """The memberships of a round, without those who have gone from the group."""
    known = {str(row.id): row for row in people}
    return [known[each] for each in order if each in known]


def people_rows(
    session: Session, people: Iterable[Membership], there: dict[UUID, Presence], *, you: Membership
) -> list[dict[str, Any]]:
    """Everybody in the group and how they are in the room, facilitators first."""
    spoken, answers = last_words(session), answers_of(session)
    rows = []
    for row in people:
        presence = there.get(row.id)
        state, since = state_of(presence, spoken.get(row.id))
        rows.append(
            {
                "membership": str(row.id),
                "name": row.name,
                "role": row.role,
                "you": row.id == you.id,
                "state": state,
                "since": stamp(since) if since else None,
                "spoken_at": stamp(spoken[row.id]) if row.id in spoken else None,
                "check_in": answers.get(row.id),
                "hand": presence is not None and presence.hand_at is not None and is_here(presence),
                "lost_times": presence.lost_times if presence else 0,
            }
        )
    return sorted(rows, key=lambda row: (row["role"] != "facilitator", str(row["name"]).casefold()))


def state_of(presence: Presence | None, spoken_at: datetime | None) -> tuple[str, datetime | None]:
    """How somebody is in the room, and since when: here, quiet, lost, left or away (with no time: they never came)."""
    if presence is None:
        return "away", None
    if presence.left_at is not None:
        return "left", presence.left_at
    if is_lost(presence):
        return "lost", presence.heard_at
    if presence.away_at is not None:
        return "away", presence.away_at
    last = max(presence.arrived_at, spoken_at) if spoken_at else presence.arrived_at
    return ("quiet" if now() - last >= QUIET_AFTER else "here"), last


def check_in_of(session: Session, member: Membership) -> dict[str, Any] | None:
    """The question that is open, with the member's own answer; None where nobody asked."""
    if session.check_in_asked_at is None:
        return None
    own = CheckIn.objects.filter(session=session, member=member, asked_at=session.check_in_asked_at).first()
    return {
        "asked_at": stamp(session.check_in_asked_at),
        "open": session.room_open,
        "mine": answer_row(own) if own else None,
    }


def answer_row(row: CheckIn) -> dict[str, Any]:
    """What was answered."""
    return {"word": int(row.word) if row.word else None, "words": row.words, "at": stamp(row.at)}


def answers_of(session: Session) -> dict[UUID, dict[str, Any]]:
    """The answers to the latest question, by membership."""
    if session.check_in_asked_at is None:
        return {}
    rows = CheckIn.objects.filter(session=session, asked_at=session.check_in_asked_at)
    return {row.member_id: answer_row(row) for row in rows}


def follow_up_of(session: Session) -> list[dict[str, Any]]:
    """What the facilitators mean to come back to, in the order it was noted."""
    rows = FollowUp.objects.filter(session=session).order_by("at", "id")
    return [
        {"id": str(row.id), "words": row.words, "done": row.done_at is not None, "at": stamp(row.at)}
        for row in rows
    ]
