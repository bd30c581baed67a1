"""What a member meets when words wait, when somebody hurts them, when they have to leave, and without a line."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Circle, Visit, Visiting
from tests.journeys.given_moderation import (
    ATTACK,
    CRY,
    KIND,
    SLOW_MS,
    banner,
    card,
    decide,
    feed,
    line_in,
    own,
    say,
    settle_calls,
    sign_in,
    topic_of,
    write_post,
)
from tests.server import Server, SignedIn

NEUTRAL = "https://www.wikipedia.org/"
WATCH_SHIFT = """() => addEventListener("keydown", (event) => {
    if (event.key === "Shift") console.log("hidden " + document.documentElement.hidden);
})"""  # after the page's own listener, before any other page can come


def listen(one: Visit) -> list[str]:
    """Everything this page's socket is sent from now on, as it came."""
    frames: list[str] = []
    one.page.on("websocket", lambda line: line.on("framereceived", lambda frame: frames.append(str(frame))))
    return frames


def act_on(page: Page, words: str, act: str) -> None:
    """Choose something in the menu of a post."""
    post = feed(page).filter(has_text=words)
    post.hover()
    post.get_by_role("button", name="More for").click()
    page.get_by_role("menuitem", name=act).click()


def test_an_attack_is_never_shown_and_can_be_said_in_other_words(visit: Visiting, circle: Circle) -> None:
    rowan, sage = circle.add_member("Rowan"), circle.add_member("Sage")
    path = circle.add_topic("Evenings", "How was it?")
    target, author = visit(phone=True), visit(phone=True).sign_in(rowan, path)
    frames = listen(target)
    target.sign_in(sage, path)
    expect(feed(target.page)).to_have_count(1)
    expect(feed(author)).to_have_count(1)
    write_post(author, ATTACK)
    expect(author.get_by_text("This may hurt somebody.")).to_be_visible()
    author.get_by_role("button", name="Send as it is").click()
    expect(own(author)).to_contain_text(ATTACK)
    expect(own(author)).to_contain_text("Waits for a facilitator")
    expect(own(author)).to_contain_text("Some of these words could hurt somebody here.")
    expect(own(author).locator(".wait")).to_be_visible()
    own(author).get_by_role("button", name="Talk about it").click()
    own(author).get_by_label("Write to your facilitators about this post").fill("They hurt me first.")
    own(author).get_by_role("button", name="Send", exact=True).click()
    expect(own(author).get_by_text("They hurt me first.")).to_be_visible()
    item = line_in(circle, "conduct")["id"]
    circle.leader.command("review.open", item=item)
    assert circle.leader.get(f"/api/review/{item}").json()["talk"][0]["text"] == "They hurt me first."
    circle.leader.command("review.talk", item=item, text="Then say that it hurt.")
    expect(own(author).get_by_text("Then say that it hurt.")).to_be_visible()

    own(author).get_by_role("button", name="Edit").click()
    box = own(author).get_by_label("Edit your post")
    expect(box).to_have_value(ATTACK)
    box.fill(KIND)
    own(author).get_by_role("button", name="Save").click()
    expect(feed(author).filter(has_text=KIND)).to_be_visible()
    expect(own(author)).to_have_count(0)
    expect(feed(target.page).filter(has_text=KIND)).to_be_visible()
    assert ATTACK not in target.page.content()
    assert frames
    assert not [frame for frame in frames if "worthless" in frame]
    assert circle.leader.get(f"/api/groups/{circle.id}/review").json()["lines"] == []


def what_is_told(person: SignedIn, topic: str) -> dict[str, Any]:
    """Everything that a member can read about how their own words were taken."""
    paths = {
        "flags": "/api/me/flags",
        "mine": f"/api/topics/{topic}/mine",
        "posts": f"/api/topics/{topic}/posts",
    }
    return {name: person.get(path).raise_for_status().json() for name, path in paths.items()}


