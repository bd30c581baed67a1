"""What can be the cause of a step, and what never can."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from community.models import Membership
from moderation.models import Step
from tests.given import Circle, act, given_circle, given_group, given_member, outcome_of, problem_of
from tests.moderation.given_steps import KINDS, data_of, given_item, given_screening, member_of, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def circle() -> Circle:
    """A group with somebody of every standing."""
    return given_circle()


@pytest.fixture
def peer(circle: Circle) -> Membership:
    """The member whom the steps are about."""
    return member_of(circle.group, circle.people["peer"])


@pytest.fixture
def leader(circle: Circle) -> Any:
    """The facilitator."""
    return circle.people["facilitator"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_cry_for_help_is_never_the_cause(circle: Circle, leader: Any, kind: str) -> None:
    author = member_of(circle.group, circle.people["member"])
    care = given_item(author, lane="care", post=circle.post)
    conduct = given_item(author, lane="conduct", post=circle.post)
    words = {"message": "" if kind == "note" else "a word"}
    for item, risky in ((care, False), (conduct, True)):
        if risky:
            given_screening(author, circle.post, kind="risk", lane="care", action="clear")
        problem = problem_of(leader, "step.take", **data_of(author, kind=kind, item=item.id, **words))
        assert (problem["type"], list(problem["fields"])) == ("invalid", ["item"])
    assert not Step.objects.exists()


@pytest.mark.parametrize("target", ["step", "member"])
def test_asking_for_help_or_a_second_look_is_never_the_cause(
    peer: Membership, leader: Any, target: str
) -> None:
    item = given_item(peer, lane="asked", kind=target)
    assert problem_of(leader, "step.take", **data_of(peer, item=item.id))["type"] == "invalid"


def test_new_words_that_told_of_risk_protect_the_post_too(circle: Circle, leader: Any) -> None:
    author = member_of(circle.group, circle.people["member"])
    revision = circle.post.revisions.create(body="new words", html="<p>new words</p>")
    given_screening(author, kind="risk", target_kind="revision", target_id=revision.id)
    for item in (
        given_item(author, post=circle.post),
        given_item(author, kind="revision", target=revision.id),
    ):
        assert outcome_of(leader, "step.take", **data_of(author, item=item.id)) == "invalid"


def test_the_cause_is_about_this_member_of_this_group(circle: Circle, peer: Membership, leader: Any) -> None:
    others = given_item(member_of(circle.group, circle.people["member"]), post=circle.post)
    elsewhere = given_item(given_member(given_group()))
    for item in (others.id, elsewhere.id, uuid4()):
        assert outcome_of(leader, "step.take", **data_of(peer, item=item)) == "not_found"
    mine = given_item(peer)
    assert outcome_of(leader, "step.take", **data_of(peer, item=mine.id)) == "ok"


def test_one_thing_counts_once(peer: Membership, leader: Any) -> None:
    item = given_item(peer)
    step = take(leader, peer, "reminder", item=item.id)
    assert outcome_of(leader, "step.take", **data_of(peer, item=item.id)) == "closed"
    act(leader, "step.lift", step=step.id, version=1, reason="not so")
    assert outcome_of(leader, "step.take", **data_of(peer, item=item.id)) == "ok"
