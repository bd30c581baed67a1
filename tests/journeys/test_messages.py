"""Sealed conversations as two and three people have them, each at a real browser."""

from __future__ import annotations

import re
import struct
import zlib
from typing import Any

from playwright.sync_api import FilePayload, Page, Request, expect

from tests.journeys.conftest import Circle, Visiting
from tests.journeys.given_messages import (
    SLOW_MS,
    begin_with,
    choose,
    given_client_and_therapist,
    let_members_write,
    lines,
    open_line,
    ready_pair,
    said,
    send,
    sign_in_again,
    sign_in_ready,
)
from tests.server import Server


def unread_dot(page: Page) -> Any:
    """What the navigation says of new messages."""
    return page.get_by_role("navigation", name="Main").get_by_role(
        "link", name=re.compile("Messages.*something new")
    )


TRACE = b"Location\0by the river"


def picture(width: int = 600, height: int = 400) -> bytes:
    """A PNG of one colour, which says where it was taken."""
    rows = (b"\0" + bytes((70, 110, 90)) * width) * height

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"tEXt", TRACE)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def test_a_client_writes_and_is_answered_and_reading_clears_every_device(
    visit: Visiting, server: Server, circle: Circle
) -> None:
    client, therapist = given_client_and_therapist(server, circle)
    desk, key = sign_in_ready(visit(), therapist, "/")
    phone = sign_in_again(visit(phone=True), therapist, key)
    mine, _ = sign_in_ready(visit(phone=True), client)

    begin_with(mine, "Hazel")
    expect(mine.get_by_role("button", name=re.compile("Only you and Hazel.* can read this"))).to_be_visible()
    expect(mine.get_by_text("usually replies within")).to_be_visible()
    expect(mine.get_by_text("Not for emergencies.")).to_be_visible()
    send(mine, "The letter has come.")

    expect(unread_dot(desk)).to_be_visible(timeout=SLOW_MS)
    expect(desk.get_by_role("heading", name="New messages")).to_be_visible()
    expect(unread_dot(phone)).to_be_visible(timeout=SLOW_MS)
    expect(lines(phone).filter(has_text="The letter has come.")).to_contain_text("1 new", timeout=SLOW_MS)

    desk.get_by_role("main").get_by_role("link", name="Wren").click()
    expect(said(desk).filter(has_text="The letter has come.")).to_be_visible(timeout=SLOW_MS)
    for page in (desk, phone):
        expect(unread_dot(page)).to_be_hidden(timeout=SLOW_MS)
    expect(lines(phone).filter(has_text="The letter has come.")).not_to_contain_text("new", timeout=SLOW_MS)

    send(desk, "Bring it on Thursday.")
    expect(said(mine).filter(has_text="Bring it on Thursday.")).to_be_visible(timeout=SLOW_MS)
    expect(mine.get_by_role("status").filter(has_text="New message by Hazel")).to_be_attached()
    expect(mine.get_by_role("textbox", name="Write to")).to_be_focused()
    phone.get_by_role("main").get_by_role("link", name="Wren").click()
    expect(said(phone).filter(has_text="Bring it on Thursday.")).to_contain_text("You", timeout=SLOW_MS)


def test_words_written_without_a_line_are_kept_and_sent_once(
    visit: Visiting, server: Server, circle: Circle
) -> None:
    mine, theirs = ready_pair(visit, server, circle)
    expect(said(mine)).to_have_count(1)
    mine.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    mine.context.set_offline(True)
    send(mine, "Written in a tunnel.")
    expect(said(mine).filter(has_text="Written in a tunnel.")).to_contain_text(
        "It goes out when the line is back", timeout=SLOW_MS
    )
    mine.get_by_role("textbox", name="Write to").fill("And half a thought")
    expect(mine.get_by_text("Draft kept")).to_be_visible()

    mine.reload()
    expect(mine.get_by_role("heading", name="Locked until you are online")).to_be_visible(timeout=SLOW_MS)
    mine.context.set_offline(False)
    expect(mine.get_by_role("textbox", name="Write to")).to_have_value("And half a thought", timeout=SLOW_MS)
    expect(said(theirs).filter(has_text="Written in a tunnel.")).to_be_visible(timeout=SLOW_MS)
    mine.reload()
    expect(said(mine).filter(has_text="Written in a tunnel.")).to_have_count(1, timeout=SLOW_MS)
    expect(said(mine).filter(has_text="goes out when")).to_have_count(0)
    expect(said(theirs).filter(has_text="Written in a tunnel.")).to_have_count(1)


