"""My flags: each member sees everything about their own words, nothing about anybody else's, and can contest it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from community.models import Membership
from hearthside.clock import as_of, now
from moderation import flag_words
from moderation.actions.items import Signal
from moderation.models import ReviewItem, ReviewSignal, Screening
from moderation.queries.flags import PAGE, list_flags
from tests.given import (
    STANDINGS,
    Browser,
    Circle,
    act,
    given_circle,
    given_ended,
    given_group,
    given_member,
    given_post,
    outcome_of,
)
from tests.moderation.given_steps import (
    given_decision,
    given_item,
    given_look,
    given_screening,
    member_of,
    take,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def circle() -> Circle:
    """A group with somebody of every standing."""
    return given_circle()


@pytest.fixture
def author(circle: Circle) -> Membership:
    """The member who wrote the circle's post; screening had nothing to say of it yet."""
    Screening.objects.all().delete()
    return member_of(circle.group, circle.people["member"])


def flags_of(member: Membership, **params: Any) -> dict[str, Any]:
    """The page, by the HTTP door."""
    answer = Browser(member.person).get("/api/me/flags", **params)
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def only_flag(member: Membership) -> dict[str, Any]:
    """The one flag there is."""
    (found,) = flags_of(member)["flags"]
    return dict(found)


def test_what_spoke_up_is_told_with_every_score(circle: Circle, author: Membership) -> None:
    scores = {"toxicity": 0.12345, "insult": 0.9}
    row = given_screening(author, circle.post, scores=scores, model_version="local-3", severity=1)
    found = only_flag(author)
    assert (found["id"], found["post"], found["topic"]) == (
        str(row.id),
        str(circle.post.id),
        str(circle.topic.id),
    )
    assert found["scores"] == [{"label": "insult", "score": 0.9}, {"label": "toxicity", "score": 0.1235}]
    assert (found["rules_version"], found["model_version"]) == ("rules-1", "local-3")
    assert found["words"] == circle.post.body
    assert found["why"] == ["These words could be read as an attack on somebody."]
    assert (found["decision"], found["second_look"], found["may_ask_until"]) == (None, None, None)


def test_what_was_clear_is_no_flag_but_a_score_is(circle: Circle, author: Membership) -> None:
    quiet = given_screening(author, circle.post, action="clear", kind="none", lane="none", rules=[])
    assert flags_of(author)["flags"] == []
    Screening.objects.filter(pk=quiet.pk).update(scores={"toxicity": 0.01})
    assert only_flag(author)["why"] == ["A model read this, and nothing spoke up."]


@pytest.mark.parametrize("who", STANDINGS)
def test_everybody_sees_only_their_own(circle: Circle, who: str) -> None:
    Screening.objects.all().delete()
    for member in Membership.objects.select_related("group").filter(group=circle.group):
        given_screening(member)
        take_for = member.role == "member" and member.state == "active"
        if take_for and member.person.is_active:
            take(circle.people["facilitator"], member, "private_word")
    person = circle.people[who]
    answer = Browser(person).get("/api/me/flags")
    if who == "deactivated":
        assert answer.status_code == 401
        return
    mine = Membership.objects.filter(person=person, group=circle.group)
    wanted = {str(pk) for pk in Screening.objects.filter(author__in=mine).values_list("id", flat=True)}
    assert {flag["id"] for flag in answer.json()["flags"]} == wanted
    assert len(answer.json()["steps"]) == (1 if who == "member" else 0)


def test_who_reported_and_what_staff_wrote_never_show(circle: Circle, author: Membership) -> None:
    reporter = member_of(circle.group, circle.people["peer"])
    report = Signal(source="member", reason="unkind", by=reporter, words="he hurt me")
    item = given_item(author, post=circle.post, signals=(report,))
    given_decision(
        item, "hide", "rejected", by=circle.people["facilitator"], reason="see the talk", message="a kind word",
        policy="kind_words",
    )  # fmt: skip
    page = flags_of(author)
    (found,) = page["flags"]
    assert found["decision"]["message"] == "a kind word"
    assert found["decision"]["choice"] == "hide"
    text = json.dumps(page)
    leader = member_of(circle.group, circle.people["facilitator"])
    for secret in ("he hurt me", "unkind", "see the talk", str(reporter.id), reporter.name, leader.name):
        assert secret not in text, "nothing of it is the author's to read"
    assert str(circle.people["facilitator"].id) not in text


