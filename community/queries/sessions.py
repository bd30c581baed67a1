"""Sessions as lists and pages need them; and who came, for what follows a session."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, Max, OuterRef, Q, QuerySet, When

from accounts.contacts.queries import live_now
from accounts.models import Contact, Person, Role
from community.access import access_group, require_agreed
from community.models import Attendance, Membership, Post, Series, Session
from community.queries.summary_marks import marks_of
from community.recurrence import write_local
from community.room_rules import opens_at
from hearthside.clock import now
from hearthside.wire import stamp

Active = Membership.State.ACTIVE
MOST = 500
PAGE = 30
SHOWN_CANCELLED = timedelta(days=14)  # of what a series had ahead when it ended


def people_of(session: Session) -> list[Person]:
    """Whose session it is now: the group's active people, or the two."""
    if session.group_id is None:
        assert session.therapist is not None
        assert session.client is not None
        return [person for person in (session.therapist, session.client) if person.is_active]
    return people_in(session.group_id)


def people_in(group_id: UUID) -> list[Person]:
    """The group's active people."""
    rows = Membership.objects.select_related("person").filter(
        group_id=group_id, state=Active, person__is_active=True
    )
    return [row.person for row in rows]


def streams_of(session: Session) -> tuple[str, ...]:
    """Where a change of the session is told: its group's stream, and those of everybody whose session it is."""
    group = {f"group:{session.group_id}"} if session.group_id else set()
    return tuple(sorted(group | {person.stream for person in people_of(session)}))


def streams_in(group_id: UUID) -> tuple[str, ...]:
    """The group's stream and those of everybody in it."""
    return tuple(sorted({f"group:{group_id}", *(person.stream for person in people_in(group_id))}))


def memberships_of(person: Person) -> dict[UUID, Membership]:
    """The person's memberships whose sessions they see, by group."""
    rows = Membership.objects.select_related("group").filter(
        person=person, person__is_active=True, state=Active
    )
    return {row.group_id: row for row in rows if row.agreement_version or not row.group.agreement_version}


def seen_by(person: Person, members: Iterable[Membership]) -> QuerySet[Session]:
    """The sessions of these memberships, without what was over before somebody came where the past is hidden."""
    seen = Q(pk__in=[])
    for member in members:
        mine = Q(group_id=member.group_id)
        seen |= mine & Q(ends_at__gte=member.joined_at) if member.visible_from else mine
    return Session.objects.filter(seen)


def looked_after() -> Q:
    """That the therapist of an appointment looks after its client now."""
    theirs = Contact.objects.filter(
        live_now(),
        one=OuterRef("therapist"),
        other=OuterRef("client"),
        reason=Contact.Reason.THERAPIST,
        one__role__in=(Role.ADMIN, Role.FACILITATOR),
    )
    return Q(Exists(theirs))


def parted_ahead() -> Q:
    """Appointments that still stand ahead though their therapist looks after their client no more."""
    ahead = Q(group=None, state=Session.State.PLANNED, starts_at__gt=now(), began_at=None)
    return ahead & ~looked_after()


def standing() -> Q:
    """What makes a session count: a group's always does, an appointment ahead only while its therapist is theirs.

    What is over, and what was called off, stays to be read.
    """
    past = Q(ends_at__lte=now()) | Q(state=Session.State.CANCELLED)
    return Q(group__isnull=False) | past | looked_after()


def is_lasting(session: Session) -> bool:
    """Whether something may still be done about it: for an appointment, as long as the two are in contact."""
    return session.group_id is not None or Session.objects.filter(looked_after(), id=session.id).exists()


def appointments_of(person: Person) -> QuerySet[Session]:
    """The appointments that the person sees, as a therapist or as a client."""
    return Session.objects.filter(Q(therapist=person) | Q(client=person)).filter(standing())


def list_sessions(
    person: Person, *, begin: datetime | None = None, until: datetime | None = None
) -> list[dict[str, Any]]:
    """The sessions of all the person's groups and their appointments, the earliest first.

    What a series had ahead when it ended is left out but for the next two weeks.
    """
    members = memberships_of(person)
    begin = begin or now() - timedelta(days=1)
    until = until or now() + timedelta(days=90)
    rows = (seen_by(person, members.values()) | appointments_of(person)).filter(
        ends_at__gte=begin, starts_at__lt=until
    )
    return lines_of(person, list(without_ended(rows).order_by("starts_at", "id")[:MOST]), members)


def without_ended(rows: QuerySet[Session]) -> QuerySet[Session]:
    """Without the sessions that were cancelled along with their series and lie far ahead."""
    ended = Q(
        state=Session.State.CANCELLED,
        changed_alone=False,
        series__isnull=False,
        starts_at__gt=now() + SHOWN_CANCELLED,
    )
    return rows.exclude(ended).select_related("group", "therapist", "client")


