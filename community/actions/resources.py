"""What is worth reading: added, changed, published, shared, taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from accounts.models import Person
from community.access import access_as_facilitator, require_open
from community.access_files import access_loose
from community.access_resources import (
    access_client_of,
    access_resource_to_change,
    access_to_add,
)
from community.events import ResourceChanged
from community.models import Group, Membership, Resource, ResourceSection, ResourceShare
from community.reading_grade import reading_grade
from community.rendered import Rendered, looks_of
from hearthside import audit
from hearthside.clock import now
from hearthside.errors import Closed, Denied, Invalid, NotFound, Stale
from hearthside.live import Answer, announce
from notify.actions.giving import give_notice, withdraw_notices

State = Resource.State
MOST_FILES = 8


def streams_about(resource: Resource) -> list[str]:
    """The streams of those who read it: its group, and whom it is shared with."""
    if resource.group_id:
        return [f"group:{resource.group_id}"]
    rows = ResourceShare.objects.filter(resource=resource)
    return sorted({f"group:{row.group_id}" if row.group_id else f"person:{row.client_id}" for row in rows})


def tell_readers(resource: Resource, *, besides: Iterable[str] = ()) -> None:
    """Say to those who read it that it changed."""
    for stream in sorted({*streams_about(resource), *besides}):
        announce(stream, ResourceChanged(resource=str(resource.id)), object_id=resource.id)


def resource_as_answer(resource: Resource) -> Answer:
    """A resource as its commands answer."""
    return {"id": str(resource.id), "version": resource.version, "state": resource.state}


def add_resource(
    person: Person,
    *,
    resource_id: UUID,
    group_id: UUID | None,
    title: str,
    language: str,
    source: str,
    review_date: date | None,
    words: str,
    rendered: Rendered,
) -> Answer:
    """Begin something for the library or in a group; nobody but the staff and that group see it before it is published.

    Raises NotFound, Denied or Closed.
    """
    access_to_add(person, group_id)
    resource = Resource(
        id=resource_id,
        group_id=group_id,
        made_by=person,
        title=title,
        language=language,
        source=source,
        review_date=review_date,
    )
    give_words(resource, words, rendered)
    resource.save(force_insert=True)
    tell_readers(resource)
    return resource_as_answer(resource)


def give_words(resource: Resource, words: str, rendered: Rendered) -> None:
    """Set its words, how they look, and how hard they are to read; raises Busy for words that were not rendered."""
    resource.words, resource.html = words, looks_of(words, rendered)
    resource.grade = reading_grade(words, resource.language)


def current_of(person: Person, resource_id: UUID, version: int) -> Resource:
    """A resource to change at the version that was seen; raises NotFound, Denied, Closed or Stale."""
    resource, _ = access_resource_to_change(person, resource_id)
    if resource.version != version:
        raise Stale(current=resource_as_answer(resource) | {"title": resource.title, "words": resource.words})
    return resource


def change_resource(
    person: Person, *, resource_id: UUID, version: int, changes: dict[str, Any], rendered: Rendered
) -> Answer:
    """Change what was sent; raises NotFound, Denied, Closed or Stale."""
    resource = current_of(person, resource_id, version)
    for name in ("title", "language", "source", "review_date"):
        if name in changes:
            setattr(resource, name, changes[name])
    if "words" in changes:
        give_words(resource, changes["words"], rendered)
    elif "language" in changes:
        resource.grade = reading_grade(resource.words, resource.language)
    save_changed(resource)
    return resource_as_answer(resource)


def save_changed(resource: Resource) -> None:
    """Save it as a further version, and say so."""
    resource.version, resource.updated_at = resource.version + 1, now()
    resource.save()
    tell_readers(resource)


def publish_resource(
    person: Person,
    *,
    resource_id: UUID,
    version: int,
    sections: Mapping[UUID, int],
    rendered: Rendered,
    grade: float | None,
) -> Answer:
    """Let its readers read it; in a group, with those sections that were looked at, by the versions that were seen.

    Other sections stay as they were published: nobody reads words that no facilitator has read.

    Raises NotFound, Denied, Closed, Stale, Invalid while there is nothing to read, or Busy for words that were not
    rendered.
    """
    resource = current_of(person, resource_id, version)
    written = sections_as_seen(resource, sections)
    if not (written or has_words(resource) or resource.files.filter(done=True).exists()):
        raise Invalid(fields={"words": "There is nothing to read yet."})
    for section in written:
        if section.words != section.published_words:
            section.published_words, section.published_html = section.words, looks_of(section.words, rendered)
        section.published_heading = section.heading
        section.save()
    resource.move_to(State.PUBLISHED)
    resource.published_at = now()
    if resource.group_id:
        resource.grade = grade
    save_changed(resource)
    audit.record(person, "resource.published", f"resource:{resource.id}", group=resource.group_id)
    return resource_as_answer(resource)


def sections_as_seen(resource: Resource, seen: Mapping[UUID, int]) -> list[ResourceSection]:
    """The sections with words at the versions that were seen; raises Stale, naming those that changed or went."""
    writing = ResourceSection.objects.filter(resource=resource, state=ResourceSection.State.WRITING)
    rows = {section.id: section for section in writing.filter(id__in=list(seen))}
    changed = [each for each, version in seen.items() if each not in rows or rows[each].version != version]
    if changed:
        raise Stale(current=resource_as_answer(resource) | {"sections": [str(each) for each in changed]})
    return [section for section in rows.values() if section.words]


def has_words(resource: Resource) -> bool:
    """Whether there is something to read already: its own words, or a published section."""
    published = ResourceSection.objects.filter(
        resource=resource, state=ResourceSection.State.WRITING, published_words__isnull=False
    )
    return bool(resource.words) or published.exists()


def withdraw_resource(person: Person, *, resource_id: UUID, version: int) -> Answer:
    """Take it from its readers, with what they were told of it; it can be published again.

    Raises NotFound, Denied, Closed or Stale.
    """
    resource = current_of(person, resource_id, version)
    if resource.state == State.WITHDRAWN:
        return resource_as_answer(resource)
    resource.move_to(State.WITHDRAWN)
    save_changed(resource)
    for share in ResourceShare.objects.filter(resource=resource):
        withdraw_notices(share_key(share))
    audit.record(person, "resource.withdrawn", f"resource:{resource.id}", group=resource.group_id)
    return resource_as_answer(resource)


def share_key(share: ResourceShare) -> str:
    """Under which its readers' notice of a share is kept."""
    return f"resource:{share.resource_id}:shared:{share.id}"


