"""Every screen and state of looking after people: axe on a phone and a desk, light and dark, and nothing too wide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import check_state
from tests.journeys.conftest import DESK, PHONE, Circle, Visit, Visiting
from tests.journeys.given_moderation import (
    ATTACK,
    CRY,
    banner,
    card,
    decide,
    feed,
    join_as_facilitator,
    line_in,
    own,
    say,
    settle_calls,
    sign_in,
    topic_of,
    write_post,
)
from tests.server import Server, SignedIn


def check(page: Page, name: str) -> None:
    """The state as it is, on a phone and on a desk, light and dark."""
    for size in (PHONE, DESK):
        check_state(page, f"{name} at {size['width']}", size)


def at(one: Visit, path: str, heading: str | re.Pattern[str]) -> Page:
    """Go to a path and wait until its heading is there."""
    page = one.open(path)
    expect(page.get_by_role("heading", name=heading).first).to_be_visible()
    return page


@pytest.fixture
def staff(visit: Visiting, server: Server) -> Visit:
    """The demo's first facilitator at a browser."""
    one = visit(service_workers="block")
    one.sign_in(server.account("hannah"), "/me")
    return one


@pytest.fixture
def rowan(circle: Circle) -> dict[str, Any]:
    """A member of the circle."""
    return circle.add_member("Rowan")


@pytest.fixture
def member(visit: Visiting, rowan: dict[str, Any]) -> Visit:
    """Rowan at a browser."""
    one = visit(service_workers="block")
    one.sign_in(rowan, "/me")
    return one


@pytest.fixture
def person(circle: Circle, rowan: dict[str, Any]) -> Iterator[SignedIn]:
    """Rowan over HTTP."""
    with sign_in(circle, rowan) as signed_in:
        yield signed_in


def test_the_queue(circle: Circle, rowan: dict[str, Any], staff: Visit) -> None:
    page = at(staff, f"/groups/{circle.id}/review", "Review")
    expect(page.get_by_text("Nothing waits here")).to_be_visible()
    check(page, "queue, empty")
    path = circle.add_topic("Evenings", "How was it?")
    for number in range(2):
        say(circle, rowan, path, f"Please look at {number}", ask_first=True)
    say(circle, rowan, path, ATTACK)
    page.get_by_role("link", name="Post by Rowan").nth(2).wait_for()
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("button", name="Choose several").click()
    page.get_by_role("button", name="Choose all of these").click()
    page.get_by_role("button", name="Write a note for the next one").click()
    check(page, "queue, with filters, choosing, and a note being written")
    page.get_by_role("button", name="Keys of the queue").click()
    check(page, "keys of the queue")


def test_an_item(circle: Circle, rowan: dict[str, Any], staff: Visit) -> None:
    path = circle.add_topic("Evenings", "How was it?")
    say(circle, rowan, path, ATTACK)
    item = line_in(circle, "conduct")["id"]
    page = at(staff, f"/review/{item}", "Post by Rowan")
    expect(page.get_by_text("The words are covered")).to_be_visible()
    check(page, "item, covered")
    page.get_by_role("button", name="Show the words").click()
    expect(page.get_by_role("region", name="What it says").get_by_text(ATTACK)).to_be_visible()
    circle.leader.command("review.talk", item=item, text="What did you mean?")
    expect(page.get_by_text("What did you mean?")).to_be_visible()
    page.get_by_role("button", name="Do not show it").click()
    page.get_by_role("button", name="Do not show it").click()
    expect(page.get_by_text("Choose a line of the agreement.")).to_be_visible()
    check_state(page, "item, deciding, something missing", DESK)
    page.get_by_label("By which line of the agreement?").select_option("no_attacks")
    page.get_by_label("Note for staff").fill("Seen.")
    page.get_by_role("button", name="Do not show it").click()
    expect(page.get_by_role("button", name="Send now")).to_be_visible()
    check_state(page, "decided, not sent yet", DESK)
    with page.expect_response("**/api/review.decide"):
        page.get_by_role("button", name="Send now").click()
    page = at(staff, f"/review/{item}", "Post by Rowan")
    expect(page.get_by_text("Anna has decided")).to_be_visible()
    check(page, "item, decided")


