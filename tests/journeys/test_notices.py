"""Notices: what there is, read once for all devices, sent only as somebody chose, and never with a word in it."""

from __future__ import annotations

import json

from playwright.sync_api import Locator, Page, expect

from tests.journeys.axe import check_state
from tests.journeys.conftest import DESK, PHONE, Circle, Visiting
from tests.journeys.given_notices import (
    Worker,
    bell,
    give,
    give_many,
    leave_in_doubt,
    unsubscribe_path,
)
from tests.notify.given import Keys
from tests.server import Server

SLOW_MS = 20_000
SECRET = "Name of a group that nobody else may see"


def lines(page: Page) -> Locator:
    """The notices on the page."""
    return page.locator("main [data-line]")


def test_read_on_one_device_is_read_on_the_other(visit: Visiting, server: Server, circle: Circle) -> None:
    rowan = circle.add_member("Rowan")
    phone, desk = visit(phone=True), visit()
    small, large = phone.sign_in(rowan), desk.sign_in(rowan)
    expect(bell(small)).to_be_visible()
    expect(bell(large)).to_have_text("Notices")
    give_many(
        server,
        [
            (rowan["person"], "post.decided", "journey:1", "/me/flags", "Thursday circle", 1),
            (rowan["person"], "session.changed", "journey:2", "/groups", "Thursday circle", 0),
        ],
    )
    expect(small.get_by_role("link", name="Notices, 2 new")).to_be_visible(timeout=SLOW_MS)
    expect(large.get_by_role("link", name="Notices 2 new")).to_be_visible(timeout=SLOW_MS)
    expect(large.get_by_text("There is a new notice for you.")).to_have_count(1)

    bell(small).click()
    expect(small.get_by_role("heading", name="Notices", level=1)).to_be_visible()
    expect(lines(small)).to_have_count(2)
    expect(small.get_by_role("heading", level=2)).to_have_text(["Today", "Yesterday"])
    expect(lines(small).first).to_contain_text("The time or place of a session has changed")
    expect(lines(small).first).to_contain_text("Thursday circle")
    check_state(small, "notices", DESK, PHONE)
    bell(large).click()
    expect(lines(large)).to_have_count(2)
    lines(small).first.click()
    expect(small.get_by_role("heading", name="Groups", level=1)).to_be_visible()
    expect(large.get_by_role("link", name="Notices 1 new")).to_be_visible(timeout=SLOW_MS)
    expect(lines(large).filter(has_text="New")).to_have_count(1)
    large.get_by_role("button", name="Mark all as read").click()
    expect(bell(large)).to_have_text("Notices")
    expect(small.get_by_role("link", name="Notices", exact=True)).to_be_visible(timeout=SLOW_MS)
    assert phone.faults == desk.faults == []


def test_empty_offline_and_broken(visit: Visiting, server: Server, circle: Circle) -> None:
    rowan = circle.add_member("Rowan")
    one = visit(phone=True, service_workers="block")
    page = one.sign_in(rowan, "/notices")
    expect(page.get_by_role("heading", name="Nothing here yet")).to_be_visible()
    check_state(page, "no notices", PHONE, DESK)
    page.route("**/api/notices?*", lambda route: route.fulfill(status=500, json={"type": "broken"}))
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("Try again")
    check_state(page, "notices broken", PHONE, DESK)
    page.unroute("**/api/notices?*")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Nothing here yet")).to_be_visible()
    rows = [(rowan["person"], "assignment.given", f"j:{n}", "/me", SECRET * 4, n % 3) for n in range(40)]
    give_many(server, rows)
    expect(lines(page)).to_have_count(30, timeout=SLOW_MS)
    page.get_by_role("button", name="Show earlier ones").click()
    expect(lines(page)).to_have_count(40)
    expect(page.get_by_role("button", name="Show earlier ones")).to_have_count(0)
    check_state(page, "many notices", {"width": 320, "height": 640}, DESK)
    one.context.set_offline(True)
    page.evaluate("() => dispatchEvent(new Event('online'))")
    expect(page.get_by_text("This is what was read before.")).to_be_visible(timeout=SLOW_MS)
    expect(lines(page)).to_have_count(40)
    check_state(page, "notices offline", PHONE)


