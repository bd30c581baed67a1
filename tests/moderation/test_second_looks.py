"""Second looks: asked within 20 days, answered by somebody else, never refused without a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Person
from community.models import Membership
from moderation.models import ReviewItem, SecondLook, Step
from moderation.models.review import ReviewSignal
from tests.given import (
    Circle,
    act,
    given_circle,
    given_ended,
    given_member,
    given_person,
    given_post,
    outcome_of,
    problem_of,
    the_post,
)
from tests.moderation.given_review import (
    announced,
    decide,
    deciding,
    given_held,
    given_item,
    given_lead,
    given_revision,
    the_item,
)

pytestmark = pytest.mark.django_db
DAY = 24 * 3600.0


def given_hidden(circle: Circle) -> ReviewItem:
    """The circle's post, hidden by its facilitator."""
    return decide(circle.people["facilitator"], given_item(circle.post), "hide")


def ask(circle: Circle, who: str = "member", **data: Any) -> dict[str, Any]:
    """Ask for a second look at the circle's post unless told."""
    target = data or {"post": circle.post.id}
    return act(circle.people[who], "second_look.ask", words="It was a joke between us.", **target)


def given_step(circle: Circle, kind: str = "reminder", who: str = "member") -> Step:
    """A step about somebody, taken by the circle's facilitator."""
    data = {"days": 3} if kind == "pause" else {}
    message = "" if kind == "note" else "We talked about this."
    answer = act(
        circle.people["facilitator"],
        "step.take",
        group=circle.group.id,
        member=circle.member_id(who),
        kind=kind,
        policy="kind_words",
        reason="Because.",
        message=message,
        **data,
    )
    return Step.objects.get(id=answer["step"])


def test_asking_opens_the_item_with_its_history() -> None:
    circle = given_circle()
    other = given_member(circle.group, role="facilitator").person
    item = given_hidden(circle)
    told = announced(circle.people["member"].stream)
    assert ask(circle)["state"] == "open"
    after = the_item(item.id)
    assert (after.state, after.second_look, after.with_lead) == ("pending", True, False)
    look = SecondLook.objects.get(item=item)
    assert (look.words, look.first_reviewer) == (
        "It was a joke between us.",
        circle.people["facilitator"],
    )
    assert look.decision is not None
    assert look.decision.choice == "hide"
    assert after.decisions.count() == 1
    assert announced(circle.people["member"].stream) == [*told, "post.stated"]
    assert deciding(other, item, "restore") == "ok"


def test_asking_again_is_the_same_request() -> None:
    circle = given_circle()
    item = given_hidden(circle)
    first = ask(circle)
    version = the_item(item.id).version
    assert ask(circle) == {**first, "duplicate": False}
    assert SecondLook.objects.count() == 1
    assert the_item(item.id).version == version


def test_overturned_publishes_at_the_next_number() -> None:
    circle = given_circle()
    other = given_member(circle.group, role="facilitator").person
    post, item = given_held(circle.topic, circle.people["member"])
    decide(circle.people["facilitator"], item, "reject")
    last = given_post(circle.topic, circle.people["peer"]).seq
    ask(circle, post=post.id)
    item = decide(other, item, "restore", message="You were right.")
    shown = the_post(post.id)
    assert (shown.state, item.state, item.second_look) == ("published", "approved", False)
    assert last is not None
    assert shown.seq is not None
    assert shown.seq > last
    look = SecondLook.objects.get()
    assert (look.state, look.answer) == ("overturned", "You were right.")
    assert look.answered_at is not None


def test_upheld_needs_words_and_another_reviewer() -> None:
    circle = given_circle()
    leader = circle.people["facilitator"]
    other = given_member(circle.group, role="facilitator").person
    item = given_hidden(circle)
    ask(circle)
    assert deciding(leader, item, "uphold") == "denied"
    assert deciding(other, item, "uphold", message=" ") == "invalid"
    told = announced(circle.people["member"].stream)
    item = decide(other, item, "uphold", message="Two people were hurt by it.")
    assert announced(circle.people["member"].stream) == [*told, "post.stated", "notices.changed"]
    assert (item.state, the_post(circle.post.id).state) == ("rejected", "hidden")
    look = SecondLook.objects.get()
    assert (look.state, look.answer) == ("upheld", "Two people were hurt by it.")
    assert outcome_of(circle.people["member"], "second_look.ask", post=circle.post.id, words="x") == "closed"


