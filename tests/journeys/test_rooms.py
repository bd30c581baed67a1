"""How a group is kept: posts that are read first, topics that go slowly, a pause, and what a person agrees to."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import WAIT_MS, Circle, Visit, Visiting
from tests.journeys.given_moderation import (
    SLOW_MS,
    decide,
    feed,
    line_in,
    own,
    sign_in,
    topic_of,
    write_post,
)
from tests.server import Server, SignedIn, running_server

DAY_S = 86_400
PAUSED = "You have a break from writing here until"
GAP_S = 5


def opened(page: Page) -> Page:
    """The page, once it shows the first post and hears of more."""
    expect(feed(page)).to_have_count(1)
    return page


def test_asked_first_and_then_shown(visit: Visiting, circle: Circle) -> None:
    rowan, sage = circle.add_member("Rowan"), circle.add_member("Sage")
    path = circle.add_topic("Evenings", "How was it?")
    author, reader = (
        opened(visit(phone=True).sign_in(rowan, path)),
        opened(visit(phone=True).sign_in(sage, path)),
    )
    author.get_by_role("button", name="Ask a facilitator first").click()
    expect(author.get_by_text("A facilitator reads this first.")).to_be_visible()
    write_post(author, "May I talk about the hospital?")
    expect(own(author)).to_contain_text("May I talk about the hospital?")
    expect(own(author)).to_contain_text("Waits for a facilitator")
    expect(author.get_by_role("button", name="Ask a facilitator first")).to_have_attribute(
        "aria-pressed", "false"
    )
    line = line_in(circle, "asked")
    assert line["reasons"] == ["asked_first"]
    expect(feed(reader)).to_have_count(1)
    decide(circle.leader, line, "publish")
    for page in (author, reader):
        expect(feed(page).filter(has_text="May I talk about the hospital?")).to_be_visible()
    expect(own(author)).to_have_count(0)


def test_a_group_where_every_post_is_read_first(visit: Visiting, server: Server, circle: Circle) -> None:
    rowan, sage = circle.add_member("Rowan"), circle.add_member("Sage")
    path = circle.add_topic("Evenings", "How was it?")
    author, reader = opened(visit(phone=True).sign_in(rowan, path)), opened(visit().sign_in(sage, path))
    leader = visit().sign_in(server.account("hannah"), f"/groups/{circle.id}/settings")
    leader.get_by_label("Every post of a member waits for a facilitator").check()
    leader.get_by_role("button", name="Save", exact=True).first.click()
    expect(
        author.get_by_text("In this group a facilitator reads each post before it is shown.")
    ).to_be_visible()
    expect(author.get_by_role("button", name="Ask a facilitator first")).to_have_count(0)
    write_post(author, "It was long, but good")
    expect(own(author)).to_contain_text("Waits for a facilitator")
    expect(feed(reader)).to_have_count(1)

    leader.goto(f"{server.base}/groups/{circle.id}/review")
    leader.get_by_role("link", name="Post by Rowan").click()
    leader.get_by_role("button", name="Show the words").click()
    expect(leader.get_by_role("region", name="What it says").get_by_text("It was long")).to_be_visible()
    leader.keyboard.press("p")
    leader.get_by_role("button", name="Send now").click()
    for page in (author, reader):
        expect(feed(page).filter(has_text="It was long, but good")).to_be_visible()
    expect(own(author)).to_have_count(0)
    expect(leader.get_by_text("Nothing waits here")).to_be_visible()


def test_a_slow_topic_sends_the_next_post_by_itself(visit: Visiting, circle: Circle) -> None:
    rowan, sage = circle.add_member("Rowan"), circle.add_member("Sage")
    path = circle.add_topic("Evenings", "How was it?")
    author, reader = opened(visit(phone=True).sign_in(rowan, path)), opened(visit().sign_in(sage, path))
    circle.leader.command("topic.update", topic=topic_of(path), version=1, slow_seconds=GAP_S)
    expect(author.get_by_text(f"This topic goes slowly: one post each {GAP_S} s.")).to_be_visible()
    write_post(author, "the first")
    expect(feed(reader).filter(has_text="the first")).to_be_visible()
    began = time.monotonic()
    write_post(author, "and the second")
    expect(author.get_by_text("What you send now is kept and goes by itself.")).to_be_visible()
    expect(author.get_by_text("Waiting a moment, then it will be sent.")).to_be_visible()
    expect(feed(reader).filter(has_text="and the second")).to_be_visible(timeout=SLOW_MS)
    assert time.monotonic() - began > GAP_S / 2
    expect(feed(author)).to_have_count(3)
    expect(author.get_by_text("Waiting a moment, then it will be sent.")).to_have_count(0)


def test_a_pause_comes_at_once_and_ends_by_itself(browser: Browser, tmp_path: Path) -> None:
    clock = tmp_path / "offset"
    clock.write_text("0")
    with (
        running_server(classifier="local", clock_file=str(clock)) as server,
        server.sign_in("hannah") as hannah,
        contextlib.ExitStack() as stack,
    ):
        group = hannah.command("group.open", name="Night owls", member_name="Anna")["group"]
        circle = Circle(server, hannah, group, "Night owls")
        rowan = circle.add_member("Rowan")
        path = circle.add_topic("Evenings", "How was it?")

        def enter(ahead: int = 0) -> Page:
            context = stack.enter_context(contextlib.closing(browser.new_context()))
            context.set_default_timeout(WAIT_MS)
            page = context.new_page()
            if ahead:
                page.clock.install(time=time.time() + ahead)
            return opened(Visit(server.base, context, page).sign_in(rowan, path))

        page = enter()
        pause(circle, rowan)
        expect(page.get_by_text(PAUSED)).to_be_visible()
        expect(page.get_by_placeholder("Write to the group")).to_have_count(0)
        expect(feed(page)).to_have_count(1)
        page.get_by_role("button", name="Write to your facilitators").click()
        expect(page.get_by_role("dialog", name="Tell my facilitator")).to_be_visible()

        clock.write_text(str(DAY_S - 120))
        until(lambda: hannah.get("/api/me").status_code == 401)
        late = enter(DAY_S - 120)
        expect(late.get_by_text(PAUSED)).to_be_visible()
        with sign_in(circle, rowan) as person:
            clock.write_text(str(DAY_S + 1))
            until(lambda: person.get(f"/api/groups/{group}").json()["paused_until"] is None)
        late.clock.fast_forward(121_000)
        expect(late.get_by_text(PAUSED)).to_have_count(0)
        write_post(late, "I am back")
        expect(feed(late).filter(has_text="I am back")).to_be_visible()


def until(holds: Callable[[], bool], within: float = 10) -> None:
    """Wait until the server says so: it looks at its clock's file once a second."""
    end = time.monotonic() + within
    while not holds():
        assert time.monotonic() < end, f"not within {within} s"
        time.sleep(0.05)


