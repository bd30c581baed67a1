"""The drift watch: the index against numbers worked out by hand, and what is compared with what."""

from __future__ import annotations

from datetime import timedelta
from math import log
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from community.models import Membership
from hearthside.clock import now
from moderation import drifting, jobs
from moderation.drifting import NEEDED, count_bins, reading_of, stability
from moderation.models import Screening
from moderation.queries import drift
from moderation.queries.drift import percentile, read_drift, version_in_use
from tests.given import given_group, given_member
from tests.moderation.given_flagging import VERSION

EVEN = [10] * 10
COUNTS = st.lists(st.integers(0, 500), min_size=10, max_size=10)
DAY = timedelta(days=1)


@pytest.fixture
def author() -> Membership:
    return given_member(given_group())


def given_texts(author: Membership, count: int, days: float, **fields: Any) -> None:
    """So many texts that a calm model read so many days ago."""
    row: dict[str, Any] = {
        "target_kind": "post", "target_id": author.id, "group": author.group, "author": author, "kind": "none",
        "action": "clear", "lane": "none", "rules_version": "rules-1", "model_version": VERSION,
        "scores": {"insult": 0.05}, "milliseconds": 20, "at": now() - timedelta(days=days), **fields,
    }  # fmt: skip
    Screening.objects.bulk_create([Screening(**row) for _ in range(count)])


def test_the_index_by_hand() -> None:
    # two bins that swap: each counts half a text more, so shares are 1.5/5 and 3.5/5
    assert stability([1, 3], [3, 1]) == pytest.approx(2 * 0.4 * log(3.5 / 1.5))
    assert stability([1, 3], [3, 1]) == pytest.approx(0.67784, abs=1e-5)
    # 98 texts in ten bins of which eight are empty: each share is of 98 and ten halves
    before, recent = [89, 9, *[0] * 8], [79, 19, *[0] * 8]
    total = 98 + 5
    by_hand = (79.5 - 89.5) / total * log(79.5 / 89.5) + (19.5 - 9.5) / total * log(19.5 / 9.5)
    assert stability(before, recent) == pytest.approx(by_hand)
    assert stability(before, recent) == pytest.approx(0.08132, abs=1e-4)


def test_a_bin_that_empties_is_no_infinity() -> None:
    assert 0 < stability([100, 0], [0, 100]) < 12


def test_counts_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError):
        stability([1, 2], [1, 2, 3])


@given(COUNTS)
def test_nothing_moved_is_nought(counts: list[int]) -> None:
    assert stability(counts, counts) == 0.0


@given(COUNTS, COUNTS)
def test_it_is_never_below_nought_and_the_same_both_ways(one: list[int], other: list[int]) -> None:
    index = stability(one, other)
    assert index >= 0.0
    assert index == pytest.approx(stability(other, one))


@given(COUNTS, COUNTS, st.permutations(range(10)))
def test_the_order_of_bins_does_not_matter(one: list[int], other: list[int], order: list[int]) -> None:
    mixed = stability([one[at] for at in order], [other[at] for at in order])
    assert mixed == pytest.approx(stability(one, other))


@given(st.integers(0, 90), st.integers(1, 9))
def test_the_farther_the_more(start: int, step: int) -> None:
    first = [100 - start, start, *[0] * 8]
    near, far = ([100 - moved, moved, *[0] * 8] for moved in (start + step, min(100, start + step + 1)))
    assert stability(first, near) < stability(first, far)


@given(st.lists(st.floats(0, 1), max_size=200))
def test_each_score_is_in_one_bin(scores: list[float]) -> None:
    counts = count_bins(scores)
    assert (len(counts), sum(counts)) == (10, len(scores))


def test_edges_count_above() -> None:
    assert count_bins(number / 10 for number in range(10)) == [1] * 10
    assert count_bins([0.0999, 0.1, 0.9999, 1.0]) == [1, 1, *[0] * 7, 2]


def test_the_usual_reading() -> None:
    readings = {0.0: "steady", 0.0999: "steady", 0.1: "watch", 0.2499: "watch", 0.25: "moved", 9.0: "moved"}
    assert {index: reading_of(index) for index in readings} == readings
    assert reading_of(None) == "too few"


def test_percentiles() -> None:
    assert percentile([], 50) is None
    assert percentile([7], 95) == 7
    assert [percentile(list(range(1, 101)), percent) for percent in (50, 95)] == [50, 95]


@pytest.mark.django_db
def test_too_few(author: Membership) -> None:
    given_texts(author, NEEDED, 1)
    given_texts(author, NEEDED - 1, 10)
    found = read_drift(VERSION)
    assert (found["enough"], found["outputs"]) == (
        False,
        [{"output": "insult", "psi": None, "reading": "too few"}],
    )
    given_texts(author, 1, 10)
    found = read_drift(VERSION)
    assert (found["enough"], found["outputs"]) == (
        True,
        [{"output": "insult", "psi": 0.0, "reading": "steady"}],
    )


