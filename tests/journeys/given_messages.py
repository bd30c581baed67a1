"""People who are set up for sealed messages, each at a browser of their own."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Circle, Visit, Visiting
from tests.messaging.given_rows import give_contact
from tests.server import Server

SLOW_MS = 30_000  # the engine is compiled, keys are made, and two devices talk over one small machine

# The page's own side of the crypto worker, wherever the build has put it.
FIND = """async () => {
    for (const end = Date.now() + 30_000; Date.now() < end; await new Promise((done) => setTimeout(done, 100))) {
        const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
        for (const name of new Set(loaded.filter((one) => /\\/assets\\/(?!sealed-worker)[^/]+\\.js$/.test(one)))) {
            for (const part of Object.values(await import(name))) {
                if (part && typeof part === "object" && "timelines" in part && "snapshot" in part) {
                    window.sealedClient = part;
                    return true;
                }
            }
        }
    }
    return false;
}"""
PHASE = "(name) => window.sealedClient.snapshot.phase.name === name"
SET_UP = """async () => {
    const key = await window.sealedClient.sealed.setUp("A browser");
    return (await window.sealedClient.sealed.confirmRecoveryKey(key)) ? key : "";
}"""
RECOVER = "(key) => window.sealedClient.sealed.recover(key, 'Another browser')"


def reach_client(page: Page, phase: str) -> None:
    """Wait until the worker has said that it stands at `phase`."""
    assert page.evaluate(FIND), "the page has no crypto client"
    page.wait_for_function(PHASE, arg=phase, timeout=SLOW_MS)


def sign_in_ready(one: Visit, account: dict[str, Any], path: str = "/messages") -> tuple[Page, str]:
    """Sign in, set up the first device, and go to `path`; answers the page and the recovery key."""
    page = one.sign_in(account, "/messages")
    reach_client(page, "new")
    key = page.evaluate(SET_UP)
    assert key
    page.wait_for_function(PHASE, arg="ready", timeout=SLOW_MS)
    if path != "/messages":
        one.open(path)
    return page, key


def sign_in_again(one: Visit, account: dict[str, Any], key: str) -> Page:
    """Sign in at another browser and join it with the recovery key."""
    page = one.sign_in(account, "/messages")
    reach_client(page, "joining")
    assert page.evaluate(RECOVER, key) == "ok"
    page.wait_for_function(PHASE, arg="ready", timeout=SLOW_MS)
    return page


def let_members_write(circle: Circle) -> None:
    """Switch messages among the members of the group on."""
    version = circle.leader.get(f"/api/groups/{circle.id}").json()["version"]
    circle.leader.command(
        "group.update", group=circle.id, version=version, switches={"member_messages": True}
    )


def given_client_and_therapist(server: Server, circle: Circle) -> tuple[dict[str, Any], dict[str, Any]]:
    """A client, and somebody who may answer them as their therapist."""
    client, therapist = circle.add_member("Wren"), circle.add_member("Hazel")
    give_contact(server, therapist["person"], client["person"])
    return client, therapist


def begin_with(page: Page, *names: str, title: str = "") -> Locator:
    """Begin a conversation with these people through the screens; answers its text box."""
    page.get_by_role("link", name="Write to somebody").first.click()
    for name in names:
        page.get_by_role("checkbox", name=name).check()
    if title:
        page.get_by_label("What is the circle called?").fill(title)
    page.get_by_role("button", name="Start the circle" if len(names) > 1 else "Write to").click()
    box = page.get_by_role("textbox", name="Write to")
    expect(box).to_be_visible(timeout=SLOW_MS)
    return box


def open_line(page: Page, name: str) -> Locator:
    """Open a conversation from the list; answers its text box."""
    lines(page).filter(has_text=name).click(timeout=SLOW_MS)
    box = page.get_by_role("textbox", name="Write to")
    expect(box).to_be_visible(timeout=SLOW_MS)
    return box


def send(page: Page, words: str) -> None:
    """Write and send with the keyboard."""
    box = page.get_by_role("textbox", name="Write to")
    box.fill(words)
    box.press("Control+Enter")
    expect(box).to_have_value("")


def lines(page: Page) -> Locator:
    """The conversations in the list."""
    return page.get_by_role("list", name="Conversations").get_by_role("link")


def said(page: Page) -> Locator:
    """The messages of the open conversation."""
    return page.get_by_role("region", name="Messages").get_by_role("article")


def choose(page: Page, message: Locator, what: str) -> None:
    """Choose an act from a message's menu."""
    message.hover()
    message.get_by_role("button", name="More for").click()
    page.get_by_role("menuitem", name=what).click()


def ready_pair(visit: Visiting, server: Server, circle: Circle) -> tuple[Page, Page]:
    """The pages of a client (on a phone) and of their therapist, in the conversation that the client began."""
    client, therapist = given_client_and_therapist(server, circle)
    theirs, _ = sign_in_ready(visit(), therapist)
    mine, _ = sign_in_ready(visit(phone=True), client)
    begin_with(mine, "Hazel")
    send(mine, "Hello, it is me.")
    open_line(theirs, "Wren")
    expect(said(theirs).filter(has_text="Hello, it is me.")).to_be_visible(timeout=SLOW_MS)
    return mine, theirs
