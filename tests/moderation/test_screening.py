"""Screening and intake: what is unchecked is not shown, repeats are refused, and only moderation clears."""

from __future__ import annotations

import ast
import time
from collections import deque
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings as values

from community.models import Clearance, Post
from hearthside import live
from hearthside.commands import find_command, prepare_command, read_data
from hearthside.errors import Invalid
from hearthside.models import LogEvent
from moderation import screening
from moderation.screening import (
    REPEAT_SECONDS,
    REPEATS,
    RULES_VERSION,
    Action,
    Context,
    Lane,
    Reason,
    Rules,
    Verdict,
)
from tests.given import (
    Browser,
    act,
    as_json,
    fresh_nonce,
    given_group,
    given_member,
    given_post,
    given_topic,
    leader_of,
    outcome_of,
    the_post,
)
from tests.house.source import APPS, calls, python_sources

HERE = Context("person", "group", "topic")
SECRET = "what she said about her brother"


class Failing:
    """A backend that breaks, with the text in its exception."""

    def look(self, text: str, context: Context) -> Verdict:
        raise RuntimeError(text)


class Fixed:
    """A backend with one answer."""

    def __init__(self, action: Action) -> None:
        self.verdict = Verdict(action, Lane.CARE, (Reason("fixed", "A kind sentence."),), "fixed-1")

    def look(self, text: str, context: Context) -> Verdict:
        return self.verdict


def test_only_moderation_makes_a_clearance() -> None:
    makers = {
        path
        for path, text in python_sources(*APPS).items()
        for _, name, _ in calls(text)
        if name == "Clearance"
    }
    assert makers
    assert all(path.startswith("moderation/") for path in makers)
    imported = [
        path
        for path, text in python_sources(*APPS).items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and "Clearance" in [name.name for name in node.names]
    ]
    assert {"community/actions/posts.py", "moderation/verdicts.py"} <= set(imported)
    assert all(
        path.startswith(("community/actions/", "community/models/", "moderation/")) for path in imported
    )


def test_only_a_clear_verdict_has_a_clearance() -> None:
    assert Verdict(Action.CLEAR, model_version="v").clearance == Clearance("screening", f"{RULES_VERSION}+v")
    assert Verdict(Action.CLEAR).clearance == Clearance("screening", RULES_VERSION)
    assert Verdict(Action.HOLD).clearance is None
    assert Verdict(Action.REFUSE).clearance is None


def test_repeats_are_refused() -> None:
    rules = Rules()
    seen = [rules.look("Hello  THERE", HERE).action for _ in range(REPEATS)]
    assert set(seen) == {Action.CLEAR}
    verdict = rules.look(" hello there ", HERE)
    assert (verdict.action, verdict.reasons[0].rule, verdict.clearance) == (Action.REFUSE, "repeat", None)
    assert rules.look("hello there you", HERE).action is Action.CLEAR
    for other in (Context("other", "group", "topic"), Context("person", "group", "other")):
        assert rules.look("hello there", other).action is Action.CLEAR


def test_repeats_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    rules, moment = Rules(), time.monotonic()
    for _ in range(REPEATS + 3):
        rules.look("hello", HERE)
    assert rules.look("hello", HERE).action is Action.REFUSE
    monkeypatch.setattr(time, "monotonic", lambda: moment + REPEAT_SECONDS + 5)
    assert rules.look("hello", HERE).action is Action.CLEAR
    for number in range(10_001):
        rules._seen[str(number).encode()] = deque([(moment - 100, "")])
    rules.look("other", HERE)
    assert len(rules._seen) == 2


def test_trying_again_is_no_repeat() -> None:
    rules = Rules()
    for _ in range(REPEATS + 3):
        assert rules.look("hello", Context("p", "g", "t", "nonce-1")).action is Action.CLEAR
    assert rules.look("hello", Context("p", "g", "t", "nonce-2")).action is Action.CLEAR


