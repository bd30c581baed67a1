"""The doors to sessions, series and appointments, and to a person's calendar feed."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from accounts.models import Person
from community import schemas_session_commands as shapes
from community import schemas_sessions as pages
from community.access_sessions import (
    access_own_client,
    access_planning,
    access_request,
    access_series,
    access_session,
)
from community.actions import appointments, attendance, calendars, series, sessions
from community.calendar_feed import describe_calendar
from community.queries.session_pages import read_room, read_session
from community.queries.sessions import list_sessions, read_group_sessions, streams_in, streams_of
from community.recurrence import YEARS, read_rule
from hearthside.api import READ_PROBLEMS, ProblemAnswer
from hearthside.commands import Command
from hearthside.errors import Invalid
from hearthside.live import Write

PROBLEMS = {**READ_PROBLEMS, 409: ProblemAnswer}
Moment = Annotated[datetime | None, Query(description="a moment (RFC 3339)")]

router = Router(tags=["sessions"])


def aware(moment: datetime | None) -> datetime | None:
    """A moment from a query, in UTC where it says no zone; raises Invalid for a year out of reach."""
    if moment is not None and moment.year not in YEARS:
        raise Invalid(fields={"from": "This year is out of reach."})
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


@router.get(
    "/sessions",
    response={200: pages.SessionList, **READ_PROBLEMS},
    operation_id="sessions",
    by_alias=True,
    summary="The sessions of all one's groups, and one's appointments",
)
def get_sessions(
    request: HttpRequest, begin: Annotated[datetime | None, Query(alias="from")] = None, until: Moment = None
) -> Any:
    """From a day ago to 90 days ahead unless told otherwise, the earliest first."""
    person = request.auth  # type: ignore[attr-defined]
    return {"sessions": list_sessions(person, begin=aware(begin), until=aware(until))}


@router.get(
    "/groups/{group_id}/sessions",
    response={200: pages.GroupSessions, **PROBLEMS},
    operation_id="group.sessions",
    by_alias=True,
    summary="A group's sessions and series",
)
def get_group_sessions(
    request: HttpRequest, group_id: uuid.UUID, past: bool = False, before: Moment = None
) -> Any:
    """What is ahead, or with `past` what is over, the latest first."""
    person = request.auth  # type: ignore[attr-defined]
    return read_group_sessions(person, group_id, past=past, before=aware(before))


@router.get(
    "/sessions/{session_id}",
    response={200: pages.SessionPage, **PROBLEMS},
    operation_id="session.show",
    by_alias=True,
    summary="One session",
)
def get_session(request: HttpRequest, session_id: uuid.UUID) -> Any:
    """All that the asking person may see of it."""
    return read_session(request.auth, session_id)  # type: ignore[attr-defined]


@router.get(
    "/sessions/{session_id}/room",
    response={200: pages.RoomPage, **PROBLEMS},
    operation_id="session.room",
    by_alias=True,
    summary="The live room of a session",
)
def get_room(request: HttpRequest, session_id: uuid.UUID) -> Any:
    """For members what they need there, for facilitators who is there and how."""
    return read_room(request.auth, session_id)  # type: ignore[attr-defined]


@router.get(
    "/calendar",
    response={200: pages.CalendarPage, **READ_PROBLEMS},
    operation_id="calendar",
    summary="Whether one has a calendar feed",
)
def get_calendar(request: HttpRequest) -> Any:
    """Its address was shown once, when it was made."""
    return describe_calendar(request.auth)  # type: ignore[attr-defined]


def prepare_plan_series(person: Person, data: shapes.PlanSeries) -> Write:
    """Planning a series: everybody in the group is told."""
    access_planning(person, data.group)
    act = partial(
        series.plan_series,
        person,
        group_id=data.group,
        rule=read_rule(data.rrule),
        begins=shapes.local(data.begins_local),
        time_zone=data.time_zone,
        minutes=data.minutes,
        words=shapes.given_words(data),
    )
    return Write(act, streams_in(data.group))


def prepare_change_series(person: Person, data: shapes.ChangeSeries) -> Write:
    """Changing it from one session on."""
    row, _ = access_series(person, data.series)
    sent = data.dict(exclude={"nonce", "series", "version", "from_"}, exclude_none=True)
    if "rrule" in sent:
        sent["rrule"] = read_rule(sent["rrule"])
    if "begins_local" in sent:
        sent["begins_local"] = shapes.local(sent["begins_local"])
    act = partial(
        series.change_series,
        person,
        series_id=data.series,
        version=data.version,
        changes=sent,
        first_id=data.from_,
    )
    return Write(act, streams_in(row.group_id))


def prepare_end_series(person: Person, data: shapes.EndSeries) -> Write:
    """Ending it."""
    row, _ = access_series(person, data.series)
    act = partial(
        series.end_series,
        person,
        series_id=data.series,
        version=data.version,
        first_id=data.from_,
        why=data.why,
    )
    return Write(act, streams_in(row.group_id))


def prepare_plan_session(person: Person, data: shapes.PlanSession) -> Write:
    """Planning one session of a group."""
    access_planning(person, data.group)
    act = partial(
        sessions.plan_session,
        person,
        group_id=data.group,
        starts=shapes.local(data.starts_local),
        time_zone=data.time_zone,
        minutes=data.minutes,
        words=shapes.given_words(data),
    )
    return Write(act, streams_in(data.group))


def prepare_plan_appointment(person: Person, data: shapes.PlanAppointment) -> Write:
    """Planning an appointment: the two are told."""
    therapist, client = access_own_client(person, data.client)
    act = partial(
        sessions.plan_appointment,
        person,
        client_id=data.client,
        starts=shapes.local(data.starts_local),
        time_zone=data.time_zone,
        minutes=data.minutes,
        words=shapes.given_words(data),
    )
    return Write(act, tuple(sorted((therapist.stream, client.stream))))


def about_session(act: Any, session_id: uuid.UUID, person: Person) -> Write:
    """A write that tells everybody whose session it is; raises NotFound."""
    part = access_session(person, session_id)
    return Write(act, streams_of(part.session))


def prepare_move(person: Person, data: shapes.MoveSession) -> Write:
    """Moving one session."""
    act = partial(
        sessions.move_session,
        person,
        session_id=data.session,
        version=data.version,
        starts=shapes.local(data.starts_local),
        minutes=data.minutes,
        why=data.why,
    )
    return about_session(act, data.session, person)


def prepare_change(person: Person, data: shapes.ChangeSession) -> Write:
    """Changing its words."""
    sent = data.dict(exclude={"nonce", "session", "version"}, exclude_none=True)
    act = partial(
        sessions.change_session, person, session_id=data.session, version=data.version, changes=sent
    )
    return about_session(act, data.session, person)


def prepare_cancel(person: Person, data: shapes.CancelSession) -> Write:
    """Calling it off."""
    act = partial(
        sessions.cancel_session, person, session_id=data.session, version=data.version, why=data.why
    )
    return about_session(act, data.session, person)


def prepare_attend(person: Person, data: shapes.MarkAttendance) -> Write:
    """Marking who came."""
    marks = [(mark.member, mark.state) for mark in data.marks]
    act = partial(attendance.mark_attendance, person, session_id=data.session, marks=marks)
    return about_session(act, data.session, person)


def prepare_intention(person: Person, data: shapes.WriteIntention) -> Write:
    """Writing an intention: nobody is told."""
    access_session(person, data.session)
    return Write(partial(attendance.write_intention, person, session_id=data.session, words=data.words))


def prepare_feedback(person: Person, data: shapes.GiveFeedback) -> Write:
    """Giving feedback: nobody is told."""
    access_session(person, data.session)
    marks = data.dict(include={"relationship", "goals", "approach", "overall"})
    return Write(partial(attendance.give_feedback, person, session_id=data.session, marks=marks))


def prepare_ask(person: Person, data: shapes.AskForAnotherTime) -> Write:
    """Asking for another time."""
    times = [shapes.local(each) for each in dict.fromkeys(data.proposals)]
    act = partial(
        appointments.ask_for_another_time,
        person,
        session_id=data.session,
        words=data.words,
        proposals=times,
    )
    return about_session(act, data.session, person)


def prepare_answer(person: Person, data: shapes.AnswerRequest) -> Write:
    """Answering that."""
    request, _ = access_request(person, data.request)
    act = partial(
        appointments.answer_request,
        person,
        request_id=data.request,
        answer=data.answer,
        starts=shapes.local(data.starts_local) if data.starts_local else None,
        proposals=[shapes.local(each) for each in data.proposals],
        words=data.words,
    )
    return about_session(act, request.session_id, person)


def prepare_take_back(person: Person, data: shapes.TakeBackRequest) -> Write:
    """Taking the wish back."""
    request, _ = access_request(person, data.request)
    act = partial(appointments.take_back_request, person, request_id=data.request)
    return about_session(act, request.session_id, person)


def prepare_hours(person: Person, data: shapes.SetReflectHours) -> Write:
    """The group's setting."""
    access_planning(person, data.group)
    act = partial(series.set_reflect_hours, person, group_id=data.group, hours=data.hours)
    return Write(act, (f"group:{data.group}",))


