"""Who looks after whom, replies and time away, and members who write to each other: the screens round them."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page, expect

from hearthside import clock
from tests.journeys.axe import check_state
from tests.journeys.conftest import DESK, PHONE, Circle, Visiting
from tests.server import Server, SignedIn

SMALL = {"width": 320, "height": 640}
PRIVATE = "Members can write to each other privately"


def check_both(page: Page, name: str) -> None:
    """The state on a phone and on a desk."""
    check_state(page, name, PHONE, DESK)


def row_of(page: Page, name: str):  # type: ignore[no-untyped-def]
    """Somebody's line among the people."""
    return page.get_by_role("region", name="People").get_by_role("listitem").filter(has_text=name)


def open_assigning(page: Page, name: str):  # type: ignore[no-untyped-def]
    """The dialog about who looks after somebody."""
    row_of(page, name).get_by_role("button", name=f"More for {name}").click()
    page.get_by_role("menuitem", name="Therapist and office").click()
    return page.get_by_role("dialog", name=f"Who looks after {name}?")


def test_an_admin_assigns_and_ends(visit: Visiting, server: Server, circle: Circle) -> None:
    client = circle.add_member("Solveig")
    page = visit(service_workers="block").sign_in(server.account("admin"), "/people")
    expect(row_of(page, client["name"]).get_by_text("No therapist yet")).to_be_visible()
    check_both(page, "people with their therapists")
    dialog = open_assigning(page, client["name"])
    expect(dialog.get_by_text("Nobody yet.")).to_be_visible()
    dialog.get_by_role("button", name="Assign").click()
    expect(dialog.get_by_text("Please choose somebody.")).to_be_focused()
    check_both(page, "assigning, nobody chosen")
    dialog.get_by_label("Find by name").fill("nobody at all")
    expect(dialog.get_by_text("Nobody of this name.")).to_be_visible()
    dialog.get_by_label("Find by name").fill("hannah")
    expect(dialog.get_by_role("radio", name="Daniel Osei")).to_have_count(0)
    dialog.get_by_role("radio", name="Hannah Reyes").check()
    dialog.get_by_role("button", name="Assign").click()
    expect(dialog.get_by_text("Therapist, since")).to_be_visible()
    expect(dialog.get_by_role("radio", name="Hannah Reyes")).to_have_count(0)
    dialog.get_by_role("radio", name="Office").check()
    dialog.get_by_role("radio", name="Judith Marsh").check()
    dialog.get_by_role("button", name="Assign").click()
    expect(dialog.get_by_text("Office, since")).to_be_visible()
    check_both(page, "assigned")
    dialog.get_by_role("button", name="End Judith Marsh, office").click()
    expect(dialog.get_by_text("End this? Judith Marsh and this client")).to_be_visible()
    check_both(page, "asking before it ends")
    dialog.get_by_role("button", name="Keep it").click()
    expect(dialog.get_by_role("button", name="End Judith Marsh, office")).to_be_focused()
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="End it").click()
    expect(dialog.get_by_text("Office, since")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name=f"More for {client['name']}")).to_be_focused()
    expect(row_of(page, client["name"]).get_by_text("Therapist: Hannah Reyes")).to_be_visible()


