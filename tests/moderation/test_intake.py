"""What becomes of a text: shown, kept for a facilitator, refused; and what its author can do meanwhile."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from accounts.models import Person
from community.models import Membership, Post, Revision, Topic
from hearthside import live
from hearthside.clock import as_of, now
from hearthside.jobs import run_due_jobs
from hearthside.models import LogEvent
from moderation.actions import outcomes
from moderation.actions.forgetting import forget_copies
from moderation.models import ReviewItem, Screening
from tests.given import (
    Browser,
    act,
    given_group,
    given_member,
    given_post,
    given_topic,
    leader_of,
    outcome_of,
    problem_of,
    the_post,
)

pytestmark = pytest.mark.django_db
ATTACK = "You are a worthless idiot and nobody wants you here"
RISK = "I don't want to be alive any more, I want to die tonight"
CALM = "I went for a walk by the river today"


@pytest.fixture
def topic() -> Topic:
    """A topic in a group."""
    return given_topic(given_group())


@pytest.fixture
def member(topic: Topic) -> Membership:
    """A member of it."""
    return given_member(topic.group)


def mine_of(person: Person, topic: Topic) -> list[dict[str, Any]]:
    """The person's own unpublished posts, as their screen gets them."""
    rows: list[dict[str, Any]] = Browser(person).get(f"/api/topics/{topic.id}/mine").json()["posts"]
    return rows


def items_about(target: Any) -> dict[str, ReviewItem]:
    """The queue's items about something, by lane."""
    return {str(item.lane): item for item in ReviewItem.objects.filter(target_id=target)}


def decide(item: ReviewItem, choice: Any, person: Person) -> None:
    """Carry out what a choice does to the words."""

    def action() -> live.Answer:
        choice(item, person)
        return {}

    author = item.author
    assert author is not None
    live.write(
        live.Write(action, (item.own_group.stream, item.own_group.review_stream, author.person.stream))
    )


def test_an_attack_waits_and_its_target_never_sees_it(topic: Topic, member: Membership) -> None:
    target = given_member(topic.group)
    answer = act(member.person, "post.submit", topic=topic.id, body=ATTACK)
    assert (answer["state"], answer["seq"], answer["support"]) == ("held", None, None)
    assert answer["reason"]
    for other in (target.person, leader_of(topic.group)):
        assert Browser(other).get(f"/api/topics/{topic.id}/posts").json()["posts"] == []
        assert Browser(other).get(f"/api/posts/{answer['id']}").status_code == 404
        assert mine_of(other, topic) == []
    assert set(items_about(answer["id"])) == {"conduct"}
    assert not LogEvent.objects.filter(stream=topic.group.stream, object_id=answer["id"]).exists()
    (row,) = mine_of(member.person, topic)
    assert (row["id"], row["state"], row["body"], row["revision"]) == (answer["id"], "held", ATTACK, False)
    assert set(row["can"]) == {"edit", "withdraw", "talk"}
    assert row["wait"]["due_at"] > row["written_at"]


def test_other_words_are_shown_at_once(topic: Topic, member: Membership) -> None:
    answer = act(member.person, "post.submit", topic=topic.id, body=ATTACK)
    changed = act(member.person, "post.edit", post=answer["id"], version=answer["version"], body=CALM)
    assert (changed["state"], changed["held_revision"]) == ("published", False)
    assert changed["seq"]
    assert items_about(answer["id"])["conduct"].state == "withdrawn"
    assert mine_of(member.person, topic) == []
    again = act(member.person, "post.submit", topic=topic.id, body=ATTACK + "!")
    worse = act(member.person, "post.edit", post=again["id"], version=again["version"], body=ATTACK + "!!")
    assert worse["state"] == "held"
    assert mine_of(member.person, topic)[0]["body"] == ATTACK + "!!"
    assert items_about(again["id"])["conduct"].state == "pending"
    assert outcome_of(member.person, "post.edit", post=again["id"], version=1, body=CALM) == "stale"


