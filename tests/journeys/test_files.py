"""A picture in a post: chosen, held, seen by a facilitator, shown without where it was taken; PDFs; a lost line."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.journeys.axe import check_state
from tests.journeys.conftest import DESK, PHONE, Circle, Visiting
from tests.journeys.given_files import MAKER, chosen, document, photograph, send_file
from tests.journeys.given_moderation import SLOW_MS, decide, feed, line_in, own, sign_in, topic_of
from tests.server import Server

CHOOSER = "input[type=file]"
DROP = """(box, bytes) => {
    const carried = new DataTransfer();
    carried.items.add(new File([new Uint8Array(bytes)], "dropped.jpg", {type: "image/jpeg"}));
    for (const type of ["dragover", "drop"]) {
        box.dispatchEvent(new DragEvent(type, {dataTransfer: carried, bubbles: true, cancelable: true}));
    }
}"""
PASTE = """(box, bytes) => {
    const carried = new DataTransfer();
    carried.items.add(new File([new Uint8Array(bytes)], "pasted.jpg", {type: "image/jpeg"}));
    box.dispatchEvent(new ClipboardEvent("paste", {clipboardData: carried, bubbles: true, cancelable: true}));
}"""


def check_both(page: Page, name: str) -> None:
    """The state on a phone and on a desk."""
    check_state(page, name, PHONE, DESK)


def attached(page: Page) -> Locator:
    """What goes with the next post."""
    return page.get_by_role("list", name="Files that go with it").get_by_role("listitem")


def box_of(page: Page) -> Locator:
    """The composer's text box."""
    return page.get_by_placeholder("Write to the group")


def choose(page: Page, name: str = "walk.jpg", media_type: str = "image/jpeg", data: bytes = b"") -> None:
    """Choose a file by the composer's button."""
    page.locator(CHOOSER).first.set_input_files([chosen(name, media_type, data or photograph())])


def test_a_picture_is_held_seen_and_shown_without_its_place(
    visit: Visiting, server: Server, circle: Circle
) -> None:
    rosa = circle.add_member("Rosa")
    path = circle.add_topic("Walks", "Where were you?")
    page = visit(phone=True, service_workers="block").sign_in(rosa, path)
    choose(page)
    expect(attached(page)).to_have_count(1)
    expect(page.get_by_text("Location and camera data are removed")).to_be_visible()
    expect(page.get_by_text("A facilitator looks at posts with a picture or PDF")).to_be_visible()
    expect(attached(page).get_by_text("Ready to go")).to_be_visible(timeout=SLOW_MS)
    check_both(page, "a picture chosen")
    page.get_by_label("What does walk.jpg show?").fill("A path between birches")
    box_of(page).fill("By the river")
    box_of(page).press("Control+Enter")
    expect(own(page).get_by_text("By the river")).to_be_visible(timeout=SLOW_MS)
    expect(own(page).get_by_role("button", name="Open the picture: A path between birches")).to_be_visible()
    expect(attached(page)).to_have_count(0)
    check_both(page, "a post with a picture waits")

    item = line_in(circle, "asked")
    desk = visit(service_workers="block").sign_in(server.account("facilitator"), f"/review/{item['id']}")
    expect(desk.get_by_text("The words are covered")).to_be_visible()
    expect(desk.locator("img[src*='/api/files/']")).to_have_count(0)
    desk.get_by_role("button", name="Show the words").click()
    expect(desk.get_by_role("button", name="Open the picture: A path between birches")).to_be_visible()
    check_both(desk, "a held picture in the queue")
    decide(circle.leader, item, "publish")

    shown = feed(page).filter(has_text="By the river")
    expect(shown).to_be_visible(timeout=SLOW_MS)
    shown.get_by_role("button", name="Open the picture: A path between birches").click()
    dialog = page.get_by_role("dialog", name="walk.jpg")
    expect(dialog.get_by_role("img", name="A path between birches")).to_be_visible()
    page.wait_for_function("() => document.querySelector('dialog[open] img')?.naturalWidth > 0")
    check_both(page, "a picture opened")
    page.keyboard.press("Escape")
    expect(shown.get_by_role("button", name="Open the picture")).to_be_focused()

    post = circle.leader.get(f"/api/topics/{topic_of(path)}/posts").json()["posts"][0]
    (file,) = post["files"]
    data = circle.leader.get(f"/api/files/{file['id']}").content
    assert MAKER.encode() in photograph()
    assert MAKER.encode() not in data
    assert not Image.open(io.BytesIO(data)).getexif()


