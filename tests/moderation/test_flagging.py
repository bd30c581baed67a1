"""What flagging finds and misses, as the page of numbers says it: from decisions alone, and only for who may see it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from community.models import Membership
from hearthside.clock import now
from moderation.flagging_data import flagging_data
from moderation.models import ReviewItem, Screening
from moderation.queries.flagging import read_flagging
from tests.given import STANDINGS, Browser, act, given_circle, given_group, given_member
from tests.moderation.given_flagging import (
    VERSION,
    draw_all,
    flagging,
    given_drawn,
    given_flagged,
    given_read,
    given_sampled,
    read_by,
)
from tests.moderation.given_review import decide
from tests.moderation.given_steps import (
    RULE,
    given_decision,
    given_item,
    given_look,
    given_screening,
    move_to,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def author() -> Membership:
    """A member of a group in which nothing has happened yet."""
    return given_member(given_group())


def sample(author: Membership) -> dict[str, Any]:
    """How far the sample is."""
    return dict(flagging(author.group)["sample"])


@pytest.mark.parametrize("who", STANDINGS)
def test_only_the_groups_facilitators_read_it(who: str) -> None:
    circle = given_circle()
    answer = Browser(circle.people[who]).get(f"/api/groups/{circle.group.id}/metrics")
    assert ("flagging" in answer.json()) == (who == "facilitator")


def test_where_no_model_reads_there_is_nothing_to_say(author: Membership) -> None:
    given_item(author, signals=(RULE,))
    assert flagging(author.group) == {
        "model_version": "",
        "since": None,
        "sample": {"share": 0.015, "drawn": 0, "decided": 0, "missed": 0, "needed": 20},
        "found": 0,
        "recall": None,
        "false_alarms": {"decided": 0, "false_alarm": 0, "rate": None, "by_output": []},
        "shifts": [],
        "shifts_need": 30,
    }


def test_a_drawn_post_that_is_hidden_was_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    circle = given_circle()
    read_by(monkeypatch)
    draw_all(monkeypatch)
    kept, hidden = given_drawn(circle), given_drawn(circle)
    given_drawn(circle)
    decide(circle.people["facilitator"], kept, "keep")
    decide(circle.people["facilitator"], hidden, "hide")
    found = flagging(circle.group)
    assert found["model_version"] == VERSION
    assert found["sample"] == {"share": 0.015, "drawn": 3, "decided": 2, "missed": 1, "needed": 20}
    assert found["recall"] is None


def test_a_drawn_post_that_somebody_is_asked_to_care_about_was_missed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    circle = given_circle()
    leader = circle.people["facilitator"]
    read_by(monkeypatch)
    draw_all(monkeypatch)
    drawn = given_drawn(circle)
    act(leader, "report.send", post=drawn.target_id, reason="worried")
    decide(leader, drawn, "dismiss")
    assert flagging(circle.group)["sample"]["missed"] == 1
    call = ReviewItem.objects.get(target_id=drawn.target_id, lane="care")
    decide(leader, call, "close", outcome="contacted")
    assert flagging(circle.group)["sample"]["missed"] == 1
    other = given_drawn(circle)
    act(leader, "report.send", post=other.target_id, reason="worried")
    decide(leader, ReviewItem.objects.get(target_id=other.target_id, lane="care"), "dismiss")
    decide(leader, other, "keep")
    assert flagging(circle.group)["sample"] == {
        "share": 0.015, "drawn": 2, "decided": 2, "missed": 1, "needed": 20
    }  # fmt: skip


@pytest.mark.parametrize(
    ("choices", "missed"),
    [
        ((), None),
        (("keep",), False),
        (("dismiss",), False),
        (("hide",), True),
        (("hide", "restore"), False),
        (("keep", "hide"), True),
        (("hide", "uphold"), True),
    ],
)
def test_the_last_decision_counts(author: Membership, choices: tuple[str, ...], missed: bool | None) -> None:
    row = given_sampled(author)
    item = ReviewItem.objects.get(target_id=row.target_id)
    for choice in choices:
        given_decision(item, choice, "rejected" if choice in ("hide", "uphold") else "approved")
    found = sample(author)
    assert (found["decided"], found["missed"]) == (int(missed is not None), int(missed is True))


def test_decisions_from_before_it_was_drawn_do_not_count(author: Membership) -> None:
    row = given_sampled(author, at=now())
    given_decision(
        ReviewItem.objects.get(target_id=row.target_id), "hide", "rejected", at=now() - timedelta(days=1)
    )
    assert sample(author)["decided"] == 0


def test_a_decision_is_about_the_newest_drawn_words(author: Membership) -> None:
    first = given_sampled(author, at=now() - timedelta(days=2))
    given_read(author, sampled=True, target_id=first.target_id, at=now() - timedelta(days=1))
    given_decision(ReviewItem.objects.get(target_id=first.target_id), "hide", "rejected")
    assert sample(author) | {"share": 0, "needed": 0} == {
        "share": 0, "drawn": 2, "decided": 1, "missed": 1, "needed": 0
    }  # fmt: skip


def test_what_was_hidden_in_another_lane_was_missed(author: Membership) -> None:
    row = given_sampled(author)
    private = given_item(author, lane="privacy", target=row.target_id)
    given_decision(private, "hide", "rejected")
    given_decision(ReviewItem.objects.get(target_id=row.target_id, lane="conduct"), "dismiss", "ignored")
    assert sample(author)["missed"] == 1


def test_nothing_is_said_before_enough_is_decided(author: Membership) -> None:
    needed = flagging_data().sample.needed
    given_flagged(author, wrong=False)
    for _ in range(needed - 1):
        given_sampled(author, "keep")
    given_sampled(author)
    found = flagging(author.group)
    assert (found["sample"]["decided"], found["sample"]["drawn"]) == (needed - 1, needed)
    assert found["recall"] is None
    given_sampled(author, "hide")
    assert flagging(author.group)["recall"] is not None


def test_the_estimate(author: Membership) -> None:
    for number in range(12):
        given_flagged(author, wrong=number >= 9)
    given_flagged(author)  # nobody has decided
    for number in range(24):
        given_sampled(author, "hide" if number == 0 else "keep")
    given_read(author, 176)
    found = flagging(author.group)
    assert found["found"] == 9
    # 1 of 24 was missed, of 200 that nothing spoke up about
    assert found["recall"]["value"] == pytest.approx(9 / (9 + 200 / 24), abs=1e-4)
    assert found["recall"]["low"] < found["recall"]["value"] < found["recall"]["high"]


def test_what_rules_found_counts_where_a_model_read(author: Membership) -> None:
    for version, counted in ((VERSION, True), ("", False)):
        row = given_screening(author, model_version=version)
        given_decision(given_item(author, target=row.target_id, signals=(RULE,)), "reject", "rejected")
        given_read(author)
        assert flagging(author.group)["found"] == 1, counted


def test_a_text_that_two_lanes_look_at_is_one(author: Membership) -> None:
    row = given_screening(author, model_version=VERSION)
    for lane, outcome in (("care", "contacted"), ("conduct", "")):
        item = given_item(author, lane=lane, target=row.target_id, signals=(RULE,))
        given_decision(item, "reject" if lane == "conduct" else "close", "rejected", outcome=outcome)
    assert flagging(author.group)["found"] == 1


def test_another_model_another_group_and_long_ago_do_not_count(author: Membership) -> None:
    there = given_member(given_group(), author.person)
    for member, fields in (
        (author, {"model_version": "words-0", "at": now() - timedelta(days=3)}),
        (author, {"at": now() - flagging_data().window - timedelta(days=1)}),
        (there, {}),
    ):
        given_sampled(member, "hide", **fields)
    leads = Membership.objects.get(group=author.group, role="facilitator")
    given_read(author, at=now() - timedelta(days=2))
    given_read(leads, sampled=True)
    found = flagging(author.group)
    assert found["sample"]["drawn"] == 0
    assert found["since"] is not None


def test_false_alarms_of_the_model(author: Membership) -> None:
    for wrong in (True, True, False, None):
        given_flagged(author, "insult", wrong=wrong)
    both = given_flagged(author, "threat", wrong=True)
    row = Screening.objects.get(target_id=both.target_id)
    given_item(author, signals=(RULE,))
    given_flagged(author, "insult", wrong=True, version="words-0")
    Screening.objects.filter(model_version="words-0").update(at=now() - timedelta(days=9))
    found = flagging(author.group)["false_alarms"]
    assert row.model_version == VERSION
    assert found == {
        "decided": 4,
        "false_alarm": 3,
        "rate": 0.75,
        "by_output": [
            {"output": "insult", "decided": 3, "false_alarm": 2, "rate": 0.6667},
            {"output": "threat", "decided": 1, "false_alarm": 1, "rate": 1.0},
        ],
    }


def test_what_a_second_look_overturned_was_a_false_alarm(author: Membership) -> None:
    item = given_flagged(author)
    made = given_decision(item, "reject", "rejected")
    assert flagging(author.group)["false_alarms"]["false_alarm"] == 0
    given_look(author, item=item, decision=made, state="overturned", answered_at=now())
    assert flagging(author.group)["false_alarms"]["false_alarm"] == 1


def test_drawn_posts_do_not_count_as_waiting_long(author: Membership) -> None:
    given_sampled(author)
    item = ReviewItem.objects.get()
    move_to(item, now() - timedelta(days=9), "opened_at")
    move_to(item, now(), "first_look_at")
    leader = Membership.objects.select_related("person").get(group=author.group, role="facilitator").person
    answer = Browser(leader).get(f"/api/groups/{author.group_id}/metrics").json()
    assert answer["first_look"]["n"] == 0
    assert answer["false_alarms"] == []


def test_it_takes_as_many_statements_for_much_as_for_little(
    author: Membership, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        given_flagged(author, wrong=bool(number % 2))
        given_sampled(author, "keep")
    with django_assert_max_num_queries(14):
        read_flagging(author.group)
