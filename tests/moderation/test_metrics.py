"""The numbers a group's facilitators see, and what they should notice in the group: each exactly, and only for them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from community.models import Membership, Post, Topic
from hearthside.clock import now
from hearthside.wire import stamp
from moderation.actions.items import Signal
from moderation.models import CareAlert, GroupRule, ReviewItem
from moderation.queries.metrics import _percentile, read_metrics
from tests.given import (
    STANDINGS,
    Browser,
    Circle,
    act,
    given_circle,
    given_ended,
    given_group,
    given_member,
    given_post,
    given_topic,
    leader_of,
)
from tests.moderation.given_flagging import flagging
from tests.moderation.given_steps import (
    RULE,
    given_decision,
    given_item,
    given_look,
    given_screening,
    member_of,
    move_to,
    take,
)

pytestmark = pytest.mark.django_db
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
MODEL = Signal(source="model", reason="toxicity", score=0.9, by_version="local-3")


@pytest.fixture
def author() -> Membership:
    """A member of a group in which nothing has happened yet."""
    return given_member(given_group())


def metrics(member: Membership, **params: Any) -> dict[str, Any]:
    """The page, for the leader of the member's group, by the HTTP door."""
    answer = Browser(leader_of(member.group)).get(f"/api/groups/{member.group_id}/metrics", **params)
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def alarms(member: Membership) -> dict[str, dict[str, Any]]:
    """The rows about rules and models, by their code and version."""
    return {f"{row['code']} {row['version']}": row for row in metrics(member)["false_alarms"]}


@pytest.mark.parametrize("who", STANDINGS)
def test_only_the_groups_facilitators_see_it(who: str) -> None:
    circle: Circle = given_circle()
    answer = Browser(circle.people[who]).get(f"/api/groups/{circle.group.id}/metrics")
    wanted = {"facilitator": 200, "deactivated": 401}.get(who, 404)
    assert answer.status_code == wanted
    assert ("dynamics" in answer.json()) == (wanted == 200)


@pytest.mark.parametrize("days", [0, 366, "many"])
def test_days_that_do_not_fit(author: Membership, days: object) -> None:
    answer = Browser(leader_of(author.group)).get(f"/api/groups/{author.group_id}/metrics", days=str(days))
    assert answer.status_code == 422


def test_nothing_happened_yet(author: Membership) -> None:
    assert metrics(author) == {
        "days": 30,
        "first_look": {"median_s": None, "p90_s": None, "n": 0},
        "decisions": {},
        "waiting": {"n": 0, "oldest_at": None},
        "overturned": {"n": 0, "of": 0},
        "contested": 0,
        "false_alarms": [],
        "care": {"alerts": 0, "acknowledged_median_s": None, "failed": 0},
        "reports": 0,
        "dynamics": {"quiet": [], "loud": None, "pile_on": []},
        "flagging": flagging(author.group),
    }


def test_the_time_until_somebody_looked(author: Membership) -> None:
    opened = now() - DAY
    for seconds in (10, 20, 30, 40, 1000):
        item = given_item(author)
        move_to(item, opened, "opened_at")
        move_to(item, opened + timedelta(seconds=seconds), "first_look_at")
    given_item(author)  # nobody has looked yet
    old = given_item(author)
    move_to(old, now() - 40 * DAY, "opened_at", "first_look_at")
    assert metrics(author)["first_look"] == {"median_s": 30.0, "p90_s": 1000.0, "n": 5}
    assert metrics(author, days=60)["first_look"]["n"] == 6


def test_percentiles_are_of_what_was_measured() -> None:
    ten = [float(value) for value in range(1, 11)]
    assert (_percentile(ten, 90), _percentile(ten, 50), _percentile([7.0], 90), _percentile([], 90)) == (
        9.0, 5.0, 7.0, None
    )  # fmt: skip


def test_decisions_reports_and_what_waits(author: Membership) -> None:
    reporter = given_member(author.group)
    report = Signal(source="member", reason="unkind", by=reporter)
    items = [given_item(author, signals=(report,)) for _ in range(4)]
    given_decision(items[0], "hide", "rejected")
    given_decision(items[1], "keep", "approved")
    given_decision(items[2], "keep", "approved")
    long_ago = given_decision(given_item(author), "keep", "approved", at=now() - 40 * DAY)
    move_to(items[3], now() - 3 * DAY, "opened_at")
    found = metrics(author)
    assert found["decisions"] == {"hide": 1, "keep": 2}
    assert found["waiting"] == {"n": 1, "oldest_at": stamp(items[3].opened_at)}
    assert found["reports"] == 4
    assert long_ago.at < now() - 30 * DAY


def test_second_looks_that_ended_with_another_decision(author: Membership) -> None:
    for state in ("overturned", "upheld", "upheld", "open", "withdrawn"):
        item = given_item(author)
        made = given_decision(item, "hide", "rejected")
        answered = None if state == "open" else now()
        given_look(author, item=item, decision=made, state=state, answered_at=answered)
    assert metrics(author)["overturned"] == {"n": 1, "of": 3}


