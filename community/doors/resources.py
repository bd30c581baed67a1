"""The doors to what is worth reading, and to what groups write together."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from accounts.models import Person
from community import schemas_resources as schemas
from community.access_resources import (
    access_own_section,
    access_resource_to_change,
    access_section,
    access_section_to_restore,
    access_to_add,
    access_to_write,
)
from community.actions import resources, sections
from community.models import Membership, Resource, ResourceSection, ResourceShare
from community.queries.resources import list_own_sections, list_resources, read_resource, require_rendering
from community.reading_grade import reading_grade
from community.rendered import render_all
from hearthside.api import READ_PROBLEMS, WRITE_PROBLEMS, ProblemAnswer
from hearthside.commands import Command
from hearthside.live import Write
from hearthside.markdown import render

router = Router(tags=["resources"])
PROBLEMS = {409: ProblemAnswer, **READ_PROBLEMS}


@router.get("/resources", response={200: schemas.ResourceList, **PROBLEMS}, operation_id="resources.list")
def get_resources(
    request: HttpRequest,
    group: uuid.UUID | None = None,
    language: Annotated[str, Query(max_length=35)] = "",
    q: Annotated[str, Query(max_length=100, description="words of title or source")] = "",
) -> Any:
    """What the person may read, by title."""
    return list_resources(request.auth, group=group, language=language, q=q)  # type: ignore[attr-defined]


@router.get("/resources/mine", response={200: schemas.OwnSections, **PROBLEMS}, operation_id="resources.mine")
def get_own_sections(request: HttpRequest) -> Any:
    """The sections that the person wrote, also in groups they have left."""
    return {"sections": list_own_sections(request.auth)}  # type: ignore[attr-defined]


@router.post(
    "/resources/preview",
    response={200: schemas.PreviewAnswer, **WRITE_PROBLEMS},
    operation_id="resource.preview",
)
def post_preview(request: HttpRequest, data: schemas.Preview) -> Any:
    """Markdown as it will look; nothing is kept."""
    require_rendering(request.auth)  # type: ignore[attr-defined]
    return {"html": render(data.words) if data.words else ""}


@router.get(
    "/resources/{resource_id}",
    response={200: schemas.ResourcePage, **PROBLEMS},
    operation_id="resource.show",
)
def get_resource(request: HttpRequest, resource_id: uuid.UUID) -> Any:
    """One resource, as whoever asks may see it."""
    return read_resource(request.auth, resource_id)  # type: ignore[attr-defined]


def prepare_add(person: Person, data: schemas.AddResource) -> Write:
    """Beginning something: its id is chosen here."""
    access_to_add(person, data.group)
    fields = data.dict(exclude={"nonce", "group"})
    action = partial(
        resources.add_resource,
        person,
        resource_id=uuid.uuid4(),
        group_id=data.group,
        rendered=render_all([data.words]),
        **fields,
    )
    return Write(action, (f"group:{data.group}",) if data.group else ())


def prepare_change(person: Person, data: schemas.ChangeResource) -> Write:
    """Changing: only what was sent; a review date may be taken away."""
    resource, _ = access_resource_to_change(person, data.resource)
    sent = data.dict(exclude={"nonce", "resource", "version"}, exclude_unset=True)
    changes = {name: value for name, value in sent.items() if value is not None or name == "review_date"}
    action = partial(
        resources.change_resource,
        person,
        resource_id=data.resource,
        version=data.version,
        changes=changes,
        rendered=render_all([changes.get("words", "")]),
    )
    return Write(action, told_of(resource))


def told_of(resource: Resource) -> tuple[str, ...]:
    """The streams of those who read it, and of those who had a notice about it."""
    return tuple(sorted({*resources.streams_about(resource), *noticed(resource)}))


def noticed(resource: Resource) -> list[str]:
    """The own streams of everybody whom it is shared with by group."""
    groups = ResourceShare.objects.filter(resource=resource).exclude(group=None).values("group")
    rows = Membership.objects.filter(group__in=groups, state=Membership.State.ACTIVE)
    return [f"person:{person}" for person in rows.values_list("person_id", flat=True)]


def at_version(action: Any, person: Person, data: schemas.ResourceAt) -> Write:
    """An act on a resource as it was seen."""
    resource, _ = access_resource_to_change(person, data.resource)
    act = partial(action, person, resource_id=data.resource, version=data.version)
    return Write(act, told_of(resource))


def prepare_publish(person: Person, data: schemas.PublishResource) -> Write:
    """Publishing: what is new in the sections is rendered here, and the whole of it graded as it will be read."""
    resource, _ = access_resource_to_change(person, data.resource)
    rows = ResourceSection.objects.filter(resource=resource, state=ResourceSection.State.WRITING)
    seen = [section for section in rows if section.words and data.sections.get(section.id) == section.version]
    texts = [section.words if section in seen else section.published_words or "" for section in rows]
    action = partial(
        resources.publish_resource,
        person,
        resource_id=data.resource,
        version=data.version,
        sections=data.sections,
        rendered=render_all(each.words for each in seen if each.words != each.published_words),
        grade=reading_grade("\n\n".join([resource.words, *texts]), resource.language),
    )
    return Write(action, told_of(resource))


def prepare_share(person: Person, data: schemas.ShareResource) -> Write:
    """Sharing tells the members of the group, or the client."""
    resource, _ = access_resource_to_change(person, data.resource)
    streams = set(told_of(resource))
    if data.group is not None:
        rows = Membership.objects.filter(group=data.group, state=Membership.State.ACTIVE)
        streams |= {f"person:{each}" for each in rows.values_list("person_id", flat=True)}
        streams.add(f"group:{data.group}")
    if data.client is not None:
        streams.add(f"person:{data.client}")
    action = partial(
        resources.share_resource,
        person,
        resource_id=data.resource,
        group_id=data.group,
        client_id=data.client,
    )
    return Write(action, tuple(sorted(streams)))


def prepare_unshare(person: Person, data: schemas.UnshareResource) -> Write:
    """Ending a share tells the same."""
    share = resources.access_share(person, data.resource, data.share)
    action = partial(resources.unshare_resource, person, resource_id=data.resource, share_id=data.share)
    return Write(action, told_of(share.resource))


def prepare_attach(person: Person, data: schemas.AttachFiles) -> Write:
    """Hanging files on it."""
    resource, _ = access_resource_to_change(person, data.resource)
    action = partial(resources.attach_to_resource, person, resource_id=data.resource, files=list(data.files))
    return Write(action, told_of(resource))


def prepare_detach(person: Person, data: schemas.DetachFile) -> Write:
    """Taking one away."""
    resource, _ = access_resource_to_change(person, data.resource)
    action = partial(resources.detach_from_resource, person, resource_id=data.resource, file_id=data.file)
    return Write(action, told_of(resource))


def prepare_add_section(person: Person, data: schemas.AddSection) -> Write:
    """Beginning a section: its id is chosen here."""
    resource, _ = access_to_write(person, data.resource)
    action = partial(
        sections.add_section,
        person,
        resource_id=data.resource,
        section_id=uuid.uuid4(),
        heading=data.heading,
    )
    return Write(action, told_of(resource))


def in_section(action: Any, *names: str) -> Any:
    """`prepare` for writing in a section, with these fields of the data."""

    def prepare(person: Person, data: Any) -> Write:
        section, _ = access_section(person, data.section)
        fields = {name: getattr(data, name) for name in names}
        return Write(partial(action, person, section_id=data.section, **fields), told_of(section.resource))

    return prepare


def prepare_restore(person: Person, data: schemas.SectionOnly) -> Write:
    """Undoing what one took back oneself."""
    section = access_section_to_restore(person, data.section)
    action = partial(sections.restore_section, person, section_id=data.section)
    return Write(action, told_of(section.resource))


def of_own_section(action: Any, *names: str, or_leading: bool = False) -> Any:
    """The same for one's own section, wherever one is now."""

    def prepare(person: Person, data: Any) -> Write:
        section = access_own_section(person, data.section, or_leading=or_leading)
        fields = {name: getattr(data, name) for name in names}
        return Write(partial(action, person, section_id=data.section, **fields), told_of(section.resource))

    return prepare


