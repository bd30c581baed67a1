"""The ladder: who takes which step about whom, what it sets, what counts, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from community.models import Membership
from consumers.streams import replay
from hearthside.clock import as_of, now
from hearthside.jobs import run_due_jobs
from moderation import ladder
from moderation.events import StepChanged
from moderation.models import ReviewItem, ReviewSignal, Step
from tests.given import (
    STANDINGS,
    Browser,
    Circle,
    act,
    given_circle,
    given_ended,
    given_group,
    given_member,
    outcome_of,
    problem_of,
)
from tests.moderation.given_steps import (
    KINDS,
    data_of,
    member_of,
    standing,
    take,
    told,
    written_down,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


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


@pytest.mark.parametrize("who", STANDINGS)
def test_only_the_groups_facilitators_take_check_lift_and_read(
    circle: Circle, peer: Membership, who: str
) -> None:
    person, leads = circle.people[who], who == "facilitator"
    step = take(circle.people["facilitator"], peer, "pause")
    outcomes = [
        outcome_of(person, "step.take", **data_of(peer)),
        outcome_of(
            person, "step.check", step=step.id, version=1, checklist=[{"what": "check_in", "done": True}]
        ),
        outcome_of(person, "step.lift", step=step.id, version=2, reason="enough"),
    ]
    assert outcomes == (["ok"] * 3 if leads else ["not_found"] * 3)
    before = len(written_down("history.read"))
    answer = Browser(person).get(f"/api/groups/{peer.group_id}/members/{peer.id}/standing")
    assert answer.status_code == (200 if leads else 401 if who == "deactivated" else 404)
    assert len(written_down("history.read")) == before + leads


def test_not_on_facilitators_not_on_oneself_and_not_across_groups(circle: Circle, leader: Any) -> None:
    me = member_of(circle.group, leader)
    other = given_member(circle.group, role="facilitator")
    elsewhere = given_member(given_group())
    for member in (me, other):
        assert outcome_of(leader, "step.take", **data_of(member)) == "denied"
        path = f"/api/groups/{member.group_id}/members/{member.id}/standing"
        assert Browser(leader).get(path).status_code == 403
    assert outcome_of(leader, "step.take", **data_of(elsewhere)) == "not_found"
    assert outcome_of(leader, "step.take", **data_of(elsewhere, group=circle.group.id)) == "not_found"
    assert outcome_of(leader, "step.take", **{**data_of(me), "member": uuid4()}) == "not_found"
    assert not Step.objects.exists()


def test_who_leads_now_does_not_lift_a_step_about_oneself(
    circle: Circle, peer: Membership, leader: Any
) -> None:
    step = take(leader, peer, "reminder")
    Membership.objects.filter(pk=peer.pk).update(role="facilitator")
    assert outcome_of(peer.person, "step.lift", step=step.id, version=1, reason="mine") == "denied"
    assert outcome_of(leader, "step.lift", step=step.id, version=1, reason="done") == "ok"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"message": ""}, "message"),
        ({"policy": ""}, "policy"),
        ({"policy": "nonsense"}, "policy"),
        ({"kind": "note"}, "message"),
        ({"days": 3}, "days"),
        ({"kind": "pause", "days": 0}, "days"),
        ({"kind": "pause", "days": 29}, "days"),
        ({"checklist": [{"what": "talked", "done": True}]}, "checklist"),
        ({"kind": "leave", "checklist": [{"what": "nonsense", "done": True}]}, "checklist"),
        ({"kind": "leave", "checklist": [{"what": "end_now", "done": True}]}, "checklist"),
        ({"check_in_at": "2001-01-01T00:00:00Z"}, "check_in_at"),
        ({"kind": "note", "message": "", "check_in_at": "2031-01-01T00:00:00Z"}, "check_in_at"),
    ],
)
def test_what_is_missing_or_does_not_fit(
    peer: Membership, leader: Any, more: dict[str, Any], field: str
) -> None:
    problem = problem_of(leader, "step.take", **data_of(peer, **more))
    assert (problem["type"], list(problem["fields"])) == ("invalid", [field])
    assert not Step.objects.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_kept_told_and_written_down(peer: Membership, leader: Any, kind: str) -> None:
    step = take(leader, peer, kind)
    row = standing(leader, peer)["steps"][0]
    assert (row["kind"], row["reason"], row["by_name"]) == (
        kind,
        "for staff",
        member_of(peer.group, leader).name,
    )
    assert [event.object_id for event in told(peer.person, "step.changed")] == (
        [] if kind == "note" else [str(step.id)]
    )
    (entry,) = written_down("step.taken")
    assert (entry.thing, entry.reason, entry.group) == (f"step:{step.id}", kind, peer.group_id)
    assert entry.about == (None if kind == "note" else peer.person_id), "a note is for staff only"


def test_the_event_comes_again_from_its_row(peer: Membership, leader: Any) -> None:
    step = take(leader, peer, "private_word")
    last = replay(peer.person.stream, 0)[-1]
    assert last.event == StepChanged(step=str(step.id), group=str(peer.group_id), kind="private_word")


def test_a_pause_ends_by_itself(
    circle: Circle, peer: Membership, leader: Any, moved: Callable[[float], None]
) -> None:
    def write_post() -> str:
        return outcome_of(peer.person, "post.submit", topic=circle.topic.id, body="may I")

    def page() -> Any:
        return Browser(peer.person).get(f"/api/groups/{peer.group_id}").json()["paused_until"]

    assert (write_post(), page()) == ("ok", None)
    step = take(leader, peer, "pause", days=3)
    assert step.ends_at == step.at + 3 * DAY
    assert step.check_in_at == step.ends_at - DAY, "the check-in is booked for the day before"
    assert write_post() == "paused"
    assert page() is not None
    moved((3 * DAY - timedelta(minutes=1)).total_seconds())
    assert write_post() == "paused"
    moved((3 * DAY + timedelta(minutes=1)).total_seconds())
    assert (write_post(), page()) == ("ok", None)
    peer.refresh_from_db()
    assert not ladder.runs(step, now())


def test_a_short_pause_has_its_check_in_inside(peer: Membership, leader: Any) -> None:
    step = take(leader, peer, "pause", days=1)
    assert step.ends_at is not None
    assert step.check_in_at == step.at + DAY / 2 < step.ends_at


def test_a_booked_check_in_comes_before_the_end(peer: Membership, leader: Any) -> None:
    late = (now() + 5 * DAY).isoformat()
    soon = (now() + 2 * DAY).isoformat()
    assert (
        outcome_of(leader, "step.take", **data_of(peer, kind="pause", days=3, check_in_at=late)) == "invalid"
    )
    assert take(leader, peer, "pause", days=3, check_in_at=soon).check_in_at == datetime.fromisoformat(soon)


@pytest.mark.parametrize("what", ["due", "early", "talked", "lifted", "left"])
def test_a_check_in_that_is_due_comes_to_the_queue(peer: Membership, leader: Any, what: str) -> None:
    begun = now()
    step = take(leader, peer, "pause", days=3)
    if what == "talked":
        act(leader, "step.check", step=step.id, version=1, checklist=[{"what": "check_in", "done": True}])
    if what == "lifted":
        act(leader, "step.lift", step=step.id, version=1, reason="enough")
    if what == "left":
        given_ended(peer, "left")
    with as_of(begun + (1 if what == "early" else 2) * DAY + timedelta(minutes=1)):
        run_due_jobs()
    items = ReviewItem.objects.filter(lane="asked", target_kind="member", target_id=peer.id)
    assert [item.state for item in items] == (["pending"] if what == "due" else [])
    assert ReviewSignal.objects.filter(item__in=items, reason="check_in").count() == len(items)


def test_lifting_a_pause_ends_it_and_another_one_may_follow(
    circle: Circle, peer: Membership, leader: Any
) -> None:
    first = take(leader, peer, "pause")
    assert outcome_of(leader, "step.take", **data_of(peer, kind="pause")) == "closed", "one at a time"
    act(leader, "step.lift", step=first.id, version=1, reason="we talked")
    assert member_of(peer.group, peer.person).paused_until is None
    assert outcome_of(peer.person, "post.submit", topic=circle.topic.id, body="thank you") == "ok"
    second = take(leader, peer, "pause", days=2)
    assert member_of(peer.group, peer.person).paused_until == second.ends_at


def test_posts_are_held_until_it_is_lifted(circle: Circle, peer: Membership, leader: Any) -> None:
    step = take(leader, peer, "posts_held")
    assert member_of(peer.group, peer.person).posts_held
    assert act(peer.person, "post.submit", topic=circle.topic.id, body="hello")["state"] == "held"
    assert outcome_of(leader, "step.take", **data_of(peer, kind="posts_held")) == "closed"
    act(leader, "step.lift", step=step.id, version=1, reason="going well")
    assert not member_of(peer.group, peer.person).posts_held
    assert act(peer.person, "post.submit", topic=circle.topic.id, body="hello again")["state"] == "published"
    assert len(told(peer.person, "step.changed")) == 2


def test_lifting_needs_a_reason_the_newest_version_and_happens_once(peer: Membership, leader: Any) -> None:
    step = take(leader, peer, "reminder")
    assert outcome_of(leader, "step.lift", step=step.id, version=1, reason=" ") == "invalid"
    stale = problem_of(leader, "step.lift", step=step.id, version=7, reason="x")
    assert (stale["type"], stale["current"]["version"]) == ("stale", 1)
    assert outcome_of(leader, "step.lift", step=uuid4(), version=1, reason="x") == "not_found"
    assert outcome_of(leader, "step.lift", step=step.id, version=1, reason="a mistake") == "ok"
    assert outcome_of(leader, "step.lift", step=step.id, version=2, reason="again") == "closed"
    row = standing(leader, peer)["steps"][0]
    assert (row["lift_reason"], row["counts"], standing(leader, peer)["counted"]) == ("a mistake", False, 0)


def test_who_has_left_gets_no_new_step_and_can_still_be_read(peer: Membership, leader: Any) -> None:
    take(leader, peer, "reminder")
    given_ended(peer, "left")
    assert outcome_of(leader, "step.take", **data_of(peer)) == "closed"
    assert standing(leader, peer)["counted"] == 1


def test_a_closed_group_takes_no_step(circle: Circle, peer: Membership, leader: Any) -> None:
    act(leader, "group.close", group=circle.group.id)
    assert outcome_of(leader, "step.take", **data_of(peer)) == "closed"


def test_a_step_without_a_list_has_none_to_check(peer: Membership, leader: Any) -> None:
    step = take(leader, peer, "reminder")
    assert outcome_of(leader, "step.check", step=step.id, version=1, checklist=[]) == "invalid"


def test_another_groups_steps_do_not_count_here(peer: Membership, leader: Any) -> None:
    there = given_group()
    twin = given_member(there, peer.person)
    take(Membership.objects.get(group=there, role="facilitator").person, twin, "reminder")
    take(leader, peer, "reminder")
    shown = standing(leader, peer)
    assert (shown["counted"], len(shown["steps"])) == (1, 1)


def test_reading_takes_as_many_statements_for_many_steps_as_for_one(
    peer: Membership, leader: Any, django_assert_max_num_queries: Any
) -> None:
    from moderation.queries.standing import read_standing

    for _ in range(6):
        take(leader, peer, "private_word")
    with django_assert_max_num_queries(6):
        assert len(read_standing(leader, peer.group_id, peer.id)["steps"]) == 6
