"""What is read: pages and unread counts against a plain model, and what newcomers do not see."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.models import Membership, Post, Topic
from community.queries.posts import list_posts
from community.queries.topics import read_topic, topics_of
from hearthside.models import LogEvent, Stream
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
)

pytestmark = pytest.mark.django_db
HIDDEN = ("withdrawn", "hidden")


def given_rows(topic: Topic, rows: list[tuple[int, Membership, str]]) -> None:
    """Posts as rows, at these places in the group's order."""
    for seq, author, state in rows:
        post = Post(topic=topic, author=author, seq=seq, state=state, body="b", html="b", at=topic.created_at)
        post.save()
    Stream.objects.filter(name=topic.group.stream).update(seq=1000)


@settings(max_examples=25, deadline=None)
@given(
    seqs=st.sets(st.integers(1, 60), max_size=30),
    visible_from=st.integers(0, 60),
    before=st.none() | st.integers(0, 65),
    after=st.none() | st.integers(0, 65),
    limit=st.integers(1, 12),
)
def test_pages(seqs: set[int], visible_from: int, before: int | None, after: int | None, limit: int) -> None:
    member = given_member(given_group())
    topic = given_topic(member.group)
    Membership.objects.filter(pk=member.pk).update(visible_from=visible_from)
    states = ["published", *HIDDEN]
    given_rows(topic, [(seq, member, states[seq % 3]) for seq in seqs])
    seen = [
        seq
        for seq in sorted(seqs)
        if seq >= visible_from and (before is None or seq < before) and (after is None or seq > after)
    ]
    upwards = after is not None and before is None
    wanted = seen[:limit] if upwards else seen[-limit:]
    page = list_posts(member.person, topic.id, before=before, after=after, limit=limit)
    assert [row["seq"] for row in page["posts"]] == wanted[::-1]
    assert page["more"] == (len(seen) > limit)
    assert all((row["body"] is None) == (row["state"] in HIDDEN) for row in page["posts"])


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 23), st.integers(1, 7), st.booleans())
def test_pages_in_a_row_hold_every_post_once(count: int, limit: int, upwards: bool) -> None:
    member = given_member(given_group())
    topic = given_topic(member.group)
    given_rows(topic, [(10 + 2 * index, member, "published") for index in range(count)])
    found: list[int] = []
    place: int | None = 0 if upwards else None
    while True:
        step: dict[str, Any] = {"after": place} if upwards else {"before": place}
        page = list_posts(member.person, topic.id, limit=limit, **step)
        rows = [row["seq"] for row in page["posts"]]
        found += rows[::-1] if upwards else rows
        if not page["more"]:
            break
        place = max(rows) if upwards else min(rows)
    assert sorted(found) == [10 + 2 * index for index in range(count)]
    assert found == sorted(found, reverse=not upwards)


def unread_of(member: Membership, posts: list[Post], mark: int) -> list[int]:
    """The plain model: published, not mine, visible, after the mark."""
    return [
        post.seq or 0
        for post in posts
        if post.state == "published"
        and post.author_id != member.id
        and (post.seq or 0) >= member.visible_from
        and (post.seq or 0) > mark
    ]


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_unread(data: st.DataObject) -> None:
    group = given_group()
    member, other = given_member(group), given_member(group)
    topics = [given_topic(group), given_topic(group)]
    given_rows(topics[0], [])
    seqs = sorted(data.draw(st.sets(st.integers(10, 60), max_size=20)))
    states = st.sampled_from(["published", "published", *HIDDEN])
    for seq in seqs:
        author = data.draw(st.sampled_from([member, other]))
        given_rows(data.draw(st.sampled_from(topics)), [(seq, author, data.draw(states))])
    member.visible_from = data.draw(st.integers(0, 40))
    member.save(update_fields=["visible_from"])
    marks: dict[UUID, int] = {}
    for topic, place in data.draw(
        st.lists(st.tuples(st.sampled_from(topics), st.integers(0, 70)), max_size=4)
    ):
        answer = act(member.person, "topic.read", topic=topic.id, seq=place)
        marks[topic.id] = max(marks.get(topic.id, 0), place)
        assert answer["seq"] == marks[topic.id]
    rows = {row["id"]: row for row in topics_of(member)}
    for topic in topics:
        posts = list(Post.objects.filter(topic=topic))
        wanted = unread_of(member, posts, marks.get(topic.id, 0))
        page = read_topic(member.person, topic.id)
        assert page["unread"] == rows[str(topic.id)]["unread"] == len(wanted)
        assert page["first_unread_seq"] == min(wanted, default=None)
        assert (page["read_seq"], page["head_seq"]) == (marks.get(topic.id, 0), 1000)
        shown = [post.seq or 0 for post in posts if post.shown and (post.seq or 0) >= member.visible_from]
        assert page["last_seq"] == max(shown, default=0)
    (group_row,) = Browser(member.person).get("/api/groups").json()["groups"]
    assert group_row["unread"] == sum(row["unread"] for row in rows.values())


