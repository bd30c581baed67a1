"""The people of these tests and their browsers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.test import Client

from accounts import actions
from accounts.models import Person, Practice
from hearthside import clock, limits, live
from hearthside.jobs import run_due_jobs

PASSWORD = "quiet-lantern-42"
LOGIN = "/_allauth/browser/v1/auth/login"
SESSION = "/_allauth/browser/v1/auth/session"


class Browser:
    """A browser that speaks JSON and sends the CSRF header as the front end does."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True)

    def get(self, path: str, **headers: str) -> Any:
        """GET a path."""
        return self.client.get(path, headers=headers)

    def send(self, path: str, data: Any = None, *, method: str = "post") -> Any:
        """POST (or DELETE) JSON with cookie and header."""
        self.client.get("/_allauth/browser/v1/config")
        token = self.client.cookies["csrftoken"].value
        call = getattr(self.client, method)
        return call(path, data=data or {}, content_type="application/json", headers={"X-CSRFToken": token})

    def sign_in(self, email: str, password: str = PASSWORD) -> Any:
        """Sign in by the library's door."""
        return self.send(LOGIN, {"email": email, "password": password})

    def command(self, name: str, nonce: str = "nonce-0001", /, **data: Any) -> Any:
        """Run a command by its HTTP door."""
        return self.send(f"/api/{name}", {"nonce": nonce, **data})


@pytest.fixture(autouse=True)
def calm(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fast hashes, and limits that start at zero."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(limits, "_limiter", None)
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Move the clock to so many seconds from now."""

    def move(seconds: float) -> None:
        monkeypatch.setattr(clock, "offset", lambda: timedelta(seconds=seconds))

    return move


@pytest.fixture
def practice(db: None) -> Practice:
    """The practice."""
    return actions.ensure_practice("Linden House", time_zone="Europe/London", region="GB")


@pytest.fixture
def person(practice: Practice) -> Callable[..., Person]:
    """Make somebody of a role; their address is role@example.org unless told."""

    def make(role: str, email: str = "", **more: Any) -> Person:
        return actions.create_person(
            email=email or f"{role}@example.org",
            name=role.title(),
            role=role,
            password_hash=make_password(PASSWORD),
            **more,
        )

    return make


@pytest.fixture
def signed_in(person: Callable[..., Person]) -> Callable[..., tuple[Browser, Person]]:
    """Make somebody of a role and sign them in."""

    def make(role: str, email: str = "") -> tuple[Browser, Person]:
        somebody, browser = person(role, email), Browser()
        assert browser.sign_in(somebody.email).status_code == 200
        return browser, somebody

    return make


@pytest.fixture
def letters() -> Callable[[], list[EmailMessage]]:
    """Run the jobs that are due and answer the mail sent since the last call."""
    folder = settings.HEARTHSIDE.data / "mail"
    known = set(folder.glob("*.eml"))

    def read() -> list[EmailMessage]:
        run_due_jobs()
        fresh = sorted(set(folder.glob("*.eml")) - known)
        known.update(fresh)
        parse = BytesParser(policy=policy.default).parsebytes
        return [parse(path.read_bytes()) for path in fresh]

    return read


def link_in(letter: EmailMessage) -> str:
    """The one link in a letter."""
    (link,) = [word for word in letter.get_content().split() if word.startswith("http")]
    return str(link)


def write(action: Callable[[], Any]) -> Any:
    """Run an action as a door does, and answer what it returned."""
    kept = {}

    def run() -> live.Answer:
        kept["is"] = action()
        return {}

    live.write(live.Write(run))
    return kept["is"]
