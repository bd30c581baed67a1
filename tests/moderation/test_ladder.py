"""What counts on the ladder, for how long, and what the thresholds propose."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.models import Membership
from hearthside.clock import as_of, now
from hearthside.errors import Closed
from moderation import ladder
from moderation.models import Step
from tests.given import act, given_group, given_member, given_person, leader_of
from tests.moderation.given_steps import KINDS, member_of, standing, take

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def peer() -> Membership:
    """The member whom the steps are about."""
    return given_member(given_group())


@pytest.fixture
def leader(peer: Membership) -> Any:
    """Their facilitator."""
    return leader_of(peer.group)


def test_a_private_word_is_never_counted(peer: Membership, leader: Any) -> None:
    for _ in range(5):
        take(leader, peer, "private_word")
    shown = standing(leader, peer)
    assert (shown["counted"], shown["proposal"]) == (0, None)
    take(leader, peer, "reminder")
    assert standing(leader, peer)["counted"] == 1


def test_a_reminder_fades_after_90_days(
    peer: Membership, leader: Any, moved: Callable[[float], None]
) -> None:
    step = take(leader, peer, "reminder")
    assert step.fades_at == step.at + 90 * DAY
    assert [
        ladder.counts(step, step.fades_at - timedelta.resolution),
        ladder.counts(step, step.fades_at),
    ] == [
        True,
        False,
    ]
    moved(timedelta(days=90, seconds=-5).total_seconds())
    assert standing(leader, peer)["counted"] == 1
    moved(timedelta(days=90, seconds=5).total_seconds())
    assert standing(leader, peer)["counted"] == 0


def test_thresholds_only_propose(peer: Membership, leader: Any, moved: Callable[[float], None]) -> None:
    def proposal() -> str | None:
        found: str | None = standing(leader, peer)["proposal"]
        return found

    take(leader, peer, "reminder")
    assert proposal() is None
    take(leader, peer, "reminder")
    assert proposal() == "pause"
    assert member_of(peer.group, peer.person).paused_until is None, "nothing happens by itself"
    take(leader, peer, "pause", days=2)
    assert proposal() is None, "they are paused"
    moved((3 * DAY).total_seconds())
    assert proposal() is None, "the same reminders do not propose twice"
    take(leader, peer, "reminder")
    assert proposal() == "posts_held"
    assert not member_of(peer.group, peer.person).posts_held
    take(leader, peer, "posts_held")
    assert proposal() is None
    assert Step.objects.filter(kind="leave").count() == 0


@pytest.mark.parametrize("kind", ["pause", "posts_held", "leave"])
def test_while_something_runs_nothing_is_proposed(peer: Membership, leader: Any, kind: str) -> None:
    for _ in range(2):
        take(leader, peer, "reminder")
    step = take(leader, peer, kind)
    assert standing(leader, peer)["proposal"] is None
    act(leader, "step.lift", step=step.id, version=1, reason="not so")
    assert standing(leader, peer)["proposal"] == "pause"


moves = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 60), st.booleans()), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(moves=moves, ahead=st.integers(0, 120))
def test_what_counts_is_reminders_of_90_days_that_were_not_lifted(
    moves: list[tuple[str, int, bool]], ahead: int
) -> None:
    leader = given_person("facilitator")
    peer = given_member(given_group(leader))
    moment, reminders = now(), []
    for kind, days, lifted in moves:
        moment += days * DAY
        with as_of(moment):
            step = None
            with contextlib.suppress(Closed):  # it runs already
                step = take(leader, peer, kind)
            if step is None:
                continue
            if lifted:
                act(leader, "step.lift", step=step.id, version=1, reason="lifted")
            if kind == "reminder" and not lifted:
                reminders.append(moment)
    moment += ahead * DAY
    with as_of(moment):
        shown = standing(leader, peer)
    assert shown["counted"] == sum(1 for taken in reminders if moment - taken < 90 * DAY)
    assert [row["counts"] for row in shown["steps"]].count(True) == shown["counted"]
    assert shown["proposal"] in (None, "pause", "posts_held")
