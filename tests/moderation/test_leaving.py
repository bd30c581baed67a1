"""Leaving with care: nothing ends before what is handed over is settled, and nobody leaves unanswered."""

from __future__ import annotations

from typing import Any

import pytest

from community.models import Membership
from moderation import ladder
from tests.given import act, given_group, given_member, leader_of, outcome_of
from tests.moderation.given_steps import given_item, given_look, member_of, standing, take, told, written_down

pytestmark = pytest.mark.django_db


@pytest.fixture
def peer() -> Membership:
    """The member whom the steps are about."""
    return given_member(given_group())


@pytest.fixture
def leader(peer: Membership) -> Any:
    """Their facilitator."""
    return leader_of(peer.group)


def settled_list(*, done: bool = True, but: str = "") -> list[dict[str, Any]]:
    """Every line of leaving above the last, done or with a reason."""
    rows = [line.what for line in ladder.leave_lines() if not line.ends and line.what != but]
    return [{"what": what, "done": done, "reason": "" if done else "they did not want it"} for what in rows]


END = [{"what": "end_now", "done": True}]


@pytest.mark.parametrize("done", [True, False])
def test_leaving_ends_only_with_the_whole_list(peer: Membership, leader: Any, done: bool) -> None:
    step = take(leader, peer, "leave")
    assert member_of(peer.group, peer.person).state == "active", "nothing ends when it begins"
    missing = settled_list(done=done, but="safe")
    act(leader, "step.check", step=step.id, version=1, checklist=missing)
    assert outcome_of(leader, "step.check", step=step.id, version=2, checklist=END) == "invalid"
    last = [{"what": "safe", "done": done, "reason": "" if done else "told us by phone"}]
    assert not act(leader, "step.check", step=step.id, version=2, checklist=last)["ended"]
    reason_only = [{"what": "end_now", "done": False, "reason": "later"}]
    assert not act(leader, "step.check", step=step.id, version=3, checklist=reason_only)["ended"]
    assert member_of(peer.group, peer.person).state == "active"
    assert act(leader, "step.check", step=step.id, version=4, checklist=END)["ended"]
    assert member_of(peer.group, peer.person).state == "removed"
    assert [len(told(peer.person, "membership.changed")), len(written_down("step.ended"))] == [2, 1]
    assert outcome_of(leader, "step.check", step=step.id, version=5, checklist=END) == "closed"
    assert outcome_of(leader, "step.lift", step=step.id, version=5, reason="x") == "closed"
    assert standing(leader, peer)["steps"][0]["ends_at"] is not None


def test_nobody_leaves_with_a_cry_for_help_unanswered(peer: Membership, leader: Any) -> None:
    step = take(leader, peer, "leave", checklist=settled_list())
    item = given_item(peer, lane="care")
    assert outcome_of(leader, "step.check", step=step.id, version=1, checklist=END) == "closed"
    item.state = "approved"
    item.save()
    assert outcome_of(leader, "step.check", step=step.id, version=1, checklist=END) == "ok"


def test_nobody_leaves_while_a_second_look_is_open(peer: Membership, leader: Any) -> None:
    step = take(leader, peer, "leave", checklist=settled_list())
    look = given_look(peer, item=given_item(peer, lane="asked", kind="step", target=step.id), step=step)
    assert outcome_of(leader, "step.check", step=step.id, version=1, checklist=END) == "closed"
    assert standing(leader, peer)["steps"][0]["second_look"]["state"] == "open"
    look.state = "upheld"
    look.save()
    assert outcome_of(leader, "step.check", step=step.id, version=1, checklist=END) == "ok"


def test_leaving_that_is_called_off_keeps_the_membership(peer: Membership, leader: Any) -> None:
    step = take(leader, peer, "leave")
    act(leader, "step.lift", step=step.id, version=1, reason="we found another way")
    assert member_of(peer.group, peer.person).state == "active"
    assert outcome_of(leader, "step.check", step=step.id, version=2, checklist=settled_list()) == "closed"