def read_group_sessions(
    person: Person, group_id: UUID, *, past: bool = False, before: datetime | None = None
) -> dict[str, Any]:
    """A group's sessions in pages: what is ahead, the earliest first, or what is over, the latest first.

    `before` goes on behind a page of the past. Raises NotFound or AgreementNeeded.
    """
    member = access_group(person, group_id)
    require_agreed(member, current=False)
    rows = without_ended(seen_by(person, [member]))
    if past:
        rows = rows.filter(ends_at__lte=now(), starts_at__lt=before or now()).order_by("-starts_at", "id")
    else:
        rows = rows.filter(ends_at__gt=now()).order_by("starts_at", "id")
    page = list(rows[: PAGE + 1])
    series = list(Series.objects.filter(group_id=group_id, ended_at=None).order_by("created_at"))
    ahead = next_of(series)
    return {
        "sessions": lines_of(person, page[:PAGE], {group_id: member}),
        "series": [{**series_row(row), "next": ahead.get(row.id)} for row in series],
        "more": len(page) > PAGE,
        "reflect_hours": member.group.reflect_hours,
    }


def series_row(series: Series) -> dict[str, Any]:
    """A series as whoever changes it needs it."""
    return {
        "id": str(series.id),
        "group": str(series.group_id),
        "rrule": series.rrule,
        "begins_local": write_local(series.begins_local),
        "time_zone": series.time_zone,
        "minutes": series.minutes,
        "title": series.title,
        "place": series.place,
        "link": series.link,
        "agenda": series.agenda,
        "version": series.version,
        "ended_at": stamp(series.ended_at) if series.ended_at else None,
        "next": None,
    }


def next_of(series: Iterable[Series]) -> dict[UUID, str]:
    """The next session of each series."""
    planned = Session.objects.filter(
        series__in=[row.id for row in series],
        state=Session.State.PLANNED,
        began_at=None,
        starts_at__gt=now(),
        starts_at__lt=now() + timedelta(days=366),
    )
    found: dict[UUID, str] = {}
    for series_id, session_id in planned.order_by("-starts_at").values_list("series_id", "id"):
        found[series_id] = str(session_id)
    return found


def lines_of(
    person: Person, sessions: Sequence[Session], members: dict[UUID, Membership]
) -> list[dict[str, Any]]:
    """The lines of sessions that the person may see, in their order; as many queries for many as for one."""
    marked = Attendance.objects.filter(
        session__in=[row.id for row in sessions], member__in=[member.id for member in members.values()]
    ).values_list("session_id", "state")
    came = dict(marked)
    told = marks_of(sessions, members)
    return [
        _line(person, row, members.get(row.group_id) if row.group_id else None, came)
        | {"summary": told.get(row.id)}
        for row in sessions
    ]


def _line(
    person: Person, session: Session, member: Membership | None, came: dict[UUID, str]
) -> dict[str, Any]:
    """One session in a list."""
    leads = member.is_facilitator if member else session.therapist_id == person.pk
    other = session.client if session.therapist_id == person.pk else session.therapist
    return {
        "id": str(session.id),
        "group": str(session.group_id) if session.group_id else None,
        "group_name": session.group.name if session.group else "",
        "with": other.name if other else None,
        "title": session.title,
        "starts_at": stamp(session.starts_at),
        "ends_at": stamp(session.ends_at),
        "time_zone": session.time_zone,
        "state": session.state,
        "rhythm": session.rhythm,
        "place": session.place,
        "link": session.link,
        "why": session.why,
        "topic": str(session.topic_id) if session.topic_id else None,
        "series": str(session.series_id) if session.series_id else None,
        "changed_alone": session.changed_alone,
        "version": session.version,
        "you_lead": leads,
        "attendance": came.get(session.id),
        "has_agenda": bool(session.agenda.strip()),
        "opens_at": stamp(opens_at(session)) if session.group_id else None,
        "room_open": session.room_open,
    }


# For what follows a session


def marked(session: Session) -> list[Attendance]:
    """Everybody whose attendance was marked, with their membership."""
    rows = Attendance.objects.select_related("member__person").filter(session=session)
    return sorted(rows, key=lambda row: row.member.name.casefold())


def absentees(session: Session) -> list[Membership]:
    """The members who were marked as not having been there, excused or not."""
    return [row.member for row in marked(session) if row.state in Attendance.ABSENTEES]


def attendees(session: Session) -> list[Membership]:
    """The members who were marked as having been there, late or for a part too."""
    return [row.member for row in marked(session) if row.state not in Attendance.ABSENTEES]


def totals_of(session: Session) -> dict[str, int]:
    """How many members were marked with each state."""
    counts = {state.value: Count(Case(When(state=state, then=1))) for state in Attendance.State}
    return Attendance.objects.filter(session=session).aggregate(**counts)


def last_words(session: Session) -> dict[UUID, datetime]:
    """When each member last wrote in the session's room, whatever became of it."""
    if session.topic_id is None:
        return {}
    rows = Post.objects.filter(topic_id=session.topic_id).values("author").annotate(last=Max("written_at"))
    return dict(rows.values_list("author", "last"))
