"""Every state of the screens round the groups: axe in light and dark, and nothing wider than the window."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import check_state
from tests.journeys.conftest import DESK, PHONE, Circle, Visit, Visiting
from tests.server import Server, SignedIn

WIDTHS = {"phone": PHONE, "desk": DESK}
SMALL = {"width": 320, "height": 640}
LONG = "Gesprächsgruppeüberdasschlafenunddaswachliegen" * 2
RTL = "مجموعة مساء الخميس"

sizes = pytest.mark.parametrize("size", WIDTHS, ids=list(WIDTHS))


def at(one: Visit, path: str, heading: str | re.Pattern[str]) -> Page:
    page = one.open(path)
    expect(page.get_by_role("heading", name=heading).first).to_be_visible()
    return page


@sizes
def test_before_somebody_is_in(visit: Visiting, circle: Circle, size: str) -> None:
    one = visit(viewport=WIDTHS[size], service_workers="block")
    _, link = circle.invite()
    page = at(one, "/sign-in", "Try the demo")
    check_state(page, "sign in")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("Please type an e-mail address.")).to_be_visible()
    check_state(page, "sign in, something missing")
    page = at(one, "/reset", "A new password")
    check_state(page, "asking for a password")
    page.get_by_label("E-mail address").fill("rosa@journey.example")
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()
    check_state(page, "password asked for")
    check_state(at(one, "/reset/not-a-key", "This link does not work any more"), "reset link over")
    page = at(one, link, "What we agree")
    check_state(page, "invitation")
    page.get_by_role("button", name="Join the group").click()
    expect(page.get_by_text("Please fill this in.").first).to_be_visible()
    check_state(page, "invitation, something missing")
    check_state(at(one, "/invite/nothing", "This link does not work"), "invitation absent")


@sizes
def test_group_settings(visit: Visiting, server: Server, circle: Circle, size: str) -> None:
    circle.add_member("Rowan")
    circle.invite(name="Linde")
    one = visit(viewport=WIDTHS[size], service_workers="block")
    page = one.sign_in(server.account("facilitator"), f"/groups/{circle.id}/settings")
    expect(page.get_by_text("Works until")).to_be_visible()
    check_state(page, "group settings")
    page.get_by_label("What it is for").fill("Mine")
    circle.leader.command("group.update", group=circle.id, version=1, description="Theirs")
    expect(page.get_by_text("Changed meanwhile to: Theirs.")).to_be_visible()
    page.get_by_role("button", name="Write a new version").click()
    check_state(page, "settings changed meanwhile, agreement being written")
    page.get_by_role("button", name="Remove Rowan from the group").click()
    check_state(page, "asking before somebody is removed")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Invite somebody").click()
    page.get_by_role("dialog").get_by_role("button", name="Send invitation").click()
    check_state(page, "inviting, something missing")
    check_state(at(one, "/groups/new", "Open a group"), "opening a group")
    circle.leader.command("group.close", group=circle.id)
    page = at(one, f"/groups/{circle.id}/settings", "Group settings")
    expect(page.get_by_text("This group has closed.")).to_be_visible()
    check_state(page, "settings of a closed group")


@sizes
def test_people_practice_and_me(visit: Visiting, server: Server, admin: SignedIn, size: str) -> None:
    email = f"{size}@states.example"
    admin.command("person.invite", email=email, role="facilitator", name=LONG[:80])
    one = visit(viewport=WIDTHS[size], service_workers="block")
    one.sign_in(server.account("admin"))
    page = at(one, "/people", "Open invitations")
    check_state(page, "people")
    page.get_by_role("button", name=re.compile("More for")).first.click()
    check_state(page, "what to do with somebody")
    page.get_by_role("menuitem").first.click()
    check_state(page, "asking before an account is closed")
    page.keyboard.press("Escape")
    page.get_by_label("Find by name or address").fill("nobody of this name")
    check_state(page, "nobody found")
    page.get_by_role("button", name="Show everybody").click()
    page.get_by_role("button", name="Invite somebody").click()
    check_state(page, "inviting as an admin")
    check_state(at(one, "/practice", "Name and place"), "practice")
    check_state(at(one, "/me", "On this device"), "me")
    one.page.get_by_role("button", name="Show the keys").click()
    check_state(one.page, "keys")


@sizes
def test_without_a_line_and_without_leave(visit: Visiting, circle: Circle, size: str) -> None:
    one = visit(viewport=WIDTHS[size], service_workers="block")
    page = one.sign_in(circle.add_member("Rowan"), f"/groups/{circle.id}/settings")
    expect(page.get_by_role("heading", name="You in this group")).to_be_visible()
    check_state(page, "a member's settings")
    check_state(at(one, "/people", "Not here"), "people, for a member")
    check_state(at(one, "/groups/new", "Not here"), "opening a group, for a member")
    page.route("**/api/people", lambda route: route.abort())
    check_state(at(one, "/people", "No line just now"), "people without a line")
    page.route("**/api/practice", lambda route: route.fulfill(status=503, json={}))
    check_state(at(one, "/practice", "That did not work"), "practice, broken")
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
