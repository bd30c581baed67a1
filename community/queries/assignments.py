"""Things to do, as the screens of who has them and who gave them need them.

That something came after its time is said to its writer alone, for a kind line; nothing is counted by it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from accounts.access import access_self
from accounts.contacts.queries import live_now
from accounts.models import Contact, Person
from community.access_assignments import Standing, access_assignment, given_by, own_submissions
from community.access_resources import memberships_of
from community.models import Assignment, HomeworkAnswer, Membership, Session, Submission
from hearthside.clock import now
from hearthside.markdown import render
from hearthside.wire import stamp

State = Submission.State


def list_assignments(person: Person) -> dict[str, Any]:
    """What the person has to do, the nearest due first, and what they gave, the newest first; raises SignedOut."""
    me = access_self(person)
    own = own_submissions(me).select_related("assignment__group")
    given = list(given_by(me).select_related("group").order_by("-given_at"))
    rows: dict[UUID, list[Submission]] = defaultdict(list)
    for row in Submission.objects.filter(assignment__in=given).defer("words", "handed_words", "handed_html"):
        rows[row.assignment_id].append(row)
    names = client_names(me)
    return {
        "own": sorted(
            (own_line(row) for row in own), key=lambda line: (line["due_at"] or "9", line["title"])
        ),
        "given": [given_line(each, rows[each.id], names) for each in given],
        "may_give": bool(names) or memberships_of(me).filter(role=Membership.Role.FACILITATOR).exists(),
    }


def client_names(person: Person) -> dict[UUID, str]:
    """The clients that somebody treats, by the names they know them by."""
    rows = Contact.objects.filter(live_now(), one=person, reason=Contact.Reason.THERAPIST)
    return {row.other_id: row.name_of_other for row in rows}


def state_of(row: Submission) -> str:
    """Where it stands, as its writer sees it."""
    if row.state == State.WORKING:
        return "revise" if row.revise else "working" if row.saved_at else "open"
    return str(row.state)


def is_late(row: Submission) -> bool:
    """Whether its time has passed while it is being written, so that a line can say that it is welcome still."""
    due_at = row.assignment.due_at
    return row.state == State.WORKING and not row.revise and due_at is not None and due_at <= now()


def own_line(row: Submission) -> dict[str, Any]:
    """One of the person's own things to do."""
    assignment = row.assignment
    return {
        "id": str(assignment.id),
        "title": assignment.title,
        "group": str(assignment.group_id) if assignment.group_id else None,
        "group_name": assignment.group.name if assignment.group else None,
        "by_name": assignment.by_name,
        "due_at": stamp(assignment.due_at) if assignment.due_at else None,
        "late": is_late(row),
        "state": state_of(row),
        "handed_in_at": stamp(row.handed_in_at) if row.handed_in_at else None,
        "answered_at": stamp(row.answered_at) if row.answered_at else None,
        "taken_back": assignment.taken_back_at is not None,
    }


def given_line(assignment: Assignment, rows: list[Submission], names: dict[UUID, str]) -> dict[str, Any]:
    """One thing that was given, with how many have handed it in and how many wait for an answer."""
    return {
        "id": str(assignment.id),
        "title": assignment.title,
        "group": str(assignment.group_id) if assignment.group_id else None,
        "group_name": assignment.group.name if assignment.group else None,
        "client_name": names.get(assignment.client_id) if assignment.client_id else None,
        "due_at": stamp(assignment.due_at) if assignment.due_at else None,
        "given": len(rows),
        "handed_in": sum(row.handed_in_at is not None for row in rows),
        "waiting": sum(row.state == State.HANDED_IN for row in rows),
        "taken_back": assignment.taken_back_at is not None,
        "created_at": stamp(assignment.given_at),
    }


def read_assignment(person: Person, assignment_id: UUID) -> dict[str, Any]:
    """One assignment as its page shows it: to who has it with what they wrote, to its staff with what was handed in.

    Raises NotFound.
    """
    assignment, standing = access_assignment(person, assignment_id)
    me, own = access_self(person), standing.own
    names = client_names(me) if assignment.client_id and standing.leads else {}
    resource = assignment.resource
    return {
        "id": str(assignment.id),
        "title": assignment.title,
        "words": assignment.words,
        "html": assignment.html,
        "group": str(assignment.group_id) if assignment.group_id else None,
        "group_name": assignment.group.name if assignment.group else None,
        "client_name": names.get(assignment.client_id) if assignment.client_id else None,
        "by_name": assignment.by_name,
        "due_at": stamp(assignment.due_at) if assignment.due_at else None,
        "late": own is not None and is_late(own),
        "resource": {"id": str(resource.id), "title": resource.title}
        if resource is not None and resource.state == "published"
        else None,
        "session": str(assignment.session_id) if assignment.session_id else None,
        "version": assignment.version,
        "taken_back": assignment.taken_back_at is not None,
        "given_at": stamp(assignment.given_at),
        "may": may_do(assignment, standing),
        "own": own_row(own) if own is not None else None,
        "subs": staff_rows(assignment, names) if standing.leads else [],
    }


