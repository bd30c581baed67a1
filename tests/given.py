"""Builders for tests: people, groups, topics and posts, made through the product's own actions and commands."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from functools import cache, partial
from typing import Any
from uuid import UUID, uuid4

from django.test import Client
from django.test.client import ClientHandler

import hearthside.urls  # noqa: F401  enters every app's commands into the table
from accounts import actions
from accounts.models import Person, SignIn
from community.actions.members import _end_membership, join_group
from community.models import Group, Membership, Post, Topic
from hearthside import live
from hearthside.commands import find_command, read_data, run_command
from hearthside.errors import Problem

_numbers = itertools.count(1)


def fresh_nonce() -> str:
    """A nonce that nobody used before."""
    return f"nonce-{uuid4().hex}"


def as_json(data: dict[str, Any]) -> Any:
    """The data as it arrives over the wire: ids as text."""
    return json.loads(json.dumps(data, default=str))


def act(person: Person, command: str, /, **data: Any) -> live.Answer:
    """Run a command as a door does, with a new nonce unless one is given; raises its Problem."""
    row = find_command(command)
    return run_command(row, person, read_data(row, as_json({"nonce": fresh_nonce(), **data})))


def act_fresh(person: Person, command: str, /, **data: Any) -> live.Answer:
    """As `act`, from a sign-in that the person has confirmed just now (`fresh` commands ask for one)."""
    row = find_command(command)
    begun = live.write(live.Write(partial(actions.begin_signin, person, by=SignIn.Way.PASSWORD)))
    signin = SignIn.objects.select_related("person").get(pk=begun["signin"])
    sent = read_data(row, as_json({"nonce": fresh_nonce(), **data}))
    return run_command(row, person, sent, signin=signin)


def problem_of(person: Person, command: str, /, **data: Any) -> dict[str, Any]:
    """The whole problem that a command answers; fails when it answers anything else."""
    try:
        answer = act(person, command, **data)
    except Problem as problem:
        return problem.as_dict()
    raise AssertionError(f"{command} was allowed and answered {sorted(answer)}")


def outcome_of(person: Person, command: str, /, **data: Any) -> str:
    """How a command ends, in a word: ok, or the problem's slug."""
    try:
        act(person, command, **data)
    except Problem as problem:
        return problem.slug
    return "ok"


def given_person(role: str = "member", *, name: str = "", active: bool = True) -> Person:
    """Somebody of a role in the practice; nobody can sign in with a password as them."""
    number = next(_numbers)
    email = f"person{number}.{uuid4().hex[:6]}@example.org"
    person = actions.create_person(email=email, name=name or f"Person {number}", role=role, password_hash="!")
    if not active:
        Person.objects.filter(pk=person.pk).update(is_active=False)
        person.refresh_from_db()
    return person


def given_group(facilitator: Person | None = None, *, name: str = "Tuesday circle", **data: Any) -> Group:
    """An open group led by `facilitator` (somebody new by default); newcomers see everything unless told."""
    leader = facilitator or given_person("facilitator")
    answer = act(leader, "group.open", **{"name": name, "newcomers_see": "all", **data})
    return Group.objects.get(pk=answer["group"])


def given_member(
    group: Group, person: Person | None = None, *, name: str = "", role: str = "member"
) -> Membership:
    """Somebody in the group who has accepted its agreement."""
    somebody = person or given_person("facilitator" if role == "facilitator" else "member")
    group.refresh_from_db()
    join = partial(
        join_group,
        somebody,
        group,
        role=role,
        name=name or f"Name {next(_numbers)}",
        agreement=group.agreement_version,
    )
    live.write(live.Write(lambda: {"id": str(join().id)}, (group.stream, somebody.stream)))
    return Membership.objects.select_related("person", "group").get(person=somebody, group=group)


def given_ended(member: Membership, state: str) -> Membership:
    """A membership that is over: the person left, or was removed."""

    def end() -> live.Answer:
        _end_membership(member, state, actor=member)
        return {}

    live.write(live.Write(end, (member.group.stream, member.person.stream)))
    return member