def test_the_first_reviewer_may_think_again() -> None:
    circle = given_circle()
    item = given_hidden(circle)
    ask(circle)
    decide(circle.people["facilitator"], item, "restore")
    assert the_post(circle.post.id).state == "published"
    assert SecondLook.objects.get().state == "overturned"


def test_with_nobody_else_the_clinical_lead_answers() -> None:
    circle = given_circle()
    lead = given_lead(given_person("admin"))
    item = given_hidden(circle)
    assert outcome_of(lead, "review.open", item=item.id) == "not_found"
    ask(circle)
    assert the_item(item.id).with_lead is True
    assert deciding(circle.people["facilitator"], item, "uphold") == "denied"
    assert deciding(lead, item, "uphold") == "ok"


def test_when_the_others_left_meanwhile_opening_it_brings_in_the_lead() -> None:
    circle = given_circle()
    leader = circle.people["facilitator"]
    other = given_member(circle.group, role="facilitator")
    item = given_hidden(circle)
    ask(circle)
    act(leader, "review.open", item=item.id)
    assert the_item(item.id).with_lead is False
    given_ended(other, "left")
    act(leader, "review.open", item=item.id)
    assert the_item(item.id).with_lead is True


@pytest.mark.parametrize(("day", "outcome"), [(19.9, "ok"), (20.1, "closed")])
def test_there_are_twenty_days(moved: Callable[[float], None], day: float, outcome: str) -> None:
    circle = given_circle()
    given_hidden(circle)
    moved(day * DAY)
    assert outcome_of(circle.people["member"], "second_look.ask", post=circle.post.id, words="x") == outcome


def test_only_what_was_decided_against_oneself() -> None:
    circle = given_circle()
    member, peer = circle.people["member"], circle.people["peer"]
    held, _ = given_held(circle.topic, member)
    shown = circle.post
    for post, who, outcome in (
        (shown, member, "closed"),
        (held, member, "closed"),
        (shown, peer, "denied"),
        (held, peer, "not_found"),
        (held, circle.people["facilitator"], "not_found"),
    ):
        assert outcome_of(who, "second_look.ask", post=post.id, words="x") == outcome
    given_hidden(circle)
    problem = problem_of(member, "second_look.ask", post=shown.id, words=" ")
    assert list(problem["fields"]) == ["words"]
    assert outcome_of(member, "second_look.ask", words="x") == "invalid"
    both = {"post": shown.id, "step": shown.id}
    assert outcome_of(member, "second_look.ask", words="x", **both) == "invalid"
    assert not SecondLook.objects.exists()


@pytest.mark.parametrize("extra", [False, True])
def test_taking_the_request_back(extra: bool) -> None:
    circle = given_circle()
    member = circle.people["member"]
    item = given_hidden(circle)
    assert outcome_of(member, "second_look.withdraw", post=circle.post.id) == "not_found"
    ask(circle)
    if extra:
        act(circle.people["peer"], "report.send", post=circle.post.id, reason="attack")
    assert act(member, "second_look.withdraw", post=circle.post.id)["state"] == "withdrawn"
    after = the_item(item.id)
    assert (after.state, after.second_look) == ("pending" if extra else "rejected", False)
    assert act(member, "second_look.withdraw", post=circle.post.id)["state"] == "withdrawn"
    assert outcome_of(member, "second_look.ask", post=circle.post.id, words="again") == "closed"


def test_what_is_answered_is_not_taken_back() -> None:
    circle = given_circle()
    other = given_member(circle.group, role="facilitator").person
    item = given_hidden(circle)
    ask(circle)
    decide(other, item, "uphold")
    assert outcome_of(circle.people["member"], "second_look.withdraw", post=circle.post.id) == "closed"


def test_new_words_that_were_not_shown() -> None:
    circle = given_circle()
    other = given_member(circle.group, role="facilitator").person
    revision, item = given_revision(circle)
    decide(circle.people["facilitator"], item, "reject")
    ask(circle, post=revision.post_id)
    decide(other, item, "restore")
    assert the_post(revision.post_id).body == "The new words."


