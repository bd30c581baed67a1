"""The demo practice: made once, through the same actions as everything else, as the past it stands for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from accounts.actions import create_person, ensure_practice, open_session, set_consent
from accounts.models import Invitation, Person
from accounts.queries import demo_password
from community.actions.groups import open_group
from community.actions.members import join_group
from community.actions.reminders import count_as_told
from community.actions.topics import create_topic
from community.models import Group, Membership, Topic
from hearthside import clock
from hearthside.errors import Closed
from hearthside.live import Answer, Write, write
from moderation.demo_contacts import assign_demo_clients, plan_demo_time_away
from moderation.demo_content import FOLDER, PersonText, PracticeText, moment_of, read_demo
from moderation.demo_library import fill_demo_library, give_demo_tasks, write_demo_together
from moderation.demo_queue import fill_queue, read_queue
from moderation.demo_sessions import plan_demo_appointments, plan_demo_meetings
from moderation.demo_story import tell_group
from moderation.judging import without_models

LOAD_DOMAIN = "@demo.example"
LOAD_SECRET = "load" + LOAD_DOMAIN
BATCH = 50


def make_demo(members: int = 0) -> list[dict[str, Any]]:
    """Make the demo practice unless it is there, and answer its accounts; repeatable, also while serving.

    `members` adds people of a load group, with a signed-in session each. Raises Closed in a real practice.
    """
    content = read_demo()
    if not Person.objects.exclude(demo_about="").exists():
        if Person.objects.exists() or Invitation.objects.exists():
            raise Closed(
                "This data folder holds a real practice, so the demo was not added. Set HEARTHSIDE_DATA."
            )
        _make_practice(content)
    people = {person.email: person for person in Person.objects.exclude(demo_about="")}
    known = [people[text.email] for text in content.people if text.email in people]
    accounts = [describe_account(person, demo_password(person.email)) for person in known]
    return accounts + make_load(people[host_of(content).email], members)


def describe_account(person: Person, password: str) -> dict[str, Any]:
    """An account as the operator's JSON has it: how to sign in, and the groups and topics behind it."""
    groups = Group.objects.filter(memberships__person=person, memberships__state=Membership.State.ACTIVE)
    topics = Topic.objects.filter(group__in=groups).order_by("created_at").values_list("group_id", "id")
    return {
        "role": str(person.role),
        "email": person.email,
        "password": password,
        "person": str(person.pk),
        "groups": [
            {"id": str(group), "topics": [str(topic) for owner, topic in topics if owner == group]}
            for group in groups.order_by("opened_at").values_list("id", flat=True)
        ],
    }


def host_of(content: PracticeText) -> PersonText:
    """Who opens the demo's groups: the first facilitator."""
    return next(text for text in content.people if text.role == Person.Role.FACILITATOR)


def _make_practice(content: PracticeText) -> None:
    """People, groups and all their talk in one transaction: the demo is there wholly or not at all."""
    with ThreadPoolExecutor(2) as pool:  # argon2 is slow on purpose, and leaves the other core free
        hashes = list(pool.map(lambda text: make_password(demo_password(text.email)), content.people))
    groups = {uuid4(): group for group in content.groups}
    zone = ZoneInfo(content.time_zone)

    def tell_all() -> Answer:
        people = _make_people(content, hashes)
        for group_id, group in groups.items():
            names = {member.name: people[member.person] for member in group.members}
            with without_models():
                tell_group(group_id, group, people, host_of(content).key, zone=zone)
                fill_queue(group_id, read_queue(FOLDER / group.folder / "queue.toml"), names)
            plan_demo_meetings(group_id, group, people[host_of(content).key], zone=zone)
        fill_demo_library(content, people, {group.folder: group_id for group_id, group in groups.items()})
        for group_id, group in groups.items():
            write_demo_together(group_id, group, people, zone)
            give_demo_tasks(group_id, group, people, zone)
        plan_demo_time_away(content, people)
        plan_demo_appointments(content, people)
        count_as_told()
        return {"groups": len(groups)}

    streams = [f"{kind}:{group_id}" for group_id in groups for kind in ("group", "review")]
    write(Write(tell_all, tuple(streams)))


