"""Who may read, change, share and write what is worth reading. Absent and not theirs answer the same."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.access import access_self
from accounts.contacts.queries import live_now
from accounts.models import Contact, Person
from community.access import access_as_facilitator, require_agreed, require_open, require_writing
from community.models import Membership, Resource, ResourceSection, ResourceShare, Submission
from hearthside.errors import Closed, Denied, NotFound

Active = Membership.State.ACTIVE
State = Resource.State


@dataclass(frozen=True)
class Standing:
    """What somebody is to a resource: whether they may change it, and their membership where a group wrote it."""

    changes: bool
    member: Membership | None = None


def memberships_of(person: Person) -> QuerySet[Membership]:
    """The person's active memberships whose agreement they have accepted once."""
    rows = Membership.objects.filter(person_id=person.pk, person__is_active=True, state=Active)
    return rows.filter(Q(agreement_version__gt=0) | Q(group__agreement_version=0))


def readable(person: Person) -> QuerySet[Resource]:
    """Everything that the person may read now; raises SignedOut."""
    me = access_self(person)
    mine = memberships_of(me)
    led = mine.filter(role=Membership.Role.FACILITATOR)
    own = Q(group__in=led.values("group")) | Q(group__in=mine.values("group")) & ~Q(state=State.WITHDRAWN)
    if me.is_staff_role:
        return Resource.objects.filter(own | Q(group=None))
    shares = ResourceShare.objects.filter(Q(client=me) | Q(group__in=mine.values("group")))
    given = Submission.objects.filter(
        Q(member=None) | Q(member__state=Active), person=me, assignment__taken_back_at=None
    )
    to_read = Q(id__in=shares.values("resource")) | Q(
        id__in=given.exclude(assignment__resource=None).values("assignment__resource")
    )
    return Resource.objects.filter(own | Q(group=None, state=State.PUBLISHED) & to_read)


def access_resource(person: Person, resource_id: UUID) -> tuple[Resource, Standing]:
    """Something that the person may read (`.group` is loaded), and what they are to it; raises NotFound."""
    resource = readable(person).select_related("group").filter(id=resource_id).first()
    if resource is None:
        raise NotFound
    if resource.group_id is None:
        return resource, Standing(changes=access_self(person).is_staff_role)
    member = memberships_of(person).select_related("group").get(group_id=resource.group_id)
    member.person = person
    return resource, Standing(changes=member.is_facilitator, member=member)


def access_resource_to_change(person: Person, resource_id: UUID) -> tuple[Resource, Standing]:
    """The same for who may change it: the staff in the library, a group's facilitators in the group.

    Raises NotFound, Denied, or Closed for a group that has ended.
    """
    resource, standing = access_resource(person, resource_id)
    if not standing.changes:
        raise Denied("Only facilitators change this.")
    if resource.group is not None:
        require_open(resource.group)
    return resource, standing


def access_to_add(person: Person, group_id: UUID | None) -> Membership | None:
    """Leave to begin something for the library (None) or in a group one leads; raises NotFound, Denied or Closed."""
    if group_id is None:
        if not access_self(person).is_staff_role:
            raise Denied("Only facilitators and admins add to the library.")
        return None
    member = access_as_facilitator(person, group_id)
    require_open(member.group)
    return member


def treats(person: Person, client_id: UUID) -> Contact | None:
    """The live contact by which the person is a client's therapist; None when they are not."""
    rows = Contact.objects.select_related("other").filter(
        live_now(), one=person, other=client_id, reason=Contact.Reason.THERAPIST
    )
    return rows.first()


def access_client_of(person: Person, client_id: UUID) -> Contact:
    """The same for an act that only their therapist does; raises NotFound."""
    contact = treats(access_self(person), client_id)
    if contact is None:
        raise NotFound
    return contact


def access_to_write(person: Person, resource_id: UUID) -> tuple[Resource, Membership]:
    """What a group writes together, for one of its people who writes.

    Raises NotFound, Closed, AgreementNeeded or Paused.
    """
    resource, standing = access_resource(person, resource_id)
    if standing.member is None:
        raise NotFound
    require_open(standing.member.group)
    require_agreed(standing.member, current=True)
    require_writing(standing.member)
    if resource.state == State.WITHDRAWN:
        raise Closed("This was taken back by a facilitator.")
    return resource, standing.member


def access_section(person: Person, section_id: UUID) -> tuple[ResourceSection, Membership]:
    """A section of what the person's group writes, to write in it; raises as `access_to_write` does."""
    section = ResourceSection.objects.select_related("owner").filter(id=section_id).first()
    if section is None:
        raise NotFound
    section.resource, member = access_to_write(person, section.resource_id)
    return section, member


def access_own_section(person: Person, section_id: UUID, *, or_leading: bool = False) -> ResourceSection:
    """One's own section, also after one has left the group: what somebody wrote stays theirs to take back.

    With `or_leading` any section for who leads the group. Raises NotFound; Denied for another's in one's group.
    """
    access_self(person)
    section = ResourceSection.objects.select_related("owner", "resource__group").filter(id=section_id).first()
    if section is None:
        raise NotFound
    if section.owner is not None and section.owner.person_id == person.pk:
        return section
    _, standing = access_resource(person, section.resource_id)
    if or_leading and standing.changes:
        return section
    raise Denied("Only who wrote a section can do this.")


def access_section_to_restore(person: Person, section_id: UUID) -> ResourceSection:
    """A section that the person took back, for its undo: what somebody else took down is not theirs to bring back.

    Raises NotFound, Denied, or Closed for a group that has ended.
    """
    access_self(person)
    section = ResourceSection.objects.select_related("owner").filter(id=section_id).first()
    if section is None:
        raise NotFound
    section.resource, standing = access_resource(person, section.resource_id)
    mine = standing.member is not None and section.owner_id == standing.member.id
    if section.withdrawn_at is None and not (mine or standing.changes):
        raise Denied("Only who wrote a section can do this.")
    if section.withdrawn_at is not None and section.withdrawn_by_id != person.pk:
        raise Denied("Only who took a section back can undo it.")
    if section.resource.group is not None:
        require_open(section.resource.group)
    return section
