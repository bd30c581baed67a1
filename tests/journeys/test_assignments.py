"""Something to try between sessions: given, written, handed in, answered, written once more; and a line that goes."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from playwright.sync_api import Locator, Page, ViewportSize, expect

from hearthside import clock
from tests.journeys.axe import check_state
from tests.journeys.conftest import DESK, PHONE, Circle, Visiting
from tests.journeys.given_moderation import SLOW_MS, sign_in
from tests.server import Server

SMALL: ViewportSize = {"width": 320, "height": 640}
TASK = "Three good moments"
WORDS = "Each evening, write down **three good moments**.\n\n- where you were\n- what you noticed"
LONG = "Gesprächsgruppeüberdasschlafenunddaswachliegen" * 4
RTL = "ثلاث لحظات جيدة"


def check_both(page: Page, name: str) -> None:
    """The state on a phone and on a desk."""
    check_state(page, name, PHONE, DESK)


def box_of(page: Page) -> Locator:
    """Where a member writes."""
    return page.get_by_role("textbox", name="Your words")


def give(circle: Circle, **more: Any) -> str:
    """Give a task to the circle over HTTP; answers its page."""
    given = circle.leader.command(
        "assignment.give", **{"group": circle.id, "title": TASK, "words": WORDS, **more}
    )
    return f"/assignments/{given['id']}"


def give_on_the_page(desk: Page) -> None:
    """Give the task to Rosa in the dialog on the group's page, after leaving things out."""
    part = desk.get_by_role("region", name="Tasks")
    expect(part.get_by_text("No task has been given in this group.")).to_be_visible()
    part.get_by_role("button", name="Give a task").click()
    dialog = desk.get_by_role("dialog", name="Give a task")
    dialog.get_by_role("button", name="Give it").click()
    expect(dialog.get_by_text("Please give it a name.")).to_be_visible()
    expect(dialog.get_by_label("In a few words")).to_be_focused()
    check_both(desk, "giving, something missing")
    dialog.get_by_role("radio", name="Some of them").check()
    dialog.get_by_label("In a few words").fill(TASK)
    dialog.get_by_label("What to try").fill(WORDS)
    dialog.get_by_role("button", name="Give it").click()
    expect(dialog.get_by_text("Please choose somebody.")).to_be_visible()
    dialog.get_by_role("checkbox", name="Rosa").check()
    day = clock.now().date() + timedelta(days=6)
    dialog.get_by_label("Day").fill(day.isoformat())
    dialog.get_by_role("button", name="Give it").click()
    expect(part.get_by_role("link", name=re.compile(TASK))).to_be_visible()


def write_and_hand_in(phone: Page) -> None:
    """Find the task at home, try to hand in nothing, write, hand in, take it back, hand in."""
    section = phone.get_by_role("region", name="When you have a moment")
    expect(section.get_by_text(TASK)).to_be_visible()
    check_both(phone, "home with a task")
    section.get_by_role("link", name=re.compile(TASK)).click()
    expect(phone.locator("strong", has_text="three good moments")).to_be_visible()
    expect(phone.get_by_text("The group does not see it.")).to_be_visible()
    phone.get_by_role("button", name="Hand in").click()
    expect(phone.get_by_text("There is nothing to hand in yet.")).to_be_visible()
    expect(box_of(phone)).to_be_focused()
    check_both(phone, "handing in nothing")
    box_of(phone).fill("The bus stop, in the sun.")
    expect(phone.get_by_text("Saved", exact=True).first).to_be_visible()
    phone.get_by_role("button", name="Hand in").click()
    expect(phone.get_by_text("There will be an answer here.")).to_be_visible()
    phone.get_by_role("button", name="Undo").click()
    expect(box_of(phone)).to_have_value("The bus stop, in the sun.")
    phone.get_by_role("button", name="Hand in").click()
    expect(phone.get_by_text("There will be an answer here.")).to_be_visible()
    check_both(phone, "handed in")


