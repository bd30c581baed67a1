"""The library, and what a group writes together: read, searched, shared, written by two, published, taken back."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.journeys.axe import check_state
from tests.journeys.conftest import DESK, PHONE, Circle, Visiting
from tests.journeys.given_files import chosen, photograph
from tests.journeys.given_moderation import SLOW_MS, sign_in
from tests.server import Server, SignedIn

SMALL: ViewportSize = {"width": 320, "height": 640}
EASY = "You go out and you walk. You look at the trees. You feel the air on your hands. Then you go home. "
WORDS = f"## Why it helps\n\nA walk **before** the dark. {EASY * 2}\n\n- slowly\n- without a goal"
RTL = "لماذا يساعد المشي"


def check_both(page: Page, name: str) -> None:
    """The state on a phone and on a desk."""
    check_state(page, name, PHONE, DESK)


@pytest.fixture
def walking(leader: SignedIn) -> Iterator[dict[str, Any]]:
    """A published resource with a name of its own, withdrawn at the end."""
    title = f"Walking {uuid.uuid4().hex[:6]}"
    made = leader.command("resource.add", title=title, language="en", source="A handbook", words=WORDS)
    made = leader.command("resource.publish", resource=made["id"], version=made["version"])
    yield {"id": made["id"], "title": title}
    now = leader.get(f"/api/resources/{made['id']}").json()
    leader.command("resource.withdraw", resource=made["id"], version=now["version"])


def card_of(page: Page, heading: str) -> Locator:
    """A part of what is written together."""
    return page.get_by_role("article", name=heading)


def test_a_resource_is_made_shared_and_given(visit: Visiting, server: Server, circle: Circle) -> None:
    rosa = circle.add_member("Rosa")
    title = f"Better nights {uuid.uuid4().hex[:6]}"
    desk = visit(service_workers="block").sign_in(server.account("facilitator"), "/resources")
    desk.get_by_role("link", name="Add a resource").first.click()
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_text("Please give it a title.")).to_be_visible()
    check_both(desk, "adding, something missing")
    desk.get_by_label("Title").fill(title)
    desk.get_by_role("textbox", name="Source").fill("Practice handbook")
    desk.get_by_label("Look it over again by").fill("2026-01-31")
    desk.get_by_label("Words", exact=True).fill(WORDS)
    look = desk.get_by_role("region", name="As readers will see it")
    expect(look.get_by_role("heading", name="Why it helps")).to_be_visible()
    desk.get_by_role("button", name="Save", exact=True).click()
    files = desk.get_by_role("region", name="Pictures and PDFs")
    files.locator("input[type=file]").set_input_files([chosen("path.jpg", "image/jpeg", photograph())])
    expect(files.get_by_role("button", name="Remove path.jpg")).to_be_visible(timeout=SLOW_MS)
    check_both(desk, "changing a resource")
    desk.get_by_role("button", name="Save and publish").click()
    expect(desk.get_by_role("heading", name=title)).to_be_visible()
    expect(desk.get_by_text("Due to be looked over again")).to_be_visible()
    expect(desk.get_by_role("button", name="Open the picture: path.jpg")).to_be_visible()
    check_both(desk, "a resource, for staff")
    desk.get_by_role("button", name="Share", exact=True).click()
    dialog = desk.get_by_role("dialog", name="Share")
    check_both(desk, "sharing")
    row = dialog.get_by_role("listitem").filter(has_text=circle.name).last
    row.get_by_role("button").click()
    expect(dialog.get_by_role("button", name=f"Stop sharing with {circle.name}").first).to_be_visible()
    desk.keyboard.press("Escape")

    page = visit(phone=True, service_workers="block").sign_in(rosa, "/resources")
    expect(page.get_by_role("link", name=title)).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_text("Due to be looked over again")).to_have_count(0)
    check_both(page, "the library, for a member")
    page.get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", name="Why it helps")).to_be_visible()
    expect(page.get_by_text("Easy to read")).to_be_visible()
    check_state(page, "a resource, for a member", PHONE, DESK, SMALL)

    desk.get_by_role("button", name="Give as a task").click()
    giving = desk.get_by_role("dialog", name=f"Give “{title}” as a task")
    giving.get_by_label("For").select_option(f"group {circle.id}")
    giving.get_by_label("What to try").fill("Read it, then walk once.")
    giving.get_by_role("button", name="Give it").click()
    expect(desk.get_by_role("link", name=title)).to_be_visible()
    resource = circle.leader.get("/api/resources", q=title).json()["resources"][0]
    desk.goto(f"{server.base}/resources/{resource['id']}")
    desk.get_by_role("button", name="Withdraw").click()
    asked = desk.get_by_role("dialog", name="Withdraw this resource?")
    expect(asked.get_by_text("Nobody but staff can open it from then on.")).to_be_visible()
    asked.get_by_role("button", name="Withdraw").click()
    expect(desk.get_by_text("This resource is withdrawn.")).to_be_visible()
    check_both(desk, "withdrawn")
    page.reload()
    expect(page.get_by_role("heading", name="Not here")).to_be_visible()


def test_looking_for_one(visit: Visiting, server: Server, walking: dict[str, Any]) -> None:
    page = visit(phone=True, service_workers="block").sign_in(server.account("facilitator"), "/resources")
    page.get_by_label("Find by a word").fill(walking["title"].lower())
    expect(page.get_by_role("link", name=walking["title"])).to_be_visible()
    expect(page.locator("main [data-line]")).to_have_count(1)
    page.get_by_label("Find by a word").fill("no such thing at all")
    expect(page.get_by_role("heading", name="Nothing with these words")).to_be_visible()
    check_both(page, "nothing found")
    page.get_by_role("button", name="Show everything").click()
    expect(page.get_by_label("Find by a word")).to_be_focused()
    expect(page.get_by_role("link", name=walking["title"])).to_be_visible()
    page.route("**/api/resources*", lambda route: route.abort())
    page.reload()
    expect(page.get_by_role("heading", name="No line just now")).to_be_visible()
    check_both(page, "the library without a line")


def test_a_stranger_and_somebody_without_any(
    visit: Visiting, server: Server, circle: Circle, walking: dict[str, Any]
) -> None:
    kim = circle.add_member("Kim")
    one = visit(phone=True, service_workers="block")
    page = one.sign_in(kim, "/resources")
    expect(page.get_by_role("heading", name="Nothing here yet")).to_be_visible()
    check_both(page, "no resources")
    one.open(f"/resources/{walking['id']}")
    expect(page.get_by_role("heading", name="Not here")).to_be_visible()
    one.open("/resources/new")
    expect(page.get_by_role("heading", name="Not here")).to_be_visible()


def begin_together(desk: Page) -> None:
    """Begin something that the group writes, from the group's page."""
    desk.get_by_role("link", name="Resources To read").click()
    expect(desk.get_by_text("Nothing is being written together yet.")).to_be_visible()
    check_both(desk, "nothing written together")
    desk.get_by_role("button", name="Start one together").click()
    expect(desk.get_by_label("What will it be called?")).to_be_focused()
    desk.keyboard.type("What helps on bad evenings")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="What helps on bad evenings")).to_be_visible()
    expect(desk.get_by_role("heading", name="No parts yet")).to_be_visible()
    check_both(desk, "no parts")