def may_do(assignment: Assignment, standing: Standing) -> list[str]:
    """The acts that are open to who asks."""
    closed = assignment.group is not None and assignment.group.closed_at is not None
    if closed or assignment.taken_back_at is not None:
        return []
    found = ["change", "take_back", "answer"] if standing.leads else []
    return [*found, "write"] if standing.own is not None else found


def answers_of(rows: list[Submission]) -> dict[UUID, list[dict[str, Any]]]:
    """What was answered to each, the oldest first."""
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in HomeworkAnswer.objects.filter(submission__in=rows).order_by("at", "id"):
        found[row.submission_id].append(
            {
                "id": str(row.id),
                "by_name": row.by_name,
                "at": stamp(row.at),
                "html": row.html,
                "words": row.words,
                "revise": row.revise,
            }
        )
    return found


def own_row(row: Submission) -> dict[str, Any]:
    """What the person wrote, as they left it, and how it looks."""
    return {**own_words(row), "html": own_html(row)}


def own_html(row: Submission) -> str:
    """How it looks: as it did when it was handed in, and rendered here while it is being written."""
    if row.state != State.WORKING:
        return str(row.handed_html)
    return render(row.words) if row.words else ""


def own_words(row: Submission) -> dict[str, Any]:
    """What the person wrote, as they left it; nothing is rendered, so a write may answer it."""
    return {
        "id": str(row.id),
        "state": state_of(row),
        "words": row.words,
        "version": row.version,
        "saved_at": stamp(row.saved_at) if row.saved_at else None,
        "handed_in_at": stamp(row.handed_in_at) if row.handed_in_at else None,
        "answers": answers_of([row])[row.id],
    }


def staff_rows(assignment: Assignment, names: dict[UUID, str]) -> list[dict[str, Any]]:
    """Everybody it was given to; words only of what was handed in."""
    rows = list(Submission.objects.select_related("member").filter(assignment=assignment))
    answers = answers_of(rows)
    lines = [
        {
            "id": str(row.id),
            "member": str(row.member_id) if row.member_id else None,
            "name": row.member.name if row.member else names.get(row.person_id, ""),
            "state": staff_state(row),
            "words": row.handed_words if row.handed_in_at else None,
            "html": row.handed_html if row.handed_in_at else "",
            "version": row.round,  # its own would tell that somebody writes
            "saved_at": None,
            "handed_in_at": stamp(row.handed_in_at) if row.handed_in_at else None,
            "answers": answers[row.id],
        }
        for row in rows
    ]
    return sorted(lines, key=lambda line: str(line["name"]).casefold())


def staff_state(row: Submission) -> str:
    """Where it stands for the staff: whether somebody has begun is no business of theirs."""
    state = state_of(row)
    return "open" if state == "working" else state


def assignments_of(member: Membership, session: Session) -> list[dict[str, Any]]:
    """What concerns a member of a session: what was given them with it, or is due after it and not answered yet.

    For the summary's "what concerns you": only their own.
    """
    rows = (
        own_submissions(member.person)
        .select_related("assignment")
        .filter(member=member, assignment__group=session.group_id, assignment__taken_back_at=None)
    )
    found = [
        row
        for row in rows
        if row.assignment.session_id == session.id
        or (
            row.state != State.ANSWERED
            and row.assignment.given_at <= (session.over_at or session.ends_at)
            and (row.assignment.due_at is None or row.assignment.due_at >= session.starts_at)
        )
    ]
    found.sort(
        key=lambda row: (row.assignment.due_at is None, row.assignment.due_at or row.assignment.given_at)
    )
    return [
        {
            "id": str(row.assignment_id),
            "title": row.assignment.title,
            "due_at": stamp(row.assignment.due_at) if row.assignment.due_at else None,
            "state": state_of(row),
        }
        for row in found
    ]
