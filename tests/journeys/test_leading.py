"""Leading a group: inviting, removing, settings that two people change at once, closing and leaving."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Circle, Visit, Visiting
from tests.server import Server

TOLD_WITHIN_MS = 1000


def open_settings(visit: Visiting, server: Server, circle: Circle, **options: bool) -> Visit:
    one = visit(**options)
    one.sign_in(server.account("facilitator"), f"/groups/{circle.id}/settings")
    expect(one.page.get_by_role("heading", name="Invitations")).to_be_visible()
    return one


def confirm(page: Page, name: str) -> None:
    page.get_by_role("dialog").get_by_role("button", name=name).click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_inviting_and_copying_the_link(visit: Visiting, server: Server, circle: Circle) -> None:
    one = open_settings(visit, server, circle)
    page = one.page
    one.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Invite somebody").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Send invitation").click()
    expect(dialog.get_by_text("Please type an e-mail address.")).to_be_visible()
    dialog.get_by_label("E-mail address").fill("linde@journey.example")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("heading", name="Invitation made")).to_be_visible()
    dialog.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Link copied.").last).to_be_attached()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert dialog.get_by_label("Link", exact=True).input_value() == copied
    dialog.get_by_role("button", name="Done").click()
    expect(page.get_by_role("button", name="Copy link for linde@journey.example")).to_be_visible()
    guest = visit(phone=True).open(urlsplit(copied).path)
    expect(guest.get_by_role("button", name="Join the group")).to_be_visible()

    page.get_by_role("button", name="Send again to linde@journey.example").click()
    expect(page.get_by_text("Sent again to linde@journey.example.").last).to_be_attached()
    guest.reload()
    expect(guest.get_by_role("heading", name="There is a newer invitation")).to_be_visible()
    page.get_by_role("button", name="Take back the invitation to linde@journey.example").click()
    confirm(page, "Take back")
    expect(page.get_by_text("No open invitations.")).to_be_visible()


def test_who_is_removed_sees_nothing_more_within_a_second(
    visit: Visiting, server: Server, circle: Circle
) -> None:
    rowan = circle.add_member("Rowan")
    path = circle.add_topic("Evenings", "Something only this group may read.")
    reader = visit(phone=True).sign_in(rowan, path)
    expect(reader.get_by_text("Something only this group may read.")).to_be_visible()
    page = open_settings(visit, server, circle).page
    page.get_by_role("button", name="Remove Rowan from the group").click()
    remove = page.get_by_role("dialog").get_by_role("button", name="Remove")
    expect(remove).to_be_visible()
    with page.expect_response("**/api/member.remove"):
        remove.click()
    began = time.monotonic()
    expect(reader.get_by_text("Something only this group may read.")).to_have_count(0, timeout=TOLD_WITHIN_MS)
    expect(reader.get_by_text("Thursday circle")).to_have_count(0, timeout=TOLD_WITHIN_MS)
    assert time.monotonic() - began < TOLD_WITHIN_MS / 1000 + 0.5
    expect(page.get_by_role("main").get_by_text("Rowan", exact=True)).to_have_count(0)
    reader.reload()
    expect(reader.get_by_role("heading", name="Not here")).to_be_visible()
    reader.goto(f"{server.base}/groups/{circle.id}/settings")
    expect(reader.get_by_role("heading", name="Not here")).to_be_visible()


def test_settings_that_somebody_else_changes_meanwhile(
    visit: Visiting, server: Server, circle: Circle
) -> None:
    page = open_settings(visit, server, circle).page
    name = page.get_by_label("Name", exact=True).first
    name.fill("Thursday evening circle")
    version = circle.leader.get(f"/api/groups/{circle.id}").json()["version"]
    theirs = {"name": "Quiet Thursday", "description": "For everybody who lies awake."}
    circle.leader.command("group.update", group=circle.id, version=version, **theirs)
    expect(page.get_by_text("Somebody else changed this while you had it open")).to_be_visible()
    expect(name).to_have_value("Thursday evening circle")
    expect(page.get_by_label("What it is for")).to_have_value(theirs["description"])
    expect(page.get_by_text("Changed meanwhile to: Quiet Thursday.")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_text("The settings are saved.").last).to_be_attached()
    expect(page.get_by_text("Somebody else changed this")).to_have_count(0)
    now = circle.leader.get(f"/api/groups/{circle.id}").json()
    assert (now["name"], now["description"]) == ("Thursday evening circle", theirs["description"])

    name.fill("One more name")
    circle.leader.command("group.update", group=circle.id, version=now["version"], name="Their name")
    page.get_by_role("button", name="Use theirs").click()
    expect(name).to_have_value("Their name")


def test_a_save_that_comes_too_late_loses_nothing(visit: Visiting, server: Server, circle: Circle) -> None:
    one = visit(phone=True)
    one.page.route_web_socket("**/ws/v1", lambda socket: socket.close())
    one.sign_in(server.account("facilitator"), f"/groups/{circle.id}/settings")
    page = one.page
    page.get_by_label("What it is for").fill("My own words.")
    circle.leader.command("group.update", group=circle.id, version=1, name="Quiet Thursday")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_role("alert").get_by_text("Somebody else changed this")).to_be_visible()
    expect(page.get_by_label("What it is for")).to_have_value("My own words.")
    expect(page.get_by_label("Name", exact=True).first).to_have_value("Quiet Thursday")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_text("The settings are saved.").last).to_be_attached()
    now = circle.leader.get(f"/api/groups/{circle.id}").json()
    assert (now["name"], now["description"]) == ("Quiet Thursday", "My own words.")


def test_a_new_agreement_is_read_before_writing(visit: Visiting, server: Server, circle: Circle) -> None:
    rowan = circle.add_member("Rowan")
    page = open_settings(visit, server, circle).page
    page.get_by_role("button", name="Write a new version").click()
    words = page.get_by_label("Words of the agreement")
    page.get_by_role("button", name="Publish this version").click()
    expect(page.get_by_text("These are the words of the present version.")).to_be_visible()
    words.fill("We take turns.\n\n- **Listen** first")
    expect(page.get_by_role("main").get_by_role("listitem").filter(has_text="Listen first")).to_be_visible()
    page.get_by_role("button", name="Publish this version").click()
    expect(page.get_by_text("Version 2")).to_be_visible()
    reader = visit(phone=True).sign_in(rowan, f"/groups/{circle.id}")
    reader.get_by_role("button", name="I agree to this").click()
    expect(reader.get_by_role("button", name="I agree to this")).to_have_count(0)


def test_opening_a_group_going_by_another_name_and_closing(
    visit: Visiting, server: Server, circle: Circle
) -> None:
    page = visit(phone=True).sign_in(server.account("facilitator"), "/groups/new")
    page.get_by_role("button", name="Open group").click()
    expect(page.get_by_label("Name of the group")).to_be_focused()
    page.get_by_label("Name of the group").fill("Friday walkers")
    page.get_by_label("Your name in the group").fill("Anna")
    page.get_by_role("button", name="Open group").click()
    page.wait_for_url("**/groups/*/settings")
    expect(page.get_by_text("Only you so far.")).to_be_visible()
    page.get_by_label("Name", exact=True).last.fill("Anna H.")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text("You are Anna H. here now.").last).to_be_attached()
    page.get_by_role("button", name="Leave the group").click()
    page.get_by_role("dialog").get_by_role("button", name="Leave the group").click()
    expect(page.get_by_text("You are this group's only facilitator.")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Close the group").click()
    confirm(page, "Close the group")
    expect(page.get_by_text("This group has closed. Its settings stay as they are.")).to_be_visible()
    expect(page.get_by_role("button", name="Invite somebody")).to_have_count(0)


def test_a_member_leaves(visit: Visiting, circle: Circle) -> None:
    rowan = circle.add_member("Rowan")
    page = visit(phone=True).sign_in(rowan, "/me")
    page.get_by_role("link", name="Thursday circle").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You in this group")
    expect(page.get_by_role("heading", name="Members")).to_have_count(0)
    page.get_by_role("button", name="Leave the group").click()
    confirm(page, "Leave the group")
    expect(page.get_by_text("You have left Thursday circle.").last).to_be_visible()
    expect(page.get_by_role("main").get_by_role("link", name="Thursday circle")).to_have_count(0)
