"""Who may do what: one table of commands by standing, and absent and foreign that cannot be told apart."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from community import access
from community.models import Membership, Session
from hearthside.clock import now
from hearthside.commands import find_command, prepare_command, read_data
from hearthside.errors import AgreementNeeded, NotFound
from hearthside.live import Write, write
from tests.given import (
    OUTSIDERS,
    STANDINGS,
    Browser,
    Circle,
    as_json,
    fresh_nonce,
    given_circle,
    given_group,
    given_member,
    given_person,
    given_post,
    given_topic,
    outcome_of,
    problem_of,
)

pytestmark = pytest.mark.django_db
LONG = "Be kind, and keep what you read here to yourself."


@pytest.fixture
def circle() -> Circle:
    """A group with somebody of every standing."""
    return given_circle()


def data_of(circle: Circle, command: str) -> dict[str, Any]:
    """Data that fits a command about this circle."""
    group, topic, post = {"group": circle.group.id}, {"topic": circle.topic.id}, {"post": circle.post.id}
    table: dict[str, dict[str, Any]] = {
        "group.update": {**group, "version": 1, "name": "Evening circle"},
        "group.close": group,
        "group.invite": {**group, "email": "new@example.org"},
        "agreement.accept": {**group, "version": 1},
        "agreement.publish": {**group, "text": LONG},
        "group.leave": group,
        "member.remove": {**group, "member": circle.member_id("peer")},
        "member.rename": {**group, "name": f"Willow {str(uuid4())[:4]}"},
        "topic.create": {**group, "title": "Sleep"},
        "topic.update": {**topic, "version": 1, "title": "Sleep"},
        "topic.read": {**topic, "seq": 1},
        "post.submit": {**topic, "body": "hello"},
        "post.edit": {**post, "version": 1, "body": "hello again"},
        "post.withdraw": post,
        "post.restore": post,
    }
    return {**table, **session_data(circle)}[command]


def session_data(circle: Circle) -> dict[str, dict[str, Any]]:
    """Data that fits the commands about sessions, for a session of this circle that is live."""
    group, session = {"group": circle.group.id}, {"session": the_live(circle).id}
    new = {"time_zone": "Europe/Berlin", "title": "Evening"}
    day = (now() + timedelta(days=7)).strftime("%Y-%m-%d")
    version = {"version": the_live(circle).version}
    return {
        "series.plan": {**group, **new, "rrule": "FREQ=DAILY;COUNT=2", "begins_local": f"{day}T18:00"},
        "session.plan": {**group, **new, "starts_local": f"{day}T18:00"},
        "session.change": {**session, **version, "place": f"Room {str(uuid4())[:4]}"},
        "session.rhythm": {**session, **version, "rhythm": "closing"},
        "session.attend": {**session, "marks": [{"member": circle.member_id("member"), "state": "late"}]},
        "session.arrive": session,
        "session.here": session,
        "session.leave": session,
        "session.check_in": {**session, "word": 3},
        "intention.write": {**session, "words": "listen"},
        "feedback.give": {**session, "relationship": 1, "goals": 2, "approach": 3, "overall": 4},
        "check_in.ask": session,
        "round.set": {**session, "order": []},
        "room.pause": {**session, "paused": False},
        "room.slow": {**session, "seconds": 0},
        "follow_up.add": {**session, "words": "ask again"},
        "group.reflect_hours": {**group, "hours": 12},
    }


def the_live(circle: Circle) -> Session:
    """The circle's session, begun now in an open room where somebody asks how everybody is; made at first."""
    found = Session.objects.filter(group=circle.group).order_by("created_at").first()
    return found or Session.objects.create(
        group=circle.group,
        title="Now",
        starts_at=now() - timedelta(minutes=5),
        ends_at=now() + timedelta(hours=1),
        time_zone="Europe/Berlin",
        rhythm="live",
        began_at=now(),
        check_in_asked_at=now(),
        topic=circle.topic,
    )