def prepare_make_calendar(person: Person, data: shapes.Nothing) -> Write:
    """Making a feed: the address is in the answer alone."""
    return Write(partial(calendars.make_calendar, person))


def prepare_revoke_calendar(person: Person, data: shapes.Nothing) -> Write:
    """Taking it back."""
    return Write(partial(calendars.revoke_calendar, person))


COMMANDS: tuple[Command, ...] = (
    Command(
        "series.plan", "Let a group meet by a rule", shapes.PlanSeries, shapes.SeriesDone, prepare_plan_series
    ),
    Command(
        "series.change",
        "Change a series from one session on",
        shapes.ChangeSeries,
        shapes.SeriesDone,
        prepare_change_series,
    ),
    Command("series.end", "End a series", shapes.EndSeries, shapes.SeriesDone, prepare_end_series),
    Command(
        "session.plan", "Let a group meet once", shapes.PlanSession, shapes.SessionDone, prepare_plan_session
    ),
    Command(
        "appointment.plan",
        "Meet one of one's clients",
        shapes.PlanAppointment,
        shapes.SessionDone,
        prepare_plan_appointment,
    ),
    Command(
        "session.move", "Give a session another time", shapes.MoveSession, shapes.SessionDone, prepare_move
    ),
    Command(
        "session.change",
        "Give a session other words",
        shapes.ChangeSession,
        shapes.SessionDone,
        prepare_change,
    ),
    Command("session.cancel", "Call a session off", shapes.CancelSession, shapes.SessionDone, prepare_cancel),
    Command("session.attend", "Write down who came", shapes.MarkAttendance, shapes.MarksDone, prepare_attend),
    Command(
        "intention.write",
        "Note what one wants from a session",
        shapes.WriteIntention,
        shapes.IntentionDone,
        prepare_intention,
    ),
    Command(
        "feedback.give", "Say how a session was", shapes.GiveFeedback, shapes.FeedbackDone, prepare_feedback
    ),
    Command(
        "appointment.ask",
        "Ask for another time",
        shapes.AskForAnotherTime,
        shapes.RequestDone,
        prepare_ask,
    ),
    Command(
        "appointment.answer",
        "Answer a wish for another time",
        shapes.AnswerRequest,
        shapes.RequestDone,
        prepare_answer,
    ),
    Command(
        "appointment.take_back",
        "Take a wish for another time back",
        shapes.TakeBackRequest,
        shapes.RequestDone,
        prepare_take_back,
    ),
    Command(
        "group.reflect_hours",
        "Say how long live rooms take words after a session",
        shapes.SetReflectHours,
        shapes.ReflectHoursDone,
        prepare_hours,
    ),
    Command(
        "calendar.make", "Make a calendar feed", shapes.Nothing, shapes.CalendarMade, prepare_make_calendar
    ),
    Command(
        "calendar.revoke",
        "Take the calendar feed back",
        shapes.Nothing,
        shapes.CalendarRevoked,
        prepare_revoke_calendar,
    ),
)
