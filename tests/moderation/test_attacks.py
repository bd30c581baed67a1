"""Attacks on the promises of moderation, each as somebody would try it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from msgspec.json import decode, encode

from accounts.queries import list_access
from community.models import Membership
from consumers.joining import publication
from consumers.streams import Entry, kept_from, replay
from hearthside import live
from hearthside.audit_model import AuditEntry
from hearthside.clock import as_of, now
from hearthside.commands import find_command, prepare_command, read_data
from hearthside.errors import Busy
from hearthside.jobs import run_due_jobs
from moderation.models import CareAlert, GroupRule, ReviewItem, Screening
from moderation.queries.mine import list_mine
from moderation.queries.review import read_queue
from moderation.queries.review_item import read_item
from moderation.review_data import label_of
from tests.community.test_groups import invite
from tests.given import (
    Circle,
    act,
    as_json,
    fresh_nonce,
    given_circle,
    given_person,
    given_post,
    outcome_of,
    problem_of,
    the_post,
)
from tests.moderation.given_care import Mailbox, leader, pages_of
from tests.moderation.given_review import decide, deciding, given_held, given_lead, given_revision

pytestmark = pytest.mark.django_db
CRY = "I am going to kill myself tonight"
ASKS_HOW = "I want to die. How many paracetamol would it take to kill me?"


@pytest.fixture
def circle() -> Circle:
    """A group with somebody of every standing."""
    return given_circle()


def items_of(target: UUID | str, *, lane: str | None = None) -> list[ReviewItem]:
    """The items about a target, of one lane or all."""
    rows = ReviewItem.objects.filter(target_id=target)
    return list(rows.filter(lane=lane) if lane else rows)


@pytest.mark.parametrize("words", [ASKS_HOW, "What is the easiest way to die?"])
def test_a_cry_that_is_kept_back_because_it_says_how_is_never_counted(circle: Circle, words: str) -> None:
    author = circle.people["member"]
    answer = act(author, "post.submit", topic=circle.topic.id, body=words)
    assert answer["state"] == "held"
    (item,) = items_of(answer["id"], lane="conduct")
    step = {"kind": "reminder", "policy": "kind_words", "reason": "it says how", "message": "a word"}
    about = {"group": circle.group.id, "member": circle.member_id("member"), "item": item.id}
    problem = problem_of(circle.people["facilitator"], "step.take", **about, **step)
    assert (problem["type"], list(problem["fields"])) == ("invalid", ["item"])


def test_a_way_to_die_that_is_handed_to_another_can_be_counted(circle: Circle) -> None:
    words = "You should kill yourself, take the pills"
    answer = act(circle.people["member"], "post.submit", topic=circle.topic.id, body=words)
    (item,) = items_of(answer["id"], lane="conduct")
    step = {"kind": "reminder", "policy": "kind_words", "reason": "it harms", "message": "a word"}
    about = {"group": circle.group.id, "member": circle.member_id("member"), "item": item.id}
    assert act(circle.people["facilitator"], "step.take", **about, **step)["kind"] == "reminder"


def test_a_cry_that_is_kept_back_is_contested_outside_the_conduct_lane(circle: Circle) -> None:
    author = circle.people["member"]
    answer = act(author, "post.submit", topic=circle.topic.id, body=ASKS_HOW)
    screening = Screening.objects.get(target_id=answer["id"])
    act(author, "flag.contest", screening=screening.id, words="I only asked")
    assert len(items_of(answer["id"], lane="asked")) == 1


def test_a_call_for_help_has_its_words_in_the_queue() -> None:
    assert label_of("tell") == "Somebody asked their facilitators for help"


def care_about(circle: Circle, who: str) -> list[ReviewItem]:
    """What the care lane holds about somebody, not about a post."""
    return items_of(circle.member_id(who), lane="care")


def test_a_cry_in_the_talk_about_a_post_calls_somebody(circle: Circle) -> None:
    author = circle.people["member"]
    post, _ = given_held(circle.topic, author)
    assert act(author, "post.talk", post=post.id, text="When will you read it?")["support"] is None
    assert care_about(circle, "member") == []
    answer = act(author, "post.talk", post=post.id, text=CRY)
    assert answer["support"] == {"severity": 3, "show": True}
    (item,) = care_about(circle, "member")
    run_due_jobs()
    assert [level for level, _ in pages_of(item)] == [0]


def test_a_cry_in_what_only_facilitators_read_calls_somebody(circle: Circle) -> None:
    author, reviewer = circle.people["member"], circle.people["facilitator"]
    post, item = given_held(circle.topic, author)
    decide(reviewer, item, "reject")
    act(author, "second_look.ask", post=post.id, words=CRY)
    (care,) = care_about(circle, "member")
    decide(reviewer, care, "close")
    screening = Screening.objects.filter(target_id=post.id)[0]
    act(author, "flag.contest", screening=screening.id, words=CRY)
    assert [item.state for item in care_about(circle, "member")] == ["pending"]
    assert CareAlert.objects.get(item=care).round == 2


def test_a_cry_in_a_report_calls_somebody_for_the_reporter(circle: Circle) -> None:
    reporter = circle.people["peer"]
    report = {"post": circle.post.id, "reason": "unkind", "unsafe": False}
    act(reporter, "report.send", **report, words="They ask what is the easiest way to die")
    assert care_about(circle, "peer") == []
    act(reporter, "report.send", **report, words=CRY)
    (item,) = care_about(circle, "peer")
    assert CareAlert.objects.filter(item=item).exists()


def test_who_is_afraid_of_a_facilitator_is_not_handed_to_them(circle: Circle) -> None:
    feared = circle.people["facilitator"]
    other = leader(circle.group, "Second")
    post = given_post(circle.topic, feared)
    act(
        circle.people["peer"],
        "report.send",
        post=post.id,
        reason="attack",
        words="they scare me",
        unsafe=True,
    )
    run_due_jobs()
    (item,) = items_of(post.id, lane="care")
    assert pages_of(item) == [(0, "Second")]
    assert read_queue(feared, circle.group.id)["lines"] == []
    assert outcome_of(feared, "review.open", item=item.id) == "not_found"
    act(other.person, "review.open", item=item.id)
    (signal,) = read_item(other.person, item.id)["signals"]
    assert (signal["words"], signal["unsafe"]) == ("they scare me", True)


def test_who_is_afraid_of_the_only_facilitator_is_answered_by_the_clinical_lead(circle: Circle) -> None:
    lead = given_lead(circle.people["admin"])
    post = given_post(circle.topic, circle.people["facilitator"])
    act(
        circle.people["peer"],
        "report.send",
        post=post.id,
        reason="attack",
        words="they scare me",
        unsafe=True,
    )
    run_due_jobs()
    (item,) = items_of(post.id, lane="care")
    assert pages_of(item) == [(2, lead.name)]


def test_what_came_of_another_report_is_not_told_to_the_author(circle: Circle) -> None:
    author, reviewer, peer = (circle.people[who] for who in ("member", "facilitator", "peer"))
    act(peer, "report.send", post=circle.post.id, reason="unkind", words="", unsafe=False)
    (conduct,) = items_of(circle.post.id, lane="conduct")
    decide(reviewer, conduct, "hide", message="Please say it in another way.")
    before = list_mine(author, circle.topic.id)["posts"]
    act(peer, "report.send", post=circle.post.id, reason="private", words="", unsafe=False)
    (privacy,) = items_of(circle.post.id, lane="privacy")
    decide(reviewer, privacy, "dismiss", policy="privacy")
    assert list_mine(author, circle.topic.id)["posts"] == before
    assert before[0]["message"] == "Please say it in another way."


def test_somebody_who_called_is_never_dismissed(circle: Circle) -> None:
    act(circle.people["member"], "care.tell", group=circle.group.id, words="please")
    (item,) = care_about(circle, "member")
    assert deciding(circle.people["facilitator"], item, "dismiss") == "closed"
    assert deciding(circle.people["facilitator"], item, "close") == "ok"


def test_a_flood_does_not_bury_a_cry_for_help(circle: Circle) -> None:
    author = Membership.objects.get(id=circle.member_id("peer"))
    flood = [
        ReviewItem(
            group=circle.group,
            lane="asked",
            target_kind="post",
            target_id=uuid4(),
            author=author,
            snapshot="{}",
        )
        for _ in range(600)
    ]
    for row in flood:
        row.save()
    act(circle.people["member"], "care.tell", group=circle.group.id, words="please")
    page = read_queue(circle.people["facilitator"], circle.group.id)
    assert page["lines"][0]["lane"] == "care"
    seen, last = len(page["lines"]), page["lines"][-1]["id"]
    while page["more"]:
        page = read_queue(circle.people["facilitator"], circle.group.id, before=UUID(last))
        seen, last = seen + len(page["lines"]), page["lines"][-1]["id"]
    assert seen == 601


def test_undoing_a_withdrawal_brings_back_only_what_it_ended(circle: Circle) -> None:
    author = circle.people["member"]
    attack = act(
        author, "post.submit", topic=circle.topic.id, body="You are a worthless idiot, nobody wants you"
    )
    assert attack["state"] == "held"
    calm = act(author, "post.edit", post=attack["id"], version=1, body="I was angry yesterday.")
    assert calm["state"] == "published"
    act(author, "post.restore", post=attack["id"])
    act(circle.people["peer"], "report.send", post=attack["id"], reason="private", words="", unsafe=False)
    act(author, "post.withdraw", post=attack["id"])
    act(author, "post.restore", post=attack["id"])
    states = {item.lane: item.state for item in items_of(attack["id"])}
    assert states == {"conduct": "withdrawn", "privacy": "pending"}


@pytest.mark.parametrize("edited", [False, True], ids=["new post", "new words"])
def test_words_judged_before_a_step_are_not_shown_after_it(circle: Circle, *, edited: bool) -> None:
    author, leads = circle.people["peer"], circle.people["facilitator"]
    data = {"topic": circle.topic.id, "body": "I slept well."}
    if edited:
        data = {"post": given_post(circle.topic, author).id, "version": 1, "body": "I slept well."}
    command = find_command("post.edit" if edited else "post.submit")
    judged = prepare_command(command, author, read_data(command, as_json({"nonce": fresh_nonce(), **data})))
    about = {"group": circle.group.id, "member": circle.member_id("peer")}
    step = {"kind": "posts_held", "policy": "kind_words", "reason": "for a while", "message": "a word"}
    act(leads, "step.take", **about, **step)
    assert isinstance(judged, live.Write)
    with pytest.raises(Busy):
        live.write(judged)
    again = act(author, command.name, **data)
    assert again["state"] == "held" or again["held_revision"]


def test_a_cry_in_the_name_of_somebody_who_joins_calls_somebody(circle: Circle) -> None:
    newcomer = given_person()
    token = invite(circle.group, newcomer.email)
    answer = act(newcomer, "invitation.accept", token=token, name="I want to die tonight", agreement=1)
    (item,) = items_of(answer["membership"], lane="care")
    assert CareAlert.objects.filter(item=item).exists()


def test_a_facilitator_does_not_hear_that_their_own_post_was_reported(circle: Circle) -> None:
    post = given_post(circle.topic, circle.people["facilitator"])
    act(circle.people["peer"], "report.send", post=post.id, reason="unkind", words="", unsafe=False)
    (event,) = replay(circle.group.review_stream, 0)
    author, other = str(post.author_id), str(leader(circle.group, "Second").id)
    found = [publication(event, Entry(member=member)) for member in (author, other)]
    kinds = [decode(encode(row))["data"]["type"] for row in found]
    assert kinds == ["skipped", "review.updated"]
    assert kept_from(event.event) == author


@pytest.mark.parametrize("why", ["paused", "locked", "closed", "agreement_needed"])
@pytest.mark.parametrize("edited", [False, True], ids=["new post", "new words"])
def test_a_cry_that_the_room_does_not_take_is_heard(circle: Circle, why: str, *, edited: bool) -> None:
    author, leads = circle.people["member"], circle.people["facilitator"]
    match why:
        case "paused":
            Membership.objects.filter(person=author).update(paused_until=now() + timedelta(days=2))
        case "locked":
            act(leads, "topic.update", topic=circle.topic.id, version=1, locked=True)
        case "closed":
            act(leads, "group.close", group=circle.group.id)
        case _:
            act(leads, "agreement.publish", group=circle.group.id, text="Be kind, and keep it here.")
    where = {"post": circle.post.id, "version": 1} if edited else {"topic": circle.topic.id}
    command = "post.edit" if edited else "post.submit"
    refused = {"locked": "closed"}.get(why, why)
    assert outcome_of(author, command, **where, body="I watered the plants.") == refused
    assert care_about(circle, "member") == []
    assert outcome_of(author, command, **where, body=CRY) == refused
    (item,) = care_about(circle, "member")
    assert CareAlert.objects.filter(item=item).exists()
    assert the_post(circle.post.id).body != CRY


@pytest.mark.parametrize("who", ["other group's member", "former member", "removed", "deactivated", "admin"])
def test_nobody_from_outside_reaches_the_care_lane_by_being_refused(circle: Circle, who: str) -> None:
    act(circle.people["facilitator"], "group.close", group=circle.group.id)
    outcome_of(circle.people[who], "post.submit", topic=circle.topic.id, body=CRY)
    assert not ReviewItem.objects.filter(lane="care").exists()


@pytest.mark.parametrize("choice", ["publish", "reject"])
def test_words_taken_back_are_gone_in_every_version(circle: Circle, choice: str) -> None:
    revision, item = given_revision(circle)
    decide(circle.people["facilitator"], item, choice)
    act(circle.people["member"], "post.withdraw", post=revision.post_id)
    with as_of(now() + timedelta(minutes=1)):
        run_due_jobs()
    revision.refresh_from_db()
    assert (the_post(revision.post_id).body, revision.body, revision.html) == ("", "", "")


def test_a_rule_that_is_new_to_the_process_holds_nothing_for_being_slow_to_read(circle: Circle) -> None:
    words = [f"{uuid4().hex[:12]} {uuid4().hex[:12]}*" for _ in range(1000)]
    fields = {"event": "send", "actions": ["log"], "exempt": [], "fail_mode": "hold", "nudge": ""}
    trigger = {"kind": "keyword", "words": words, "allow": [], "evasions": True}
    for number in range(12):
        made = act(
            circle.people["facilitator"], "rule.save",
            group=circle.group.id, name=f"rule {number}", trigger=trigger, **fields,
        )  # fmt: skip
        GroupRule.objects.filter(id=made["id"]).update(mode="on")
    answer = act(circle.people["member"], "post.submit", topic=circle.topic.id, body="I slept well.")
    assert answer["state"] == "published"


def test_a_report_that_nobody_could_look_at_reaches_the_admins(circle: Circle) -> None:
    post = given_post(circle.topic, circle.people["facilitator"])
    report = {"post": post.id, "reason": "attack", "words": "", "unsafe": False}
    box = Mailbox()
    act(circle.people["peer"], "report.send", **report)
    run_due_jobs()
    ((to, subject, text),) = box.fresh()
    assert (to, subject.partition(":")[0]) == (circle.people["admin"].email, "Nobody can look at this")
    assert str(post.id) not in text
    given_lead(circle.people["admin"])
    act(circle.people["peer"], "report.send", **report)
    run_due_jobs()
    assert box.fresh() == []


@pytest.mark.parametrize(("choice", "seen"), [("dismiss", False), ("keep", False), ("hide", True)])
def test_a_report_that_came_to_nothing_is_not_in_the_authors_access_log(
    circle: Circle, choice: str, *, seen: bool
) -> None:
    act(circle.people["peer"], "report.send", post=circle.post.id, reason="unkind", words="", unsafe=False)
    (item,) = items_of(circle.post.id)
    decide(circle.people["facilitator"], item, choice)
    verbs = [row["verb"] for row in list_access(circle.people["member"])["entries"]]
    assert ("review.decided" in verbs) is seen
    assert AuditEntry.objects.filter(verb="review.decided", thing=f"post:{circle.post.id}").count() == 1