def test_no_limits_no_repeats(settings: Any) -> None:
    settings.HEARTHSIDE = replace(values.HEARTHSIDE, rates="off")
    rules = Rules()
    assert {rules.look("hello", HERE).action for _ in range(20)} == {Action.CLEAR}


def test_a_backend_that_fails_means_hold(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(screening, "_backend", Failing())
    verdict = screening.screen(SECRET, HERE)
    assert (verdict.action, verdict.reasons[0].rule) == (Action.HOLD, "unchecked")
    assert verdict.clearance is None
    printed = capsys.readouterr()
    assert SECRET not in printed.out + printed.err


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("backend", "state"),
    [(Failing(), "held"), (Fixed(Action.HOLD), "held"), (Fixed(Action.REFUSE), "refused")],
    ids=["failing", "hold", "refuse"],
)
def test_what_is_not_clear_is_not_shown(monkeypatch: pytest.MonkeyPatch, backend: Any, state: str) -> None:
    group = given_group()
    topic, member = given_topic(group), given_member(group)
    monkeypatch.setattr(screening, "_backend", backend)
    head = LogEvent.objects.filter(stream=group.stream).count()
    answer = act(member.person, "post.submit", topic=topic.id, body=SECRET)
    assert (answer["state"], answer["seq"]) == (state, None)
    assert answer["reason"].endswith(".")
    assert LogEvent.objects.filter(stream=group.stream).count() == head
    event = LogEvent.objects.filter(stream=member.person.stream).order_by("-seq")[0]
    assert (event.type, event.object_id) == ("post.stated", answer["id"])
    for reader in (leader_of(group), given_member(group).person):
        browser = Browser(reader)
        assert browser.get(f"/api/topics/{topic.id}/posts").json()["posts"] == []
        assert browser.get(f"/api/posts/{answer['id']}").status_code == 404
        assert browser.get(f"/api/topics/{topic.id}").json()["unread"] == 0
    own = Browser(member.person).get(f"/api/posts/{answer['id']}").json()
    assert (own["state"], own["body"]) == (state, SECRET)
    assert (
        outcome_of(member.person, "post.submit", topic=topic.id, body="x", reply_to=answer["id"]) == "invalid"
    )


@pytest.mark.django_db
def test_an_edit_that_is_not_clear_leaves_the_old_words(monkeypatch: pytest.MonkeyPatch) -> None:
    group = given_group()
    post = given_post(given_topic(group), leader_of(group), "old words")
    monkeypatch.setattr(screening, "_backend", Failing())
    answer = act(leader_of(group), "post.edit", post=post.id, version=1, body="new words")
    assert (answer["state"], answer["held_revision"]) == ("published", True)
    assert (the_post(post.id).body, the_post(post.id).version) == ("old words", 1)


@pytest.mark.django_db
def test_the_sixth_copy_is_refused_and_a_resent_one_is_not() -> None:
    group = given_group()
    topic, person = given_topic(group), leader_of(group)
    states = [act(person, "post.submit", topic=topic.id, body="same")["state"] for _ in range(REPEATS + 1)]
    assert states == ["published"] * REPEATS + ["refused"]
    row = find_command("post.submit")
    data = read_data(
        row, as_json({"nonce": fresh_nonce(), "topic": topic.id, "body": "sent again and again"})
    )
    works = [prepare_command(row, person, data) for _ in range(REPEATS + 2)]
    assert isinstance(works[-1], live.Write)
    assert live.write(works[-1])["state"] == "published"


@pytest.mark.django_db
def test_access_and_replies_are_checked_again_inside() -> None:
    group = given_group(newcomers_see="from_joining")
    topic, person = given_topic(group), leader_of(group)
    post = given_post(topic, person)
    row = find_command("post.submit")
    raw = {"nonce": fresh_nonce(), "topic": topic.id, "body": "answer", "reply_to": post.id}
    work = prepare_command(row, person, read_data(row, as_json(raw)))
    assert isinstance(work, live.Write)
    Post.objects.filter(pk=post.pk).update(topic=given_topic(group, title="Moved"))
    with pytest.raises(Invalid):
        live.write(work)
