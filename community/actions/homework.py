"""What somebody makes of an assignment: saved as they write, handed in, answered, written once more."""

from __future__ import annotations

from uuid import UUID

from accounts.models import Person
from community.access_assignments import access_homework, access_submission
from community.actions.assignments import due_key, is_there, link_of, staff_of, tell
from community.models import HomeworkAnswer, Submission
from community.queries.assignments import own_words, state_of
from community.rendered import Rendered, looks_of
from hearthside.clock import now
from hearthside.errors import Closed, Invalid, Stale
from hearthside.live import Answer
from hearthside.text import is_visible
from hearthside.wire import stamp
from notify.actions.giving import give_notice, withdraw_notices

State = Submission.State


def key_of(row: Submission, what: str) -> str:
    """Under which a notice about one round of a submission is kept."""
    return f"assignment:{row.assignment_id}:{what}:{row.id}:{row.round}"


def submission_as_answer(row: Submission) -> Answer:
    """A submission as its writer's commands answer."""
    return {
        "id": str(row.id),
        "state": state_of(row),
        "version": row.version,
        "saved_at": stamp(row.saved_at) if row.saved_at else None,
        "handed_in_at": stamp(row.handed_in_at) if row.handed_in_at else None,
    }


def current_of(person: Person, assignment_id: UUID, version: int) -> Submission:
    """What one is writing, at the version that was seen; raises NotFound, Denied, Closed, or Stale with all of it."""
    row = access_homework(person, assignment_id)
    if row.state != State.WORKING:
        raise Closed("This is handed in. Take it back first to go on with it.")
    if row.version != version:
        raise Stale(current=own_words(row))
    return row


def save_homework(person: Person, *, assignment_id: UUID, version: int, words: str) -> Answer:
    """Keep what was written so far: nobody else reads it before it is handed in.

    Raises NotFound, Denied, Closed, or Stale when another device was ahead.
    """
    row = current_of(person, assignment_id, version)
    row.words, row.saved_at, row.version = words, now(), row.version + 1
    row.save()
    tell(row.assignment, [row.person])
    return submission_as_answer(row)


def hand_in(person: Person, *, assignment_id: UUID, version: int, rendered: Rendered) -> Answer:
    """Give what was written to the staff, who are told.

    Raises as saving does, Invalid for nothing, or Busy when it is not what was rendered.
    """
    row = current_of(person, assignment_id, version)
    if not is_visible(row.words):
        raise Invalid(fields={"words": "Write something first."})
    row.move_to(State.HANDED_IN)
    row.handed_words, row.handed_html = row.words, looks_of(row.words, rendered)
    row.handed_in_at, row.round, row.version = now(), row.round + 1, row.version + 1
    row.save()
    assignment, staff = row.assignment, staff_of(row.assignment)
    give_notice(
        staff,
        kind="assignment.handed_in",
        key=key_of(row, "handed_in"),
        link=link_of(assignment),
        about=assignment.title,
        group=assignment.group_id,
    )
    if assignment.due_at is not None:
        withdraw_notices(due_key(assignment, assignment.due_at), people=[row.person])
    tell(assignment, [row.person, *staff])
    return submission_as_answer(row)


def reopen_homework(person: Person, *, assignment_id: UUID) -> Answer:
    """Take back what one handed in, to go on with it, while nobody has answered; the staff read it no more.

    Raises NotFound, Denied or Closed.
    """
    row = access_homework(person, assignment_id)
    if row.state == State.WORKING:
        return submission_as_answer(row)
    if row.state == State.ANSWERED:
        raise Closed("This was answered already.")
    row.move_to(State.WORKING)
    withdraw_notices(key_of(row, "handed_in"))
    row.handed_words = row.handed_html = ""
    row.handed_in_at, row.version = None, row.version + 1
    row.save()
    tell(row.assignment, [row.person, *staff_of(row.assignment)])
    return submission_as_answer(row)


def answer_homework(
    person: Person, *, submission_id: UUID, words: str, revise: bool, rendered: Rendered
) -> Answer:
    """Answer what was handed in; with `revise` its writer goes on with it. They are told, if they are still there.

    Raises NotFound, Closed while it is being written, or Invalid for nothing.
    """
    row, standing = access_submission(person, submission_id)
    if row.state == State.WORKING:
        raise Closed("This is being written. You can answer when it is handed in.")
    if not is_visible(words):
        raise Invalid(fields={"words": "Write something first."})
    HomeworkAnswer.objects.create(
        submission=row,
        by=person,
        by_name=standing.name,
        words=words,
        html=looks_of(words, rendered),
        revise=revise,
    )
    if row.state == State.HANDED_IN:
        row.move_to(State.ANSWERED)
    if revise:
        row.move_to(State.WORKING)
    row.revise, row.answered_at, row.version = revise, now(), row.version + 1
    row.save()
    assignment = row.assignment
    withdraw_notices(key_of(row, "handed_in"))
    writer = [row.person] if is_there(row) else []
    give_notice(
        writer,
        kind="assignment.answered",
        key=f"{key_of(row, 'answered')}:{row.answers.count()}",
        link=link_of(assignment),
        about=assignment.title,
        group=assignment.group_id,
    )
    tell(assignment, [*writer, *staff_of(assignment)])
    return {
        "submission": str(row.id),
        "state": row.state,
        "version": row.version,
        "answered_at": stamp(row.answered_at),
    }
