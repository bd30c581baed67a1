"""Facilitators at the review queue: two at once, a second look, hiding and restoring, and rules of the group."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Response, expect

from tests.journeys.conftest import Circle, Visiting
from tests.journeys.given_moderation import (
    ATTACK,
    SLOW_MS,
    decide,
    feed,
    join_as_facilitator,
    line_in,
    own,
    say,
    topic_of,
    write_post,
)
from tests.server import Server, SignedIn


@pytest.fixture
def ben(circle: Circle) -> Iterator[SignedIn]:
    """The circle's second facilitator, signed in over HTTP."""
    with join_as_facilitator(circle, "daniel", "Ben") as person:
        yield person
        person.command("group.leave", group=circle.id)


def open_item(visit: Visiting, server: Server, key: str, item: str) -> Page:
    """A facilitator's page with an item of the queue, its words covered."""
    page = visit().sign_in(server.account(key), f"/review/{item}")
    expect(page.get_by_text("The words are covered")).to_be_visible()
    return page


def pick_policy(page: Page, code: str, note: str) -> None:
    """Fill in what a decision asks for: a line of the agreement and a note for staff."""
    page.get_by_label("By which line of the agreement?").select_option(code)
    page.get_by_label("Note for staff").fill(note)


def test_two_decide_at_once_and_one_is_told(
    visit: Visiting, server: Server, circle: Circle, ben: SignedIn
) -> None:
    rowan = circle.add_member("Rowan")
    path = circle.add_topic("Evenings", "How was it?")
    assert say(circle, rowan, path, ATTACK)["state"] == "held"
    item = line_in(circle, "conduct")["id"]
    first, second = open_item(visit, server, "hannah", item), open_item(visit, server, "daniel", item)
    first.get_by_role("button", name="Show the words").click()
    expect(first.get_by_role("region", name="What it says").get_by_text(ATTACK)).to_be_visible()
    why = first.get_by_role("region", name="Why it is here")
    expect(why.get_by_text("Words that weighed most: “You are a worthless idiot”")).to_be_visible()
    second.get_by_role("button", name="Show the words").click()
    expect(second.get_by_text("Anna is looking at this until").first).to_be_visible()
    expect(second.get_by_text(ATTACK)).to_have_count(0)
    expect(second.get_by_text("worthless idiot")).to_have_count(0)
    second.get_by_role("button", name="Look anyway").click()
    expect(second.get_by_role("region", name="What it says").get_by_text(ATTACK)).to_be_visible()

    choice = "Do not show it"
    for page in (first, second):
        page.get_by_role("button", name=choice).click()
        pick_policy(page, "no_attacks", "They know each other.")
        page.get_by_role("button", name=choice).click()
        expect(page.get_by_role("button", name="Send now")).to_be_visible()
    with first.expect_response("**/api/review.decide"), second.expect_response("**/api/review.decide"):
        for page in (first, second):
            page.get_by_role("button", name="Send now").click()
    (made,) = ben.get(f"/api/review/{item}").json()["history"]
    assert made["choice"] == "reject"
    loser = second if made["by_name"] == "Anna" else first
    told = loser.get_by_role("alert").filter(has_text="was quicker")
    expect(told).to_contain_text(
        f"{made['by_name']} was quicker with Post by Rowan: “{choice}”. Yours was not sent."
    )
    told.get_by_role("button", name="Look at it").click()
    expect(loser.get_by_text(f"{made['by_name']} has decided: “{choice}”.")).to_be_visible()


