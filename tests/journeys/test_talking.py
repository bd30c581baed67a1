"""People talk in a topic: live, on a bad line, after a time-out, and with what they took back."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.axe import check_state
from tests.journeys.conftest import Visit, Visiting
from tests.server import Server, running_server

Open = Callable[..., Page]


@pytest.fixture
def place(server: Server) -> Iterator[tuple[str, str]]:
    """A topic of its own in the group that Priya, Tomasz and Hannah share: (its page, its id)."""
    group = server.account("hannah")["groups"][0]["id"]
    with server.sign_in("hannah") as hannah:
        topic = hannah.command("topic.create", group=group, title=f"Journey {uuid.uuid4().hex[:8]}")["id"]
        yield f"/groups/{group}/topics/{topic}", topic


@pytest.fixture
def open_as(server: Server, visit: Visiting) -> Open:
    """Opens a page signed in as a demo account: `open_as("priya", path, phone=True)`."""

    def start(key: str, path: str = "/", **how: Any) -> Page:
        return visit(**how).sign_in(server.account(key), path)

    return start


def write(page: Page, words: str) -> None:
    """Write in the composer and send with the keyboard."""
    box = page.get_by_placeholder("Write to the group")
    box.fill(words)
    box.press("Control+Enter")


def posts_in(server: Server, topic: str) -> list[dict[str, Any]]:
    """What the topic holds, oldest first, as a facilitator reads it."""
    with server.sign_in("hannah") as hannah:
        posts: list[dict[str, Any]] = hannah.get(f"/api/topics/{topic}/posts").json()["posts"]
    return posts[::-1]


def feed(page: Page) -> Any:
    """The posts on the page."""
    return page.locator("article.post")


def test_two_people_talk_live(open_as: Open, server: Server, place: tuple[str, str]) -> None:
    path, topic = place
    priya, tomasz = open_as("priya", path), open_as("tomasz", path, phone=True)
    expect(priya.get_by_role("heading", name="Nothing written yet")).to_be_visible()
    write(priya, "Hello, is **anybody** awake?")
    expect(feed(tomasz).filter(has_text="is anybody awake")).to_be_visible(timeout=2000)
    expect(feed(tomasz).locator("strong")).to_have_text("anybody")
    write(tomasz, "I am. Tea?")
    expect(feed(priya).filter(has_text="I am. Tea?")).to_be_visible(timeout=2000)
    expect(feed(priya)).to_have_count(2)
    expect(feed(tomasz)).to_have_count(2)
    assert [post["body"] for post in posts_in(server, topic)] == [
        "Hello, is **anybody** awake?",
        "I am. Tea?",
    ]


def test_written_without_a_line_and_reloaded_is_sent_once(
    open_as: Open, server: Server, place: tuple[str, str]
) -> None:
    path, topic = place
    priya = open_as("priya", path, phone=True)
    priya.evaluate("navigator.serviceWorker.ready.then(() => true)")
    priya.context.set_offline(True)
    expect(priya.get_by_text("Offline")).to_be_visible()
    write(priya, "written in the tunnel")
    write(priya, "and a second one")
    expect(priya.get_by_text("written in the tunnel")).to_be_visible()
    expect(priya.get_by_text("and a second one")).to_be_visible()
    priya.reload()
    expect(priya.get_by_text("written in the tunnel")).to_be_visible()
    expect(priya.get_by_text("and a second one")).to_be_visible()
    assert posts_in(server, topic) == []
    priya.context.set_offline(False)
    expect(feed(priya)).to_have_count(2, timeout=15_000)
    expect(priya.get_by_text("Offline")).to_be_hidden()
    assert [post["body"] for post in posts_in(server, topic)] == ["written in the tunnel", "and a second one"]
    expect(priya.get_by_text("written in the tunnel")).to_have_count(1)


def test_the_line_goes_while_typing(open_as: Open, server: Server, place: tuple[str, str]) -> None:
    path, topic = place
    priya = open_as("priya", path)
    box = priya.get_by_placeholder("Write to the group")
    box.type("half a thou")
    priya.context.set_offline(True)
    box.type("ght, and the rest")
    expect(box).to_have_value("half a thought, and the rest")
    with server.sign_in("tomasz") as tomasz:
        tomasz.command("post.submit", topic=topic, body="meanwhile")
    priya.context.set_offline(False)
    expect(feed(priya).filter(has_text="meanwhile")).to_be_visible(timeout=15_000)
    expect(box).to_have_value("half a thought, and the rest")
    expect(box).to_be_focused()


def test_what_is_pressed_stays_under_the_pointer_while_posts_arrive(
    open_as: Open, server: Server, place: tuple[str, str]
) -> None:
    path, topic = place
    with server.sign_in("tomasz") as tomasz:
        for number in range(12):
            tomasz.command("post.submit", topic=topic, body=f"number {number}\n\nin the evening")
        priya = open_as("priya", path)
        expect(feed(priya).first).to_be_visible()
        priya.locator(".scroller").press("End")
        newest = feed(priya).filter(has_text="number 11")
        button = newest.get_by_role("button", name="More for the post by Sam")
        newest.hover()
        expect(button).to_be_visible()
        priya.wait_for_timeout(1200)  # the list is at its foot, measured
        button.hover()
        before = button.bounding_box()
        priya.mouse.down()
        tomasz.command("post.submit", topic=topic, body="one more")
        expect(feed(priya).filter(has_text="one more")).to_have_count(1)
        priya.wait_for_timeout(300)
        assert button.bounding_box() == before
        priya.mouse.up()
    expect(priya.get_by_role("menuitem", name="Reply")).to_be_visible()
    expect(feed(priya).filter(has_text="one more")).to_be_in_viewport()


TYPE_ON = """(box) => {
    const type = (words) => { box.value = words; box.dispatchEvent(new InputEvent("input", {bubbles: true})); };
    type("the first");
    return new Promise((done) => requestAnimationFrame(() => {
        box.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", ctrlKey: true, bubbles: true, cancelable: true}));
        type("typed at once");
        done();
    }));
}"""


def test_what_is_typed_while_the_device_writes_stays(open_as: Open, place: tuple[str, str]) -> None:
    path, _ = place
    priya = open_as("priya", path)
    box = priya.get_by_placeholder("Write to the group")
    box.evaluate(TYPE_ON)
    expect(feed(priya).filter(has_text="the first")).to_be_visible()
    expect(box).to_have_value("typed at once")


def test_a_time_out_keeps_the_draft(browser: Browser, tmp_path: Path) -> None:
    clock = tmp_path / "offset"
    clock.write_text("0")
    with (
        running_server(classifier="local", clock_file=str(clock)) as server,
        contextlib.closing(browser.new_context()) as context,
    ):
        account = server.account("priya")
        path = f"/groups/{account['groups'][0]['id']}/topics/{account['groups'][0]['topics'][0]}"
        priya = Visit(server.base, context, context.new_page()).sign_in(account, path)
        priya.get_by_placeholder("Write to the group").fill("not finished yet")
        expect(priya.get_by_text("Draft kept on this device")).to_be_visible()
        clock.write_text("3700")
        expect(priya.get_by_role("heading", name="Sign in")).to_be_visible(timeout=20_000)
        assert "not finished yet" not in priya.content()
        priya.get_by_label("E-mail address").fill(account["email"])
        priya.get_by_label("Password", exact=True).fill(account["password"])
        priya.keyboard.press("Enter")
        expect(priya.get_by_placeholder("Write to the group")).to_have_value("not finished yet")


def test_another_person_on_the_same_device_sees_none_of_it(
    open_as: Open, server: Server, place: tuple[str, str]
) -> None:
    path, topic = place
    page = open_as("priya", path)
    page.get_by_placeholder("Write to the group").fill("a draft of my own")
    expect(page.get_by_text("Draft kept on this device")).to_be_visible()
    page.context.set_offline(True)
    expect(page.get_by_text("Offline")).to_be_visible()  # before the page has heard of it the line carries
    write(page, "kept for later")
    expect(page.get_by_text("kept for later")).to_be_visible()
    page.goto("about:blank")  # the tab is closed; what is kept on the device stays
    page.context.clear_cookies()
    page.context.set_offline(False)
    Visit(server.base, page.context, page).sign_in(server.account("tomasz"), path)
    expect(page.get_by_placeholder("Write to the group")).to_have_value("")
    page.wait_for_timeout(1500)
    assert posts_in(server, topic) == []
    assert "kept for later" not in page.content()


def test_taken_back_and_undone(open_as: Open, place: tuple[str, str]) -> None:
    path, _ = place
    priya, tomasz = open_as("priya", path), open_as("tomasz", path)
    write(priya, "said too fast")
    expect(feed(tomasz).filter(has_text="said too fast")).to_be_visible()
    feed(priya).filter(has_text="said too fast").hover()
    priya.get_by_role("button", name="More for your post").click()
    priya.get_by_role("menuitem", name="Take back").click()
    expect(tomasz.get_by_text("said too fast")).to_have_count(0, timeout=2000)
    priya.get_by_role("button", name="Undo").click()
    expect(feed(tomasz).filter(has_text="said too fast")).to_be_visible(timeout=2000)
    priya.keyboard.press("Escape")
    priya.locator("h1").click()
    priya.keyboard.press("e")
    editor = priya.get_by_label("Edit your post")
    editor.fill("said with care")
    editor.press("Control+Enter")
    expect(feed(tomasz).filter(has_text="said with care")).to_be_visible(timeout=2000)
    expect(feed(tomasz).get_by_text("edited")).to_be_visible()


def test_arrival_moves_neither_focus_nor_place(open_as: Open, server: Server, place: tuple[str, str]) -> None:
    path, topic = place
    with server.sign_in("tomasz") as tomasz:
        for number in range(40):
            tomasz.command("post.submit", topic=topic, body=f"line {number}\n\nand more of it")
        priya = open_as("priya", path, phone=True)
        expect(priya.get_by_text("New", exact=False).first).to_be_visible()
        page_feed = feed(priya).first
        page_feed.wait_for()
        priya.mouse.move(190, 400)
        priya.mouse.wheel(0, -900)
        priya.wait_for_timeout(400)
        before = priya.evaluate("document.activeElement.tagName")
        tomasz.command("post.submit", topic=topic, body="the newest of all")
        expect(priya.get_by_role("button", name="new post")).to_be_visible(timeout=3000)
        assert priya.evaluate("document.activeElement.tagName") == before
        priya.get_by_role("button", name="new post").click()
        expect(feed(priya).filter(has_text="the newest of all")).to_be_in_viewport()


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desk"])
def test_axe_finds_nothing_grave_where_people_talk(open_as: Open, server: Server, phone: bool) -> None:
    group = server.account("priya")["groups"][0]
    page = open_as("priya", "/", phone=phone)
    page.get_by_role("heading", name="New for you").wait_for()
    check_state(page, "home")
    page.goto(f"{server.base}/groups/{group['id']}")
    page.get_by_text("This week's exercise").locator("visible=true").first.wait_for()
    check_state(page, "group")
    page.goto(f"{server.base}/groups/{group['id']}/topics/{group['topics'][0]}")
    feed(page).first.wait_for()
    check_state(page, "topic")
    page.get_by_role("button", name="Crisis help").click()
    page.get_by_role("dialog").wait_for()
    check_state(page, "crisis help")
