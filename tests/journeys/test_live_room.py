"""A session's live room: who is there and how, rounds, check-ins, a pause, and what stays when it closes."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.journeys.axe import check_state
from tests.journeys.conftest import DESK, PHONE, Circle, Visit, Visiting
from tests.journeys.given_moderation import feed, write_post
from tests.journeys.given_sessions import LONG, SMALL, check_both, part, plan_session, set_rhythm, tab_to
from tests.server import Server

LOST_MS = 100_000  # a line counts as lost 50 s after the last sign of life; the machine may be slow
BUSY_MS = 15_000


def cockpit_of(page: Page) -> Locator:
    """The facilitators' panel."""
    return page.get_by_role("complementary", name="Cockpit")


def person_in(page: Page, name: str) -> Locator:
    """Somebody's place among who is here."""
    return part(page, "Who is here").get_by_role("listitem").filter(has_text=name)


def box_of(page: Page) -> Locator:
    """The text box of the room."""
    return page.get_by_placeholder("Write to the group")


class Meeting:
    """A session in whose room a facilitator is, with two members on their phones."""

    def __init__(self, visit: Visiting, server: Server, circle: Circle, *rhythms: str) -> None:
        self.accounts = [circle.add_member("Rosa"), circle.add_member("Merle")]
        self.session = plan_session(circle)
        set_rhythm(circle, self.session, *rhythms)
        self.path = f"/sessions/{self.session}/room"
        self.lead = visit(service_workers="block").sign_in(server.account("hannah"), self.path)
        self.visits: list[Visit] = [visit(phone=True, service_workers="block") for _ in self.accounts]
        pairs: list[tuple[Visit, dict[str, Any]]] = list(zip(self.visits, self.accounts, strict=True))
        self.rosa, self.merle = (one.sign_in(account, self.path) for one, account in pairs)


def test_the_room_opens_and_a_lost_line_is_not_leaving(
    visit: Visiting, server: Server, circle: Circle
) -> None:
    room = Meeting(visit, server, circle)
    for page in (room.rosa, room.merle):
        expect(page.get_by_role("heading", name="The room is not open yet")).to_be_visible(timeout=BUSY_MS)
        expect(page.get_by_text("Anna is here now.")).to_be_visible(timeout=BUSY_MS)
        expect(page.get_by_text("Your facilitators see who is here.")).to_be_visible()
    check_both(room.rosa, "a room before it opens")
    cockpit = cockpit_of(room.lead)
    expect(cockpit.get_by_text("By the clock it is time for: Arrive.")).to_be_visible()
    check_state(room.lead, "the cockpit before the session", DESK)
    cockpit.get_by_role("button", name="Begin: Arrive").click()
    for name in ("Rosa", "Merle"):
        expect(person_in(room.lead, name)).to_contain_text("here", timeout=BUSY_MS)
    expect(box_of(room.rosa)).to_be_visible(timeout=BUSY_MS)
    write_post(room.rosa, "Good evening, it was a long day.")
    for page in (room.lead, room.merle):
        expect(feed(page).filter(has_text="it was a long day")).to_be_visible(timeout=BUSY_MS)
    room.rosa.get_by_role("button", name="Raise your hand").click()
    expect(person_in(room.lead, "Rosa")).to_contain_text("hand up", timeout=BUSY_MS)

    room.visits[1].context.set_offline(True)
    expect(room.merle.get_by_text("You have no line.")).to_be_visible(timeout=LOST_MS)
    check_both(room.merle, "a room without a line")
    expect(person_in(room.lead, "Merle")).to_contain_text("line lost", timeout=LOST_MS)
    check_state(room.lead, "the cockpit with a lost line", DESK)
    room.visits[1].context.set_offline(False)
    expect(person_in(room.lead, "Merle")).not_to_contain_text("line lost", timeout=LOST_MS)
    expect(room.merle.get_by_text("Anna is here now.")).to_be_visible(timeout=BUSY_MS)
    room.rosa.get_by_role("link", name="Home", exact=True).click()
    expect(person_in(room.lead, "Rosa")).to_contain_text("left at", timeout=BUSY_MS)

    set_rhythm(circle, room.session, "live")
    room.lead.get_by_role("link", name="Mark who came").click()
    merle = room.lead.get_by_role("group", name="Whether Merle came")
    expect(merle.get_by_text("(proposed)")).to_be_attached(timeout=BUSY_MS)
    expect(part(room.lead, "Who came").get_by_text("lost the line once")).to_be_visible()
    room.lead.get_by_role("button", name="Take what the room shows").click()
    expect(part(room.lead, "Who came").get_by_text("not marked yet")).to_have_count(0, timeout=BUSY_MS)