def test_an_item_that_somebody_else_has(circle: Circle, rowan: dict[str, Any], staff: Visit) -> None:
    with join_as_facilitator(circle, "daniel", "Ben") as ben:
        path = circle.add_topic("Evenings", "How was it?")
        say(circle, rowan, path, ATTACK)
        line = line_in(circle, "conduct")
        ben.command("review.open", item=line["id"])
        page = at(staff, f"/review/{line['id']}", "Post by Rowan")
        page.get_by_role("button", name="Show the words").click()
        expect(page.get_by_role("button", name="Look anyway")).to_be_visible()
        check(page, "item, taken")
        decide(ben, line, "reject", policy="no_attacks", message="Not this one.")
        with sign_in(circle, rowan) as author:
            post = author.get(f"/api/topics/{topic_of(path)}/mine").json()["posts"][0]["id"]
            author.command("second_look.ask", post=post, words="I meant it as a joke.")
        page = at(staff, f"/review/{line['id']}", "They ask for a second look")
        check(page, "item, second look")
        ben.command("group.leave", group=circle.id)


def test_a_call(circle: Circle, rowan: dict[str, Any], staff: Visit) -> None:
    path = circle.add_topic("Evenings", "How was it?")
    say(circle, rowan, path, CRY)
    page = staff.open("/")
    expect(banner(page)).to_be_visible()
    expect(page.get_by_role("heading", name="Somebody may need you")).to_be_visible()
    check(page, "a facilitator's home with a call")
    item = line_in(circle, "care")["id"]
    page = at(staff, f"/review/{item}", "Post by Rowan")
    expect(page.get_by_role("region", name="What it says").get_by_text(CRY)).to_be_visible()
    check(page, "a call")
    page.get_by_role("button", name="I am looking after this").click()
    expect(page.get_by_text("took it")).to_be_visible()
    page.get_by_role("button", name="Close this call").click()
    page.get_by_role("button", name="Close this call").click()
    expect(page.get_by_text("Choose how it ended.")).to_be_visible()
    check_state(page, "closing a call, something missing", DESK)


def test_a_members_standing(circle: Circle, rowan: dict[str, Any], staff: Visit) -> None:
    path = circle.add_topic("Evenings", "How was it?")
    say(circle, rowan, path, ATTACK)
    page = at(staff, f"/review/{line_in(circle, 'conduct')['id']}", "Post by Rowan")
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        page.get_by_role("button", name="Steps and standing").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_text("No steps so far.")).to_be_visible()
        check_state(page, f"standing at {size['width']}")
        dialog.get_by_role("button", name="Take a step").click()
        dialog.get_by_role("radio", name="Pause").check()
        check_state(page, f"taking a step at {size['width']}")
        page.keyboard.press("Escape")


def test_rules(circle: Circle, staff: Visit) -> None:
    page = at(staff, f"/groups/{circle.id}/rules", "Group rules")
    expect(page.get_by_role("heading", name="No rules yet")).to_be_visible()
    check(page, "no rules")
    page.get_by_role("button", name="New rule").click()
    page.get_by_role("button", name="Save the rule").click()
    expect(page.get_by_text("Please give at least one word.")).to_be_visible()
    check(page, "a new rule, something missing")
    trigger = {"kind": "keyword", "words": ["miracle cure"], "allow": [], "evasions": True}
    circle.leader.command(
        "rule.save", group=circle.id, name="Cures", event="send", trigger=trigger, actions=["nudge"],
        exempt=[], fail_mode="flag", nudge="",
    )  # fmt: skip
    page.reload()
    page.get_by_role("button", name="More for Cures").click()
    check(page, "a rule and what can be done")
    page.get_by_role("menuitem", name="What it would have found").click()
    expect(page.get_by_role("dialog").get_by_text("Nothing.")).to_be_visible()
    check(page, "a rule's preview")


def test_metrics_and_roster(server: Server, staff: Visit, circle: Circle) -> None:
    group = server.account("hannah")["groups"][0]["id"]
    check(at(staff, f"/groups/{group}/metrics", "How review goes"), "metrics")
    check(at(staff, f"/groups/{circle.id}/metrics", "How review goes"), "metrics with nothing to say")
    page = at(staff, f"/groups/{circle.id}/roster", "Duty roster")
    check(page, "roster, empty")
    page.get_by_role("button", name="Add a slot on Monday").click()
    page.get_by_role("button", name="Copy Monday to all weekdays").click()
    check(page, "roster, not saved yet")


def test_the_practices_care_words(visit: Visiting, server: Server) -> None:
    one = visit(service_workers="block")
    one.sign_in(server.account("admin"), "/me")
    check(at(one, "/practice", "Name and place"), "practice with its care words")


