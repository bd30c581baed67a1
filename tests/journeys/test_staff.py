"""The practice's own screens: people, invitations by an admin, closing an account, settings."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.conftest import Circle, Visiting
from tests.server import Server, SignedIn


def test_a_closed_account_is_out_at_once_and_can_come_back(
    visit: Visiting, server: Server, circle: Circle
) -> None:
    rowan = circle.add_member("Rowan")
    elsewhere = visit(phone=True).sign_in(rowan, f"/groups/{circle.id}")
    expect(elsewhere.get_by_text("Thursday circle").first).to_be_visible()
    page = visit().sign_in(server.account("admin"), "/people")
    page.get_by_label("Find by name or address").fill(rowan["email"])
    page.get_by_role("button", name="More for Rowan Example").click()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Close the account of Rowan Example?")
    with page.expect_response("**/api/person.deactivate"):
        dialog.get_by_role("button", name="Close account").click()
    elsewhere.wait_for_url("**/sign-in*", timeout=1500)
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert "Thursday circle" not in elsewhere.content()
    expect(page.get_by_role("main").get_by_text("Account closed")).to_be_visible()
    elsewhere.get_by_label("E-mail address").fill(rowan["email"])
    elsewhere.get_by_label("Password", exact=True).fill(rowan["password"])
    elsewhere.keyboard.press("Enter")
    expect(elsewhere.get_by_text("This account is closed. Please ask your practice.")).to_be_visible()
    page.get_by_role("button", name="More for Rowan Example").click()
    page.get_by_role("menuitem", name="Open account again").click()
    expect(page.get_by_role("main").get_by_text("Account closed")).to_have_count(0)
    elsewhere.get_by_role("button", name="Sign in", exact=True).click()
    expect(elsewhere.get_by_text("Thursday circle").first).to_be_visible()


def test_an_admin_invites_a_facilitator(visit: Visiting, server: Server) -> None:
    page = visit(phone=True).sign_in(server.account("admin"), "/people")
    page.get_by_role("button", name="Invite somebody").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("E-mail address").fill("judith@demo.example")
    dialog.get_by_role("button", name="Send invitation").click()
    expect(dialog.get_by_text("Somebody with this address is part of the practice already.")).to_be_visible()
    dialog.get_by_label("E-mail address").fill("ottilie@journey.example")
    dialog.get_by_label("Name", exact=True).fill("Ottilie")
    dialog.get_by_role("radio", name="Facilitator").check()
    dialog.get_by_role("button", name="Send invitation").click()
    link = dialog.get_by_label("Link", exact=True).input_value()
    dialog.get_by_role("button", name="Done").click()
    page.get_by_label("Find by name or address").fill("öttilie")
    expect(page.get_by_role("heading", name="Open invitations")).to_be_visible()
    expect(page.get_by_role("heading", name="People", level=2)).to_have_count(0)
    page.get_by_label("Find by name or address").fill("nobody of this name")
    page.get_by_role("button", name="Show everybody").click()
    expect(page.get_by_role("heading", name="People", level=2)).to_be_visible()

    guest = visit().open(link.removeprefix("http://127.0.0.1:8000"))
    expect(guest.get_by_text("You are invited to join as facilitator.")).to_be_visible()
    guest.get_by_label("Password", exact=True).fill("a-bench-under-old-limes")
    guest.get_by_role("button", name="Join").click()
    expect(guest.get_by_text("Step 1 of 4")).to_be_visible()
    guest.get_by_role("button", name="Skip the rest").click()
    guest.wait_for_url(server.base + "/")
    guest.goto(server.base + "/people")
    expect(guest.get_by_role("button", name="Invite somebody")).to_have_count(0)
    expect(guest.get_by_text("To invite somebody to one of your groups")).to_be_visible()


def test_practice_settings_that_another_admin_changes_meanwhile(
    visit: Visiting, server: Server, admin: SignedIn
) -> None:
    page = visit().sign_in(server.account("admin"), "/practice")
    name = page.get_by_label("Name of the practice")
    before = name.input_value()
    name.fill("The Linden House")
    version = admin.get("/api/practice").json()["version"]
    admin.command("practice.update", version=version, name="Willow House", time_zone="Europe/Dublin")
    page.get_by_role("button", name="Save settings").click()
    expect(page.get_by_role("alert").get_by_text("Somebody else changed this")).to_be_visible()
    expect(name).to_have_value("The Linden House")
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Dublin")
    page.get_by_role("button", name="Use theirs").click()
    expect(name).to_have_value("Willow House")
    name.fill(before)
    page.get_by_label("Time zone").select_option("Europe/London")
    page.get_by_role("button", name="Save settings").click()
    expect(page.get_by_text("The settings are saved.").last).to_be_attached()
    now = admin.get("/api/practice").json()
    assert (now["name"], now["time_zone"]) == (before, "Europe/London")


def test_staff_screens_are_absent_for_members(visit: Visiting, circle: Circle) -> None:
    one = visit(phone=True)
    one.sign_in(circle.add_member("Rowan"))
    absent = "/groups/00000000-0000-4000-8000-000000000000/settings"
    for path in ("/people", "/practice", "/groups/new", absent):
        expect(one.open(path).get_by_role("heading", name="Not here")).to_be_visible()
