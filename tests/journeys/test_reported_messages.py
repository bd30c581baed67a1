"""Reports of private messages: from somebody's device to whoever looks, and back to both of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import check_state
from tests.journeys.conftest import DESK, PHONE, Circle, Visiting
from tests.journeys.given_messages import (
    SLOW_MS,
    begin_with,
    choose,
    let_members_write,
    open_line,
    said,
    send,
    sign_in_ready,
)
from tests.messaging.client import SealedClient
from tests.messaging.doors import HttpDoor
from tests.moderation.given_sealed import proof_of
from tests.server import Server, SignedIn

WORDS = "Nobody in the group will believe you."


@dataclass
class Talk:
    """Somebody who wrote something, and who got it."""

    sender: SealedClient
    reporter: SealedClient
    accounts: tuple[dict[str, Any], dict[str, Any]]
    room: str
    event: str
    asker: SignedIn

    def report(self, form: str, **data: Any) -> dict[str, Any]:
        """Report it, as the browser of who got it does."""
        proof = proof_of(self.reporter, self.room, self.event) if form == "open" else {}
        fields = {"category": "attack", "note": "It frightened me.", **proof, **data}
        place = {"conversation": self.room, "event": self.event}
        return self.asker.command("sealed.report", form=form, **place, **fields)


@pytest.fixture
def members(server: Server, circle: Circle) -> Iterator[Talk]:
    """Two members of a group whose members may write to each other."""
    version = circle.leader.get(f"/api/groups/{circle.id}").json()["version"]
    circle.leader.command(
        "group.update", group=circle.id, version=version, switches={"member_messages": True}
    )
    accounts = circle.add_member("Rowan"), circle.add_member("Wren")
    yield from talking(server, accounts)


@pytest.fixture
def client_and_therapist(server: Server, circle: Circle, admin: SignedIn) -> Iterator[Talk]:
    """A therapist who wrote to their client."""
    client = circle.add_member("Wren")
    therapist = server.account("facilitator")
    people = admin.get("/api/people").json()["people"]
    staff = next(row["id"] for row in people if row["email"] == therapist["email"])
    admin.command("client.assign", client=client["person"], therapist=staff, lane="clinical")
    yield from talking(server, ({**therapist, "person": staff}, client))


def talking(server: Server, accounts: tuple[dict[str, Any], dict[str, Any]]) -> Iterator[Talk]:
    """The talk of two accounts, while both are signed in."""
    with SignedIn(server.base) as first, SignedIn(server.base) as second:
        for somebody, account in zip((first, second), accounts, strict=True):
            somebody.sign_in(account["email"], account["password"]).raise_for_status()
        sender, reporter = [
            SealedClient(HttpDoor(door), account["person"]).set_up()
            for door, account in zip((first, second), accounts, strict=True)
        ]
        room = sender.open_pair(reporter.person)
        event = sender.say(room, WORDS)["event_id"]
        reporter.read(room)
        yield Talk(sender, reporter, accounts, room, event, second)


def decide(page: Page, choice: str, message: str = "") -> None:
    """Choose something, fill its form and send it at once."""
    page.get_by_role("button", name=choice).click()
    page.get_by_label("By which line of the agreement?").select_option("no_attacks")
    if message:
        page.get_by_label("What the author reads").fill(message)
    page.get_by_label("Note for staff").fill("We talked with both.")
    page.get_by_role("button", name=choice, exact=True).click()
    with page.expect_response("**/api/review.decide"):
        page.get_by_role("button", name="Send now").click()


def test_members_report_is_looked_at_and_both_hear_of_it(
    visit: Visiting, server: Server, members: Talk
) -> None:
    page = visit().sign_in(server.account("facilitator"), "/review")
    expect(page.get_by_role("heading", name="Review", level=1)).to_be_visible()
    members.report("open")
    page.get_by_role("link", name="Private message by Rowan").click()
    main = page.get_by_role("main")
    expect(main.get_by_text("Hearthside’s stamp proves that this was sent by Rowan")).to_be_visible()
    expect(main.get_by_text(WORDS)).to_have_count(0)
    page.get_by_role("button", name="Show the words").click()
    expect(main.get_by_text(WORDS)).to_be_visible()
    expect(main.get_by_text("What was said before and after it is not known to us")).to_be_visible()
    expect(page.get_by_role("button", name="Close the account")).to_have_count(0)
    check_state(page, "a private message under review", PHONE, DESK)
    decide(page, "End their contact")

    assert members.sender.must("get", f"conversations/{members.room}")["closed"] == "contact_over"
    rowan = visit(phone=True).sign_in(members.accounts[0], "/me/flags")
    expect(
        rowan.get_by_text("You and the other person cannot write to each other for now").first
    ).to_be_visible()
    check_state(rowan, "a decision about a private message")
    rowan.get_by_role("button", name="Ask for a second look").click()
    rowan.get_by_label("Why should somebody look again?").fill("It was a joke between us.")
    rowan.get_by_role("button", name="Ask for a second look").click()
    expect(rowan.get_by_text("Somebody else will look at it.", exact=False).first).to_be_visible()
    wren = visit(phone=True).sign_in(members.accounts[1], "/me/flags")
    expect(wren.get_by_text("Somebody looked at it")).to_be_visible()


def test_a_clients_report_goes_to_the_admins_and_its_words_to_their_devices_alone(
    visit: Visiting, server: Server, client_and_therapist: Talk, admin: SignedIn
) -> None:
    person = admin.get("/api/me").json()["person"]["id"]
    device = SealedClient(HttpDoor(admin), person).set_up()
    client_and_therapist.report("sealed")
    therapist = visit().sign_in(server.account("facilitator"), "/review")
    expect(therapist.get_by_role("heading", name="Review", level=1)).to_be_visible()
    expect(therapist.get_by_text("Private message by")).to_have_count(0)
    page = visit(phone=True).sign_in(server.account("admin"), "/review")
    page.get_by_role("link", name="Private message by Hannah").click()
    page.get_by_role("button", name="Show the words").click()
    page.get_by_role("button", name="Open on this device").click()
    expect(page.get_by_text("This browser is not set up for private messages")).to_be_visible()
    check_state(page, "a private message that cannot be opened here")
    expect(page.get_by_text(WORDS)).to_have_count(0)
    assert device.device


def test_from_the_message_to_the_queue_through_the_screens(
    visit: Visiting, server: Server, circle: Circle
) -> None:
    let_members_write(circle)
    accounts = circle.add_member("Rowan"), circle.add_member("Wren")
    wren, _ = sign_in_ready(visit(phone=True), accounts[1])
    rowan, _ = sign_in_ready(visit(), accounts[0])
    begin_with(rowan, "Wren")
    send(rowan, "Something kind")
    send(rowan, WORDS)
    open_line(wren, "Rowan")
    message = said(wren).filter(has_text=WORDS)
    expect(message).to_be_visible(timeout=SLOW_MS)
    choose(wren, message, "Report")
    dialog = wren.locator("dialog[open]")
    dialog.get_by_label("Everybody who looks at reports from here").check()
    check_state(wren, "reporting a private message", PHONE, DESK)
    dialog.get_by_label("It attacks me or somebody else").check()
    dialog.get_by_label("Do you want to add something?").fill("It frightened me.")
    dialog.get_by_role("button", name="Send the report").click()
    expect(dialog.get_by_text("Thank you. Your report is there.")).to_be_visible(timeout=SLOW_MS)

    page = visit().sign_in(server.account("facilitator"), f"/groups/{circle.id}/review")
    page.get_by_role("link", name="Private message by Rowan").click()
    page.get_by_role("button", name="Show the words").click()
    main = page.get_by_role("main")
    expect(main.get_by_text(WORDS)).to_be_visible()
    expect(main.get_by_text("It frightened me.")).to_be_visible()
    expect(main.get_by_text("Something kind")).to_have_count(0)