R, S = schemas.ResourceDone, schemas.SectionDone
COMMANDS: tuple[Command, ...] = (
    Command("resource.add", "Begin a resource", schemas.AddResource, R, prepare_add),
    Command("resource.change", "Change a resource", schemas.ChangeResource, R, prepare_change),
    Command(
        "resource.publish",
        "Let its readers read it",
        schemas.PublishResource,
        R,
        prepare_publish,
    ),
    Command(
        "resource.withdraw",
        "Take a resource from its readers",
        schemas.ResourceAt,
        R,
        partial(at_version, resources.withdraw_resource),
    ),
    Command(
        "resource.share",
        "Share with a group or a client",
        schemas.ShareResource,
        schemas.ShareDone,
        prepare_share,
    ),
    Command("resource.unshare", "End a share", schemas.UnshareResource, schemas.ShareDone, prepare_unshare),
    Command("resource.attach", "Hang files on a resource", schemas.AttachFiles, R, prepare_attach),
    Command("resource.detach", "Take a file from a resource", schemas.DetachFile, R, prepare_detach),
    Command("section.add", "Begin a section", schemas.AddSection, S, prepare_add_section),
    Command(
        "section.take", "Take a section to write", schemas.SectionOnly, S, in_section(sections.take_section)
    ),
    Command(
        "section.save",
        "Keep what was written",
        schemas.SaveSection,
        S,
        in_section(sections.write_section, "version", "heading", "words"),
    ),
    Command(
        "section.release", "Close one's section", schemas.SectionOnly, S, in_section(sections.release_section)
    ),
    Command(
        "section.credit",
        "Be named, or not",
        schemas.CreditSection,
        S,
        of_own_section(sections.credit_section, "on"),
    ),
    Command(
        "section.withdraw",
        "Take one's part back",
        schemas.SectionOnly,
        S,
        of_own_section(sections.withdraw_section, or_leading=True),
    ),
    Command(
        "section.restore",
        "Undo that, within 10 seconds",
        schemas.SectionOnly,
        S,
        prepare_restore,
    ),
)