def test_a_picture_by_dropping_and_pasting_a_pdf_by_the_button(
    visit: Visiting, server: Server, circle: Circle
) -> None:
    path = circle.add_topic("Papers", "Here they are.")
    page = visit(service_workers="block").sign_in(server.account("facilitator"), path)
    box_of(page).evaluate(DROP, list(photograph()))
    expect(attached(page).filter(has_text="dropped.jpg")).to_be_visible()
    box_of(page).evaluate(PASTE, list(photograph(500, 700)))
    expect(attached(page).filter(has_text="pasted.jpg")).to_be_visible()
    choose(page, "card.pdf", "application/pdf", document())
    expect(attached(page)).to_have_count(3)
    expect(attached(page).get_by_text("Ready to go")).to_have_count(3, timeout=SLOW_MS)
    page.get_by_role("button", name="Remove dropped.jpg").click()
    expect(page.get_by_role("button", name="Remove pasted.jpg")).to_be_focused()
    expect(attached(page)).to_have_count(2)
    page.get_by_role("button", name="Send", exact=True).click()
    post = feed(page).last
    expect(post.get_by_role("button", name="Open the picture: pasted.jpg")).to_be_visible(timeout=SLOW_MS)
    with page.expect_download() as saving:
        post.get_by_role("link", name="Save card.pdf").click()
    assert MAKER.encode() not in saving.value.path().read_bytes()
    check_both(page, "a post of files only")
    page.set_viewport_size({"width": 320, "height": 640})
    check_state(page, "files on a narrow phone")


def test_what_cannot_go_is_said_kindly(
    visit: Visiting, server: Server, circle: Circle, tmp_path: Path
) -> None:
    path = circle.add_topic("Odd ones", "Try.")
    page = visit(phone=True, service_workers="block").sign_in(server.account("facilitator"), path)
    box_of(page).fill("My words stay")
    choose(page, "song.mp3", "audio/mpeg", b"la la la")
    expect(page.get_by_role("alert").get_by_text("song.mp3 is not a picture or a PDF")).to_be_visible()
    (tmp_path / "huge.png").write_bytes(b"\x89PNG" + bytes(10 * 1024 * 1024))
    page.locator(CHOOSER).first.set_input_files(tmp_path / "huge.png")
    expect(page.get_by_role("alert").get_by_text("Up to 10 MB can go with a post")).to_be_visible()
    choose(page, "torn.png", "image/png", b"\x89PNG not really")
    expect(page.get_by_role("alert").get_by_text("torn.png could not be opened")).to_be_visible()
    choose(page, "torn.pdf", "application/pdf", b"%PDF-1.7 not really")
    expect(page.get_by_role("alert").get_by_text("torn.pdf could not be opened")).to_be_visible(
        timeout=SLOW_MS
    )
    check_both(page, "a file refused")
    page.route(
        "**/api/files",
        lambda route: route.fulfill(
            status=409, json={"type": "file_quota", "title": "No room", "detail": "x"}
        ),
    )
    choose(page)
    expect(page.get_by_role("alert").get_by_text("There is no room for more files just now")).to_be_visible()
    expect(attached(page)).to_have_count(0)
    expect(box_of(page)).to_have_value("My words stay")


def test_without_a_line_words_and_picture_wait_together(
    visit: Visiting, server: Server, circle: Circle
) -> None:
    rosa = circle.add_member("Rosa")
    path = circle.add_topic("Tunnel", "Anybody there?")
    page = visit(phone=True).sign_in(rosa, path)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    expect(page.get_by_text("Offline").first).to_be_visible()
    choose(page)
    expect(attached(page).get_by_text("Kept on this device")).to_be_visible()
    expect(page.get_by_text("It is kept with your words and sent when the line is back.")).to_be_visible()
    check_both(page, "a picture without a line")
    box_of(page).fill("from the tunnel")
    page.wait_for_timeout(400)  # as long as it takes to keep a draft
    page.reload()
    expect(box_of(page)).to_have_value("from the tunnel")
    expect(attached(page)).to_have_count(1)
    box_of(page).press("Control+Enter")
    entry = page.locator("article.entry")
    expect(entry.get_by_text("walk.jpg")).to_be_visible()
    page.reload()
    expect(entry.get_by_text("from the tunnel")).to_be_visible()
    check_both(page, "a picture waits to be sent")
    page.context.set_offline(False)
    expect(own(page).get_by_text("from the tunnel")).to_be_visible(timeout=SLOW_MS)
    expect(own(page).get_by_role("button", name="Open the picture: walk.jpg")).to_be_visible()
    line_in(circle, "asked")


def test_a_stranger_gets_no_picture(circle: Circle) -> None:
    rosa, kim = circle.add_member("Rosa"), circle.add_member("Kim")
    path = circle.add_topic("Mine", "Words.")
    with sign_in(circle, rosa) as writer, sign_in(circle, kim) as reader:
        file = send_file(writer, "walk.jpg", "image/jpeg", photograph())
        writer.command("post.submit", topic=topic_of(path), body="mine", files=[file["id"]])
        assert writer.get(f"/api/files/{file['id']}").status_code == 200
        assert reader.get(f"/api/files/{file['id']}").status_code == 404
        decide(circle.leader, line_in(circle, "asked"), "publish")
        assert reader.get(f"/api/files/{file['id']}").status_code == 200
