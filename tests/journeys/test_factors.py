"""A second step: setting it up, signing in with it, losing it, staff who must have one, and places far away."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, CDPSession, Page, expect

from accounts.factors.codes import PERIOD
from tests.journeys.axe import check_state
from tests.journeys.conftest import DESK, PASSWORD, PHONE, WAIT_MS, Visit
from tests.server import Server, SignedIn, running_server

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
Visiting = Callable[..., Visit]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Clock:
    """The server's clock as these journeys move it."""

    def __init__(self, path: Path) -> None:
        self.path, self.ahead = path, 0.0

    def move(self, seconds: float) -> None:
        """Put the server's clock so far ahead; it looks once a second."""
        self.ahead = seconds
        self.path.write_text(str(seconds))
        time.sleep(1.1)

    @property
    def period(self) -> int:
        """Which period an authenticator app is in."""
        return int(time.time() + self.ahead) // PERIOD


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Clock:
    """The server's clock."""
    return Clock(tmp_path_factory.mktemp("clock") / "ahead")


@pytest.fixture(scope="module")
def place(clock: Clock) -> Iterator[Server]:
    """A demo practice under a name, because passkeys are bound to names."""
    port = free_port()
    base = f"http://localhost:{port}"
    with running_server(port=port, public_url=base, clock_file=str(clock.path)) as running:
        running.base = base
        yield running


@pytest.fixture
def visit(place: Server, browser: Browser) -> Iterator[Visiting]:
    """Open a browser context for somebody, on a phone or on a desk."""
    visits: list[Visit] = []

    def begin(*, phone: bool = False) -> Visit:
        context = browser.new_context(
            viewport=PHONE if phone else DESK, reduced_motion="reduce", service_workers="block"
        )
        context.set_default_timeout(WAIT_MS)
        visits.append(Visit(place.base, context, context.new_page()))
        visits[-1].watch()
        return visits[-1]

    yield begin
    for one in visits:
        one.context.close()
    assert [fault for one in visits for fault in one.faults] == []


@pytest.fixture
def member(place: Server) -> dict[str, Any]:
    """Somebody new, with an account of their own."""
    with place.sign_in("admin") as admin:
        email = f"member.{time.monotonic_ns()}@journey.example"
        link = admin.command("person.invite", email=email, role="member", name="Rowan")["link"]
    token = link.rpartition("/")[2]
    with SignedIn(place.base) as somebody:
        join = {"email": email, "password": PASSWORD, "name": "Rowan Example", "invitation": token}
        somebody.post("/_allauth/browser/v1/auth/signup", **join).raise_for_status()
        somebody.command("invitation.accept", token=token)
        person = somebody.get("/api/me").json()["person"]
        somebody.http.delete("/_allauth/browser/v1/auth/session", headers={"X-CSRFToken": somebody.csrf})
    return {"email": email, "password": PASSWORD, "person": person["id"], "name": person["name"]}


@dataclass
class App:
    """An authenticator app that has been set up."""

    key: str
    clock: Clock
    used: int = 0

    def code(self, period: int) -> str:
        """What it shows in a period."""
        return str(format_hotp_value(hotp_value(self.key.replace(" ", ""), period)))

    def next_code(self) -> str:
        """A code that was not used: of the present period, or of the next one, which is taken already."""
        self.used = max(self.clock.period, self.used + 1)
        return self.code(self.used)


def give_device(page: Page) -> CDPSession:
    """A device that can keep passkeys and knows its holder."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return session


def check_both(page: Page, name: str) -> None:
    """The state on a phone and on a desk."""
    check_state(page, name, PHONE, DESK)


def type_password(page: Page, account: dict[str, Any]) -> None:
    """The first step, on the sign-in page."""
    page.get_by_label("E-mail address").fill(account["email"])
    page.get_by_label("Password", exact=True).fill(account["password"])
    page.keyboard.press("Enter")


def set_app_up(page: Page, clock: Clock) -> tuple[App, list[str]]:
    """Set an authenticator app up on the page that offers it; answers it, and the recovery codes."""
    expect(page.get_by_role("img", name="QR code for your authenticator app")).to_be_visible()
    app = App(page.locator("code").first.inner_text(), clock)
    page.get_by_label("The code that the app shows").fill(app.next_code())
    page.get_by_role("button", name="Turn it on").click()
    codes = page.get_by_role("list", name="Recovery codes").get_by_role("listitem")
    expect(codes).to_have_count(10)
    return app, codes.all_inner_texts()


def leave(page: Page) -> None:
    """Sign out on the page of one's own things."""
    page.goto(re.sub(r"(//[^/]+)/.*", r"\1/me", page.url))
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")


