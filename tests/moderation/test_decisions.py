"""Decisions: what each does to the words, what is needed for one, who is told, and two people deciding at once."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connections

from accounts.models import Person
from community.models import Revision
from hearthside.audit_model import AuditEntry
from hearthside.errors import Problem, Stale
from moderation.actions.care import open_alert
from moderation.models import CareAlert, ReviewDecision, ReviewItem
from moderation.queries.mine import list_mine
from moderation.review_data import review_data
from tests.given import (
    act,
    given_circle,
    given_member,
    given_post,
    leader_of,
    outcome_of,
    problem_of,
    the_post,
)
from tests.moderation.given_review import (
    announced,
    decide,
    deciding,
    given_held,
    given_item,
    given_post_in,
    given_revision,
    inside,
    member_of,
    ruling,
    the_item,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("before", "choice", "after", "item_state"),
    [
        ("held", "publish", "published", "approved"),
        ("held", "reject", "rejected", "rejected"),
        ("held", "reword", "held", "pending"),
        ("published", "keep", "published", "approved"),
        ("published", "hide", "hidden", "rejected"),
        ("published", "dismiss", "published", "ignored"),
        ("hidden", "restore", "published", "approved"),
        ("hidden", "dismiss", "hidden", "ignored"),
        ("rejected", "restore", "published", "approved"),
        ("rejected", "dismiss", "rejected", "ignored"),
        ("withdrawn", "dismiss", "withdrawn", "ignored"),
    ],
)
def test_what_a_decision_does(before: str, choice: str, after: str, item_state: str) -> None:
    circle = given_circle()
    leader = circle.people["facilitator"]
    post, item = given_post_in(circle, before)
    version = item.version
    item = decide(leader, item, choice, policy="no_attacks", reason="A reason for staff")
    assert (the_post(post.id).state, item.state) == (after, item_state)
    assert item.version == version + 1
    assert item.waiting_on_author is (choice == "reword")
    assert (item.decided_at is None) is (choice == "reword")
    row = ReviewDecision.objects.filter(item=item).latest("at")
    assert (row.choice, row.before, row.after) == (choice, "pending", item_state)
    assert (row.by, row.policy, row.reason) == (leader, "no_attacks", "A reason for staff")
    assert row.message == review_data().messages[choice]
    entry = AuditEntry.objects.filter(verb="review.decided").latest("at")
    assert (entry.actor, entry.thing, entry.reason) == (leader.pk, f"post:{post.id}", f"{choice}:no_attacks")
    told = choice not in ("keep", "dismiss")  # else the author would learn that there was a report
    assert entry.about == (circle.people["member"].pk if told else None)


@pytest.mark.parametrize("choice", ["publish", "reject"])
def test_new_words_that_wait(choice: str) -> None:
    circle = given_circle()
    revision, item = given_revision(circle)
    decide(circle.people["facilitator"], item, choice)
    post = the_post(revision.post_id)
    assert post.state == "published"
    assert post.body == ("The new words." if choice == "publish" else "The old words.")
    state = Revision.objects.get(id=revision.id).state
    assert state == ("accepted" if choice == "publish" else "rejected")


def test_a_published_post_takes_the_next_number() -> None:
    circle = given_circle()
    held, item = given_held(circle.topic, circle.people["member"])
    later = given_post(circle.topic, circle.people["peer"])
    assert held.seq is None
    decide(circle.people["facilitator"], item, "publish")
    published = the_post(held.id)
    assert later.seq is not None
    assert published.seq == later.seq + 1


def test_the_author_is_told_and_the_queue_too() -> None:
    circle = given_circle()
    member, leader = circle.people["member"], circle.people["facilitator"]
    _, item = given_held(circle.topic, member)
    told, queue = announced(member.stream), announced(circle.group.review_stream)
    decide(leader, item, "reject", message="Please write it without the name.")
    assert announced(member.stream) == [*told, "post.stated", "notices.changed"]
    assert announced(circle.group.review_stream) == [*queue, "review.updated"]
    assert ReviewDecision.objects.get(item=item).message == "Please write it without the name."
    mine = own_hidden_post(member, circle.topic.id)
    assert mine["message"] == "Please write it without the name."


def test_who_is_asked_for_other_words_reads_why_until_they_have_written_them() -> None:
    circle = given_circle()
    member, leader = circle.people["member"], circle.people["facilitator"]
    post, item = given_held(circle.topic, member)
    assert own_hidden_post(member, circle.topic.id)["message"] is None
    decide(leader, item, "reword", policy="privacy", message="Please leave out the street.")
    mine = own_hidden_post(member, circle.topic.id)
    assert (mine["message"], mine["policy"]) == ("Please leave out the street.", "privacy")
    act(member, "post.edit", post=post.id, version=1, body="Without the street.")
    assert own_hidden_post(member, circle.topic.id)["message"] is None


def own_hidden_post(person: Person, topic_id: Any) -> dict[str, Any]:
    """The person's one own post that the group does not see."""
    (post,) = list_mine(person, topic_id)["posts"]
    return dict(post)


