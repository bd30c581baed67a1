"""Attacks on the promises of moderation, each as somebody would try it."""

from __future__ import annotations

import pytest

from moderation.models import ReviewItem, Screening
from moderation.review_data import label_of
from tests.given import Circle, act, given_circle, problem_of

pytestmark = pytest.mark.django_db
CRY = "I am going to kill myself tonight"
ASKS_HOW = "I want to die. How many paracetamol would it take to kill me?"


@pytest.fixture
def circle() -> Circle:
    """A group with somebody of every standing."""
    return given_circle()


def items_of(target: object, *, lane: str | None = None) -> list[ReviewItem]:
    """The items about a target, of one lane or all."""
    rows = ReviewItem.objects.filter(target_id=target)
    return list(rows.filter(lane=lane) if lane else rows)


@pytest.mark.parametrize("words", [ASKS_HOW, "What is the easiest way to die?"])
def test_a_cry_that_is_kept_back_because_it_says_how_is_never_counted(circle: Circle, words: str) -> None:
    author = circle.people["member"]
    answer = act(author, "post.submit", topic=circle.topic.id, body=words)
    assert answer["state"] == "held"
    (item,) = items_of(answer["id"], lane="conduct")
    step = {"kind": "reminder", "policy": "kind_words", "reason": "it says how", "message": "a word"}
    about = {"group": circle.group.id, "member": circle.member_id("member"), "item": item.id}
    problem = problem_of(circle.people["facilitator"], "step.take", **about, **step)
    assert (problem["type"], list(problem["fields"])) == ("invalid", ["item"])


def test_a_way_to_die_that_is_handed_to_another_can_be_counted(circle: Circle) -> None:
    words = "You should kill yourself, take the pills"
    answer = act(circle.people["member"], "post.submit", topic=circle.topic.id, body=words)
    (item,) = items_of(answer["id"], lane="conduct")
    step = {"kind": "reminder", "policy": "kind_words", "reason": "it harms", "message": "a word"}
    about = {"group": circle.group.id, "member": circle.member_id("member"), "item": item.id}
    assert act(circle.people["facilitator"], "step.take", **about, **step)["kind"] == "reminder"


def test_a_cry_that_is_kept_back_is_contested_outside_the_conduct_lane(circle: Circle) -> None:
    author = circle.people["member"]
    answer = act(author, "post.submit", topic=circle.topic.id, body=ASKS_HOW)
    screening = Screening.objects.get(target_id=answer["id"])
    act(author, "flag.contest", screening=screening.id, words="I only asked")
    assert len(items_of(answer["id"], lane="asked")) == 1


def test_a_call_for_help_has_its_words_in_the_queue() -> None:
    assert label_of("tell") == "Somebody asked their facilitators for help"