@pytest.mark.parametrize("choice", ["keep", "dismiss"])
@pytest.mark.parametrize("screened", [True, False])
def test_a_report_that_came_to_nothing_is_not_told(
    circle: Circle, author: Membership, choice: str, screened: bool
) -> None:
    if screened:
        given_screening(author, circle.post, action="clear", kind="none", lane="none", rules=[])
    report = Signal(source="member", reason="unkind", by=member_of(circle.group, circle.people["peer"]))
    given_decision(given_item(author, post=circle.post, signals=(report,)), choice, "approved")
    assert flags_of(author)["flags"] == []


@pytest.mark.parametrize(("choice", "lane"), [("keep", "none"), ("dismiss", "none"), ("dismiss", "conduct")])
def test_nor_is_it_told_beside_a_score(circle: Circle, author: Membership, choice: str, lane: str) -> None:
    given_screening(author, circle.post, action="clear", kind="none", lane=lane, scores={"toxicity": 0.1})
    given_decision(given_item(author, post=circle.post), choice, "approved")
    assert only_flag(author)["decision"] is None


def test_words_that_screening_had_looked_at_and_were_kept(circle: Circle, author: Membership) -> None:
    given_screening(author, circle.post, action="clear", lane="conduct")
    given_decision(given_item(author, post=circle.post), "keep", "approved", message="all is well")
    assert only_flag(author)["decision"]["message"] == "all is well"


def test_the_care_lanes_decisions_stay_there(circle: Circle, author: Membership) -> None:
    given_screening(author, circle.post, kind="risk", lane="care", action="clear", rules=["wish_to_die"])
    given_decision(
        given_item(author, lane="care", post=circle.post), "close", "approved", message="we talked"
    )
    found = only_flag(author)
    assert found["decision"] is None
    assert found["why"] == [
        "These words sounded as if you do not want to live. That is never held against you."
    ]


def test_a_decision_belongs_to_the_words_it_was_about(circle: Circle, author: Membership) -> None:
    begun = now()
    old = given_screening(author, circle.post, at=begun - 3 * DAY)
    item = given_item(author, post=circle.post)
    given_decision(item, "reword", "pending", at=begun - 2 * DAY, message="please")
    new = given_screening(author, circle.post, at=begun - DAY)
    given_decision(item, "publish", "approved", at=begun, message="thank you")
    first, second = flags_of(author)["flags"]
    assert (first["id"], first["decision"]["message"]) == (str(new.id), "thank you")
    assert (second["id"], second["decision"]["message"]) == (str(old.id), "please")
    assert (first["words"], second["words"]) == (circle.post.body, None), "the older words are gone"


def test_a_second_look_may_be_asked_for_20_days(circle: Circle, author: Membership) -> None:
    given_screening(author, circle.post)
    item = given_item(author, post=circle.post)
    made = given_decision(item, "hide", "rejected")
    assert only_flag(author)["may_ask_until"] is not None
    with as_of(made.at + 20 * DAY - timedelta(seconds=1)):
        assert only_flag(author)["may_ask_until"] is not None
    with as_of(made.at + 20 * DAY + timedelta(seconds=1)):
        assert only_flag(author)["may_ask_until"] is None
    look = given_look(author, item=item, decision=made)
    found = only_flag(author)
    assert (found["second_look"]["state"], found["may_ask_until"]) == ("open", None)
    look.state, look.answer = "upheld", "we are of one mind"
    look.save()
    given_decision(item, "uphold", "rejected")
    found = only_flag(author)
    assert (found["second_look"]["answer"], found["decision"]["choice"]) == ("we are of one mind", "uphold")
    assert found["may_ask_until"] is None


@pytest.mark.parametrize("choice", ["publish", "reword", "restore", "keep"])
def test_no_second_look_at_what_was_not_against_them(circle: Circle, author: Membership, choice: str) -> None:
    given_screening(author, circle.post)
    given_decision(given_item(author, post=circle.post), choice, "approved")
    found = only_flag(author)
    assert (found["decision"]["choice"], found["may_ask_until"]) == (choice, None)


