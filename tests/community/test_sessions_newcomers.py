"""What somebody sees of the live rooms of sessions that were over before they joined a group that hides its past."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, cast

import msgspec
import pytest

from accounts.models import Person
from community.models import Group
from consumers.joining import publication
from consumers.streams import access_stream, replay
from tests.community.given_sessions import MONDAY, at, given_session, move_on, the_session
from tests.given import Browser, act, given_group, given_member, given_post, leader_of, outcome_of

pytestmark = pytest.mark.django_db
BEGIN = MONDAY.replace(day=3, month=12, hour=17)


def heard(person: Person, group: Group) -> list[dict[str, Any]]:
    """The group's stream from its beginning, as it comes to somebody."""
    entry = access_stream(person, group.stream)
    frames = [publication(event, entry)["data"] for event in replay(group.stream, 0)]
    return [json.loads(bytes(cast(msgspec.Raw, frame))) for frame in frames]


def topics(person: Person, group: Group) -> list[str]:
    """The titles of the topics that somebody sees, in the group and in the list of groups."""
    rows: list[dict[str, Any]] = Browser(person).get(f"/api/groups/{group.id}").json()["topics"]
    return [row["title"] for row in rows]


@pytest.mark.parametrize(
    ("newcomers_see", "role", "hours", "sees"),
    [
        ("from_joining", "member", 3, False),
        ("from_joining", "member", 1, True),  # while the session goes on
        ("from_joining", "facilitator", 3, True),
        ("all", "member", 3, True),
    ],
)
def test_the_room_of_a_session_that_was_over(newcomers_see: str, role: str, hours: int, sees: bool) -> None:
    with at(MONDAY):
        group = given_group(newcomers_see=newcomers_see)
        session = given_session(group, title="Grief")
    with at(BEGIN):
        topic = move_on(session, "live").topic
        assert topic is not None
    with at(BEGIN + timedelta(hours=hours)):
        newcomer = given_member(group, role=role).person
        told = Browser(leader_of(group))
        topic_page = told.get(f"/api/topics/{topic.id}").json()
        assert outcome_of(newcomer, "topic.read", topic=topic.id, seq=1) == ("ok" if sees else "not_found")
        assert Browser(newcomer).get(f"/api/topics/{topic.id}").status_code == (200 if sees else 404)
        assert Browser(newcomer).get(f"/api/topics/{topic.id}/posts").status_code == (200 if sees else 404)
        assert [title for title in topics(newcomer, group) if "Grief" in title] == (
            [topic.title] if sees else []
        )
    with at(BEGIN + timedelta(hours=hours + 3)):
        act(leader_of(group), "room.slow", session=session.id, seconds=30)
        version = topic_page["version"] + 1
        act(leader_of(group), "topic.update", topic=topic.id, version=version, pinned=True)
        post = given_post(topic, leader_of(group), "Words in the room")
        act(leader_of(group), "post.edit", post=post.id, version=post.version, body="Other words")
    frames = heard(newcomer, group)
    updates = [frame["type"] for frame in frames if "Grief" in json.dumps(frame)]
    always = newcomers_see == "all" or role == "facilitator"
    assert updates == (["topic.created"] * always + ["topic.updated"] * 2 if sees else [])
    posts = [frame["type"] for frame in frames if str(topic.id) in json.dumps(frame)]
    assert posts[len(updates) :] == (["post.published", "post.edited"] if sees else [])
    leader = [frame["type"] for frame in heard(leader_of(group), group) if "Grief" in json.dumps(frame)]
    assert leader == ["topic.created", "topic.updated", "topic.updated"]


def test_other_topics_and_later_rooms_are_there() -> None:
    with at(MONDAY):
        group = given_group(newcomers_see="from_joining")
        act(leader_of(group), "topic.create", group=group.id, title="This week")
    with at(MONDAY + timedelta(days=1)):
        newcomer = given_member(group).person
        session = given_session(group)
    with at(BEGIN):
        move_on(session, "live")
        room = the_session(session.id).topic
        assert room is not None
        assert sorted(topics(newcomer, group)) == sorted(["This week", room.title])
        assert [frame["title"] for frame in heard(newcomer, group) if "title" in frame] == [
            "This week",
            room.title,
        ]
