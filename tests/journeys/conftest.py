"""What every journey stands on: one server and one browser for all, and for each person a context of their own."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
    sync_playwright,
)

from tests.server import Server, SignedIn, running_server

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 860}
PASSWORD = "lantern-by-the-quiet-door"
WAIT_MS = 8000
FOLDER = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder as a journey."""
    for item in items:
        if FOLDER in item.path.parents:
            item.add_marker(pytest.mark.journey)


@dataclass
class Visit:
    """A person at a browser of their own: their page, and what must never happen on it."""

    base: str
    context: BrowserContext
    page: Page
    faults: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a path of the site, as if it was typed."""
        self.page.goto(self.base + path)
        return self.page

    def sign_in(self, account: dict[str, Any], path: str = "/") -> Page:
        """Sign this browser in and open `path`; the sign-in page has journeys of its own."""
        service = f"{self.base}/_allauth/browser/v1"
        self.context.request.get(f"{service}/config")
        token = next(one["value"] for one in self.context.cookies() if one["name"] == "csrftoken")
        data = {"email": account["email"], "password": account["password"]}
        answer = self.context.request.post(
            f"{service}/auth/login", data=data, headers={"X-CSRFToken": token, "Referer": self.base}
        )
        assert answer.status == 200, f"signing in was answered with {answer.status}"
        return self.open(path)

    def watch(self) -> None:
        """Note broken scripts, breaches of the content policy, and requests to anybody else."""
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._hear)
        self.page.on("request", self._see)

    def _hear(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.faults.append(message.text)

    def _see(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.netloc != urlsplit(self.base).netloc:
            self.faults.append(f"a request to {parts.netloc}")


Visiting = Callable[..., Visit]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A demo practice being served; what a journey changes for good, it changes on people and groups of its own."""
    with running_server(classifier="local") as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One real Chromium for the whole run."""
    path = os.environ.get("HEARTHSIDE_CHROMIUM") or CHROMIUM
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def visit(server: Server, browser: Browser) -> Iterator[Visiting]:
    """Open a browser context for somebody: `visit()`, `visit(phone=True)`, or Playwright's context options."""
    visits: list[Visit] = []

    def begin(*, phone: bool = False, **options: Any) -> Visit:
        settings = {"viewport": PHONE if phone else DESK, "reduced_motion": "reduce", **options}
        context = browser.new_context(**settings)
        context.set_default_timeout(WAIT_MS)
        visits.append(Visit(server.base, context, context.new_page()))
        visits[-1].watch()
        return visits[-1]

    yield begin
    for one in visits:
        one.context.close()
    assert [fault for one in visits for fault in one.faults] == []


@dataclass
class Circle:
    """A group that belongs to one journey, and ways to fill it."""

    server: Server
    leader: SignedIn
    id: str
    name: str
    count: int = 0

    def invite(self, email: str = "", **more: Any) -> tuple[str, str]:
        """Invite an address (a fresh one by default); answers the address and the link's path."""
        email = email or f"{self.id[:8]}.{self.count}@journey.example"
        self.count += 1
        answer = self.leader.command("group.invite", group=self.id, email=email, **more)
        return email, urlsplit(answer["link"]).path

    def add_member(self, name: str) -> dict[str, Any]:
        """A new person who is in the group under `name`; answers their account."""
        email, path = self.invite()
        token = path.rpartition("/")[2]
        with SignedIn(self.server.base) as somebody:
            join = {"email": email, "password": PASSWORD, "name": f"{name[:60]} Example", "invitation": token}
            somebody.post("/_allauth/browser/v1/auth/signup", **join).raise_for_status()
            agreement = somebody.get(f"/api/invitations/{token}").json()["agreement"]["version"]
            somebody.command("invitation.accept", token=token, name=name, agreement=agreement)
            person = somebody.get("/api/me").json()["person"]
        return {"email": email, "password": PASSWORD, "person": person["id"], "name": person["name"]}

    def add_topic(self, title: str, *posts: str) -> str:
        """A topic with posts by its leader; answers its path."""
        topic = self.leader.command("topic.create", group=self.id, title=title)["id"]
        for body in posts:
            self.leader.command("post.submit", topic=topic, body=body)
        return f"/groups/{self.id}/topics/{topic}"


@pytest.fixture
def leader(server: Server) -> Iterator[SignedIn]:
    """A facilitator of the demo practice, signed in over HTTP; anew each time, because the idle are signed out."""
    with server.sign_in("facilitator") as person:
        yield person


@pytest.fixture
def admin(server: Server) -> Iterator[SignedIn]:
    """The admin of the demo practice, signed in over HTTP; anew each time, like the leader."""
    with server.sign_in("admin") as person:
        yield person


@pytest.fixture
def circle(server: Server, leader: SignedIn) -> Iterator[Circle]:
    """A new group, led by the demo practice's first facilitator as `Anna`, who leaves it at the end."""
    opened = leader.command("group.open", name="Thursday circle", member_name="Anna")
    yield Circle(server, leader, opened["group"], "Thursday circle")
    leader.command("group.close", group=opened["group"])
    leader.command("group.leave", group=opened["group"])


@pytest.fixture
def letter_to(server: Server) -> Callable[[str], str]:
    """The path of the link in the newest mail to an address; waits until a mail has come."""

    def read(email: str, within: float = 8) -> str:
        end = time.monotonic() + within
        while time.monotonic() < end:
            for path in sorted((server.data / "mail").glob("*.eml"), reverse=True):
                letter = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
                if letter["To"] == email:
                    (link,) = [word for word in letter.get_content().split() if word.startswith("http")]
                    return urlsplit(link).path
            time.sleep(0.05)
        raise AssertionError(f"no mail within {within} s")

    return read
