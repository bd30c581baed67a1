"""Parts of what a group writes: published as seen, taken back, leased."""

from __future__ import annotations

from typing import Any

import pytest

from community.models import Membership, Resource
from hearthside.models import Reply
from tests.community.given_assignments import given_assignment, hand_in
from tests.community.test_resources import given_resource, given_section, page_of, publish, seen_on
from tests.given import (
    Circle,
    act,
    given_circle,
    given_ended,
    outcome_of,
    problem_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def circle() -> Circle:
    """A group with somebody of every standing."""
    return given_circle()


def test_only_what_was_seen_is_published(circle: Circle) -> None:
    leader, member, peer = (circle.people[who] for who in ("facilitator", "member", "peer"))
    resource = given_resource(leader, publish=False, group=circle.group.id)
    section = given_section(circle, "member", resource, "seen words")
    seen = seen_on(page_of(leader, resource))
    act(member, "section.save", section=section, version=2, heading="By member", words="unseen words")
    stale = problem_of(leader, "resource.publish", **seen)
    assert (stale["type"], stale["current"]["sections"]) == ("stale", [section])
    assert Resource.objects.get(pk=resource).state == "draft"
    later = given_section(circle, "peer", resource, "later words")
    looked = seen_on(page_of(leader, resource))
    del looked["sections"][later]
    act(leader, "resource.publish", **looked)
    page = page_of(member, resource).json()
    assert "unseen words" in page["html"]
    assert "later words" not in page["html"], "what was not looked at waits"
    assert page_of(leader, resource).json()["unpublished"] == [{"id": later, "what": "new"}]
    looked = seen_on(page_of(leader, resource))
    act(peer, "section.withdraw", section=later)
    assert outcome_of(leader, "resource.publish", **looked) == "stale", "it was taken back meanwhile"
    elsewhere = given_resource(leader, publish=False, group=circle.group.id, words="")
    strange = {"resource": elsewhere, "version": 1, "sections": {section: 3}}
    assert outcome_of(leader, "resource.publish", **strange) == "stale", "a section of something else"
    bare = {"resource": elsewhere, "version": 1}
    assert outcome_of(leader, "resource.publish", **bare) == "invalid", "nothing to read"


def test_undo_is_for_who_took_it_back(circle: Circle, moved: Any) -> None:
    leader, member = circle.people["facilitator"], circle.people["member"]
    resource = given_resource(leader, publish=False, group=circle.group.id, words="Head.")
    section = given_section(circle, "member", resource)
    publish(circle, resource)
    assert outcome_of(circle.people["peer"], "section.restore", section=section) == "denied"
    act(leader, "section.withdraw", section=section)
    assert outcome_of(member, "section.restore", section=section) == "denied", "taken down by a facilitator"
    assert outcome_of(member, "section.withdraw", section=section) == "ok"
    assert outcome_of(member, "section.restore", section=section) == "denied", "it is theirs still"
    act(leader, "section.restore", section=section)
    assert "what helped me" in page_of(member, resource).json()["html"]
    act(member, "section.withdraw", section=section)
    assert outcome_of(leader, "section.restore", section=section) == "denied", "its writer's word"
    moved(20)
    assert outcome_of(member, "section.restore", section=section) == "closed"


@pytest.mark.parametrize("how", ["left", "removed", "closed"])
def test_undo_is_for_a_group_that_is_there(circle: Circle, how: str) -> None:
    leader, member = circle.people["facilitator"], circle.people["member"]
    resource = given_resource(leader, publish=False, group=circle.group.id, words="Head.")
    section = given_section(circle, "member", resource)
    act(member, "section.withdraw", section=section)
    if how == "closed":
        act(leader, "group.close", group=circle.group.id)
    else:
        row = Membership.objects.select_related("person", "group").get(pk=circle.member_id("member"))
        given_ended(row, how)
    wanted = "closed" if how == "closed" else "not_found"
    assert outcome_of(member, "section.restore", section=section) == wanted


def test_kept_answers_hold_no_words(circle: Circle) -> None:
    leader, member = circle.people["facilitator"], circle.people["member"]
    title = "Canary title"
    resource = given_resource(leader, publish=False, group=circle.group.id, title=title, words="canary words")
    section = act(member, "section.add", resource=resource, heading="canary heading")["id"]
    data = {"section": section, "heading": "canary heading", "words": "canary words"}
    act(member, "section.save", version=1, **data)
    assert problem_of(member, "section.save", version=1, **data)["current"]["words"] == "canary words"
    publish(circle, resource)
    for command in ("section.take", "section.release", "section.withdraw", "section.restore"):
        act(member, command, section=section)
    given = given_assignment(circle.group, title=title, words="canary words")
    act(leader, "assignment.change", assignment=given.pk, version=1, title=title)
    stale = problem_of(leader, "assignment.change", assignment=given.pk, version=1, title="x")
    assert (stale["current"]["title"], stale["current"]["words"]) == (title, "canary words")
    hand_in(member, given, "canary answer")
    assert Reply.objects.count() >= 8
    assert [row.command for row in Reply.objects.all() if "anary" in row.answer] == []


def test_a_lease_that_is_over(circle: Circle, moved: Any) -> None:
    member, peer, leader = (circle.people[who] for who in ("member", "peer", "facilitator"))
    resource = given_resource(leader, publish=False, group=circle.group.id)
    section = act(leader, "section.add", resource=resource, heading="What helps")["id"]
    assert page_of(peer, resource).json()["sections"][0]["heading"] == "What helps"
    assert outcome_of(peer, "section.save", section=section, version=1, words="x") == "taken"
    act(member, "section.take", section=section)
    taken = problem_of(peer, "section.take", section=section)
    assert taken["type"] == "taken"
    assert "by_name" not in taken
    act(member, "section.save", section=section, version=1, heading="My own heading", words="")
    moved(16 * 60)
    assert page_of(peer, resource).json()["sections"][0]["free"]
    act(peer, "section.take", section=section)
    assert page_of(peer, resource).json()["sections"][0]["heading"] == "What helps", "not what another tried"
    assert outcome_of(member, "section.save", section=section, version=2, words="mine") == "taken"
    act(peer, "section.save", section=section, version=2, heading="What helps", words="tea")
    moved(60 * 60)
    assert outcome_of(member, "section.take", section=section) == "taken", "words are their writer's"
    stale = problem_of(peer, "section.save", section=section, version=1, words="coffee")
    assert (stale["type"], stale["current"]["words"]) == ("stale", "tea")