def write_part(page: Page, heading: str, words: str) -> Locator:
    """Add a part by keyboard and write it; answers its card."""
    page.get_by_role("button", name="Add a part").click()
    expect(page.get_by_label("What is this part about?").last).to_be_focused()
    page.keyboard.type(heading)
    page.keyboard.press("Enter")
    card = card_of(page, heading)
    expect(card.get_by_text("You are writing this part")).to_be_visible()
    card.get_by_role("textbox", name="Words of").fill(words)
    expect(card.get_by_text("Saved", exact=True).first).to_be_visible()
    return card


def publish_on_the_page(desk: Page) -> None:
    """Publish what is there, after a look at what changes."""
    desk.get_by_role("button", name="Publish", exact=True).click()
    dialog = desk.get_by_role("dialog", name="Publish this to the group?")
    expect(dialog.get_by_text("Before dark")).to_be_visible()
    expect(dialog.get_by_text("Still writing: Kim.")).to_be_visible()
    check_both(desk, "publishing")
    dialog.get_by_role("button", name="Publish it").click()
    expect(desk.get_by_role("link", name="Read it as published")).to_be_visible()


def test_two_members_write_together(visit: Visiting, server: Server, circle: Circle) -> None:
    rosa, kim = circle.add_member("Rosa"), circle.add_member("Kim")
    desk = visit(service_workers="block").sign_in(server.account("facilitator"), f"/groups/{circle.id}")
    begin_together(desk)
    path = desk.url.removeprefix(server.base)
    first, second = (visit(phone=True, service_workers="block").sign_in(who, path) for who in (rosa, kim))
    own = write_part(first, "Before dark", "Call somebody.")
    write_part(second, RTL, "A song works too.")
    check_state(first, "writing a part", PHONE, DESK, SMALL)
    expect(card_of(desk, "Before dark").get_by_text("Rosa is writing this part")).to_be_visible(
        timeout=SLOW_MS
    )
    expect(card_of(desk, "Before dark").get_by_text("Call somebody.")).to_be_visible(timeout=SLOW_MS)
    expect(second.get_by_text("Somebody is writing this part")).to_be_visible(timeout=SLOW_MS)
    expect(second.get_by_text("Call somebody.")).to_have_count(0)
    check_both(second, "somebody else writes")
    own.get_by_role("checkbox", name="Put my name to it").check()
    expect(first.get_by_text("Your name will be shown.").first).to_be_visible()
    own.get_by_role("button", name="Done for now").click()
    expect(own.get_by_role("button", name="Write on this part: Before dark")).to_be_focused()
    check_both(first, "a part at rest")
    publish_on_the_page(desk)
    second.goto(server.base + path.removesuffix("/write"))
    expect(second.get_by_text("Call somebody.")).to_be_visible()
    expect(second.get_by_text("Written by Rosa")).to_be_visible()
    expect(second.get_by_role("main").get_by_text("Kim")).to_have_count(0)
    check_both(second, "written together, published")
    own.get_by_role("button", name="Withdraw my part").click()
    asked = first.get_by_role("dialog", name="Withdraw your part?")
    expect(asked.get_by_text("from the published text too")).to_be_visible()
    check_both(first, "asking before a part is withdrawn")
    asked.get_by_role("button", name="Withdraw it").click()
    expect(first.get_by_text("Your part here is withdrawn.")).to_be_visible()
    page = circle.leader.get(f"/api{path.removesuffix('/write')}").json()
    assert "Call somebody." not in page["html"]
    first.get_by_role("button", name="Undo").click()
    expect(own).to_be_visible()
    second.reload()
    expect(second.get_by_text("Call somebody.")).to_be_visible(timeout=SLOW_MS)