@pytest.mark.parametrize(
    ("choice", "missing", "field"),
    [
        ("hide", {"reason": " "}, "reason"),
        ("hide", {"policy": ""}, "policy"),
        ("hide", {"policy": "no_such_line"}, "policy"),
        ("hide", {"outcome": "contacted"}, "outcome"),
        ("keep", {"reason": ""}, "reason"),
    ],
)
def test_a_decision_needs_a_line_and_a_reason(choice: str, missing: dict[str, str], field: str) -> None:
    circle = given_circle()
    item = given_item(circle.post)
    data = {"item": item.id, "version": item.version, **ruling(choice, **missing)}
    assert list(problem_of(leader_of(circle.group), "review.decide", **data)["fields"]) == [field]
    assert the_item(item.id).state == "pending"
    assert deciding(leader_of(circle.group), item, choice) == "ok"


def test_care_is_closed_with_an_outcome() -> None:
    circle = given_circle()
    leader = circle.people["facilitator"]
    item = given_item(circle.post, lane="care", severity=2)
    inside(lambda: open_alert(item), circle.group.review_stream)
    data = {"item": item.id, "version": item.version}
    for missing in ({"outcome": ""}, {"outcome": "unknown"}, {"reason": ""}):
        problem = problem_of(leader, "review.decide", **data, **ruling("close", **missing))
        assert list(problem["fields"]) == list(missing)
    assert deciding(leader, item, "dismiss") == "closed"
    assert deciding(leader, item, "hide") == "closed"
    item = decide(leader, item, "close", outcome="safety_plan")
    assert item.state == "approved"
    assert CareAlert.objects.get(item=item).closed_at is not None
    assert ReviewDecision.objects.get(item=item).outcome == "safety_plan"
    assert AuditEntry.objects.get(verb="review.decided").reason == "close:safety_plan"


def test_closing_one_lane_leaves_the_other() -> None:
    circle = given_circle()
    conduct, care = given_item(circle.post), given_item(circle.post, lane="care", severity=3)
    decide(circle.people["facilitator"], care, "close")
    assert the_item(conduct.id).state == "pending"
    assert the_post(circle.post.id).state == "published"


def test_what_was_read_before_a_change_decides_nothing() -> None:
    circle = given_circle()
    leader = circle.people["facilitator"]
    item = given_item(circle.post)
    given_item(circle.post, lane="conduct")
    with pytest.raises(Stale) as stale:
        act(leader, "review.decide", item=item.id, version=item.version, **ruling("hide"))
    assert stale.value.extra["decision"] is None
    assert stale.value.extra["current"]["version"] == item.version + 1
    assert the_post(circle.post.id).state == "published"


def test_the_second_to_decide_hears_what_the_first_decided() -> None:
    circle = given_circle()
    leader = circle.people["facilitator"]
    other = given_member(circle.group, role="facilitator", name="Noor")
    item = given_item(circle.post)
    act(other.person, "review.decide", item=item.id, version=item.version, **ruling("hide"))
    data = {"item": item.id, "version": item.version, **ruling("keep")}
    problem = problem_of(leader, "review.decide", **data)
    assert problem["type"] == "stale"
    assert (problem["decision"]["choice"], problem["decision"]["by_name"]) == ("hide", "Noor")
    assert (problem["current"]["id"], problem["current"]["state"]) == (str(item.id), "rejected")
    assert "body" not in str(problem["current"])


def test_the_same_nonce_decides_once() -> None:
    circle = given_circle()
    item = given_item(circle.post)
    data = {"item": item.id, "version": item.version, "nonce": "nonce-of-decision", **ruling("hide")}
    first = act(circle.people["facilitator"], "review.decide", **data)
    again = act(circle.people["facilitator"], "review.decide", **data)
    assert again == {**first, "duplicate": True}
    assert ReviewDecision.objects.filter(item=item).count() == 1


def test_a_decision_can_be_turned_round() -> None:
    circle = given_circle()
    leader = circle.people["facilitator"]
    item = decide(leader, given_item(circle.post), "hide")
    item = decide(leader, item, "restore")
    assert (item.state, the_post(circle.post.id).state) == ("approved", "published")
    item = decide(leader, item, "hide")
    assert (item.state, the_post(circle.post.id).state) == ("rejected", "hidden")
    rows = ReviewDecision.objects.filter(item=item).order_by("at")
    assert [(row.before, row.after) for row in rows] == [
        ("pending", "rejected"),
        ("rejected", "approved"),
        ("approved", "rejected"),
    ]


def test_words_that_went_meanwhile_cannot_be_shown() -> None:
    circle = given_circle()
    post, item = given_held(circle.topic, circle.people["member"])
    version = item.version
    act(circle.people["member"], "post.withdraw", post=post.id)
    item = the_item(item.id)
    assert item.state == "withdrawn"
    outcome = outcome_of(
        circle.people["facilitator"], "review.decide", item=item.id, version=version, **ruling("publish")
    )
    assert outcome == "stale"
    assert deciding(circle.people["facilitator"], item, "publish") == "closed"
    assert the_post(post.id).state == "withdrawn"


