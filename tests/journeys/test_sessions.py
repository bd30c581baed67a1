"""Sessions on the screens: planned across a change of the clocks, moved, cancelled, prepared for and looked back at."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import DESK, WAIT_MS, Circle, Visit, Visiting
from tests.journeys.given_moderation import sign_in
from tests.journeys.given_sessions import (
    check_both,
    local_in,
    more_menu,
    part,
    plan_series,
    plan_session,
    set_rhythm,
    until,
)
from tests.server import Server, running_server

BEFORE_THE_CLOCKS = datetime(
    2027, 3, 19, 9, tzinfo=UTC
)  # they change in Berlin on 28 March, in New York before


def test_a_weekly_series_across_a_change_of_the_clocks(browser: Browser, tmp_path: Path) -> None:
    clock = tmp_path / "offset"
    clock.write_text(str((BEFORE_THE_CLOCKS - datetime.now(UTC)).total_seconds()))
    with (
        running_server(clock_file=str(clock)) as server,
        server.sign_in("hannah") as hannah,
        contextlib.ExitStack() as stack,
    ):
        group = hannah.command("group.open", name="Thursday circle", member_name="Anna")["group"]
        circle = Circle(server, hannah, group, "Thursday circle")
        rosa = circle.add_member("Rosa")
        with sign_in(circle, rosa) as person:
            person.command("me.update", time_zone="America/New_York")

        def enter(account: dict[str, str], path: str) -> Page:
            context = stack.enter_context(contextlib.closing(browser.new_context(viewport=DESK)))
            context.set_default_timeout(WAIT_MS)
            return Visit(server.base, context, context.new_page()).sign_in(account, path)

        member = enter(rosa, f"/groups/{group}/sessions")
        expect(member.get_by_text("Nothing is planned yet")).to_be_visible()
        leader = enter(server.account("hannah"), f"/groups/{group}/sessions")
        plan_by_hand(leader)
        expect(leader.get_by_text("Every Thursday at 18:00 (Berlin time)")).to_be_visible()
        expect(part(leader, "Coming").get_by_text("Thursday 25 March, 17:00 to 18:30")).to_be_visible()
        expect(
            part(leader, "Coming")
            .get_by_text("Thursday 1 April, 16:00 to 17:30")
            .or_(part(leader, "Coming").get_by_text("Thursday 1 April, 17:00 to 18:30"))
        ).to_be_visible()

        coming = part(member, "Coming")
        expect(coming.get_by_text("Thursday 25 March, 13:00 to 14:30")).to_be_visible()
        expect(coming.get_by_text("Thursday 1 April, 12:00 to 13:30")).to_be_visible()
        expect(coming.get_by_text("18:00 to 19:30, Berlin time").nth(1)).to_be_visible()
        member.goto(f"{server.base}/")
        card = part(member, "Your next session")
        expect(card.get_by_text("Thursday 25 March, 13:00 to 14:30")).to_be_visible()
        expect(card.get_by_text("18:00 to 19:30, Berlin time")).to_be_visible()
        expect(card.get_by_text("Room 2, second floor")).to_be_visible()
        member.get_by_role("button", name="Not now").click()
        expect(member.get_by_role("heading", level=2).first).to_have_text("Your next session")


def plan_by_hand(page: Page) -> None:
    """Fill the planning form: every Thursday at 18:00 in Berlin."""
    page.get_by_role("link", name="Plan sessions").first.click()
    page.get_by_role("radio", name="Every week").check()
    page.get_by_label("On", exact=True).select_option("Thursday")
    page.get_by_label("Not before").fill("2027-03-22")
    page.get_by_label("Begins at").fill("18:00")
    page.get_by_label("Time zone").select_option("Europe/Berlin")
    page.get_by_label("Place").fill("Room 2, second floor")
    page.get_by_label("Video link").fill("javascript:alert(1)")
    preview = page.get_by_role("complementary", name="This is what you plan").locator("visible=true")
    expect(preview.get_by_text("Every Thursday at 18:00 (Berlin time)")).to_be_visible()
    for day in ("Thursday 25 March", "Thursday 1 April", "Thursday 22 April"):
        expect(preview.get_by_role("listitem").filter(has_text=day)).to_contain_text("18:00")
    expect(preview.get_by_role("listitem")).to_have_count(5)
    expect(preview.get_by_text("The clocks go forward on Sunday 28 March.")).to_be_visible()
    expect(preview.get_by_text("It stays 18:00 in Berlin.")).to_be_visible()
    check_both(page, "planning")
    page.get_by_role("button", name="Plan these sessions").click()
    expect(page.get_by_text("Please give a whole address that begins with https://.")).to_be_visible()
    expect(page.get_by_label("Video link")).to_be_focused()
    page.get_by_label("Video link").fill("https://video.example/circle")
    page.get_by_role("button", name="Plan these sessions").click()
    page.wait_for_url("**/sessions")


def test_moved_and_cancelled_with_a_reason(visit: Visiting, server: Server, circle: Circle) -> None:
    rosa = circle.add_member("Rosa")
    with sign_in(circle, rosa) as person:
        unread = person.get("/api/notices?limit=1").json()["unread"]
    session = plan_session(circle, local_in(days=3))
    member = visit(phone=True, service_workers="block").sign_in(rosa, f"/sessions/{session}")
    leader = visit(service_workers="block").sign_in(server.account("hannah"), f"/sessions/{session}")
    more_menu(leader, "Move it")
    dialog = leader.get_by_role("dialog", name="Move this session")
    dialog.get_by_label("New time").fill("19:15")
    dialog.get_by_role("button", name="Move it").click()
    expect(dialog.get_by_text("Please give a reason in a few words.")).to_be_visible()
    check_both(leader, "moving, without a reason")
    dialog.get_by_label("Why").fill("The room is painted.")
    dialog.get_by_role("button", name="Move it").click()
    for page in (leader, member):
        expect(page.get_by_text("This session was moved: The room is painted.")).to_be_visible()
        expect(page.get_by_text("19:15 to 20:15, Berlin time")).to_be_visible()
    check_both(member, "a moved session")
    with sign_in(circle, rosa) as person:
        until(lambda: person.get("/api/notices?limit=1").json()["unread"] == unread)
    member.goto(f"{server.base}/")
    expect(part(member, "Your next session").get_by_text("The room is painted.")).to_be_visible()

    more_menu(leader, "Cancel it")
    dialog = leader.get_by_role("dialog", name="Cancel this session?")
    dialog.get_by_label("Why").fill("Anna is ill.")
    check_both(leader, "cancelling")
    dialog.get_by_role("button", name="Cancel it").click()
    expect(leader.get_by_text("This session is cancelled: Anna is ill.")).to_be_visible()
    expect(leader.get_by_role("button", name="Change this session")).to_have_count(0)
    expect(member.get_by_text("No session is planned just now.")).to_be_visible()
    member.get_by_role("link", name="All sessions").click()
    line = member.get_by_role("link", name="Extra evening")
    expect(line).to_contain_text("Cancelled")
    expect(line).to_contain_text("Anna is ill.")
    check_both(member, "all sessions, one cancelled")


def test_this_one_and_all_later_ones(visit: Visiting, server: Server, circle: Circle) -> None:
    plan_series(circle)
    rows = circle.leader.get(f"/api/groups/{circle.id}/sessions").json()["sessions"]
    second = rows[1]["id"]
    page = visit(service_workers="block").sign_in(server.account("hannah"), f"/sessions/{second}")
    more_menu(page, "Move it")
    page.get_by_role("radio", name="This one and all later ones").check()
    page.get_by_role("button", name="On to the series").click()
    expect(page.get_by_role("heading", name="Change the series")).to_be_visible()
    expect(page.get_by_text("This one, on")).to_be_visible()
    check_both(page, "changing a series from one session on")
    page.get_by_label("Begins at").fill("07:45")
    page.get_by_role("button", name="Save the change").click()
    expect(page.get_by_role("link", name="Thursday circle").first).to_be_visible()
    now = circle.leader.get(f"/api/groups/{circle.id}/sessions").json()["sessions"]
    assert now[0]["starts_at"] == rows[0]["starts_at"]
    assert len(now) > 2
    expect(part(page, "Coming").get_by_text("07:45 to 09:15, Berlin time").first).to_be_visible()

    third = now[2]["id"]
    page.goto(f"{server.base}/sessions/{third}")
    more_menu(page, "Cancel it")
    page.get_by_role("radio", name="This one and all later ones").check()
    page.get_by_label("Why").fill("The circle ends.")
    page.get_by_role("button", name="Cancel it").click()
    expect(page.get_by_text("The series has ended.").first).to_be_attached()
    page.goto(f"{server.base}/groups/{circle.id}/sessions")
    expect(part(page, "Coming").locator("a", has_not_text="Cancelled")).to_have_count(2)


def test_a_note_to_oneself_and_four_lines_afterwards(visit: Visiting, server: Server, circle: Circle) -> None:
    rosa = circle.add_member("Rosa")
    session = plan_session(circle, agenda="Bring **one thing** that went well.")
    page = visit(phone=True, service_workers="block").sign_in(rosa)
    card = part(page, "Your next session")
    expect(card.get_by_text("There is something to prepare.")).to_be_visible()
    card.get_by_role("link", name="Write down what you want from it").click()
    note = page.get_by_label("Your note for yourself")
    expect(note).to_be_focused()
    page.keyboard.type("I want to speak first.")
    expect(page.get_by_text("Saved. Only you can read it.")).to_be_visible()
    expect(page.get_by_text("one thing", exact=True)).to_be_visible()
    check_both(page, "a session ahead")
    page.reload()
    expect(note).to_have_value("I want to speak first.")
    leader = visit(service_workers="block").sign_in(server.account("hannah"), f"/sessions/{session}")
    expect(part(leader, "Who came").get_by_text("When the session begins")).to_be_visible()
    expect(leader.get_by_text("I want to speak first.")).to_have_count(0)
    assert "I want to speak" not in circle.leader.get(f"/api/sessions/{session}").text
    expect(part(page, "How was it for you?")).to_have_count(0)

    set_rhythm(circle, session, "arrive", "live")
    form = part(page, "How was it for you?")
    expect(form.get_by_text("Not a validated scale.")).to_be_visible()
    expect(note).to_have_value("I want to speak first.")
    form.get_by_role("slider", name="Being heard").focus()
    page.keyboard.press("End")
    form.get_by_role("button", name="Give this").click()
    expect(form.get_by_text("Please move all four, or leave it.")).to_be_visible()
    check_both(page, "feedback, not whole")
    for name in ("What we talked about", "The way it went", "All in all"):
        form.get_by_role("slider", name=name).focus()
        page.keyboard.press("ArrowRight")
    form.get_by_role("button", name="Give this").click()
    expect(form.get_by_text("Thank you. You can change it for three days after the session.")).to_be_visible()
    with sign_in(circle, rosa) as person:
        given = person.get(f"/api/sessions/{session}").json()["feedback"]
    assert given == {"relationship": 100, "goals": 51, "approach": 51, "overall": 51}
    check_both(page, "feedback given")


def test_who_came_is_marked_with_one_tap(visit: Visiting, server: Server, circle: Circle) -> None:
    circle.add_member("Rosa")
    circle.add_member("Merle")
    session = plan_session(circle)
    set_rhythm(circle, session, "arrive", "live")
    page = visit(phone=True, service_workers="block").sign_in(
        server.account("hannah"), f"/sessions/{session}"
    )
    came = part(page, "Who came")
    expect(came.get_by_text("2 not marked yet")).to_be_visible()
    rosa, merle = (came.get_by_role("group", name=f"Whether {name} came") for name in ("Rosa", "Merle"))
    rosa.get_by_text("Came", exact=True).click()
    expect(came.get_by_text("1 came and 1 not marked yet")).to_be_visible()
    merle.get_by_text("Left early", exact=True).click()
    expect(came.get_by_text("1 came and 1 left early")).to_be_visible()
    check_both(page, "who came")
    page.get_by_role("button", name="Undo").click()
    expect(came.get_by_text("1 came and 1 not marked yet")).to_be_visible()
    merle.get_by_role("radio", name="Came").focus()
    page.keyboard.press("ArrowRight")
    expect(came.get_by_text("1 came and 1 late")).to_be_visible()


def test_a_private_address_for_the_calendar(visit: Visiting, circle: Circle) -> None:
    rosa = circle.add_member("Rosa")
    plan_session(circle, local_in(days=2))
    one = visit(phone=True, service_workers="block")
    page = one.sign_in(rosa, "/me/calendar")
    expect(page.get_by_text("You have no such address yet.")).to_be_visible()
    check_both(page, "no calendar address")
    page.get_by_role("button", name="Make my address").click()
    path = urlsplit(page.get_by_label("Link", exact=True).input_value()).path
    assert path.startswith("/calendar/")
    address = one.base + path
    check_both(page, "a calendar address, shown once")
    feed = one.context.request.get(address)
    assert feed.status == 200
    assert "Extra evening" not in feed.text()
    page.reload()
    expect(page.get_by_text("It can't be shown again")).to_be_visible()
    expect(page.get_by_label("Link", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Stop the address").click()
    page.get_by_role("dialog").get_by_role("button", name="Stop the address").click()
    expect(page.get_by_text("You have no such address yet.")).to_be_visible()
    assert one.context.request.get(address).status == 404


def test_another_time_for_an_appointment(visit: Visiting, server: Server) -> None:
    leader = visit(service_workers="block").sign_in(server.account("hannah"), "/sessions")
    leader.get_by_role("link", name="Plan an appointment").click()
    leader.get_by_role("button", name="Plan it").click()
    expect(leader.locator("p", has_text="Please choose a client.")).to_be_visible()
    expect(leader.get_by_label("With")).to_be_focused()
    check_both(leader, "planning an appointment, nobody chosen")
    leader.get_by_label("With").select_option(label="Priya Nair")
    starts = datetime.fromisoformat(local_in(days=40))
    leader.get_by_label("Day").fill(starts.date().isoformat())
    leader.get_by_label("Begins at").fill("10:00")
    leader.get_by_label("Time zone").select_option("Europe/Berlin")
    leader.get_by_label("What it is called").fill("A talk of two")
    leader.get_by_role("button", name="Plan it").click()
    line = leader.get_by_role("link", name="A talk of two")
    expect(line).to_contain_text("With Priya Nair")
    path = line.get_attribute("href") or ""

    client = visit(phone=True, service_workers="block").sign_in(server.account("priya"), path)
    wish = part(client, "Another time?")
    wish.get_by_role("button", name="Ask for another time").click()
    dialog = client.get_by_role("dialog", name="Ask for another time")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_text("Please choose a day.")).to_be_visible()
    later = starts.date() + timedelta(days=1)
    dialog.get_by_label("Day").fill(later.isoformat())
    dialog.get_by_label("Begins at").fill("15:30")
    dialog.get_by_label("What you want to say").fill("I have to be at work.")
    check_both(client, "asking for another time")
    dialog.get_by_role("button", name="Send").click()
    expect(wish.get_by_text("has been told and has not answered yet")).to_be_visible()
    expect(client.get_by_text("10:00 to 10:50, Berlin time")).to_be_visible()
    check_both(client, "a wish that waits")

    leader.goto(f"{server.base}{path}")
    asked = part(leader, "Another time?")
    expect(asked.get_by_text("I have to be at work.")).to_be_visible()
    check_both(leader, "a wish to answer")
    asked.get_by_role("button", name="Propose other times").click()
    dialog = leader.get_by_role("dialog", name="Propose other times")
    dialog.get_by_label("Day").fill(later.isoformat())
    dialog.get_by_label("Begins at").fill("17:00")
    dialog.get_by_role("button", name="Send").click()
    expect(asked.get_by_text("has been told and has not answered yet")).to_be_visible()
    expect(wish.get_by_text("It is your turn to answer.")).to_be_visible()
    expect(client.get_by_text("10:00 to 10:50, Berlin time")).to_be_visible()
    wish.get_by_role("button", name="Take this time").click()
    for page in (leader, client):
        expect(page.get_by_text("17:00 to 17:50, Berlin time")).to_be_visible()
    expect(wish.get_by_text("Earlier")).to_be_visible()
