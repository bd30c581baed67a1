"""Sections of what a group writes together: each has one writer, who can always take their part back."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Max

from accounts.models import Person
from community.access_resources import (
    access_own_section,
    access_section,
    access_section_to_restore,
    access_to_write,
)
from community.actions.erasure import ERASE_AFTER, may_undo
from community.actions.resources import tell_readers
from community.jobs import erase_section
from community.models import Membership, Resource, ResourceSection
from community.models.resources import LEASE
from community.schemas_resources import MOST_SECTIONS
from hearthside.clock import now
from hearthside.errors import Closed, Denied, Invalid, Stale, Taken
from hearthside.live import Answer
from hearthside.wire import stamp

State = ResourceSection.State


def section_as_answer(section: ResourceSection) -> Answer:
    """A section as its commands answer its writer: without its words, because answers are kept for days."""
    return {
        "id": str(section.id),
        "resource": str(section.resource_id),
        "version": section.version,
        "credit": section.credit,
        "state": section.state,
        "published": section.published,
        "taken_until": stamp(section.taken_until) if section.leased and section.taken_until else None,
    }


def add_section(person: Person, *, resource_id: UUID, section_id: UUID, heading: str) -> Answer:
    """Begin a section. A member begins it for themselves; a facilitator's is open, for whoever takes it.

    Raises NotFound, Closed, Paused, AgreementNeeded, or Invalid when there are enough.
    """
    resource, member = access_to_write(person, resource_id)
    rows = ResourceSection.objects.filter(resource=resource)
    if rows.count() >= MOST_SECTIONS:
        raise Invalid(fields={"heading": f"There are {MOST_SECTIONS} sections: that is as many as fit."})
    section = ResourceSection(
        id=section_id,
        resource=resource,
        heading=heading,
        place=(rows.aggregate(last=Max("place"))["last"] or 0) + 1,
    )
    if member.is_facilitator:
        section.published_heading = heading  # a facilitator's words need nobody's look
    else:
        lease(section, member)
    section.save(force_insert=True)
    tell_readers(resource)
    return section_as_answer(section)


def lease(section: ResourceSection, member: Membership) -> None:
    """Give the section to a writer for a while."""
    section.owner, section.taken_until = member, now() + LEASE


def take_section(person: Person, *, section_id: UUID) -> Answer:
    """Take a free section, or open one's own again; raises Taken while it is another's, NotFound, Closed or Paused."""
    section, member = access_section(person, section_id)
    require_writing_in(section)
    if section.held and section.owner_id != member.id:
        raise Taken(
            "Somebody else writes this section.",
            until=stamp(section.taken_until) if section.leased and section.taken_until else None,
        )
    if section.owner_id != member.id:
        section.credit, section.words = False, ""
        section.heading = section.published_heading or ""  # what another tried out there is theirs
    lease(section, member)
    save_section(section)
    return section_as_answer(section)


def require_writing_in(section: ResourceSection) -> None:
    """Raise Closed for a section that its writer took back."""
    if section.state != State.WRITING:
        raise Closed("This section was taken back.")


def save_section(section: ResourceSection) -> None:
    """Save it, and say to the group that something is new in what it writes."""
    section.save()
    tell_readers(section.resource)


def write_section(person: Person, *, section_id: UUID, version: int, heading: str, words: str) -> Answer:
    """Keep what its writer has written so far; the group reads it when a facilitator publishes.

    Raises Taken for somebody else, Stale when another device of theirs was ahead, NotFound, Closed or Paused.
    """
    section, member = access_section(person, section_id)
    require_writing_in(section)
    if section.owner_id != member.id:
        raise Taken("Take this section first: somebody else may be writing it.", until=None)
    if section.version != version:
        raise Stale(current=section_as_answer(section) | {"heading": section.heading, "words": section.words})
    section.heading, section.words = heading, words
    section.version += 1
    lease(section, member)
    save_section(section)
    return section_as_answer(section)


def release_section(person: Person, *, section_id: UUID) -> Answer:
    """Close one's own section; an empty one is free for others, words stay their writer's. Raises as writing does."""
    section, member = access_section(person, section_id)
    if section.owner_id != member.id:
        raise Denied("Only who wrote a section can do this.")
    section.taken_until = None
    if not section.held:
        section.owner, section.credit = None, False
    save_section(section)
    return section_as_answer(section)


def credit_section(person: Person, *, section_id: UUID, on: bool) -> Answer:
    """Say whether one wants to be named, by the name one goes by in the group; raises NotFound or Denied."""
    section = access_own_section(person, section_id)
    section.credit = on
    save_section(section)
    return section_as_answer(section)


def withdraw_section(person: Person, *, section_id: UUID) -> Answer:
    """Take one's own part back: it leaves the published text at once, and for good when undo is over.

    Somebody who has left the group can do this still, and a facilitator with any section. Raises NotFound or Denied.
    """
    section = access_own_section(person, section_id, or_leading=True)
    if section.state == State.WITHDRAWN:
        return section_as_answer(section)
    section.state, section.withdrawn_at, section.withdrawn_by = State.WITHDRAWN, now(), person
    section.taken_until, section.version = None, section.version + 1
    save_section(section)
    touch(section.resource)
    erase_section.using(run_after=now() + ERASE_AFTER).enqueue(str(section.id))
    return section_as_answer(section)


def touch(resource: Resource) -> None:
    """What its readers see changed just now; who edits the rest of it is not disturbed by another version."""
    resource.updated_at = now()
    resource.save(update_fields=["updated_at"])


def restore_section(person: Person, *, section_id: UUID) -> Answer:
    """Undo what one took back oneself, within 10 seconds and in the group still.

    Raises Closed after that, NotFound, or Denied for what somebody else took down.
    """
    section = access_section_to_restore(person, section_id)
    if section.state == State.WRITING:
        return section_as_answer(section)
    if not may_undo(section):
        raise Closed("The time to undo is over: these words are gone.")
    section.state, section.withdrawn_at, section.withdrawn_by = State.WRITING, None, None
    section.version += 1
    save_section(section)
    touch(section.resource)
    return section_as_answer(section)
