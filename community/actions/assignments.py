"""Things to do between two sessions: given, changed, taken back, and remembered a day before they are due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.contacts.away import practice_zone
from accounts.contacts.queries import live_now
from accounts.models import Contact, Person
from community.access_assignments import (
    access_assignment_to_lead,
    access_giving,
    check_resource,
    check_session,
)
from community.events import AssignmentChanged
from community.models import Assignment, Membership, Submission
from community.rendered import Rendered, looks_of
from hearthside import audit
from hearthside.clock import now
from hearthside.errors import Closed, Invalid, Stale
from hearthside.live import Answer, announce
from hearthside.wire import stamp
from notify.actions.giving import give_notice, withdraw_notices
from notify.models import Notice

AHEAD = timedelta(days=1)
AT_ONCE = 25  # reminders in one write


def staff_of(assignment: Assignment) -> list[Person]:
    """Who answers it now: the group's facilitators, or the therapist who gave it, while they are the client's."""
    if assignment.group_id is None:
        pair = Q(one=assignment.by_id, other=assignment.client_id, reason=Contact.Reason.THERAPIST)
        return [assignment.by] if Contact.objects.filter(pair & live_now()).exists() else []
    return list(
        Person.objects.filter(
            memberships__group=assignment.group_id,
            memberships__state=Membership.State.ACTIVE,
            memberships__role=Membership.Role.FACILITATOR,
            is_active=True,
        )
    )


def receivers_of(assignment: Assignment) -> list[Person]:
    """Whom it was given to, as far as they are still there."""
    rows = Submission.objects.select_related("person", "member").filter(assignment=assignment)
    return [row.person for row in rows if is_there(row)]


def is_there(row: Submission) -> bool:
    """Whether whom it was given to is still in the group; a client always is."""
    return row.member is None or row.member.state == Membership.State.ACTIVE


def streams_about(assignment: Assignment) -> tuple[str, ...]:
    """The own streams of everybody it is about."""
    people = [*staff_of(assignment), *receivers_of(assignment)]
    return tuple(sorted({person.stream for person in people}))


def tell(assignment: Assignment, people: Iterable[Person]) -> None:
    """Say to these people's own screens that something about it is new."""
    for stream in sorted({person.stream for person in people}):
        announce(stream, AssignmentChanged(assignment=str(assignment.id)), object_id=assignment.id)


def link_of(assignment: Assignment) -> str:
    """Where its page is."""
    return f"/assignments/{assignment.id}"


def given_key(assignment: Assignment) -> str:
    """Under which the notice that it was given is kept."""
    return f"assignment:{assignment.id}:given"


def due_key(assignment: Assignment, due_at: datetime) -> str:
    """Under which the reminder of one due time is kept."""
    return f"assignment:{assignment.id}:due:{int(due_at.timestamp())}"


def read_due(local: str | None) -> datetime | None:
    """A moment in the practice's zone, as a form spells it: 2026-12-03T18:00; raises Invalid."""
    if not local:
        return None
    try:
        wall = datetime.fromisoformat(local)
    except ValueError:
        raise Invalid(fields={"due_local": "Choose a day and a time."}) from None
    if wall.tzinfo is not None or not 2000 <= wall.year <= 2200:
        raise Invalid(fields={"due_local": "Choose a day and a time, as the clock at the practice shows it."})
    return wall.replace(tzinfo=practice_zone()).astimezone(UTC)


def members_to_give(group_id: UUID, chosen: list[UUID] | None) -> list[Membership]:
    """The members it goes to: those chosen, or all who are in the group now; raises Invalid for none or a stranger."""
    rows = Membership.objects.select_related("person").filter(
        group_id=group_id, state=Membership.State.ACTIVE, role=Membership.Role.MEMBER, person__is_active=True
    )
    if chosen is not None:
        rows = rows.filter(id__in=chosen)
    found = list(rows.order_by("joined_at", "id"))
    if not found or (chosen is not None and len(found) != len(set(chosen))):
        raise Invalid(fields={"members": "Choose members who are in the group now."})
    return found


def give_assignment(
    person: Person,
    *,
    assignment_id: UUID,
    group_id: UUID | None,
    client_id: UUID | None,
    members: list[UUID] | None,
    title: str,
    words: str,
    due_local: str | None,
    resource_id: UUID | None,
    session_id: UUID | None,
    rendered: Rendered,
) -> Answer:
    """Give something to do to members of a group or to a client, and tell them. Who joins later does not get it.

    Raises NotFound, Denied, Closed or Invalid.
    """
    name = access_giving(person, group_id, client_id)
    chosen = members_to_give(group_id, members) if group_id else []
    assignment = Assignment(
        id=assignment_id,
        group_id=group_id,
        client_id=client_id,
        by=person,
        by_name=name,
        title=title,
        words=words,
        html=looks_of(words, rendered),
        due_at=read_due(due_local),
        resource=check_resource(person, resource_id, group_id) if resource_id else None,
        session=check_session(session_id, group_id, person, client_id) if session_id else None,
    )
    assignment.save(force_insert=True)
    rows = [Submission(assignment=assignment, member=member, person=member.person) for member in chosen]
    if client_id is not None:
        rows = [Submission(assignment=assignment, person_id=client_id)]
    for row in rows:
        row.reminded_of = soon(assignment)
        row.save(force_insert=True)
    people = receivers_of(assignment)
    give_notice(
        people,
        kind="assignment.given",
        key=given_key(assignment),
        link=link_of(assignment),
        about=title,
        group=group_id,
    )
    tell(assignment, [*people, *staff_of(assignment)])
    audit.record(person, "assignment.given", f"assignment:{assignment.id}", group=group_id, about=client_id)
    return assignment_as_answer(assignment)


