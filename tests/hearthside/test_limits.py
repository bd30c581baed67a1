"""How much at once: bursts, refills, and what a refusal says."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearthside import limits
from hearthside.errors import RateLimited
from hearthside.limits import Limiter
from tests.given import Browser, act, given_group, given_topic, leader_of, outcome_of


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The limiter's clock, moved by a test."""
    moments = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: moments[0])
    return moments


def taken(limiter: Limiter, times: int, person: str = "p", command: str = "c") -> int:
    """How many of so many uses are let through."""
    passed = 0
    for _ in range(times):
        try:
            limiter.take(person, command)
        except RateLimited:
            continue
        passed += 1
    return passed


def test_a_burst_then_a_refill(moment: list[float]) -> None:
    limiter = Limiter("c=60/m:3")
    assert taken(limiter, 10) == 3
    moment[0] += 0.9
    with pytest.raises(RateLimited) as refused:
        limiter.take("p", "c")
    assert 90 <= refused.value.extra["retry_after_ms"] <= 111
    moment[0] += refused.value.extra["retry_after_ms"] / 1000
    assert taken(limiter, 10) == 1
    moment[0] += 3600
    assert taken(limiter, 10) == 3


def test_each_person_and_command_has_its_own(moment: list[float]) -> None:
    limiter = Limiter("c=60/m:3")
    assert taken(limiter, 10, "a") == taken(limiter, 10, "b") == 3
    assert taken(limiter, 10, "a", "d") == 10
    assert taken(limiter, 100, "a", "e") == 60


def test_the_defaults(moment: list[float]) -> None:
    limiter = Limiter("")
    assert taken(limiter, 50, command="post.submit") == 10
    assert taken(limiter, 50, command="topic.create") == 5
    assert taken(Limiter("post.submit=1/m:2"), 50, command="post.submit") == 2
    assert taken(Limiter("off"), 500, command="post.submit") == 500


@given(st.floats(0, 5), st.floats(1, 8), st.lists(st.floats(0, 3), max_size=40))
def test_never_more_than_burst_and_rate(rate: float, burst: float, gaps: list[float]) -> None:
    limiter = Limiter("off")
    limiter._off, limiter._rates = False, {"c": (rate + 0.01, burst)}
    moments = [0.0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "monotonic", lambda: moments[0])
        passed = 0
        for gap in gaps:
            moments[0] += gap
            passed += taken(limiter, 3)
    assert passed <= burst + (rate + 0.01) * moments[0] + 1e-6


def test_full_buckets_are_forgotten(moment: list[float]) -> None:
    limiter = Limiter("")
    for number in range(100):
        limiter.take(str(number), "c")
    moment[0] += 1800
    assert taken(limiter, 1, "0") == 1
    moment[0] += 1801
    limiter.take("one more", "c")
    assert list(limiter._buckets) == [("0", "c"), ("one more", "c")], "what was drawn from lately stays"


def test_made_up_names_find_an_end_and_the_oldest_goes(
    moment: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_BUCKETS", 50)
    limiter = Limiter("c=1/h:2")
    for number in range(500):
        assert taken(limiter, 1, "who is here") == (1 if number < 2 else 0), (
            "it is kept while it is asked for"
        )
        limiter.take(str(number), "c")
        assert len(limiter._buckets) <= 50


def test_a_full_table_costs_no_more_than_an_empty_one() -> None:
    limiter = Limiter("")

    def cost(begin: int) -> float:
        began = time.thread_time()
        for number in range(begin, begin + 2000):
            limiter.take(f"made-up-{number}", "c")
        return time.thread_time() - began

    empty = min(cost(0), cost(2000))
    for number in range(limits.MOST_BUCKETS):
        limiter.take(str(number), "c")
    assert min(cost(10_000), cost(20_000), cost(30_000)) < empty * 10


@pytest.mark.django_db
def test_a_refusal_at_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_limiter", Limiter("post.submit=1/h:1"))
    group = given_group()
    person = leader_of(group)
    topic = given_topic(group)
    nonce = "nonce-first"
    first = act(person, "post.submit", nonce=nonce, topic=topic.id, body="one")
    answer = Browser(person).command("post.submit", topic=topic.id, body="two")
    assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
    problem: dict[str, Any] = answer.json()
    assert problem["type"] == "rate_limited"
    assert int(answer["Retry-After"]) >= problem["retry_after_ms"] / 1000 > 3000
    again = act(person, "post.submit", nonce=nonce, topic=topic.id, body="one")
    assert again == {**first, "duplicate": True}
    assert outcome_of(person, "topic.create", group=group.id, title="x") == "ok"


def test_the_process_s_limiter_follows_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_limiter", None)
    first = limits.limiter()
    assert limits.limiter() is first
    assert taken(first, 50, command="post.submit") == 10
