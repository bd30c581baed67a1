"""Who may give, read and answer things to do. Absent and not theirs answer the same.

An assignment in a group is for those members it was given to, and for the group's facilitators; a client's is for the
client and the therapist who gave it, as long as that contact lives.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.access import access_self
from accounts.contacts.queries import live_now
from accounts.models import Contact, Person
from community.access import access_as_facilitator, require_open
from community.access_resources import access_client_of, memberships_of, readable
from community.models import Assignment, Membership, Resource, Session, Submission
from hearthside.errors import Closed, Denied, Invalid, NotFound

Leader = Membership.Role.FACILITATOR


@dataclass(frozen=True)
class Standing:
    """What somebody is to an assignment: whether they answer it, and what they themselves are making of it."""

    leads: bool
    own: Submission | None = None
    name: str = ""  # what they go by as its staff


def given_by(person: Person) -> QuerySet[Assignment]:
    """The assignments that the person answers: of the groups they lead, and of clients they treat."""
    led = memberships_of(person).filter(role=Leader)
    clients = Contact.objects.filter(live_now(), one=person, reason=Contact.Reason.THERAPIST)
    return Assignment.objects.filter(
        Q(group__in=led.values("group")) | Q(client__in=clients.values("other"), by=person)
    )


def own_submissions(person: Person) -> QuerySet[Submission]:
    """What was given to the person and is still theirs.

    One that was taken back is gone, but not what they wrote: who began keeps their words.
    """
    there = Q(member=None) | Q(member__in=memberships_of(person))
    return Submission.objects.filter(there, person_id=person.pk, person__is_active=True).filter(
        Q(assignment__taken_back_at=None) | Q(saved_at__isnull=False)
    )


def access_assignment(person: Person, assignment_id: UUID) -> tuple[Assignment, Standing]:
    """An assignment that the person has or answers (`.group`, `.client`, `.resource` are loaded); raises NotFound."""
    me = access_self(person)
    rows = Assignment.objects.select_related("group", "client", "resource", "by")
    assignment = rows.filter(id=assignment_id).first()
    if assignment is None:
        raise NotFound
    own = own_submissions(me).filter(assignment=assignment).first()
    leads = given_by(me).filter(id=assignment_id).exists()
    if own is None and not leads:
        raise NotFound
    if own is not None:
        own.assignment = assignment
    return assignment, Standing(leads, own, staff_name(me, assignment) if leads else "")


def staff_name(person: Person, assignment: Assignment) -> str:
    """What one of its staff goes by there."""
    if assignment.group_id:
        return str(memberships_of(person).get(group_id=assignment.group_id).name)
    assert assignment.client_id is not None
    return str(access_client_of(person, assignment.client_id).name_of_one)


def access_assignment_to_lead(person: Person, assignment_id: UUID) -> tuple[Assignment, Standing]:
    """The same for its staff; raises NotFound, Denied, or Closed for a group that has ended."""
    assignment, standing = access_assignment(person, assignment_id)
    if not standing.leads:
        raise Denied("Only facilitators change an assignment.")
    if assignment.group is not None:
        require_open(assignment.group)
    return assignment, standing


def access_homework(person: Person, assignment_id: UUID) -> Submission:
    """What the person makes of an assignment, to write in it (`.assignment` is loaded).

    Raises NotFound, Denied for its staff, or Closed for one that was taken back or whose group has ended.
    """
    assignment, standing = access_assignment(person, assignment_id)
    if standing.own is None:
        raise Denied("This was given to members. Your answer belongs below what they hand in.")
    if assignment.group is not None:
        require_open(assignment.group)
    if assignment.taken_back_at is not None:
        raise Closed("This was taken back. What you wrote stays yours to read.")
    return standing.own


def access_submission(person: Person, submission_id: UUID) -> tuple[Submission, Standing]:
    """What somebody handed in, for the staff who answer it (`.assignment`, `.person` are loaded); raises NotFound.

    What is still being written is nobody's but the writer's.
    """
    row = Submission.objects.select_related("assignment__group", "person", "member").filter(
        id=submission_id, handed_in_at__isnull=False
    )
    submission = row.first()
    if submission is None:
        raise NotFound
    assignment, standing = access_assignment(person, submission.assignment_id)
    if not standing.leads:
        raise NotFound
    submission.assignment = assignment
    return submission, standing


def access_giving(person: Person, group_id: UUID | None, client_id: UUID | None) -> str:
    """Leave to give something to a group that one leads or a client that one treats; answers what one goes by there.

    Raises NotFound, Denied, Closed, or Invalid unless it is one of the two.
    """
    if (group_id is None) == (client_id is None):
        raise Invalid(fields={"group": "Choose a group or a client."})
    if group_id is not None:
        member = access_as_facilitator(person, group_id)
        require_open(member.group)
        return str(member.name)
    assert client_id is not None
    return str(access_client_of(person, client_id).name_of_one)


def check_resource(person: Person, resource_id: UUID, group_id: UUID | None) -> Resource:
    """Something published that can be given to read: of the library, or of the very group; raises Invalid."""
    row = readable(person).filter(id=resource_id, state=Resource.State.PUBLISHED).first()
    if row is None or (row.group_id is not None and row.group_id != group_id):
        raise Invalid(fields={"resource": "Choose something published that they may read."})
    return row


def check_session(session_id: UUID, group_id: UUID | None, person: Person, client_id: UUID | None) -> Session:
    """A session of that group, or of the two; raises Invalid."""
    rows = Session.objects.filter(id=session_id)
    rows = (
        rows.filter(group_id=group_id)
        if group_id is not None
        else rows.filter(therapist=person, client_id=client_id)
    )
    session = rows.first()
    if session is None:
        raise Invalid(fields={"session": "Choose a session of this group."})
    return session
