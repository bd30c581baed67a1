"""The summary for those who missed a session: written, checked, sent, read, corrected, withdrawn."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Circle, Visiting
from tests.journeys.given_moderation import SLOW_MS, join_as_facilitator
from tests.journeys.given_sessions import until
from tests.journeys.given_summaries import (
    AWAKE,
    QUIET_NIGHT,
    SLEPT,
    TITLE,
    Evening,
    given_evening,
    plan,
    saved,
    words_of,
)
from tests.journeys.test_keyboard import tab_to
from tests.journeys.test_safety_tools import go_offline
from tests.server import Server

SEND = "Approve and send to 2 absent members"
PHONE_NUMBER = "0161 496 0000"
IS_READ = "() => fetch(`/api${location.pathname}`).then((one) => one.json()).then((one) => one.read)"


@pytest.fixture(scope="module")
def over(server: Server) -> Iterator[Circle]:
    """A circle whose session of ten minutes is over within a minute; planned before the first journey of this file."""
    with server.sign_in("facilitator") as leader:
        opened = leader.command("group.open", name="Friday circle", member_name="Anna")
        circle = Circle(server, leader, opened["group"], "Friday circle")
        plan(circle, begun=9, minutes=10)
        yield circle
        leader.command("group.close", group=circle.id)
        leader.command("group.leave", group=circle.id)


@pytest.fixture
def evening(over: Circle, circle: Circle) -> Evening:
    """A session with two who came and two who did not."""
    return given_evening(circle)


def at_editor(visit: Visiting, evening: Evening, key: str = "hannah", **options: bool) -> Page:
    """A facilitator in the editor of a draft that was made."""
    evening.circle.leader.command("summary.draft", session=evening.session)
    page = visit(**options).sign_in(evening.circle.server.account(key), evening.path)
    expect(page.get_by_role("button", name="Add a section")).to_be_visible()
    return page


def read_to_the_end(page: Page) -> None:
    """Scroll as a reader does, and stay until the server knows."""
    page.get_by_role("checkbox", name="Let your facilitators see").scroll_into_view_if_needed()
    until(lambda: bool(page.evaluate(IS_READ)))


def withdraw(page: Page, why: str) -> None:
    """Take the summary back in the editor; without a reason it does not go."""
    page.get_by_role("button", name="Withdraw").click()
    dialog = page.get_by_role("dialog", name="Withdraw this summary?")
    dialog.get_by_role("button", name="Withdraw for everybody").click()
    expect(dialog.get_by_text("Write a reason")).to_be_visible()
    dialog.get_by_role("textbox", name="Reason").fill(why)
    dialog.get_by_role("button", name="Withdraw for everybody").click()
    expect(page.get_by_text("This summary was withdrawn")).to_be_visible()


def test_from_a_draft_to_a_reader_and_back(visit: Visiting, evening: Evening) -> None:
    staff = visit().sign_in(evening.circle.server.account("hannah"), evening.path)
    expect(staff.get_by_role("heading", name="No summary yet")).to_be_visible()
    staff.get_by_role("button", name="Make a draft").click()
    expect(staff.get_by_role("textbox", name="Heading of section 1")).to_have_value("What was on the agenda")
    expect(words_of(staff, "What was on the agenda")).to_have_value(re.compile("How the week was"))

    notes = words_of(staff, "From your facilitators")
    notes.fill(f"Then Robin laughed. Ring {PHONE_NUMBER}.")
    problems = staff.get_by_role("region", name="2 places to change before this can go out")
    expect(problems).to_be_visible()
    send = staff.get_by_role("button", name=SEND)
    expect(send).to_be_disabled()
    problems.get_by_role("button", name="Robin").click()
    expect(notes).to_be_focused()
    assert notes.evaluate("(box) => box.value.slice(box.selectionStart, box.selectionEnd)") == "Robin"
    expect(staff.get_by_text("Robin: the name of a member.")).to_be_visible()
    staff.keyboard.type("somebody")
    expect(staff.get_by_role("region", name="1 place to change before this can go out")).to_be_visible()
    notes.fill(QUIET_NIGHT)
    saved(staff)
    expect(staff.get_by_role("region", name="before this can go out")).to_have_count(0)

    staff.get_by_text("Preview as a member").click()
    expect(staff.get_by_role("region", name="Preview as a member").get_by_text(QUIET_NIGHT)).to_be_visible()
    send.click()
    dialog = staff.get_by_role("dialog", name="Send this to 2 absent members?")
    expect(dialog.get_by_text("Robin and Sam get one notice.")).to_be_visible()
    expect(dialog.get_by_text("The 2 others can read it here and are not told.")).to_be_visible()
    dialog.get_by_role("button", name="Approve and send").click()
    expect(staff.get_by_text("0 of 2 absent have read")).to_be_visible()

    reader = visit(phone=True).sign_in(evening.people["Robin"])
    missed = reader.get_by_role("region", name="What you missed")
    missed.get_by_role("link", name=TITLE).click()
    expect(reader.get_by_text("You were not there.")).to_be_visible()
    expect(reader.get_by_text(QUIET_NIGHT)).to_be_visible()
    read_to_the_end(reader)
    staff.reload()  # the moment of a reading would say whose it was, so nothing tells of it
    expect(staff.get_by_text("1 of 2 absent have read")).to_be_visible()
    with reader.expect_response("**/api/summary.share_reading"):
        reader.get_by_role("checkbox", name="Let your facilitators see that you read it").check()
    staff.reload()
    expect(staff.get_by_text("Robin let you see that they read it.")).to_be_visible()

    staff.get_by_role("button", name="Correct it").click()
    words_of(staff, "From your facilitators").fill("A calm evening about sleep.")
    expect(staff.get_by_text("Saved. Nobody sees it before you send the correction.")).to_be_visible()
    expect(reader.get_by_text(QUIET_NIGHT)).to_be_visible()
    staff.get_by_role("button", name="Send the correction").click()
    dialog = staff.get_by_role("dialog", name="Send this correction?")
    expect(dialog.get_by_text("Robin and Sam get one notice that it was corrected.")).to_be_visible()
    dialog.get_by_role("button", name="Send the correction").click()
    expect(reader.get_by_text("A calm evening about sleep.")).to_be_visible(timeout=SLOW_MS)
    expect(reader.get_by_text("Corrected on")).to_be_visible()

    withdraw(staff, "A part of it was not meant for the group.")
    expect(reader.get_by_role("heading", name="This summary was withdrawn")).to_be_visible(timeout=SLOW_MS)
    expect(reader.get_by_text("A part of it was not meant for the group.")).to_be_visible()
    assert "calm evening" not in reader.content()


def test_who_was_there_is_not_told_and_can_read_it(visit: Visiting, evening: Evening) -> None:
    path = evening.publish()
    page = visit(phone=True).sign_in(evening.people["Kim"])
    expect(page.get_by_role("heading", name="Your groups")).to_be_visible()
    expect(page.get_by_role("region", name="What you missed")).to_have_count(0)
    page.goto(f"{evening.circle.server.base}/groups/{evening.circle.id}")
    page.get_by_role("region", name="Summaries").get_by_role("link", name=TITLE).click()
    page.wait_for_url(f"**{path}")
    expect(page.get_by_text("You were there.")).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(0)


def test_a_question_for_a_sentence_and_its_answer(visit: Visiting, evening: Evening) -> None:
    staff = at_editor(visit, evening)
    words_of(staff, "From your facilitators").fill(f"Somebody said: {AWAKE}")
    expect(staff.get_by_text("a member's own words, without their yes").first).to_be_visible()
    words_of(staff, "From your facilitators").fill("We spoke about nights.")
    saved(staff)
    staff.get_by_role("button", name="Pick a sentence").click()
    staff.get_by_role("searchbox", name="Find words").fill("slept through")
    staff.get_by_role("button", name=f"Ask Kim for: {SLEPT}").click()
    expect(staff.get_by_role("dialog").get_by_text("Asked, no answer yet")).to_be_visible()
    staff.keyboard.press("Escape")

    kim = visit(phone=True).sign_in(evening.people["Kim"])
    kim.get_by_role("link", name="1 question for you").click()
    card = kim.get_by_role("article").filter(has_text=SLEPT)
    expect(card.get_by_text("without your name")).to_be_visible()
    card.get_by_role("button", name="Yes, you may quote this").click()
    expect(card.get_by_text("You said yes")).to_be_visible()

    expect(staff.get_by_text("Kim: Said yes")).to_be_visible(timeout=SLOW_MS)
    staff.get_by_role("button", name=f"Put in: {SLEPT}").click()
    saved(staff)
    staff.get_by_role("button", name=SEND).click()
    staff.get_by_role("dialog").get_by_role("button", name="Approve and send").click()
    expect(staff.get_by_text("0 of 2 absent have read")).to_be_visible()

    kim.reload()
    expect(card.get_by_text("It stands in the summary that has gone out")).to_be_visible()
    card.get_by_role("button", name="Change to no").click()
    expect(card.get_by_text("You said no")).to_be_visible()
    expect(staff.get_by_text("A sentence is gone from this summary")).to_be_visible(timeout=SLOW_MS)
    robin = visit(phone=True).sign_in(evening.people["Robin"])
    robin.get_by_role("region", name="What you missed").get_by_role("link", name=TITLE).click()
    expect(robin.get_by_text("We spoke about nights.")).to_be_visible()
    assert SLEPT not in robin.content()


def test_two_facilitators_at_once_lose_no_word(visit: Visiting, evening: Evening) -> None:
    with join_as_facilitator(evening.circle, "daniel", "Bo"):
        hannah, daniel = at_editor(visit, evening), at_editor(visit, evening, "daniel")
        words_of(hannah, "From your facilitators").fill("A calm evening.")
        words_of(daniel, "What was on the agenda").fill("- The week")
        expect(words_of(daniel, "From your facilitators")).to_have_value("A calm evening.", timeout=SLOW_MS)
        expect(words_of(hannah, "What was on the agenda")).to_have_value("- The week", timeout=SLOW_MS)
        hannah.context.set_offline(True)
        words_of(hannah, "From your facilitators").fill("A calm evening, and a long one.")
        expect(hannah.get_by_text("No line. Kept on this device")).to_be_visible(timeout=SLOW_MS)
        words_of(daniel, "From your facilitators").fill("A calm evening with tea.")
        saved(daniel)
        hannah.context.set_offline(False)
        clash = hannah.get_by_role("group", name="Their words")
        expect(clash.get_by_text("A calm evening with tea.")).to_be_visible(timeout=SLOW_MS)
        expect(words_of(hannah, "From your facilitators")).to_have_value("A calm evening, and a long one.")
        expect(hannah.get_by_role("button", name=SEND)).to_be_disabled()
        clash.get_by_role("button", name="Keep both").click()
        both = re.compile(r"and a long one\.\s+A calm evening with tea\.")
        expect(words_of(daniel, "From your facilitators")).to_have_value(both, timeout=SLOW_MS)


def test_what_was_read_opens_without_a_line_until_signing_out(visit: Visiting, evening: Evening) -> None:
    path = evening.publish()
    one = visit(phone=True)
    page = one.sign_in(evening.people["Robin"], path)
    expect(page.get_by_text(QUIET_NIGHT)).to_be_visible()
    read_to_the_end(page)
    go_offline(page)
    page.reload()
    expect(page.get_by_text(QUIET_NIGHT)).to_be_visible()
    expect(page.get_by_text("This is the copy kept on this device, as of")).to_be_visible()
    page.get_by_role("link", name="Home").first.click()
    kept = page.get_by_role("region", name="Summaries on this device")
    expect(kept.get_by_role("link", name=TITLE)).to_be_visible()
    page.context.set_offline(False)
    page.reload()
    expect(page.get_by_role("heading", name="Your groups")).to_be_visible(timeout=SLOW_MS)
    page.goto(f"{one.base}/me")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    left = """() => new Promise((done) => {
        const opening = indexedDB.open("hearthside");
        opening.onsuccess = () => {
            const asked = opening.result.transaction("kept").objectStore("kept").getAllKeys();
            asked.onsuccess = () => done(asked.result.filter((key) => String(key).endsWith("summaries")));
        };
    })"""
    assert page.evaluate(left) == []


def test_by_keyboard_alone(visit: Visiting, evening: Evening) -> None:
    page = visit().sign_in(evening.circle.server.account("hannah"), evening.path)
    expect(page.get_by_role("button", name="Make a draft")).to_be_visible()
    tab_to(page, role="button", name="Make a draft")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Add a section")).to_be_visible()
    tab_to(page, role="button", name="Move What was on the agenda down")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Heading of section 2")).to_have_value("What was on the agenda")
    expect(page.get_by_role("button", name="Move What was on the agenda down")).to_be_focused()
    tab_to(page, role="button", name="Remove What was on the agenda")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Heading of section 2")).to_have_value("What was on the agenda")
    page.get_by_role("textbox", name="Heading of section 1").focus()
    tab_to(page, role="button", name="Add a section")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.keyboard.type("In short")
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.get_by_role("textbox", name="Words of In short")).to_be_focused()
    page.keyboard.type(QUIET_NIGHT)
    saved(page)
    tab_to(page, role="button", name=SEND)
    page.keyboard.press("Enter")
    tab_to(page, role="button", name="Approve and send", exact=True)
    page.keyboard.press("Enter")
    expect(page.get_by_text("0 of 2 absent have read")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_home_says_which_summaries_are_to_be_written(visit: Visiting, over: Circle) -> None:
    page = visit().sign_in(over.server.account("hannah"))
    expect(page.get_by_role("heading", name="Your groups")).to_be_visible()
    line = page.get_by_role("region", name="Summaries to write").get_by_role("link", name="Friday circle")
    for _ in range(14):
        if line.count():
            break
        page.wait_for_timeout(5000)
        page.reload()
        expect(page.get_by_role("heading", name="Your groups")).to_be_visible()
    line.click()
    expect(page.get_by_role("button", name=re.compile("Make a draft|Add a section"))).to_be_visible()