def pause(circle: Circle, account: dict[str, Any]) -> None:
    """Give somebody a pause of one day."""
    with sign_in(circle, account) as person:
        member = person.get(f"/api/groups/{circle.id}").json()["membership"]
    words = {"policy": "kind_words", "reason": "It got loud.", "message": "Please rest for a day."}
    circle.leader.command("step.take", group=circle.id, member=member, kind="pause", days=1, **words)


def test_what_is_agreed_to_counts_at_once_on_every_tab(visit: Visiting, circle: Circle) -> None:
    rowan = circle.add_member("Rowan")
    one = visit(phone=True)
    here = one.sign_in(rowan, "/me/privacy")
    there = one.context.new_page()
    there.goto(f"{one.base}/me/privacy")
    label = "A program may score my posts"
    for page in (here, there):
        expect(page.get_by_label(label)).not_to_be_checked()
    here.get_by_label(label).check()
    expect(there.get_by_label(label)).to_be_checked()
    there.get_by_label(label).uncheck()
    expect(here.get_by_label(label)).not_to_be_checked()
    expect(here.get_by_text("No since")).to_be_visible()
    with sign_in(circle, rowan) as person:
        assert consents_of(person)["models"] is False


def consents_of(person: SignedIn) -> dict[str, bool]:
    """What somebody agrees to, as the server has it."""
    rows = person.get("/api/me/consents").json()["consents"]
    return {row["purpose"]: row["given"] for row in rows}
