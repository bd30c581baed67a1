"""What the demo's staff keep in the library, what a group wrote together, and what its members were asked to try."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from accounts.contacts.away import today
from accounts.models import Person
from community.actions.assignments import give_assignment
from community.actions.homework import answer_homework, hand_in, save_homework
from community.actions.resources import add_resource, publish_resource, share_resource
from community.actions.sections import add_section, credit_section, release_section, write_section
from community.models import Resource, Session, Submission
from community.reading_grade import reading_grade
from community.rendered import render_all
from hearthside import clock
from moderation.demo_content import (
    GroupText,
    PartText,
    PracticeText,
    ResourceText,
    TaskText,
    TogetherText,
    moment_of,
)
from notify.actions.giving import keep_inside
from notify.actions.reading import read_notices

TASK_AFTER = timedelta(minutes=50)  # from a session's end to what was given there
LIBRARY_SINCE = timedelta(days=12)
REVIEWED_EVERY = timedelta(days=180)


def fill_demo_library(
    content: PracticeText, people: Mapping[str, Person], groups: Mapping[str, UUID]
) -> None:
    """Put the library's texts there and share them; inside one live.write. `groups` are ids by folder."""
    with clock.as_of(clock.now() - LIBRARY_SINCE):
        for text in content.resources:
            _share(text, people, groups)


def _share(text: ResourceText, people: Mapping[str, Person], groups: Mapping[str, UUID]) -> None:
    """Publish one text and share it; everybody has seen by now that it is there."""
    words, person, resource_id = text.words.strip(), people[text.by], uuid4()
    rendered = render_all([words])
    add_resource(
        person,
        resource_id=resource_id,
        group_id=None,
        title=text.title,
        language="en",
        source=text.source,
        review_date=today() + REVIEWED_EVERY,
        words=words,
        rendered=rendered,
    )
    publish_resource(person, resource_id=resource_id, version=1, sections={}, rendered=rendered, grade=None)
    for folder in text.groups:
        share_resource(person, resource_id=resource_id, group_id=groups[folder], client_id=None)
    keep_inside(f"resource:{resource_id}:")
    for each in people.values():
        read_notices(each, f"resource:{resource_id}:", under=True)


def write_demo_together(
    group_id: UUID, text: GroupText, people: Mapping[str, Person], zone: ZoneInfo
) -> None:
    """Have the group's members write what they wrote together, and their facilitator publish it."""
    for each in text.together:
        published = moment_of(each.published, now=clock.now(), zone=zone)
        if published > clock.now():
            continue
        host, resource_id, words = people[_person(text, each.by)], uuid4(), each.words.strip()
        with clock.as_of(published - timedelta(days=1)):
            add_resource(
                host,
                resource_id=resource_id,
                group_id=group_id,
                title=each.title,
                language="en",
                source="",
                review_date=None,
                words=words,
                rendered=render_all([words]),
            )
            seen = {_write(part, people[_person(text, part.by)], resource_id): 2 for part in each.parts}
        with clock.as_of(published):
            _publish(host, resource_id, each, seen)
        keep_inside(f"resource:{resource_id}:")


def _person(text: GroupText, name: str) -> str:
    """The key of who goes by that name in the group."""
    return next(member.person for member in text.members if member.name == name)


def _write(part: PartText, writer: Person, resource_id: UUID) -> UUID:
    """One member's part, at its second version."""
    section_id = uuid4()
    add_section(writer, resource_id=resource_id, section_id=section_id, heading=part.heading)
    write_section(writer, section_id=section_id, version=1, heading=part.heading, words=part.words.strip())
    credit_section(writer, section_id=section_id, on=part.credit)
    release_section(writer, section_id=section_id)
    return section_id


def _publish(host: Person, resource_id: UUID, text: TogetherText, seen: Mapping[UUID, int]) -> None:
    """The facilitator has read all parts and lets the group read them."""
    words = [text.words.strip(), *(part.words.strip() for part in text.parts)]
    publish_resource(
        host,
        resource_id=resource_id,
        version=Resource.objects.get(id=resource_id).version,
        sections=seen,
        rendered=render_all(words),
        grade=reading_grade("\n\n".join(words), "en"),
    )


def give_demo_tasks(group_id: UUID, text: GroupText, people: Mapping[str, Person], zone: ZoneInfo) -> None:
    """Give what was agreed at the last session, due before the next; some have handed it in since."""
    met = Session.objects.filter(group=group_id, series__isnull=False)
    last = met.filter(ends_at__lt=clock.now() - TASK_AFTER).order_by("starts_at").last()
    following = met.filter(starts_at__gt=clock.now()).order_by("starts_at").first()
    if last is None or following is None:
        return
    due = (following.starts_at - timedelta(hours=1)).astimezone(zone)
    for task in text.tasks:
        host, assignment_id, words = people[_person(text, task.by)], uuid4(), task.words.strip()
        shared = Resource.objects.filter(shares__group=group_id)
        resource = next((each for each in shared if each.title == task.resource), None)
        with clock.as_of(last.ends_at + TASK_AFTER):
            give_assignment(
                host,
                assignment_id=assignment_id,
                group_id=group_id,
                client_id=None,
                members=None,
                title=task.title,
                words=words,
                due_local=due.strftime("%Y-%m-%dT%H:%M"),
                resource_id=resource.id if resource else None,
                session_id=following.id,
                rendered=render_all([words]),
            )
        _hand_in(assignment_id, last, task, host)
        keep_inside(f"assignment:{assignment_id}:")


def _hand_in(assignment_id: UUID, last: Session, task: TaskText, host: Person) -> None:
    """What members have handed in up to now, and what the facilitator answered them."""
    for each in task.handed_in:
        handed, answered = (last.ends_at + timedelta(hours=hours) for hours in (each.hours, each.hours + 12))
        if handed > clock.now():
            continue
        rows = Submission.objects.select_related("person", "member").filter(assignment=assignment_id)
        row = next(row for row in rows if row.member is not None and row.member.name == each.by)
        words, answer = each.words.strip(), each.answer.strip()
        rendered = render_all([words, answer])
        with clock.as_of(handed):
            read_notices(row.person, f"assignment:{assignment_id}:", under=True)
            save_homework(row.person, assignment_id=assignment_id, version=row.version, words=words)
            hand_in(row.person, assignment_id=assignment_id, version=row.version + 1, rendered=rendered)
        if answer and answered <= clock.now():
            with clock.as_of(answered):
                answer_homework(host, submission_id=row.id, words=answer, revise=False, rendered=rendered)
