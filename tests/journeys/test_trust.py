"""Whom one can be sure of: comparing emoji, changed keys, and a person's own devices, each at a real browser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.axe import check_state
from tests.journeys.conftest import DESK, PHONE, Circle, Visit, Visiting
from tests.messaging.given_rows import confirm_signin, give_contact
from tests.server import Server

SLOW_MS = 40_000  # the engine is compiled, keys are made, and two devices talk over one small machine
AT_ONCE_MS = 2000


@dataclass
class Pair:
    """A client and a therapist, both set up, in the conversation that the client began."""

    client: Visit
    therapist: Visit
    accounts: dict[str, dict[str, Any]]
    keys: dict[str, str]

    def person(self, name: str) -> str:
        """The path of somebody's page."""
        return f"/messages/people/{self.accounts[name]['person']}"


def set_up(one: Visit, account: dict[str, Any]) -> str:
    """Sign in and go through the set-up on the screens; answers the recovery key, on /messages."""
    page = one.sign_in(account, "/messages")
    page.get_by_role("button", name="Make my keys").click(timeout=SLOW_MS)
    return keep_key(page)


def keep_key(page: Page) -> str:
    """Read the recovery key that is shown, and type it again."""
    shown = page.get_by_role("group", name="Recovery key")
    expect(shown).to_be_visible(timeout=SLOW_MS)
    key = shown.inner_text().strip()
    page.get_by_role("button", name="I have kept it").click()
    page.get_by_role("textbox", name="Your recovery key").fill(key.lower().replace("-", " "))
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_role("heading", name="Messages", exact=True, level=1)).to_be_visible(timeout=SLOW_MS)
    return key


def join_by_key(one: Visit, account: dict[str, Any], key: str, name: str) -> Page:
    """Make another browser somebody's device, with the recovery key."""
    page = one.sign_in(account, "/messages")
    box = page.get_by_role("textbox", name="Recovery key")
    expect(box).to_be_visible(timeout=SLOW_MS)
    box.fill(key)
    page.get_by_role("textbox", name="What do you call this device?").fill(name)
    page.get_by_role("button", name="Open my messages").click()
    expect(page.get_by_role("heading", name="Messages", exact=True, level=1)).to_be_visible(timeout=SLOW_MS)
    return page


def send(page: Page, words: str) -> None:
    """Write and send with the keyboard."""
    box = page.get_by_role("textbox", name="Write to")
    expect(box).to_be_visible(timeout=SLOW_MS)
    box.fill(words)
    box.press("Control+Enter")
    expect(box).to_have_value("")


def said(page: Page, words: str) -> Locator:
    """A message of the open conversation."""
    return page.get_by_role("region", name="Messages").get_by_role("article").filter(has_text=words)


@pytest.fixture
def pair(visit: Visiting, server: Server, circle: Circle) -> Pair:
    accounts = {"Wren": circle.add_member("Wren"), "Hazel": circle.add_member("Hazel")}
    give_contact(server, accounts["Hazel"]["person"], accounts["Wren"]["person"])
    client, therapist = visit(phone=True), visit()
    keys = {"Hazel": set_up(therapist, accounts["Hazel"]), "Wren": set_up(client, accounts["Wren"])}
    page = client.page
    page.get_by_role("link", name="Write to somebody").first.click()
    page.get_by_role("checkbox", name="Hazel").check()
    page.get_by_role("button", name="Write to").click()
    send(page, "Hello, it is me.")
    therapist.page.get_by_role("list", name="Conversations").get_by_role("link", name="Wren").click(
        timeout=SLOW_MS
    )
    expect(said(therapist.page, "Hello, it is me.")).to_be_visible(timeout=SLOW_MS)
    return Pair(client, therapist, accounts, keys)


def ask_by_the_dialog(page: Page) -> None:
    """From the line that says who can read it, to the other's page, to asking, with the keyboard alone."""
    press(page.get_by_role("button", name=re.compile("Only you and Hazel.* can read this")))
    press(page.get_by_role("link", name=re.compile("Compare emoji with Hazel")))
    expect(
        page.get_by_role("heading", name="Not compared yet").or_(page.get_by_text("Not compared yet"))
    ).to_be_visible()
    press(page.get_by_role("button", name="Compare emoji"))
    expect(page.get_by_role("heading", name=re.compile("Waiting for Hazel"))).to_be_visible(timeout=SLOW_MS)


def press(target: Locator) -> None:
    """Go to it and press Enter."""
    target.focus()
    target.press("Enter")


def emoji(page: Page) -> list[str]:
    """The words of the seven emoji, once they are there."""
    expect(page.get_by_role("heading", name="Are these the same?")).to_be_visible(timeout=SLOW_MS)
    return page.get_by_role("list", name="Seven emoji").get_by_role("listitem").all_inner_texts()


def begin_comparing(pair: Pair) -> tuple[Page, Page]:
    """The client asks, the therapist says yes; both see the emoji."""
    mine, theirs = pair.client.page, pair.therapist.page
    ask_by_the_dialog(mine)
    call = theirs.get_by_role("region", name="Comparing emoji")
    expect(call).to_contain_text("Wren", timeout=SLOW_MS)
    press(call.get_by_role("button", name="Look at it"))
    check_state(theirs, "asked to compare", DESK)
    press(theirs.get_by_role("button", name="Show the emoji"))
    seen = emoji(mine)
    assert len(seen) == 7
    assert emoji(theirs) == seen
    return mine, theirs