@pytest.mark.django_db
def test_an_output_that_moved(author: Membership) -> None:
    calm, harsh = {"insult": 0.05, "acute": 0.3}, {"insult": 0.95, "acute": 0.3}
    given_texts(author, 300, 20, scores=calm)
    given_texts(author, 150, 2, scores=calm)
    given_texts(author, 100, 2, scores=harsh, rules=["model_insult", "model_toxicity"])
    insult, acute = read_drift(VERSION)["outputs"]
    expected = stability([300, *[0] * 9], [150, *[0] * 8, 100])
    assert insult == {"output": "insult", "psi": round(expected, 4), "reading": "moved"}
    assert acute["output"] == "acute"
    assert acute["reading"] == "steady"


@pytest.mark.django_db
def test_what_belongs_to_which_side(author: Membership) -> None:
    for days in (0.1, 6.9, 7.1, 34.9, 35.1):
        given_texts(author, 1, days)
    given_texts(author, 1, 1, target_kind="revision")
    given_texts(author, 1, 1, target_kind="name")
    given_texts(author, 1, 1, model_version="")
    given_texts(author, 50, 1, model_version="words-0", scores={"insult": 0.95})
    given_texts(author, 50, 10, model_version="words-0", scores={"insult": 0.95})
    found = read_drift(VERSION)
    assert (found["recent"]["texts"], found["before"]["texts"]) == (3, 2)
    assert read_drift("words-0")["before"]["texts"] == 50


@pytest.mark.django_db
def test_flags_week_by_week(author: Membership) -> None:
    for week, flagged in enumerate((3, 0, 1, 0, 2)):
        given_texts(author, flagged, 7 * week + 1, rules=["model_insult"])
        given_texts(author, 4 - flagged, 7 * week + 1, rules=["insult", "privacy"])
    weeks = read_drift(VERSION)["weeks"]
    assert [row["weeks_ago"] for row in weeks] == [4, 3, 2, 1, 0]
    assert [row["rate"] for row in weeks] == [0.5, 0.0, 0.25, 0.0, 0.75]
    assert {row["texts"] for row in weeks} == {4}


@pytest.mark.django_db
def test_what_nothing_checked_and_how_long_it_took(author: Membership) -> None:
    lost = {"model_version": "", "scores": {}, "rules": ["unchecked", "model_late"]}
    given_texts(author, 19, 3, milliseconds=10)
    given_texts(author, 1, 3, milliseconds=200)
    given_texts(author, 3, 2, action="hold", **lost)
    given_texts(author, 1, 2, kind="risk", lane="care", **lost)
    given_texts(author, 9, 5, action="hold", **lost)  # before this version began to read
    given_texts(author, 5, 2, model_version="", action="hold", rules=["insult"])
    recent = read_drift(VERSION)["recent"]
    assert recent == {
        "texts": 20, "unchecked": 4, "unchecked_share": 0.1667, "p50_ms": 10, "p95_ms": 10
    }  # fmt: skip
    given_texts(author, 1, 3, milliseconds=220)
    assert read_drift(VERSION)["recent"]["p95_ms"] == 200


@pytest.mark.django_db
def test_it_is_bounded(author: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    given_texts(author, 30, 1)
    given_texts(author, 30, 10)
    with CaptureQueriesContext(
        connection,
    ) as few:
        read_drift(VERSION)
    given_texts(author, 300, 1)
    monkeypatch.setattr(drift, "MOST", 25)
    with CaptureQueriesContext(connection) as many:
        found = read_drift(VERSION)
    assert (found["recent"]["texts"], found["before"]["texts"]) == (25, 25)
    assert len(many) == len(few) <= 8


@pytest.mark.django_db
def test_the_version_in_use_read_last(author: Membership) -> None:
    assert version_in_use() == ""
    given_texts(author, 1, 3)
    given_texts(author, 1, 2, model_version="words-2")
    given_texts(author, 1, 1, model_version="")
    assert version_in_use() == "words-2"


@pytest.mark.django_db
def test_the_job_logs_numbers_alone(author: Membership, caplog: pytest.LogCaptureFixture) -> None:
    assert settings.REPEATING_JOBS["moderation.jobs.watch_drift"] == 86_400
    jobs.watch_drift.call()
    assert "classifier_drift" not in caplog.text
    given_texts(author, NEEDED, 10)
    given_texts(author, NEEDED, 1)
    jobs.watch_drift.call()
    (calm,) = [row for row in caplog.records if "classifier_drift" in row.getMessage()]
    assert calm.levelname == "INFO"
    given_texts(author, NEEDED, 2, scores={"insult": 0.95})
    jobs.watch_drift.call()
    moved = caplog.records[-1]
    assert moved.levelname == "WARNING"
    assert isinstance(moved.msg, dict)
    said = {key: value for key, value in moved.msg.items() if key not in ("timestamp", "level", "logger")}
    expected = stability(count_bins([0.05] * NEEDED), count_bins([*[0.05] * NEEDED, *[0.95] * NEEDED]))
    assert said == {
        "event": "classifier_drift", "model": VERSION, "before": NEEDED, "recent": 2 * NEEDED, "moved": 1,
        "unchecked": 0, "p95_ms": 20, "psi_insult": round(expected, 4),
    }  # fmt: skip


def test_half_a_text_in_each_bin() -> None:
    assert drifting.shares([0, 0]) == [0.5, 0.5]
    assert drifting.shares(EVEN) == pytest.approx([0.1] * 10)