def leader_of(group: Group) -> Person:
    """The person who leads the group."""
    row = Membership.objects.select_related("person").filter(group=group, role="facilitator", state="active")
    return row.order_by("joined_at")[0].person


def given_topic(group: Group, by: Person | None = None, *, title: str = "This week") -> Topic:
    """A topic of the group, started by its facilitator unless told."""
    answer = act(by or leader_of(group), "topic.create", group=group.id, title=title)
    return Topic.objects.select_related("group", "created_by").get(pk=answer["id"])


def given_post(topic: Topic, by: Person, body: str = "", **data: Any) -> Post:
    """A published post; its words differ from every other's unless told."""
    answer = act(by, "post.submit", topic=topic.id, body=body or f"words {next(_numbers)}", **data)
    assert answer["state"] == "published"
    return the_post(answer["id"])


def the_post(post_id: UUID | str) -> Post:
    """The post as it is in the database now."""
    return Post.objects.select_related("topic__group", "author__person").get(pk=post_id)


@dataclass
class Circle:
    """A group with a topic and a post by `member`, and one person of every standing towards it."""

    group: Group
    topic: Topic
    post: Post
    people: dict[str, Person]

    def member_id(self, who: str) -> UUID:
        """The membership id, in this group, of somebody."""
        return Membership.objects.get(group=self.group, person=self.people[who]).id


OUTSIDERS = ("other group's member", "former member", "removed", "deactivated", "admin")
INSIDERS = ("facilitator", "member")
STANDINGS = (*INSIDERS, *OUTSIDERS)


def given_circle() -> Circle:
    """A circle in which every standing is filled; `peer` is one more member."""
    people = {
        "facilitator": given_person("facilitator"),
        "admin": given_person("admin"),
        "other group's member": given_person(),
        "deactivated": given_person(),
    }
    group = given_group(people["facilitator"])
    elsewhere = given_group(name="Another circle")
    given_member(elsewhere, people["other group's member"])
    for who in ("member", "peer", "former member", "removed"):
        people[who] = given_person()
        given_member(group, people[who])
    given_member(group, people["deactivated"])
    topic = given_topic(group, people["member"])
    post = given_post(topic, people["member"])
    for who, state in (("former member", "left"), ("removed", "removed")):
        given_ended(Membership.objects.get(group=group, person=people[who]), state)
    Person.objects.filter(pk=people["deactivated"].pk).update(is_active=False)
    return Circle(group, topic, post, people)


@cache
def the_site() -> ClientHandler:
    """What answers every browser here, made once: its middleware looks through the whole front end when it is made."""
    handler = ClientHandler()
    handler.load_middleware()
    return handler


class Browser:
    """The HTTP door as the front end uses it: JSON, the session cookie, the CSRF cookie and header."""

    def __init__(self, person: Person | None = None) -> None:
        """Signed in as `person`, or signed out."""
        self.client = Client(enforce_csrf_checks=True)
        self.client.handler._middleware_chain = the_site()._middleware_chain  # type: ignore[attr-defined]
        if person is not None:
            session = live.write(live.Write(partial(actions.open_session, person)))["session"]
            self.client.cookies["sessionid"] = session

    def get(self, path: str, **params: Any) -> Any:
        """GET a path."""
        return self.client.get(path, params)

    def csrf(self) -> str:
        """The CSRF token, fetched when there is none yet."""
        if "csrftoken" not in self.client.cookies:
            self.client.get("/_allauth/browser/v1/config")
        return str(self.client.cookies["csrftoken"].value)

    def send(self, path: str, body: Any, *, method: str = "post", **headers: str) -> Any:
        """Send JSON (or bytes as they are) with cookie and header."""
        data = body if isinstance(body, bytes) else json.dumps(body, default=str)
        call = getattr(self.client, method)
        headers = {"X-CSRFToken": self.csrf(), **headers}
        return call(path, data=data, content_type="application/json", headers=headers)

    def command(self, name: str, /, **data: Any) -> Any:
        """Run a command by its HTTP door, with a new nonce unless one is given."""
        return self.send(f"/api/{name}", {"nonce": fresh_nonce(), **data})
