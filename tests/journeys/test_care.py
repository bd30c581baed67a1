"""A cry for help: its author is not left alone, the group is not frightened, and somebody comes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import DESK, PHONE, WAIT_MS, Circle, Visit
from tests.journeys.given_moderation import CRY, SLOW_MS, banner, card, feed, join_as_facilitator, write_post
from tests.server import Server, running_server

CARD_WITHIN_MS = 1000
CARD_SAID = "There is a note of care for you under your post. Only you can see it."
WATCH = """(said) => {
    window.heard = [];
    addEventListener("keydown", (event) => {
        if (event.key === "Enter" && event.ctrlKey) performance.mark("sent");
    }, true);
    const look = () => {
        if (document.querySelector("section.card") && !performance.getEntriesByName("card").length)
            performance.mark("card");
        for (const region of document.querySelectorAll("[aria-live]"))
            if (region.textContent.includes(said) && !region.heard) {
                region.heard = true;
                window.heard.push(region.textContent.trim());
            } else if (!region.textContent.includes(said)) region.heard = false;
    };
    new MutationObserver(look).observe(document.body, {childList: true, subtree: true, characterData: true});
}"""

Enter = Callable[..., Page]


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that moves the server's time, in seconds."""
    path = tmp_path_factory.mktemp("clock") / "offset"
    path.write_text("0")
    return path


@pytest.fixture(scope="module")
def practice(clock: Path) -> Iterator[Server]:
    """A demo practice of this file's own, that may be killed and whose clock moves."""
    with running_server(classifier="local", clock_file=str(clock)) as server:
        yield server


@pytest.fixture
def owls(practice: Server) -> Iterator[Circle]:
    """A group with Anna on duty and Ben as the backup, at any hour."""
    with practice.sign_in("hannah") as hannah:
        group = hannah.command("group.open", name="Night owls", member_name="Anna")["group"]
        circle = Circle(practice, hannah, group, "Night owls")
        with join_as_facilitator(circle, "daniel", "Ben") as daniel:
            first, backup = (
                person.get(f"/api/groups/{group}").json()["membership"] for person in (hannah, daniel)
            )
        slots = [
            {"member": member, "order": order, "weekday": day, "starts": "00:00", "ends": "00:00"}
            for member, order in ((first, "first"), (backup, "backup"))
            for day in range(7)
        ]
        hannah.command("roster.save", group=group, version=0, slots=slots)
        yield circle


@pytest.fixture
def enter(practice: Server, browser: Browser) -> Iterator[Enter]:
    """Opens a page of this practice signed in: `enter(account, path, phone=True)`."""
    with contextlib.ExitStack() as stack:

        def start(account: dict[str, Any], path: str, *, phone: bool = False) -> Page:
            size = PHONE if phone else DESK
            context = stack.enter_context(
                contextlib.closing(browser.new_context(viewport=size, reduced_motion="reduce"))
            )
            context.set_default_timeout(WAIT_MS)
            return Visit(practice.base, context, context.new_page()).sign_in(account, path)

        yield start


def test_a_cry_is_answered_at_once_and_called_on_until_somebody_comes(
    practice: Server, owls: Circle, enter: Enter, clock: Path
) -> None:
    rowan, sage = owls.add_member("Rowan"), owls.add_member("Sage")
    path = owls.add_topic("Nights", "How are the nights?")
    author, reader = enter(rowan, path, phone=True), enter(sage, path, phone=True)
    anna, ben = enter(practice.account("hannah"), "/people"), enter(practice.account("daniel"), "/me")
    expect(feed(author)).to_have_count(1)
    expect(feed(reader)).to_have_count(1)
    expect(anna.get_by_role("heading", level=1)).to_be_visible()
    expect(ben.get_by_role("heading", level=1)).to_be_visible()

    author.evaluate(WATCH, CARD_SAID)
    write_post(author, CRY)
    expect(card(author)).to_be_in_viewport()
    took = author.evaluate("() => performance.measure('care', 'sent', 'card').duration")
    assert took < CARD_WITHIN_MS, f"the card came after {took} ms"
    expect(card(author)).to_have_count(1)
    expect(card(author).get_by_role("link", name="999")).to_have_attribute("href", "tel:999")
    expect(card(author).get_by_text("Night owls: a facilitator is on duty")).to_be_visible()
    expect(feed(author).filter(has_text=CRY)).to_be_visible()
    expect(feed(reader).filter(has_text=CRY)).to_be_visible()
    expect(card(reader)).to_have_count(0)
    expect(banner(anna)).to_contain_text("Somebody may need you")
    expect(banner(anna)).to_contain_text("Night owls")
    author.wait_for_function("() => window.heard.length")
    assert reader.get_by_text("note of care").count() == 0
    banner(ben).get_by_role("link", name="Look").click()
    expect(ben.get_by_text("Whoever is on duty was called.")).to_be_visible()
    expect(ben.get_by_role("region", name="What it says").get_by_text(CRY)).to_be_visible()
    expect(ben.get_by_text("Called: Hannah Reyes", exact=True)).to_be_visible()

    practice.restart(kill=True)
    clock.write_text("601")
    expect(ben.get_by_text("The backup was called too.")).to_be_visible(timeout=2 * SLOW_MS)
    expect(ben.get_by_text("Called: Hannah Reyes, Daniel Osei")).to_be_visible()
    expect(banner(anna)).to_be_visible()
    banner(ben).get_by_role("button", name="Acknowledge the call in Night owls").click()
    expect(banner(ben)).to_have_count(0)
    expect(banner(anna)).to_have_count(0, timeout=SLOW_MS)
    expect(ben.get_by_text("Daniel Osei took it")).to_be_visible()

    assert author.evaluate("() => window.heard") == [CARD_SAID], "the card is spoken of once"

    ben.keyboard.press("c")
    close = ben.get_by_role("button", name="Close this call")
    close.click()
    expect(ben.get_by_text("Choose how it ended.")).to_be_visible()
    expect(ben.get_by_text("Please write a short note")).to_be_visible()
    ben.get_by_role("radio", name="We talked with them").check()
    ben.get_by_label("Note for staff").fill("Called back. A friend stays the night.")
    close.click()
    with ben.expect_response("**/api/review.decide"):
        ben.get_by_role("button", name="Send now").click()
    expect(ben.get_by_role("link", name="Post by Rowan")).to_have_count(0)
    expect(feed(author).filter(has_text=CRY)).to_be_visible()
    lines = owls.leader.get(f"/api/groups/{owls.id}/review", state="decided").json()["lines"]
    assert [(line["lane"], line["state"]) for line in lines] == [("care", "approved")]
