"""The doors to things to do between sessions."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.http import HttpRequest
from ninja import Router

from accounts.models import Person
from community import schemas_assignments as schemas
from community.access_assignments import (
    access_assignment_to_lead,
    access_giving,
    access_homework,
    access_submission,
)
from community.actions import assignments, homework
from community.models import Membership
from community.queries.assignments import list_assignments, read_assignment
from community.rendered import render_all
from hearthside.api import READ_PROBLEMS
from hearthside.commands import Command
from hearthside.live import Write

router = Router(tags=["assignments"])


@router.get(
    "/assignments", response={200: schemas.AssignmentList, **READ_PROBLEMS}, operation_id="assignments.list"
)
def get_assignments(request: HttpRequest) -> Any:
    """What the person has to do, and what they gave."""
    return list_assignments(request.auth)  # type: ignore[attr-defined]


@router.get(
    "/assignments/{assignment_id}",
    response={200: schemas.AssignmentPage, **READ_PROBLEMS},
    operation_id="assignment.show",
)
def get_assignment(request: HttpRequest, assignment_id: uuid.UUID) -> Any:
    """One assignment: to who has it with what they wrote, to its staff with what was handed in."""
    return read_assignment(request.auth, assignment_id)  # type: ignore[attr-defined]


def prepare_give(person: Person, data: schemas.GiveAssignment) -> Write:
    """Giving tells everybody it is given to and all who lead the group."""
    access_giving(person, data.group, data.client)
    streams = {person.stream}
    if data.group is not None:
        rows = Membership.objects.filter(group=data.group, state=Membership.State.ACTIVE)
        streams |= {f"person:{each}" for each in rows.values_list("person_id", flat=True)}
    if data.client is not None:
        streams.add(f"person:{data.client}")
    action = partial(
        assignments.give_assignment,
        person,
        assignment_id=uuid.uuid4(),
        group_id=data.group,
        client_id=data.client,
        members=data.members,
        title=data.title,
        words=data.words,
        due_local=data.due_local,
        resource_id=data.resource,
        session_id=data.session,
        rendered=render_all([data.words]),
    )
    return Write(action, tuple(sorted(streams)))


def prepare_change(person: Person, data: schemas.ChangeAssignment) -> Write:
    """Changing: only what was sent; the due time may be taken away."""
    assignment, _ = access_assignment_to_lead(person, data.assignment)
    sent = data.dict(exclude={"nonce", "assignment", "version"}, exclude_unset=True)
    changes = {name: value for name, value in sent.items() if value is not None or name == "due_local"}
    action = partial(
        assignments.change_assignment,
        person,
        assignment_id=data.assignment,
        version=data.version,
        changes=changes,
        rendered=render_all([changes.get("words", "")]),
    )
    return Write(action, assignments.streams_about(assignment))


def prepare_take_back(person: Person, data: schemas.AssignmentOnly) -> Write:
    """Taking back tells the same, and takes their notices."""
    assignment, _ = access_assignment_to_lead(person, data.assignment)
    action = partial(assignments.take_back_assignment, person, assignment_id=data.assignment)
    return Write(action, assignments.streams_about(assignment))


def own(action: Any, *names: str) -> Any:
    """`prepare` for an act on what one writes oneself, with these fields of the data."""

    def prepare(person: Person, data: Any) -> Write:
        row = access_homework(person, data.assignment)
        fields = {name: getattr(data, name) for name in names}
        streams = {person.stream, *assignments.streams_about(row.assignment)}
        return Write(partial(action, person, assignment_id=data.assignment, **fields), tuple(sorted(streams)))

    return prepare


def prepare_hand_in(person: Person, data: schemas.HandIn) -> Write:
    """Handing in: what was seen is rendered here."""
    row = access_homework(person, data.assignment)
    action = partial(
        homework.hand_in,
        person,
        assignment_id=data.assignment,
        version=data.version,
        rendered=render_all([row.words] if row.version == data.version else []),
    )
    return Write(action, tuple(sorted({person.stream, *assignments.streams_about(row.assignment)})))


def prepare_answer(person: Person, data: schemas.AnswerHomework) -> Write:
    """Answering tells its writer."""
    row, _ = access_submission(person, data.submission)
    action = partial(
        homework.answer_homework,
        person,
        submission_id=data.submission,
        words=data.words,
        revise=data.revise,
        rendered=render_all([data.words]),
    )
    streams = {row.person.stream, *assignments.streams_about(row.assignment)}
    return Write(action, tuple(sorted(streams)))


A, H = schemas.AssignmentDone, schemas.HomeworkDone
COMMANDS: tuple[Command, ...] = (
    Command("assignment.give", "Give something to do", schemas.GiveAssignment, A, prepare_give),
    Command("assignment.change", "Change an assignment", schemas.ChangeAssignment, A, prepare_change),
    Command("assignment.take_back", "Take an assignment back", schemas.AssignmentOnly, A, prepare_take_back),
    Command(
        "homework.save",
        "Keep what was written",
        schemas.SaveHomework,
        H,
        own(homework.save_homework, "version", "words"),
    ),
    Command("homework.hand_in", "Hand it in", schemas.HandIn, H, prepare_hand_in),
    Command(
        "homework.reopen",
        "Take back what was handed in, to go on",
        schemas.AssignmentOnly,
        H,
        own(homework.reopen_homework),
    ),
    Command(
        "homework.answer",
        "Answer what was handed in",
        schemas.AnswerHomework,
        schemas.AnswerDone,
        prepare_answer,
    ),
)
