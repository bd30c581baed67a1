"""Who sees a queue: the group's facilitators; the clinical lead what is shared; nobody else, and none of their own."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Person
from community.models import Group, Membership
from consumers.streams import access_stream
from hearthside.errors import NotFound
from moderation.access import access_item, access_queue
from moderation.models import ReviewItem
from tests.given import (
    STANDINGS,
    Browser,
    Circle,
    act,
    given_circle,
    given_ended,
    given_group,
    given_member,
    given_person,
    outcome_of,
)
from tests.moderation.given_review import given_held, given_item, given_lead, ruling

pytestmark = pytest.mark.django_db
EVERYBODY = (
    *STANDINGS,
    "peer",
    "another group's facilitator",
    "former facilitator",
    "removed facilitator",
    "deactivated facilitator",
    "clinical lead",
)


def given_everybody() -> Circle:
    """A circle with those in it, too, who lead or led something."""
    circle = given_circle()
    people = circle.people
    people["another group's facilitator"] = given_person("facilitator")
    given_group(people["another group's facilitator"])
    for who, state in (("former facilitator", "left"), ("removed facilitator", "removed")):
        people[who] = given_person("facilitator")
        given_ended(given_member(circle.group, people[who], role="facilitator"), state)
    people["deactivated facilitator"] = given_person("facilitator")
    given_member(circle.group, people["deactivated facilitator"], role="facilitator")
    Person.objects.filter(pk=people["deactivated facilitator"].pk).update(is_active=False)
    people["clinical lead"] = given_lead(given_person("admin"))
    return circle


def found(call: Any, *args: Any) -> bool:
    """Whether a call was answered; NotFound is the only refusal."""
    try:
        call(*args)
    except NotFound:
        return False
    return True


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("shared", [False, True])
def test_access_table(shared: bool, closed: bool) -> None:
    circle = given_everybody()
    item = given_item(circle.post, with_lead=shared)
    if closed:
        act(circle.people["facilitator"], "group.close", group=circle.group.id)
    assert set(circle.people) == set(EVERYBODY)
    for who, person in circle.people.items():
        leads = who == "facilitator"
        sees = leads or (shared and who == "clinical lead")
        assert found(access_item, person, item.id) is sees, who
        assert found(access_queue, person, circle.group.id) is leads, who
        assert found(access_stream, person, circle.group.review_stream) is leads, who


def test_a_lead_who_is_deactivated_or_replaced_sees_nothing() -> None:
    circle = given_circle()
    lead = given_lead(given_person("admin"))
    item = given_item(circle.post, with_lead=True)
    Person.objects.filter(pk=lead.pk).update(is_active=False)
    assert not found(access_item, lead, item.id)
    Person.objects.filter(pk=lead.pk).update(is_active=True)
    assert found(access_item, lead, item.id)
    given_lead(given_person("admin"))
    assert not found(access_item, lead, item.id)


def test_nobody_looks_after_what_is_about_themselves() -> None:
    circle = given_circle()
    lead = given_lead(circle.people["facilitator"])
    author = Membership.objects.get(group=circle.group, person=lead)
    item = given_item(circle.post, author=author, with_lead=True)
    assert not found(access_item, lead, item.id)
    assert found(access_item, given_member(circle.group, role="facilitator").person, item.id)


def commands(circle: Circle, item: ReviewItem) -> dict[str, dict[str, Any]]:
    """Every command of reviewers, with data that fits."""
    return {
        "review.open": {"item": item.id},
        "review.release": {"item": item.id},
        "review.next": {"group": circle.group.id},
        "review.talk": {"item": item.id, "text": "Hello"},
        "review.hand_over": {"group": circle.group.id, "text": "Hello"},
        "review.decide_many": {
            "group": circle.group.id,
            "items": [],
            "choice": "keep",
            "policy": "in_keeping",
            "reason": "x",
        },
        "review.decide": {"item": item.id, "version": item.version, **ruling("reword")},
    }


def test_every_command_of_reviewers_is_for_facilitators() -> None:
    circle = given_everybody()
    _, item = given_held(circle.topic, circle.people["member"])
    for name, data in commands(circle, item).items():
        for who, person in circle.people.items():
            outcome = outcome_of(person, name, **data)
            assert outcome == ("ok" if who == "facilitator" else "not_found"), (name, who)


def test_the_lead_has_the_items_that_are_shared_but_no_queue() -> None:
    circle = given_circle()
    lead = given_lead(given_person("admin"))
    post, _ = given_held(circle.topic, circle.people["member"])
    item = given_item(post, with_lead=True)
    expected = {"review.open": "ok", "review.release": "ok", "review.talk": "denied", "review.decide": "ok"}
    for name, data in commands(circle, item).items():
        assert outcome_of(lead, name, **data) == expected.get(name, "not_found"), name


def test_every_page_of_reviewers_is_for_facilitators() -> None:
    circle = given_everybody()
    item = given_item(circle.post)
    for who in EVERYBODY:
        if "deactivated" in who:
            continue
        browser = Browser(circle.people[who])
        expected = 200 if who == "facilitator" else 404
        assert browser.get(f"/api/groups/{circle.group.id}/review").status_code == expected, who
        assert browser.get(f"/api/review/{item.id}").status_code == expected, who
        overview = browser.get("/api/review").json()
        groups = [row["group"] for row in overview["groups"]]
        assert (str(circle.group.id) in groups) is (who == "facilitator"), who
        assert overview["lead"] == []


def test_nothing_is_answered_to_the_signed_out() -> None:
    circle = given_circle()
    item = given_item(circle.post)
    for path in ("/api/review", f"/api/review/{item.id}", f"/api/groups/{circle.group.id}/review"):
        assert Browser().get(path).status_code == 401


def test_a_group_that_is_not_there() -> None:
    circle = given_circle()
    leader = circle.people["facilitator"]
    missing = Group(name="x").id
    assert not found(access_queue, leader, missing)
    assert not found(access_item, leader, missing)
    for name in ("review:", f"review:{missing}", f"review:{circle.group.id}x"):
        assert not found(access_stream, leader, name)


def test_a_facilitator_reads_the_stream_as_a_member_who_can_be_removed() -> None:
    circle = given_circle()
    entry = access_stream(circle.people["facilitator"], circle.group.review_stream)
    assert entry.member == str(circle.member_id("facilitator"))
    assert entry.visible_from == 0