def test_a_disclosure_stays_and_calls_for_help(topic: Topic, member: Membership) -> None:
    answer = act(member.person, "post.submit", topic=topic.id, body=RISK)
    assert answer["state"] == "published"
    assert answer["support"]["show"] is True
    assert answer["support"]["severity"] >= 2
    items = items_about(answer["id"])
    assert set(items) == {"care"}
    assert items["care"].alert.next_at is not None
    other = given_member(topic.group)
    (post,) = Browser(other.person).get(f"/api/topics/{topic.id}/posts").json()["posts"]
    assert post["body"] == RISK
    assert "support" not in post
    act(member.person, "post.withdraw", post=answer["id"])
    assert items_about(answer["id"])["care"].state == "pending"


def test_risk_wins_over_attack(topic: Topic, member: Membership) -> None:
    answer = act(member.person, "post.submit", topic=topic.id, body=f"{RISK}. You idiots never listen")
    assert answer["state"] == "published"
    assert "conduct" not in items_about(answer["id"])


def test_the_same_nonce_gets_the_same_card(topic: Topic, member: Membership) -> None:
    data = {"topic": topic.id, "body": RISK, "nonce": "nonce-of-a-bad-line"}
    first, second = (act(member.person, "post.submit", **data) for _ in range(2))
    assert first["support"] == second["support"] == {"severity": first["support"]["severity"], "show": True}
    assert second["duplicate"]


def test_new_words_that_trip_leave_the_old_ones(topic: Topic, member: Membership) -> None:
    post = given_post(topic, member.person, CALM)
    answer = act(member.person, "post.edit", post=post.id, version=1, body=ATTACK)
    assert (answer["state"], answer["held_revision"]) == ("published", True)
    assert the_post(post.id).body == CALM
    revision = Revision.objects.get(post=post)
    assert items_about(revision.id)["conduct"].target_kind == "revision"
    (row,) = mine_of(member.person, topic)
    assert (row["id"], row["revision"], row["state"], row["body"]) == (str(post.id), True, "held", ATTACK)
    decide(items_about(revision.id)["conduct"], outcomes.publish_held, leader_of(topic.group))
    assert the_post(post.id).body == ATTACK
    assert mine_of(member.person, topic) == []


def test_new_words_that_were_not_shown_stay_with_their_author(topic: Topic, member: Membership) -> None:
    post = given_post(topic, member.person, CALM)
    act(member.person, "post.edit", post=post.id, version=1, body=ATTACK)
    first = Revision.objects.get(post=post)
    decide(items_about(first.id)["conduct"], outcomes.reject_held, leader_of(topic.group))
    assert mine_of(member.person, topic)[0]["state"] == "rejected"
    calm = act(member.person, "post.edit", post=post.id, version=1, body=CALM + " again")
    assert (calm["held_revision"], the_post(post.id).body) == (False, CALM + " again")


def test_a_second_change_takes_the_place_of_one_that_waits(topic: Topic, member: Membership) -> None:
    post = given_post(topic, member.person, CALM)
    for words in (ATTACK, ATTACK + "!"):
        act(member.person, "post.edit", post=post.id, version=1, body=words)
    states = dict(Revision.objects.filter(post=post).values_list("id", "state"))
    assert sorted(states.values()) == ["held", "withdrawn"]
    gone = next(pk for pk, state in states.items() if state == "withdrawn")
    assert Revision.objects.get(id=gone).body == ""
    assert items_about(gone)["conduct"].state == "withdrawn"
    act(member.person, "post.withdraw", post=post.id)
    assert set(Revision.objects.filter(post=post).values_list("state", flat=True)) == {"withdrawn"}


def test_keeping_the_old_words(topic: Topic, member: Membership) -> None:
    post = given_post(topic, member.person, CALM)
    act(member.person, "post.edit", post=post.id, version=1, body=ATTACK)
    revision = Revision.objects.get(post=post)
    answer = act(member.person, "revision.withdraw", post=post.id)
    assert (answer["state"], the_post(post.id).body) == ("published", CALM)
    assert items_about(revision.id)["conduct"].state == "withdrawn"
    assert mine_of(member.person, topic) == []
    assert outcome_of(given_member(topic.group).person, "revision.withdraw", post=post.id) == "denied"