def test_words_that_were_refused_never_replace_newer_ones() -> None:
    circle = given_circle()
    other = given_member(circle.group, role="facilitator").person
    revision, item = given_revision(circle)
    decide(circle.people["facilitator"], item, "reject")
    ask(circle, post=revision.post_id)
    act(circle.people["member"], "post.edit", post=revision.post_id, version=1, body="The newest words.")
    decide(other, item, "restore")
    assert the_post(revision.post_id).body == "The newest words."


def test_words_shown_by_another_lane_end_the_request() -> None:
    circle = given_circle()
    leader = circle.people["facilitator"]
    other_lane = given_item(circle.post, lane="privacy")
    item = given_hidden(circle)
    ask(circle)
    decide(leader, other_lane, "restore", message="It can stay.")
    item = the_item(item.id)
    assert (item.state, item.second_look) == ("approved", False)
    assert SecondLook.objects.get().state == "overturned"
    assert SecondLook.objects.get().answer == "It can stay."


def test_a_step_is_looked_at_again_and_lifted() -> None:
    circle = given_circle()
    leader, member = circle.people["facilitator"], circle.people["member"]
    other = given_member(circle.group, role="facilitator").person
    step = given_step(circle, "pause")
    ask(circle, step=step.id)
    item = ReviewItem.objects.get(target_kind="step")
    assert (item.target_id, item.lane, item.second_look) == (step.id, "conduct", True)
    assert deciding(leader, item, "uphold") == "denied"
    item = decide(other, item, "restore")
    step.refresh_from_db()
    assert step.lifted_at is not None
    assert Membership.objects.get(group=circle.group, person=member).paused_until is None
    assert (item.state, SecondLook.objects.get().state) == ("approved", "overturned")


def test_a_step_is_upheld_with_a_reason() -> None:
    circle = given_circle()
    other = given_member(circle.group, role="facilitator").person
    step = given_step(circle)
    ask(circle, step=step.id)
    item = decide(
        other, ReviewItem.objects.get(target_kind="step"), "uphold", message="It was the third time."
    )
    step.refresh_from_db()
    assert (step.lifted_at, item.state) == (None, "rejected")
    assert SecondLook.objects.get(step=step).answer == "It was the third time."


def test_whose_steps_can_be_asked_about() -> None:
    circle = given_circle()
    member = circle.people["member"]
    step, note = given_step(circle), given_step(circle, "note")
    cases: list[tuple[Person, Step, str]] = [
        (circle.people["peer"], step, "not_found"),
        (circle.people["facilitator"], step, "not_found"),
        (member, note, "not_found"),
        (member, step, "ok"),
    ]
    for who, about, outcome in cases:
        assert outcome_of(who, "second_look.ask", step=about.id, words="x") == outcome
    lifted = given_step(circle, "private_word")
    act(circle.people["facilitator"], "step.lift", step=lifted.id, version=1, reason="A mistake.")
    assert outcome_of(member, "second_look.ask", step=lifted.id, words="x") == "closed"


def test_who_left_can_still_ask_about_a_step_but_not_once_deactivated() -> None:
    circle = given_circle()
    member = circle.people["member"]
    step = given_step(circle)
    given_ended(Membership.objects.get(group=circle.group, person=member), "removed")
    Person.objects.filter(pk=member.pk).update(is_active=False)
    assert outcome_of(member, "second_look.ask", step=step.id, words="x") == "signed_out"
    Person.objects.filter(pk=member.pk).update(is_active=True)
    assert outcome_of(member, "second_look.ask", step=step.id, words="x") == "ok"


def test_a_second_look_at_leaving_that_is_over_is_granted_by_inviting_again() -> None:
    circle = given_circle()
    other = given_member(circle.group, role="facilitator").person
    step = given_step(circle, "leave")
    Step.objects.filter(id=step.id).update(ends_at=step.at)
    ask(circle, step=step.id)
    decide(other, ReviewItem.objects.get(target_kind="step"), "restore")
    step.refresh_from_db()
    assert step.lifted_at is None
    assert SecondLook.objects.get().state == "overturned"


def test_the_request_is_a_signal_of_the_author() -> None:
    circle = given_circle()
    item = given_hidden(circle)
    ask(circle)
    signal = ReviewSignal.objects.get(item=item, source="self")
    assert (signal.reason, signal.by_id) == ("second_look", circle.post.author_id)
