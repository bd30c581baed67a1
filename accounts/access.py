"""Who may do what with people and invitations; absent and not theirs get the same answer."""

import uuid
from datetime import timedelta

from django.http import HttpRequest

from accounts.factors.standing import lacks_factor, ways_of
from accounts.models import Invitation, Person, Role, SignIn
from hearthside import clock
from hearthside.errors import Denied, FactorNeeded, NotFound, Problem, ReauthenticationNeeded, SignedOut

FRESH_FOR = timedelta(minutes=5)


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


def require_fresh(asking: HttpRequest | SignIn | None) -> None:
    """Raise ReauthenticationNeeded unless the sign-in was confirmed in the last five minutes.

    `asking` is a request or its sign-in; None is never fresh. Who has a second factor confirms by it: a password, which
    can be read over a shoulder, is not enough then. A command says `fresh=True` and its doors ask this.
    """
    signin = getattr(asking, "signin", None) if isinstance(asking, HttpRequest) else asking
    if signin is None:
        raise ReauthenticationNeeded(ways=[])
    ways = ways_of(signin.person_id)
    recent = signin.confirmed_at is not None and abs(clock.now() - signin.confirmed_at) < FRESH_FOR
    strong = signin.confirmed_by not in ("", SignIn.Way.PASSWORD) or ways == [SignIn.Way.PASSWORD]
    if not (recent and strong):
        raise ReauthenticationNeeded(ways=ways)


def require_factor(person: Person) -> None:
    """Raise FactorNeeded for staff who have yet to set up a second factor (never in demo mode)."""
    if lacks_factor(person):
        raise FactorNeeded


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