def test_the_mark_moves_forward_only() -> None:
    member = given_member(given_group())
    topic = given_topic(member.group)
    post = given_post(topic, leader_of(member.group))
    assert post.seq
    read = {"topic": topic.id}
    assert act(member.person, "topic.read", seq=post.seq, **read)["seq"] == post.seq
    assert act(member.person, "topic.read", seq=1, **read)["seq"] == post.seq
    assert act(member.person, "topic.read", seq=2**53 - 1, **read)["seq"] == post.seq
    events = LogEvent.objects.filter(stream=member.person.stream, type="read.moved")
    assert events.count() == 1
    later = given_post(topic, leader_of(member.group))
    act(member.person, "topic.read", seq=later.seq, **read)
    assert events.count() == 2
    assert Browser(member.person).get(f"/api/topics/{topic.id}").json()["unread"] == 0


def test_a_newcomer_sees_nothing_of_before() -> None:
    group = given_group(newcomers_see="from_joining")
    leader = leader_of(group)
    topic = given_topic(group)
    old = given_post(topic, leader, "before your time")
    member = given_member(group)
    browser = Browser(member.person)
    assert member.visible_from > (old.seq or 0)

    def nothing() -> None:
        assert browser.get(f"/api/topics/{topic.id}/posts").json() == {"posts": [], "more": False}
        assert browser.get(f"/api/topics/{topic.id}/posts?before=999&after=0").json()["posts"] == []
        page = browser.get(f"/api/topics/{topic.id}").json()
        assert (page["unread"], page["first_unread_seq"], page["last_seq"], page["last_at"]) == (
            0,
            None,
            0,
            None,
        )
        (row,) = browser.get("/api/groups").json()["groups"]
        assert (row["unread"], row["topics"][0]["unread"], row["topics"][0]["last_seq"]) == (0, 0, 0)
        assert browser.get(f"/api/groups/{group.id}").json()["topics"][0]["last_at"] is None

    nothing()
    absent = browser.get(f"/api/posts/{leader.id}")
    hidden = browser.get(f"/api/posts/{old.id}")
    assert (hidden.status_code, hidden.content) == (404, absent.content)
    for command, data in (("post.edit", {"version": 1, "body": "x"}), ("post.withdraw", {})):
        unseen = problem_of(member.person, command, post=old.id, **data)
        assert unseen == problem_of(member.person, command, post=leader.id, **data)
    assert outcome_of(member.person, "post.submit", topic=topic.id, body="x", reply_to=old.id) == "invalid"
    act(leader, "post.edit", post=old.id, version=1, body="edited after you came")
    nothing()
    event = LogEvent.objects.filter(stream=group.stream).order_by("-seq")[0]
    assert (event.type, event.about_seq) == ("post.edited", old.seq)
    assert event.seq > member.visible_from > (event.about_seq or 0)
    new = given_post(topic, leader)
    (row,) = browser.get(f"/api/topics/{topic.id}/posts").json()["posts"]
    assert row["id"] == str(new.id)
    assert browser.get(f"/api/topics/{topic.id}").json()["unread"] == 1


@pytest.mark.parametrize(("newcomers_see", "role"), [("all", "member"), ("from_joining", "facilitator")])
def test_who_sees_everything(newcomers_see: str, role: str) -> None:
    group = given_group(newcomers_see=newcomers_see)
    topic = given_topic(group)
    old = given_post(topic, leader_of(group))
    member = given_member(group, role=role)
    assert member.visible_from == 0
    (row,) = Browser(member.person).get(f"/api/topics/{topic.id}/posts").json()["posts"]
    assert row["id"] == str(old.id)
    given_post(topic, member.person, reply_to=old.id)


def test_the_group_page_says_where_the_stream_stands() -> None:
    group = given_group()
    post = given_post(given_topic(group), leader_of(group))
    stream = Browser(leader_of(group)).get(f"/api/groups/{group.id}").json()["stream"]
    assert (stream["name"], stream["offset"]) == (group.stream, post.seq)
    assert stream["epoch"]