def test_choices_and_quiet_hours(visit: Visiting, server: Server, circle: Circle) -> None:
    rowan = circle.add_member("Rowan")
    one = visit(phone=True)
    page = one.sign_in(rowan, "/me/notices")
    reminders = page.get_by_role("group", name="A session is coming up")
    mail = reminders.get_by_role("checkbox", name="By mail")
    expect(mail).to_be_checked()
    expect(page.get_by_role("group", name="Somebody may need help")).to_have_count(0)
    mail.uncheck()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(mail).not_to_be_checked()
    quiet = page.get_by_role("checkbox", name="Keep quiet at certain hours")
    expect(quiet).not_to_be_checked()
    quiet.check()
    page.get_by_label("From", exact=True).fill("21:30")
    page.get_by_label("Until", exact=True).fill("21:30")
    page.get_by_role("button", name="Save quiet hours").click()
    expect(page.get_by_text("These are the same time.")).to_be_visible()
    check_state(page, "choices, something wrong", DESK, PHONE)
    page.get_by_label("Until", exact=True).fill("06:45")
    expect(page.get_by_text("Nothing is sent from 21:30 until 06:45 the next morning.")).to_be_visible()
    page.get_by_role("button", name="Save quiet hours").click()
    expect(page.get_by_text("Your quiet hours are saved.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Until", exact=True)).to_have_value("06:45")
    expect(mail).not_to_be_checked()
    expect(page.get_by_role("figure", name="On a locked phone")).to_contain_text("something new for you.")
    expect(page.get_by_text("Nothing was sent to you so far.")).to_be_visible()
    page.get_by_role("checkbox", name="Keep quiet at certain hours").uncheck()
    page.get_by_role("button", name="Save quiet hours").click()
    expect(page.get_by_text("Quiet hours are off.")).to_be_visible()
    check_state(page, "choices", PHONE, DESK)


def test_quiet_hours_of_a_group(visit: Visiting, server: Server, circle: Circle) -> None:
    rowan = circle.add_member("Rowan")
    page = visit().sign_in(server.account("facilitator"), f"/groups/{circle.id}/settings")
    part = page.get_by_role("region", name="Quiet hours of the group")
    part.get_by_role("checkbox", name="This group has quiet hours").check()
    part.get_by_label("From", exact=True).fill("20:00")
    part.get_by_role("button", name="Save quiet hours").click()
    expect(page.get_by_text("The quiet hours of the group are saved.")).to_be_visible()
    page.reload()
    expect(part.get_by_label("From", exact=True)).to_have_value("20:00")
    check_state(page, "group settings with quiet hours", PHONE, DESK)
    member = visit(phone=True).sign_in(rowan, f"/groups/{circle.id}/settings")
    expect(member.get_by_role("heading", name="Agreement").first).to_be_visible()
    expect(member.get_by_role("region", name="Quiet hours of the group")).to_have_count(0)


def test_what_cannot_be_known_is_asked(visit: Visiting, server: Server, circle: Circle) -> None:
    rowan = circle.add_member("Rowan")
    account = server.account("facilitator")
    page = visit(phone=True, service_workers="block").sign_in(account, "/notices")
    leader = circle.leader.get("/api/me").json()["person"]["id"]
    expect(page.get_by_role("heading", name="Notices", level=1)).to_be_visible()
    expect(page.get_by_role("region", name="Did these arrive?")).to_have_count(0)
    # The last would say who has not read a summary: that is the admins' to settle.
    kinds = {"doubt:1": "assignment.given", "doubt:2": "assignment.given", "doubt:3": "summary.published"}
    for key, kind in kinds.items():
        give(server, rowan["person"], kind, key=key, about=SECRET)
        leave_in_doubt(server, rowan["person"], key, leader)
    page.reload()
    part = page.get_by_role("region", name="Did these arrive?")
    expect(part.get_by_role("listitem")).to_have_count(2)
    expect(part.get_by_role("listitem").first).to_contain_text("A mail to Rowan Example")
    expect(part).not_to_contain_text(SECRET)
    check_state(page, "doubts", PHONE, DESK)
    part.get_by_role("button", name="It came").first.click()
    expect(page.get_by_text("Noted: it came.")).to_be_visible()
    part.get_by_role("button", name="It did not").click()
    expect(page.get_by_text("Noted. It is sent once more.")).to_be_visible()
    expect(part).to_have_count(0)
    log = visit().sign_in(rowan, "/me/notices").get_by_role("region", name="What was sent to me")
    expect(log.get_by_role("listitem")).to_have_count(6)
    expect(log).not_to_contain_text(SECRET)


def test_the_link_in_a_mail_ends_that_kind(visit: Visiting, server: Server, circle: Circle) -> None:
    rowan = circle.add_member("Rowan")
    path = unsubscribe_path(server, rowan["person"], "session.reminder")
    one = visit(phone=True, service_workers="block")
    page = one.open(path)
    expect(page.get_by_text("Stop mail of this kind: “A session is coming up”?")).to_be_visible()
    check_state(page, "unsubscribing", PHONE, DESK)
    page.get_by_role("button", name="Stop these mails").click()
    expect(page.get_by_text("You get no more mail of this kind")).to_be_visible()
    check_state(page, "unsubscribed", PHONE)
    signed = visit().sign_in(rowan, "/me/notices")
    kind = signed.get_by_role("group", name="A session is coming up")
    expect(kind.get_by_role("checkbox", name="By mail")).not_to_be_checked()
    expect(kind.get_by_role("checkbox", name="On my devices")).to_be_checked()
    page.get_by_role("button", name="I want them after all").click()
    expect(page.get_by_text("You get these mails again.")).to_be_visible()
    one.open(f"{path}x")
    expect(page.get_by_role("heading", name="This link does not work any more")).to_be_visible()
    check_state(page, "unsubscribe link over", PHONE)


