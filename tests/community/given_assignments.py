"""Clients, and what was given them, for tests."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from accounts.models import Person
from community.models import Assignment, Group, Submission
from tests.given import Browser, act, leader_of


def given_client_of(therapist: Person, client: Person, admin: Person) -> None:
    """Make one of the staff a client's therapist."""
    act(admin, "client.assign", client=client.pk, therapist=therapist.pk)


def given_assignment(group: Group, by: Person | None = None, **data: Any) -> Assignment:
    """Something given to everybody in the group, unless told."""
    who = by or leader_of(group)
    answer = act(
        who, "assignment.give", **{"group": group.id, "title": "A walk", "words": "Half an hour.", **data}
    )
    return Assignment.objects.get(pk=answer["id"])


def page_of(person: Person, assignment: Assignment | UUID | str) -> Any:
    """An assignment's page as somebody sees it."""
    key = assignment.pk if isinstance(assignment, Assignment) else assignment
    return Browser(person).get(f"/api/assignments/{key}")


def write(person: Person, assignment: Assignment, words: str) -> int:
    """Save some words; the new version."""
    row = Submission.objects.get(assignment=assignment, person=person)
    return int(
        act(person, "homework.save", assignment=assignment.pk, version=row.version, words=words)["version"]
    )


def hand_in(person: Person, assignment: Assignment, words: str = "I went to the river.") -> Submission:
    """Save and hand in."""
    version = write(person, assignment, words)
    act(person, "homework.hand_in", assignment=assignment.pk, version=version)
    return Submission.objects.get(assignment=assignment, person=person)
