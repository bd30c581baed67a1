"""Telling whose session it is that it changed, and taking back what is no longer true."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from accounts.models import Person
from community.events import RoomChanged, SessionChanged
from community.models import Group, Membership, RescheduleRequest, Series, Session
from community.queries.sessions import parted_ahead, people_in, people_of
from hearthside.clock import now
from hearthside.live import Answer, announce
from notify.actions.giving import give_notice, withdraw_notices
from notify.models import Notice

ROOM_EVERY = timedelta(seconds=1)
PARTED = "The two of you are not in contact here any more, so this appointment will not take place."


def link_to(session: Session) -> str:
    """Where a session's page is."""
    return f"/sessions/{session.id}"


def announce_session(session: Session, event: type[SessionChanged] = SessionChanged) -> None:
    """Tell every screen that shows the session: the group's, or those of the two."""
    if session.group_id is not None:
        announce(f"group:{session.group_id}", event.of(session), object_id=session.id)
        return
    for person in sorted(people_of(session), key=lambda one: str(one.pk)):
        announce(person.stream, event.of(session), object_id=session.id)


def announce_room(session: Session) -> None:
    """Tell the room's screens that something moved: at most once a second, and then of all that moved in it."""
    from community import jobs

    told = session.room_told_at
    if (
        told is not None and timedelta(0) <= now() - told < ROOM_EVERY
    ):  # a clock that was put back holds nothing up
        jobs.tell_room.using(run_after=told + ROOM_EVERY).enqueue(str(session.id))
        return
    Session.objects.filter(id=session.id).update(room_told_at=now())
    announce(f"group:{session.group_id}", RoomChanged.of(session), object_id=session.id)


def tell_changed(session: Session, by: Person) -> None:
    """Give everybody else a notice of how the session is now; what was said of it before is taken back."""
    prefix = f"session:{session.id}:changed:"
    withdraw_all(prefix)
    others = [person for person in people_of(session) if person.pk != by.pk]
    give_notice(
        others,
        kind="session.changed",
        key=f"{prefix}{session.sequence}",
        link=link_to(session),
        about=session.title,
        group=session.group_id,
        by=by,
        until=session.ends_at,
    )


def tell_series(series: Series, by: Person) -> None:
    """The same about all that a series has ahead, as one notice."""
    prefix = f"series:{series.id}:"
    withdraw_all(prefix)
    give_notice(
        [person for person in people_in(series.group_id) if person.pk != by.pk],
        kind="session.changed",
        key=f"{prefix}{series.version}",
        link=f"/groups/{series.group_id}/sessions",
        about=series.title,
        group=series.group_id,
        by=by,
    )


def withdraw_all(prefix: str) -> None:
    """Take back every notice whose key begins so."""
    withdraw_notices(prefix, under=True)


def reminder_key(session: Session, slot: str) -> str:
    """The name of one reminder of the time that the session has now: `slot` is 24h or 1h."""
    return f"session:{session.id}:{int(session.starts_at.timestamp())}:{slot}"


def withdraw_reminders(session: Session) -> None:
    """Take back the reminders of the time that the session has now, if there were any."""
    for slot, told in (("24h", session.day_told_at), ("1h", session.hour_told_at)):
        if told is not None:
            withdraw_notices(reminder_key(session, slot))


def overtake_requests(session: Session) -> None:
    """End a wish for another time that is still open: the appointment has been moved or cancelled meanwhile."""
    for request in RescheduleRequest.objects.filter(session=session, state__in=RescheduleRequest.OPEN):
        request.move_to(RescheduleRequest.State.OVERTAKEN)
        request.version, request.changed_at = request.version + 1, now()
        request.save()
        withdraw_all(f"request:{request.id}:")


def cancel_planned(session: Session, why: str) -> None:
    """Call off a session, with everything that was said of it; the caller tells people."""
    withdraw_reminders(session)
    session.state, session.why = Session.State.CANCELLED, why
    session.sequence, session.version = session.sequence + 1, session.version + 1
    session.round_order = []
    session.save()
    overtake_requests(session)


def cancel_parted(one: Person, other: Person) -> Answer:
    """Call off what two have ahead who came out of contact by themselves, as when an account was closed."""
    rows = Session.objects.filter(parted_ahead(), therapist=one, client=other)
    found = rows.exists()
    if found:
        cancel_between(one, other, by=None)
    return {"parted": found}


def cancel_between(one: Person, other: Person, *, by: Person | None) -> None:
    """Call off what a therapist and a client have ahead, as they are not to meet any more; both are told, once for all.

    Nobody is told why they part. The running write must name the streams of both.
    """
    pair = Q(therapist=one, client=other) | Q(therapist=other, client=one)
    planned = Session.objects.select_related("therapist", "client").filter(
        pair, state=Session.State.PLANNED, starts_at__gt=now(), began_at=None
    )
    rows = list(planned.order_by("starts_at", "id"))
    for session in rows:
        cancel_planned(session, PARTED)
        withdraw_all(f"session:{session.id}:changed:")
        announce_session(session)
    if rows:
        give_notice(
            people_of(rows[0]),
            kind="session.changed",
            key=f"session:{rows[0].id}:changed:{rows[0].sequence}",
            link=link_to(rows[0]) if len(rows) == 1 else "/sessions",
            about=rows[0].title if len(rows) == 1 else "",
            by=by,
            until=rows[-1].ends_at,
        )


def cancel_ahead(group: Group) -> None:
    """Call off all that a group that closes had ahead; what is going on now ends with the group's own end."""
    Series.objects.filter(group=group, ended_at=None).update(ended_at=now())
    planned = Session.objects.filter(
        group=group, state=Session.State.PLANNED, starts_at__gt=now(), began_at=None
    )
    for session in planned:
        cancel_planned(session, "")
        withdraw_all(f"session:{session.id}:")
    withdraw_for_series(group)


def withdraw_for_series(group: Group) -> None:
    """Take back what was said of the group's series."""
    for series in Series.objects.filter(group=group):
        withdraw_all(f"series:{series.id}:")


def withdraw_own(member: Membership) -> None:
    """Take back from somebody who is not in the group any more what they were told of its sessions."""
    mine = Notice.objects.filter(
        person=member.person_id,
        group=member.group_id,
        kind__in=("session.reminder", "session.changed"),
        withdrawn_at=None,
    )
    for key in sorted(mine.values_list("key", flat=True)):
        withdraw_notices(key, people=[member.person])
