"""Reports: each reason has its lane, nobody learns who reported, nothing is hidden; "I feel unsafe" calls somebody."""

from __future__ import annotations

import json
from typing import Any

import pytest

from accounts.models import Person
from community.models import Membership
from hearthside.audit_model import AuditEntry
from hearthside.models import LogEvent
from moderation.models import CareAlert, ReviewItem, ReviewSignal
from tests.given import (
    INSIDERS,
    STANDINGS,
    Browser,
    Circle,
    act,
    given_circle,
    given_member,
    given_person,
    given_post,
    outcome_of,
    the_post,
)
from tests.moderation.given_review import announced, decide, given_held, given_item, the_item

pytestmark = pytest.mark.django_db


def report(circle: Circle, who: str = "peer", reason: str = "attack", **data: Any) -> dict[str, Any]:
    """Report the circle's post."""
    return act(circle.people[who], "report.send", post=circle.post.id, reason=reason, **data)


@pytest.mark.parametrize(
    ("reason", "lane"),
    [
        ("unkind", "conduct"),
        ("attack", "conduct"),
        ("private", "privacy"),
        ("worried", "care"),
        ("unsafe_content", "conduct"),
        ("other", "conduct"),
    ],
)
def test_each_reason_has_its_lane(reason: str, lane: str) -> None:
    circle = given_circle()
    assert report(circle, reason=reason, words="It hurt me.") == {"received": True, "duplicate": False}
    item = ReviewItem.objects.get()
    assert (item.lane, item.target_id, item.author_id) == (lane, circle.post.id, circle.post.author_id)
    assert item.severity == (1 if lane == "care" else 0)
    assert item.due_at is not None
    assert json.loads(item.snapshot)["body"] == circle.post.body
    signal = ReviewSignal.objects.get()
    assert (signal.source, signal.reason, signal.words) == ("member", reason, "It hurt me.")
    assert signal.by_id == circle.member_id("peer")
    assert 0 < signal.score < 1
    assert the_post(circle.post.id).state == "published"
    assert not CareAlert.objects.exists()


@pytest.mark.parametrize("who", STANDINGS)
def test_who_can_report(who: str) -> None:
    circle = given_circle()
    post = given_post(circle.topic, circle.people["peer"])
    outcome = outcome_of(circle.people[who], "report.send", post=post.id, reason="unkind")
    assert outcome == ("ok" if who in INSIDERS else "not_found")
    assert ReviewItem.objects.exists() is (who in INSIDERS)


def test_what_cannot_be_reported() -> None:
    circle = given_circle()
    held, _ = given_held(circle.topic, circle.people["member"])
    newcomer = given_person()
    act(
        circle.people["facilitator"],
        "group.update",
        group=circle.group.id,
        version=1,
        newcomers_see="from_joining",
    )
    given_member(circle.group, newcomer)
    assert (
        outcome_of(circle.people["member"], "report.send", post=circle.post.id, reason="unkind") == "denied"
    )
    assert outcome_of(circle.people["peer"], "report.send", post=held.id, reason="unkind") == "not_found"
    assert outcome_of(newcomer, "report.send", post=circle.post.id, reason="unkind") == "not_found"
    assert outcome_of(circle.people["peer"], "report.send", post=circle.post.id, reason="rude") == "invalid"
    assert outcome_of(circle.people["peer"], "report.send", post=circle.post.id, reason="unkind") == "ok"


def test_again_is_one_report_brought_up_to_date() -> None:
    circle = given_circle()
    first = report(circle, reason="unkind", words="Once")
    again = report(circle, reason="attack", words="Twice", unsafe=False)
    assert again == first
    signal = ReviewSignal.objects.get()
    assert (signal.reason, signal.words) == ("attack", "Twice")


def test_a_decided_post_waits_again_with_its_history() -> None:
    circle = given_circle()
    report(circle)
    item = decide(circle.people["facilitator"], ReviewItem.objects.get(), "keep")
    third = given_member(circle.group)
    act(third.person, "report.send", post=circle.post.id, reason="attack")
    after = the_item(item.id)
    assert (after.state, after.decisions.count(), after.signals.count()) == ("pending", 1, 2)


def test_a_post_that_was_hidden_can_still_be_reported() -> None:
    circle = given_circle()
    decide(circle.people["facilitator"], given_item(circle.post), "hide")
    assert report(circle) == {"received": True, "duplicate": False}