def test_taking_back_what_waits(topic: Topic, member: Membership) -> None:
    answer = act(member.person, "post.submit", topic=topic.id, body=ATTACK)
    assert act(member.person, "post.withdraw", post=answer["id"])["state"] == "withdrawn"
    assert items_about(answer["id"])["conduct"].state == "withdrawn"
    assert mine_of(member.person, topic) == []
    assert outcome_of(member.person, "post.restore", post=answer["id"]) == "closed"


def test_asking_first(topic: Topic, member: Membership) -> None:
    answer = act(member.person, "post.submit", topic=topic.id, body=CALM, ask_first=True)
    assert answer["state"] == "held"
    assert set(items_about(answer["id"])) == {"asked"}
    (row,) = mine_of(member.person, topic)
    assert row["asked"]
    changed = act(
        member.person, "post.edit", post=answer["id"], version=answer["version"], body=CALM + " with a dog"
    )
    assert changed["state"] == "held"
    assert mine_of(member.person, topic)[0]["asked"]
    decide(items_about(answer["id"])["asked"], outcomes.publish_held, leader_of(topic.group))
    assert the_post(answer["id"]).state == "published"
    leader = act(leader_of(topic.group), "post.submit", topic=topic.id, body=CALM, ask_first=True)
    assert leader["state"] == "published"


def test_the_room_keeps_posts_back(topic: Topic, member: Membership) -> None:
    group, leader = topic.group, leader_of(topic.group)
    act(leader, "group.update", group=group.id, version=1, switches={"premoderated": True})
    assert act(member.person, "post.submit", topic=topic.id, body=CALM)["state"] == "held"
    assert act(leader, "post.submit", topic=topic.id, body=CALM)["state"] == "published"
    act(leader, "group.update", group=group.id, version=2, switches={"premoderated": False}, first_posts=2)
    for number, state in enumerate(("held", "held")):
        answer = act(member.person, "post.submit", topic=topic.id, body=f"{CALM} {number}")
        assert answer["state"] == state
        decide(items_about(answer["id"])["asked"], outcomes.publish_held, leader)
    assert act(member.person, "post.submit", topic=topic.id, body=f"{CALM} at last")["state"] == "published"
    Membership.objects.filter(pk=member.pk).update(posts_held=True)
    assert act(member.person, "post.submit", topic=topic.id, body=f"{CALM} later")["state"] == "held"


def test_a_paused_member_reads_but_does_not_write(topic: Topic, member: Membership) -> None:
    post = given_post(topic, member.person)
    Membership.objects.filter(pk=member.pk).update(paused_until=now() + timedelta(days=2))
    for command, data in {
        "post.submit": {"topic": topic.id, "body": CALM},
        "post.edit": {"post": post.id, "version": 1, "body": CALM},
        "topic.create": {"group": topic.group_id, "title": "New"},
    }.items():
        assert problem_of(member.person, command, **data)["type"] == "paused"
    page = Browser(member.person).get(f"/api/groups/{topic.group_id}").json()
    assert page["paused_until"]
    assert outcome_of(member.person, "post.withdraw", post=post.id) == "ok"
    with as_of(now() + timedelta(days=2, seconds=1)):
        assert outcome_of(member.person, "post.submit", topic=topic.id, body=CALM) == "ok"
        assert Browser(member.person).get(f"/api/groups/{topic.group_id}").json()["paused_until"] is None


def test_slow_mode(topic: Topic, member: Membership) -> None:
    leader = leader_of(topic.group)
    slow = act(leader, "topic.update", topic=topic.id, version=1, slow_seconds=60)
    assert slow["slow_seconds"] == 60
    assert outcome_of(member.person, "topic.update", topic=topic.id, version=2, slow_seconds=0) == "denied"
    assert outcome_of(member.person, "post.submit", topic=topic.id, body=CALM) == "ok"
    problem = problem_of(member.person, "post.submit", topic=topic.id, body=CALM + " more")
    assert problem["type"] == "slow_mode"
    assert 0 < problem["retry_after_ms"] <= 60_001
    assert outcome_of(leader, "post.submit", topic=topic.id, body=CALM) == "ok"
    assert outcome_of(leader, "post.submit", topic=topic.id, body=CALM + " too") == "ok"
    with as_of(now() + timedelta(seconds=61)):
        assert outcome_of(member.person, "post.submit", topic=topic.id, body=CALM + " more") == "ok"


