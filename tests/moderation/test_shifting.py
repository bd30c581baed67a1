"""A group's own thresholds: only after enough decisions, within their bounds, never later for a crisis, and undone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings

from community.models import Membership
from hearthside import live
from hearthside.clock import now
from moderation import jobs, shifting
from moderation.actions.thresholds import shift_thresholds
from moderation.classing import thresholds
from moderation.flagging_data import flagging_data
from moderation.models import ThresholdShift
from moderation.queries.thresholds import groups_with_flags
from moderation.shifting import SHIFTED, shifts_in
from tests.given import (
    STANDINGS,
    Browser,
    act,
    fresh_nonce,
    given_circle,
    given_group,
    given_member,
    leader_of,
    outcome_of,
)
from tests.moderation.given_flagging import (
    VERSION,
    agree,
    flagging,
    given_decisions,
    given_flagged,
    given_read,
    read_by,
)
from tests.moderation.given_models import Words
from tests.moderation.given_steps import written_down

pytestmark = pytest.mark.django_db
NEEDED = flagging_data().shifts.needed


@pytest.fixture
def author(monkeypatch: pytest.MonkeyPatch) -> Membership:
    """A member of a group in which nothing has happened yet; shifts are looked up each time."""
    monkeypatch.setattr(shifting, "KEPT_SECONDS", 0.0)
    return given_member(given_group())


def run(author: Membership) -> int:
    """What the daily job does for the group; how many thresholds it moved."""
    return int(live.write(live.Write(lambda: shift_thresholds(author.group_id)))["moved"])


def shift_of(author: Membership, output: str) -> float:
    """How far a threshold is shifted, as screening would apply it."""
    return dict(shifts_in(author.group_id).get(VERSION, {})).get(output, 0.0)


def test_too_few_decisions_move_nothing(author: Membership) -> None:
    given_decisions(author, "insult", wrong=NEEDED - 1, right=0)
    given_flagged(author, "insult")  # nobody has decided
    given_decisions(author, "threat", wrong=5, right=0)
    assert run(author) == 0
    assert not ThresholdShift.objects.exists()
    given_flagged(author, "insult", wrong=True)
    assert run(author) == 1
    assert shift_of(author, "insult") == pytest.approx(0.083)
    assert shift_of(author, "threat") == 0.0


def test_it_is_written_down_once_and_shown(author: Membership) -> None:
    given_decisions(author, "insult", wrong=NEEDED, right=0)
    given_decisions(author, "harassment", wrong=0, right=NEEDED)
    assert run(author) == 2
    assert run(author) == 0, "the same decisions move nothing again"
    entries = written_down("thresholds.shifted")
    assert sorted(entry.reason for entry in entries) == ["harassment:-0.045:30", "insult:0.083:30"]
    assert {(entry.actor, entry.thing, entry.group) for entry in entries} == {
        (None, f"group:{author.group_id}", author.group_id)
    }
    assert flagging(author.group)["shifts"] == [
        {"output": "harassment", "shift": -0.045, "decided": 30, "false_alarms": 0},
        {"output": "insult", "shift": 0.083, "decided": 30, "false_alarms": 30},
    ]


@pytest.mark.parametrize("output", ["self_harm", "concern"])
def test_a_crisis_never_counts_later(author: Membership, output: str) -> None:
    given_decisions(author, output, wrong=60, right=0)
    assert run(author) == 0
    assert (shift_of(author, output), flagging(author.group)["shifts"]) == (0.0, [])
    ThresholdShift.objects.filter(output=output).update(shift=0.1)
    assert shift_of(author, output) == 0.0, "also when a row says so"


def test_it_goes_back_when_decisions_say_otherwise(author: Membership) -> None:
    given_decisions(author, "insult", wrong=NEEDED, right=0)
    run(author)
    given_decisions(author, "insult", wrong=0, right=NEEDED)
    assert run(author) == 1
    assert shift_of(author, "insult") == 0.0
    assert flagging(author.group)["shifts"] == []


def test_a_new_model_starts_from_zero(author: Membership) -> None:
    given_decisions(author, "insult", wrong=NEEDED, right=0)
    run(author)
    given_read(author, model_version="words-2")
    assert dict(shifts_in(author.group_id)).get("words-2") is None
    assert flagging(author.group)["shifts"] == []
    assert run(author) == 0
    assert dict(shifts_in(author.group_id)) == {}
    for _ in range(NEEDED):
        given_flagged(author, "insult", wrong=True, version="words-2")
    assert run(author) == 1
    assert shifts_in(author.group_id)["words-2"]["insult"] == pytest.approx(0.083)


def test_another_groups_decisions_do_not_count(author: Membership) -> None:
    there = given_member(given_group(), author.person)
    given_decisions(there, "insult", wrong=NEEDED, right=0)
    given_read(author)
    assert run(author) == 0
    assert run(there) == 1
    assert shift_of(author, "insult") == 0.0


def test_the_job_looks_at_each_group_and_one_failure_stops_none(
    author: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = given_member(given_group(), author.person)
    for member in (author, there):
        given_decisions(member, "insult", wrong=NEEDED, right=0)
    known = groups_with_flags()
    assert set(known) == {author.group_id, there.group_id}
    monkeypatch.setattr(jobs, "groups_with_flags", lambda: [uuid4(), *known])
    jobs.shift_thresholds.call()
    assert ThresholdShift.objects.filter(shift__gt=0).count() == 2
    assert settings.REPEATING_JOBS["moderation.jobs.shift_thresholds"] == 86_400


@pytest.mark.parametrize("who", STANDINGS)
def test_only_the_groups_facilitators_put_thresholds_back(who: str) -> None:
    circle = given_circle()
    answer = Browser(circle.people[who]).command("thresholds.reset", group=circle.group.id)
    absent = Browser(circle.people[who]).command("thresholds.reset", group=uuid4())
    assert answer.status_code == {"facilitator": 200, "deactivated": 401}.get(who, 404)
    assert len(written_down("thresholds.reset")) == (who == "facilitator")
    if who != "facilitator":
        assert {**answer.json(), "type": ""} == {**absent.json(), "type": ""}, (
            "absent and not theirs is the same"
        )


def test_another_groups_facilitator_cannot() -> None:
    circle, other = given_circle(), given_circle()
    assert outcome_of(other.people["facilitator"], "thresholds.reset", group=circle.group.id) == "not_found"


def test_a_reset_holds_until_enough_new_decisions(author: Membership) -> None:
    leader = leader_of(author.group)
    yesterday = now() - timedelta(days=1)
    given_decisions(author, "insult", wrong=NEEDED, right=0, at=yesterday)
    given_decisions(author, "threat", wrong=NEEDED - 1, right=0, at=yesterday)
    run(author)
    answer = act(leader, "thresholds.reset", group=author.group_id)
    assert answer["group"] == str(author.group_id)
    assert (shift_of(author, "insult"), flagging(author.group)["shifts"]) == (0.0, [])
    (entry,) = written_down("thresholds.reset")
    assert (entry.actor, entry.group) == (leader.pk, author.group_id)
    given_decisions(author, "insult", wrong=NEEDED - 1, right=0)
    given_flagged(author, "threat", wrong=True)
    assert run(author) == 0
    assert shift_of(author, "insult") == shift_of(author, "threat") == 0.0
    given_flagged(author, "insult", wrong=True)
    assert run(author) == 1
    assert shift_of(author, "insult") == pytest.approx(0.083)
    assert flagging(author.group)["shifts"][0]["decided"] == NEEDED


def test_putting_back_twice_with_one_nonce_is_once(author: Membership) -> None:
    leader = leader_of(author.group)
    nonce = fresh_nonce()
    first = act(leader, "thresholds.reset", group=author.group_id, nonce=nonce)
    again = act(leader, "thresholds.reset", group=author.group_id, nonce=nonce)
    assert (again["reset_at"], again["duplicate"]) == (first["reset_at"], True)
    assert len(written_down("thresholds.reset")) == 1
    assert ThresholdShift.objects.count() == len(SHIFTED)


def test_screening_uses_the_groups_own_thresholds(monkeypatch: pytest.MonkeyPatch) -> None:
    circle = given_circle()
    member = circle.people["member"]
    limit = thresholds()["labels"]["plain"]["insult"]
    read_by(monkeypatch, Words({"kettle": {"insult": limit + 0.02}}))
    agree(member)

    def said() -> Any:
        body = f"You and your kettle {uuid4()}"
        return act(member, "post.submit", topic=circle.topic.id, body=body)["state"]

    assert said() == "held"
    row = ThresholdShift.objects.create(
        group=circle.group, output="insult", shift=0.05, decided=40, false_alarms=38, model_version=VERSION
    )
    assert said() == "published"
    ThresholdShift.objects.filter(pk=row.pk).update(model_version="words-0")
    assert said() == "held", "another model's shifts are not its own"
