"""Every state of the screens round the groups: axe in light and dark, and nothing wider than the window."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.axe import check_state
from tests.journeys.conftest import DESK, PHONE, Circle, Visit, Visiting
from tests.server import Server, SignedIn

SMALL = {"width": 320, "height": 640}
LONG = "Gesprächsgruppeüberdasschlafenunddaswachliegen" * 2
RTL = "مجموعة مساء الخميس"


def at(one: Visit, path: str, heading: str | re.Pattern[str]) -> Page:
    page = one.open(path)
    expect(page.get_by_role("heading", name=heading).first).to_be_visible()
    return page


def check_both(page: Page, name: str) -> None:
    """The state on a phone and on a desk."""
    check_state(page, name, PHONE, DESK)


def test_before_somebody_is_in(visit: Visiting, circle: Circle) -> None:
    one = visit(phone=True, service_workers="block")
    _, link = circle.invite()
    page = at(one, "/sign-in", "Try the demo")
    check_both(page, "sign in")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("Please type an e-mail address.")).to_be_visible()
    check_both(page, "sign in, something missing")
    page = at(one, "/reset", "A new password")
    check_both(page, "asking for a password")
    page.get_by_label("E-mail address").fill("rosa@journey.example")
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()
    check_both(page, "password asked for")
    check_both(at(one, "/reset/not-a-key", "This link does not work any more"), "reset link over")
    page = at(one, link, "What we agree")
    check_both(page, "invitation")
    page.get_by_role("button", name="Join the group").click()
    expect(page.get_by_text("Please fill this in.").first).to_be_visible()
    check_both(page, "invitation, something missing")
    check_both(at(one, "/invite/nothing", "This link does not work"), "invitation absent")


def test_group_settings(visit: Visiting, server: Server, circle: Circle) -> None:
    circle.add_member("Rowan")
    circle.invite(name="Linde")
    one = visit(phone=True, service_workers="block")
    page = one.sign_in(server.account("facilitator"), f"/groups/{circle.id}/settings")
    expect(page.get_by_text("Works until")).to_be_visible()
    check_both(page, "group settings")
    page.get_by_label("What it is for").fill("Mine")
    circle.leader.command("group.update", group=circle.id, version=1, description="Theirs")
    expect(page.get_by_text("Changed meanwhile to: Theirs.")).to_be_visible()
    page.get_by_role("button", name="Write a new version").click()
    check_both(page, "settings changed meanwhile, agreement being written")
    page.get_by_role("button", name="Remove Rowan from the group").click()
    check_both(page, "asking before somebody is removed")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Invite somebody").click()
    page.get_by_role("dialog").get_by_role("button", name="Send invitation").click()
    check_both(page, "inviting, something missing")
    check_both(at(one, "/groups/new", "Open a group"), "opening a group")
    check_both(at(one, "/practice", "Name and place"), "practice, for a facilitator")
    circle.leader.command("group.close", group=circle.id)
    page = at(one, f"/groups/{circle.id}/settings", "Group settings")
    expect(page.get_by_text("This group has closed.")).to_be_visible()
    check_both(page, "settings of a closed group")


def test_people_practice_and_me(visit: Visiting, server: Server, admin: SignedIn) -> None:
    email = "states@journey.example"
    admin.command("person.invite", email=email, role="facilitator", name=LONG[:80])
    one = visit(phone=True, service_workers="block")
    one.sign_in(server.account("admin"))
    page = at(one, "/people", "Open invitations")
    check_both(page, "people")
    page.get_by_role("button", name=re.compile("More for")).first.click()
    check_both(page, "what to do with somebody")
    page.get_by_role("menuitem", name="Close account").click()
    check_both(page, "asking before an account is closed")
    page.keyboard.press("Escape")
    page.get_by_label("Find by name or address").fill("nobody of this name")
    check_both(page, "nobody found")
    page.get_by_role("button", name="Show everybody").click()
    page.get_by_role("button", name="Invite somebody").click()
    check_both(page, "inviting as an admin")
    check_both(at(one, "/practice", "Name and place"), "practice")
    check_both(at(one, "/me", "On this device"), "me")
    one.page.get_by_role("button", name="Show the keys").click()
    check_both(one.page, "keys")


def test_without_a_line_and_without_leave(visit: Visiting, circle: Circle) -> None:
    one = visit(phone=True, service_workers="block")
    page = one.sign_in(circle.add_member("Rowan"), f"/groups/{circle.id}/settings")
    expect(page.get_by_role("heading", name="You in this group")).to_be_visible()
    check_both(page, "a member's settings")
    check_both(at(one, "/people", "Not here"), "people, for a member")
    check_both(at(one, "/groups/new", "Not here"), "opening a group, for a member")
    page.route("**/api/people", lambda route: route.abort())
    check_both(at(one, "/people", "No line just now"), "people without a line")
    page.route("**/api/practice", lambda route: route.fulfill(status=503, json={}))
    check_both(at(one, "/practice", "That did not work"), "practice, broken")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="That did not work")).to_be_visible()


def test_narrow_windows_and_long_names(visit: Visiting, server: Server, circle: Circle) -> None:
    circle.leader.command("group.update", group=circle.id, version=1, name=LONG[:80], description=RTL)
    circle.add_member(LONG[:80])
    circle.add_member(RTL)
    circle.invite(name=LONG[:80])
    one = visit(viewport=SMALL, service_workers="block")
    _, link = circle.invite()
    check_state(at(one, link, "What we agree"), "invitation, narrow")
    check_state(at(one, "/sign-in", "Try the demo"), "sign in, narrow")
    page = one.sign_in(server.account("facilitator"), f"/groups/{circle.id}/settings")
    expect(page.get_by_text("Works until").first).to_be_visible()
    check_state(page, "group settings, narrow")
    check_state(at(one, "/people", "People"), "people, narrow")
    check_state(at(one, "/me", "On this device"), "me, narrow")
    page.evaluate("() => { document.documentElement.dir = 'rtl'; }")
    check_state(page, "me, right to left")
    page = at(one, f"/groups/{circle.id}/settings", "Group settings")
    page.evaluate("() => { document.documentElement.dir = 'rtl'; }")
    check_state(page, "group settings, right to left")
