"""The live room: its rhythm step by step, who may write when, rounds, pauses, questions and the follow-up list."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Person
from community.jobs import tell_room
from community.models import CheckIn, Membership, Session, Topic
from hearthside.models import Job, LogEvent
from tests.community.given_sessions import MONDAY, at, given_session, move_on, the_session
from tests.given import (
    Browser,
    Circle,
    act,
    given_circle,
    given_ended,
    given_group,
    given_member,
    given_post,
    leader_of,
    outcome_of,
    problem_of,
)

pytestmark = pytest.mark.django_db
BEGIN = MONDAY.replace(day=3, month=12, hour=17)
RHYTHMS = [str(each) for each in Session.Rhythm]
# every step there is; all others are refused
STEPS = {
    ("prepare", "arrive"),
    ("prepare", "live"),
    ("arrive", "prepare"),
    ("arrive", "live"),
    ("live", "closing"),
    ("live", "reflect"),
    ("closing", "live"),
    ("closing", "reflect"),
    ("reflect", "closing"),
    ("reflect", "quiet"),
    ("quiet", "reflect"),
}


@pytest.fixture
def circle() -> Circle:
    """A group with somebody of every standing."""
    with at(MONDAY):
        return given_circle()


@pytest.fixture
def session(circle: Circle) -> Session:
    """A session of theirs."""
    with at(MONDAY):
        return given_session(circle.group)


@pytest.mark.parametrize("begin", RHYTHMS)
@pytest.mark.parametrize("to", RHYTHMS)
def test_every_step_of_the_rhythm(circle: Circle, session: Session, begin: str, to: str) -> None:
    Session.objects.filter(pk=session.pk).update(rhythm=begin)
    data = {"session": session.id, "version": 1, "rhythm": to}
    with at(BEGIN):
        assert outcome_of(circle.people["member"], "session.rhythm", **data) == "denied"
        outcome = outcome_of(circle.people["facilitator"], "session.rhythm", **data)
    assert outcome == ("ok" if (begin, to) in STEPS else "closed")
    assert the_session(session.id).rhythm == (to if outcome == "ok" else begin)


def test_a_step_counts_at_its_version(circle: Circle, session: Session) -> None:
    leader = circle.people["facilitator"]
    problem = problem_of(leader, "session.rhythm", session=session.id, version=9, rhythm="arrive")
    assert (problem["type"], problem["current"]["id"], problem["current"]["version"]) == (
        "stale",
        str(session.id),
        1,
    )


def test_the_first_opening_makes_the_room(circle: Circle, session: Session) -> None:
    with at(BEGIN):
        opened = move_on(session, "arrive")
        topic = Topic.objects.get(of_session=session.id)
        assert (opened.topic_id, topic.title) == (topic.id, "Evening · 3 Dec 2026")
        move_on(session, "prepare", "live")
    assert Topic.objects.filter(of_session=session.id).count() == 1
    rows = Browser(circle.people["member"]).get(f"/api/groups/{circle.group.id}").json()["topics"]
    assert {row["id"]: row["session"] for row in rows} == {
        str(topic.id): str(session.id),
        str(circle.topic.id): None,
    }
    logged = LogEvent.objects.filter(stream=circle.group.stream, object_id=str(topic.id))
    assert [row.type for row in logged] == ["topic.created"]


# state, and whether a member, and a facilitator, may write in it
WRITING = {
    "prepare": ("room_closed", "ok"),
    "arrive": ("ok", "ok"),
    "live": ("ok", "ok"),
    "closing": ("ok", "ok"),
    "reflect": ("ok", "ok"),
    "quiet": ("room_closed", "ok"),
}


@pytest.mark.parametrize("rhythm", RHYTHMS)
def test_who_may_write(circle: Circle, session: Session, rhythm: str) -> None:
    steps = {
        "prepare": ("arrive", "prepare"),
        "arrive": ("arrive",),
        "live": ("live",),
        "closing": ("live", "closing"),
        "reflect": ("live", "reflect"),
        "quiet": ("live", "reflect", "quiet"),
    }
    with at(BEGIN):
        room = move_on(session, *steps[rhythm])
        found = tuple(
            outcome_of(circle.people[who], "post.submit", topic=room.topic_id, body=f"hello {who}")
            for who in ("member", "facilitator")
        )
        assert found == WRITING[rhythm]
        page = Browser(circle.people["member"]).get(f"/api/sessions/{session.id}").json()["room"]
    assert page["may_write"] == (found[0] == "ok")
    assert page["why_not"] == {"prepare": "before", "quiet": "over"}.get(rhythm)
    assert page["open"] == (rhythm in ("arrive", "live", "closing"))


def test_what_a_closed_room_says(circle: Circle, session: Session) -> None:
    with at(BEGIN - timedelta(hours=1)):
        room = move_on(session, "arrive", "prepare")
        problem = problem_of(circle.people["member"], "post.submit", topic=room.topic_id, body="hello")
    assert (problem["status"], problem["opens_at"]) == (409, "2026-12-03T16:45:00.000Z")
    with at(BEGIN):
        move_on(session, "live", "reflect", "quiet")
        assert (
            problem_of(circle.people["member"], "post.submit", topic=room.topic_id, body="x")["opens_at"]
            is None
        )


def test_time_to_reflect_is_the_group_s_and_ends_by_itself(circle: Circle, session: Session) -> None:
    leader, member = circle.people["facilitator"], circle.people["member"]
    assert outcome_of(member, "group.reflect_hours", group=circle.group.id, hours=2) == "denied"
    act(leader, "group.reflect_hours", group=circle.group.id, hours=2)
    with at(BEGIN):
        room = move_on(session, "live", "reflect")
    for minutes, outcome in ((119, "ok"), (120, "room_closed"), (3000, "room_closed")):
        with at(BEGIN + timedelta(minutes=minutes)):
            assert outcome_of(member, "post.submit", topic=room.topic_id, body=f"at {minutes}") == outcome
            page = Browser(leader).get(f"/api/sessions/{session.id}").json()
            assert page["proposed_rhythm"] == (None if outcome == "ok" else "quiet")
    with at(BEGIN + timedelta(hours=5)):
        move_on(session, "quiet", "reflect")
        assert outcome_of(member, "post.submit", topic=room.topic_id, body="once more") == "ok"


def test_words_of_before_are_not_changed_in_a_closed_room(circle: Circle, session: Session) -> None:
    member = circle.people["member"]
    with at(BEGIN):
        room = move_on(session, "live")
        assert room.topic is not None
        post = given_post(room.topic, member, "first words")
        act(circle.people["facilitator"], "round.set", session=session.id, order=[circle.member_id("peer")])
        assert outcome_of(member, "post.edit", post=post.id, version=1, body="mended words") == "ok"
        move_on(session, "reflect", "quiet")
        assert outcome_of(member, "post.edit", post=post.id, version=2, body="other words") == "room_closed"
        assert outcome_of(member, "post.withdraw", post=post.id) == "ok"


def test_a_round(circle: Circle, session: Session) -> None:
    leader, member, peer = (circle.people[who] for who in ("facilitator", "member", "peer"))
    order = [circle.member_id("member"), circle.member_id("peer")]
    with at(BEGIN):
        assert outcome_of(leader, "round.set", session=session.id, order=order) == "closed"
        room = move_on(session, "live")
        assert outcome_of(member, "round.set", session=session.id, order=order) == "denied"
        assert outcome_of(member, "round.next", session=session.id) == "closed"
        assert act(leader, "round.set", session=session.id, order=order)["turn"] == str(order[0])

        def may(*people: Person) -> list[str]:
            return [
                outcome_of(who, "post.submit", topic=room.topic_id, body=f"words {who.pk} {number}")
                for number, who in enumerate(people)
            ]

        assert may(member, peer, leader) == ["ok", "not_your_turn", "ok"]
        assert problem_of(peer, "post.submit", topic=room.topic_id, body="me")["turn"] == str(order[0])
        assert outcome_of(peer, "round.next", session=session.id) == "denied"
        assert act(member, "round.next", session=session.id)["turn"] == str(order[1])
        assert may(peer, member) == ["ok", "not_your_turn"]
        page = Browser(member).get(f"/api/sessions/{session.id}").json()["room"]
        assert (page["may_write"], page["why_not"], page["turn"]) == (False, "turn", str(order[1]))
        assert act(leader, "round.next", session=session.id)["order"] == []
        assert may(member, peer) == ["ok", "ok"]
        assert Browser(peer).get(f"/api/sessions/{session.id}/room").json()["round_order"] == []


def test_a_round_is_of_people_who_are_there(circle: Circle, session: Session) -> None:
    leader = circle.people["facilitator"]
    with at(BEGIN):
        move_on(session, "live")
        stranger = given_member(given_group()).id
        for order in ([stranger], [circle.member_id("removed")], [circle.member_id("peer")] * 2):
            assert outcome_of(leader, "round.set", session=session.id, order=order) == "invalid"
        act(
            leader,
            "round.set",
            session=session.id,
            order=[circle.member_id("peer"), circle.member_id("member")],
        )
        given_ended(Membership.objects.get(pk=circle.member_id("peer")), "left")
        assert the_session(session.id).round_order == [str(circle.member_id("member"))]
        move_on(session, "reflect")
    assert the_session(session.id).round_order == []


def test_pause_and_slow(circle: Circle, session: Session) -> None:
    leader, member = circle.people["facilitator"], circle.people["member"]
    with at(BEGIN):
        assert outcome_of(leader, "room.pause", session=session.id, paused=True) == "closed"
        room = move_on(session, "live")
        for command, data in (("room.pause", {"paused": True}), ("room.slow", {"seconds": 60})):
            assert outcome_of(member, command, session=session.id, **data) == "denied"
        act(leader, "room.pause", session=session.id, paused=True)
        assert outcome_of(member, "post.submit", topic=room.topic_id, body="x") == "closed"
        assert outcome_of(leader, "post.submit", topic=room.topic_id, body="Let us breathe.") == "ok"
        page = Browser(member).get(f"/api/sessions/{session.id}").json()["room"]
        assert (page["why_not"], page["paused"]) == ("paused", True)
        act(leader, "room.pause", session=session.id, paused=False)
        act(leader, "room.slow", session=session.id, seconds=60)
        given_post(room.topic, member)  # type: ignore[arg-type]
        assert outcome_of(member, "post.submit", topic=room.topic_id, body="again") == "slow_mode"
        shown = Browser(member).get(f"/api/sessions/{session.id}/room").json()
        assert (shown["paused"], shown["slow_seconds"]) == (False, 60)
        assert outcome_of(leader, "room.slow", session=session.id, seconds=4000) == "invalid"
    types = list(
        LogEvent.objects.filter(stream=circle.group.stream).order_by("seq").values_list("type", flat=True)
    )
    assert types.count("topic.updated") == 3


def test_a_question_to_everybody_is_for_the_facilitators(circle: Circle, session: Session) -> None:
    leader, member, peer = (circle.people[who] for who in ("facilitator", "member", "peer"))
    path = f"/api/sessions/{session.id}/room"
    with at(BEGIN):
        move_on(session, "live")
        assert outcome_of(member, "check_in.ask", session=session.id) == "denied"
        assert outcome_of(member, "session.check_in", session=session.id, word=3) == "closed"
        assert Browser(member).get(path).json()["check_in"] is None
        act(leader, "check_in.ask", session=session.id)
        for data, outcome in (
            ({}, "invalid"),
            ({"word": 0}, "invalid"),
            ({"word": 6}, "invalid"),
            ({"words": " "}, "invalid"),
        ):
            assert outcome_of(member, "session.check_in", session=session.id, **data) == outcome
        act(member, "session.check_in", session=session.id, word=2, words="tired")
        act(member, "session.check_in", session=session.id, word=3, words="a little tired")
        shown = Browser(leader).get(path).json()
        answers = {row["membership"]: row["check_in"] for row in shown["people"] if row["check_in"]}
        assert list(answers) == [str(circle.member_id("member"))]
        assert (answers[str(circle.member_id("member"))]["word"], CheckIn.objects.count()) == (3, 1)
        for who in (member, peer):
            seen = Browser(who).get(path).json()
            assert (seen["people"], seen["follow_up"]) == (None, None)
            assert (seen["check_in"]["mine"] or {}).get("words") == (
                "a little tired" if who == member else None
            )
    with at(BEGIN + timedelta(minutes=30)):
        act(leader, "check_in.ask", session=session.id)
        assert [row["check_in"] for row in Browser(leader).get(path).json()["people"]] == [None] * 4
        move_on(session, "reflect")
        assert outcome_of(member, "session.check_in", session=session.id, word=3) == "closed"
    row = CheckIn.objects.get()
    assert "tired" not in repr(row) + str(row)


def test_the_follow_up_list(circle: Circle, session: Session) -> None:
    leader, member = circle.people["facilitator"], circle.people["member"]
    assert outcome_of(member, "follow_up.add", session=session.id, words="x") == "denied"
    line = act(leader, "follow_up.add", session=session.id, words="Ask Wren about work")
    assert outcome_of(member, "follow_up.done", id=line["id"], done=True) == "not_found"
    stranger = leader_of(given_group())
    assert outcome_of(stranger, "follow_up.done", id=line["id"], done=True) == "not_found"
    act(leader, "follow_up.done", id=line["id"], done=True)
    act(leader, "follow_up.done", id=line["id"], done=True)
    (row,) = Browser(leader).get(f"/api/sessions/{session.id}/room").json()["follow_up"]
    assert (row["words"], row["done"]) == ("Ask Wren about work", True)
    act(leader, "follow_up.done", id=line["id"], done=False)
    assert Browser(leader).get(f"/api/sessions/{session.id}/room").json()["follow_up"][0]["done"] is False


# minutes from the beginning, rhythm, and what the schedule proposes
PROPOSED = [
    (-60, "prepare", None),
    (-15, "prepare", "arrive"),
    (0, "prepare", "live"),
    (89, "prepare", "live"),
    (90, "prepare", None),
    (-5, "arrive", None),
    (0, "arrive", "live"),
    (10, "live", None),
    (80, "live", "closing"),
    (200, "live", "closing"),
    (85, "closing", None),
    (90, "closing", "reflect"),
    (100, "quiet", None),
]


@pytest.mark.parametrize(("minutes", "rhythm", "proposed"), PROPOSED)
def test_the_schedule_only_proposes(
    circle: Circle, session: Session, minutes: int, rhythm: str, proposed: str | None
) -> None:
    Session.objects.filter(pk=session.pk).update(rhythm=rhythm)
    with at(BEGIN + timedelta(minutes=minutes)):
        leader, member = (Browser(circle.people[who]) for who in ("facilitator", "member"))
        page = leader.get(f"/api/sessions/{session.id}").json()
        assert (page["proposed_rhythm"], page["rhythm"]) == (proposed, rhythm)
        assert member.get(f"/api/sessions/{session.id}").json()["proposed_rhythm"] is None
        room = leader.get(f"/api/sessions/{session.id}/room").json()
    assert room["proposes"] == proposed
    assert {(rhythm, to) for to in room["moves"]} == {step for step in STEPS if step[0] == rhythm}


def test_a_room_tells_at_most_once_a_second_and_forgets_nothing(circle: Circle, session: Session) -> None:
    leader = circle.people["facilitator"]
    with at(BEGIN):
        move_on(session, "live")
        for number in range(5):
            act(leader, "follow_up.add", session=session.id, words=f"line {number}")
    told = LogEvent.objects.filter(stream=circle.group.stream, type="room.changed")
    assert told.count() == 1
    (job,) = Job.objects.filter(path__endswith="tell_room")
    assert (job.args, job.due_at) == ([str(session.id)], BEGIN + timedelta(seconds=1))
    with at(BEGIN + timedelta(seconds=1)):
        tell_room.call(str(session.id))
    assert told.count() == 2
    assert {row.object_id for row in told} == {str(session.id)}