def test_several_harmless_things_at_once() -> None:
    circle = given_circle()
    leader, member = circle.people["facilitator"], circle.people["member"]
    held = [given_held(circle.topic, member, f"Waiting {number}") for number in range(3)]
    stale, grave, elsewhere = (given_held(circle.topic, member, name)[1] for name in ("b", "c", "d"))
    ReviewItem.objects.filter(id=grave.id).update(severity=1)
    given_item(the_post(elsewhere.target_id), lane="privacy")
    taken = given_held(circle.topic, member, "e")[1]
    other = given_member(circle.group, role="facilitator").person
    act(other, "review.open", item=taken.id)
    conduct = given_item(circle.post)
    items = [{"item": item.id, "version": item.version} for _, item in held]
    items += [
        {"item": item.id, "version": the_item(item.id).version + more}
        for item, more in ((stale, 1), (grave, 0), (elsewhere, 0), (taken, 0), (conduct, 0))
    ]
    data = {"group": circle.group.id, "policy": "in_keeping", "reason": "All fine."}
    answer = act(leader, "review.decide_many", items=items, choice="publish", **data)
    assert answer["decided"] == [str(item.id) for _, item in held]
    assert {row["item"]: row["why"] for row in answer["left"]} == {
        str(stale.id): "stale",
        str(grave.id): "lane",
        str(elsewhere.id): "also_elsewhere",
        str(taken.id): "taken",
        str(conduct.id): "lane",
    }
    assert [the_post(post.id).state for post, _ in held] == ["published"] * 3
    assert the_item(stale.id).state == "pending"


@pytest.mark.parametrize("choice", ["reject", "hide", "dismiss", "close", "restore", "uphold", "reword"])
def test_nothing_that_hurts_is_done_to_several_at_once(choice: str) -> None:
    circle = given_circle()
    _, item = given_held(circle.topic, circle.people["member"])
    data = {"group": circle.group.id, "items": [{"item": item.id, "version": item.version}]}
    outcome = outcome_of(
        circle.people["facilitator"],
        "review.decide_many",
        **data,
        choice=choice,
        policy="privacy",
        reason="x",
    )
    assert outcome == "invalid"
    assert the_item(item.id).state == "pending"


def test_items_of_another_group_are_left() -> None:
    circle, other = given_circle(), given_circle()
    _, item = given_held(other.topic, other.people["member"])
    data = {"items": [{"item": item.id, "version": item.version}], "choice": "publish"}
    answer = act(
        circle.people["facilitator"],
        "review.decide_many",
        group=circle.group.id,
        policy="in_keeping",
        reason="x",
        **data,
    )
    assert answer["left"] == [{"item": str(item.id), "why": "not_found"}]


def test_both_groups_of_one_facilitator_are_kept_apart() -> None:
    circle, other = given_circle(), given_circle()
    leader = circle.people["facilitator"]
    given_member(other.group, leader, role="facilitator")
    _, item = given_held(other.topic, other.people["member"])
    data = {"items": [{"item": item.id, "version": item.version}], "choice": "publish"}
    many = {"group": circle.group.id, "policy": "in_keeping", "reason": "x", **data}
    assert act(leader, "review.decide_many", **many)["left"] == [{"item": str(item.id), "why": "lane"}]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told() -> None:
    circle = given_circle()
    people = [circle.people["facilitator"], given_member(circle.group, role="facilitator").person]
    item = given_item(circle.post)
    start, results = threading.Barrier(2), {}

    def run(person: Person, choice: str) -> None:
        start.wait()
        data = {"item": item.id, "version": item.version, **ruling(choice)}
        try:
            results[choice] = act(person, "review.decide", **data)["state"]
        except Problem as problem:
            results[choice] = problem.as_dict()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=args) for args in zip(people, ("hide", "keep"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (won,) = [choice for choice, result in results.items() if isinstance(result, str)]
    (lost,) = [choice for choice in results if choice != won]
    assert results[lost]["type"] == "stale"
    assert results[lost]["decision"]["choice"] == won
    assert ReviewDecision.objects.filter(item=item).count() == 1
    assert the_post(circle.post.id).state == ("hidden" if won == "hide" else "published")


def test_a_lease_of_another_stops_no_decision() -> None:
    circle = given_circle()
    other = given_member(circle.group, role="facilitator").person
    item = given_item(circle.post)
    act(other, "review.open", item=item.id)
    assert the_item(item.id).leased
    item = decide(circle.people["facilitator"], item, "keep")
    assert (item.lease_by, item.lease_until) == (None, None)


def test_a_facilitators_own_post_is_for_the_others() -> None:
    circle = given_circle()
    leader = circle.people["facilitator"]
    other = given_member(circle.group, role="facilitator").person
    item = given_item(given_post(circle.topic, leader))
    assert item.with_lead is True
    assert deciding(leader, item, "keep") == "not_found"
    assert deciding(other, item, "keep") == "ok"
    assert member_of(circle.group, leader).id == item.author_id
