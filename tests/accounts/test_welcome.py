"""The first steps are offered until they were gone through or skipped, once for all devices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import Person
from hearthside.models import LogEvent
from tests.accounts.conftest import Browser

pytestmark = pytest.mark.django_db

SignedIn = Callable[..., tuple[Browser, Person]]


@pytest.mark.parametrize("role", ["member", "facilitator", "admin"])
def test_they_are_over_on_every_device(signed_in: SignedIn, role: str) -> None:
    browser, me = signed_in(role)
    other = Browser()
    other.sign_in(me.email)
    assert other.get("/api/me").json()["welcomed"] is False
    assert browser.command("welcome.done").json() == {"duplicate": False}
    assert other.get("/api/me").json()["welcomed"] is True
    told = LogEvent.objects.filter(stream=me.stream, type="person.updated")
    assert told.count() == 1


def test_going_through_them_again_changes_nothing(signed_in: SignedIn, at: Callable[[float], None]) -> None:
    browser, me = signed_in("member")
    browser.command("welcome.done")
    first = Person.objects.get(pk=me.pk).welcomed_at
    at(timedelta(days=2).total_seconds())
    browser.sign_in(me.email)
    assert browser.command("welcome.done", "nonce-0002").status_code == 200
    assert Person.objects.get(pk=me.pk).welcomed_at == first
    assert LogEvent.objects.filter(stream=me.stream, type="person.updated").count() == 1


def test_nobody_does_it_for_somebody_else(signed_in: SignedIn) -> None:
    browser, _ = signed_in("member")
    _, somebody = signed_in("facilitator")
    assert Browser().command("welcome.done").status_code == 401
    assert browser.command("welcome.done", person=str(somebody.pk)).status_code == 422
    assert Person.objects.get(pk=somebody.pk).welcomed_at is None
