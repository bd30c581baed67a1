"""Who may do what with people and invitations; absent and not theirs get the same answer."""

import uuid

from django.http import HttpRequest

from accounts.models import Invitation, Person, Role, SignIn
from hearthside.errors import Denied, NotFound, Problem, SignedOut


class InvitationOver(Problem):
    """The link was a real one; `why` says how it ended: expired, used, revoked or replaced."""

    slug, status, title = "invitation_over", 409, "This invitation is over"
    default = "This invitation cannot be used any more. Ask whoever invited you for a new one."


def signin_of(request: HttpRequest) -> SignIn:
    """The living sign-in behind the request; raises SignedOut."""
    signin = getattr(request, "signin", None)
    if not isinstance(signin, SignIn):
        raise SignedOut
    return signin


def access_self(person: Person) -> Person:
    """The acting person as they now are; raises SignedOut once they are deactivated."""
    row = Person.objects.filter(pk=person.pk, is_active=True).first()
    if row is None:
        raise SignedOut
    return row


def access_staff(person: Person) -> Person:
    """The acting person when they are a facilitator or an admin; raises Denied."""
    row = access_self(person)
    if not row.is_staff_role:
        raise Denied
    return row


def access_admin(person: Person) -> Person:
    """The acting person when they are an admin; raises Denied."""
    row = access_self(person)
    if row.role != Role.ADMIN:
        raise Denied("Only an admin of the practice can do this.")
    return row


def access_person(person: Person, person_id: uuid.UUID) -> Person:
    """Somebody an admin looks after; raises Denied for others, NotFound when there is no such person."""
    access_admin(person)
    row = Person.objects.filter(pk=person_id).first()
    if row is None:
        raise NotFound
    return row


def access_inviting(person: Person, role: str) -> Person:
    """The acting person when they may invite somebody as `role`: admins anyone, facilitators members.

    Raises Denied.
    """
    row = access_staff(person)
    if row.role != Role.ADMIN and role != Role.MEMBER:
        raise Denied("Only an admin can invite facilitators and admins.")
    return row


def access_invitation(person: Person, invitation_id: uuid.UUID) -> Invitation:
    """An invitation that is theirs to send again or take back: admins any, facilitators their own.

    Raises Denied for members, NotFound for absent and for somebody else's.
    """
    row = access_staff(person)
    found = Invitation.objects.filter(pk=invitation_id)
    if row.role != Role.ADMIN:
        found = found.filter(invited_by=row)
    invitation = found.first()
    if invitation is None:
        raise NotFound
    return invitation
