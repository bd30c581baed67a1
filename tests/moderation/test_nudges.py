"""A kind word before sending: it never blocks, never writes, and anything that fails says nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.models import Topic
from hearthside import limits
from moderation import group_rules, nudges
from moderation.group_rules import NUDGE
from moderation.models import RuleMatch
from moderation.nudges import BUILT_IN
from tests.given import (
    OUTSIDERS,
    Browser,
    act,
    given_circle,
    given_group,
    given_member,
    given_topic,
    leader_of,
)
from tests.moderation.given_rules import given_rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic() -> Topic:
    return given_topic(given_group())


def nudged(topic: Topic, body: str, by: Any = None, **more: Any) -> list[dict[str, str]]:
    person = by or given_member(topic.group).person
    data = {"topic": topic.id, "body": body, "content_note": None, **more}
    answer = Browser(person).send("/api/post.check", data)
    assert answer.status_code == 200, answer.content
    found: list[dict[str, str]] = answer.json()["nudges"]
    return found


def test_a_rule_that_is_on_nudges_with_its_words(topic: Topic) -> None:
    said = given_rule(topic.group, actions=["nudge", "hold"], nudge="Flowers are for Sundays.")
    usual = given_rule(topic.group, actions=["nudge"])
    given_rule(topic.group, actions=["hold"])
    given_rule(topic.group, actions=["nudge"], mode="shadow")
    given_rule(topic.group, actions=["nudge"], mode="off")
    given_rule(topic.group, actions=["nudge"], event="edit")
    assert nudged(topic, "daffodil") == [
        {"rule": str(said.id), "words": "Flowers are for Sundays."},
        {"rule": str(usual.id), "words": NUDGE},
    ]
    assert nudged(topic, "tulip") == []
    assert len(nudged(topic, "tulip", content_note="daffodil")) == 2


def test_exempt_people_are_not_nudged(topic: Topic) -> None:
    given_rule(topic.group, actions=["nudge"], exempt=["facilitator"])
    assert nudged(topic, "daffodil", leader_of(topic.group)) == []
    assert len(nudged(topic, "daffodil")) == 1


@pytest.mark.parametrize(
    ("body", "rules"),
    [
        ("You are such an idiot", ["attack"]),
        ("Write to me@example.org", ["contact_details"]),
        ("I do not want to be alive any more, I am such an idiot", []),
        ("It was a good week", []),
        ("", []),
    ],
)
def test_what_is_built_in(topic: Topic, body: str, rules: list[str]) -> None:
    assert nudged(topic, body) == [{"rule": rule, "words": BUILT_IN[rule]} for rule in rules]


def test_it_writes_nothing_and_does_not_disturb_the_repeats(topic: Topic) -> None:
    given_rule(topic.group, actions=["nudge"])
    person = given_member(topic.group).person
    browser = Browser(person)
    browser.csrf()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        for _ in range(8):
            browser.send("/api/post.check", {"topic": topic.id, "body": "daffodil"})
    own = [
        one["sql"]
        for one in asked
        if not one["sql"].lstrip().upper().startswith(("SELECT", "SAVEPOINT", "RELEASE"))
    ]
    assert [sql for sql in own if "signin" not in sql] == []
    assert not RuleMatch.objects.exists()
    assert act(person, "post.submit", topic=topic.id, body="daffodil")["state"] == "published"


def test_outsiders_learn_nothing() -> None:
    circle = given_circle()
    given_rule(circle.group, circle.people["facilitator"], actions=["nudge"])
    for who in OUTSIDERS:
        if who == "deactivated":
            continue  # has no sign-in to ask with
        answer = Browser(circle.people[who]).send(
            "/api/post.check", {"topic": circle.topic.id, "body": "daffodil"}
        )
        assert answer.status_code == 404, who
    assert Browser().send("/api/post.check", {"topic": circle.topic.id, "body": "x"}).status_code == 401
    assert len(nudged(circle.topic, "daffodil", circle.people["peer"])) == 1


def test_what_does_not_fit_is_refused(topic: Topic) -> None:
    browser = Browser(leader_of(topic.group))
    for data in ({"topic": topic.id}, {"topic": topic.id, "body": "a", "nonce": "12345678"}, {"body": "a"}):
        assert browser.send("/api/post.check", data).status_code == 422


def test_a_locked_topic_has_nothing_to_say(topic: Topic) -> None:
    given_rule(topic.group, actions=["nudge"])
    act(leader_of(topic.group), "topic.update", topic=topic.id, version=topic.version, locked=True)
    assert nudged(topic, "daffodil") == []


def test_too_many_at_once_are_answered_with_nothing(topic: Topic, monkeypatch: pytest.MonkeyPatch) -> None:
    given_rule(topic.group, actions=["nudge"])
    person = given_member(topic.group).person
    monkeypatch.setattr(limits, "_limiter", limits.Limiter("post.check=1/m:2"))
    assert [len(nudged(topic, "daffodil", person)) for _ in range(3)] == [1, 1, 0]


@pytest.mark.parametrize("place", ["acting_rules", "names_in", "room_now", "access_topic_to_write"])
def test_whatever_fails_says_nothing(topic: Topic, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    given_rule(topic.group, actions=["nudge"])
    person = given_member(topic.group).person
    assert len(nudged(topic, "daffodil", person)) == 1

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("what she said")

    monkeypatch.setattr(nudges, place, fail)
    assert nudged(topic, "daffodil", person) == []


def test_a_rule_that_fails_does_not_nudge(topic: Topic, monkeypatch: pytest.MonkeyPatch) -> None:
    given_rule(topic.group, actions=["nudge"], fail_mode="hold")
    monkeypatch.setattr(group_rules, "RULE_SECONDS", -1.0)
    assert nudged(topic, "daffodil") == []


def test_after_its_time_it_looks_no_further(topic: Topic, monkeypatch: pytest.MonkeyPatch) -> None:
    given_rule(topic.group, actions=["nudge"])
    monkeypatch.setattr(nudges, "SECONDS", -1.0)
    assert nudged(topic, "daffodil") == []