def test_who_reports_stays_unknown_and_is_looked_after(
    visit: Visiting, server: Server, circle: Circle
) -> None:
    rowan, sage = circle.add_member("Rowan"), circle.add_member("Sage")
    path = circle.add_topic("Evenings", "How was it?")
    words = "I know which street you live in, Sage"
    author = visit(phone=True)
    frames = listen(author)
    author.sign_in(rowan, path)
    with sign_in(circle, rowan) as author_http:
        author_http.command("post.submit", topic=topic_of(path), body=words)
        before = what_is_told(author_http, topic_of(path))
        reporter, staff = (
            visit(phone=True).sign_in(sage, path),
            visit().sign_in(server.account("hannah"), "/me"),
        )
        expect(feed(author.page)).to_have_count(2)
        heard = len(frames)
        act_on(reporter, words, "Tell a facilitator about this")
        form = reporter.get_by_role("dialog")
        form.get_by_label("It attacks me or somebody else").check()
        form.get_by_label("Do you want to add something?").fill("It frightens me.")
        form.get_by_label("I feel unsafe now").check()
        form.get_by_role("button", name="Send to my facilitators").click()
        expect(form.get_by_text("A facilitator is told at once.")).to_be_visible()
        expect(form.get_by_role("button", name="Show help lines")).to_be_visible()
        expect(banner(staff)).to_contain_text("Somebody may need you")
        call = line_in(circle, "care")
        assert call["target_kind"] == "member"
        decide(circle.leader, line_in(circle, "conduct"), "keep")
        settle_calls(circle)
        assert what_is_told(author_http, topic_of(path)) == before
        looked = author_http.get("/api/me/access").text
    for hint in ("report", "unsafe", "frighten", sage["person"], "Sage"):
        assert hint not in looked
        assert not [frame for frame in frames[heard:] if hint in frame]
    expect(feed(author.page).filter(has_text=words)).to_be_visible()
    for address in (path, "/me/flags", "/me/privacy"):
        page = author.open(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("main")).not_to_contain_text("frighten")
        expect(page.get_by_text("reported")).to_have_count(0)


def test_blocked_posts_fold_away_for_one_reader_only(visit: Visiting, circle: Circle) -> None:
    rowan, sage, linde = (circle.add_member(name) for name in ("Rowan", "Sage", "Linde"))
    path = circle.add_topic("Evenings", "How was it?")
    say(circle, rowan, path, "one of mine")
    blocker, other = visit(phone=True).sign_in(sage, path), visit(phone=True).sign_in(linde, path)
    author = visit(phone=True).sign_in(rowan, path)
    act_on(blocker, "one of mine", "Block Rowan")
    expect(blocker.get_by_text("From somebody you blocked")).to_be_visible()
    expect(blocker.get_by_text("one of mine")).to_have_count(0)
    write_post(author, "and another")
    expect(feed(other).filter(has_text="and another")).to_be_visible()
    expect(feed(other).filter(has_text="one of mine")).to_be_visible()
    expect(blocker.get_by_text("From somebody you blocked")).to_have_count(2)
    expect(author.get_by_text("blocked", exact=False)).to_have_count(0)
    feed(blocker).last.get_by_role("button", name="Show").click()
    expect(blocker.get_by_text("and another")).to_be_visible()


def test_the_safety_plan_is_two_taps_away_and_kept(visit: Visiting, circle: Circle) -> None:
    rowan = circle.add_member("Rowan")
    path = circle.add_topic("Evenings", "How was it?")
    page = visit(phone=True, has_touch=True).sign_in(rowan, path)
    page.get_by_role("button", name="Crisis help").tap()
    page.get_by_role("dialog").get_by_role("link", name="My safety plan").tap()
    expect(page.get_by_role("heading", level=1, name="My safety plan")).to_be_visible()
    page.get_by_label("Things I can do by myself, line 1").fill("Walk round the pond")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page.get_by_label("Facilitators of Thursday circle").check()
    expect(
        page.get_by_text("The facilitators of Thursday circle can read your plan now.").last
    ).to_be_visible()
    page.reload()
    expect(page.get_by_label("Things I can do by myself, line 1")).to_have_value("Walk round the pond")
    expect(page.get_by_label("Facilitators of Thursday circle")).to_be_checked()


def test_three_times_shift_hides_first_and_leaves_nothing(
    visit: Visiting, server: Server, circle: Circle
) -> None:
    rowan = circle.add_member("Rowan")
    path = circle.add_topic("Evenings", "Only for us to read")
    one = visit()
    page = one.sign_in(rowan, "/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hello")
    page.goto(server.base + path)
    expect(page.get_by_text("Only for us to read")).to_be_visible()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.evaluate(WATCH_SHIFT)
    elsewhere = "<title>Wikipedia</title><h1>Wikipedia</h1>"
    one.context.route(NEUTRAL + "**", lambda route: route.fulfill(body=elsewhere, content_type="text/html"))
    page.get_by_placeholder("Write to the group").focus()
    for _ in range(3):
        page.keyboard.press("Shift")
    expect(page.get_by_role("heading", name="Wikipedia")).to_be_visible()
    assert one.context.request.get(f"{server.base}/api/me").status in (401, 403)
    assert [line for line in said if line.startswith("hidden")] == [
        "hidden false",
        "hidden false",
        "hidden true",
    ]
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "Only for us to read" not in page.content()
    assert set(one.faults) <= {"a request to www.wikipedia.org"}
    one.faults.clear()


