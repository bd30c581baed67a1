"""A few quiet posts are drawn by chance for a look: whose, how many, and that nothing else changes for them."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from community.models import Membership, Post
from hearthside.audit_model import AuditEntry
from moderation import sampling
from moderation.flagging_data import FILE, flagging_data, read_flagging_data
from moderation.judging import without_models
from moderation.models import OverdueCall, ReviewItem, ReviewSignal, Screening
from moderation.queries.overdue import find_overdue
from moderation.verdicts import Action, Context, Kind, Lane, Verdict
from tests.given import Browser, Circle, act, given_circle, given_ended, given_post, problem_of, the_post
from tests.moderation.given_flagging import VERSION, agree, draw_all, given_drawn, read_by
from tests.moderation.given_models import Throwing, Words
from tests.moderation.given_review import decide, given_item, queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def circle(monkeypatch: pytest.MonkeyPatch) -> Circle:
    """A circle in which a model reads and every lot falls."""
    made = given_circle()
    read_by(monkeypatch)
    draw_all(monkeypatch)
    return made


def sampled() -> list[Screening]:
    """What was drawn so far."""
    return list(Screening.objects.filter(sampled=True).order_by("at"))


def test_a_drawn_post_is_shown_at_once_and_waits_quietly(circle: Circle) -> None:
    member = circle.people["member"]
    agree(member)
    answer = act(member, "post.submit", topic=circle.topic.id, body="The bus was late again")
    assert (answer["state"], answer["reason"], answer["support"]) == ("published", None, None)
    seen = Browser(circle.people["peer"]).get(f"/api/topics/{circle.topic.id}/posts").json()["posts"]
    assert answer["id"] in {post["id"] for post in seen}
    item = ReviewItem.objects.get(target_id=answer["id"])
    assert (item.lane, item.state, item.severity, item.score, item.due_at) == (
        "conduct",
        "pending",
        0,
        0.0,
        None,
    )
    signal = ReviewSignal.objects.get(item=item)
    assert (signal.source, signal.reason, signal.score, signal.by_version) == (
        "system",
        "sample",
        0.0,
        VERSION,
    )
    (row,) = sampled()
    assert (str(row.target_id), row.action, row.lane, row.rules) == (answer["id"], "clear", "none", [])


def test_the_facilitator_reads_why_and_decides_as_usual(circle: Circle) -> None:
    item, leader = given_drawn(circle), circle.people["facilitator"]
    page = Browser(leader).get(f"/api/review/{item.id}").json()
    assert [signal["label"] for signal in page["signals"]] == ["Drawn by chance: was anything missed?"]
    assert [choice["name"] for choice in page["choices"]] == ["keep", "hide", "dismiss"]
    assert decide(leader, item, "hide").state == "rejected"
    assert the_post(item.target_id).state == "hidden"


def test_it_stands_after_everything_else(circle: Circle) -> None:
    drawn = given_drawn(circle)
    flagged = given_item(circle.post)
    act(circle.people["peer"], "post.submit", topic=circle.topic.id, body="Look", ask_first=True)
    lines = [line["id"] for line in queue(circle)["lines"]]
    assert (len(lines), lines[1:]) == (3, [str(flagged.id), str(drawn.id)])


def test_nobody_is_told_that_it_waits_too_long(circle: Circle, moved: Any) -> None:
    given_drawn(circle)
    moved(30 * 86_400)
    assert find_overdue() == []
    assert not OverdueCall.objects.exists()


def test_new_words_are_drawn_too(circle: Circle, monkeypatch: pytest.MonkeyPatch) -> None:
    member = circle.people["member"]
    act(member, "post.edit", post=circle.post.id, version=circle.post.version, body="Other words")
    assert sampled() == [], "without the author's yes nothing is drawn"
    agree(member)
    post = the_post(circle.post.id)
    act(member, "post.edit", post=post.id, version=post.version, body="And other words again")
    (row,) = sampled()
    assert row.target_id == circle.post.id
    assert the_post(post.id).body == "And other words again"
    assert ReviewItem.objects.get(target_id=post.id).signals.get().reason == "sample"


def test_without_consent_nothing_is_drawn(circle: Circle) -> None:
    member = circle.people["member"]
    given_post(circle.topic, member)
    agree(member)
    agree(member, given=False)
    given_post(circle.topic, member)
    assert (sampled(), ReviewItem.objects.count()) == ([], 0)


def test_without_a_model_nothing_is_drawn(circle: Circle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moderation.scoring.current_scorer", lambda: None)
    agree(circle.people["member"])
    given_post(circle.topic, circle.people["member"])
    assert sampled() == []


def test_a_facilitators_own_words_are_not_drawn(circle: Circle) -> None:
    agree(circle.people["facilitator"])
    given_post(circle.topic, circle.people["facilitator"])
    assert sampled() == []


def test_where_nobody_leads_nothing_is_drawn(circle: Circle) -> None:
    leader = Membership.objects.select_related("group", "person").get(
        group=circle.group, person=circle.people["facilitator"]
    )
    given_ended(leader, "removed")
    agree(circle.people["member"])
    given_post(circle.topic, circle.people["member"])
    assert sampled() == []


@pytest.mark.parametrize(
    ("body", "more"),
    [
        ("I want to die", {}),
        ("You are an idiot", {}),
        ("Call me on 07700 900456", {}),
        ("A storm is coming for you", {}),
        ("Please look at this", {"ask_first": True}),
    ],
)
def test_what_somebody_looks_at_anyway_is_not_drawn(
    circle: Circle, monkeypatch: pytest.MonkeyPatch, body: str, more: dict[str, Any]
) -> None:
    read_by(monkeypatch, Words({"storm": {"threat": 0.99}}))
    agree(circle.people["member"])
    act(circle.people["member"], "post.submit", topic=circle.topic.id, body=body, **more)
    assert sampled() == []
    assert not ReviewSignal.objects.filter(reason="sample").exists()
    assert ReviewItem.objects.exists()


def test_a_model_that_fails_draws_nothing(circle: Circle, monkeypatch: pytest.MonkeyPatch) -> None:
    read_by(monkeypatch, Throwing())
    agree(circle.people["member"])
    act(circle.people["member"], "post.submit", topic=circle.topic.id, body="The bus was late")
    assert sampled() == []


def test_titles_and_names_are_not_drawn(circle: Circle) -> None:
    member = circle.people["member"]
    agree(member)
    act(member, "topic.create", group=circle.group.id, title="Buses")
    act(member, "member.rename", group=circle.group.id, name="Robin")
    assert sampled() == []


def test_a_rule_in_shadow_tells_nobody_and_a_rule_that_speaks_up_does(circle: Circle) -> None:
    leader, member = circle.people["facilitator"], circle.people["member"]
    trigger = {"kind": "keyword", "words": ["teapot"], "allow": [], "evasions": True}
    rule = act(
        leader, "rule.save", group=circle.group.id, name="Pots", event="send", trigger=trigger,
        actions=["queue"], exempt=[], fail_mode="flag", nudge="",
    )  # fmt: skip
    rule = act(leader, "rule.switch", rule=rule["id"], version=rule["version"], mode="shadow")
    agree(member)
    given_post(circle.topic, member, "My teapot broke")
    assert len(sampled()) == 1
    act(leader, "rule.switch", rule=rule["id"], version=rule["version"], mode="on")
    given_post(circle.topic, member, "My other teapot broke")
    assert len(sampled()) == 1


def test_about_as_many_are_drawn_as_the_file_says(monkeypatch: pytest.MonkeyPatch) -> None:
    circle = given_circle()
    member = Membership.objects.select_related("group").get(
        group=circle.group, person=circle.people["member"]
    )
    context = Context(str(member.person_id), str(circle.group.id), models=True)
    calm = Verdict(Action.CLEAR, model_version=VERSION)
    monkeypatch.setattr(sampling, "lots", Random(11))
    monkeypatch.setattr(sampling, "leaders_of", lambda group: [member])
    drawn = sum(sampling.is_drawn(member, context, calm) for _ in range(20_000))
    assert 0.01 < flagging_data().sample.share < 0.02
    assert 0.0125 < drawn / 20_000 < 0.0175  # three deviations about 0.015


@pytest.mark.parametrize("kind", list(Kind))
def test_only_calm_kinds_are_drawn_from(kind: Kind) -> None:
    circle = given_circle()
    member = Membership.objects.select_related("group").get(
        group=circle.group, person=circle.people["member"]
    )
    context = Context(str(member.person_id), str(circle.group.id), models=True)
    wanted = kind in (Kind.NONE, Kind.RECOVERY, Kind.SPOKEN)
    assert (
        sampling.may_be_drawn(member, context, Verdict(Action.CLEAR, model_version="m-1", kind=kind))
        is wanted
    )
    for other in (
        Verdict(Action.CLEAR, model_version="", kind=kind),
        Verdict(Action.HOLD, model_version="m-1", kind=kind),
        Verdict(Action.CLEAR, lane=Lane.CONDUCT, model_version="m-1", kind=kind),
    ):
        assert not sampling.may_be_drawn(member, context, other)


def test_its_author_is_told_the_truth_without_alarm(circle: Circle) -> None:
    item, member = given_drawn(circle), circle.people["member"]
    (flag,) = [
        row for row in flags(circle) if row["target_kind"] == "post" and row["post"] == str(item.target_id)
    ]
    assert flag["why"] == [
        "Nothing spoke up. A few posts are drawn by chance, so that we see what the check misses. "
        "A facilitator looks at them. This was one of them."
    ]
    assert (flag["kind"], flag["action"], flag["severity"], flag["decision"]) == ("none", "clear", 0, None)
    decide(circle.people["facilitator"], item, "keep")
    (flag,) = [row for row in flags(circle) if row["post"] == str(item.target_id)]
    assert flag["decision"]["choice"] == "keep"
    assert problem_of(member, "review.open", item=item.id)["type"] == "not_found"


def flags(circle: Circle) -> list[dict[str, Any]]:
    """The member's own flags."""
    answer = Browser(circle.people["member"]).get("/api/me/flags")
    return list(answer.json()["flags"])