def ask_and_answer(room: Meeting, cockpit: Locator) -> None:
    """The facilitator asks how everybody is; one answers with a tap and a few words, the other would rather not."""
    cockpit.get_by_role("button", name="Ask how everybody is").click()
    question = room.rosa.get_by_role("region", name="How are you now?")
    expect(question).to_be_visible(timeout=BUSY_MS)
    check_both(room.rosa, "asked how one is")
    question.get_by_role("button", name="2: Hard").click()
    expect(question.get_by_text("You said: Hard.")).to_be_visible(timeout=BUSY_MS)
    question.get_by_role("button", name="Add a few words").click()
    question.get_by_label("A few words, if you like").fill("I slept badly.")
    question.get_by_role("button", name="Send", exact=True).click()
    expect(person_in(room.lead, "Rosa")).to_contain_text("I slept badly.", timeout=BUSY_MS)
    expect(cockpit.get_by_text("1 of 2 have answered.")).to_be_visible()
    expect(room.merle.get_by_text("I slept badly.")).to_have_count(0)
    room.merle.get_by_role("button", name="Not now").click()
    expect(room.merle.get_by_role("region", name="How are you now?")).to_have_count(0)


def test_a_check_in_a_round_and_a_pause(visit: Visiting, server: Server, circle: Circle) -> None:
    room = Meeting(visit, server, circle, "arrive", "live")
    cockpit = cockpit_of(room.lead)
    expect(room.rosa.get_by_text("The session is on, until about")).to_be_visible(timeout=BUSY_MS)
    for name in ("Rosa", "Merle"):
        expect(person_in(room.lead, name)).to_contain_text("here", timeout=BUSY_MS)
    ask_and_answer(room, cockpit)
    cockpit.get_by_role("button", name="Begin a round").click()
    cockpit.get_by_role("button", name="Rosa earlier").click()
    check_state(room.lead, "putting a round together", DESK)
    cockpit.get_by_role("button", name="Begin with this order").click()
    expect(room.rosa.get_by_text("It is your turn. Take your time.")).to_be_visible(timeout=BUSY_MS)
    expect(room.merle.get_by_text("It is the turn of Rosa. You are second in the round.")).to_be_visible(
        timeout=BUSY_MS
    )
    expect(box_of(room.merle)).to_have_count(0)
    check_both(room.rosa, "one's turn in a round")
    check_both(room.merle, "somebody else's turn")
    write_post(room.rosa, "I begin.")
    expect(feed(room.merle).filter(has_text="I begin.")).to_be_visible(timeout=BUSY_MS)
    room.rosa.get_by_role("button", name="I am done").click()
    expect(room.merle.get_by_text("It is your turn. Take your time.")).to_be_visible(timeout=BUSY_MS)
    cockpit.get_by_role("button", name="Next", exact=True).click()
    expect(cockpit.get_by_role("button", name="Begin a round")).to_be_visible(timeout=BUSY_MS)
    expect(box_of(room.merle)).to_be_visible(timeout=BUSY_MS)

    box_of(room.rosa).fill("half a thou")
    cockpit.get_by_role("button", name="Pause writing").click()
    expect(room.rosa.get_by_text("paused the room for a moment")).to_be_visible(timeout=BUSY_MS)
    expect(box_of(room.lead)).to_be_visible()
    check_both(room.rosa, "a paused room")
    cockpit.get_by_role("button", name="Let members write again").click()
    expect(box_of(room.rosa)).to_have_value("half a thou", timeout=BUSY_MS)
    cockpit.get_by_label("Between two posts of one member").select_option("1 minute")
    slowly = room.rosa.get_by_text("This topic goes slowly").or_(
        room.rosa.get_by_text("You can write again in")
    )
    expect(slowly).to_be_visible(timeout=BUSY_MS)
    cockpit.get_by_label("Note something").fill("Ask Rosa about sleep")
    cockpit.get_by_role("button", name="Add", exact=True).click()
    line = cockpit.get_by_role("checkbox", name="Ask Rosa about sleep")
    line.check()
    expect(line).to_be_checked(timeout=BUSY_MS)
    room.lead.set_viewport_size(PHONE)
    room.lead.get_by_role("button", name="Cockpit").click()
    sheet = room.lead.get_by_role("dialog", name="Cockpit")
    expect(sheet.get_by_role("checkbox", name="Ask Rosa about sleep")).to_be_checked()
    check_state(room.lead, "the cockpit as a sheet", PHONE, SMALL)