@pytest.mark.parametrize(
    ("choices", "state", "wrong"),
    [
        ([], "pending", None),
        ([], "withdrawn", None),
        (["publish"], "approved", True),
        (["keep"], "approved", True),
        (["dismiss"], "ignored", True),
        (["reject"], "rejected", False),
        (["hide"], "rejected", False),
        (["reword", "publish"], "approved", False),
    ],
)
def test_what_is_a_false_alarm(
    author: Membership, choices: list[str], state: str, wrong: bool | None
) -> None:
    item = given_item(author, signals=(RULE,))
    for choice in choices:
        given_decision(item, choice, state)
    move_state(item, state)
    row = alarms(author)["attack rules-1"]
    assert (row["held_or_queued"], row["decided"], row["false_alarm"]) == (
        1,
        wrong is not None,
        wrong is True,
    )
    assert row["rate"] == (None if wrong is None else float(wrong))


def move_state(item: ReviewItem, state: str) -> None:
    """Put the item into a state."""
    item.state = state
    item.save()


@pytest.mark.parametrize(("outcome", "wrong"), [("contacted", 0), ("emergency", 0), ("false_alarm", 1)])
def test_a_cry_for_help_that_was_answered_is_no_false_alarm(
    author: Membership, outcome: str, wrong: int
) -> None:
    risk = Signal(source="rule", reason="wish_to_die", by_version="rules-1")
    given_decision(given_item(author, lane="care", signals=(risk,)), "close", "approved", outcome=outcome)
    assert alarms(author)["wish_to_die rules-1"]["false_alarm"] == wrong


def test_what_a_second_look_overturned_was_a_false_alarm(author: Membership) -> None:
    item = given_item(author)
    made = given_decision(item, "reject", "rejected")
    assert alarms(author)["attack rules-1"]["false_alarm"] == 0
    given_look(author, item=item, decision=made, state="overturned", answered_at=now())
    assert alarms(author)["attack rules-1"]["false_alarm"] == 1


def test_rates_are_per_rule_and_per_version(author: Membership) -> None:
    newer = Signal(source="rule", reason="attack", by_version="rules-2")
    for signals, state in (
        ((RULE,), "approved"), ((RULE, MODEL), "rejected"), ((newer,), "approved"), ((MODEL,), "pending")
    ):  # fmt: skip
        move_state(given_item(author, signals=signals), state)
    found = alarms(author)
    assert found["attack rules-1"]["rate"] == 0.5
    assert found["attack rules-2"]["rate"] == 1.0
    model = found["toxicity local-3"]
    assert (model["held_or_queued"], model["decided"], model["rate"], model["source"]) == (2, 1, 0.0, "model")


def test_a_groups_own_rule_goes_by_its_name(author: Membership) -> None:
    rule = GroupRule(group=author.group)
    rule.definition = json.dumps({"name": "No phone numbers"})
    rule.save()
    signal = Signal(source="group_rule", reason="group_rule", by_version="4", group_rule=rule)
    move_state(given_item(author, signals=(signal,)), "approved")
    (row,) = alarms(author).values()
    assert (row["what"], row["version"], row["code"]) == ("No phone numbers", "4", str(rule.id))


def test_people_and_rooms_are_no_machines(author: Membership) -> None:
    for source in ("member", "self", "room", "system"):
        given_item(author, signals=(Signal(source=source, reason="x"),))
    assert metrics(author)["false_alarms"] == []


def test_what_was_contested_is_counted_where_it_belongs(author: Membership) -> None:
    contested, other = given_item(author), given_item(author, signals=(MODEL,))
    given_screening(author, target_id=contested.target_id, contested_at=now())
    given_screening(author, target_id=other.target_id)
    found = alarms(author)
    assert (found["attack rules-1"]["contested"], found["toxicity local-3"]["contested"]) == (1, 0)
    assert metrics(author)["contested"] == 1


def test_how_soon_cries_for_help_were_taken(author: Membership) -> None:
    started = now() - DAY
    for minutes, failed in ((2, False), (4, False), (None, True)):
        alert = CareAlert(item=given_item(author, lane="care"), started_at=started)
        alert.acknowledged_at = started + minutes * MINUTE if minutes else None
        alert.failed_at = started + 30 * MINUTE if failed else None
        alert.save()
    assert metrics(author)["care"] == {"alerts": 3, "acknowledged_median_s": 180.0, "failed": 1}


def test_another_groups_numbers_are_not_in_it(author: Membership) -> None:
    before = metrics(author)
    there = given_member(given_group(), author.person)
    item = given_item(there, signals=(RULE, Signal(source="member", reason="unkind", by=there)))
    made = given_decision(item, "hide", "rejected")
    given_look(there, item=item, decision=made, state="upheld", answered_at=now())
    given_screening(there, contested_at=now())
    CareAlert.objects.create(item=given_item(there, lane="care"))
    topic = pile(there)
    for _ in range(20):
        given_post(topic, there.person)
    assert metrics(author) == before != metrics(there)


def wrote(topic: Topic, by: Membership, at: datetime, **data: Any) -> Post:
    """A published post of a moment."""
    post = given_post(topic, by.person, **data)
    move_to(post, at, "written_at", "at")
    return post