def test_steps_are_shown_but_notes_are_for_staff(circle: Circle, author: Membership) -> None:
    leader = circle.people["facilitator"]
    for kind in ("note", "private_word", "reminder", "pause"):
        take(leader, author, kind)
    page = flags_of(author)
    assert [step["kind"] for step in page["steps"]] == ["pause", "reminder", "private_word"]
    assert [step["counts"] for step in page["steps"]] == [False, True, False]
    assert "for staff" not in json.dumps(page)
    reminder = page["steps"][1]
    assert (reminder["message"], reminder["group_name"]) == ("a kind word", circle.group.name)
    assert reminder["may_ask_until"] is not None
    with as_of(now() + 21 * DAY):
        assert {step["may_ask_until"] for step in flags_of(author)["steps"]} == {None}


def test_a_step_that_was_lifted_or_looked_at_again_is_not_asked_about(
    circle: Circle, author: Membership
) -> None:
    leader = circle.people["facilitator"]
    lifted, asked = take(leader, author, "reminder"), take(leader, author, "reminder")
    act(leader, "step.lift", step=lifted.id, version=1, reason="a mistake")
    given_look(author, item=given_item(author, lane="asked", kind="step", target=asked.id), step=asked)
    newest, oldest = flags_of(author)["steps"]
    assert (newest["second_look"]["state"], newest["may_ask_until"]) == ("open", None)
    assert (oldest["lifted_at"] is None, oldest["may_ask_until"]) == (False, None)


def test_who_has_left_still_reads_and_contests_their_own(circle: Circle, author: Membership) -> None:
    row = given_screening(author, circle.post)
    given_ended(author, "removed")
    assert only_flag(author)["id"] == str(row.id)
    assert outcome_of(author.person, "flag.contest", screening=row.id) == "ok"


def test_all_groups_of_the_person_are_on_one_page(circle: Circle, author: Membership) -> None:
    there = given_member(given_group(name="Evening circle"), author.person)
    given_screening(author)
    given_screening(there)
    assert {flag["group_name"] for flag in flags_of(author)["flags"]} == {"Tuesday circle", "Evening circle"}


def test_words_that_were_taken_back_are_not_shown(circle: Circle, author: Membership) -> None:
    given_screening(author, circle.post)
    circle.post.body = ""
    circle.post.save()
    assert only_flag(author)["words"] is None


def test_titles_names_and_new_words_are_shown_as_such(circle: Circle, author: Membership) -> None:
    revision = circle.post.revisions.create(body="new words", html="<p>new words</p>")
    given_screening(author, target_kind="revision", target_id=revision.id)
    given_screening(author, target_kind="topic", target_id=circle.topic.id)
    given_screening(author, target_kind="name", target_id=author.id)
    found = {flag["target_kind"]: flag for flag in flags_of(author)["flags"]}
    assert {kind: flag["words"] for kind, flag in found.items()} == {
        "revision": "new words", "topic": circle.topic.title, "name": author.name
    }  # fmt: skip
    assert found["revision"]["post"] == str(circle.post.id)


def test_nobody_elses_words_come_by_a_wrong_target(circle: Circle, author: Membership) -> None:
    peer = member_of(circle.group, circle.people["peer"])
    theirs = given_post(circle.topic, peer.person, "mine alone")
    Screening.objects.all().delete()
    given_screening(author, theirs)
    given_screening(author, target_kind="name", target_id=peer.id)
    assert {flag["words"] for flag in flags_of(author)["flags"]} == {None}


