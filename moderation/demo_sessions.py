"""When the demo groups meet, who came last time and what the others can read of it, and the demo's appointments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.contacts.away import today
from accounts.models import Person
from community.actions.attendance import mark_attendance
from community.actions.series import make_ahead, plan_series
from community.actions.sessions import plan_appointment
from community.actions.summaries import approve_summary, publish_summary, put_draft
from community.actions.summary_telling import count_summary_as_told
from community.models import Attendance, Membership, Session
from community.queries.summary_material import check
from community.recurrence import local_of, read_local, read_rule
from community.summarising.sections import Section, unpack
from hearthside import clock
from moderation.demo_content import GroupText, MeetingsText, PracticeText, moment_of

State = Attendance.State
SUMMARY_AFTER = timedelta(minutes=40)


def plan_demo_meetings(group_id: UUID, text: GroupText, host: Person, *, zone: ZoneInfo) -> None:
    """Let a group meet by its series since it began, with the last time's attendance; inside one live.write."""
    meetings = text.meetings
    if meetings is None:
        return
    begun, opened = (moment_of(each, now=clock.now(), zone=zone) for each in (meetings.begins, text.opened))
    with clock.as_of(opened + timedelta(hours=1)):
        planned = plan_series(
            host,
            group_id=group_id,
            rule=read_rule(meetings.rrule),
            begins=local_of(begun, zone.key),
            time_zone=zone.key,
            minutes=meetings.minutes,
            words={
                "title": meetings.title,
                "place": meetings.place,
                "link": meetings.link,
                "agenda": meetings.agenda.strip(),
            },
            tell=False,
        )
    make_ahead(UUID(planned["series"]))
    last = (
        Session.objects.filter(series=planned["series"], ends_at__lt=clock.now()).order_by("starts_at").last()
    )
    if last is not None:
        with clock.as_of(last.ends_at):
            _mark(host, last, meetings)
        with clock.as_of(min(last.ends_at + SUMMARY_AFTER, clock.now())):
            _summarise(host, last, meetings)
        count_summary_as_told(last)


def _mark(host: Person, session: Session, meetings: MeetingsText) -> None:
    """Write down who came to a session."""
    states = {
        **dict.fromkeys(meetings.absent, State.ABSENT),
        **dict.fromkeys(meetings.excused, State.EXCUSED),
        **dict.fromkeys(meetings.late, State.LATE),
    }
    members = Membership.objects.filter(
        group=session.group_id, role=Membership.Role.MEMBER, joined_at__lt=session.ends_at
    )
    marks = [(row.id, states.get(row.name, State.PRESENT).value) for row in members]
    mark_attendance(host, session_id=session.id, marks=marks)


def _summarise(host: Person, session: Session, meetings: MeetingsText) -> None:
    """Have the summary of a session out, if there is one."""
    sections = [
        Section(id=f"own{number}", kind="own", heading=text.heading, text=text.text.strip(), source="own")
        for number, text in enumerate(meetings.summary, 1)
    ]
    if not sections:
        return
    summary = put_draft(session, sections, by=None)
    checked = check(session, unpack(summary.sections))
    approve_summary(host, summary_id=summary.id, version=summary.version, checked=checked)
    summary.refresh_from_db()
    publish_summary(host, summary_id=summary.id, version=summary.version, checked=checked)


def plan_demo_appointments(content: PracticeText, people: Mapping[str, Person]) -> None:
    """Plan the appointments of the days to come; inside one live.write."""
    for text in content.appointments:
        day = today() + timedelta(days=text.in_days)
        plan_appointment(
            people[text.therapist],
            client_id=people[text.client].pk,
            starts=read_local(f"{day.isoformat()}T{text.at}"),
            time_zone=content.time_zone,
            minutes=text.minutes,
            words={"title": text.title, "place": text.place, "link": "", "agenda": ""},
            tell=False,
        )