def test_help_without_a_line(visit: Visiting, server: Server, circle: Circle) -> None:
    rowan = circle.add_member("Rowan")
    path = circle.add_topic("Evenings", "How was it?")
    with sign_in(circle, rowan) as person:
        steps = [["Not sleeping"], ["Walk round the pond"], [], [], [], []]
        person.command("safety_plan.save", version=0, steps=steps)
    page = visit(phone=True).sign_in(rowan, "/safety-plan")
    page.get_by_label("Keep a copy on this device").check()
    page.goto(server.base + path)
    expect(feed(page)).to_have_count(1)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    write_post(page, CRY)
    expect(card(page)).to_be_visible()
    page.context.set_offline(True)
    expect(page.get_by_text("Offline")).to_be_visible()
    expect(card(page).get_by_role("link", name="999")).to_be_visible()
    card(page).get_by_role("button", name="Tell my facilitator").click()
    tell = page.get_by_role("dialog")
    tell.get_by_label("What should they know?").fill("Please call me.")
    tell.get_by_role("button", name="Send to my facilitators").click()
    expect(tell.get_by_text("Your words are still here.")).to_be_visible()
    expect(tell.get_by_label("What should they know?")).to_have_value("Please call me.")
    page.keyboard.press("Escape")

    page.reload()
    expect(card(page).get_by_role("link", name="116 123")).to_be_visible()
    page.get_by_role("button", name="Crisis help").click()
    expect(page.get_by_role("dialog").get_by_role("link", name="116 123")).to_be_visible()
    page.get_by_role("dialog").get_by_role("link", name="My safety plan").click()
    expect(page.get_by_label("Things I can do by myself, line 1")).to_have_value("Walk round the pond")
    expect(page.get_by_text("This is the copy kept on this device")).to_be_visible()
    page.get_by_role("button", name="Crisis help").click()
    page.get_by_role("dialog").get_by_role("link", name="A calm minute").click()
    expect(page.get_by_role("heading", name="Five, four, three, two, one")).to_be_visible()
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("Breathe in", exact=True)).to_be_visible()
    settle_calls(circle)


def test_other_words_written_without_a_line_are_kept(visit: Visiting, circle: Circle) -> None:
    rowan = circle.add_member("Rowan")
    path = circle.add_topic("Evenings", "How was it?")
    assert say(circle, rowan, path, ATTACK)["state"] == "held"
    page = visit(phone=True).sign_in(rowan, path)
    own(page).get_by_role("button", name="Edit").click()
    page.context.set_offline(True)
    expect(page.get_by_text("Offline")).to_be_visible()
    own(page).get_by_label("Edit your post").fill(KIND)
    own(page).get_by_role("button", name="Save").click()
    expect(own(page).get_by_role("alert")).to_be_visible()
    expect(own(page).get_by_label("Edit your post")).to_have_value(KIND)
    page.context.set_offline(False)
    expect(page.get_by_text("Offline")).to_be_hidden(timeout=SLOW_MS)
    expect(own(page).get_by_label("Edit your post")).to_have_value(KIND)
    page.reload()
    own(page).get_by_role("button", name="Edit").click()
    expect(own(page).get_by_label("Edit your post")).to_have_value(KIND)
    own(page).get_by_role("button", name="Save").click()
    expect(feed(page).filter(has_text=KIND)).to_be_visible()


def settings(circle: Circle, **values: Any) -> None:
    """Change the circle's settings."""
    version = circle.leader.get(f"/api/groups/{circle.id}").json()["version"]
    circle.leader.command("group.update", group=circle.id, version=version, **values)