def test_reply_word_edit_deletion_and_a_picture(visit: Visiting, server: Server, circle: Circle) -> None:
    mine, theirs = ready_pair(visit, server, circle)
    said(theirs).first.focus()
    theirs.keyboard.press("r")
    send(theirs, "I am here.")
    answer = said(mine).filter(has_text="I am here.")
    expect(answer.get_by_role("button", name="Reply to you: Hello, it is me.")).to_be_visible(timeout=SLOW_MS)

    choose(mine, answer, "Answer with a word")
    mine.get_by_role("button", name="Thank you").click()
    expect(said(theirs).get_by_role("button", name=re.compile("Thank you: Wren"))).to_be_visible(
        timeout=SLOW_MS
    )

    theirs.evaluate("() => document.activeElement.blur()")
    theirs.keyboard.press("e")
    theirs.get_by_label("Edit your message").fill("I am here, and I read it.")
    theirs.keyboard.press("Control+Enter")
    expect(said(mine).filter(has_text="I am here, and I read it.")).to_contain_text("edited", timeout=SLOW_MS)

    mine.locator("input[type=file]").set_input_files(
        [
            FilePayload(name="garden.png", mimeType="image/png", buffer=picture()),
            FilePayload(name="letter.pdf", mimeType="application/pdf", buffer=b"%PDF " * 20_000),
        ]
    )
    mine.get_by_role("button", name="Send", exact=True).click()
    expect(
        said(theirs).get_by_role("button", name="Open the picture garden.png").locator("img")
    ).to_be_visible(timeout=SLOW_MS)
    theirs.get_by_role("button", name="Open the picture garden.png").click()
    shown = theirs.get_by_role("dialog", name="garden.png").get_by_role("img")
    expect(shown).to_be_visible(timeout=SLOW_MS)
    assert shown.evaluate("(image) => image.naturalWidth") == 600
    with theirs.expect_download() as download:
        theirs.get_by_role("dialog", name="garden.png").get_by_role("button", name="Save").click()
    kept = download.value.path().read_bytes()
    assert kept.startswith(b"\x89PNG")
    assert TRACE not in kept
    theirs.keyboard.press("Escape")
    expect(shown).to_be_hidden()
    with theirs.expect_download() as download:
        said(theirs).get_by_role("button", name="Save letter.pdf").click(timeout=SLOW_MS)
    assert download.value.path().read_bytes() == b"%PDF " * 20_000

    choose(mine, said(mine).filter(has_text="Hello, it is me.").first, "Delete for everyone")
    mine.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(said(mine).filter(has_text="You deleted this message")).to_be_visible(timeout=SLOW_MS)
    theirs.get_by_role("region", name="Messages").press("Home")
    expect(said(theirs).filter(has_text=re.compile("Wren.* deleted this message"))).to_be_visible(
        timeout=SLOW_MS
    )
    expect(theirs.get_by_text("Hello, it is me.")).to_have_count(0)