# command: what it answers to the facilitator, the member who wrote the post and topic, and another member
INSIDE = {
    "group.update": ("ok", "denied", "denied"),
    "group.close": ("ok", "denied", "denied"),
    "group.invite": ("ok", "denied", "denied"),
    "agreement.accept": ("ok", "ok", "ok"),
    "agreement.publish": ("ok", "denied", "denied"),
    "group.leave": ("denied", "ok", "ok"),
    "member.remove": ("ok", "denied", "denied"),
    "member.rename": ("ok", "ok", "ok"),
    "topic.create": ("ok", "ok", "ok"),
    "topic.update": ("ok", "ok", "denied"),
    "topic.read": ("ok", "ok", "ok"),
    "post.submit": ("ok", "ok", "ok"),
    "post.edit": ("denied", "ok", "denied"),
    "post.withdraw": ("denied", "ok", "denied"),
    "post.restore": ("denied", "ok", "denied"),
    "series.plan": ("ok", "denied", "denied"),
    "session.plan": ("ok", "denied", "denied"),
    "session.change": ("ok", "denied", "denied"),
    "session.rhythm": ("ok", "denied", "denied"),
    "session.attend": ("ok", "denied", "denied"),
    "session.arrive": ("ok", "ok", "ok"),
    "session.here": ("ok", "ok", "ok"),
    "session.leave": ("ok", "ok", "ok"),
    "session.check_in": ("ok", "ok", "ok"),
    "intention.write": ("ok", "ok", "ok"),
    "feedback.give": ("denied", "ok", "ok"),
    "check_in.ask": ("ok", "denied", "denied"),
    "round.set": ("ok", "denied", "denied"),
    "room.pause": ("ok", "denied", "denied"),
    "room.slow": ("ok", "denied", "denied"),
    "follow_up.add": ("ok", "denied", "denied"),
    "group.reflect_hours": ("ok", "denied", "denied"),
}


@pytest.mark.parametrize("command", INSIDE)
def test_inside_the_group(circle: Circle, command: str) -> None:
    found = {}
    for who in ("peer", "member", "facilitator"):
        data = data_of(circle, command)
        if command == "topic.update":
            circle.topic.refresh_from_db()
            data["version"] = circle.topic.version
        found[who] = outcome_of(circle.people[who], command, **data)
    assert (found["facilitator"], found["member"], found["peer"]) == INSIDE[command]


@pytest.mark.parametrize("command", INSIDE)
def test_outside_the_group_everything_is_absent(circle: Circle, command: str) -> None:
    data = data_of(circle, command)
    nowhere: dict[str, Any] = {
        name: uuid4() for name in ("group", "topic", "post", "session") if name in data
    }
    absent = problem_of(circle.people["facilitator"], command, **{**data, **nowhere})
    assert absent["type"] == "not_found"
    for who in OUTSIDERS:
        assert problem_of(circle.people[who], command, **data) == absent, who
        assert problem_of(circle.people[who], command, **{**data, **nowhere}) == absent, who


def test_only_staff_open_groups() -> None:
    allowed = {"admin": "ok", "facilitator": "ok", "member": "denied"}
    for role, outcome in allowed.items():
        assert outcome_of(given_person(role), "group.open", name="New") == outcome, role
    closed = given_person("facilitator")
    type(closed).objects.filter(pk=closed.pk).update(is_active=False)
    assert outcome_of(closed, "group.open", name="New") == "signed_out"
    lowered = given_person("facilitator")
    type(lowered).objects.filter(pk=lowered.pk).update(role="member")
    assert outcome_of(lowered, "group.open", name="New") == "denied"


READS = (
    "/api/groups/{group}",
    "/api/topics/{topic}",
    "/api/topics/{topic}/posts",
    "/api/posts/{post}",
    "/api/groups/{group}/sessions",
    "/api/sessions/{session}",
    "/api/sessions/{session}/room",
)


def fill(path: str, circle: Circle) -> str:
    """A path with the circle's ids."""
    session = the_live(circle).id
    return path.format(group=circle.group.id, topic=circle.topic.id, post=circle.post.id, session=session)


@pytest.mark.parametrize("path", READS)
def test_reads(circle: Circle, path: str) -> None:
    nowhere = path.format(group=uuid4(), topic=uuid4(), post=uuid4(), session=uuid4())
    absent = Browser(circle.people["member"]).get(nowhere)
    assert (absent.status_code, absent["Content-Type"]) == (404, "application/problem+json")
    for who in STANDINGS:
        if who == "deactivated":
            continue
        answer = Browser(circle.people[who]).get(fill(path, circle))
        if who in OUTSIDERS:
            assert (answer.status_code, answer.content) == (404, absent.content), who
        else:
            assert answer.status_code == 200, who


@pytest.mark.parametrize(
    "path", [*READS, "/api/groups", "/api/groups/{group}/invitations", "/api/sessions", "/api/calendar"]
)
def test_without_a_living_sign_in_nothing_is_read(circle: Circle, path: str) -> None:
    for browser in (Browser(), Browser(circle.people["deactivated"])):
        answer = browser.get(fill(path, circle))
        assert (answer.status_code, answer.json()["type"]) == (401, "signed_out")


