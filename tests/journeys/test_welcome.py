"""The first steps, the sign on the home screen, and what opens without a line."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.journeys.axe import check_state
from tests.journeys.conftest import DESK, PASSWORD, PHONE, Circle, Visiting
from tests.server import Server

SMALL: ViewportSize = {"width": 320, "height": 640}
IDLE_MS = 61 * 60 * 1000


def heading(page: Page) -> Locator:
    """The heading of the step that is shown."""
    return page.get_by_role("heading", level=1)


def go_on(page: Page) -> None:
    """To the next step."""
    page.get_by_role("button", name="Go on").click()


def test_a_newcomer_is_shown_the_place(visit: Visiting, server: Server, circle: Circle) -> None:
    email, link = circle.invite()
    one = visit(phone=True, service_workers="block", timezone_id="Europe/Berlin")
    page = one.open(link)
    page.get_by_label("Your name", exact=True).fill("Rosa Lind")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("I have read this and I agree").check()
    page.get_by_label("Name in the group").fill("Rowan")
    page.get_by_role("button", name="Join the group").click()

    expect(heading(page)).to_have_text("Welcome to Willow Lane Practice")
    expect(page.get_by_text("Step 1 of 5")).to_be_visible()
    check_state(page, "first step", PHONE, SMALL, DESK)
    go_on(page)
    expect(heading(page)).to_have_text("You")
    expect(heading(page)).to_be_focused()
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Berlin")
    page.get_by_label("Your name").fill(" ")
    page.get_by_role("checkbox", name="Keep quiet at certain hours").check()
    page.get_by_label("From", exact=True).fill("07:00")
    go_on(page)
    expect(page.get_by_text("Please fill this in.")).to_be_visible()
    check_state(page, "second step, something wrong", PHONE, SMALL, DESK)
    page.get_by_label("Your name").fill("Rosa Linden")
    page.get_by_label("From", exact=True).fill("21:00")
    go_on(page)
    expect(heading(page)).to_have_text("What you agree to")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)
    page.get_by_role("checkbox", name="Count me in group numbers").check()
    expect(page.get_by_text("Yes since")).to_be_visible()
    check_state(page, "third step", PHONE, SMALL, DESK)
    go_on(page)
    expect(page.get_by_text("This place is not for emergencies.")).to_be_visible()
    page.get_by_role("button", name="Show help lines").click()
    expect(page.get_by_role("dialog").get_by_text("Emergency", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    check_state(page, "fourth step", PHONE, SMALL, DESK)
    go_on(page)
    expect(page.get_by_text(f"To {email}.")).to_be_visible()
    page.get_by_role("checkbox", name="a session that is coming up").uncheck()
    expect(page.get_by_role("checkbox", name="a session that is coming up")).to_be_enabled()
    check_state(page, "fifth step", PHONE, SMALL, DESK)
    page.go_back()
    expect(page.get_by_text("Step 4 of 5")).to_be_visible()
    go_on(page)
    page.get_by_role("button", name="Done").click()
    page.wait_for_url(f"**/groups/{circle.id}")

    other = visit().sign_in({"email": email, "password": PASSWORD})
    expect(other.get_by_role("heading", level=1)).to_have_text("Hello, Rosa")
    expect(other.get_by_role("heading", name="New here?")).to_have_count(0)
    other.goto(f"{server.base}/me/notices")
    expect(other.get_by_label("From", exact=True)).to_have_value("21:00")
    reminders = other.get_by_role("group", name="A session is coming up")
    expect(reminders.get_by_role("checkbox", name="By mail")).not_to_be_checked()


def test_they_wait_on_home_and_can_be_put_off(visit: Visiting, circle: Circle) -> None:
    rowan = circle.add_member("Rowan")
    page, other = visit(phone=True).sign_in(rowan), visit().sign_in(rowan)
    offer = page.get_by_role("region", name="New here?")
    expect(offer).to_be_visible()
    check_state(page, "home with the first steps", DESK, PHONE)
    expect(other.get_by_role("region", name="New here?")).to_be_visible()
    offer.get_by_role("button", name="Not now").click()
    expect(offer).to_have_count(0)
    expect(other.get_by_role("region", name="New here?")).to_have_count(0)
    page.get_by_role("link", name="Me", exact=True).click()
    page.get_by_role("link", name="Show the first steps again").click()
    expect(page.get_by_text("Step 1 of 5")).to_be_visible()
    page.get_by_role("button", name="Skip the rest").click()
    expect(heading(page)).to_have_text("Hello, Rowan")


@pytest.mark.parametrize(("role", "steps"), [("member", 5), ("facilitator", 4)])
def test_by_keyboard_alone(visit: Visiting, server: Server, role: str, steps: int) -> None:
    page = visit().sign_in(server.account(role), "/welcome")
    for step in range(1, steps + 1):
        expect(page.get_by_text(f"Step {step} of {steps}")).to_be_visible()
        if role != "member":
            check_state(page, f"staff, step {step}", PHONE, DESK)
        name = "Done" if step == steps else "Go on"
        expect(page.get_by_role("button", name=name)).to_be_visible()
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("(name) => document.activeElement.innerText === name", name):
                break
        expect(page.get_by_role("button", name=name)).to_be_focused()
        page.keyboard.press("Enter")
    expect(heading(page)).to_contain_text("Hello")


def test_it_can_be_put_on_the_home_screen(visit: Visiting, server: Server, circle: Circle) -> None:
    one = visit(phone=True)
    page = one.sign_in(circle.add_member("Rowan"), "/me")
    expect(page.get_by_role("heading", name="Put Hearthside on your home screen")).to_be_visible()
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    session = one.context.new_cdp_session(page)
    found = session.send("Page.getAppManifest")
    assert found["errors"] == []
    wrong = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # Every test browser keeps nothing, as in a private window, and that alone may stand in the way.
    assert [one["errorId"] for one in wrong if one["errorId"] != "in-incognito"] == []
    manifest = one.context.request.get(found["url"])
    assert manifest.headers["content-type"].startswith("application/manifest+json")
    shown = manifest.json()
    assert shown["display"] == "standalone"
    assert {icon["purpose"] for icon in shown["icons"]} == {"any", "maskable"}
    for icon in shown["icons"]:
        answer = one.context.request.get(server.base + icon["src"])
        assert (answer.status, answer.headers["content-type"]) == (200, icon["type"])
        if icon["type"] == "image/png":
            head = answer.body()[:24]
            assert head.startswith(b"\x89PNG")
            assert icon["sizes"] == "x".join(str(int.from_bytes(head[at : at + 4])) for at in (16, 20))


def test_without_a_line_the_safety_plan_opens(visit: Visiting, server: Server, circle: Circle) -> None:
    one = visit(phone=True)
    one.context.clock.install()
    page = one.sign_in(circle.add_member("Rowan"), "/safety-plan")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.get_by_role("textbox", name="Things I can do by myself").first.fill("Walk round the pond")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    mine = page.get_by_role("checkbox", name="Open it without signing in while there is no line")
    expect(mine).not_to_be_checked()
    mine.check()
    check_state(page, "safety plan with a copy", DESK, PHONE)
    one.context.set_offline(True)
    page.goto(f"{server.base}/safety-plan")
    expect(page.get_by_label("Things I can do by myself, line 1")).to_have_value("Walk round the pond")

    one.context.clock.fast_forward(IDLE_MS)
    page.goto(f"{server.base}/")
    expect(heading(page)).to_have_text("Sign in")
    page.get_by_role("button", name="Open my safety plan").click()
    expect(page.get_by_role("listitem").filter(has_text="Walk round the pond").first).to_be_visible()
    check_state(page, "the kept safety plan", PHONE, DESK)
    page.goto(f"{server.base}/safety-plan")
    expect(page.get_by_text("Walk round the pond")).to_be_visible()


def test_who_leaves_on_purpose_leaves_no_plan_open(visit: Visiting, server: Server, circle: Circle) -> None:
    one = visit(phone=True)
    page = one.sign_in(circle.add_member("Rowan"), "/safety-plan")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.get_by_role("textbox", name="Things I can do by myself").first.fill("Walk round the pond")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page.get_by_role("checkbox", name="Open it without signing in").check()
    page.get_by_role("link", name="Me", exact=True).click()
    page.get_by_role("button", name="Sign out").click()
    expect(heading(page)).to_have_text("Sign in")
    one.context.set_offline(True)
    page.goto(f"{server.base}/safety-plan")
    expect(page.get_by_text("We cannot reach your practice just now")).to_be_visible()
    expect(page.get_by_role("button", name="Open my safety plan")).to_have_count(0)
    expect(page.get_by_text("Walk round the pond")).to_have_count(0)