def test_two_people_compare_emoji_and_both_see_it(pair: Pair) -> None:
    mine, theirs = begin_comparing(pair)
    check_state(mine, "comparing", DESK, PHONE)

    press(mine.get_by_role("button", name="They are the same"))
    expect(mine.get_by_text("Waiting until the other side says so too.")).to_be_visible(timeout=SLOW_MS)
    press(theirs.get_by_role("button", name="They are the same"))
    for page, other in ((mine, "Hazel"), (theirs, "Wren")):
        expect(page.get_by_text(f"You have compared emoji with {other}")).to_be_visible(timeout=SLOW_MS)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    expect(theirs.get_by_role("button", name=re.compile("Only you and Wren"))).to_contain_text(
        "compared by emoji", timeout=SLOW_MS
    )
    expect(mine.get_by_text("Compared by emoji", exact=True)).to_be_visible()
    check_state(mine, "somebody's page, verified", PHONE, DESK)


def test_what_one_finds_different_both_are_warned_of(pair: Pair) -> None:
    mine, theirs = begin_comparing(pair)

    press(theirs.get_by_role("button", name="They are different"))
    for page in (mine, theirs):
        expect(page.get_by_role("heading", name="They do not match")).to_be_visible(timeout=SLOW_MS)
        expect(page.get_by_role("dialog")).to_contain_text("Do not write anything private here")
    check_state(mine, "they do not match", DESK, PHONE)
    for page in (mine, theirs):
        press(page.get_by_role("dialog").get_by_role("button", name="Close").last)
    expect(mine.get_by_text("Not compared yet")).to_be_visible()


def test_changed_keys_stop_sending_until_somebody_has_looked(
    visit: Visiting, server: Server, pair: Pair
) -> None:
    mine = pair.client.page
    confirm_signin(server, pair.accounts["Hazel"]["person"])
    anew = visit().sign_in(pair.accounts["Hazel"], "/messages")
    anew.get_by_role("radio", name="I have neither").check(timeout=SLOW_MS)
    anew.get_by_role("button", name="Start anew").click()
    anew.get_by_role("checkbox", name="I have neither").check()
    anew.get_by_role("button", name="Start anew").click()
    keep_key(anew)

    expect(mine.get_by_text(re.compile("The keys of Hazel.* have changed")).first).to_be_visible(
        timeout=SLOW_MS
    )
    mine.get_by_role("link", name="Look at it").first.click()
    expect(mine.get_by_role("heading", name="Their keys have changed")).to_be_visible()
    check_state(mine, "changed keys", DESK, PHONE)

    mine.get_by_role("button", name="Go on with the new keys").click()
    question = mine.get_by_role("dialog", name=re.compile("Go on with the new keys of Hazel"))
    expect(question).to_contain_text("whoever holds the new keys")
    check_state(mine, "going on with new keys", DESK, PHONE)
    question.get_by_role("button", name="Go on with the new keys").click()
    expect(mine.get_by_text("Not compared yet")).to_be_visible(timeout=SLOW_MS)
    mine.get_by_role("link", name="Open the conversation").click()
    send(mine, "Is it you again?")
    anew.get_by_role("list", name="Conversations").get_by_role("link", name="Wren").click(timeout=SLOW_MS)
    expect(said(anew, "Is it you again?")).to_be_visible(timeout=SLOW_MS)


def test_devices_are_listed_renamed_and_removed_at_once(visit: Visiting, circle: Circle) -> None:
    account = circle.add_member("Rowan")
    desk = visit()
    key = set_up(desk, account)
    lost = join_by_key(visit(phone=True), account, key, "The lost phone")

    page = desk.open("/me")
    page.get_by_role("link", name=re.compile("Devices and keys")).click()
    rows = page.get_by_role("main").get_by_role("listitem")
    other = rows.filter(has_text="The lost phone")
    expect(other).to_contain_text("Confirmed", timeout=SLOW_MS)
    expect(rows.filter(has_text="this one")).to_have_count(1)
    check_state(page, "devices", DESK, PHONE, DESK)

    press(other.get_by_role("button", name="More for The lost phone"))
    press(page.get_by_role("menuitem", name="Rename"))
    name = page.get_by_role("textbox", name="What do you call this device?")
    name.fill("My old phone")
    name.press("Enter")
    renamed = rows.filter(has_text="My old phone")
    expect(renamed).to_be_visible()

    press(renamed.get_by_role("button", name="More for My old phone"))
    press(page.get_by_role("menuitem", name="Remove"))
    question = page.get_by_role("dialog", name="Remove My old phone?")
    check_state(page, "removing a device", DESK, PHONE, DESK)
    press(question.get_by_role("button", name="Remove"))
    expect(renamed).to_have_count(0, timeout=SLOW_MS)
    expect(lost.get_by_role("heading", name="This device was removed")).to_be_visible(timeout=AT_ONCE_MS)
    check_state(lost, "a removed device", PHONE)


def test_how_it_is_protected_is_read_without_starting_anything(visit: Visiting, circle: Circle) -> None:
    one = visit()
    asked: list[str] = []
    one.page.on("request", lambda request: asked.append(request.url))
    page = one.sign_in(circle.add_member("Rowan"), "/me/security")
    expect(page.get_by_role("link", name="Look at devices and keys")).to_be_visible()
    page = one.open("/messages/protection")
    expect(page.get_by_role("heading", name="How this is protected")).to_be_visible()
    expect(page.get_by_text("there is no complete cure")).to_be_visible()
    check_state(page, "how it is protected", DESK, PHONE)
    assert not [url for url in asked if url.endswith(".wasm") or "sealed-worker" in url]
