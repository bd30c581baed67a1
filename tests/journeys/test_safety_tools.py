"""What helps in a bad hour, also without a line: the plan, the calm minute, the help lines, the card, the way out."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import Circle, Visiting
from tests.journeys.given_moderation import CRY, SLOW_MS, card, feed, settle_calls, write_post

OUTSIDE = "https://www.wikipedia.org/"
OUTSIDE_FAULT = "a request to www.wikipedia.org"
SECRET = "What only this group may read."
# The browser answers no questions while it is on its way elsewhere, so the page says by itself what is to be seen.
TELL = """() => new MutationObserver(() => console.log(
    document.querySelector("article.post").checkVisibility() ? "to be seen" : "hidden", document.title,
)).observe(document.documentElement, {attributes: true, attributeFilter: ["hidden"]})"""


def go_offline(page: Page) -> None:
    """Take the line away, once the device has kept what the page needs."""
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)


def open_help(page: Page) -> Page:
    """Open the help lines from the bar that is on every page."""
    page.get_by_role("button", name="Crisis help").click()
    expect(page.get_by_role("dialog", name="Help right now")).to_be_visible()
    return page


def test_the_safety_plan_is_two_taps_away_and_there_without_a_line(visit: Visiting, circle: Circle) -> None:
    rowan = circle.add_member("Rowan")
    page = visit(phone=True).sign_in(rowan, circle.add_topic("Evenings"))
    open_help(page).get_by_role("link", name="My safety plan").click()
    expect(page.get_by_role("heading", name="My safety plan")).to_be_visible()
    signs = page.get_by_role("textbox", name="Signs that a bad time is coming, line 1")
    signs.fill("I stop answering the phone")
    signs.press("Enter")
    page.get_by_role("textbox", name="Signs that a bad time is coming, line 2").fill("I do not sleep")
    page.get_by_role("textbox", name="People I can ask for help, line 1").fill("My sister, 0161 496 0000")
    expect(page.get_by_role("status").get_by_text("Saved", exact=True)).to_be_visible()
    go_offline(page)
    page.reload()
    expect(signs).to_have_value("I stop answering the phone")
    expect(page.get_by_role("textbox", name="People I can ask for help, line 1")).to_have_value(
        "My sister, 0161 496 0000"
    )
    expect(page.get_by_text("This is the copy kept on this device")).to_be_visible()
    signs.fill("I stop opening the door")
    expect(page.get_by_text("No line. Kept on this device, and saved when the line is back.")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_role("status").get_by_text("Saved", exact=True)).to_be_visible(timeout=SLOW_MS)
    other = visit().sign_in(rowan, "/safety-plan")
    expect(other.get_by_role("textbox", name="Signs that a bad time is coming, line 1")).to_have_value(
        "I stop opening the door"
    )


def test_a_calm_minute_needs_no_line(visit: Visiting, circle: Circle) -> None:
    page = visit(phone=True).sign_in(circle.add_member("Rowan"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    go_offline(page)
    open_help(page).get_by_role("link", name="A calm minute").click()
    senses = page.get_by_role("region", name="Five, four, three, two, one")
    for step in ("things you can see", "can feel", "can hear", "can smell", "thing you can taste"):
        expect(senses.get_by_text(step)).to_be_visible()
        senses.get_by_role("button", name="Next").click()
    expect(senses.get_by_text("Well done. How are you now?")).to_be_visible()
    page.reload()
    breath = page.get_by_role("region", name="Slow breath")
    breath.get_by_role("button", name="Begin").click()
    expect(breath.get_by_text("Breathe in", exact=True)).to_be_visible()


@pytest.mark.parametrize("heard", [True, False], ids=["lines_kept", "never_heard"])
def test_help_lines_are_there_signed_out_and_without_a_line(visit: Visiting, heard: bool) -> None:
    page = visit(phone=True).open("/sign-in")
    if heard:
        with page.expect_response("**/api/help-lines"):
            open_help(page)
        expect(page.get_by_role("dialog").get_by_text("Numbers checked")).to_be_visible()
        page.keyboard.press("Escape")
    go_offline(page)
    if not heard:
        page.evaluate("() => localStorage.clear()")
    page.reload()
    lines = open_help(page).get_by_role("dialog")
    number = "999" if heard else "112"
    expect(lines.get_by_role("link", name=number)).to_have_attribute("href", f"tel:{number}")
    expect(lines.get_by_text("Samaritans")).to_have_count(1 if heard else 0)
    expect(lines.get_by_role("link", name="My safety plan")).to_have_count(0)
    expect(lines.get_by_role("link", name="A calm minute")).to_be_visible()


def leave_by_keys(page: Page) -> Route:
    """Press Shift three times; answers the way to the other site, which waits until it is let through."""
    ways: list[Route] = []
    page.context.route(f"{OUTSIDE}**", lambda way: ways.append(way))
    page.evaluate(TELL)
    with (
        page.expect_console_message() as said,
        page.expect_request(OUTSIDE),
        page.expect_response("**/auth/session") as gone,
    ):
        for _ in range(3):
            page.keyboard.press("Shift")
    assert said.value.text == "hidden Wikipedia", "while the other site is still on its way"
    assert gone.value.request.method == "DELETE"
    (way,) = ways
    return way


def test_leaving_fast_hides_first_and_leaves_no_way_back(visit: Visiting, circle: Circle) -> None:
    rowan = circle.add_member("Rowan")
    path = circle.add_topic("Evenings", SECRET)
    one = visit()
    page = one.sign_in(rowan, path)
    page.get_by_placeholder("Write to the group").fill("half a sentence")
    expect(feed(page).filter(has_text=SECRET)).to_be_visible()
    other = one.context.new_page()
    other.goto(one.base + path)
    expect(feed(other).filter(has_text=SECRET)).to_be_visible()
    page.bring_to_front()
    page.get_by_role("link", name="Home").first.click()
    page.wait_for_url(f"{one.base}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Rowan")
    page.go_back()
    page.get_by_placeholder("Write to the group").click()

    way = leave_by_keys(page)
    way.fulfill(content_type="text/html", body="<title>Another site</title><h1>Another site</h1>")
    expect(page.get_by_role("heading", name="Another site")).to_be_visible()
    assert one.context.request.get(f"{one.base}/api/me").status == 401
    expect(feed(other)).to_have_count(0)
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()

    page.go_back()
    assert SECRET not in page.content()
    assert page.url != one.base + path
    page.goto(one.base + path)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert SECRET not in page.content()
    one.faults.remove(OUTSIDE_FAULT)


def test_leaving_fast_without_a_line_signs_out_later(visit: Visiting, circle: Circle) -> None:
    rowan, one = circle.add_member("Rowan"), visit(phone=True)
    path = circle.add_topic("Evenings", SECRET)
    page = one.sign_in(rowan, path)
    expect(feed(page).filter(has_text=SECRET)).to_be_visible()
    one.context.route(
        f"{OUTSIDE}**", lambda way: way.fulfill(content_type="text/html", body="<h1>Another site</h1>")
    )
    go_offline(page)
    page.get_by_role("button", name="Leave fast").click()
    expect(page.get_by_role("heading", name="Another site")).to_be_visible()
    page.goto(one.base + path)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert SECRET not in page.content()
    one.context.set_offline(False)
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.goto(one.base + path)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert one.context.request.get(f"{one.base}/api/me").status == 401
    one.faults.remove(OUTSIDE_FAULT)


def test_the_support_card_stays_without_a_line(visit: Visiting, circle: Circle) -> None:
    rowan = circle.add_member("Rowan")
    page = visit(phone=True).sign_in(rowan, circle.add_topic("Nights", "How are the nights?"))
    expect(feed(page)).to_have_count(1)
    write_post(page, CRY)
    expect(card(page)).to_be_visible()
    settle_calls(circle)
    go_offline(page)
    expect(page.get_by_text("Offline", exact=False).first).to_be_visible()
    for _ in range(2):
        expect(card(page).get_by_role("link", name="999")).to_have_attribute("href", "tel:999")
        expect(card(page).get_by_text("Thank you for telling us.")).to_be_visible()
        page.reload()
    card(page).get_by_role("link", name="A calm minute").click()
    expect(page.get_by_role("heading", name="A calm minute")).to_be_visible()