def test_a_room_that_closes_keeps_what_was_begun(visit: Visiting, server: Server, circle: Circle) -> None:
    room = Meeting(visit, server, circle, "arrive", "live")
    expect(box_of(room.rosa)).to_be_visible(timeout=BUSY_MS)
    box_of(room.rosa).fill("What I still wanted to say")
    set_rhythm(circle, room.session, "reflect")
    expect(room.rosa.get_by_text("You can still write until")).to_be_visible(timeout=BUSY_MS)
    expect(box_of(room.rosa)).to_have_value("What I still wanted to say")
    set_rhythm(circle, room.session, "quiet")
    expect(room.rosa.get_by_text("The room is closed for this time.")).to_be_visible(timeout=BUSY_MS)
    expect(box_of(room.rosa)).to_have_count(0)
    check_both(room.rosa, "a closed room")
    set_rhythm(circle, room.session, "reflect")
    expect(box_of(room.rosa)).to_have_value("What I still wanted to say", timeout=BUSY_MS)
    room.merle.goto(f"{server.base}/sessions/00000000-0000-4000-8000-000000000000/room")
    expect(room.merle.get_by_role("heading", name="Not here")).to_be_visible()
    check_both(room.merle, "a room that is not there")


def test_with_the_keyboard_alone(visit: Visiting, server: Server, circle: Circle) -> None:
    rosa = circle.add_member("Rosa")
    session = plan_session(circle)
    path = f"/sessions/{session}/room"
    lead = visit(service_workers="block").sign_in(server.account("hannah"), path)
    begin = lead.get_by_role("button", name="Begin: Arrive")
    expect(begin).to_be_visible(timeout=BUSY_MS)
    tab_to(lead, begin)
    lead.keyboard.press("Enter")
    member = visit(service_workers="block").sign_in(rosa, path)
    expect(person_in(lead, "Rosa")).to_contain_text("here", timeout=BUSY_MS)
    ask = lead.get_by_role("button", name="Ask how everybody is")
    tab_to(lead, ask)
    lead.keyboard.press("Space")
    good = member.get_by_role("button", name="5: Good")
    expect(good).to_be_visible(timeout=BUSY_MS)
    tab_to(member, good)
    member.keyboard.press("Enter")
    expect(member.get_by_text("You said: Good.")).to_be_visible(timeout=BUSY_MS)
    expect(member.get_by_role("region", name="How are you now?")).to_be_focused()
    round_ = lead.get_by_role("button", name="Begin a round")
    tab_to(lead, round_)
    lead.keyboard.press("Enter")
    start = lead.get_by_role("button", name="Begin with this order")
    tab_to(lead, start)
    lead.keyboard.press("Enter")
    done = member.get_by_role("button", name="I am done")
    expect(done).to_be_visible(timeout=BUSY_MS)
    member.keyboard.press("w")
    member.keyboard.type("I am well.")
    member.keyboard.press("Control+Enter")
    expect(feed(lead).filter(has_text="I am well.")).to_be_visible(timeout=BUSY_MS)
    member.keyboard.press("Escape")
    tab_to(member, done)
    member.keyboard.press("Enter")
    expect(lead.get_by_role("button", name="Begin a round")).to_be_visible(timeout=BUSY_MS)