def test_unsafe_calls_somebody_for_the_reporter() -> None:
    circle = given_circle()
    report(circle, reason="attack", words="I cannot breathe.", unsafe=True)
    conduct = ReviewItem.objects.get(lane="conduct")
    care = ReviewItem.objects.get(lane="care")
    peer = circle.member_id("peer")
    assert (conduct.target_id, conduct.severity) == (circle.post.id, 0)
    assert (care.target_kind, care.target_id, care.author_id, care.severity) == ("member", peer, peer, 2)
    assert care.signals.get().words == "I cannot breathe."
    alert = CareAlert.objects.get()
    assert (alert.item_id, alert.closed_at) == (care.id, None)
    report(circle, reason="attack", unsafe=True)
    assert (ReviewItem.objects.count(), CareAlert.objects.count()) == (2, 1)


def test_worry_and_unsafe_are_two_people_looked_after() -> None:
    circle = given_circle()
    report(circle, reason="worried", unsafe=True)
    found = {(item.target_kind, item.author_id) for item in ReviewItem.objects.filter(lane="care")}
    peer = circle.member_id("peer")
    assert found == {("post", circle.post.author_id), ("member", peer)}


def everything_read(browser: Browser, circle: Circle) -> str:
    """All that a member reads by HTTP about themselves and their group, as one text."""
    group, topic = circle.group.id, circle.topic.id
    paths = (
        "/api/me/flags", "/api/me/access", "/api/groups", f"/api/groups/{group}", f"/api/topics/{topic}",
        f"/api/topics/{topic}/posts", f"/api/topics/{topic}/mine", f"/api/posts/{circle.post.id}", "/api/review",
        f"/api/groups/{group}/review",
    )  # fmt: skip
    return "".join(browser.get(path).content.decode() for path in paths)


@pytest.mark.parametrize("decision", ["keep", "hide"])
def test_nobody_in_the_group_learns_of_a_report(decision: str) -> None:
    circle = given_circle()
    act(circle.people["peer"], "member.rename", group=circle.group.id, name="Wilhelmina")
    member, third = circle.people["member"], given_member(circle.group).person
    peer = str(circle.member_id("peer"))
    browsers = [Browser(member), Browser(third)]
    before = [everything_read(browser, circle) for browser in browsers]
    log = {stream: announced(stream) for stream in (circle.group.stream, member.stream, third.stream)}
    report(circle, words="A sentence that only staff reads.", unsafe=True)
    assert {stream: announced(stream) for stream in log} == log
    assert [everything_read(browser, circle) for browser in browsers] == before
    decide(circle.people["facilitator"], ReviewItem.objects.get(lane="conduct"), decision)
    for browser, earlier in zip(browsers, before, strict=True):
        text = everything_read(browser, circle)
        assert "only staff reads" not in text
        assert text.count(peer) == earlier.count(peer) > 0
        assert text.count("Wilhelmina") == earlier.count("Wilhelmina") > 0
    assert not AuditEntry.objects.filter(actor=circle.people["peer"].pk).exists()
    assert not LogEvent.objects.filter(stream=member.stream, actor=peer).exists()


def test_the_accused_facilitator_does_not_learn_who_reported() -> None:
    circle = given_circle()
    leader = circle.people["facilitator"]
    post = given_post(circle.topic, leader)
    act(circle.people["peer"], "report.send", post=post.id, reason="attack", words="To me.")
    item = ReviewItem.objects.get()
    browser = Browser(leader)
    assert browser.get(f"/api/review/{item.id}").status_code == 404
    assert str(item.id) not in browser.get(f"/api/groups/{circle.group.id}/review").content.decode()
    assert str(item.id) not in browser.get("/api/review").content.decode()
    assert item.with_lead is True


def test_who_reports_well_is_heard_first_and_nobody_is_unheard() -> None:
    circle = given_circle()
    leader, peer = circle.people["facilitator"], circle.people["peer"]

    def score_of_one_more(person: Person) -> float:
        post = given_post(circle.topic, circle.people["member"])
        act(person, "report.send", post=post.id, reason="attack")
        return ReviewSignal.objects.get(item__target_id=post.id).score

    new = score_of_one_more(given_member(circle.group).person)
    assert score_of_one_more(peer) == pytest.approx(new)
    for item in ReviewItem.objects.filter(signals__by__person=peer):
        decide(leader, item, "hide")
    assert score_of_one_more(peer) == pytest.approx(new)
    for _ in range(10):
        score_of_one_more(peer)
        decide(
            leader,
            ReviewItem.objects.filter(state="pending", signals__by__person=peer).latest("opened_at"),
            "keep",
        )
    last = score_of_one_more(peer)
    assert 0.6 * new <= last < new
    assert ReviewItem.objects.filter(state="pending", signals__by__person=peer).exists()


def test_who_does_not_exist() -> None:
    circle = given_circle()
    gone = Membership.objects.filter(group=circle.group).count()
    assert (
        outcome_of(circle.people["peer"], "report.send", post=circle.group.id, reason="unkind") == "not_found"
    )
    assert Membership.objects.filter(group=circle.group).count() == gone
