"""One item's page: words only once they were asked for, and everything around them; and what the reads cost."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from accounts.models import Person
from hearthside import live
from hearthside.rows import insert_row
from moderation.actions.care import open_alert
from moderation.actions.items import Signal
from moderation.models import GroupRule, ReviewItem, SafetyPlan, SafetyPlanShare, Screening
from moderation.queries.review import read_overview, read_queue
from moderation.queries.review_item import read_item
from tests.community.test_query_counts import statements
from tests.given import (
    Browser,
    act,
    given_circle,
    given_group,
    given_member,
    given_post,
    given_topic,
    leader_of,
    outcome_of,
)
from tests.moderation.given_review import (
    decide,
    given_held,
    given_item,
    given_revision,
    inside,
    member_of,
    queue,
    several,
    the_item,
)

pytestmark = pytest.mark.django_db


def page(person: Person, item: ReviewItem) -> dict[str, Any]:
    """An item's page as a browser gets it."""
    answer = Browser(person).get(f"/api/review/{item.id}")
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def test_words_are_covered_until_they_are_asked_for(moved: Callable[[float], None]) -> None:
    circle = given_circle()
    leader = circle.people["facilitator"]
    other = given_member(circle.group, role="facilitator").person
    around = [given_post(circle.topic, circle.people["peer"], f"Around {n}") for n in range(4)]
    post = given_post(circle.topic, circle.people["member"], "The words in question.", content_note="hard")
    later = given_post(circle.topic, circle.people["peer"], "Later")
    peer = member_of(circle.group, circle.people["peer"])
    item = given_item(post, signals=(Signal("member", "attack", 0.5, by=peer, words="It hurt."),))
    covered = page(leader, item)
    assert covered["opened"] is False
    assert (covered["snapshot"], covered["now"]) == (None, None)
    assert (covered["before"], covered["after"], covered["talk"]) == ([], [], [])
    assert covered["signals"][0]["words"] is None
    assert (covered["author_card"]["recent"], covered["author_card"]["steps"]) == ([], [])
    assert "words in question" not in str(covered)
    act(leader, "review.open", item=item.id)
    shown = page(leader, item)
    assert shown["opened"] is True
    assert shown["snapshot"]["body"] == "The words in question."
    assert shown["snapshot"]["title"] == "This week"
    assert shown["now"] == {"state": "published", "html": post.html, "content_note": "hard", "files": []}
    assert [row["html"] for row in shown["before"]] == [row.html for row in around[1:]]
    assert [row["html"] for row in shown["after"]] == [later.html]
    assert shown["signals"][0]["words"] == "It hurt."
    assert shown["signals"][0]["by_name"] == peer.name
    assert shown["signals"][0]["label"] == "This attacks somebody"
    recent = shown["author_card"]["recent"]
    assert [row["words"] for row in recent] == ["The words in question.", circle.post.body]
    assert recent[0]["topic_title"] == "This week"
    assert page(other, item)["opened"] is False, "asked for by one, it stays covered for the others"
    assert queue(circle)["exposure_today"] == 1
    moved(24 * 3600)
    assert page(leader, item)["opened"] is False, "and it is covered again the next day"
    assert queue(circle)["exposure_today"] == 0


def test_the_author_card_has_ten_beginnings_and_no_score() -> None:
    circle = given_circle()
    leader, member = circle.people["facilitator"], circle.people["member"]
    for number in range(11):
        given_post(circle.topic, member, f"{number} " + "long " * 100)
    gone = given_post(circle.topic, member, "Taken back")
    act(member, "post.withdraw", post=gone.id)
    elsewhere = given_group()
    given_member(elsewhere, member)
    given_post(given_topic(elsewhere), member, "In another group")
    item = given_item(circle.post)
    act(
        leader,
        "step.take",
        group=circle.group.id,
        member=circle.member_id("member"),
        kind="note",
        reason="Tired.",
    )
    act(leader, "review.open", item=item.id)
    card = page(leader, item)["author_card"]
    assert len(card["recent"]) == 10
    assert all(len(row["words"]) == 200 for row in card["recent"])
    assert "another group" not in str(card)
    assert "Taken back" not in str(card)
    assert [step["kind"] for step in card["steps"]] == ["note"]
    assert not any("score" in key or "count" in key for key in card)


def test_around_words_that_wait() -> None:
    circle = given_circle()
    leader, member = circle.people["facilitator"], circle.people["member"]
    held, item = given_held(circle.topic, member)
    later = given_post(circle.topic, circle.people["peer"])
    act(leader, "review.open", item=item.id)
    shown = page(leader, item)
    assert [row["html"] for row in shown["before"]] == [circle.post.html]
    assert [row["html"] for row in shown["after"]] == [later.html]
    assert shown["now"]["state"] == "held"
    act(member, "post.edit", post=held.id, version=held.version, body="Other words now.")
    shown = page(leader, item)
    assert "Other words now." in shown["now"]["html"]
    revision, new = given_revision(circle)
    act(leader, "review.open", item=new.id)
    shown = page(leader, new)
    assert (shown["now"]["state"], shown["now"]["html"]) == ("held", revision.html)