def readers_of(share: ResourceShare) -> list[Person]:
    """Whom a share is for, now: the members of the group, or the client."""
    if share.client_id:
        return list(Person.objects.filter(pk=share.client_id, is_active=True))
    return list(
        Person.objects.filter(
            memberships__group=share.group_id,
            memberships__state=Membership.State.ACTIVE,
            memberships__role=Membership.Role.MEMBER,
            is_active=True,
        )
    )


def share_resource(
    person: Person, *, resource_id: UUID, group_id: UUID | None, client_id: UUID | None
) -> Answer:
    """Let a group that one leads, or a client that one treats, read something of the library.

    Who has it already, by this share or another, is not told again. Raises NotFound, Denied, Closed,
    or Invalid for a draft.
    """
    resource, _ = access_resource_to_change(person, resource_id)
    if resource.group_id:
        raise Denied("What a group wrote stays in that group.")
    if resource.state != State.PUBLISHED:
        raise Closed("Publish it first.")
    group: Group | None = None
    if group_id is not None:
        member = access_as_facilitator(person, group_id)
        require_open(member.group)
        group = member.group
    elif client_id is not None:
        access_client_of(person, client_id)
    else:
        raise Invalid(fields={"group": "Choose a group or a client."})
    share, fresh = ResourceShare.objects.get_or_create(
        resource=resource, group=group, client_id=client_id, defaults={"id": uuid4(), "by": person}
    )
    if fresh:
        tell_readers(resource)
        others = ResourceShare.objects.filter(resource=resource).exclude(id=share.id)
        known = {reader.pk for other in others for reader in readers_of(other)}
        give_notice(
            [reader for reader in readers_of(share) if reader.pk not in known],
            kind="resource.shared",
            key=share_key(share),
            link=f"/resources/{resource.id}",
            about=resource.title,
            group=group_id,
        )
    return {"share": str(share.id), "resource": str(resource.id)}


def access_share(person: Person, resource_id: UUID, share_id: UUID) -> ResourceShare:
    """A share with a group that one leads or a client that one treats; raises NotFound or Denied."""
    resource, _ = access_resource_to_change(person, resource_id)
    share = ResourceShare.objects.select_related("resource").filter(id=share_id, resource=resource).first()
    if share is None:
        raise NotFound
    if share.group_id:
        access_as_facilitator(person, share.group_id)
    elif share.client_id:
        access_client_of(person, share.client_id)
    return share


def unshare_resource(person: Person, *, resource_id: UUID, share_id: UUID) -> Answer:
    """End a share, with what was told of it; raises NotFound or Denied."""
    share = access_share(person, resource_id, share_id)
    streams = streams_about(share.resource)
    withdraw_notices(share_key(share))
    share.delete()
    tell_readers(share.resource, besides=streams)
    return {"share": str(share_id), "resource": str(resource_id)}


def attach_to_resource(person: Person, *, resource_id: UUID, files: list[UUID]) -> Answer:
    """Hang one's own files on a resource; raises NotFound, Denied, Closed, FileGone, or Invalid for too many."""
    resource, _ = access_resource_to_change(person, resource_id)
    rows = access_loose(person, files)
    if resource.files.count() + len(rows) > MOST_FILES:
        raise Invalid(fields={"files": f"At most {MOST_FILES} files hang on one thing."})
    for row in rows:
        row.resource = resource
        row.save(update_fields=["resource"])
    save_changed(resource)
    return resource_as_answer(resource)


def detach_from_resource(person: Person, *, resource_id: UUID, file_id: UUID) -> Answer:
    """Take a file from a resource, and away for good; raises NotFound, Denied or Closed."""
    resource, _ = access_resource_to_change(person, resource_id)
    file = resource.files.filter(id=file_id).first()
    if file is None:
        raise NotFound
    file.delete()
    save_changed(resource)
    return resource_as_answer(resource)
