"""What the journeys through sealed messages begin with: who may write to each other, and devices set up by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Circle, Visiting
from tests.server import Server

SLOW_MS = 20_000  # for what makes keys, or travels between two devices
Account = dict[str, Any]


@pytest.fixture
def members(circle: Circle) -> tuple[Account, Account]:
    """Rowan and Wren, of a group whose members may write to each other."""
    version = circle.leader.get(f"/api/groups/{circle.id}").json()["version"]
    circle.leader.command(
        "group.update", group=circle.id, version=version, switches={"member_messages": True}
    )
    return circle.add_member("Rowan"), circle.add_member("Wren")


@dataclass
class Talk:
    """Two people with a conversation, each at a browser that is set up."""

    rowan: Page
    wren: Page
    accounts: tuple[Account, Account]
    key: str
    path: str


@pytest.fixture
def talk(visit: Visiting, server: Server, members: tuple[Account, Account]) -> Talk:
    """Rowan has written to Wren; `key` is Rowan's recovery key."""
    pages = [visit().sign_in(account, "/messages") for account in members]
    keys = [set_up(page) for page in pages]
    rowan, wren = pages
    rowan.goto(f"{server.base}/messages/new")
    rowan.get_by_text("Wren").first.click()
    rowan.get_by_role("button", name="Write to Wren").click()
    expect(rowan.get_by_role("heading", name="Wren", level=1)).to_be_visible(timeout=SLOW_MS)
    say(rowan, "Are you there?")
    expect(wren.get_by_text("Are you there?")).to_be_visible(timeout=SLOW_MS)
    return Talk(rowan, wren, members, keys[0], rowan.url.removeprefix(server.base))


def set_up(page: Page) -> str:
    """Go through the three steps; answers the recovery key."""
    written = make_keys(page)
    page.get_by_role("button", name="I have kept it").click()
    page.get_by_label("Your recovery key").fill(written)
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_role("heading", name="Messages", level=1)).to_be_visible(timeout=SLOW_MS)
    return written


def make_keys(page: Page) -> str:
    """The first step; answers the key that the second one shows."""
    page.get_by_role("button", name="Make my keys").click()
    return shown_key(page)


def shown_key(page: Page) -> str:
    """The recovery key on the page."""
    box = page.get_by_role("group", name="Recovery key")
    expect(box).to_be_visible(timeout=SLOW_MS)
    return box.inner_text()


def say(page: Page, words: str) -> None:
    """Write in the open conversation."""
    box = page.get_by_label("Write, sealed").or_(page.get_by_placeholder("Write, sealed"))
    box.fill(words)
    box.press("Control+Enter")
    expect(page.locator("[data-row]", has_text=words)).to_be_visible()


def recover(page: Page, key: str) -> None:
    """Type a recovery key on the page of a browser that is new."""
    page.get_by_label("Recovery key", exact=True).fill(key)
    page.get_by_role("button", name="Open my messages").click()


def emoji(page: Page) -> list[str]:
    """The seven words of a comparison."""
    items = page.get_by_role("list", name="Seven emoji").get_by_role("listitem")
    expect(items).to_have_count(7, timeout=SLOW_MS)
    return [item.locator(".word").inner_text() for item in items.all()]


def dialog(page: Page) -> Locator:
    """The open dialog."""
    return page.locator("dialog[open]")


def say_it_is_you(page: Page, account: Account) -> None:
    """Confirm one's sign-in by password."""
    box = dialog(page)
    box.get_by_label("Your password").fill(account["password"])
    box.get_by_role("button", name="Confirm").click()
