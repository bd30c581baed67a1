"""Who may assign clients to whom: admins anybody, facilitators the members of their groups to who leads those groups.

Absent and not theirs give the same NotFound.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from accounts.access import access_staff
from accounts.models import Contact, Person, Role
from community.models import Membership
from hearthside.errors import Denied, Invalid, NotFound

Active = Membership.State.ACTIVE
STAFF_ROLES = (Role.ADMIN, Role.FACILITATOR)


def led_members(leader: Person) -> QuerySet[Membership]:
    """The members of the open groups that somebody leads."""
    led = Membership.objects.filter(
        person=leader, state=Active, role=Membership.Role.FACILITATOR, group__closed_at=None
    )
    return Membership.objects.filter(
        group__in=led.values("group"),
        state=Active,
        role=Membership.Role.MEMBER,
        person__is_active=True,
        person__role=Role.MEMBER,
    )


def fellow_leaders(leader: Person, client: Person) -> QuerySet[Person]:
    """Those who lead a group with `leader` in which the client is, `leader` among them."""
    groups = led_members(leader).filter(person=client).values("group")
    leading = Membership.objects.filter(
        group__in=groups, state=Active, role=Membership.Role.FACILITATOR
    ).values("person")
    return Person.objects.filter(pk__in=leading, is_active=True, role__in=STAFF_ROLES)


def access_client(person: Person, client_id: UUID) -> tuple[Person, Person]:
    """A member whose therapists the acting person may choose, and the acting person as they are now.

    Raises Denied for members, NotFound for absent and out of reach, Invalid for staff and for a closed account.
    """
    me = access_staff(person)
    client = Person.objects.filter(pk=client_id).first()
    if client is None:
        raise NotFound
    if me.role != Role.ADMIN and not led_members(me).filter(person=client).exists():
        raise NotFound
    if client.role != Role.MEMBER or not client.is_active:
        raise Invalid(fields={"client": "Choose a member who can sign in."})
    return client, me


def possible_therapists(me: Person, client: Person) -> QuerySet[Person]:
    """Whom `me` may assign the client to."""
    if me.role == Role.ADMIN:
        return Person.objects.filter(is_active=True, role__in=STAFF_ROLES)
    return fellow_leaders(me, client)


def access_assignment(person: Person, client_id: UUID, therapist_id: UUID) -> tuple[Person, Person]:
    """The client and the one of the staff they may be assigned to; raises as `access_client` does.

    Two members are never joined here: raises Invalid for a therapist who is no staff or cannot sign in.
    """
    client, me = access_client(person, client_id)
    therapist = possible_therapists(me, client).filter(pk=therapist_id).first()
    if therapist is not None:
        return client, therapist
    if me.role == Role.ADMIN and Person.objects.filter(pk=therapist_id).exists():
        raise Invalid(fields={"therapist": "Choose a facilitator or an admin who can sign in."})
    raise NotFound


def access_contact(person: Person, client_id: UUID, therapist_id: UUID, reason: str) -> Contact:
    """An open contact that the acting person may end: one they could make, or one of their own.

    Raises Denied for members and for what only an admin ends, NotFound for absent and out of reach.
    """
    me = access_staff(person)
    found = Contact.objects.select_related("one", "other").filter(
        one=therapist_id, other=client_id, reason=reason, ended_at=None
    )
    contact = found.first()
    if contact is None:
        raise NotFound
    if me.role == Role.ADMIN or contact.one_id == me.pk:
        return contact
    if not led_members(me).filter(person=contact.other).exists():
        raise NotFound
    if not fellow_leaders(me, contact.other).filter(pk=contact.one_id).exists():
        raise Denied("Somebody outside your groups looks after this. An admin can change it.")
    return contact
