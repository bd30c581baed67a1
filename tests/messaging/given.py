"""Builders for the relay's tests: people with contacts, and devices of theirs that are ready to talk."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from itertools import combinations

from accounts.models import Contact, Person, SignIn
from hearthside import clock
from tests.given import Browser, given_person
from tests.messaging.client import SealedClient
from tests.messaging.doors import TestDoor
from tests.messaging.identity import Identity


def given_contact(one: Person, other: Person, *, reason: str = "therapist", **more: object) -> Contact:
    """A contact that holds now; each goes by `<role> of <name>`."""
    names = {"name_of_one": f"{one.role} {one.name}", "name_of_other": f"{other.role} {other.name}"}
    contact = Contact(one=one, other=other, reason=reason, **names, **more)
    contact.save(force_insert=True)
    return contact


def given_friends(count: int, *, group: uuid.UUID | None = None) -> list[Person]:
    """So many members who all know each other from one group."""
    people = [given_person() for _ in range(count)]
    group = group or uuid.uuid4()
    for one, other in combinations(people, 2):
        given_contact(one, other, reason="group", group=group)
    return people


def given_client(person: Person, *, identity: Identity | None = None, keys: int = 20) -> SealedClient:
    """A device of the person's that is set up."""
    return bare_client(person, identity=identity).set_up(keys=keys)


def bare_client(person: Person, *, identity: Identity | None = None) -> SealedClient:
    """A client that is not a device yet, of somebody who has just confirmed that it is them."""
    browser = Browser(person)
    SignIn.objects.filter(person=person).update(confirmed_at=clock.now(), confirmed_by=SignIn.Way.PASSWORD)
    return SealedClient(TestDoor(browser), str(person.pk), identity)


def given_pair() -> tuple[SealedClient, SealedClient]:
    """A therapist and a member who may write to each other, each with a device."""
    therapist, member = given_person("facilitator"), given_person()
    given_contact(therapist, member)
    return given_client(therapist), given_client(member)


def words_of(client: SealedClient, conversation: str) -> list[str]:
    """The texts that a client shows of a conversation."""
    return [
        shown.words["body"]
        for shown in client.read(conversation)
        if shown.words and shown.words["k"] == "text"
    ]


def ids_of(people: Iterable[Person]) -> list[str]:
    """Ids as they are sent."""
    return [str(person.pk) for person in people]


def person_of(client: SealedClient) -> Person:
    """Whose client it is."""
    return Person.objects.get(pk=client.person)
