"""One evening of a weekly group: planned across a change of the clocks, held, and told to those who were not there."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import DESK, PHONE, WAIT_MS, Circle, Visit
from tests.journeys.given_moderation import SLOW_MS, feed, sign_in, write_post
from tests.journeys.given_sessions import part, set_rhythm, until
from tests.journeys.given_summaries import QUIET_NIGHT, SLEPT, saved, words_of
from tests.journeys.test_live_room import BUSY_MS, LOST_MS, cockpit_of, person_in
from tests.journeys.test_sessions import BEFORE_THE_CLOCKS, plan_by_hand
from tests.journeys.test_summaries import SEND, read_to_the_end, withdraw
from tests.notify.endpoint import Service, push_service
from tests.notify.given import Keys, subscription
from tests.server import Server, running_server

THERE = ("Ada", "Ben", "Cleo", "Dan")
MISSED = ("Eve", "Finn")
BEFORE_IT = datetime(
    2027, 4, 1, 15, 52, tzinfo=UTC
)  # 17:52 in Berlin, four days after the clocks went forward
AFTER_IT = datetime(2027, 4, 1, 17, 35, tzinfo=UTC)
A_WHILE_LATER = datetime(2027, 4, 1, 18, 0, tzinfo=UTC)
CORRECTED = "A calm evening about sleep."


@dataclass
class Evening:
    """A server with a clock of its own, a group of six and its facilitator, and browsers for them."""

    server: Server
    service: Service
    browser: Browser
    clock: Path
    stack: contextlib.ExitStack
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: dict[str, Keys] = field(default_factory=dict)

    def set_clock(self, moment: datetime) -> None:
        """It is now that time for the server."""
        self.clock.write_text(str((moment - datetime.now(UTC)).total_seconds()))
        time.sleep(1.5)  # it looks at its clock once a second

    def enter(self, account: dict[str, Any], path: str, *, phone: bool = False) -> Page:
        """Somebody at a browser of their own."""
        size = PHONE if phone else DESK
        context = self.browser.new_context(viewport=size, reduced_motion="reduce", service_workers="block")
        self.stack.enter_context(contextlib.closing(context))
        context.set_default_timeout(WAIT_MS)
        return Visit(self.server.base, context, context.new_page()).sign_in(account, path)

    def letters(self, name: str) -> list[str]:
        """The mails that this member got, oldest first."""
        found = [
            BytesParser(policy=policy.default).parsebytes(path.read_bytes())
            for path in sorted((self.server.data / "mail").glob("*.eml"))
        ]
        return [one.get_content() for one in found if one["To"] == self.people[name]["email"]]

    def reached(self) -> dict[str, tuple[int, int]]:
        """How many pushes and mails each member has got so far."""
        return {name: (len(self.service.of(name)), len(self.letters(name))) for name in self.people}


def arrived(evening: Evening, before: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """Who got how many pushes and mails since then; who got none is left out."""
    now = evening.reached()
    more = {name: (now[name][0] - before[name][0], now[name][1] - before[name][1]) for name in now}
    return {name: counts for name, counts in more.items() if counts != (0, 0)}


def test_from_the_plan_to_the_last_reader(browser: Browser, tmp_path: Path) -> None:
    clock = tmp_path / "offset"
    clock.write_text(str((BEFORE_THE_CLOCKS - datetime.now(UTC)).total_seconds()))
    with (
        push_service() as service,
        running_server(classifier="local", clock_file=str(clock)) as server,
        contextlib.ExitStack() as stack,
    ):
        evening = Evening(server, service, browser, clock, stack)
        with server.sign_in("hannah") as hannah:
            opened = hannah.command("group.open", name="Thursday circle", member_name="Anna")
            circle = Circle(server, hannah, opened["group"], "Thursday circle")
            for name in (*THERE, *MISSED):
                evening.people[name] = circle.add_member(name)
        sessions = f"/groups/{circle.id}/sessions"
        planning = evening.enter(server.account("hannah"), sessions)
        plan_by_hand(planning)
        expect(part(planning, "Coming").get_by_text("Thursday 25 March, 17:00 to 18:30")).to_be_visible()
        planning.context.close()

        evening.set_clock(BEFORE_IT)
        circle.leader = stack.enter_context(server.sign_in("hannah"))
        for name in ("Ada", "Eve"):
            evening.keys[name] = Keys()
            with sign_in(circle, evening.people[name]) as person:
                person.command("push.add", **subscription(service.url(name), evening.keys[name]))
        for name in THERE:
            with sign_in(circle, evening.people[name]) as person:
                person.command("consent.set", purpose="summaries", given=True)
        staff = evening.enter(server.account("hannah"), sessions)
        part(staff, "Coming").get_by_role("link").first.click()
        expect(staff.get_by_text("18:00 to 19:30, Berlin time")).to_be_visible()
        session = urlsplit(staff.url).path.rpartition("/")[2]
        hold(evening, circle, staff, session)
        evening.set_clock(AFTER_IT)
        tell(evening, session)


def hold(evening: Evening, circle: Circle, staff: Page, session: str) -> None:
    """Four of six come, one of them loses the line; afterwards it is marked who came."""
    room = f"/sessions/{session}/room"
    staff.goto(evening.server.base + room)
    cockpit_of(staff).get_by_role("button", name="Begin: Arrive").click()
    pages = {name: evening.enter(evening.people[name], room, phone=True) for name in THERE}
    for name in THERE:
        expect(person_in(staff, name)).to_contain_text("here", timeout=BUSY_MS)
    set_rhythm(circle, session, "live")
    expect(pages["Dan"].get_by_text("The session is on, until about")).to_be_visible(timeout=BUSY_MS)
    pages["Dan"].context.set_offline(True)
    write_post(pages["Ada"], f"I lay awake at night again, and sleep does not come. {SLEPT}")
    expect(feed(pages["Cleo"]).filter(has_text=SLEPT)).to_be_visible(timeout=BUSY_MS)
    write_post(pages["Ben"], "My nights are short, I cannot sleep and lie awake for hours.")
    expect(feed(staff).filter(has_text="My nights are short")).to_be_visible(timeout=BUSY_MS)
    expect(person_in(staff, "Dan")).to_contain_text("line lost", timeout=LOST_MS)
    set_rhythm(circle, session, "reflect")
    staff.goto(f"{evening.server.base}/sessions/{session}")
    came = part(staff, "Who came")
    expect(came.get_by_text("lost the line once")).to_be_visible(timeout=BUSY_MS)
    came.get_by_role("button", name="Take what the room shows").click()
    for name in MISSED:
        absent = came.get_by_role("group", name=f"Whether {name} came").get_by_text("Not there", exact=True)
        absent.click()
    expect(came.get_by_text("4 came and 2 not there")).to_be_visible(timeout=BUSY_MS)
    for page in (staff, *pages.values()):
        page.context.close()


def tell(evening: Evening, session: str) -> None:
    """Draft, edit, approve; the two who missed it are told once each and read it; corrected, then withdrawn."""
    before = evening.reached()
    staff = evening.enter(evening.server.account("hannah"), f"/sessions/{session}/summary")
    draft = staff.get_by_role("button", name="Make a draft")
    notes = words_of(staff, "From your facilitators")
    expect(draft.or_(notes)).to_be_visible(timeout=BUSY_MS)
    if draft.is_visible():  # the server makes one by itself a while after a session
        draft.click()
    expect(notes).to_be_visible()
    assert SLEPT not in staff.get_by_role("main").inner_text()
    notes.fill(QUIET_NIGHT)
    saved(staff)
    assert arrived(evening, before) == {}, "nothing leaves before it is approved"
    staff.get_by_role("button", name=SEND).click()
    dialog = staff.get_by_role("dialog", name="Send this to 2 absent members?")
    expect(dialog.get_by_text("Eve and Finn get one notice.")).to_be_visible()
    dialog.get_by_role("button", name="Approve and send").click()
    expect(staff.get_by_text("0 of 2 absent have read")).to_be_visible()
    until(lambda: arrived(evening, before) == {"Eve": (1, 0), "Finn": (0, 1)})

    push = evening.service.of("Eve")[-1].opened(evening.keys["Eve"])
    eve = evening.enter(evening.people["Eve"], push["link"], phone=True)
    (link,) = [word for word in evening.letters("Finn")[-1].split() if "/n/" in word]
    finn = evening.enter(evening.people["Finn"], urlsplit(link).path, phone=True)
    for number, reader in enumerate((eve, finn), 1):
        expect(reader.get_by_text("You were not there.")).to_be_visible()
        expect(reader.get_by_text(QUIET_NIGHT)).to_be_visible()
        read_to_the_end(reader)
        staff.reload()  # the moment of a reading is not told
        expect(staff.get_by_text(f"{number} of 2 absent have read")).to_be_visible(timeout=SLOW_MS)

    told = evening.reached()
    staff.get_by_role("button", name="Correct it").click()
    words_of(staff, "From your facilitators").fill(CORRECTED)
    expect(staff.get_by_text("Saved. Nobody sees it before you send the correction.")).to_be_visible()
    staff.get_by_role("button", name="Send the correction").click()
    staff.get_by_role("dialog").get_by_role("button", name="Send the correction").click()
    for reader in (eve, finn):
        expect(reader.get_by_text(CORRECTED)).to_be_visible(timeout=SLOW_MS)
    until(lambda: arrived(evening, told) == {"Eve": (1, 0), "Finn": (0, 1)})

    withdraw(staff, "A part of it was not meant for the group.")
    for reader in (eve, finn):
        expect(reader.get_by_role("heading", name="This summary was withdrawn")).to_be_visible(
            timeout=SLOW_MS
        )
        assert CORRECTED not in reader.content()
    evening.set_clock(A_WHILE_LATER)
    staff.wait_for_timeout(3000)  # a mail for what is still unread would leave now
    assert arrived(evening, told) == {"Eve": (1, 0), "Finn": (0, 1)}
    words = [letter for name in evening.people for letter in evening.letters(name)]
    assert [letter for letter in words if QUIET_NIGHT in letter or CORRECTED in letter] == []
