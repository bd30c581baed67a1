"""The keys of sealed messages, by hand: setting up, a new browser, a second device, emoji, changed keys, the record."""

from __future__ import annotations

import json

from playwright.sync_api import Page, expect

from tests.journeys.axe import check_state
from tests.journeys.conftest import DESK, PHONE, Visiting
from tests.journeys.given_keys import (
    SLOW_MS,
    Account,
    Talk,
    dialog,
    emoji,
    make_keys,
    members,
    recover,
    say,
    say_it_is_you,
    set_up,
    shown_key,
    talk,
)
from tests.server import Server

__all__ = ["members", "talk"]
OTHERS_KEY = "0N2H-3C6E-396H-H9RB-05ZF-96K2-1WCK"  # well written, and nobody's

DAMAGE = """async () => {
    const answered = (request) => new Promise((done) => (request.onsuccess = () => done(request.result)));
    const db = await answered(indexedDB.open("hearthside-devices"));
    const store = db.transaction("devices", "readwrite").objectStore("devices");
    const [row] = await answered(store.getAll());
    row.wrapped.ciphertext = row.wrapped.ciphertext.replace(/./, (char) => (char === "A" ? "B" : "A"));
    await answered(store.put(row));
    db.close();
}"""


def check_both(page: Page, name: str) -> None:
    """The state on a phone and on a desk."""
    check_state(page, name, PHONE, DESK)


def test_setting_up_in_three_steps(visit: Visiting, server: Server, members: tuple[Account, Account]) -> None:
    page = visit(phone=True).sign_in(members[0], "/messages")
    expect(page.get_by_label("What do you call this device?")).to_have_value("Chrome on Linux")
    expect(page.get_by_text("nobody can bring back what was written", exact=False)).to_be_visible()
    check_both(page, "setting up")
    written = make_keys(page)
    check_both(page, "recovery key")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as a file").click()
    assert written in saved.value.path().read_text()
    page.emulate_media(media="print")
    expect(page.get_by_text("Recovery key for sealed messages")).to_be_visible()
    expect(page.get_by_role("button", name="I have kept it")).to_be_hidden()
    page.emulate_media(media="screen")
    page.get_by_role("button", name="I have kept it").click()
    groups = written.split("-")
    third = "0000" if groups[2] != "0000" else "1111"
    page.get_by_label("Your recovery key").fill(" ".join([*groups[:2], third, *groups[3:]]))
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_text("Group 3 does not fit.", exact=False)).to_be_visible()
    check_both(page, "recovery key, a slip")
    page.get_by_role("button", name="Later").click()
    reminder = page.get_by_role("link", name="Save it now")
    expect(reminder).to_be_visible()
    check_both(page, "messages, recovery key not kept yet")

    page.reload()
    reminder.click()
    assert shown_key(page) == written
    page.get_by_role("button", name="I have kept it").click()
    page.get_by_label("Your recovery key").fill(written.lower().replace("-", " ").replace("0", "o"))
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_text("You have a recovery key, and you typed it once.")).to_be_visible()
    check_both(page, "devices")
    page.get_by_role("button", name="How this is protected").or_(
        page.get_by_role("link", name="How this is protected")
    ).click()
    expect(page.get_by_role("heading", name="The weak point that stays")).to_be_visible()
    check_both(page, "how it is protected")


def test_setting_up_with_the_keyboard_alone(visit: Visiting, members: tuple[Account, Account]) -> None:
    page = visit().sign_in(members[0], "/messages")
    page.get_by_label("What do you call this device?").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Kitchen laptop")
    page.keyboard.press("Enter")
    written = shown_key(page)
    expect(page.get_by_role("heading", name="Your recovery key", level=1)).to_be_focused()
    kept = page.get_by_role("button", name="I have kept it")
    for _ in range(8):
        page.keyboard.press("Tab")
        if kept.evaluate("(one) => one === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your recovery key")).to_be_focused()
    page.keyboard.type(written)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Messages", level=1)).to_be_visible()


def test_a_fresh_browser_reads_everything_with_the_recovery_key(
    visit: Visiting, server: Server, talk: Talk
) -> None:
    talk.wren.get_by_text("Are you there?").click()
    say(talk.wren, "Yes, I am")
    expect(talk.rowan.get_by_text("Yes, I am").first).to_be_visible(timeout=SLOW_MS)
    talk.rowan.goto(f"{server.base}/me/devices")
    talk.rowan.get_by_role("button", name="Make a new key").click()
    dialog(talk.rowan).get_by_role("button", name="Make a new key").click()
    newer = shown_key(talk.rowan)
    assert newer != talk.key

    page = visit(phone=True).sign_in(talk.accounts[0], talk.path)
    expect(page.get_by_role("heading", name="Confirm this device")).to_be_visible()
    check_both(page, "confirming this device")
    recover(page, newer[:-1])
    expect(page.get_by_text("Something is missing", exact=False)).to_be_visible()
    recover(page, ("1" if newer[0] == "0" else "0") + newer[1:])
    expect(page.get_by_text("not quite a recovery key", exact=False)).to_be_visible()
    check_both(page, "confirming this device, a slip")
    recover(page, OTHERS_KEY)
    expect(page.get_by_text("not yours at this practice", exact=False)).to_be_visible(timeout=SLOW_MS)
    recover(page, talk.key)
    expect(page.get_by_text("A newer key was made since", exact=False)).to_be_visible(timeout=SLOW_MS)
    recover(page, newer.lower())
    for words in ("Are you there?", "Yes, I am"):
        expect(page.locator("[data-row]", has_text=words)).to_be_visible(timeout=SLOW_MS)