def soon(assignment: Assignment) -> datetime | None:
    """The due time when it is less than a day away as it is given: being told of it is reminder enough."""
    due_at = assignment.due_at
    return due_at if due_at is not None and due_at - now() <= AHEAD else None


def assignment_as_answer(assignment: Assignment) -> Answer:
    """An assignment as its commands answer: without its words, because answers are kept for days."""
    return {
        "id": str(assignment.id),
        "version": assignment.version,
        "due_at": stamp(assignment.due_at) if assignment.due_at else None,
        "taken_back": assignment.taken_back_at is not None,
    }


def change_assignment(
    person: Person, *, assignment_id: UUID, version: int, changes: dict[str, Any], rendered: Rendered
) -> Answer:
    """Give it another title, other words or another due time; an old reminder goes.

    Raises NotFound, Denied, Closed, Stale or Invalid.
    """
    assignment, _ = access_assignment_to_lead(person, assignment_id)
    if assignment.taken_back_at is not None:
        raise Closed("This was taken back.")
    if assignment.version != version:
        said = {"title": assignment.title, "words": assignment.words}
        raise Stale(current=assignment_as_answer(assignment) | said)
    assignment.title = changes.get("title", assignment.title)
    if "words" in changes:
        assignment.words, assignment.html = changes["words"], looks_of(changes["words"], rendered)
    if "due_local" in changes:
        move_due(assignment, read_due(changes["due_local"]))
    assignment.version += 1
    assignment.save()
    tell(assignment, [*receivers_of(assignment), *staff_of(assignment)])
    return assignment_as_answer(assignment)


def move_due(assignment: Assignment, due_at: datetime | None) -> None:
    """Set another due time and take back what was said of the old one."""
    if assignment.due_at is not None and due_at != assignment.due_at:
        withdraw_notices(due_key(assignment, assignment.due_at))
    assignment.due_at = due_at


def take_back_assignment(person: Person, *, assignment_id: UUID) -> Answer:
    """Take it back, with every notice about it; what somebody wrote stays theirs to read.

    Raises NotFound, Denied or Closed.
    """
    assignment, _ = access_assignment_to_lead(person, assignment_id)
    if assignment.taken_back_at is not None:
        return assignment_as_answer(assignment)
    assignment.taken_back_at, assignment.version = now(), assignment.version + 1
    assignment.save()
    begins = f"assignment:{assignment.id}:"
    keys = Notice.objects.filter(key__startswith=begins, withdrawn_at=None).values_list("key", flat=True)
    for key in sorted(set(keys)):
        withdraw_notices(key)
    tell(assignment, [*receivers_of(assignment), *staff_of(assignment)])
    audit.record(person, "assignment.taken_back", f"assignment:{assignment.id}", group=assignment.group_id)
    return assignment_as_answer(assignment)


def due_submissions() -> list[Submission]:
    """What is due within a day, not handed in, and not reminded of for this due time."""
    rows = Submission.objects.select_related("assignment", "person", "member").filter(
        assignment__due_at__gt=now(),
        assignment__due_at__lte=now() + AHEAD,
        assignment__taken_back_at=None,
        assignment__group__closed_at=None,
        state=Submission.State.WORKING,
        person__is_active=True,
    )
    there = [row for row in rows.order_by("id") if is_there(row)]
    return [row for row in there if row.reminded_of != row.assignment.due_at][:AT_ONCE]


def due_streams() -> tuple[str, ...]:
    """The streams that the next reminders are announced on; empty when there are none."""
    return tuple(sorted({row.person.stream for row in due_submissions()}))


def remind() -> Answer:
    """Remind whoever has something due within a day; the mark in the same write keeps it from happening twice."""
    rows = due_submissions()
    for row in rows:
        assignment = row.assignment
        assert assignment.due_at is not None
        give_notice(
            [row.person],
            kind="assignment.due",
            key=due_key(assignment, assignment.due_at),
            link=link_of(assignment),
            about=assignment.title,
            group=assignment.group_id,
        )
        row.reminded_of = assignment.due_at
        row.save(update_fields=["reminded_of"])
    return {"reminded": len(rows)}
