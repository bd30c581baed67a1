"""Builders for tests of sessions: moments moved at will, planned sessions, rooms that are open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.models import Contact, Person
from community.models import Group, Membership, Session
from hearthside import clock
from notify.models import Notice
from tests.given import Circle, act, given_circle, given_group, given_member, given_person, leader_of

BERLIN = "Europe/Berlin"
MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)  # 10:00 in Berlin


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Inside, it is that moment."""
    with clock.as_of(moment):
        yield


def local(moment: datetime) -> str:
    """A wall-clock time as the wire has it."""
    return moment.strftime("%Y-%m-%dT%H:%M")


def given_session(
    group: Group, *, begins: str = "2026-12-03T18:00", zone: str = BERLIN, **data: Any
) -> Session:
    """A planned session of the group, by its facilitator."""
    answer = act(
        leader_of(group),
        "session.plan",
        **{
            "group": group.id,
            "starts_local": begins,
            "time_zone": zone,
            "minutes": 90,
            "title": "Evening",
            **data,
        },
    )
    return the_session(answer["session"])


def given_series(group: Group, *, rrule: str = "FREQ=WEEKLY;BYDAY=TH", **data: Any) -> dict[str, Any]:
    """A series of the group, by its facilitator; its command's answer."""
    fields = {
        "group": group.id,
        "rrule": rrule,
        "begins_local": "2026-12-03T18:00",
        "time_zone": BERLIN,
        "minutes": 90,
        "title": "Evening",
    }
    return act(leader_of(group), "series.plan", **{**fields, **data})


def the_session(session_id: UUID | str) -> Session:
    """The session as it is in the database now."""
    return Session.objects.select_related("group", "topic", "therapist", "client").get(pk=session_id)


def sessions_of(series_id: UUID | str) -> list[Session]:
    """A series' sessions in the order of time."""
    return list(Session.objects.filter(series__id=series_id).order_by("starts_at"))


def move_on(session: Session, *steps: str, by: Person | None = None) -> Session:
    """The session after these steps of its rhythm."""
    for step in steps:
        session = the_session(session.id)
        assert session.group is not None
        act(
            by or leader_of(session.group),
            "session.rhythm",
            session=session.id,
            version=session.version,
            rhythm=step,
        )
    return the_session(session.id)


def given_pair() -> tuple[Person, Person]:
    """A therapist and a client of theirs."""
    therapist, client = given_person("facilitator"), given_person()
    Contact.objects.create(
        one=therapist, other=client, reason="therapist", name_of_one=therapist.name, name_of_other=client.name
    )
    return therapist, client


def given_appointment(
    therapist: Person, client: Person, *, begins: str = "2026-12-03T18:00", **data: Any
) -> Session:
    """An appointment of the two."""
    fields = {"starts_local": begins, "time_zone": BERLIN, "minutes": 50, "title": "Talk"}
    answer = act(therapist, "appointment.plan", client=client.pk, **{**fields, **data})
    return the_session(answer["session"])


def told(person: Person, kind: str = "") -> list[Notice]:
    """The notices that somebody has and that still hold."""
    rows = Notice.objects.filter(person=person, withdrawn_at=None).order_by("at", "key")
    return [row for row in rows if not kind or row.kind == kind]


__all__ = [
    "MONDAY",
    "Circle",
    "Membership",
    "at",
    "given_appointment",
    "given_circle",
    "given_group",
    "given_member",
    "given_pair",
    "given_person",
    "given_series",
    "given_session",
    "local",
    "move_on",
    "sessions_of",
    "the_session",
    "timedelta",
    "told",
]