def test_somebody_asks_for_a_look_first(visit: Visiting, circle: Circle) -> None:
    rowan = circle.add_member("Rowan")
    path = circle.add_topic("Evenings", "How was it?")
    page = visit(phone=True).sign_in(rowan, path)
    page.get_by_role("button", name="Ask a facilitator first").click()
    expect(page.get_by_text("A facilitator reads this first")).to_be_visible()
    write_post(page, "Is this too much?")
    expect(own(page)).to_contain_text("You asked for a facilitator's look first.")
    decide(circle.leader, line_in(circle, "asked"), "publish")
    expect(feed(page).filter(has_text="Is this too much?")).to_be_visible()


@pytest.mark.parametrize(
    ("change", "reason", "after"),
    [
        ({"switches": {"premoderated": True}}, "In this group a facilitator reads each post", "held"),
        ({"first_posts": 1}, "The first posts of everybody who is new here", "published"),
    ],
    ids=["premoderated", "newcomer"],
)
def test_posts_that_are_read_first(
    visit: Visiting, circle: Circle, change: dict[str, Any], reason: str, after: str
) -> None:
    rowan = circle.add_member("Rowan")
    path = circle.add_topic("Evenings", "How was it?")
    settings(circle, **change)
    page = visit(phone=True).sign_in(rowan, path)
    write_post(page, "Hello from me")
    expect(own(page)).to_contain_text(reason)
    decide(circle.leader, line_in(circle, "asked"), "publish")
    expect(feed(page).filter(has_text="Hello from me")).to_be_visible()
    assert say(circle, rowan, path, "And once more")["state"] == after


def test_slow_mode_counts_down_and_keeps_what_comes_too_soon(visit: Visiting, circle: Circle) -> None:
    rowan = circle.add_member("Rowan")
    path = circle.add_topic("Evenings", "How was it?")
    page = visit(phone=True).sign_in(rowan, path)
    expect(feed(page)).to_have_count(1)
    topic = next(one for one in circle.leader.get(f"/api/groups/{circle.id}").json()["topics"])
    circle.leader.command("topic.update", topic=topic["id"], version=topic["version"], slow_seconds=60)
    expect(page.get_by_text("This topic goes slowly: one post each 60 s.")).to_be_visible()
    write_post(page, "the first")
    expect(feed(page).filter(has_text="the first")).to_be_visible()
    expect(page.get_by_text("You can write again in")).to_be_visible()
    write_post(page, "the second")
    waiting = page.locator("article.entry").filter(has_text="the second")
    expect(waiting).to_be_visible()
    expect(feed(page).filter(has_text="the second")).to_have_count(0)
    page.reload()
    expect(waiting).to_be_visible()


def test_a_pause_takes_the_pen_and_leaves_the_door_open(visit: Visiting, circle: Circle) -> None:
    rowan = circle.add_member("Rowan")
    path = circle.add_topic("Evenings", "How was it?")
    page = visit(phone=True).sign_in(rowan, path)
    expect(page.get_by_placeholder("Write to the group")).to_be_visible()
    members = circle.leader.get(f"/api/groups/{circle.id}").json()["members"]
    member = next(one["id"] for one in members if one["name"] == "Rowan")
    step = {
        "kind": "pause",
        "policy": "no_attacks",
        "reason": "As agreed.",
        "message": "Please rest.",
        "days": 7,
    }
    circle.leader.command("step.take", group=circle.id, member=member, **step)
    expect(page.get_by_text("You have a break from writing here until")).to_be_visible()
    expect(page.get_by_placeholder("Write to the group")).to_have_count(0)
    expect(page.get_by_text("How was it?")).to_be_visible()
    page.get_by_role("button", name="Write to your facilitators").click()
    expect(page.get_by_role("dialog", name="Tell my facilitator")).to_be_visible()
    page.goto(circle.server.base + "/me/flags")
    expect(page.get_by_text("A break from writing")).to_be_visible()
    expect(page.get_by_text("Please rest.")).to_be_visible()
    expect(page.get_by_role("button", name="Ask for a second look")).to_be_visible()


def test_a_consent_taken_back_shows_at_once(visit: Visiting, circle: Circle) -> None:
    rowan = circle.add_member("Rowan")
    phone, desk = visit(phone=True).sign_in(rowan, "/me/privacy"), visit().sign_in(rowan, "/me/privacy")
    label = "A program may score my posts"
    expect(desk.get_by_label(label)).not_to_be_checked()
    phone.get_by_label(label).check()
    expect(desk.get_by_label(label)).to_be_checked()
    phone.get_by_label(label).uncheck()
    expect(desk.get_by_label(label)).not_to_be_checked()
    expect(phone.get_by_label(label)).not_to_be_checked()
