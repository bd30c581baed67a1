"""Everything by keyboard: from the sign-in page to a post that others can read."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Circle, Visiting

MOST_STEPS = 60
OUTLINED = """(one) => [one, one.closest("label")].some((part) =>
    part && getComputedStyle(part).outlineStyle !== "none")"""


def tab_to(page: Page, **wanted: Any) -> None:
    """Press Tab until the element of that role and name has focus, and it can be seen that it has."""
    target = page.get_by_role(**wanted).first
    for _ in range(MOST_STEPS):
        if target.count() and target.evaluate("(one) => one === document.activeElement"):
            assert target.evaluate(OUTLINED), f"focus on {wanted} cannot be seen"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached by {MOST_STEPS} tabs")


def test_from_signing_in_to_a_post(visit: Visiting, circle: Circle) -> None:
    account = circle.add_member("Rowan")
    path = circle.add_topic("Evenings", "How was your day?")
    page = visit().open("/sign-in")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    tab_to(page, role="textbox", name="E-mail address")
    page.keyboard.type(account["email"])
    page.keyboard.press("Tab")
    page.keyboard.type(account["password"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hello")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    tab_to(page, role="link", name="Evenings")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{path}")
    expect(page.get_by_text("How was your day?")).to_be_visible()
    page.keyboard.press("w")
    expect(page.get_by_role("textbox", name="Write in Evenings")).to_be_focused()
    page.keyboard.type("Long, and then it rained.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("article").filter(has_text="Long, and then it rained.")).to_be_visible()
    topic = path.rpartition("/")[2]
    posts = circle.leader.get(f"/api/topics/{topic}/posts").json()["posts"]
    assert posts[0]["body"] == "Long, and then it rained."


def test_a_dialog_keeps_focus_and_gives_it_back(visit: Visiting, circle: Circle) -> None:
    account = circle.add_member("Rowan")
    page = visit(phone=True).sign_in(account, f"/groups/{circle.id}/settings")
    expect(page.get_by_role("heading", name="Your name in this group")).to_be_visible()
    tab_to(page, role="button", name="Leave the group")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Leave this group?")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Leave the group")).to_be_focused()


def test_the_look_stays_as_chosen(visit: Visiting, circle: Circle) -> None:
    account = circle.add_member("Rowan")
    page = visit(color_scheme="light").sign_in(account, "/me")
    light = page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor")
    tab_to(page, role="radio", name="As my device")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Dark")).to_be_checked()
    page.reload()
    expect(page.get_by_role("radio", name="Dark")).to_be_checked()
    assert page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor") != light
