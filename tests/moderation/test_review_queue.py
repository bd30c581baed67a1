"""The queue of a group and the overview of all: order, counts, filters, pages, and never a word."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from hearthside.clock import now
from moderation.actions.items import Signal
from moderation.models import ReviewItem
from moderation.queries import review
from moderation.review_data import review_data
from tests.given import (
    Browser,
    act,
    given_circle,
    given_group,
    given_person,
    given_post,
)
from tests.moderation.given_review import (
    decide,
    given_held,
    given_item,
    given_lead,
    member_of,
    queue,
    several,
)

pytestmark = pytest.mark.django_db


def test_what_waits_stands_in_the_order_of_the_queue() -> None:
    circle = given_circle()
    old, young = several(circle, 2)
    strong = given_item(
        given_post(circle.topic, circle.people["member"]), signals=(Signal("rule", "x", 0.9),)
    )
    late, soon = several(circle, 2, "care")
    ReviewItem.objects.filter(id=late.id).update(due_at=now() + timedelta(hours=1))
    ReviewItem.objects.filter(id=soon.id).update(due_at=now() + timedelta(minutes=1))
    answer = queue(circle)
    assert [line["id"] for line in answer["lines"]] == [
        str(item.id) for item in (soon, late, strong, old, young)
    ]
    assert answer["counts"] == {"care": 2, "conduct": 3, "privacy": 0, "asked": 0}
    assert answer["more"] is False
    assert (answer["exposure_today"], answer["exposure_limit"]) == (0, 40)
    assert answer["duty"] == {"state": "unknown", "names": [], "until": None, "back_at": None}
    assert answer["hand_over"] is None
    assert {"code": "kind_words", "words": "We speak kindly, also when we disagree."} in answer["policies"]
    assert answer["outcomes"][0]["code"] == "contacted"


def test_a_queue_holds_no_words() -> None:
    circle = given_circle()
    post = given_post(circle.topic, circle.people["member"], "An unmistakable sentence.")
    peer = member_of(circle.group, circle.people["peer"])
    given_item(post, signals=(Signal("member", "attack", 0.5, by=peer, words="An accusation."),))
    text = str(queue(circle))
    assert "unmistakable" not in text
    assert "accusation" not in text


def test_filters_and_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    circle = given_circle()
    items = several(circle, 5)
    asked = given_held(circle.topic, circle.people["member"])[1]
    assert [line["id"] for line in queue(circle, lane="asked")["lines"]] == [str(asked.id)]
    assert [line["id"] for line in queue(circle, source="self")["lines"]] == [str(asked.id)]
    assert len(queue(circle, source="rule")["lines"]) == 5
    assert queue(circle, source="member")["lines"] == []
    small_pages(monkeypatch)
    first = queue(circle, lane="conduct")
    assert (len(first["lines"]), first["more"]) == (2, True)
    seen = [line["id"] for line in first["lines"]]
    while first["more"]:
        first = queue(circle, lane="conduct", before=seen[-1])
        seen += [line["id"] for line in first["lines"]]
    assert seen == [str(item.id) for item in items]
    for wrong in ({"state": "open"}, {"lane": "x"}, {"before": "x"}):
        browser = Browser(circle.people["facilitator"])
        assert browser.get(f"/api/groups/{circle.group.id}/review", **wrong).status_code == 422


def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of two lines."""
    small = replace(review_data(), page=2)
    monkeypatch.setattr(review, "review_data", lambda: small)


def test_what_was_decided_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    circle = given_circle()
    leader = circle.people["facilitator"]
    items = several(circle, 5)
    for item in items:
        decide(leader, item, "keep")
    assert queue(circle)["lines"] == []
    small_pages(monkeypatch)
    seen: list[str] = []
    more = True
    while more:
        before = {"before": seen[-1]} if seen else {}
        answer = queue(circle, state="decided", **before)
        seen += [line["id"] for line in answer["lines"]]
        more = answer["more"]
    assert seen == [str(item.id) for item in reversed(items)]


def test_a_line_of_another_group_is_no_place_in_this_one() -> None:
    circle, other = given_circle(), given_circle()
    item = given_item(other.post)
    browser = Browser(circle.people["facilitator"])
    answer = browser.get(f"/api/groups/{circle.group.id}/review", before=item.id)
    assert answer.status_code == 404


def test_the_overview_of_all_groups() -> None:
    circle = given_circle()
    leader = circle.people["facilitator"]
    quiet = given_group(leader, name="A quiet circle")
    care = given_item(circle.post, lane="care", severity=2)
    several(circle, 2)
    decide(leader, several(circle, 1)[0], "keep")
    answer = Browser(leader).get("/api/review").json()
    assert [row["name"] for row in answer["groups"]] == ["A quiet circle", "Tuesday circle"]
    calm, busy = answer["groups"]
    assert (calm["group"], calm["oldest_at"], calm["care"]) == (str(quiet.id), None, [])
    assert busy["counts"] == {"care": 1, "conduct": 2, "privacy": 0, "asked": 0}
    assert [line["id"] for line in busy["care"]] == [str(care.id)]
    assert busy["care"][0]["author_name"] == circle.post.author.name
    assert busy["oldest_at"]
    assert answer["lead"] == []


def test_what_is_shared_with_the_clinical_lead() -> None:
    circle = given_circle()
    lead = given_lead(given_person("admin"))
    shared = given_item(circle.post, lane="care", with_lead=True)
    given_item(circle.post)
    answer = Browser(lead).get("/api/review").json()
    assert answer["groups"] == []
    (line,) = answer["lead"]
    assert (line["id"], line["group_name"]) == (str(shared.id), "Tuesday circle")


def test_the_newest_note_stands_above_the_queue() -> None:
    circle = given_circle()
    leader = circle.people["facilitator"]
    for text in ("First", "Second"):
        act(leader, "review.hand_over", group=circle.group.id, text=text)
    note = queue(circle)["hand_over"]
    assert (note["text"], note["by_name"]) == ("Second", member_of(circle.group, leader).name)
