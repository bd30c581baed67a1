"""What the journeys through moderation begin with: people, held words, decisions, and what is on a page."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page

from tests.journeys.conftest import Circle
from tests.load.circle import join_group
from tests.server import SignedIn

ATTACK = "You are a worthless idiot and nobody wants you here"
CRY = "I want to die tonight"
KIND = "I was hurt by what you said, and I would like to understand it"
SLOW_MS = 20_000  # for what has to travel over a line that was gone, or over a server that was


def sign_in(circle: Circle, account: dict[str, Any]) -> SignedIn:
    """Somebody over HTTP, by the address and password of their account; to be closed."""
    person = SignedIn(circle.server.base)
    person.sign_in(account["email"], account["password"]).raise_for_status()
    return person


def join_as_facilitator(circle: Circle, key: str, name: str) -> SignedIn:
    """A demo account that leads the circle too, signed in over HTTP; to be closed."""
    email = circle.server.account(key)["email"]
    _, path = circle.invite(email, role="facilitator")
    person = circle.server.sign_in(key)
    join_group(person, path.rpartition("/")[2], name)
    return person


def topic_of(path: str) -> str:
    """The topic's id in the path of its page."""
    return path.rpartition("/")[2]


def say(circle: Circle, account: dict[str, Any], path: str, body: str, **more: Any) -> dict[str, Any]:
    """Post in the topic of `path` over HTTP as the account; answers what the server said."""
    with sign_in(circle, account) as person:
        return person.command("post.submit", topic=topic_of(path), body=body, **more)


def line_in(circle: Circle, lane: str, person: SignedIn | None = None) -> dict[str, Any]:
    """The one thing that waits in a lane of the circle's queue; fails when there are none or several."""
    answer = (person or circle.leader).get(f"/api/groups/{circle.id}/review", lane=lane).raise_for_status()
    (line,) = answer.json()["lines"]
    return dict(line)


def decide(person: SignedIn, line: dict[str, Any], choice: str, **more: Any) -> dict[str, Any]:
    """Look at something in the queue and decide it over HTTP."""
    version = person.command("review.open", item=line["id"])["version"]
    fields = {"policy": "in_keeping", "reason": "Looked at it.", "message": "", "outcome": "", **more}
    return person.command("review.decide", item=line["id"], version=version, choice=choice, **fields)


def settle_calls(circle: Circle) -> None:
    """Take every call for help of the circle that nobody has taken, so that none rings through other journeys."""
    for line in circle.leader.get(f"/api/groups/{circle.id}/review", lane="care").json()["lines"]:
        circle.leader.command("care.acknowledge", item=line["id"], version=line["version"])


def write_post(page: Page, words: str) -> None:
    """Write in the composer and send with the keyboard."""
    box = page.get_by_placeholder("Write to the group")
    box.fill(words)
    box.press("Control+Enter")


def feed(page: Page) -> Locator:
    """The posts on the page that the group sees."""
    return page.locator("article.post")


def own(page: Page) -> Locator:
    """One's own posts on the page that the group does not see."""
    return page.locator("article.own:not(.post)")


def card(page: Page) -> Locator:
    """The support card."""
    return page.get_by_role("region", name="A note of care, for you only")


def banner(page: Page) -> Locator:
    """The calls for help that wait, on every page of staff."""
    return page.get_by_role("region", name="Calls that wait")