def test_names_and_titles_are_screened(topic: Topic, member: Membership) -> None:
    title = problem_of(member.person, "topic.create", group=topic.group_id, title="You worthless idiot")
    assert (title["type"], list(title["fields"])) == ("invalid", ["title"])
    name = problem_of(member.person, "member.rename", group=topic.group_id, name="you worthless idiot")
    assert (name["type"], list(name["fields"])) == ("invalid", ["name"])
    assert outcome_of(member.person, "topic.create", group=topic.group_id, title="Rivers") == "ok"
    assert outcome_of(member.person, "member.rename", group=topic.group_id, name="River") == "ok"
    cry = act(member.person, "topic.create", group=topic.group_id, title="I want to die tonight")
    assert cry["support"]["show"]
    assert items_about(cry["id"])["care"].target_kind == "topic"


def test_each_verdict_is_kept_without_words(topic: Topic, member: Membership) -> None:
    answer = act(member.person, "post.submit", topic=topic.id, body=ATTACK)
    row = Screening.objects.get(target_id=answer["id"])
    assert (row.kind, row.action, row.lane, row.author) == ("attack", "hold", "conduct", member)
    assert row.rules_version
    assert "idiot" not in str(vars(row))


def test_who_cannot_see_the_topic_cannot_ask(topic: Topic, member: Membership) -> None:
    outsider = given_member(given_group())
    assert Browser(outsider.person).get(f"/api/topics/{topic.id}/mine").status_code == 404
    assert Browser().get(f"/api/topics/{topic.id}/mine").status_code == 401


def test_hiding_and_showing_again(topic: Topic, member: Membership) -> None:
    post, leader = given_post(topic, member.person, CALM), leader_of(topic.group)
    item = ReviewItem.objects.create(
        group=topic.group, lane="conduct", target_kind="post", target_id=post.id, author=member
    )
    decide(item, outcomes.hide_published, leader)
    assert the_post(post.id).state == "hidden"
    other = given_member(topic.group)
    (seen,) = Browser(other.person).get(f"/api/topics/{topic.id}/posts").json()["posts"]
    assert (seen["state"], seen["body"], seen["html"]) == ("hidden", None, None)
    (row,) = mine_of(member.person, topic)
    assert (row["state"], row["body"], row["seq"]) == ("hidden", CALM, post.seq)
    decide(item, outcomes.restore_hidden, leader)
    assert (the_post(post.id).state, the_post(post.id).seq) == ("published", post.seq)
    kinds = list(
        LogEvent.objects.filter(stream=topic.group.stream, object_id=post.id).values_list("type", flat=True)
    )
    assert set(kinds) == {"post.published", "post.hidden", "post.restored"}


def test_an_overturned_rejection_takes_the_next_place(topic: Topic, member: Membership) -> None:
    leader = leader_of(topic.group)
    answer = act(member.person, "post.submit", topic=topic.id, body=ATTACK)
    item = items_about(answer["id"])["conduct"]
    decide(item, outcomes.reject_held, leader)
    later = given_post(topic, leader)
    decide(item, outcomes.restore_hidden, leader)
    assert the_post(answer["id"]).seq == (later.seq or 0) + 1
    assert Post.objects.get(id=answer["id"]).state == "published"


def test_copies_of_words_that_were_taken_back_go(topic: Topic, member: Membership) -> None:
    answer = act(member.person, "post.submit", topic=topic.id, body=CALM, ask_first=True)
    act(member.person, "post.withdraw", post=answer["id"])
    item = items_about(answer["id"])["asked"]
    assert CALM in item.snapshot
    assert live.write(live.Write(partial(forget_copies, item.target_id)))["wait"]
    with as_of(now() + timedelta(seconds=30)):
        run_due_jobs()
    item.refresh_from_db()
    assert item.snapshot == ""
