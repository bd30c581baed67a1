"""What is worth reading, as its screens need it."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from accounts.access import access_self
from accounts.contacts.away import today
from accounts.contacts.queries import live_now
from accounts.models import Contact, Person
from community.access import access_group, require_agreed
from community.access_resources import Standing, access_resource, memberships_of, readable
from community.models import Membership, Resource, ResourceSection, ResourceShare
from community.queries.files import file_row
from hearthside.errors import Denied
from hearthside.wire import stamp

State = Resource.State
Leader = Membership.Role.FACILITATOR


def list_resources(
    person: Person, *, group: UUID | None = None, language: str = "", q: str = ""
) -> dict[str, Any]:
    """What the person may read, by title; of one group, in one language, and with these words in title or source.

    Titles are sealed in the database, so they are opened and compared here: a practice has hundreds, not millions.
    Raises NotFound for a group that is not theirs.
    """
    rows = readable(person).select_related("group").annotate(file_count=Count("files", distinct=True))
    if group is not None:
        member = access_group(person, group)
        require_agreed(member, current=False)
        shared = ResourceShare.objects.filter(group=group).values("resource")
        visible = Q() if member.is_facilitator else ~Q(state=State.WITHDRAWN)
        rows = rows.filter(visible & (Q(group=group) | Q(id__in=shared)))
    staff = access_self(person).is_staff_role
    led = set(memberships_of(person).filter(role=Leader).values_list("group_id", flat=True))
    found, day = list(rows), today()
    languages = sorted({row.language for row in found})
    wanted = q.casefold().split()
    lines = [
        resource_line(row, changes=row.group_id in led if row.group_id else staff, day=day)
        for row in found
        if not language or row.language == language
        if all(part in f"{row.title} {row.source}".casefold() for part in wanted)
    ]
    lines.sort(key=lambda line: str(line["title"]).casefold())
    return {
        "resources": lines,
        "languages": languages,
        "may_add": bool(group in led if group is not None else staff),
    }


def resource_line(resource: Resource, *, changes: bool, day: date) -> dict[str, Any]:
    """One line of a list; that it is due to be read again is for those who may change it."""
    due = resource.review_date is not None and resource.review_date <= day
    files = getattr(resource, "file_count", None)
    return {
        "id": str(resource.id),
        "title": resource.title,
        "kind": resource.kind,
        "group": str(resource.group_id) if resource.group_id else None,
        "group_name": resource.group.name if resource.group else None,
        "language": resource.language,
        "source": resource.source,
        "review_date": resource.review_date.isoformat() if resource.review_date else None,
        "review_due": changes and due,
        "grade": resource.grade,
        "state": resource.state,
        "version": resource.version,
        "files": resource.files.count() if files is None else files,
        "updated_at": stamp(resource.updated_at),
    }


def read_resource(person: Person, resource_id: UUID) -> dict[str, Any]:
    """One resource as its page shows it; raises NotFound."""
    resource, standing = access_resource(person, resource_id)
    changes = standing.changes
    sections = list(
        ResourceSection.objects.select_related("owner").filter(resource=resource) if resource.group_id else []
    )
    published = [section for section in sections if section.published]
    visible = changes or resource.state == State.PUBLISHED
    seen = published if resource.state == State.PUBLISHED else []
    return {
        **resource_line(resource, changes=changes, day=today()),
        "html": whole_html(resource, seen) if visible else "",
        "words": resource.words if changes else None,
        "files": [file_row(row) for row in resource.files.filter(done=True).order_by("created_at")]
        if visible
        else [],
        "credits": sorted({section.owner.name for section in seen if is_credited(section) and section.owner}),
        "shared": shares_seen(person, resource) if changes else [],
        "may": may_do(resource, standing),
        "sections": [
            section_row(section, standing) for section in sections if section_seen(section, standing)
        ],
        "unpublished": unpublished_in(sections) if changes else [],
    }


def whole_html(resource: Resource, sections: list[ResourceSection]) -> str:
    """What readers see: the words at the head, then each published section under its heading."""
    parts = [resource.html]
    for section in sections:
        if section.published_heading:
            parts.append(f"<h3>{escape(section.published_heading)}</h3>")
        parts.append(section.published_html or "")
    return "\n".join(part for part in parts if part)


def may_do(resource: Resource, standing: Standing) -> list[str]:
    """The acts that are open to who asks."""
    closed = resource.group is not None and resource.group.closed_at is not None
    if closed:
        return []
    found: list[str] = []
    if standing.changes:
        found += ["change", "publish"]
        found += ["withdraw"] if resource.state != State.WITHDRAWN else []
        found += ["attach"]
        if resource.state == State.PUBLISHED:
            found += ["assign"] if resource.group_id else ["share", "assign"]
    if standing.member is not None and resource.state != State.WITHDRAWN:
        found.append("add_section")
    return found


def is_mine(section: ResourceSection, standing: Standing) -> bool:
    """Whether the section is that of who asks."""
    return standing.member is not None and section.owner_id == standing.member.id


def is_credited(section: ResourceSection) -> bool:
    """Whether its writer is named: they said so, and are still in the group."""
    owner = section.owner
    return section.credit and owner is not None and owner.state == Membership.State.ACTIVE


def section_seen(section: ResourceSection, standing: Standing) -> bool:
    """Whether a section is in the list: of a withdrawn one its writer learns that it is gone."""
    return section.state == ResourceSection.State.WRITING or is_mine(section, standing)


def section_row(section: ResourceSection, standing: Standing) -> dict[str, Any]:
    """A section as who asks may see it.

    What is being written is for its writer and the facilitators. The others see what was published; who wrote it they
    see where the writer wants to be named.
    """
    mine = is_mine(section, standing)
    whole = mine or standing.changes
    named = section.owner is not None and (whole or is_credited(section))
    taken = section.leased and section.state == ResourceSection.State.WRITING
    name = section.owner.name if section.owner and named else None
    return {
        "id": str(section.id),
        "heading": section.heading if whole else section.published_heading or "",
        "name": name,
        "yours": mine,
        "words": section.words if whole else None,
        "html": section.published_html if section.published else None,
        "version": section.version,
        "credit": section.credit if whole else is_credited(section),
        "state": section.state,
        "taken_by": {"member": str(section.owner_id) if named else None, "name": name} if taken else None,
        "taken_until": stamp(section.taken_until) if taken and section.taken_until else None,
        "free": not section.held and section.state == ResourceSection.State.WRITING,
        "yours_now": mine and taken,
        "published": section.published,
    }


def unpublished_in(sections: list[ResourceSection]) -> list[dict[str, str]]:
    """What publishing would change."""
    found = []
    for section in sections:
        if section.state != ResourceSection.State.WRITING or not section.words:
            continue
        if section.published_words is None:
            found.append({"id": str(section.id), "what": "new"})
        elif (section.words, section.heading) != (section.published_words, section.published_heading):
            found.append({"id": str(section.id), "what": "changed"})
    return found


def shares_seen(person: Person, resource: Resource) -> list[dict[str, Any]]:
    """With which of the person's own groups and clients it is shared: others' are no business of theirs."""
    led = memberships_of(person).filter(role=Leader).values("group")
    clients = Contact.objects.filter(live_now(), one=person, reason=Contact.Reason.THERAPIST)
    names = {row.other_id: row.name_of_other for row in clients}
    rows = ResourceShare.objects.select_related("group").filter(resource=resource)
    return [
        {
            "share": str(row.id),
            "group": str(row.group_id) if row.group_id else None,
            "client": str(row.client_id) if row.client_id else None,
            "name": row.group.name if row.group else names[row.client_id] if row.client_id else "",
        }
        for row in rows.filter(Q(group__in=led) | Q(client__in=list(names))).order_by("at")
    ]


def list_own_sections(person: Person) -> list[dict[str, Any]]:
    """Every section that the person wrote, also in groups they have left: theirs to take back. Raises SignedOut."""
    access_self(person)
    rows = ResourceSection.objects.select_related("owner", "resource__group").filter(owner__person=person)
    return [
        {
            "id": str(row.id),
            "resource": str(row.resource_id),
            "title": row.resource.title,
            "group_name": row.resource.group.name if row.resource.group else "",
            "heading": row.heading,
            "state": row.state,
            "published": row.published,
            "left": row.owner is not None and row.owner.state != Membership.State.ACTIVE,
        }
        for row in rows.order_by("created_at")
    ]


def require_rendering(person: Person) -> None:
    """Raise Denied for somebody who writes nothing that is rendered here: no staff, and in no group."""
    if not access_self(person).is_staff_role and not memberships_of(person).exists():
        raise Denied
