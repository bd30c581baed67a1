"""Builders for tests of notices: notices given as other apps give them, and browsers that can be woken."""

from __future__ import annotations

import itertools
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime, timedelta
from os import urandom
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from accounts.models import Person
from hearthside import clock, live
from hearthside.jobs import run_due_jobs
from notify.actions.giving import give_notice, withdraw_notices
from notify.models import Delivery, Notice
from tests.given import Browser

_numbers = itertools.count(1)


def given_notices(people: Iterable[Person], kind: str = "summary.published", **more: Any) -> list[Notice]:
    """A notice of a kind for each of these people, about a new thing unless `key` says which."""
    wanted = list(people)
    number = next(_numbers)
    values = {"key": f"thing:{number}", "link": f"/things/{number}", **more}
    given: list[Notice] = []

    def give() -> live.Answer:
        given.extend(give_notice(wanted, kind=kind, **values))
        return {}

    live.write(live.Write(give, tuple(sorted(person.stream for person in wanted))))
    return given


def given_notice(person: Person, kind: str = "summary.published", **more: Any) -> Notice:
    """A notice for one person."""
    (notice,) = given_notices([person], kind, **more)
    return notice


def withdraw(key: str, *people: Person) -> None:
    """Take what was said about a thing back."""

    def act() -> live.Answer:
        withdraw_notices(key)
        return {}

    live.write(live.Write(act, tuple(sorted(person.stream for person in people))))


def states(notice: Notice) -> dict[str, tuple[str, str]]:
    """How the deliveries of a notice stand, by channel: state and why."""
    return {row.channel: (row.state, row.why) for row in Delivery.objects.filter(notice=notice)}


def due(notice: Notice, channel: str) -> datetime:
    """When a delivery is due."""
    return Delivery.objects.get(notice=notice, channel=channel).due_at


def run_at(moment: datetime) -> int:
    """Run the jobs that are due at a moment."""
    with clock.as_of(moment):
        return run_due_jobs()


def run_after(**length: float) -> int:
    """Run the jobs that are due after so long."""
    return run_at(clock.now() + timedelta(**length))


class Keys:
    """What a browser keeps for itself: a key pair and a secret."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.secret = urandom(16)

    @property
    def p256dh(self) -> str:
        """The public key as the browser tells it."""
        encoding, form = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        return encoded(self.private.public_key().public_bytes(encoding, form))

    @property
    def auth(self) -> str:
        """The secret as the browser tells it."""
        return encoded(self.secret)


def encoded(data: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def subscription(endpoint: str, keys: Keys, *, name: str = "Firefox, phone") -> dict[str, str]:
    """What a page sends after its browser has subscribed."""
    return {"endpoint": endpoint, "p256dh": keys.p256dh, "auth": keys.auth, "name": name}


def add_device(browser: Browser, endpoint: str, keys: Keys | None = None) -> UUID:
    """Let the browser be woken; answers the device's id."""
    answer = browser.command("push.add", **subscription(endpoint, keys or Keys()))
    assert answer.status_code == 200, answer.content
    return UUID(answer.json()["id"])