def test_an_app_and_recovery_codes(visit: Visiting, clock: Clock, member: dict[str, Any]) -> None:
    page = visit(phone=True).sign_in(member, "/me")
    offer = page.get_by_text("Would you like a second step when you sign in?")
    expect(offer).to_be_visible()
    check_both(page, "me, with the offer")
    page.get_by_role("link", name="Show me how").click()
    expect(page.get_by_text("You are signed in only here.")).to_be_visible()
    check_both(page, "security, nothing set up")
    page.get_by_role("button", name="Set up an app").click()
    expect(page.get_by_role("img", name="QR code for your authenticator app")).to_be_visible()
    page.get_by_label("The code that the app shows").fill("000000")
    page.get_by_role("button", name="Turn it on").click()
    expect(page.get_by_text("This code does not fit, or it was used.")).to_be_visible()
    check_both(page, "an app being set up, with a wrong code")
    app, recovery = set_app_up(page, clock)
    check_both(page, "recovery codes, shown once")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as a file").click()
    assert recovery[0] in saved.value.path().read_text()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("Please keep the codes first")).to_be_visible()
    page.get_by_label("I have kept them").check()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("10 of 10 left")).to_be_visible()
    leave(page)

    type_password(page, member)
    field = page.get_by_label("Code from your authenticator app")
    expect(field).to_be_focused()
    check_both(page, "the second step")
    field.fill(app.code(app.used))
    page.keyboard.press("Enter")
    expect(page.get_by_text("This code does not fit, or it was used.")).to_be_visible()
    field.fill(app.next_code())
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/$"))
    page.goto(page.url + "me")
    expect(page.get_by_role("heading", name="About you")).to_be_visible()
    expect(offer).to_have_count(0)
    leave(page)

    type_password(page, member)
    page.get_by_role("button", name="Use a recovery code").click()
    expect(page.get_by_label("Recovery code")).to_be_focused()
    check_both(page, "the second step, by a recovery code")
    page.get_by_label("Recovery code").fill(recovery[0].lower())
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/$"))
    page.goto(page.url + "me/security")
    expect(page.get_by_text("9 of 10 left")).to_be_visible()
    check_both(page, "security, with an app")


def test_passkeys(visit: Visiting, member: dict[str, Any]) -> None:
    one = visit()
    page = one.sign_in(member, "/me/security")
    device = give_device(page)
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_label("What do you call it?").fill("My laptop")
    check_both(page, "naming a passkey")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Keep these codes")).to_be_visible()
    page.get_by_label("I have kept them").check()
    page.get_by_role("button", name="Done").click()
    page.get_by_role("button", name="More for My laptop").click()
    page.get_by_role("menuitem", name="Rename").click()
    page.get_by_role("dialog").get_by_label("What do you call it?").fill("Old laptop")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Old laptop").first).to_be_visible()
    check_both(page, "security, with a passkey")
    leave(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(re.compile(r"/$"))
    leave(page)
    type_password(page, member)
    check_both(page, "the second step, by a passkey")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(re.compile(r"/$"))
    page.goto(page.url + "me/security")
    page.get_by_role("button", name="More for Old laptop").click()
    page.get_by_role("menuitem", name="Remove").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text("No passkey yet.")).to_be_visible()
    leave(page)
    device.send("WebAuthn.disable")
    type_password(page, member)
    page.wait_for_url(re.compile(r"/$"))