def test_a_second_look_publishes_with_the_next_number_and_nobody_misses_it(
    visit: Visiting, server: Server, circle: Circle, ben: SignedIn
) -> None:
    rowan, sage = circle.add_member("Rowan"), circle.add_member("Sage")
    path = circle.add_topic("Evenings", "How was it?")
    assert say(circle, rowan, path, ATTACK)["state"] == "held"
    line = line_in(circle, "conduct")
    decide(circle.leader, line, "reject", policy="no_attacks", message="I did not show this one.")
    author, reader = visit(phone=True).sign_in(rowan, path), visit(phone=True).sign_in(sage, path)
    expect(own(author)).to_contain_text("Not shown to the group")
    expect(own(author)).to_contain_text("I did not show this one.")
    own(author).get_by_role("button", name="Ask for a second look").click()
    own(author).get_by_label("Why should somebody look again?").fill("It is a line of a song we both like.")
    own(author).get_by_role("button", name="Ask for a second look").click()
    expect(
        own(author).get_by_text("You asked for a second look. Somebody else will look at it.")
    ).to_be_visible()

    expect(feed(reader)).to_have_count(1)
    reader.evaluate("() => { window.unloaded = false; }")
    reader.context.set_offline(True)
    expect(reader.get_by_text("Offline")).to_be_visible()
    circle.leader.command("post.submit", topic=topic_of(path), body="before it")
    first = visit().sign_in(server.account("hannah"), f"/review/{line['id']}")
    other = open_item(visit, server, "daniel", line["id"])
    expect(first.get_by_text("It is a line of a song we both like.")).to_be_visible()
    expect(first.get_by_role("button", name="It stays as decided")).to_have_count(0)
    expect(other.get_by_role("button", name="It stays as decided")).to_be_attached()
    other.get_by_role("button", name="Show the words").click()
    expect(other.get_by_text("It is a line of a song we both like.")).to_be_visible()
    other.get_by_role("button", name="Show it again").click()
    pick_policy(other, "in_keeping", "A song they share.")
    other.get_by_role("button", name="Show it again").click()
    other.get_by_role("button", name="Send now").click()
    expect(feed(author).filter(has_text=ATTACK)).to_be_visible()
    expect(own(author)).to_have_count(0)
    circle.leader.command("post.submit", topic=topic_of(path), body="after it")

    reader.context.set_offline(False)
    expect(feed(reader)).to_have_count(4, timeout=SLOW_MS)
    for number, words in enumerate(("How was it?", "before it", ATTACK, "after it")):
        expect(feed(reader).nth(number)).to_contain_text(words)
    assert reader.evaluate("() => window.unloaded") is False
    posts = circle.leader.get(f"/api/topics/{topic_of(path)}/posts").json()["posts"][::-1]
    begin = posts[0]["seq"]
    assert [post["seq"] - begin for post in posts] == [0, 1, 2, 3]
    assert posts[2]["body"] == ATTACK


def test_hidden_and_restored_before_everybodys_eyes(visit: Visiting, server: Server, circle: Circle) -> None:
    rowan, sage = circle.add_member("Rowan"), circle.add_member("Sage")
    path = circle.add_topic("Evenings", "How was it?")
    post = say(circle, rowan, path, "The film was dull, and so was the walk")["id"]
    author, reader = visit(phone=True).sign_in(rowan, path), visit(phone=True).sign_in(sage, path)
    post_there = feed(reader).filter(has_text="so was the walk")
    expect(post_there).to_be_visible()
    with_sage = reader.context.request
    token = next(one["value"] for one in reader.context.cookies() if one["name"] == "csrftoken")
    report = {"post": post, "reason": "unkind", "words": "", "unsafe": False, "nonce": "a-report-of-sages"}
    headers = {"X-CSRFToken": token, "Referer": server.base}
    assert with_sage.post(f"{server.base}/api/report.send", data=report, headers=headers).status == 200

    page = open_item(visit, server, "hannah", line_in(circle, "conduct")["id"])
    page.get_by_role("button", name="Show the words").click()
    page.get_by_role("button", name="Hide it").click()
    pick_policy(page, "kind_words", "Once more of this.")
    page.get_by_label("What the author reads").fill("I hid this for now. Tell me what you meant.")
    page.get_by_role("button", name="Hide it").click()
    page.get_by_role("button", name="Send now").click()
    expect(post_there).to_have_count(0)
    expect(reader.get_by_text("A facilitator has hidden this")).to_be_visible()
    expect(own(author)).to_contain_text("so was the walk")
    expect(own(author)).to_contain_text("I hid this for now. Tell me what you meant.")

    decided = circle.leader.get(f"/api/groups/{circle.id}/review", state="decided").json()["lines"]
    page.goto(f"{server.base}/review/{decided[0]['id']}")
    page.get_by_role("button", name="Show it again").click()
    pick_policy(page, "in_keeping", "They explained it.")
    page.get_by_role("button", name="Show it again").click()
    page.get_by_role("button", name="Send now").click()
    expect(post_there).to_be_visible()
    expect(reader.get_by_text("A facilitator has hidden this")).to_have_count(0)
    expect(feed(author).filter(has_text="so was the walk")).to_be_visible()


