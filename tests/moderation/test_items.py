"""Items of the queue: one for a target and lane, opened again with their history, withdrawn with their target."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.models import IllegalMove
from hearthside.clock import now
from moderation.actions.items import Signal, return_items, withdraw_items
from moderation.jobs import forget_old_copies
from moderation.models import ReviewItem, ReviewSignal, SecondLook
from tests.given import given_circle
from tests.moderation.given_review import announced, decide, given_item, inside, member_of, the_item

pytestmark = pytest.mark.django_db
State = ReviewItem.State


def test_an_item_keeps_the_words_sealed_and_tells_the_queue() -> None:
    circle = given_circle()
    item = given_item(circle.post, snapshot={"body": "a secret sentence"}, severity=2)
    assert (item.state, item.version, item.severity) == ("pending", 1, 2)
    assert json.loads(item.snapshot) == {"body": "a secret sentence"}
    assert announced(circle.group.review_stream) == ["review.updated"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT snapshot FROM moderation_reviewitem")
        assert b"secret" not in bytes(cursor.fetchone()[0])


def test_one_item_for_a_target_and_lane() -> None:
    circle = given_circle()
    first = given_item(circle.post)
    again = given_item(circle.post, signals=(Signal("rule", "contact_details", 0.3),))
    other = given_item(circle.post, lane="care")
    assert again.id == first.id != other.id
    assert again.version == 2
    assert again.signals.count() == 2
    assert other.signals.count() == 1


def test_severity_and_score_only_rise_while_it_is_open() -> None:
    circle = given_circle()
    soon, later = now() + timedelta(minutes=10), now() + timedelta(hours=2)
    item = given_item(circle.post, severity=2, due_at=later)
    assert item.score == pytest.approx(0.6)
    item = given_item(circle.post, severity=1, signals=(Signal("rule", "other", 0.5),), due_at=soon)
    assert (item.severity, item.due_at) == (2, soon)
    assert item.score == pytest.approx(0.8)
    item = given_item(circle.post, severity=3, signals=(Signal("rule", "attack", 0.1, by_version="rules-1"),))
    assert (item.severity, item.due_at) == (3, soon)
    assert item.score == pytest.approx(0.8)


def test_a_member_has_one_signal_in_an_item() -> None:
    circle = given_circle()
    peer = member_of(circle.group, circle.people["peer"])
    leader = member_of(circle.group, circle.people["facilitator"])
    given_item(circle.post, signals=(Signal("member", "unkind", 0.3, by=peer),))
    item = given_item(circle.post, signals=(Signal("member", "attack", 0.4, by=peer, words="really"),))
    (signal,) = item.signals.all()
    assert (signal.reason, signal.words) == ("attack", "really")
    item = given_item(circle.post, signals=(Signal("member", "attack", 0.4, by=leader),))
    assert item.signals.count() == 2


def test_the_same_rule_speaks_once_a_version() -> None:
    circle = given_circle()
    for version in ("1", "1", "2"):
        item = given_item(circle.post, signals=(Signal("rule", "attack", 0.4, by_version=version),))
    assert item.signals.count() == 2


def test_a_decided_item_opens_again_with_its_history() -> None:
    circle = given_circle()
    item = given_item(circle.post, severity=3)
    item.move_to(State.IGNORED)
    item.with_lead, item.first_look_at, item.decided_at = True, now(), now()
    item.save()
    again = given_item(
        circle.post, severity=1, signals=(Signal("rule", "attack", 0.2, by_version="rules-2"),)
    )
    assert again.id == item.id
    assert (again.state, again.severity, again.with_lead) == ("pending", 1, False)
    assert (again.first_look_at, again.decided_at) == (None, None)
    assert again.score == pytest.approx(0.2)
    assert again.opened_at > item.opened_at
    assert again.signals.count() == 2
    assert again.version > item.version


def test_taking_back_ends_all_but_the_care_lane() -> None:
    circle = given_circle()
    conduct, care = given_item(circle.post), given_item(circle.post, lane="care")
    decided = given_item(circle.post, lane="privacy")
    decided.move_to(State.APPROVED)
    decided.save()
    stream = circle.group.review_stream
    inside(lambda: withdraw_items("post", circle.post.id), stream)
    found = {item.id: the_item(item.id).state for item in (conduct, care, decided)}
    assert found == {conduct.id: "withdrawn", care.id: "pending", decided.id: "approved"}
    assert the_item(conduct.id).version == conduct.version + 1
    inside(lambda: return_items("post", circle.post.id, since=conduct.opened_at), stream)
    assert the_item(conduct.id).state == "pending"
    assert the_item(decided.id).state == "approved"
    assert announced(stream).count("review.updated") == 7


def test_copies_of_words_go_when_no_second_look_can_be_asked_for(moved: Callable[[float], None]) -> None:
    circle = given_circle()
    decided, waiting = given_item(circle.post), given_item(circle.post, lane="care")
    decide(circle.people["facilitator"], decided, "hide")
    moved(19.9 * 24 * 3600)
    forget_old_copies.func()
    assert json.loads(the_item(decided.id).snapshot)["body"] == circle.post.body
    moved(20.1 * 24 * 3600)
    forget_old_copies.func()
    assert the_item(decided.id).snapshot is None
    assert json.loads(the_item(waiting.id).snapshot)["body"] == circle.post.body
    again = given_item(circle.post)
    assert json.loads(again.snapshot)["body"] == circle.post.body


@pytest.mark.parametrize("model", [ReviewItem, SecondLook])
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_states_move_as_the_table_says_and_no_other_way(
    model: type[ReviewItem] | type[SecondLook], data: st.DataObject
) -> None:
    before = data.draw(st.sampled_from(model.State.values))
    after = data.draw(st.sampled_from(model.State.values))
    row = model(state=before)
    if after in model.MOVES[before]:
        row.move_to(after)
        assert row.state == after
    else:
        with pytest.raises(IllegalMove, match=f"{before} cannot become {after}"):
            row.move_to(after)
        assert row.state == before


def test_rows_show_no_words() -> None:
    circle = given_circle()
    peer = member_of(circle.group, circle.people["peer"])
    item = given_item(circle.post, signals=(Signal("member", "unkind", 0.3, by=peer, words="secret"),))
    signal = ReviewSignal.objects.get(item=item)
    assert "secret" not in f"{item!r} {item} {signal!r} {signal}"
