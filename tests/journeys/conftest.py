"""One browser and one server for all journeys; one context for each person, as each has a device of their own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.server import Server, running_server

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
AXE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, as HEARTHSIDE_CHROMIUM or Debian has it."""
    path = os.environ.get("HEARTHSIDE_CHROMIUM") or "/usr/bin/chromium"
    with sync_playwright() as player:
        running = player.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the demo practice and a clock that can be moved."""
    clock = tmp_path_factory.mktemp("clock") / "offset"
    clock.write_text("0")
    with running_server(clock_file=str(clock)) as running:
        yield running


@pytest.fixture
def open_browser(browser: Browser, server: Server) -> Iterator[Open]:
    """Opens a page in a new context: `open_browser(viewport=PHONE, dark=True)`; errors on it fail the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def start(path: str = "/", *, viewport: Any = DESK, dark: bool = False, reduced: bool = False) -> Page:
        context = browser.new_context(
            viewport=viewport,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce" if reduced else "no-preference",
            timezone_id="Europe/London",
            locale="en-GB",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda request: faults.append(request.url) if foreign(request.url) else None)
        page.goto(server.base + path)
        return page

    def foreign(url: str) -> bool:
        return not url.startswith((server.base, server.base.replace("http", "ws", 1), "data:", "blob:"))

    yield start
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def open_as(open_browser: Open, server: Server) -> Open:
    """Opens a page signed in as a demo account: `open_as("priya", "/groups")`."""

    def start(key: str, path: str = "/", **how: Any) -> Page:
        page = open_browser("/sign-in", **how)
        sign_in(page, server, key)
        if path != "/":
            page.goto(server.base + path)
        return page

    return start


def sign_in(page: Page, server: Server, key: str) -> None:
    """Sign in with a demo account's address and password, and wait for the home screen."""
    account = server.account(key)
    page.get_by_label("E-mail address").fill(account["email"])
    page.get_by_label("Password", exact=True).fill(account["password"])
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1).filter(has_text="Hello").wait_for()


def serious_faults(page: Page) -> list[str]:
    """What axe-core finds serious or critical on the page as it stands (WCAG 2.2 AA and best practice)."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
           .filter(v => ["serious", "critical"].includes(v.impact))
           .map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 120) + " " + n.failureSummary).join(" | "))"""
    )
    return list(found)