def test_a_circle_of_three_whose_third_reads_nothing_after_being_taken_out(
    visit: Visiting, server: Server, circle: Circle
) -> None:
    let_members_write(circle)
    accounts = [circle.add_member(name) for name in ("Wren", "Pip", "Kite")]
    pages = [sign_in_ready(visit(), account)[0] for account in accounts]
    maker, second, third = pages
    maker.reload()  # whom one may write to has grown
    begin_with(maker, "Pip", "Kite", title="Saturday walkers")
    expect(maker.get_by_text("Nobody moderates this.")).to_be_visible()
    send(maker, "Who comes to the canal?")
    for page in (second, third):
        open_line(page, "Saturday walkers")
        expect(said(page).filter(has_text="Who comes to the canal?")).to_be_visible(timeout=SLOW_MS)

    maker.get_by_role("button", name="More for this conversation").click()
    maker.get_by_role("menuitem", name="People in it").click()
    maker.get_by_role("button", name="Take out Kite").click()
    maker.get_by_role("dialog", name="Take Kite out?").get_by_role("button", name="Take out").click()
    expect(maker.get_by_role("dialog", name="Take Kite out?")).to_be_hidden(timeout=SLOW_MS)
    maker.keyboard.press("Escape")
    send(maker, "Only the two of us now.")
    expect(said(second).filter(has_text="Only the two of us now.")).to_be_visible(timeout=SLOW_MS)
    expect(second.get_by_text("Kite is no longer in it.")).to_be_visible()
    expect(third.get_by_text("You were taken out of this conversation.")).to_be_visible(timeout=SLOW_MS)
    third.reload()
    expect(said(third).filter(has_text="Who comes to the canal?")).to_be_visible(timeout=SLOW_MS)
    expect(third.get_by_text("Only the two of us now.")).to_have_count(0)
    expect(third.get_by_role("textbox", name="Write to")).to_have_count(0)

    maker.get_by_role("button", name="More for this conversation").click()
    maker.get_by_role("menuitem", name="Messages that go by themselves").click()
    maker.get_by_label("After a day").check()
    maker.get_by_role("button", name="Save").click()
    for page in (maker, second):
        expect(page.get_by_text("Messages go after a day")).to_be_visible(timeout=SLOW_MS)
    send(second, "This one goes.")
    expect(said(maker).filter(has_text="This one goes.")).to_contain_text(
        "Here until tomorrow", timeout=SLOW_MS
    )
    expect(said(maker).filter(has_text="Who comes to the canal?")).not_to_contain_text("Here until")


def test_care_comes_to_the_writer_only_and_tells_nobody(
    visit: Visiting, server: Server, circle: Circle
) -> None:
    mine, theirs = ready_pair(visit, server, circle)
    asked: list[Request] = []
    mine.on("request", lambda request: asked.append(request))
    send(mine, "I could kill for a coffee.")
    expect(said(theirs).filter(has_text="coffee")).to_be_visible(timeout=SLOW_MS)
    expect(mine.get_by_role("region", name="A note of care")).to_have_count(0)

    send(mine, "To be honest, I do not want to live any more.")
    card = mine.get_by_role("region", name="A note of care")
    expect(card).to_be_visible()
    expect(card.get_by_role("link", name=re.compile("999"))).to_be_visible()
    expect(said(theirs).filter(has_text="To be honest")).to_be_visible(timeout=SLOW_MS)
    expect(theirs.get_by_role("region", name="A note of care")).to_have_count(0)
    paths = {request.url.removeprefix(server.base) for request in asked}
    assert all(
        path.startswith(("/api/messaging/", "/api/help-lines")) for path in paths if path.startswith("/api/")
    ), paths
    assert not any(
        "live any more" in (request.post_data or "") for request in asked if request.method != "GET"
    )

    card.get_by_role("button", name="Tell Hazel").click()
    box = mine.get_by_role("textbox", name="Write to")
    expect(box).to_have_value("I am not doing well, and I would like to talk to you soon.")
    expect(box).to_be_focused()
    expect(said(theirs).filter(has_text="not doing well")).to_have_count(0)


def test_search_finds_on_this_device_and_goes_there(visit: Visiting, server: Server, circle: Circle) -> None:
    mine, theirs = ready_pair(visit, server, circle)
    for number in range(1, 26):
        send(theirs, f"Line {number} of a long answer.\nIt goes on.")
    expect(said(mine).filter(has_text="Line 25 of")).to_be_visible(timeout=SLOW_MS)
    theirs.evaluate("() => document.activeElement.blur()")
    theirs.keyboard.press("/")
    theirs.get_by_label("Words").fill("it is me")
    theirs.keyboard.press("Enter")
    theirs.get_by_role("dialog", name="Search").get_by_role("link", name=re.compile("Hello, it is me")).click(
        timeout=SLOW_MS
    )
    expect(said(theirs).filter(has_text="Hello, it is me.")).to_be_focused(timeout=SLOW_MS)
    expect(said(theirs).filter(has_text="Hello, it is me.")).to_be_in_viewport()
