"""How many statements the paths take that everybody walks all day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.queries.groups import list_groups, read_group
from community.queries.posts import list_posts
from community.queries.session_pages import read_room, read_session
from community.queries.sessions import list_sessions, read_group_sessions
from community.queries.topics import read_topic
from hearthside.clock import now
from hearthside.live import epoch
from tests.given import act, given_group, given_member, given_post, given_topic, leader_of

pytestmark = pytest.mark.django_db
LOCK = "SET seq = hearthside_stream.seq"  # PostgreSQL only; SQLite's transaction is the lock


def statements(call: Any) -> int:
    """How many statements a call makes besides those that open, lock and close its transaction."""
    with CaptureQueriesContext(connection) as seen:
        call()
    frame = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    asked = [query["sql"] for query in seen.captured_queries]
    return len([sql for sql in asked if not sql.startswith(frame) and not sql.endswith(LOCK)])


def test_a_post_takes_as_many_in_a_big_group_as_in_a_small_one() -> None:
    group = given_group()
    topic, person = given_topic(group), leader_of(group)
    given_post(topic, person)
    small = statements(lambda: act(person, "post.submit", topic=topic.id, body="hello"))
    for _ in range(5):
        given_post(topic, given_member(group).person)
    big = statements(lambda: act(person, "post.submit", topic=topic.id, body="hello again"))
    assert small == big <= 11
    reply = given_post(topic, person)
    assert statements(lambda: act(person, "post.submit", topic=topic.id, body="x", reply_to=reply.id)) <= 13


def test_reads_do_not_grow_with_what_is_there() -> None:
    group = given_group()
    person = leader_of(group)
    topic = given_topic(group)

    def counts() -> list[int]:
        return [
            statements(lambda: list_posts(person, topic.id)),
            statements(lambda: read_topic(person, topic.id)),
            statements(lambda: read_group(person, group.id)),
        ]

    given_post(topic, person)
    epoch()
    few = counts()
    for _ in range(4):
        given_post(topic, given_member(group).person)
        given_post(given_topic(group), person)
    assert counts() == few
    assert few[0] <= 2
    assert few[1] <= 3
    assert few[2] <= 7


def test_the_list_of_groups() -> None:
    person = leader_of(given_group())
    one = statements(lambda: list_groups(person))
    for _ in range(4):
        given_topic(given_group(person))
    five = statements(lambda: list_groups(person))
    assert one <= 4
    assert five - one <= 4


def test_lists_and_rooms_of_sessions_do_not_grow() -> None:
    group = given_group()
    person = leader_of(group)
    first, day = given_member(group), 2

    def plan() -> str:
        nonlocal day
        day += 1
        begins = (now() + timedelta(days=day)).strftime("%Y-%m-%dT18:00")
        data = {"starts_local": begins, "time_zone": "Europe/Berlin", "title": "Evening"}
        return str(act(person, "session.plan", group=group.id, **data)["session"])

    session = UUID(plan())
    act(person, "session.rhythm", session=session, version=1, rhythm="live")
    act(first.person, "session.arrive", session=session)

    def counts() -> list[int]:
        return [
            statements(lambda: list_sessions(person)),
            statements(lambda: read_group_sessions(person, group.id)),
            statements(lambda: read_session(person, session)),
            statements(lambda: read_room(person, session)),
            statements(lambda: read_session(first.person, session)),
            statements(lambda: read_room(first.person, session)),
        ]

    few = counts()
    for _ in range(4):
        plan()
        act(given_member(group).person, "session.arrive", session=session)
        mark = {"member": first.id, "state": "late"}
        act(person, "session.attend", session=session, marks=[mark])
    assert counts() == few
    assert few[0] <= 4
    assert few[1] <= 6
    assert max(few) <= 16


def test_a_post_in_a_live_room_takes_three_statements_more() -> None:
    group = given_group()
    member, leader = given_member(group).person, leader_of(group)
    begins = (now() + timedelta(days=1)).strftime("%Y-%m-%dT18:00")
    data = {"starts_local": begins, "time_zone": "Europe/Berlin", "title": "Evening"}
    session = act(leader, "session.plan", group=group.id, **data)["session"]
    room = act(leader, "session.rhythm", session=session, version=1, rhythm="live")["topic"]
    topic = given_topic(group)
    act(member, "post.submit", topic=topic.id, body="to begin with")
    plain = statements(lambda: act(member, "post.submit", topic=topic.id, body="hello"))
    live = statements(lambda: act(member, "post.submit", topic=room, body="hello there"))
    assert live == plain + 3, "whether it may, before the write and in it, and from when on it is shown"