def read_and_answer(desk: Page) -> Locator:
    """Read what Rosa handed in and ask for one more look; answers the list of who has it."""
    desk.get_by_role("region", name="Tasks").get_by_role("link", name=re.compile(TASK)).click()
    people = desk.get_by_role("region", name="Who it was given to")
    expect(people.get_by_text("Handed in at")).to_be_visible()
    people.get_by_role("button", name="Read what Rosa wrote").click()
    expect(people.get_by_text("The bus stop, in the sun.")).to_be_visible()
    people.get_by_role("button", name="Send the answer").click()
    expect(people.get_by_text("Please write a few words.")).to_be_visible()
    check_both(desk, "reading and answering")
    people.get_by_role("textbox", name="Your answer").fill("What was it about the **light**?")
    people.get_by_role("checkbox", name="Ask for one more look").check()
    people.get_by_role("button", name="Send the answer").click()
    expect(people.get_by_text("Asked for one more look").first).to_be_visible()
    return people


def test_the_whole_circle(visit: Visiting, server: Server, circle: Circle) -> None:
    rosa = circle.add_member("Rosa")
    circle.add_member("Kim")
    desk = visit(service_workers="block").sign_in(server.account("facilitator"), f"/groups/{circle.id}")
    give_on_the_page(desk)
    phone = visit(phone=True, service_workers="block").sign_in(rosa)
    write_and_hand_in(phone)
    people = read_and_answer(desk)
    answer = phone.get_by_role("region", name="Answer")
    expect(answer.locator("strong", has_text="light")).to_be_visible(timeout=SLOW_MS)
    expect(phone.get_by_text("You were asked to look at it once more.")).to_be_visible()
    expect(box_of(phone)).to_have_value("The bus stop, in the sun.")
    check_both(phone, "asked to look once more")
    box_of(phone).fill("It was warm on my hands.")
    phone.get_by_role("button", name="Hand in").click()
    expect(phone.get_by_text("There will be an answer here.")).to_be_visible()
    expect(people.get_by_text("Handed in at")).to_be_visible(timeout=SLOW_MS)
    phone.goto(f"{server.base}/assignments")
    expect(phone.get_by_role("region", name="With your therapist").get_by_text(TASK)).to_be_visible()
    check_both(phone, "my tasks")


def test_losing_the_line_while_typing_loses_nothing(visit: Visiting, circle: Circle) -> None:
    rosa = circle.add_member("Rosa")
    path = give(circle)
    page = visit(phone=True).sign_in(rosa, path)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    box_of(page).type("half a thou")
    expect(page.get_by_text("Saved", exact=True).first).to_be_visible()
    page.context.set_offline(True)
    box_of(page).type("ght, and the rest")
    expect(page.get_by_text("Kept on this device, and saved when the line is back.").first).to_be_visible(
        timeout=SLOW_MS
    )
    expect(page.get_by_role("button", name="Hand in")).to_be_disabled()
    expect(page.get_by_text("You can hand in when the line is back.")).to_be_visible()
    check_both(page, "writing without a line")
    page.context.set_offline(False)
    expect(page.get_by_text("Saved", exact=True).first).to_be_visible(timeout=SLOW_MS)
    with sign_in(circle, rosa) as person:
        assert person.get(f"/api{path}").json()["own"]["words"] == "half a thought, and the rest"
    page.context.set_offline(True)
    box_of(page).type(", twice")
    page.wait_for_timeout(400)  # as long as it takes to keep a draft
    page.close()
    again = page.context.new_page()
    page.context.set_offline(False)
    again.goto(f"{circle.server.base}{path}")
    expect(box_of(again)).to_have_value("half a thought, and the rest, twice")
    box_of(again).type(".")
    expect(again.get_by_text("Saved", exact=True).first).to_be_visible()
    with sign_in(circle, rosa) as person:
        assert person.get(f"/api{path}").json()["own"]["words"] == "half a thought, and the rest, twice."


