"""Every state of the screens of review and care: axe in light and dark, on a phone and on a desk."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.axe import check_state
from tests.journeys.conftest import DESK, PHONE, Circle, Visit, Visiting
from tests.journeys.given_moderation import (
    ATTACK,
    CRY,
    card,
    decide,
    feed,
    line_in,
    own,
    say,
    settle_calls,
    sign_in,
)
from tests.server import Server

KEYWORD = {"kind": "keyword", "words": ["medic*"], "allow": [], "evasions": True}


def check_both(page: Page, name: str) -> None:
    """The state on a phone and on a desk."""
    check_state(page, name, PHONE, DESK)


def at(one: Visit, path: str, heading: str) -> Page:
    """Open a path and wait for what it is about."""
    page = one.open(path)
    expect(page.get_by_role("heading", name=heading).first).to_be_visible()
    return page


def test_the_queue(visit: Visiting, server: Server, circle: Circle) -> None:
    rowan = circle.add_member("Rowan")
    path = circle.add_topic("Evenings", "How was it?")
    page = visit(service_workers="block").sign_in(server.account("hannah"), f"/groups/{circle.id}/review")
    expect(page.get_by_text("Nothing waits here")).to_be_visible()
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("button", name="Write a note for the next one").click()
    check_both(page, "queue, empty, its filters and a note for the next one")
    say(circle, rowan, path, ATTACK)
    say(circle, rowan, path, "May I talk about the hospital?", ask_first=True)
    say(circle, rowan, path, CRY)
    calls = page.get_by_role("region", name="Calls that wait")
    expect(calls).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Post by Rowan"))).to_have_count(3)
    check_both(page, "queue with lines and a call that waits")
    settle_calls(circle)
    expect(calls).to_have_count(0)
    page.locator(f"a[data-line='{line_in(circle, 'conduct')['id']}']").click()
    expect(page.get_by_text("The words are covered")).to_be_visible()
    check_both(page, "item, covered")
    page.get_by_role("button", name="Show the words").click()
    expect(page.get_by_role("region", name="What it says").get_by_text(ATTACK)).to_be_visible()
    check_both(page, "item, open")
    page.keyboard.press("r")
    page.get_by_label("Note for staff").fill("")
    page.get_by_role("button", name="Do not show it").click()
    expect(page.get_by_text("Choose a line of the agreement.")).to_be_visible()
    check_both(page, "deciding, something missing")


def test_how_review_goes_and_who_is_called(visit: Visiting, server: Server, circle: Circle) -> None:
    rowan, sage = circle.add_member("Rowan"), circle.add_member("Sage")
    post = say(circle, rowan, circle.add_topic("Evenings"), "The film was dull")["id"]
    with sign_in(circle, sage) as reporter:
        reporter.command("report.send", post=post, reason="unkind")
    decide(circle.leader, line_in(circle, "conduct"), "keep")
    one = visit(service_workers="block")
    one.sign_in(server.account("hannah"))
    page = at(one, f"/groups/{circle.id}/metrics", "How review goes")
    expect(page.get_by_role("cell", name="1").first).to_be_visible()
    check_both(page, "metrics")
    page = at(one, f"/groups/{circle.id}/roster", "Duty roster")
    page.get_by_role("button", name="Add a slot on Monday").click()
    page.get_by_role("button", name="Add a slot on Monday").click()
    page.get_by_label("Until").last.fill("")
    page.get_by_role("button", name="Save the roster").click()
    expect(page.get_by_text("Please give a time, for example 09:00.")).to_be_visible()
    check_both(page, "roster, something missing")
    page = at(one, f"/groups/{circle.id}/settings", "Group settings")
    page.get_by_role("button", name="Steps and standing of Rowan").click()
    dialog = page.get_by_role("dialog", name="Steps and standing: Rowan")
    dialog.get_by_role("button", name="Take a step").click()
    dialog.get_by_role("radio", name="Pause").check()
    expect(dialog.get_by_label("For how many days?")).to_be_visible()
    check_both(page, "taking a step")


def test_group_rules(visit: Visiting, server: Server, circle: Circle) -> None:
    rowan = circle.add_member("Rowan")
    say(circle, rowan, circle.add_topic("Evenings"), "My medication was changed on Monday")
    one = visit(service_workers="block")
    one.sign_in(server.account("hannah"))
    page = at(one, f"/groups/{circle.id}/rules", "No rules yet")
    check_both(page, "rules, none")
    page.get_by_role("button", name="New rule").click()
    page.get_by_label("Ask them to read it once more").check()
    page.get_by_role("button", name="Save the rule").click()
    expect(page.get_by_text("Please give at least one word.")).to_be_visible()
    check_both(page, "making a rule, something missing")
    circle.leader.command(
        "rule.save", group=circle.id, name="Medicine", event="send", trigger=KEYWORD, actions=["nudge"]
    )
    page = at(one, f"/groups/{circle.id}/rules", "Medicine")
    check_both(page, "rules, one of them")
    page.get_by_role("button", name="More for Medicine").click()
    page.get_by_role("menuitem", name="What it would have found").click()
    dialog = page.get_by_role("dialog", name="What Medicine would have found")
    expect(dialog.get_by_text("1 match")).to_be_visible()
    check_both(page, "preview of a rule")


def test_one_s_own_words_that_wait(visit: Visiting, circle: Circle) -> None:
    rowan = circle.add_member("Rowan")
    path = circle.add_topic("Evenings", "How was it?")
    say(circle, rowan, path, ATTACK)
    line = line_in(circle, "conduct")
    circle.leader.command("review.open", item=line["id"])
    circle.leader.command("review.talk", item=line["id"], text="What did you want to say to them?")
    page = visit(service_workers="block").sign_in(rowan, path)
    feed(page).first.hover()
    page.get_by_role("button", name="More for the post by Anna").click()
    page.get_by_role("menuitem", name="Tell a facilitator about this").click()
    dialog = page.get_by_role("dialog", name="About the post by Anna")
    dialog.get_by_label("I feel unsafe now").check()
    check_both(page, "telling a facilitator about a post")
    page.keyboard.press("Escape")
    own(page).get_by_role("button", name="Talk about it (1)").click()
    expect(own(page).get_by_text("What did you want to say to them?")).to_be_visible()
    check_both(page, "topic with a held post and its talk")
    decide(circle.leader, line, "reject", policy="no_attacks", message="This would have hurt somebody.")
    expect(own(page)).to_contain_text("Not shown to the group")
    own(page).get_by_role("button", name="Ask for a second look").click()
    expect(own(page).get_by_label("Why should somebody look again?")).to_be_visible()
    check_both(page, "asking for a second look")
    page.goto(page.url.partition("/groups/")[0] + "/me/flags")
    expect(page.get_by_text("A facilitator decided not to show it")).to_be_visible()
    page.get_by_role("button", name="This is wrong").click()
    check_both(page, "my flags")


def test_care_in_a_topic(visit: Visiting, circle: Circle) -> None:
    rowan = circle.add_member("Rowan")
    path = circle.add_topic("Nights", "How are the nights?")
    page = visit(phone=True, service_workers="block").sign_in(rowan, path)
    expect(feed(page)).to_have_count(1)
    page.get_by_placeholder("Write to the group").fill(CRY)
    page.keyboard.press("Control+Enter")
    expect(card(page)).to_be_visible()
    settle_calls(circle)
    check_both(page, "support card")
    card(page).get_by_role("button", name="Tell my facilitator").click()
    expect(page.get_by_role("dialog", name="Tell my facilitator")).to_be_visible()
    check_both(page, "telling my facilitator")
    page.keyboard.press("Escape")
    with sign_in(circle, rowan) as person:
        member = person.get(f"/api/groups/{circle.id}").json()["membership"]
    words = {"policy": "kind_words", "reason": "It got loud.", "message": "Please rest for a day."}
    circle.leader.command("step.take", group=circle.id, member=member, kind="pause", days=1, **words)
    expect(page.get_by_text("You have a break from writing here")).to_be_visible()
    check_both(page, "paused")


def test_one_s_own_pages(visit: Visiting, circle: Circle) -> None:
    one = visit(phone=True, service_workers="block")
    page = at(one, "/grounding", "A calm minute")
    check_both(page, "a calm minute, signed out")
    page.get_by_role("button", name="Crisis help").click()
    expect(page.get_by_role("dialog", name="Help right now").get_by_text("Numbers checked")).to_be_visible()
    check_both(page, "help lines, signed out")
    rowan = circle.add_member("Rowan")
    say(circle, rowan, circle.add_topic("Evenings"), ATTACK)
    decide(circle.leader, line_in(circle, "conduct"), "publish")
    one.sign_in(rowan)
    page = at(one, "/me/privacy", "Who looked")
    expect(page.get_by_text("decided about words of yours").first).to_be_visible()
    check_both(page, "my privacy")
    page = at(one, "/safety-plan", "My safety plan")
    signs = page.get_by_role("textbox", name="Signs that a bad time is coming, line 1")
    signs.fill("I stop answering the phone")
    signs.press("Enter")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    check_both(page, "safety plan")
