"""Talk between an author and the facilitators where the post stands; and the note above the queue."""

from __future__ import annotations

from typing import Any

import pytest

from moderation.models import HandOver, ReviewWord
from moderation.queries.mine import list_mine
from tests.given import STANDINGS, act, given_circle, given_person, outcome_of
from tests.moderation.given_review import (
    announced,
    decide,
    given_held,
    given_item,
    given_lead,
    given_post_in,
    given_revision,
    the_item,
)

pytestmark = pytest.mark.django_db


def test_a_question_and_its_answer() -> None:
    circle = given_circle()
    leader, member = circle.people["facilitator"], circle.people["member"]
    post, item = given_held(circle.topic, member)
    told, queue = announced(member.stream), announced(circle.group.review_stream)
    act(leader, "review.talk", item=item.id, text="Whom do you mean by her?")
    after = the_item(item.id)
    assert (after.waiting_on_author, after.version) == (True, item.version)
    assert announced(member.stream) == [*told, "post.stated"]
    assert announced(circle.group.review_stream) == [*queue, "review.updated"]
    act(member, "post.talk", post=post.id, text="My sister.")
    after = the_item(item.id)
    assert (after.waiting_on_author, after.version) == (False, item.version + 1)
    assert announced(circle.group.review_stream) == [*queue, *["review.updated"] * 2]
    (mine,) = list_mine(member, circle.topic.id)["posts"]
    assert [(word["text"], word["you"]) for word in mine["talk"]] == [
        ("Whom do you mean by her?", False),
        ("My sister.", True),
    ]


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ("held", "ok"),
        ("rejected", "ok"),
        ("hidden", "ok"),
        ("published", "closed"),
        ("withdrawn", "closed"),
    ],
)
def test_only_where_the_author_sees_the_talk(state: str, outcome: str) -> None:
    circle = given_circle()
    post, item = given_post_in(circle, state)
    leader, member = circle.people["facilitator"], circle.people["member"]
    assert outcome_of(leader, "review.talk", item=item.id, text="Hello") == outcome
    assert outcome_of(member, "post.talk", post=post.id, text="Hello") == outcome
    assert ReviewWord.objects.count() == (2 if outcome == "ok" else 0)


def test_about_new_words_that_wait() -> None:
    circle = given_circle()
    revision, item = given_revision(circle)
    act(circle.people["member"], "post.talk", post=revision.post_id, text="Only a typing mistake.")
    assert ReviewWord.objects.get().item_id == item.id


def test_what_was_decided_waits_again_when_its_author_writes() -> None:
    circle = given_circle()
    leader, member = circle.people["facilitator"], circle.people["member"]
    item = decide(leader, given_item(circle.post), "hide")
    act(leader, "review.talk", item=item.id, text="Shall we talk?")
    assert (the_item(item.id).state, the_item(item.id).waiting_on_author) == ("rejected", False)
    act(member, "post.talk", post=circle.post.id, text="Yes please.")
    after = the_item(item.id)
    assert (after.state, after.signals.latest("at").reason) == ("pending", "talk")
    assert after.snapshot == item.snapshot


def test_the_talk_goes_to_what_waits_and_never_to_the_care_lane() -> None:
    circle = given_circle()
    leader, member = circle.people["facilitator"], circle.people["member"]
    post, asked = given_held(circle.topic, member)
    care = given_item(post, lane="care")
    conduct = given_item(post)
    decide(leader, conduct, "reject")
    assert the_item(asked.id).state == "pending"
    act(member, "post.talk", post=post.id, text="Why?")
    assert ReviewWord.objects.get().item_id == asked.id
    assert the_item(care.id).version == care.version


@pytest.mark.parametrize("who", [*STANDINGS, "peer"])
def test_only_its_author_talks_about_a_post(who: str) -> None:
    circle = given_circle()
    post, _ = given_held(circle.topic, circle.people["member"])
    outcome = outcome_of(circle.people[who], "post.talk", post=post.id, text="Hello")
    assert outcome == ("ok" if who == "member" else "not_found")
    decide(circle.people["facilitator"], given_item(circle.post), "hide")
    outcome = outcome_of(circle.people[who], "post.talk", post=circle.post.id, text="Hello")
    assert outcome == {"member": "ok", "peer": "denied", "facilitator": "denied"}.get(who, "not_found")


@pytest.mark.parametrize("command", ["review.talk", "post.talk", "review.hand_over"])
def test_nothing_is_no_message(command: str) -> None:
    circle = given_circle()
    post, item = given_held(circle.topic, circle.people["member"])
    data: dict[str, tuple[str, dict[str, Any]]] = {
        "review.talk": ("facilitator", {"item": item.id}),
        "post.talk": ("member", {"post": post.id}),
        "review.hand_over": ("facilitator", {"group": circle.group.id}),
    }
    who, fields = data[command]
    assert outcome_of(circle.people[who], command, text=" \u200b ", **fields) == "invalid"
    assert outcome_of(circle.people[who], command, text="Hello", **fields) == "ok"


def test_the_clinical_lead_from_outside_does_not_write_to_members() -> None:
    circle = given_circle()
    lead = given_lead(given_person("admin"))
    post, _ = given_held(circle.topic, circle.people["member"])
    item = given_item(post, with_lead=True)
    assert outcome_of(lead, "review.talk", item=item.id, text="Hello") == "denied"


@pytest.mark.parametrize("who", STANDINGS)
def test_only_facilitators_leave_a_note(who: str) -> None:
    circle = given_circle()
    outcome = outcome_of(
        circle.people[who], "review.hand_over", group=circle.group.id, text="Look at topic two."
    )
    assert outcome == ("ok" if who == "facilitator" else "not_found")
    assert HandOver.objects.exists() is (who == "facilitator")
