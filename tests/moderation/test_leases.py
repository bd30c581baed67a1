"""Opening an item, holding it for ten minutes, and being handed the next: never what somebody else has open."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections

from accounts.models import Person
from hearthside.audit_model import AuditEntry
from hearthside.clock import now
from moderation.actions.items import Signal
from moderation.models import LookedAt, ReviewItem
from tests.given import (
    Circle,
    act,
    given_circle,
    given_member,
    given_person,
    given_post,
    outcome_of,
    problem_of,
)
from tests.moderation.given_review import decide, given_held, given_item, given_lead, member_of, the_item

pytestmark = pytest.mark.django_db


def second_facilitator(circle: Circle) -> Person:
    """One more facilitator of the circle."""
    return given_member(circle.group, role="facilitator", name="Noor").person


def test_opening_shows_counts_and_is_written_down() -> None:
    circle = given_circle()
    leader = circle.people["facilitator"]
    item = given_item(circle.post)
    answer = act(leader, "review.open", item=item.id)
    after = the_item(item.id)
    assert answer["version"] == after.version == item.version
    assert after.lease_by == member_of(circle.group, leader)
    assert after.lease_until is not None
    assert after.lease_until - now() > timedelta(minutes=9)
    assert after.first_look_at is not None
    act(leader, "review.open", item=item.id)
    assert LookedAt.objects.filter(item=item, person=leader).count() == 1
    assert the_item(item.id).first_look_at == after.first_look_at
    entries = AuditEntry.objects.filter(actor=leader.pk, about=circle.people["member"].pk)
    found = entries.order_by("at").values_list("verb", "thing")
    author = circle.member_id("member")
    assert (
        list(found) == [("review.opened", f"post:{circle.post.id}"), ("history.read", f"member:{author}")] * 2
    )


def test_what_somebody_has_open_is_taken(moved: Callable[[float], None]) -> None:
    circle = given_circle()
    leader, other = circle.people["facilitator"], second_facilitator(circle)
    item = given_item(circle.post)
    act(other, "review.open", item=item.id)
    problem = problem_of(leader, "review.open", item=item.id)
    assert (problem["type"], problem["by_name"]) == ("taken", "Noor")
    assert problem["by"] == str(member_of(circle.group, other).id)
    assert problem["until"]
    assert not LookedAt.objects.filter(person=leader).exists()
    assert outcome_of(other, "review.open", item=item.id) == "ok"
    moved(601)
    assert outcome_of(leader, "review.open", item=item.id) == "ok"


def test_anyway_takes_it_over() -> None:
    circle = given_circle()
    leader, other = circle.people["facilitator"], second_facilitator(circle)
    item = given_item(circle.post)
    act(other, "review.open", item=item.id)
    assert outcome_of(leader, "review.open", item=item.id, anyway=True) == "ok"
    assert the_item(item.id).lease_by == member_of(circle.group, leader)


def test_only_who_holds_it_lets_go() -> None:
    circle = given_circle()
    leader, other = circle.people["facilitator"], second_facilitator(circle)
    item = given_item(circle.post)
    act(other, "review.open", item=item.id)
    act(leader, "review.release", item=item.id)
    assert the_item(item.id).lease_by_id is not None
    act(other, "review.release", item=item.id)
    assert the_item(item.id).lease_by_id is None
    assert outcome_of(leader, "review.open", item=item.id) == "ok"


def test_what_is_decided_is_opened_without_holding_it() -> None:
    circle = given_circle()
    leader = circle.people["facilitator"]
    item = decide(leader, given_item(circle.post), "keep")
    assert act(leader, "review.open", item=item.id)["lease_until"] is None


def test_the_clinical_lead_opens_without_holding() -> None:
    circle = given_circle()
    lead = given_lead(given_person("admin"))
    item = given_item(circle.post, with_lead=True)
    assert act(lead, "review.open", item=item.id)["lease_until"] is None
    assert outcome_of(circle.people["facilitator"], "review.open", item=item.id) == "ok"
    assert outcome_of(lead, "review.open", item=item.id) == "taken"
    assert outcome_of(lead, "review.open", item=item.id, anyway=True) == "ok"
    assert the_item(item.id).lease_by == member_of(circle.group, circle.people["facilitator"])


def ordered(circle: Circle) -> list[ReviewItem]:
    """Items of every kind, made in an order that is not the queue's, in the order of the queue."""
    member = circle.people["member"]

    def made(lane: str, *, minutes: int | None = None, score: float = 0.1) -> ReviewItem:
        post = given_post(circle.topic, member)
        due = now() + timedelta(minutes=minutes) if minutes is not None else None
        return given_item(post, lane=lane, due_at=due, signals=(Signal("rule", "x", score),))

    old, strong = made("asked", score=0.2), made("privacy", score=0.9)
    young = made("conduct", score=0.2)
    late, soon, undated = made("care", minutes=60), made("care", minutes=5), made("care")
    return [undated, soon, late, strong, old, young]