def test_what_an_item_says_beside_its_words() -> None:
    circle = given_circle()
    leader, member = circle.people["facilitator"], circle.people["member"]
    author = member_of(circle.group, member)
    rule = GroupRule(group=circle.group, definition='{"name": "No phone numbers"}')
    inside(lambda: rule.save())
    signals = (Signal("group_rule", "group_rule", 0.5, by_version="3", group_rule=rule),)
    item = given_item(circle.post, lane="care", severity=2, signals=signals)
    other = given_item(circle.post)
    inside(lambda: open_alert(item), circle.group.review_stream)
    screening = Screening(
        target_kind="post", target_id=circle.post.id, group=circle.group, author=author, kind="risk",
        action="clear", lane="care", severity=2, rules=["risk", str(rule.id)], scores={"self_harm": 0.4, "threat": 0.5},
        rules_version="rules-1",
    )  # fmt: skip
    inside(lambda: insert_row(screening))
    shown = page(leader, item)
    assert shown["group_name"] == "Tuesday circle"
    assert [(s["rule_name"], s["version"]) for s in shown["signals"]] == [("No phone numbers", "3")]
    assert shown["also"] == [{"id": str(other.id), "lane": "conduct", "state": "pending"}]
    assert shown["choices"] == [
        {
            "name": "close",
            "key": "c",
            "needs_policy": False,
            "needs_message": False,
            "needs_outcome": True,
        }
    ]
    assert shown["screening"]["why"] == ["The author may be in danger", "A rule of this group"]
    assert [row["label"] for row in shown["screening"]["scores"]] == ["threat", "self_harm"]
    assert shown["screening"]["contested"] is False
    assert shown["alert"]["acknowledged_at"] is None
    assert shown["plan_shared"] is False
    plan = SafetyPlan(person=member)
    inside(lambda: plan.save())
    inside(lambda: SafetyPlanShare(plan=plan, group=circle.group).save())
    assert page(leader, item)["plan_shared"] is True
    act(leader, "care.acknowledge", item=item.id, version=the_item(item.id).version)
    (line,) = Browser(leader).get("/api/review").json()["groups"][0]["care"]
    assert line["acknowledged_by"] == member_of(circle.group, leader).name


def test_history_talk_and_second_look() -> None:
    circle = given_circle()
    leader, member = circle.people["facilitator"], circle.people["member"]
    other = given_member(circle.group, role="facilitator").person
    item = decide(leader, given_item(circle.post), "hide", reason="For staff", message="For the author")
    act(member, "post.talk", post=circle.post.id, text="I am sorry.")
    act(member, "second_look.ask", post=circle.post.id, words="It was meant kindly.")
    covered = page(other, item)
    assert covered["second"] == {
        "words": None,
        "asked_at": covered["second"]["asked_at"],
        "decision": "hide",
        "first_reviewer_name": member_of(circle.group, leader).name,
    }
    act(other, "review.open", item=item.id)
    shown = page(other, item)
    assert shown["second"]["words"] == "It was meant kindly."
    assert [(row["text"], row["from_author"]) for row in shown["talk"]] == [("I am sorry.", True)]
    (row,) = shown["history"]
    assert (row["choice"], row["reason"], row["message"]) == ("hide", "For staff", "For the author")
    assert row["by_name"] == member_of(circle.group, leader).name
    decide(other, item, "uphold")
    assert page(other, item)["second"] is None
    assert [row["choice"] for row in page(other, item)["history"]] == ["uphold", "hide"]


@pytest.mark.parametrize(
    ("kind", "html"),
    [
        ("topic", "<p>This week</p>"),
        ("name", "<p>A &lt;b&gt; name</p>"),
        ("member", None),
        ("step", "<p>Words</p>"),
    ],
)
def test_what_is_no_post(kind: str, html: str | None) -> None:
    circle = given_circle()
    leader = circle.people["facilitator"]
    act(circle.people["member"], "member.rename", group=circle.group.id, name="A <b> name")
    author = circle.member_id("member")
    step = act(
        leader,
        "step.take",
        group=circle.group.id,
        member=author,
        kind="private_word",
        reason="x",
        message="Words",
    )
    targets = {"topic": circle.topic.id, "name": author, "member": author, "step": step["step"]}
    item = given_item(circle.post, target_kind=kind, target_id=targets[kind], topic=None, snapshot={})
    act(leader, "review.open", item=item.id)
    shown = page(leader, item)
    assert (shown["now"]["html"] if shown["now"] else None) == html
    assert (shown["snapshot"], shown["before"], shown["after"]) == (None, [], [])


def test_reads_do_not_grow_with_what_is_there() -> None:
    circle = given_circle()
    leader, member = circle.people["facilitator"], circle.people["member"]
    item = given_item(circle.post)
    act(leader, "review.open", item=item.id)
    live.epoch()

    def more() -> None:
        """One more of everything: groups, items of all kinds, signals, decisions, talk."""
        group = given_group(leader)
        given_item(given_post(given_topic(group), given_member(group).person), lane="care")
        (kept,) = several(circle, 1)
        decide(leader, kept, "keep")
        care = several(circle, 1, "care")[0]
        inside(lambda: open_alert(care), circle.group.review_stream)
        act(leader, "care.acknowledge", item=care.id, version=the_item(care.id).version)
        given_revision(circle)
        act(given_member(circle.group).person, "report.send", post=circle.post.id, reason="attack")
        decide(leader, item, "hide")
        act(member, "post.talk", post=circle.post.id, text="Hello")
        decide(leader, item, "restore")
        given_post(circle.topic, given_member(circle.group).person)

    def counts() -> list[int]:
        reads = (
            partial(read_overview, leader),
            partial(read_queue, leader, circle.group.id),
            partial(read_queue, leader, circle.group.id, state="decided"),
            partial(read_item, leader, item.id),
        )
        return [statements(read) for read in reads]

    more()
    few = counts()
    for _ in range(3):
        more()
    assert counts() == few, (counts(), few)
    assert max(few) <= 30
    assert outcome_of(leader_of(circle.group), "review.next", group=circle.group.id) == "ok"