def test_words_that_wait(circle: Circle, member: Visit, person: SignedIn) -> None:
    path = circle.add_topic("Evenings", "How was it?")
    person.command("post.submit", topic=topic_of(path), body=ATTACK)
    person.command("post.submit", topic=topic_of(path), body="Look at this, please", ask_first=True)
    decide(circle.leader, line_in(circle, "asked"), "reject", policy="own_topic", message="Not here, please.")
    page = member.open(path)
    expect(own(page)).to_have_count(2)
    own(page).first.get_by_role("button", name="Talk about it").click()
    own(page).last.get_by_role("button", name="Ask for a second look").click()
    check(page, "a topic with words that wait and that are not shown")
    path = circle.add_topic("Films")
    post = person.command("post.submit", topic=topic_of(path), body="The film was fine")
    person.command("post.edit", post=post["id"], version=post["version"], body=ATTACK + ", all of you")
    page = member.open(path)
    expect(page.get_by_text("Your new words wait for a facilitator.")).to_be_visible()
    page.get_by_role("button", name="Show my new words").click()
    check(page, "new words that wait")
    page = at(member, "/me/flags", "My flags")
    page.get_by_role("button", name="This is wrong").first.click()
    check(page, "my flags, saying that one is wrong")


def test_the_support_card_and_its_ways(circle: Circle, member: Visit) -> None:
    path = circle.add_topic("Evenings", "How was it?")
    page = member.open(path)
    write_post(page, CRY)
    expect(card(page)).to_be_visible()
    check(page, "the support card")
    card(page).get_by_role("button", name="Tell my facilitator").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    check(page, "telling a facilitator")
    page.keyboard.press("Escape")
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="Crisis help").click()
    check(page, "crisis help")
    settle_calls(circle)


def test_reports_blocks_and_words_before_sending(circle: Circle, member: Visit) -> None:
    sage = circle.add_member("Sage")
    path = circle.add_topic("Evenings", "How was it?")
    say(circle, sage, path, "one of mine")
    page = member.open(path)
    write_post(page, ATTACK)
    expect(page.get_by_text("Before you send")).to_be_visible()
    page.get_by_role("button", name="Ask a facilitator first").click()
    check(page, "before sending")
    post = feed(page).filter(has_text="one of mine")
    post.hover()
    post.get_by_role("button", name="More for the post by Sage").click()
    page.get_by_role("menuitem", name="Tell a facilitator about this").click()
    page.get_by_label("I feel unsafe now").check()
    check(page, "reporting")
    page.get_by_role("button", name="Send to my facilitators").click()
    expect(page.get_by_text("Thank you for saying that you feel unsafe.")).to_be_visible()
    check(page, "reported")
    page.get_by_role("button", name="Fold the posts by Sage away").click()
    expect(page.get_by_text("From somebody you blocked")).to_be_visible()
    check(page, "blocked")
    settle_calls(circle)


def test_a_slow_topic_and_a_pause(circle: Circle, member: Visit, person: SignedIn) -> None:
    path = circle.add_topic("Evenings", "How was it?")
    group = circle.leader.get(f"/api/groups/{circle.id}").json()
    topic = group["topics"][0]
    circle.leader.command("topic.update", topic=topic["id"], version=topic["version"], slow_seconds=300)
    person.command("post.submit", topic=topic["id"], body="the first")
    page = member.open(path)
    expect(page.get_by_text("You can write again in")).to_be_visible()
    check(page, "slow topic")
    mine = next(one["id"] for one in group["members"] if one["name"] == "Rowan")
    step = {
        "kind": "pause",
        "policy": "no_attacks",
        "reason": "As agreed.",
        "message": "Please rest.",
        "days": 7,
    }
    circle.leader.command("step.take", group=circle.id, member=mine, **step)
    expect(page.get_by_text("You have a break from writing here until")).to_be_visible()
    check(page, "paused")
    check(at(member, "/me/flags", "My flags"), "my flags with a step")


def test_pages_of_ones_own(circle: Circle, member: Visit, person: SignedIn) -> None:
    page = at(member, "/me/flags", "Nothing was noticed so far")
    check(page, "no flags")
    page = at(member, "/me/privacy", "My privacy")
    expect(page.get_by_label("A program may score my posts")).to_be_visible()
    check(page, "my privacy")
    page = at(member, "/safety-plan", "My safety plan")
    page.get_by_role("button", name="Add a line").first.click()
    check(page, "safety plan")
    page = at(member, "/grounding", "A calm minute")
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("button", name="Next").first.click()
    check(page, "a calm minute")


def test_without_a_sign_in_and_without_leave(visit: Visiting, circle: Circle, member: Visit) -> None:
    check(at(visit(service_workers="block"), "/grounding", "A calm minute"), "a calm minute for anybody")
    for path in ("metrics", "rules", "roster", "review"):
        check_state(at(member, f"/groups/{circle.id}/{path}", "Not here"), f"{path}, for a member", PHONE)