def test_long_names_right_to_left_and_small(visit: Visiting, server: Server, circle: Circle) -> None:
    rosa = circle.add_member("مريم التي لها اسم طويل جدا في هذه المجموعة الصغيرة")
    session = plan_session(circle, title=LONG[:200], place=LONG, agenda=LONG * 5)
    page = visit(phone=True, service_workers="block").sign_in(rosa)
    expect(part(page, "Your next session")).to_be_visible(timeout=BUSY_MS)
    check_state(page, "home with a long session", SMALL, PHONE)
    for path in ("/sessions", f"/sessions/{session}"):
        page.goto(f"{server.base}{path}")
        expect(page.get_by_text("An evening for everybody").first).to_be_visible(timeout=BUSY_MS)
        check_state(page, f"{path} with long words", SMALL, DESK)
    set_rhythm(circle, session, "arrive")
    page.goto(f"{server.base}/sessions/{session}/room")
    expect(box_of(page)).to_be_visible(timeout=BUSY_MS)
    page.evaluate("() => (document.documentElement.dir = 'rtl')")
    check_state(page, "a room from right to left", SMALL)
    lead = visit(service_workers="block").sign_in(server.account("hannah"), f"/sessions/{session}/room")
    expect(person_in(lead, "مريم")).to_be_visible(timeout=BUSY_MS)
    lead.evaluate("() => (document.documentElement.dir = 'rtl')")
    check_state(lead, "the cockpit from right to left", DESK)
    lead.goto(f"{server.base}/groups/{circle.id}/sessions/new")
    expect(lead.get_by_role("button", name="Plan these sessions")).to_be_visible(timeout=BUSY_MS)
    check_state(lead, "planning on a small phone", SMALL)


def test_without_a_line_the_tab_shows_what_it_has(visit: Visiting, server: Server, circle: Circle) -> None:
    rosa = circle.add_member("Rosa")
    session = plan_session(circle)
    one = visit(phone=True, service_workers="block")
    page = one.sign_in(rosa, "/sessions")
    expect(page.get_by_role("link", name="Extra evening")).to_be_visible(timeout=BUSY_MS)
    page.route("**/api/sessions**", lambda route: route.abort())
    page.get_by_role("button", name="Show earlier ones").click()
    expect(page.get_by_text("You have no line. This is how it was at")).to_be_visible()
    expect(page.get_by_role("link", name="Extra evening")).to_be_visible()
    check_both(page, "sessions without a line")
    page.get_by_role("link", name="Extra evening").first.click()
    expect(page.get_by_role("heading", name="No line just now")).to_be_visible()
    check_both(page, "a session without a line")
    page.unroute("**/api/sessions**")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_label("Your note for yourself")).to_be_visible(timeout=BUSY_MS)
    page.route("**/api/intention.write", lambda route: route.abort())
    page.get_by_label("Your note for yourself").fill("Kept in this tab")
    expect(page.get_by_text("Not saved yet.")).to_be_visible(timeout=BUSY_MS)
    page.unroute("**/api/intention.write")
    expect(page.get_by_text("Saved. Only you can read it.")).to_be_visible(timeout=BUSY_MS)
    page.goto(f"{server.base}/sessions/{session[:-4]}0000")
    expect(page.get_by_role("heading", name="Not here")).to_be_visible()
    check_both(page, "a session that is not there")
