"""A model on trial: whose texts it reads, and that nobody sees anything of it."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import Person
from community.actions.erasure import erase_words
from community.actions.posts_in_review import accept_revision
from community.models import Clearance, Post, Revision
from hearthside import live
from hearthside.clock import now
from hearthside.models import LogEvent
from moderation import shadowing
from moderation.actions.shadow import note_opinions
from moderation.models import ReviewItem, ReviewSignal, Screening
from moderation.queries.shadow import find_unread
from moderation.shadowing import Opinion
from tests.given import Browser, Circle, act, given_circle, given_post, the_post
from tests.moderation.given_flagging import VERSION, agree
from tests.moderation.given_review import given_held, given_revision, inside
from tests.moderation.given_steps import given_screening, member_of
from tests.moderation.given_trial import (
    CANARY,
    INSULT,
    Other,
    read_rows,
    run_trial,
    try_out,
    use_setting,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def circle() -> Circle:
    """A circle whose member lets models read."""
    made = given_circle()
    agree(made.people["member"])
    return made


@pytest.fixture
def other(circle: Circle, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Other:
    """A model on trial that calls the canary an insult."""
    model = Other({CANARY: INSULT})
    try_out(monkeypatch, settings, model)
    return model


def write(circle: Circle, who: str = "member", body: str = "You and your heliotrope") -> Post:
    """A post that the model in use finds fine, and the one on trial does not."""
    return given_post(circle.topic, circle.people[who], body)


def everything(circle: Circle) -> dict[str, Any]:
    """All that anybody sees, and the rows behind it."""
    seen = {
        who: Browser(circle.people[who]).get(f"/api/topics/{circle.topic.id}/posts").json()["posts"]
        for who in ("member", "peer", "facilitator")
    }
    leader = Browser(circle.people["facilitator"])
    return {
        "seen": seen,
        "flags": Browser(circle.people["member"]).get("/api/me/flags").json(),
        "queue": leader.get(f"/api/groups/{circle.group.id}/review").json()["lines"],
        "posts": list(Post.objects.order_by("id").values_list("id", "state", "version", "cleared_by")),
        "items": list(ReviewItem.objects.order_by("id").values()),
        "signals": list(ReviewSignal.objects.order_by("id").values()),
        "verdicts": list(
            Screening.objects.order_by("id").values_list(
                "id", "kind", "action", "lane", "severity", "scores", "rules", "model_version", "sampled"
            )
        ),
        "events": LogEvent.objects.count(),
    }


def test_another_opinion_changes_nothing(circle: Circle, other: Other) -> None:
    post = write(circle)
    before = everything(circle)
    run_trial()
    (row,) = read_rows()
    assert (row.target_id, row.action, row.kind) == (post.id, "clear", "none")
    assert (row.shadow_action, row.shadow_kind, row.shadow_scores["insult"]) == ("hold", "attack", 0.99)
    assert everything(circle) == before
    assert other.texts == [post.body]


def test_without_one_nothing_is_read(circle: Circle, other: Other, settings: Any) -> None:
    write(circle)
    use_setting(settings, classifier_shadow="")
    run_trial()
    assert (read_rows(), other.texts) == ([], [])


def test_each_text_is_read_once_by_each_model(
    circle: Circle, other: Other, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    write(circle)
    run_trial()
    run_trial()
    assert len(other.texts) == 1
    newer = Other()
    newer.version = "2"
    try_out(monkeypatch, settings, newer)
    run_trial()
    assert (len(newer.texts), len(read_rows()), len(read_rows("other-2"))) == (1, 0, 1)


def test_the_rules_come_first(circle: Circle, other: Other) -> None:
    write(circle, body="I want to die, heliotrope")
    run_trial()
    (row,) = read_rows()
    assert (row.shadow_kind, row.shadow_action) == (row.kind, row.action) == ("risk", "clear")


@pytest.mark.parametrize("change", ["never", "withdrawn", "given later", "closed"])
def test_whose_texts_are_not_read(circle: Circle, other: Other, change: str) -> None:
    who = "peer" if change in ("never", "given later") else "member"
    person = circle.people[who]
    write(circle, who)
    if change == "withdrawn":
        agree(person, given=False)
    elif change == "given later":
        agree(person)
    elif change == "closed":
        Person.objects.filter(pk=person.pk).update(is_active=False)
    run_trial()
    assert (read_rows(), other.texts) == ([], [])


def test_consent_given_again_counts_for_what_was_read(circle: Circle, other: Other) -> None:
    write(circle)
    agree(circle.people["member"], given=False)
    agree(circle.people["member"])
    run_trial()
    assert len(read_rows()) == 1


def test_under_rules_alone_what_was_written_after_the_yes_is_read(
    circle: Circle, other: Other, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moderation.scoring.current_scorer", lambda: None)
    post = write(circle)
    run_trial()
    assert [(row.target_id, row.model_version) for row in read_rows()] == [(post.id, "")]


@pytest.mark.parametrize("erased", [False, True])
def test_words_that_were_taken_back_are_not_read(
    circle: Circle, other: Other, erased: bool, moved: Any
) -> None:
    post = write(circle)
    act(circle.people["member"], "post.withdraw", post=post.id)
    if erased:
        moved(60)
        live.write(live.Write(partial(erase_words, post.id)))
        assert the_post(post.id).body == ""
    run_trial()
    assert (read_rows(), other.texts) == ([], [])


def test_of_changed_words_only_the_present_ones_are_read(circle: Circle, other: Other) -> None:
    post = write(circle)
    act(circle.people["member"], "post.edit", post=post.id, version=post.version, body="Fine words")
    run_trial()
    assert other.texts == ["Fine words"]
    assert len(read_rows()) == 1


def test_of_a_post_that_waits_only_the_present_words_are_read(circle: Circle, other: Other) -> None:
    held, _ = given_held(circle.topic, circle.people["member"], "The first words")
    act(circle.people["member"], "post.edit", post=held.id, version=held.version, body="The second words")
    run_trial()
    assert other.texts == ["The second words"]
    assert len(read_rows()) == 1


def test_new_words_that_wait_are_read(circle: Circle, other: Other) -> None:
    revision, _ = given_revision(circle)
    given_screening(
        member_of(circle.group, circle.people["member"]), target_kind="revision", target_id=revision.id
    )
    Post.objects.exclude(id=revision.post_id).update(state=Post.State.WITHDRAWN)
    run_trial()
    assert sorted(other.texts) == ["The new words.", "The old words."]
    Screening.objects.update(shadow_version="")
    revision.move_to(Revision.State.WITHDRAWN)
    revision.save()
    run_trial()
    assert sorted(other.texts) == ["The new words.", "The old words.", "The old words."]


def test_a_verdict_on_words_that_others_replaced_is_left_alone(circle: Circle, other: Other) -> None:
    revision, _ = given_revision(circle)
    Post.objects.exclude(id=revision.post_id).update(state=Post.State.WITHDRAWN)
    stream = circle.group.stream
    inside(
        lambda: accept_revision(revision, None, Clearance("review", "1")),
        stream,
        circle.people["member"].stream,
    )
    assert the_post(revision.post_id).body == "The new words."
    run_trial()
    assert other.texts == []


def test_titles_names_and_old_texts_are_not_read(circle: Circle, other: Other) -> None:
    author = member_of(circle.group, circle.people["member"])
    Screening.objects.all().delete()
    was_read: dict[str, Any] = {"model_version": VERSION}
    given_screening(author, target_kind="name", target_id=author.id, **was_read)
    given_screening(author, target_kind="topic", target_id=circle.topic.id, **was_read)
    given_screening(author, circle.post, at=now() - timedelta(days=8), **was_read)
    run_trial()
    assert other.texts == []


def test_a_run_is_bounded_and_the_newest_come_first(
    circle: Circle, other: Other, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shadowing, "MOST_TEXTS", 3)
    monkeypatch.setattr(shadowing, "TOGETHER", 2)
    bodies = [f"text {number}" for number in range(5)]
    for body in bodies:
        write(circle, body=body)
    run_trial()
    assert other.texts == bodies[:1:-1]
    run_trial()
    assert len(other.texts) == 5
    run_trial()
    assert len(other.texts) == 5
    assert set(other.batches) == {1}


def test_a_run_ends_when_its_time_is_over(
    circle: Circle, other: Other, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        write(circle, body=f"text {number}")
    monkeypatch.setattr(shadowing, "MOST_SECONDS", 0.1)
    other.seconds = 0.11
    run_trial()
    assert len(other.texts) == len(read_rows()) == 1


def test_it_rests_as_long_as_it_works(circle: Circle, other: Other, monkeypatch: pytest.MonkeyPatch) -> None:
    rests: list[float] = []
    monkeypatch.setattr(shadowing, "time", SimpleNamespace(monotonic=time.monotonic, sleep=rests.append))
    write(circle)
    other.seconds = 0.05
    run_trial()
    assert len(rests) == 1
    assert rests[0] >= 0.05


def test_consent_withdrawn_while_it_reads_is_heeded(circle: Circle, other: Other) -> None:
    write(circle)
    (row,) = find_unread("other-1", 10)
    agree(circle.people["member"], given=False)
    answer = live.write(
        live.Write(partial(note_opinions, [Opinion(row.id, "other-1", INSULT, "attack", "hold")]))
    )
    row.refresh_from_db()
    assert (answer["kept"], row.shadow_version, row.shadow_scores, row.shadow_action) == (0, "", {}, "")


def test_a_groups_own_thresholds_count(circle: Circle, other: Other, monkeypatch: pytest.MonkeyPatch) -> None:
    other.known = {CANARY: {"insult": 0.78}}
    write(circle)
    run_trial()
    assert read_rows()[0].shadow_action == "clear"
    Screening.objects.update(shadow_version="")
    monkeypatch.setattr(shadowing, "shifts_in", lambda group: {"other-1": {"insult": -0.1}, "words-1": {}})
    run_trial()
    assert read_rows()[0].shadow_action == "hold"