def _make_people(content: PracticeText, hashes: list[str]) -> dict[str, Person]:
    """The practice and everybody in it, by the content's keys; a minute apart, in the content's order."""
    zone = ZoneInfo(content.time_zone)
    begun = moment_of("w6 Mon 09:00", now=clock.now(), zone=zone)
    people = {}
    for number, (text, password_hash) in enumerate(zip(content.people, hashes, strict=True)):
        with clock.as_of(begun + timedelta(minutes=number)):
            ensure_practice(content.name, time_zone=content.time_zone, region=content.region)
            people[text.key] = create_person(
                email=text.email,
                name=text.name,
                role=text.role,
                password_hash=password_hash,
                time_zone=content.time_zone,
                demo_about=text.about,
            )
            for purpose in ("models", "statistics"):
                set_consent(people[text.key], purpose=purpose, given=True)
    with clock.as_of(begun + timedelta(minutes=len(people))):
        assign_demo_clients(content, people)
    return people


def make_load(host: Person, members: int) -> list[dict[str, Any]]:
    """Members of the load group, as many as asked for: one password for all, and a fresh session for each."""
    if members < 1:
        return []
    emails = [f"load{number}{LOAD_DOMAIN}" for number in range(1, members + 1)]
    there = set(Person.objects.filter(email__in=emails).values_list("email", flat=True))
    missing = [email for email in emails if email not in there]
    password = demo_password(LOAD_SECRET)
    group = _load_group(host)
    hashed = make_password(password) if missing else ""
    for start in range(0, len(missing), BATCH):  # short transactions: a server may be writing beside this
        some = missing[start : start + BATCH]
        write(Write(lambda some=some: _join_load(group, some, hashed), (group.stream,)))  # type: ignore[misc]
    accounts = []
    people = {person.email: person for person in Person.objects.filter(email__in=emails)}
    for start in range(0, len(emails), BATCH):
        some = emails[start : start + BATCH]
        sessions = write(Write(lambda some=some: {e: open_session(people[e])["session"] for e in some}))  # type: ignore[misc]
        accounts += [_describe_load(people[email], password, group, sessions[email]) for email in some]
    return accounts


def _load_group(host: Person) -> Group:
    """The load group: the one that load1 is in, or a new one with one topic."""
    known = Group.objects.filter(memberships__person__email=f"load1{LOAD_DOMAIN}").first()
    if known is not None:
        return known
    group_id = uuid4()

    def open_load() -> Answer:
        open_group(
            host,
            group_id=group_id,
            name="Load group",
            description="For measuring. Nobody real talks here.",
            newcomers_see=Group.NewcomersSee.ALL,
            member_name=host.name,
        )
        return create_topic(host, group_id=group_id, title="Load")

    write(Write(open_load, (f"group:{group_id}",)))
    return Group.objects.get(pk=group_id)


def _join_load(group: Group, emails: list[str], hashed: str) -> Answer:
    """Add people to the load group, under the number in their address."""
    for email in emails:
        name = "Load " + email.removesuffix(LOAD_DOMAIN).removeprefix("load")
        person = create_person(email=email, name=name, role=Person.Role.MEMBER, password_hash=hashed)
        join_group(person, group, role=Membership.Role.MEMBER, name=name, agreement=group.agreement_version)
    return {"joined": len(emails)}


def _describe_load(person: Person, password: str, group: Group, session: str) -> dict[str, Any]:
    """A load member's account: as any other, without a query each, and with the session's cookie value."""
    topics = [str(topic) for topic in group.topics.values_list("id", flat=True)]
    return {
        "role": str(person.role),
        "email": person.email,
        "password": password,
        "person": str(person.pk),
        "groups": [{"id": str(group.pk), "topics": topics}],
        "load": True,
        "session": session,
    }