def test_a_push_shows_no_word_and_leads_to_the_thing(visit: Visiting, server: Server, circle: Circle) -> None:
    rowan = circle.add_member("Rowan")
    one = visit()
    one.context.grant_permissions(["notifications"], origin=one.base)
    page = one.sign_in(rowan, "/groups")
    worker = Worker(one.context, page, one.base)
    said = {"v": 1, "title": "Willow Lane Practice", "body": "There is something new for you.", "tag": "n1"}
    worker.push(json.dumps({**said, "link": "/safety-plan"}))
    (shown,) = worker.wait_for(1)
    assert shown == {**{name: said[name] for name in ("title", "body", "tag")}, "link": "/safety-plan"}
    worker.push(json.dumps({**said, "link": "https://elsewhere.example/"}))
    worker.push("not a notice of ours")
    plain = {one["tag"]: one for one in worker.wait_for(2)}
    assert plain["n1"]["link"] == "/notices"
    assert plain["hearthside"]["body"] == "There is something new for you."
    give(server, rowan["person"], "session.changed", key="push:1", link="/me")
    expect(page.get_by_role("link", name="Notices 1 new")).to_be_visible(timeout=SLOW_MS)
    assert len(worker.shown()) == 2
    bell(page).click()
    page.get_by_role("button", name="Mark all as read").click()
    assert worker.wait_for(0) == []


# A browser whose permission and address the journey decides; real ones need a push service on the internet.
BROWSER = """(() => {
    Object.defineProperty(Notification, "permission", {get: () => sessionStorage.getItem("permission") ?? "default"});
    window.asked = 0;
    Notification.requestPermission = async () => {
        window.asked += 1;
        sessionStorage.setItem("permission", window.answer ?? "granted");
        return Notification.permission;
    };
    const made = %s;
    const address = {endpoint: made.endpoint, toJSON: () => made, unsubscribe: async () => {
        sessionStorage.removeItem("address");
        return true;
    }};
    PushManager.prototype.subscribe = async () => { sessionStorage.setItem("address", "yes"); return address; };
    PushManager.prototype.getSubscription = async () => sessionStorage.getItem("address") ? address : null;
})()"""
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"


def this_device(page: Page) -> Locator:
    """The part of the page about this device."""
    return page.get_by_role("region", name="This device")


def test_this_device_is_asked_only_after_a_press(visit: Visiting, server: Server, circle: Circle) -> None:
    rowan = circle.add_member("Rowan")
    one = visit(phone=True)
    keys = Keys()
    made = {
        "endpoint": f"http://127.0.0.1:9/{rowan['person']}",
        "keys": {"p256dh": keys.p256dh, "auth": keys.auth},
    }
    one.context.add_init_script(BROWSER % json.dumps(made))
    page = one.sign_in(rowan, "/me/notices")
    part = this_device(page)
    expect(part.get_by_text("Off on this device")).to_be_visible()
    assert page.evaluate("window.asked") == 0
    check_state(page, "this device, off", DESK, PHONE)
    page.evaluate("window.answer = 'default'")
    part.get_by_role("button", name="Switch on here").click()
    expect(page.get_by_text("You said no for now. Nothing has changed.")).to_be_visible()
    page.evaluate("window.answer = 'granted'")
    part.get_by_role("button", name="Switch on here").click()
    expect(part.get_by_text("On here")).to_be_visible(timeout=SLOW_MS)
    expect(part.get_by_role("listitem")).to_contain_text("this one")
    check_state(page, "this device, on", DESK, PHONE)
    page.goto(f"{server.base}/me/privacy")
    expect(page.get_by_role("checkbox", name="Send me notices")).to_be_checked()

    with page.expect_response("**/api/consent.set"):
        page.get_by_role("checkbox", name="Send me notices").uncheck()
    page.goto(f"{server.base}/me/notices")
    expect(part.get_by_text("Off on this device")).to_be_visible()
    page.goto(f"{server.base}/me/privacy")
    expect(page.get_by_role("checkbox", name="Send me notices")).not_to_be_checked()

    page.goto(f"{server.base}/me/notices")
    part.get_by_role("button", name="Switch on here").click()
    expect(part.get_by_text("On here")).to_be_visible(timeout=SLOW_MS)
    part.get_by_role("button", name="Switch off here").click()
    expect(page.get_by_text("This device shows no more notes.")).to_be_visible()
    expect(part.get_by_role("listitem")).to_have_count(0)
    page.evaluate("window.answer = 'denied'")
    part.get_by_role("button", name="Switch on here").click()
    expect(part.get_by_text("Your browser blocks notes from this site")).to_be_visible()
    check_state(page, "this device, denied", PHONE)


def test_a_browser_that_cannot_says_what_to_do(visit: Visiting, circle: Circle) -> None:
    rowan = circle.add_member("Rowan")
    for agent, words in (
        (None, "This browser cannot show notes"),
        (IPHONE, "First put Hearthside on your home screen"),
    ):
        one = visit(phone=True, **({"user_agent": agent} if agent else {}))
        one.context.add_init_script("delete window.PushManager;")
        page = one.sign_in(rowan, "/me/notices")
        expect(this_device(page).get_by_text(words)).to_be_visible()
        expect(this_device(page).get_by_role("button")).to_have_count(0)
        check_state(page, words, PHONE, DESK)