def test_two_devices_keep_both(visit: Visiting, circle: Circle) -> None:
    rosa = circle.add_member("Rosa")
    path = give(circle)
    page = visit(phone=True, service_workers="block").sign_in(rosa, path)
    expect(box_of(page)).to_be_visible()
    page.route("**/api/homework.save", lambda route: route.abort())
    box_of(page).fill("from the phone")
    expect(page.get_by_text("Kept on this device, and saved when the line is back.").first).to_be_visible()
    with sign_in(circle, rosa) as desk:
        now = desk.get(f"/api{path}").json()["own"]
        desk.command(
            "homework.save", assignment=path.rpartition("/")[2], version=now["version"], words="from the desk"
        )
    page.unroute("**/api/homework.save")
    expect(page.get_by_text("You wrote here on another device too")).to_be_visible(timeout=SLOW_MS)
    expect(box_of(page)).to_have_value("from the phone")
    check_both(page, "two devices")
    page.get_by_role("button", name="Put both together").click()
    expect(box_of(page)).to_have_value("from the desk\n\nfrom the phone")
    expect(page.get_by_text("Saved", exact=True).first).to_be_visible()


def test_late_is_an_invitation_and_taking_back_ends_it(
    visit: Visiting, server: Server, circle: Circle
) -> None:
    rosa = circle.add_member("Rosa")
    past = (clock.now() - timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    path = give(circle, due_local=past, title=f"{RTL} {LONG}"[:200])
    page = visit(phone=True, service_workers="block").sign_in(rosa, "/assignments")
    expect(page.get_by_text("Whenever you are ready")).to_be_visible()
    listed = page.get_by_role("region", name="To try")
    expect(listed.get_by_text(re.compile("late|overdue", re.IGNORECASE))).to_have_count(0)
    check_state(page, "a long and a right-to-left name", PHONE, DESK, SMALL)
    page.goto(f"{circle.server.base}{path}")
    box_of(page).fill(RTL)
    expect(page.get_by_text("Saved", exact=True).first).to_be_visible()
    check_state(page, "writing on a narrow phone", SMALL)
    desk = visit(service_workers="block").sign_in(server.account("facilitator"), path)
    desk.get_by_role("button", name="Change", exact=True).click()
    changing = desk.get_by_role("dialog", name="Change the task")
    changing.get_by_label("In a few words").fill("Another name")
    check_both(desk, "changing a task")
    changing.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("heading", name="Another name")).to_be_visible(timeout=SLOW_MS)
    desk.get_by_role("button", name="Take back").click()
    asked = desk.get_by_role("dialog", name="Take the task back?")
    expect(asked.get_by_text("What they wrote stays theirs to read")).to_be_visible()
    check_both(desk, "asking before a task is taken back")
    asked.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("This task was taken back.")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_text(RTL, exact=True)).to_be_visible()
    check_both(page, "taken back")


def test_a_client_by_keyboard_and_nothing_for_strangers(
    visit: Visiting, server: Server, circle: Circle
) -> None:
    kim = circle.add_member("Kim")
    desk = visit(service_workers="block").sign_in(server.account("hannah"), "/people")
    region = desk.get_by_role("region", name="Your clients")
    region.get_by_role("button", name="More for Priya Nair").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("menuitem", name="Give a task")).to_be_focused()
    desk.keyboard.press("Enter")
    dialog = desk.get_by_role("dialog", name="Give a task")
    expect(dialog.get_by_text("Priya Nair")).to_be_visible()
    dialog.get_by_label("In a few words").focus()
    desk.keyboard.type("Sleep diary")
    desk.keyboard.press("Tab")
    desk.keyboard.type("Two lines each morning.")
    for _ in range(8):
        desk.keyboard.press("Tab")
        if dialog.get_by_role("button", name="Give it").evaluate("(it) => it === document.activeElement"):
            break
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="Sleep diary")).to_be_visible()
    path = desk.url.removeprefix(server.base)
    stranger = visit(phone=True, service_workers="block").sign_in(kim, path)
    expect(stranger.get_by_role("heading", name="Not here")).to_be_visible()
    check_both(stranger, "a task that is not yours")
    page = stranger
    page.goto(f"{server.base}/assignments")
    expect(page.get_by_role("heading", name="No tasks now")).to_be_visible()
    check_both(page, "no tasks")
    page.route("**/api/assignments", lambda route: route.fulfill(status=503, json={}))
    page.reload()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    check_both(page, "tasks broken")
    with server.sign_in("hannah") as hannah:
        hannah.command("assignment.take_back", assignment=path.rpartition("/")[2])