def test_a_facilitator_sees_their_own_clients(visit: Visiting, server: Server, circle: Circle) -> None:
    client = circle.add_member("Merle")
    page = visit(phone=True, service_workers="block").sign_in(server.account("hannah"), "/people")
    expect(page.get_by_role("region", name="Your clients").get_by_text("Priya Nair")).to_be_visible()
    check_both(page, "people, for a facilitator")
    dialog = open_assigning(page, client["name"])
    expect(dialog.get_by_role("radio", name="Daniel Osei")).to_have_count(0)
    dialog.get_by_role("radio", name="Hannah Reyes (you)").check()
    dialog.get_by_role("button", name="Assign").click()
    expect(dialog.get_by_text("Everybody who could is there already.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("region", name="Your clients").get_by_text(client["name"])).to_be_visible()
    page.route("**/api/people/*/contacts", lambda route: route.abort())
    open_assigning(page, "Colin Baxter")
    expect(page.get_by_role("heading", name="No line just now")).to_be_visible()
    check_both(page, "assigning without a line")


def test_people_are_there_without_their_therapists(visit: Visiting, server: Server) -> None:
    one = visit(service_workers="block")
    one.page.route("**/api/clients", lambda route: route.fulfill(status=503, json={}))
    page = one.sign_in(server.account("admin"), "/people")
    expect(page.get_by_text("Who looks after whom could not be read just now.")).to_be_visible()
    expect(row_of(page, "Priya Nair")).to_be_visible()
    check_both(page, "people without their therapists")
    page.unroute("**/api/clients")
    page.get_by_role("button", name="Try again").click()
    expect(row_of(page, "Priya Nair").get_by_text("Therapist: Hannah Reyes")).to_be_visible()


def test_replies_and_time_away(visit: Visiting, server: Server) -> None:
    page = visit(service_workers="block").sign_in(server.account("hannah"), "/me")
    part = page.get_by_role("region", name="Replies and time away")
    expect(part.get_by_text("Hannah Reyes usually replies within 2 working days.")).to_be_visible()
    part.get_by_label("You usually reply within").select_option("3 working days")
    expect(part.get_by_text("Hannah Reyes usually replies within 3 working days.")).to_be_visible()
    first = clock.now().date() + timedelta(days=40)
    last = first + timedelta(days=2)
    part.get_by_label("First day away").fill(first.isoformat())
    part.get_by_role("button", name="Save").click()
    expect(part.get_by_label("Last day away")).to_be_focused()
    expect(part.get_by_text("Which is the last day away?")).to_be_visible()
    check_both(page, "time away, a day missing")
    part.get_by_label("Last day away").fill(last.isoformat())
    part.get_by_label("A note for clients").fill("Back with new walking boots.")
    part.get_by_label("Who covers").select_option(label="Judith Marsh")
    shown = f"Hannah Reyes is away until {last.day} {last:%B %Y}. Judith Marsh covers."
    expect(part.get_by_text(shown)).to_be_visible()
    part.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your clients read this from now on.").last).to_be_attached()
    check_both(page, "time away")
    page.reload()
    expect(part.get_by_text(shown)).to_be_visible()
    part.get_by_role("button", name="Clear these days").click()
    expect(part.get_by_text(shown)).to_have_count(0)
    part.get_by_label("You usually reply within").select_option("2 working days")
    part.get_by_label("A note for clients").fill("")
    part.get_by_label("Who covers").select_option("Nobody")
    part.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your clients read this from now on.").last).to_be_attached()


def test_an_admin_speaks_for_somebody_who_fell_ill_meanwhile(
    visit: Visiting, server: Server, admin: SignedIn
) -> None:
    page = visit(phone=True, service_workers="block").sign_in(server.account("admin"), "/people")
    page.get_by_role("button", name="More for Daniel Osei").click()
    page.get_by_role("menuitem", name="Replies and time away").click()
    dialog = page.get_by_role("dialog", name="Replies and time away of Daniel Osei")
    expect(dialog.get_by_text("It is written down that you did.")).to_be_visible()
    expect(dialog.get_by_text("Daniel Osei usually replies within 3 working days.")).to_be_visible()
    check_both(page, "time away of somebody else")
    note = dialog.get_by_label("A note for clients")
    before = note.input_value()
    note.fill("Daniel is ill. We will write as soon as we know more.")
    daniel = admin.get("/api/people").json()["people"]
    person = next(row["id"] for row in daniel if row["name"] == "Daniel Osei")
    version = admin.get(f"/api/people/{person}/availability").json()["version"]
    admin.command("availability.update", person=person, version=version, away_note="Theirs", reply_days=5)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert").get_by_text("Somebody else changed this")).to_be_visible()
    expect(dialog.get_by_label("They usually reply within")).to_have_value("5")
    expect(dialog.get_by_text("Changed meanwhile to: Theirs.")).to_be_visible()
    check_both(page, "time away changed meanwhile")
    note.fill(before)
    dialog.get_by_label("They usually reply within").select_option("3 working days")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The clients of Daniel Osei read this from now on.").last).to_be_attached()


def test_members_are_told_that_nobody_reads_along(visit: Visiting, server: Server, circle: Circle) -> None:
    client = circle.add_member("Rowan")
    circle.add_member("Linde")
    reader = visit(phone=True, service_workers="block").sign_in(client, f"/groups/{circle.id}")
    expect(reader.get_by_role("heading", name="People")).to_be_visible()
    expect(reader.get_by_text(PRIVATE)).to_have_count(0)
    page = visit(service_workers="block").sign_in(
        server.account("facilitator"), f"/groups/{circle.id}/settings"
    )
    allow = page.get_by_role("checkbox", name=PRIVATE)
    expect(page.get_by_text("Nobody reads along: not you, not the practice.")).to_be_visible()
    allow.check()
    expect(page.get_by_text("Talk about it in the group first.")).to_be_visible()
    check_both(page, "letting members write to each other")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(reader.get_by_text(PRIVATE)).to_be_visible()
    check_both(reader, "a group whose members write to each other")
    reader.goto(f"{server.base}/groups/{circle.id}/settings")
    expect(
        reader.get_by_role("region", name="Private messages").get_by_text("you can report it")
    ).to_be_visible()
    check_both(reader, "private messages, for a member")
    allow.uncheck()
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(reader.get_by_role("region", name="Private messages")).to_have_count(0)


def test_narrow_and_right_to_left(visit: Visiting, server: Server) -> None:
    one = visit(viewport=SMALL, service_workers="block")
    page = one.sign_in(server.account("hannah"), "/me")
    expect(page.get_by_role("heading", name="What clients read")).to_be_visible()
    check_state(page, "me, narrow")
    page.evaluate("() => { document.documentElement.dir = 'rtl'; }")
    check_state(page, "me, right to left")
    page = one.open("/people")
    open_assigning(page, "Priya Nair")
    expect(page.get_by_role("dialog").get_by_text("Therapist, since")).to_be_visible()
    check_state(page, "assigning, narrow")
    page.evaluate("() => { document.documentElement.dir = 'rtl'; }")
    check_state(page, "assigning, right to left")
