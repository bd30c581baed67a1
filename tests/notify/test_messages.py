"""Notices about sealed conversations: one until it is read, none when there is nothing left, and never a word."""

from __future__ import annotations

import json
import secrets
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings

from accounts.models import Person
from hearthside import clock
from hearthside.job_model import Job
from messaging.jobs import expire_events
from notify.models import Notice
from tests.faults.test_canary import found_in
from tests.given import Browser
from tests.messaging.client import SealedClient
from tests.messaging.given import given_client, given_contact, given_friends, given_pair, ids_of, person_of
from tests.moderation.given_care import Mailbox
from tests.notify.endpoint import Service
from tests.notify.given import Keys, add_device, run_at, states

pytestmark = pytest.mark.django_db


def waiting(person: Person) -> list[Notice]:
    """The person's unread notices about conversations."""
    rows = Notice.objects.filter(person=person, kind="message.waiting", read_at=None, withdrawn_at=None)
    return list(rows)


def read_to(client: SealedClient, room: str, seq: int) -> None:
    client.must("post", f"conversations/{room}/read", {"seq": seq})


def test_several_messages_are_one_notice_until_they_are_read() -> None:
    one, two = given_pair()
    room = one.open_pair(two.person)
    sent = [one.say(room, f"line {number}") for number in range(3)]
    (notice,) = waiting(person_of(two))
    assert notice.link == f"/messages/{room}"
    assert notice.about == ""
    assert waiting(person_of(one)) == [], "nobody is told of their own words"
    read_to(two, room, sent[1]["seq"])
    assert waiting(person_of(two)) == [notice], "something is still unread"
    read_to(two, room, sent[2]["seq"])
    assert waiting(person_of(two)) == []
    one.say(room, "and another")
    assert len(waiting(person_of(two))) == 1
    assert Notice.objects.filter(person=person_of(two)).count() == 2


def test_what_is_quiet_is_no_message() -> None:
    one, two = given_pair()
    room = one.open_pair(two.person)
    one.send(room, {"k": "reaction", "body": "heart"}, quiet=True)
    assert waiting(person_of(two)) == []


def test_a_message_that_was_taken_away_waits_no_more() -> None:
    one, two = given_pair()
    room = one.open_pair(two.person)
    first, second = one.say(room, "first"), one.say(room, "second")
    one.must("delete", f"conversations/{room}/messages/{first['event_id']}")
    assert len(waiting(person_of(two))) == 1
    one.must("delete", f"conversations/{room}/messages/{second['event_id']}")
    assert waiting(person_of(two)) == []
    assert Notice.objects.get(person=person_of(two)).withdrawn_at is not None


def test_one_whose_time_is_over_waits_no_more(moved: Any) -> None:
    one, two = given_pair()
    room = one.open_pair(two.person, timer_seconds=60)
    one.say(room, "soon gone")
    assert len(waiting(person_of(two))) == 1
    moved(61)
    expire_events.call()
    assert waiting(person_of(two)) == []


def test_who_left_or_was_taken_out_is_told_of_nothing() -> None:
    people = given_friends(4)
    clients = [given_client(person) for person in people]
    room = clients[0].open_circle(ids_of(people[1:]))
    clients[0].say(room, "before")
    assert [len(waiting(person)) for person in people] == [0, 1, 1, 1]
    clients[1].must("post", f"conversations/{room}/leave", {})
    clients[0].must("post", f"conversations/{room}/members", {"remove": [str(people[2].pk)]})
    clients[0].say(room, "after")
    assert [len(waiting(person)) for person in people] == [0, 0, 0, 1]


def test_whose_account_is_closed_is_told_of_nothing() -> None:
    people = given_friends(3)
    clients = [given_client(person) for person in people]
    room = clients[0].open_circle(ids_of(people[1:]))
    Person.objects.filter(pk=people[1].pk).update(is_active=False)
    clients[0].say(room, "hello")
    assert [len(waiting(person)) for person in people] == [0, 0, 1]


def test_the_canary_is_in_no_push_and_no_mail(service: Service, box: Mailbox) -> None:
    one, two = given_pair()
    reader, keys, canary = person_of(two), Keys(), f"canary{secrets.token_hex(8)}"
    add_device(Browser(reader), service.url("phone"), keys)
    begun = clock.now()
    room = one.open_pair(two.person)
    one.say(room, canary)
    (notice,) = waiting(reader)
    run_at(begun + timedelta(seconds=30))
    run_at(begun + timedelta(minutes=16))
    assert states(notice) == {"push": ("sent", ""), "mail": ("sent", "")}
    ((to, subject, text),) = box.fresh()
    assert to == reader.email
    (push,) = service.pushes
    said = json.dumps(push.opened(keys)) + json.dumps(push.headers) + subject + text
    sender = person_of(one)
    for secret in (canary, sender.name, sender.email, reader.name):
        assert secret not in said
    assert canary.encode() not in push.body
    assert found_in(django_settings.HEARTHSIDE.data, {"message": canary}) == []
    assert canary not in repr(list(Job.objects.values()))


def test_a_conversation_of_many_costs_few_statements_more() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(count: int) -> int:
        people = given_friends(count)
        clients = [given_client(person, keys=count) for person in people[:1]]
        for person in people[1:]:
            given_client(person, keys=2)
        room = clients[0].open_circle(ids_of(people[1:]))
        clients[0].say(room, "first")
        with CaptureQueriesContext(connection) as seen:
            clients[0].say(room, "second")  # everybody was told already
        return len(seen)

    assert cost(6) - cost(3) <= 3 * 3


def test_a_pair_with_a_contact_of_another_lane_too() -> None:
    one, two = given_pair()
    given_contact(person_of(one), person_of(two), reason="office")
    room = one.open_pair(two.person)
    one.say(room, "about the bill")
    assert len(waiting(person_of(two))) == 1