def test_the_next_is_the_most_urgent_and_never_the_same_for_two() -> None:
    circle = given_circle()
    expected = ordered(circle)
    people = [circle.people["facilitator"], second_facilitator(circle)]
    got = [
        act(people[number % 2], "review.next", group=circle.group.id)["item"]
        for number in range(len(expected))
    ]
    assert got == [str(item.id) for item in expected]
    assert act(people[0], "review.next", group=circle.group.id)["item"] is None


def test_the_next_of_one_lane() -> None:
    circle = given_circle()
    expected = ordered(circle)
    answer = act(circle.people["facilitator"], "review.next", group=circle.group.id, lane="privacy")
    assert answer["item"] == str(expected[3].id)


def test_a_lease_that_ended_is_handed_out_again(moved: Callable[[float], None]) -> None:
    circle = given_circle()
    leader = circle.people["facilitator"]
    item = given_item(circle.post)
    assert act(leader, "review.next", group=circle.group.id)["item"] == str(item.id)
    assert act(leader, "review.next", group=circle.group.id)["item"] is None
    moved(601)
    assert act(leader, "review.next", group=circle.group.id)["item"] == str(item.id)


def test_what_waits_for_its_author_is_not_handed_out() -> None:
    circle = given_circle()
    leader = circle.people["facilitator"]
    post, item = given_held(circle.topic, circle.people["member"])
    decide(leader, item, "reword")
    assert act(leader, "review.next", group=circle.group.id)["item"] is None
    act(circle.people["member"], "post.talk", post=post.id, text="I do not understand what is wrong.")
    assert act(leader, "review.next", group=circle.group.id)["item"] == str(item.id)


def test_a_second_look_is_not_handed_to_the_first_reviewer() -> None:
    circle = given_circle()
    leader, other = circle.people["facilitator"], second_facilitator(circle)
    item = decide(leader, given_item(circle.post), "hide")
    act(circle.people["member"], "second_look.ask", post=circle.post.id, words="Please.")
    assert act(leader, "review.next", group=circle.group.id)["item"] is None
    assert act(other, "review.next", group=circle.group.id)["item"] == str(item.id)


def test_ones_own_posts_are_not_handed_out() -> None:
    circle = given_circle()
    leader, other = circle.people["facilitator"], second_facilitator(circle)
    item = given_item(given_post(circle.topic, leader))
    assert act(leader, "review.next", group=circle.group.id)["item"] is None
    assert act(other, "review.next", group=circle.group.id)["item"] == str(item.id)


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_are_given_two_items() -> None:
    circle = given_circle()
    people = [circle.people["facilitator"], second_facilitator(circle)]
    items = {str(given_item(given_post(circle.topic, circle.people["member"])).id) for _ in range(2)}
    start, got = threading.Barrier(2), []

    def run(person: Person) -> None:
        start.wait()
        try:
            got.append(act(person, "review.next", group=circle.group.id)["item"])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(got) == items