def test_three_things_by_keyboard_alone(visit: Visiting, server: Server, circle: Circle) -> None:
    rowan = circle.add_member("Rowan")
    path = circle.add_topic("Evenings", "How was it?")
    for words in ("the first", "the second", "the third"):
        assert say(circle, rowan, path, words, ask_first=True)["state"] == "held"
    lines = circle.leader.get(f"/api/groups/{circle.id}/review").json()["lines"]
    page = visit().sign_in(server.account("hannah"), f"/groups/{circle.id}/review")
    expect(page.get_by_role("link", name="Post by Rowan")).to_have_count(3)
    it = page.get_by_role("region", name="What it says")
    keys = page.keyboard

    def reach(words: str) -> None:
        expect(page.get_by_text("The words are covered")).to_be_visible()
        keys.press("o")
        expect(it.get_by_text(words, exact=True)).to_be_visible()

    keys.press("j")
    reach("the first")
    keys.press("p")
    expect(page.get_by_text("“Show it” for: Post by Rowan")).to_be_visible()
    expect(page.get_by_text("The words are covered")).to_be_visible()
    keys.press("u")
    expect(page.get_by_text("“Show it” for: Post by Rowan")).to_have_count(0)
    expect(it.get_by_text("the first", exact=True)).to_be_visible()
    assert [state_of(circle, line) for line in lines] == ["pending"] * 3
    keys.press("j")
    expect(page.get_by_text("The words are covered")).to_be_visible()
    keys.press("k")
    expect(it.get_by_text("the first", exact=True)).to_be_visible()
    keys.press("p")
    reach("the second")
    keys.press("w")
    expect(page.get_by_label("By which line of the agreement?")).to_be_focused()
    keys.press("ArrowDown")
    keys.press("Tab")
    expect(page.get_by_label("What the author reads")).to_be_focused()
    keys.press("Tab")
    keys.type("A name in it.")
    keys.press("Control+Enter")
    expect(page.get_by_text("“Ask for other words” for: Post by Rowan")).to_be_visible()
    reach("the third")
    keys.press("t")
    expect(page.get_by_label("Write to Rowan")).to_be_focused()
    keys.type("Who is it for?")
    keys.press("Control+Enter")
    expect(
        page.get_by_role("region", name="Talk with the author").get_by_text("Who is it for?")
    ).to_be_visible()
    keys.press("Escape")
    third = page.url.rpartition("/")[2].partition("?")[0]
    keys.press("p")
    with page.expect_response(lambda answer: is_decision(answer, third), timeout=SLOW_MS):
        expect(page.get_by_text("“Show it” for: Post by Rowan")).to_be_visible()
    posts = circle.leader.get(f"/api/topics/{topic_of(path)}/posts").json()["posts"]
    assert [post["body"] for post in posts[::-1]] == ["How was it?", "the first", "the third"]
    assert sorted(state_of(circle, line) for line in lines) == ["approved", "approved", "pending"]


def is_decision(answer: Response, item: str) -> bool:
    """Whether an answer is to the decision about an item."""
    return "/api/review.decide" in answer.url and item in (answer.request.post_data or "")


def state_of(circle: Circle, line: dict[str, str]) -> str:
    """Where a line of the queue stands now."""
    return str(circle.leader.get(f"/api/review/{line['id']}").json()["state"])


def test_a_rule_from_shadow_to_a_kind_word_before_sending(
    visit: Visiting, server: Server, circle: Circle
) -> None:
    rowan = circle.add_member("Rowan")
    path = circle.add_topic("Evenings", "How was it?")
    page = visit().sign_in(server.account("hannah"), f"/groups/{circle.id}/rules")
    page.get_by_role("button", name="New rule").click()
    page.get_by_label("Name of the rule").fill("Cures")
    page.get_by_label("Words", exact=True).fill("miracle cure")
    page.get_by_label("Ask them to read it once more").check()
    page.get_by_label("What they are asked").fill("Is this for your doctor?")
    page.get_by_role("button", name="Save the rule").click()
    rule = page.get_by_role("article", name="Cures")
    expect(rule.get_by_text("Off", exact=True)).to_be_visible()
    rule.get_by_role("button", name="Try it in shadow: Cures").click()
    expect(rule.get_by_text("In shadow", exact=True)).to_be_visible()
    member = visit(phone=True).sign_in(rowan, path)
    write_post(member, "I found a miracle cure for it")
    expect(feed(member).filter(has_text="I found a miracle cure")).to_be_visible()
    page.reload()
    expect(rule.get_by_text("Would have spoken up 1 time in 30 days")).to_be_visible()
    rule.get_by_role("button", name="More for Cures").click()
    page.get_by_role("menuitem", name="What it would have found").click()
    expect(page.get_by_role("dialog").get_by_text("1 match", exact=True)).to_be_visible()
    expect(page.get_by_role("dialog").get_by_text("I found a miracle cure for it")).to_be_visible()
    page.keyboard.press("Escape")
    rule.get_by_role("button", name="Switch it on: Cures").click()
    expect(rule.get_by_text("On", exact=True)).to_be_visible()

    write_post(member, "One more miracle cure")
    expect(member.get_by_text("Is this for your doctor?")).to_be_visible()
    expect(member.get_by_placeholder("Write to the group")).to_have_value("One more miracle cure")
    member.get_by_role("button", name="Send as it is").click()
    expect(feed(member).filter(has_text="One more miracle cure")).to_be_visible()