def test_confirming_that_it_is_you(visit: Visiting, clock: Clock, member: dict[str, Any]) -> None:
    page = visit().sign_in(member, "/me/security")
    clock.move(clock.ahead + 301)
    page.get_by_role("button", name="Set up an app").click()
    dialog = page.get_by_role("dialog", name="Confirm that it is you")
    expect(dialog.get_by_label("Your password")).to_be_focused()
    check_both(page, "confirming by password")
    dialog.get_by_label("Your password").fill("not-the-right-one")
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("This is not your password.")).to_be_visible()
    dialog.get_by_label("Your password").fill(member["password"])
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    app, _ = set_app_up(page, clock)
    page.get_by_label("I have kept them").check()
    page.get_by_role("button", name="Done").click()
    clock.move(clock.ahead + 301)
    page.get_by_role("button", name="Make new codes").click()
    page.get_by_role("dialog").get_by_role("button", name="Make new codes").click()
    dialog = page.get_by_role("dialog", name="Confirm that it is you")
    expect(dialog.get_by_label("Code from your authenticator app")).to_be_focused()
    check_both(page, "confirming by a code")
    page.keyboard.press("Escape")
    expect(page.get_by_role("alert").get_by_text("Please confirm that it is you")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Make new codes").click()
    dialog.get_by_label("Code from your authenticator app").fill(app.next_code())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Keep these codes")).to_be_visible()


def test_signing_out_another_place(visit: Visiting, member: dict[str, Any]) -> None:
    far = visit(phone=True).sign_in(member)
    expect(far.get_by_role("heading", level=1)).to_be_visible()
    page = visit().sign_in(member, "/me/security")
    expect(page.get_by_text("this one")).to_be_visible()
    expect(page.get_by_text("Chrome on Linux")).to_have_count(2)
    check_both(page, "two places")
    far.wait_for_timeout(500)  # the far socket is up
    page.get_by_role("button", name="Sign out Chrome on Linux").nth(1).click()
    began = time.monotonic()
    far.wait_for_url("**/sign-in*")
    assert time.monotonic() - began < 1
    expect(page.get_by_text("You are signed in only here.")).to_be_visible()
    third = visit(phone=True).sign_in(member)
    expect(third.get_by_role("heading", level=1)).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Sign out everywhere else").click()
    page.get_by_role("dialog").get_by_role("button", name="Sign out everywhere else").click()
    third.wait_for_url("**/sign-in*")
    expect(page.get_by_role("heading", name="Where you are signed in")).to_be_visible()


def test_an_admin_resets_a_lost_step(
    visit: Visiting, place: Server, clock: Clock, member: dict[str, Any]
) -> None:
    theirs = visit(phone=True).sign_in(member, "/me/security")
    theirs.get_by_role("button", name="Set up an app").click()
    set_app_up(theirs, clock)
    page = visit().sign_in(place.account("admin"), "/people")
    page.get_by_label("Find by name or address").fill(member["email"])
    page.get_by_role("button", name="More for Rowan Example").click()
    page.get_by_role("menuitem", name="Reset second step").click()
    check_both(page, "asking before a second step is reset")
    page.get_by_role("dialog").get_by_role("button", name="Reset second step").click()
    theirs.wait_for_url("**/sign-in*")
    type_password(theirs, member)
    theirs.wait_for_url(re.compile(r"/me/security|/$"))
    expect(theirs.get_by_role("heading", level=1)).to_be_visible()
    done = place.run("reset-factors", member["email"].upper())
    assert (done.returncode, "second step is gone" in done.stdout) == (0, True), done.stderr
    theirs.wait_for_url("**/sign-in*")
    assert place.run("reset-factors", "nobody@journey.example").returncode == 1


@pytest.fixture(scope="module")
def new_colleague(place: Server) -> str:
    """The path of an invitation's link, for a facilitator."""
    with place.sign_in("admin") as admin:
        whom = {"email": "colleague@journey.example", "role": "facilitator", "name": "Robin"}
        return urlsplit(admin.command("person.invite", **whom)["link"]).path


@pytest.fixture
def outside_demo(place: Server, clock: Clock, new_colleague: str) -> Iterator[None]:
    """The same practice, served as a real one."""
    clock.move(0)
    base = place.base
    demo = {name: place.env.pop(f"HEARTHSIDE_{name}") for name in ("DEMO", "RATES", "CLOCK_FILE")}
    place.restart()
    place.base = base
    yield
    place.env.update({f"HEARTHSIDE_{name}": value for name, value in demo.items()})
    place.restart()
    place.base = base


def test_staff_set_it_up_before_anything_else(
    place: Server, clock: Clock, outside_demo: None, visit: Visiting, new_colleague: str
) -> None:
    page = visit(phone=True).open("/people")
    page.wait_for_url("**/sign-in*")
    type_password(page, place.account("facilitator"))
    expect(page.get_by_role("heading", name="One thing before you start")).to_be_visible()
    check_both(page, "staff, choosing a second step")
    page.goto(f"{place.base}/groups")
    page.wait_for_url("**/set-up?next=%2Fgroups")
    assert page.context.request.get(f"{place.base}/api/groups").status == 403
    page.get_by_role("button", name="An authenticator app").click()
    check_both(page, "staff, setting an app up")
    page.get_by_role("button", name="Choose another way").click()
    page.get_by_role("button", name="An authenticator app").click()
    set_app_up(page, clock)
    check_both(page, "staff, keeping recovery codes")
    page.get_by_label("I have kept them").check()
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/groups")
    expect(page.get_by_role("heading", level=1)).to_have_text("Groups")

    page = visit().open(new_colleague)
    give_device(page)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Join", exact=True).click()
    page.wait_for_url("**/set-up?next=*")
    page.get_by_role("button", name="A passkey").click()
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("I have kept them").check()
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(f"**{new_colleague}")
    page.get_by_role("button", name="Join", exact=True).click()
    page.wait_for_url(re.compile(r"/$"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