def test_a_part_that_was_changed_elsewhere(visit: Visiting, circle: Circle) -> None:
    rosa = circle.add_member("Rosa")
    made = circle.leader.command("resource.add", group=circle.id, title="Letters")
    with sign_in(circle, rosa) as other:
        part = other.command("section.add", resource=made["id"], heading="First")
        page = visit(phone=True, service_workers="block").sign_in(rosa, f"/resources/{made['id']}/write")
        box = page.get_by_role("textbox", name="Words of “First”")
        expect(box).to_be_visible()
        page.route("**/api/section.save", lambda route: route.abort())
        box.fill("typed here")
        expect(page.get_by_text("Kept on this device").first).to_be_visible()
        other.command(
            "section.save", section=part["id"], version=part["version"], heading="First", words="typed there"
        )
    page.unroute("**/api/section.save")
    expect(page.get_by_text("This part was changed elsewhere meanwhile")).to_be_visible(timeout=SLOW_MS)
    expect(box).to_have_value("typed here")
    check_both(page, "a part changed elsewhere")
    page.get_by_role("button", name="Keep what is here").click()
    expect(page.get_by_text("Saved", exact=True).first).to_be_visible()
    with sign_in(circle, rosa) as reader:
        (section,) = reader.get(f"/api/resources/{made['id']}").json()["sections"]
    assert section["words"] == "typed here"