def test_a_second_device_by_emoji_and_its_removal(visit: Visiting, server: Server, talk: Talk) -> None:
    second = visit(phone=True).sign_in(talk.accounts[0], talk.path)
    second.get_by_text("With another device of mine").click()
    second.get_by_label("What do you call this device?").fill("Phone")
    second.get_by_role("button", name="Ask my other device").click()
    expect(dialog(second).get_by_text("Now take your other device")).to_be_visible(timeout=SLOW_MS)
    check_both(second, "waiting for the other device")
    talk.rowan.get_by_role("link", name="Home", exact=True).click()
    asked = talk.rowan.get_by_role("region", name="Comparing emoji")
    expect(asked).to_be_visible(timeout=SLOW_MS)
    check_both(talk.rowan, "another device asks, on any page")
    asked.get_by_role("button", name="Look at it").click()
    check_both(talk.rowan, "another device asks")
    dialog(talk.rowan).get_by_role("button", name="Yes, that is me").click()
    assert emoji(talk.rowan) == emoji(second)
    check_both(second, "comparing emoji")
    for page in (talk.rowan, second):
        dialog(page).get_by_role("button", name="They are the same").click()
    expect(dialog(talk.rowan).get_by_text("Your other device is confirmed.", exact=False)).to_be_visible(
        timeout=SLOW_MS
    )
    dialog(second).get_by_role("button", name="Close").last.click()
    expect(second.locator("[data-row]", has_text="Are you there?")).to_be_visible(timeout=SLOW_MS)
    dialog(talk.rowan).get_by_role("button", name="Close").last.click()

    talk.rowan.goto(f"{server.base}/me/devices")
    expect(talk.rowan.get_by_text("Confirmed")).to_have_count(2, timeout=SLOW_MS)
    check_both(talk.rowan, "two devices")
    talk.rowan.get_by_role("button", name="More for Phone").click()
    talk.rowan.get_by_role("menuitem", name="Remove").click()
    check_both(talk.rowan, "asking before a device is removed")
    dialog(talk.rowan).get_by_role("button", name="Remove").click()
    expect(second.get_by_role("heading", name="This device was removed")).to_be_visible(timeout=SLOW_MS)
    expect(second.get_by_text("Are you there?")).to_have_count(0)
    check_both(second, "removed elsewhere")
    second.get_by_role("button", name="Set this browser up again").click()
    recover(second, talk.key)
    expect(second.locator("[data-row]", has_text="Are you there?")).to_be_visible(timeout=SLOW_MS)


def test_why_it_is_locked(visit: Visiting, server: Server, members: tuple[Account, Account]) -> None:
    one = visit(phone=True, service_workers="block")
    page = one.sign_in(members[0], "/messages")
    set_up(page)
    other = one.context.new_page()
    other.goto(f"{server.base}/messages")
    expect(other.get_by_role("heading", name="Open in another tab")).to_be_visible(timeout=SLOW_MS)
    check_both(other, "open in another tab")
    other.get_by_role("button", name="Use them here").click()
    expect(other.get_by_role("heading", name="Messages", level=1)).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_role("heading", name="Open in another tab")).to_be_visible()
    other.close()
    page.route("**/api/messaging/devices/*/store_secret", lambda route: route.abort())
    page.reload()
    expect(page.get_by_role("heading", name="Locked until you are online")).to_be_visible(timeout=SLOW_MS)
    check_both(page, "locked without a line")
    page.unroute("**/api/messaging/devices/*/store_secret")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Messages", level=1)).to_be_visible(timeout=SLOW_MS)
    page.evaluate(DAMAGE)
    page.reload()
    expect(page.get_by_role("heading", name="The keys in this browser are gone")).to_be_visible(
        timeout=SLOW_MS
    )
    check_both(page, "keys of this browser gone")
    page.get_by_role("button", name="Set this browser up again").click()
    expect(page.get_by_role("heading", name="Confirm this device")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_text("With another device of mine")).to_have_count(0)


def test_saving_a_conversation(server: Server, talk: Talk) -> None:
    say(talk.rowan, "<b>bold</b> words")
    talk.rowan.goto(f"{server.base}{talk.path}/record")
    expect(talk.rowan.get_by_text("tells Wren that you saved it", exact=False)).to_be_visible(timeout=SLOW_MS)
    check_both(talk.rowan, "before saving a conversation")
    talk.rowan.get_by_role("button", name="Make the files").click()
    say_it_is_you(talk.rowan, talk.accounts[0])
    expect(talk.rowan.get_by_text("The files are ready.", exact=False)).to_be_visible(timeout=SLOW_MS)
    check_both(talk.rowan, "a saved conversation")
    with talk.rowan.expect_download() as saved:
        talk.rowan.get_by_role("button", name="Save the signed file").click()
    record = json.loads(saved.value.path().read_text())
    assert "<b>bold</b> words" in [message["body"] for message in record["record"]["messages"]]
    assert record["signatures"]
    with talk.rowan.expect_download() as saved:
        talk.rowan.get_by_role("button", name="Save as a page to read").click()
    page = saved.value.path().read_text()
    assert "&lt;b&gt;bold&lt;/b&gt; words" in page
    assert "<script" not in page
    talk.wren.goto(server.base + talk.path)
    expect(talk.wren.get_by_text("saved a copy of this conversation", exact=False)).to_be_visible(
        timeout=SLOW_MS
    )