@pytest.mark.parametrize("command", [*INSIDE, "group.open", "invitation.accept"])
def test_without_a_living_sign_in_nothing_is_done(circle: Circle, command: str) -> None:
    for browser in (Browser(), Browser(circle.people["deactivated"])):
        answer = browser.command(command)
        assert (answer.status_code, answer.json()["type"]) == (401, "signed_out")


def test_the_list_of_groups_holds_only_one_s_own(circle: Circle) -> None:
    for who in ("facilitator", "member", "peer"):
        rows = Browser(circle.people[who]).get("/api/groups").json()["groups"]
        assert [row["id"] for row in rows] == [str(circle.group.id)], who
    for who in ("former member", "removed", "admin"):
        assert Browser(circle.people[who]).get("/api/groups").json() == {"groups": []}, who
    other = Browser(circle.people["other group's member"]).get("/api/groups").json()["groups"]
    assert str(circle.group.id) not in [row["id"] for row in other]


def test_invitations_are_for_the_group_s_facilitators(circle: Circle) -> None:
    path = f"/api/groups/{circle.group.id}/invitations"
    statuses = {
        who: Browser(circle.people[who]).get(path).status_code for who in STANDINGS if who != "deactivated"
    }
    assert statuses == {
        "facilitator": 200,
        "member": 403,
        **dict.fromkeys(set(OUTSIDERS) - {"deactivated"}, 404),
    }


def test_ids_of_other_kinds_and_other_groups_are_absent(circle: Circle) -> None:
    facilitator = circle.people["facilitator"]
    elsewhere = given_group(name="Elsewhere")
    stranger = given_member(elsewhere)
    absent = problem_of(facilitator, "member.remove", group=circle.group.id, member=uuid4())
    foreign = problem_of(facilitator, "member.remove", group=circle.group.id, member=stranger.id)
    gone = problem_of(facilitator, "member.remove", group=circle.group.id, member=circle.member_id("removed"))
    assert absent == foreign == gone
    assert absent["type"] == "not_found"
    assert outcome_of(facilitator, "topic.read", topic=circle.post.id, seq=1) == "not_found"
    assert outcome_of(facilitator, "post.withdraw", post=circle.topic.id) == "not_found"


def test_before_the_agreement_nothing_is_read(circle: Circle) -> None:
    person = circle.people["peer"]
    Membership.objects.filter(person=person).update(agreement_version=0)
    with pytest.raises(AgreementNeeded) as needed:
        access.access_topic(person, circle.topic.id)
    assert needed.value.extra == {"group": str(circle.group.id), "agreement_version": 1}
    browser = Browser(person)
    assert browser.get(f"/api/topics/{circle.topic.id}/posts").status_code == 409
    page = browser.get(f"/api/groups/{circle.group.id}").json()
    assert (page["topics"], page["agreement"]["ever"], page["agreement"]["accepted"]) == ([], False, False)
    (row,) = browser.get("/api/groups").json()["groups"]
    assert (row["topics"], row["unread"]) == ([], 0)
    assert outcome_of(person, "post.submit", topic=circle.topic.id, body="x") == "agreement_needed"


def test_an_unpublished_post_is_its_author_s_alone(circle: Circle) -> None:
    post = given_post(circle.topic, circle.people["member"])
    type(post).objects.filter(pk=post.pk).update(state="held", seq=None, at=None)
    assert access.access_post(circle.people["member"], post.id)[0].id == post.id
    for who in ("facilitator", "peer"):
        with pytest.raises(NotFound):
            access.access_post(circle.people[who], post.id)
    row = Browser(circle.people["member"]).get(f"/api/posts/{post.id}").json()
    assert (row["state"], row["seq"], row["body"]) == ("held", None, post.body)


@pytest.mark.parametrize("command", [name for name, (_, member, _) in INSIDE.items() if member == "ok"])
def test_access_is_checked_again_inside_the_write(circle: Circle, command: str) -> None:
    """Somebody removed between preparing a command and its write is refused by the action."""
    person, row = circle.people["member"], find_command(command)
    data = read_data(row, as_json({"nonce": fresh_nonce(), **data_of(circle, command)}))
    prepared = prepare_command(row, person, data)
    assert isinstance(prepared, Write)
    Membership.objects.filter(person=person).update(state="removed")
    with pytest.raises(NotFound):
        write(prepared)


def test_a_topic_is_found_only_through_its_group(circle: Circle) -> None:
    group = given_group(name="Elsewhere")
    topic = given_topic(group)
    with pytest.raises(NotFound):
        access.access_topic(circle.people["facilitator"], topic.id)