def joined(member: Membership, days: float) -> Membership:
    """Somebody who joined so many days ago."""
    move_to(member, now() - days * DAY, "joined_at")
    return member


def test_who_has_gone_quiet(author: Membership) -> None:
    topic = given_topic(author.group)
    names = ("Silent", "Never", "Recent", "New", "Paused", "Gone", "Held")
    people = {name: given_member(author.group, name=name) for name in names}
    for name, member in people.items():
        joined(member, 3 if name == "New" else 30)
    joined(author, 1)
    joined(member_of(author.group, leader_of(author.group)), 90)
    wrote(topic, people["Silent"], now() - 20 * DAY)
    wrote(topic, people["Silent"], now() - 15 * DAY)
    wrote(topic, people["Recent"], now() - 13.9 * DAY)
    held = wrote(topic, people["Held"], now() - DAY)
    Post.objects.filter(pk=held.pk).update(state="held", seq=None)
    take(leader_of(author.group), people["Paused"], "pause")
    given_ended(people["Gone"], "left")
    for name in names:
        act(people[name].person, "consent.set", purpose="statistics", given=True)
    quiet = metrics(author)["dynamics"]["quiet"]
    assert [(row["name"], row["days"]) for row in quiet] == [("Never", 30), ("Silent", 15)]
    assert quiet[0]["member"] == str(people["Never"].id)
    act(people["Never"].person, "consent.set", purpose="statistics", given=False)
    assert [row["name"] for row in metrics(author)["dynamics"]["quiet"]] == ["Silent"]


@pytest.mark.parametrize(
    ("loud", "others", "share"), [(11, 9, 0.55), (10, 10, None), (11, 8, None), (20, 0, 1.0)]
)
def test_who_writes_more_than_half(author: Membership, loud: int, others: int, share: float | None) -> None:
    topic, peer = given_topic(author.group), given_member(author.group)
    for member, count in ((author, loud), (peer, others)):
        for _ in range(count):
            given_post(topic, member.person)
    wrote(topic, peer, now() - 40 * DAY)
    assert metrics(author)["dynamics"]["loud"] is None  # nobody has agreed to be counted
    for member in (author, peer):
        act(member.person, "consent.set", purpose="statistics", given=True)
    found = metrics(author)["dynamics"]["loud"]
    assert (found["share"] if found else None) == share
    assert found is None or (found["member"], found["name"]) == (str(author.id), author.name)


def pile(
    author: Membership, *, people: int = 3, within: float = 60, flagged: bool = True, lane: str = "conduct",
    source: str = "rule", role: str = "member", every: bool = False,
) -> Topic:  # fmt: skip
    """Answers of several people to the author's post, the last of them so many minutes after the first."""
    topic = given_topic(author.group, title="Out of the door")
    post = given_post(topic, author.person)
    begun = now() - DAY
    for index in range(people):
        member = given_member(author.group, role=role)
        at = begun + within * MINUTE * index / (people - 1)
        reply = wrote(topic, member, at, reply_to=post.id)
        if flagged and (index == 0 or every):
            given_item(member, post=reply, lane=lane, signals=(Signal(source=source, reason="attack"),))
    return topic


def test_several_against_one(author: Membership) -> None:
    topic = pile(author)
    (found,) = metrics(author)["dynamics"]["pile_on"]
    first = Post.objects.filter(topic=topic, reply_to__isnull=False).order_by("written_at")[0]
    assert found == {
        "topic": str(topic.id), "title": "Out of the door", "at": stamp(first.written_at), "people": 3
    }  # fmt: skip


@pytest.mark.parametrize(
    "case",
    [
        {"people": 2},
        {"within": 61},
        {"flagged": False},
        {"lane": "asked"},
        {"source": "self"},
        {"role": "facilitator"},
    ],
    ids=lambda case: str(next(iter(case))),
)
def test_what_is_no_pile_on(author: Membership, case: dict[str, Any]) -> None:
    pile(author, **case)
    assert metrics(author)["dynamics"]["pile_on"] == []


def test_two_who_answer_often_are_not_many(author: Membership) -> None:
    topic = given_topic(author.group)
    post, peers = given_post(topic, author.person), [given_member(author.group) for _ in range(2)]
    for peer in peers * 2:
        reply = given_post(topic, peer.person, reply_to=post.id)
        given_item(peer, post=reply)
        given_post(topic, author.person, reply_to=post.id)
    assert metrics(author)["dynamics"]["pile_on"] == [], "who is answered does not pile on themselves"


def test_a_long_pile_is_one_and_a_second_another(author: Membership) -> None:
    pile(author, people=5, within=50, every=True)
    pile(author, people=4, within=60)
    assert sorted(row["people"] for row in metrics(author)["dynamics"]["pile_on"]) == [4, 5]


def test_it_takes_as_many_statements_for_much_as_for_little(
    author: Membership, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        pile(author)
        move_state(given_item(author, signals=(RULE, MODEL)), "approved")
    with django_assert_max_num_queries(28):
        read_metrics(leader_of(author.group), author.group_id, 30)
