"""Signing in and out, a forgotten password, and what is said when it does not work."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.conftest import PASSWORD, Circle, Visiting
from tests.server import Server

FRESH = "seven-herons-over-mill-lane"


def test_back_to_the_page_that_was_asked_for(visit: Visiting, circle: Circle) -> None:
    account = circle.add_member("Rowan")
    page = visit(phone=True).open(f"/groups/{circle.id}")
    page.wait_for_url("**/sign-in?next=*")
    password = page.get_by_label("Password", exact=True)
    page.get_by_label("E-mail address").fill(account["email"])
    password.fill("not-the-right-one")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("This address and password do not fit together.")).to_be_visible()
    expect(password).to_be_focused()
    page.get_by_role("button", name="Show the password").click()
    expect(password).to_have_attribute("type", "text")
    password.fill(account["password"])
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/groups/{circle.id}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thursday circle")


def test_a_demo_account_with_one_click_and_out_again(visit: Visiting, server: Server) -> None:
    one = visit()
    page = one.open("/sign-in")
    page.get_by_role("listitem").get_by_role("button").first.click()
    page.wait_for_url(server.base + "/")
    page.get_by_role("link", name="Judith Marsh").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.go_back()
    page.wait_for_url("**/sign-in*")
    assert one.context.request.get(f"{server.base}/api/me").status == 401


def test_no_line_and_too_many_tries(visit: Visiting) -> None:
    one = visit(phone=True)
    page = one.open("/sign-in")
    page.get_by_label("E-mail address").fill("rosa@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    one.context.set_offline(True)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert").get_by_text("No line just now")).to_be_visible()
    one.context.set_offline(False)
    page.route("**/auth/login", lambda route: route.fulfill(status=429, json={"status": 429}))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert").get_by_text("A little slower, please")).to_be_visible()
    expect(page.get_by_label("E-mail address")).to_have_value("rosa@example.org")


def test_a_new_password_by_mail(visit: Visiting, circle: Circle, letter_to: Callable[[str], str]) -> None:
    account = circle.add_member("Rowan")
    page = visit(phone=True).open("/sign-in")
    page.get_by_role("link", name="I forgot my password").click()
    for email in ("nobody@journey.example", account["email"]):
        page.get_by_label("E-mail address").fill(email)
        page.get_by_role("button", name="Send the link").click()
        expect(
            page.get_by_text(f"If {email} has an account here, a mail with a link is on its way.")
        ).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_be_focused()
        page.get_by_role("button", name="Try another address").click()
    link = letter_to(account["email"])
    page = visit(phone=True).open(link)
    page.get_by_role("textbox", name="New password").fill("short")
    page.get_by_role("button", name="Save new password").click()
    expect(page.get_by_text("Please use at least 10 characters.")).to_be_visible()
    page.get_by_role("textbox", name="New password").fill(FRESH)
    page.get_by_role("button", name="Save new password").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your new password is set")
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("E-mail address").fill(account["email"])
    page.get_by_label("Password", exact=True).fill(FRESH)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Thursday circle").first).to_be_visible()
    over = visit(phone=True).open(link)
    expect(over.get_by_role("heading", level=1)).to_have_text("This link does not work any more")
    over.get_by_role("link", name="Ask for a new link").click()
    over.wait_for_url("**/reset")


def test_changing_the_password_ends_other_sign_ins(visit: Visiting, circle: Circle) -> None:
    account = circle.add_member("Rowan")
    elsewhere = visit(phone=True).sign_in(account)
    page = visit().sign_in(account, "/me")
    page.get_by_label("Your present password").fill("not-the-right-one")
    page.get_by_role("textbox", name="New password").fill(FRESH)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("This is not your present password.")).to_be_visible()
    page.get_by_label("Your present password").fill(account["password"])
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("Your password is changed.").last).to_be_visible()
    elsewhere.wait_for_url("**/sign-in*")
    expect(
        elsewhere.get_by_text("You were signed out. What you wrote is kept on this device.")
    ).to_be_visible()