def test_pages_follow_each_other_without_a_gap(circle: Circle, author: Membership) -> None:
    begun = now()
    for index in range(PAGE + 5):
        given_screening(author, at=begun - timedelta(minutes=index // 2))
    for index in range(4):
        target = given_item(author)
        given_decision(target, "reject", "rejected", at=begun - timedelta(minutes=5 * index))
    take(circle.people["facilitator"], author, "reminder")
    first = flags_of(author)
    rest = flags_of(author, before=first["flags"][-1]["id"])
    assert (first["more"], rest["more"]) == (True, False)
    assert (len(first["flags"]), len(first["steps"]), rest["steps"]) == (PAGE, 1, [])
    ids = [flag["id"] for flag in first["flags"] + rest["flags"]]
    assert len(ids) == len(set(ids)) == PAGE + 9
    times = [flag["at"] for flag in first["flags"] + rest["flags"]]
    assert times == sorted(times, reverse=True)


def test_a_page_begins_only_after_a_flag_of_ones_own(circle: Circle, author: Membership) -> None:
    others = given_screening(member_of(circle.group, circle.people["peer"]))
    for before in (others.id, uuid4()):
        assert Browser(author.person).get("/api/me/flags", before=str(before)).status_code == 404


def test_a_page_takes_as_many_statements_for_many_flags_as_for_one(
    circle: Circle, author: Membership, django_assert_max_num_queries: Any
) -> None:
    for _ in range(8):
        post = given_post(circle.topic, author.person)
        given_screening(author, post)
        given_decision(given_item(author, post=post), "hide", "rejected")
    with django_assert_max_num_queries(11):
        assert len(list_flags(author.person)["flags"]) >= 8


@pytest.mark.parametrize("who", STANDINGS)
def test_only_its_author_contests(circle: Circle, author: Membership, who: str) -> None:
    row = given_screening(author, circle.post)
    wanted = {"member": "ok", "deactivated": "signed_out"}.get(who, "not_found")
    assert outcome_of(circle.people[who], "flag.contest", screening=row.id, words="not so") == wanted
    row.refresh_from_db()
    assert (row.contested_at is not None) == (who == "member")
    assert ReviewItem.objects.exists() == (who == "member")


def test_contesting_asks_a_facilitator_to_look(circle: Circle, author: Membership) -> None:
    row = given_screening(author, circle.post)
    act(author.person, "flag.contest", screening=row.id, words="I was quoting a song")
    item = ReviewItem.objects.get(target_id=circle.post.id)
    assert (item.lane, item.state, item.author_id, item.topic_id) == (
        "conduct", "pending", author.id, circle.topic.id
    )  # fmt: skip
    assert json.loads(item.snapshot)["body"] == circle.post.body
    signal = ReviewSignal.objects.get(item=item)
    assert (signal.source, signal.reason, signal.by_id) == ("self", "contested", author.id)
    assert signal.words == "I was quoting a song"
    found = only_flag(author)
    assert (found["contested_at"] is None, found["may_contest"]) == (False, False)
    assert outcome_of(author.person, "flag.contest", screening=row.id) == "closed"
    assert ReviewSignal.objects.filter(item=item).count() == 1


@pytest.mark.parametrize("kind", ["risk", "none", "attack", "method", "recovery"])
def test_a_risk_that_is_contested_never_reaches_the_conduct_lane(
    circle: Circle, author: Membership, kind: str
) -> None:
    row = given_screening(author, circle.post, kind=kind, lane="care" if kind == "risk" else "conduct")
    act(author.person, "flag.contest", screening=row.id)
    lanes = set(ReviewItem.objects.values_list("lane", flat=True))
    assert lanes == ({"asked"} if kind == "risk" else {"conduct"})


@pytest.mark.parametrize("kind", ["topic", "name", "revision", "member"])
def test_every_kind_of_words_can_be_contested(circle: Circle, author: Membership, kind: str) -> None:
    revision = circle.post.revisions.create(body="new words", html="")
    targets = {"topic": circle.topic.id, "name": author.id, "revision": revision.id, "member": author.id}
    row = given_screening(author, target_kind=kind, target_id=targets[kind])
    act(author.person, "flag.contest", screening=row.id)
    snapshot = json.loads(ReviewItem.objects.get(target_kind=kind).snapshot)
    wanted = {"topic": circle.topic.title, "name": author.name, "revision": "new words", "member": ""}
    assert snapshot["title"] + snapshot["body"] == wanted[kind]


def test_every_code_and_kind_has_a_kind_sentence() -> None:
    assert flag_words.why(["insult", "insult", "nobody knows this"], "attack") == [
        "These words could be read as an insult."
    ]
    assert flag_words.why(["nobody knows this"], "recovery") != flag_words.why([], "none")
    assert flag_words.why([str(uuid4())], "none") == ["A rule that this group made spoke up."]
    assert flag_words.why(["contact:phone"], "none") == [flag_words.sentence_of("contact")]
    for kind in ("none", "risk", "method", "attack", "recovery", "spoken", "something new"):
        assert flag_words.why([], kind)[0]
