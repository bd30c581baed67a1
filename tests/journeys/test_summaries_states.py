"""Every state of the summary's screens: axe on a phone and a desk, light and dark, and nothing too wide."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import check_state
from tests.journeys.conftest import DESK, PHONE, Circle, Visiting
from tests.journeys.given_moderation import SLOW_MS
from tests.journeys.given_sessions import SMALL
from tests.journeys.given_summaries import QUIET_NIGHT, SLEPT, Evening, given_evening, words_of

LONG = "Wiederholungswahrscheinlichkeitsrechnung" * 4
ARABIC = "هذا نص يقرأ من اليمين إلى اليسار."


def check(page: Page, name: str) -> None:
    """The state as it is, on a phone and on a desk, light and dark."""
    for size in (PHONE, DESK):
        check_state(page, f"{name} at {size['width']}", size)


@pytest.fixture
def evening(circle: Circle) -> Evening:
    """A session with two who came and two who did not."""
    return given_evening(circle)


def test_the_editor(visit: Visiting, evening: Evening) -> None:
    page = visit(service_workers="block").sign_in(evening.circle.server.account("hannah"), evening.path)
    expect(page.get_by_role("heading", name="No summary yet")).to_be_visible()
    check(page, "editor, no draft")
    page.get_by_role("button", name="Make a draft").click()
    expect(page.get_by_role("button", name="Add a section")).to_be_visible()
    words_of(page, "From your facilitators").fill(f"Robin spoke. {LONG}\n\n{ARABIC}")
    expect(page.get_by_role("region", name="1 place to change")).to_be_visible()
    check(page, "editor, blocked")
    check_state(page, "editor, blocked at 320", SMALL)
    page.set_viewport_size(PHONE)
    page.get_by_text("Session", exact=True).click()
    expect(page.get_by_role("heading", name="From the session")).to_be_visible()
    check_state(page, "editor, source on a phone")
    page.set_viewport_size(DESK)
    page.get_by_role("button", name="Pick a sentence").click()
    expect(page.get_by_role("dialog").get_by_text(SLEPT)).to_be_visible()
    check(page, "editor, picking a sentence")
    page.keyboard.press("Escape")
    words_of(page, "From your facilitators").fill(f"{QUIET_NIGHT}\n\n{ARABIC}")
    expect(page.get_by_role("region", name="1 place to change")).to_have_count(0)
    page.get_by_text("Preview as a member").click()
    expect(page.get_by_role("region", name="Preview as a member").get_by_text(ARABIC)).to_be_visible()
    check(page, "editor, preview")
    page.get_by_role("button", name="Approve and send to 2").click()
    check(page, "editor, sending")
    page.get_by_role("dialog").get_by_role("button", name="Approve and send").click()
    expect(page.get_by_text("0 of 2 absent have read")).to_be_visible()
    check(page, "editor, sent")
    page.get_by_role("button", name="Correct it").click()
    check(page, "editor, correcting")
    page.get_by_role("button", name="Leave it as it is").click()
    page.get_by_role("button", name="Withdraw").click()
    check(page, "editor, withdrawing")
    page.get_by_role("textbox", name="Reason").fill("It was not ours to tell.")
    page.get_by_role("button", name="Withdraw for everybody").click()
    expect(page.get_by_text("This summary was withdrawn")).to_be_visible()
    check(page, "editor, withdrawn")


def test_the_reader(visit: Visiting, evening: Evening) -> None:
    path = evening.publish(f"{QUIET_NIGHT}\n\n- {LONG}\n\n> {QUIET_NIGHT}\n\n{ARABIC}", heading=ARABIC)
    page = visit(service_workers="block").sign_in(evening.people["Robin"], path)
    expect(page.get_by_text(ARABIC).first).to_be_visible()
    check(page, "reader")
    check_state(page, "reader at 320", SMALL)
    page.goto(evening.circle.server.base)
    expect(page.get_by_role("region", name="What you missed")).to_be_visible()
    check(page, "home, summary waiting")
    evening.do("summary.withdraw", why="It was not ours to tell.")
    page.goto(evening.circle.server.base + path)
    expect(page.get_by_role("heading", name="This summary was withdrawn")).to_be_visible()
    check(page, "reader, withdrawn")
    page.goto(f"{evening.circle.server.base}/summaries/{evening.session}")
    expect(page.get_by_text("This is not here, or not open to you")).to_be_visible()
    check(page, "reader, absent")


def test_the_questions(visit: Visiting, evening: Evening) -> None:
    page = visit(service_workers="block").sign_in(evening.people["Kim"], "/quotes")
    expect(page.get_by_role("heading", name="Nobody is asking for your words")).to_be_visible()
    check(page, "questions, none")
    posts = evening.circle.leader.get(f"/api/sessions/{evening.session}/quotable").json()["posts"]
    post = next(row for row in posts if SLEPT in row["sentences"])
    evening.circle.leader.command("quote.ask", session=evening.session, post=post["post"], sentence=SLEPT)
    page.reload()
    expect(page.get_by_role("button", name="Yes, you may quote this")).to_be_visible()
    check(page, "questions, one")
    page.get_by_role("button", name="No, please don't").click()
    expect(page.get_by_text("You said no")).to_be_visible()
    check(page, "questions, answered")


def test_denied_failed_and_without_a_line(visit: Visiting, evening: Evening) -> None:
    one = visit(service_workers="block")
    page = one.sign_in(evening.people["Kim"], evening.path)
    expect(page.get_by_text("This is not here, or not open to you")).to_be_visible()
    check(page, "editor, denied")
    path = evening.publish()
    page.route(
        "**/api/summaries/**", lambda way: way.fulfill(status=500, json={"type": "broken", "status": 500})
    )
    page.goto(one.base + path)
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    check(page, "reader, failed")
    page.unroute("**/api/summaries/**")
    page.route("**/api/summaries/**", lambda way: way.abort())
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("No line just now").first).to_be_visible(timeout=SLOW_MS)
    check(page, "reader, offline")
    page.unroute("**/api/summaries/**")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text(QUIET_NIGHT)).to_be_visible()