def test_who_looked_says_that_it_was_drawn(circle: Circle) -> None:
    item = given_drawn(circle)
    act(circle.people["facilitator"], "review.open", item=item.id)
    lines = Browser(circle.people["member"]).get("/api/me/access").json()["entries"]
    (opened,) = [line for line in lines if line["verb"] == "review.opened"]
    assert opened["reason"] == "sample"


def test_a_report_about_it_is_looked_at_for_conduct(circle: Circle) -> None:
    item = given_drawn(circle)
    act(circle.people["peer"], "report.send", post=item.target_id, reason="unkind")
    act(circle.people["facilitator"], "review.open", item=item.id)
    assert AuditEntry.objects.get(verb="review.opened").reason == "conduct"
    assert Post.objects.get(id=item.target_id).state == "published"


def test_nothing_is_drawn_where_no_model_is_asked(circle: Circle) -> None:
    agree(circle.people["member"])
    with without_models():
        given_post(circle.topic, circle.people["member"])
    given_post(circle.topic, circle.people["member"])
    assert len(sampled()) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("share", "0.5"),
        ("share", "0.001"),
        ("most", "0.11"),
        ("sooner_below", "0.6"),
        ("window_days", "0"),
    ],
)
def test_numbers_out_of_bounds_are_refused(name: str, value: str) -> None:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    changed = [f"{name} = {value}" if line.startswith(f"{name} =") else line for line in lines]
    assert changed != lines
    with pytest.raises(ValueError, match=r"flagging\.toml"):
        read_flagging_data("\n".join(changed))
