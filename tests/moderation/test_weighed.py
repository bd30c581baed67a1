"""The words that weighed most, as facilitators get them: who may, of which words, by which version."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Person
from moderation import explaining, scoring
from moderation.actions.items import Signal
from moderation.classifiers import BadModel
from moderation.models import ReviewItem
from moderation.words import RULES_VERSION
from tests.given import (
    STANDINGS,
    Browser,
    Circle,
    act,
    given_group,
    given_member,
    given_person,
    the_post,
)
from tests.moderation.given_flagging import agree, read_by
from tests.moderation.given_models import Hanging, Summing
from tests.moderation.given_review import given_item, given_lead, given_revision, inside, member_of, the_item
from tests.moderation.given_rules import given_rule
from tests.moderation.given_weighed import MODEL, RULE, WORDS, circle, given_words, model, phrases, put

__all__ = ["circle", "model"]
pytestmark = pytest.mark.django_db


def ask(person: Person, item: ReviewItem) -> Any:
    """What the door answers about an item."""
    return Browser(person).get(f"/api/review/{item.id}/weighed")


def opened(person: Person, item: ReviewItem) -> dict[str, Any]:
    """The answer for somebody who has asked for the words."""
    act(person, "review.open", item=item.id, anyway=True)
    answer = ask(person, item)
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


@pytest.mark.usefixtures("model")
def test_what_weighed_most_with_the_model(circle: Circle) -> None:
    item = given_words(circle)
    answer = opened(circle.people["facilitator"], item)
    assert phrases(answer["outputs"]) == {"insult": ["you people", "dreary"]}
    assert (answer["by"], answer["current"], answer["whole"], answer["rules"]) == (
        "summing-1",
        True,
        True,
        [],
    )
    (reason,) = answer["outputs"]
    assert reason["what"] == "The machine finds this an insult"
    assert reason["signals"] == [str(item.signals.get().id)]
    for span in reason["spans"]:
        assert WORDS[span["start"] : span["end"]] == span["words"]
        assert span["weight"] > 1


def test_what_the_rules_found_needs_no_model(circle: Circle) -> None:
    phone = Signal(source="rule", reason="phone", by_version=RULES_VERSION)
    item = given_words(circle, "You are a worthless idiot. Call 07700 900 123!", RULE, phone, consent=False)
    answer = opened(circle.people["facilitator"], item)
    assert phrases(answer["rules"]) == {"insult": ["You are a worthless idiot"], "phone": ["07700 900 123"]}
    assert {row["what"] for row in answer["rules"]} == {"This insults somebody", "This has a phone number"}
    assert (answer["by"], answer["current"], answer["outputs"]) == ("", True, [])


def test_a_rule_of_the_group(circle: Circle) -> None:
    leader = circle.people["facilitator"]
    rule = given_rule(circle.group, leader, trigger={"kind": "keyword", "words": ["miracle cure"]})
    hours = {"kind": "hour", "from": 0, "to": 24}
    late = given_rule(circle.group, leader, name="Late", trigger=hours, mode="off")
    signals = [
        Signal(source="group_rule", reason="group_rule", by_version=str(one.version), group_rule=one)
        for one in (rule, late)
    ]
    item = given_words(circle, "I found a m1racle cure, really. A miracle cure!", *signals)
    (row,) = opened(leader, item)["rules"]
    assert [span["words"] for span in row["spans"]] == ["m1racle cure", "miracle cure"]
    assert row["signals"] == [str(item.signals.get(group_rule=rule).id)]


EVERYBODY = (
    *STANDINGS,
    "peer",
    "another group's facilitator",
    "clinical lead",
)


@pytest.mark.usefixtures("model")
def test_only_who_has_opened_it_gets_an_answer(circle: Circle) -> None:
    people = circle.people
    people["another group's facilitator"] = given_person("facilitator")
    given_group(people["another group's facilitator"])
    people["clinical lead"] = given_lead(given_person("admin"))
    item = given_words(circle)
    other = given_member(circle.group, role="facilitator").person
    opened(people["facilitator"], item)
    missing = ask(other, ReviewItem(id=uuid4()))
    assert missing.status_code == 404
    for who in (*EVERYBODY, "other facilitator"):
        person = people.get(who, other)
        if who == "deactivated":
            continue
        answer = ask(person, item)
        assert answer.status_code == (200 if who == "facilitator" else 404), who
        if who != "facilitator":
            assert answer.json() == missing.json(), who
    assert Browser().get(f"/api/review/{item.id}/weighed").status_code == 401


@pytest.mark.usefixtures("model")
def test_the_clinical_lead_gets_what_is_shared_once_opened(circle: Circle) -> None:
    lead = given_lead(given_person("admin"))
    item = given_words(circle)
    put(the_item(item.id), with_lead=True)
    assert ask(lead, item).status_code == 404
    assert opened(lead, item)["outputs"]


@pytest.mark.usefixtures("model")
def test_nobody_gets_it_of_their_own_words(circle: Circle) -> None:
    leader = circle.people["facilitator"]
    item = given_words(circle)
    opened(leader, item)
    put(the_item(item.id), author=member_of(circle.group, leader))
    assert ask(leader, item).status_code == 404


@pytest.mark.usefixtures("model")
def test_it_is_covered_again_the_next_day(circle: Circle, moved: Any) -> None:
    leader, item = circle.people["facilitator"], given_words(circle)
    opened(leader, item)
    moved(24 * 3600)
    assert ask(leader, item).status_code == 404


@pytest.mark.usefixtures("model")
def test_words_that_are_gone_are_not_revealed(circle: Circle) -> None:
    leader, item = circle.people["facilitator"], given_words(circle)
    opened(leader, item)
    put(the_item(item.id), snapshot="")
    assert ask(leader, item).status_code == 200, "its page shows the words as they are now"
    put(the_post(item.target_id), body="", html="")
    assert ask(leader, item).status_code == 404


@pytest.mark.parametrize("kind", ["revision", "topic", "name", "member"])
def test_each_kind_of_words(circle: Circle, kind: str) -> None:
    leader, member = circle.people["facilitator"], circle.people["member"]
    revision, item = given_revision(circle)
    targets = {"topic": circle.topic.id, "name": circle.member_id("member"), "member": uuid4()}
    put(revision, body="you idiot")
    put(circle.topic, title="you idiot")
    put(member_of(circle.group, member), name="you idiot")
    target = targets.get(kind, revision.id)
    put(the_item(item.id), target_kind=kind, target_id=target, snapshot="{}")
    inside(lambda: item.signals.create(source="rule", reason="insult", by_version=RULES_VERSION))
    act(leader, "review.open", item=item.id)
    answer = ask(leader, item)
    assert answer.status_code == (404 if kind == "member" else 200)
    if kind != "member":
        assert set(map(str, phrases(answer.json()["rules"]).values())) == {"['you idiot']"}


def test_without_consent_no_model_reads(circle: Circle, model: Summing) -> None:
    item = given_words(circle, "You idiot, dreary.", MODEL, RULE)
    agree(circle.people["member"], given=False)
    answer = opened(circle.people["facilitator"], item)
    assert (answer["by"], answer["outputs"]) == ("", [])
    assert phrases(answer["rules"]) == {"insult": ["You idiot"]}
    assert model.texts == []


def test_no_model_reads_what_none_spoke_up_about(circle: Circle, model: Summing) -> None:
    report = Signal(source="member", reason="attack", by=member_of(circle.group, circle.people["peer"]))
    answer = opened(circle.people["facilitator"], given_words(circle, WORDS, report))
    assert (answer["outputs"], answer["rules"], model.texts) == ([], [], [])


def test_without_a_model_there_are_only_rules(circle: Circle, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise BadModel("no such file")

    item = given_words(circle, "You idiot, dreary.", MODEL, RULE)
    for current in (lambda: None, broken):
        monkeypatch.setattr(scoring, "current_scorer", current)
        answer = opened(circle.people["facilitator"], item)
        assert (answer["by"], answer["outputs"]) == ("", [])
        assert phrases(answer["rules"]) == {"insult": ["You idiot"]}


def test_a_model_that_hangs_leaves_the_rules(circle: Circle, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Hanging()
    read_by(monkeypatch, model)
    monkeypatch.setattr(explaining, "DEADLINE_SECONDS", 0.05)
    answer = opened(circle.people["facilitator"], given_words(circle, "You idiot, dreary.", MODEL, RULE))
    model.go.set()
    assert (answer["outputs"], answer["whole"]) == ([], False)
    assert phrases(answer["rules"]) == {"insult": ["You idiot"]}


@pytest.mark.usefixtures("model")
def test_another_version_says_so(circle: Circle) -> None:
    leader = circle.people["facilitator"]
    old = Signal(source="model", reason="model_insult", by_version="summing-0")
    assert opened(leader, given_words(circle, WORDS, old))["current"] is False
    old_rule = Signal(source="rule", reason="insult", by_version="rules-0")
    assert opened(leader, given_words(circle, "You idiot", old_rule))["current"] is False
    item = given_words(circle, WORDS, old)
    given_item(the_post(item.target_id), signals=(MODEL,))
    answer = opened(leader, item)
    assert answer["current"] is True, "the newest of the same"
    assert len(answer["outputs"][0]["signals"]) == 2


@pytest.mark.usefixtures("model")
def test_logs_hold_no_words(circle: Circle, caplog: pytest.LogCaptureFixture) -> None:
    opened(circle.people["facilitator"], given_words(circle, "dreary idiot", MODEL, RULE))
    assert "dreary" not in caplog.text
    assert "idiot" not in caplog.text


@pytest.mark.usefixtures("model")
def test_a_read_writes_nothing(circle: Circle, django_assert_max_num_queries: Any) -> None:
    leader, item = circle.people["facilitator"], given_words(circle)
    opened(leader, item)
    browser = Browser(leader)
    with django_assert_max_num_queries(15) as counted:
        assert browser.get(f"/api/review/{item.id}/weighed").status_code == 200
    written = ("INSERT", "UPDATE", "DELETE")
    assert not [one["sql"] for one in counted.captured_queries if one["sql"].startswith(written)]
