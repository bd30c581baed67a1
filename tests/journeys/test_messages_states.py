"""Every state of the sealed conversations' screens: axe in light and dark, and nothing wider than the window."""

from __future__ import annotations

import re

from playwright.sync_api import Page, ViewportSize, expect

from tests.journeys.axe import check_state
from tests.journeys.conftest import DESK, PHONE, Circle, Visiting
from tests.journeys.given_messages import (
    SLOW_MS,
    begin_with,
    choose,
    let_members_write,
    open_line,
    ready_pair,
    said,
    send,
    sign_in_ready,
)
from tests.server import Server

SMALL: ViewportSize = {"width": 320, "height": 640}
LONG = "Gesprächsgruppeüberdasschlafenunddaswachliegen" * 3
RTL = "سأكون هناك يوم الخميس"


def check_both(page: Page, name: str) -> None:
    """The state on a phone and on a desk."""
    check_state(page, name, PHONE, DESK)


def test_before_there_is_anything(visit: Visiting, circle: Circle) -> None:
    one = visit(phone=True, service_workers="block")
    page = one.sign_in(circle.add_member("Wren"), "/messages")
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=SLOW_MS)
    check_both(page, "not set up")
    let_members_write(circle)
    other, _ = sign_in_ready(visit(service_workers="block"), circle.add_member("Pip"))
    expect(other.get_by_role("heading", name="No conversations yet")).to_be_visible()
    check_both(other, "no conversations")
    other.get_by_role("link", name="Write to somebody").first.click()
    expect(other.get_by_text("Not set up for sealed messages yet.").first).to_be_visible(timeout=SLOW_MS)
    check_both(other, "nobody can be chosen yet")
    check_state(other, "nobody can be chosen, small", SMALL)


def test_a_conversation_of_two(visit: Visiting, server: Server, circle: Circle) -> None:
    mine, theirs = ready_pair(visit, server, circle)
    said(theirs).first.focus()
    theirs.keyboard.press("r")
    send(theirs, f"I am here. {LONG} {RTL} https://example.org/{LONG}")
    answer = said(mine).filter(has_text="I am here.")
    expect(answer).to_be_visible(timeout=SLOW_MS)
    choose(mine, answer, "Answer with a word")
    check_both(mine, "words to answer with")
    mine.get_by_role("button", name="I hear you").click()
    expect(answer.get_by_role("button", name=re.compile("I hear you"))).to_be_visible()
    mine.get_by_role("textbox", name="Write to").fill("Half a thought")
    check_both(mine, "a conversation")
    check_state(mine, "a conversation, small", SMALL)
    mine.set_viewport_size(PHONE)
    for item, name in (
        ("Who can read this", "Who can read this"),
        ("Messages that go", "Messages that go"),
        ("Leave it", "Leave this"),
    ):
        mine.get_by_role("button", name="More for this conversation").click()
        mine.get_by_role("menuitem", name=item).click()
        expect(mine.get_by_role("dialog", name=re.compile(name))).to_be_visible()
        check_both(mine, f"dialog: {item}")
        mine.keyboard.press("Escape")
    choose(mine, answer, "Report")
    expect(mine.get_by_text("What is it about?")).to_be_visible(timeout=SLOW_MS)
    check_both(mine, "report")
    mine.keyboard.press("Escape")
    mine.get_by_role("textbox", name="Write to").fill("I want to die.")
    mine.get_by_role("textbox", name="Write to").press("Control+Enter")
    expect(mine.get_by_role("region", name="A note of care")).to_be_visible()
    check_both(mine, "card of care")
    mine.get_by_role("button", name="Close this card").click()
    choose(mine, said(mine).filter(has_text="I want to die."), "Edit")
    check_both(mine, "editing")
    mine.keyboard.press("Escape")
    mine.context.set_offline(True)
    send(mine, "Without a line")
    expect(said(mine).filter(has_text="goes out when the line is back")).to_be_visible(timeout=SLOW_MS)
    check_both(mine, "waiting to be sent")


def test_a_circle(visit: Visiting, circle: Circle) -> None:
    let_members_write(circle)
    accounts = [circle.add_member(name) for name in ("Wren", "Pip", "Kite")]
    maker, _, third = [sign_in_ready(visit(service_workers="block"), account)[0] for account in accounts]
    maker.reload()
    maker.get_by_role("link", name="Write to somebody").first.click(timeout=SLOW_MS)
    for name in ("Pip", "Kite"):
        maker.get_by_role("checkbox", name=name).check()
    check_both(maker, "a circle, chosen")
    maker.set_viewport_size(DESK)
    maker.get_by_role("link", name="Cancel").click()
    begin_with(maker, "Pip", "Kite", title=f"Walkers {LONG}"[:80])
    send(maker, "Who comes?")
    check_both(maker, "a circle")
    maker.set_viewport_size(DESK)
    for item in ("People in it", "Rename the circle", "Search in it"):
        maker.get_by_role("button", name="More for this conversation").click()
        maker.get_by_role("menuitem", name=item).click()
        expect(maker.get_by_role("dialog")).to_be_visible()
        check_both(maker, f"dialog: {item}")
        maker.keyboard.press("Escape")
        maker.set_viewport_size(DESK)
    open_line(third, "Walkers")
    maker.get_by_role("button", name="More for this conversation").click()
    maker.get_by_role("menuitem", name="People in it").click()
    maker.get_by_role("button", name="Take out Kite").click()
    maker.get_by_role("dialog", name="Take Kite out?").get_by_role("button", name="Take out").click()
    expect(third.get_by_text("You were taken out of this conversation.")).to_be_visible(timeout=SLOW_MS)
    check_both(third, "taken out")
