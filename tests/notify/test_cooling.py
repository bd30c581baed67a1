"""Nobody's phone rings again and again for what one person does again and again, and nobody is left untold."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import Person
from hearthside import clock
from notify.models import Delivery, Notice
from tests.given import Browser, act, given_person
from tests.messaging.given import given_client, given_friends, given_pair, ids_of, person_of
from tests.moderation.given_care import Mailbox
from tests.notify.endpoint import Service
from tests.notify.given import add_device, given_notice, run_at, states, withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(service: Service) -> Person:
    """Somebody with a phone."""
    person = given_person()
    add_device(Browser(person), service.url("phone"))
    return person


def given_at(moment: datetime, person: Person, key: str, **more: Any) -> Notice:
    """A notice about the one thing, given at a moment, with what is due then sent."""
    with clock.as_of(moment):
        notice = given_notice(
            person, more.pop("kind", "session.changed"), key=key, link="/sessions/1", **more
        )
    run_at(moment)
    return notice


def test_moved_again_and_again_is_one_push_and_one_at_the_end_of_the_quarter(
    ann: Person, service: Service, box: Mailbox
) -> None:
    begun = clock.now()
    for number in range(20):
        moment = begun + timedelta(seconds=20 * number)
        with clock.as_of(moment):
            withdraw(f"moved:{number - 1}", ann)
        last = given_at(moment, ann, f"moved:{number}")
    assert len(service.pushes) == 1
    assert Notice.objects.filter(person=ann).count() == 20, "each stands in the product"
    assert states(last) == {"push": ("waiting", "cool_down"), "mail": ("waiting", "")}
    run_at(begun + timedelta(minutes=14, seconds=59))
    assert len(service.pushes) == 1
    run_at(begun + timedelta(minutes=15, seconds=1))
    assert (len(service.pushes), states(last)["push"]) == (2, ("sent", "")), "nobody is left untold"
    given_at(begun + timedelta(minutes=16), ann, "moved:20")
    assert len(service.pushes) == 2, "a quarter lies between any two"
    run_at(begun + timedelta(minutes=31))
    assert len(service.pushes) == 3
    run_at(begun + timedelta(hours=1))
    assert len(box.fresh()) <= 2


def test_without_a_browser_it_holds_for_mail(box: Mailbox) -> None:
    ben, begun = given_person(), clock.now()
    for number in range(5):
        given_at(begun + timedelta(minutes=number), ben, f"moved:{number}")
    assert len(box.fresh()) == 1
    run_at(begun + timedelta(minutes=15, seconds=1))
    assert len(box.fresh()) == 1, "one letter stands for all that came before it"
    found = Delivery.objects.filter(notice__person=ben, channel="mail").order_by("notice__at")
    assert sorted(row.why for row in found) == ["", "", "told", "told", "told"]


def test_other_things_and_kinds_and_people_are_told_at_once(ann: Person, service: Service) -> None:
    begun = clock.now()
    given_at(begun, ann, "one")
    with clock.as_of(begun + timedelta(seconds=1)):
        given_notice(ann, "session.changed", link="/sessions/2")
        given_notice(ann, "session.reminder", link="/sessions/1")
    run_at(begun + timedelta(seconds=1))
    assert len(service.of("phone")) == 3
    ben = given_person()
    add_device(Browser(ben), service.url("ben"))
    given_at(begun + timedelta(seconds=2), ben, "one")
    assert len(service.of("ben")) == 1


def test_who_has_read_the_last_one_is_told_of_the_next_at_once(ann: Person, service: Service) -> None:
    begun = clock.now()
    first = given_at(begun, ann, "one")
    act(ann, "notice.read", id=first.id)
    given_at(begun + timedelta(minutes=1), ann, "two")
    assert len(service.pushes) == 2


def test_a_push_that_may_not_have_come_stands_for_no_other(ann: Person, service: Service) -> None:
    begun = clock.now()
    service.answers = {"phone": 0}
    with clock.as_of(begun):
        first = given_notice(ann, link="/sessions/1", mail=False)
        second = given_notice(ann, link="/sessions/1", mail=False)
    run_at(begun + timedelta(seconds=1))
    assert sorted((states(first)["push"][0], states(second)["push"][0])) == ["doubt", "waiting"]
    service.answers = {}
    run_at(begun + timedelta(minutes=16))
    assert "sent" in (states(first)["push"][0], states(second)["push"][0])


def test_what_is_soon_over_is_not_held_until_it_is_of_no_use(ann: Person, service: Service) -> None:
    begun = clock.now()
    given_at(begun, ann, "day", kind="session.reminder", until=begun + timedelta(hours=24))
    starts = begun + timedelta(minutes=12)
    last = given_at(begun + timedelta(seconds=30), ann, "hour", kind="session.reminder", until=starts)
    run_at(begun + timedelta(minutes=6, seconds=1))
    assert states(last)["push"] == ("sent", "")


def test_calls_to_help_know_no_such_pause(service: Service) -> None:
    cara = given_person("facilitator")
    add_device(Browser(cara), service.url("phone"))
    begun = clock.now()
    for number in range(5):
        given_at(begun + timedelta(seconds=number), cara, f"care:{number}", kind="care.called")
        assert len(service.pushes) == number + 1


def test_sending_and_erasing_again_and_again_rings_once(service: Service) -> None:
    one, two = given_pair()
    add_device(Browser(person_of(two)), service.url("phone"))
    room = one.open_pair(two.person)
    begun = clock.now()
    for number in range(12):
        moment = begun + timedelta(seconds=25 * number)
        with clock.as_of(moment):
            sent = one.say(room, f"line {number}")
        run_at(moment + timedelta(seconds=21))
        with clock.as_of(moment + timedelta(seconds=22)):
            one.must("delete", f"conversations/{room}/messages/{sent['event_id']}")
    assert len(service.pushes) == 1
    with clock.as_of(begun + timedelta(minutes=6)):
        one.say(room, "this one stays")
    run_at(begun + timedelta(minutes=16))
    assert len(service.pushes) == 2


def test_a_circle_after_the_other_rings_once_and_another_sender_at_once(service: Service) -> None:
    people = given_friends(3)
    first, second, _ = (given_client(person) for person in people)
    add_device(Browser(people[2]), service.url("phone"))
    begun = clock.now()
    for number in range(4):
        with clock.as_of(begun + timedelta(seconds=30 * number)):
            first.say(first.open_circle(ids_of(people[1:])), "hello")
        run_at(begun + timedelta(seconds=30 * number + 21))
    assert len(service.pushes) == 1
    with clock.as_of(begun + timedelta(minutes=3)):
        second.say(second.open_pair(str(people[2].pk)), "hello")
    run_at(begun + timedelta(minutes=3, seconds=21))
    assert len(service.pushes) == 2
