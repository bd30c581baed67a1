"""The people of the tests about contacts, and what they do and see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from accounts.contacts import ContactView, describe_contacts
from accounts.models import Contact, Person, Practice
from consumers.streams import replay
from hearthside.wire import event_type
from tests.given import Browser, act, given_group, given_member, given_person


@dataclass
class House:
    """A practice with a group: two who lead it, its client, and people who have nothing to do with it."""

    admin: Person
    leader: Person
    fellow: Person
    client: Person
    stranger: Person
    elsewhere: Person


@pytest.fixture
def house(practice: Practice) -> House:
    """The people of these tests; `elsewhere` leads another group, in which `stranger` is."""
    people = {
        "admin": given_person("admin", name="Ada Admin"),
        "leader": given_person("facilitator", name="Lena Leader"),
        "fellow": given_person("facilitator", name="Femi Fellow"),
        "client": given_person(name="Cleo Client"),
        "stranger": given_person(name="Sam Stranger"),
        "elsewhere": given_person("facilitator", name="Elsa Elsewhere"),
    }
    group = given_group(people["leader"])
    given_member(group, people["fellow"], role="facilitator")
    given_member(group, people["client"], name="Wren")
    given_member(given_group(people["elsewhere"]), people["stranger"])
    return House(**people)


def assign(by: Person, client: Person, therapist: Person, **more: Any) -> Contact:
    answer = act(by, "client.assign", client=client.pk, therapist=therapist.pk, **more)
    return Contact.objects.get(pk=answer["contact"])


def available(by: Person, **data: Any) -> dict[str, Any]:
    """Change somebody's availability on top of what it is."""
    path = f"/api/people/{data['person'].pk}/availability" if "person" in data else "/api/availability"
    version = Browser(by).get(path).json()["version"]
    sent = {name: value.pk if isinstance(value, Person) else value for name, value in data.items()}
    return act(by, "availability.update", version=version, **sent)


def view_of(person: Person, other: Person, reason: str = "therapist") -> ContactView:
    """How somebody sees their contact with another; fails when there is none."""
    (found,) = [
        view for view in describe_contacts(person) if view.person_id == other.pk and view.reason == reason
    ]
    return found


def told(person: Person) -> list[str]:
    """The types of what the person's own stream says, as it is replayed."""
    return [event_type(row.event) for row in replay(person.stream, 0)]
