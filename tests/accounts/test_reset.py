"""A new password by mail: works once, ends every sign-in, and tells strangers nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from accounts.jobs import send_password_reset
from accounts.models import Person, SignIn
from hearthside.job_model import Job
from tests.accounts.conftest import Browser, link_in

pytestmark = pytest.mark.django_db

ASK = "/_allauth/browser/v1/auth/password/request"
RESET = "/_allauth/browser/v1/auth/password/reset"
FRESH = "brook-under-stone-7"

People = Callable[..., Person]
SignedIn = Callable[..., tuple[Browser, Person]]
Letters = Callable[[], list[Any]]


def test_a_new_password(signed_in: SignedIn, letters: Letters) -> None:
    signed, somebody = signed_in("member")
    browser = Browser()
    assert browser.send(ASK, {"email": "Member@Example.org"}).status_code == 200
    (letter,) = letters()
    link = link_in(letter)
    assert link.startswith(f"{settings.HEARTHSIDE.public_url}/reset/")
    assert "Linden House" in letter["Subject"]
    key = link.rpartition("/")[2]

    assert browser.get(RESET, **{"X-Password-Reset-Key": key}).status_code == 200
    weak = browser.send(RESET, {"key": key, "password": "short"})
    assert (weak.status_code, weak.json()["errors"][0]["param"]) == (400, "password")
    assert signed.get("/api/me").status_code == 200

    assert browser.send(RESET, {"key": key, "password": FRESH}).status_code == 401, "done, not signed in"
    assert SignIn.objects.get().reason == "password"
    assert signed.get("/api/me").status_code == 401
    again = browser.send(RESET, {"key": key, "password": FRESH + "x"})
    assert (again.status_code, again.json()["errors"][0]["code"]) == (400, "invalid_password_reset")
    assert browser.sign_in(somebody.email).status_code == 400
    assert browser.sign_in(somebody.email, FRESH).status_code == 200


def test_unknown_and_closed_addresses_get_the_same_answer_and_no_mail(
    person: People, letters: Letters
) -> None:
    known = person("member")
    Person.objects.filter(pk=person("admin").pk).update(is_active=False)
    answers = [
        Browser().send(ASK, {"email": email}) for email in (known.email, "x@example.org", "admin@example.org")
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert Job.objects.filter(path="accounts.jobs.send_password_reset").count() == 3
    assert [letter["To"] for letter in letters()] == [known.email]


def test_asking_often_is_slowed_down_alike(person: People) -> None:
    for email in (person("member").email, "x@example.org"):
        statuses = [Browser().send(ASK, {"email": email}).status_code for _ in range(6)]
        assert statuses == [200] * 5 + [429]


@pytest.mark.parametrize("key", ["", "nonsense", f"{uuid.uuid4().hex}-abc-def", "x-", "é-é"])
def test_forged_links_are_refused(practice: Any, key: str) -> None:
    answer = Browser().send(RESET, {"key": key, "password": FRESH})
    assert (answer.status_code, answer.json()["errors"][0]["param"]) == (400, "key")


def test_the_deactivated_get_no_link(person: People, letters: Letters) -> None:
    somebody = person("member")
    Person.objects.update(is_active=False)
    send_password_reset.call(str(somebody.pk))
    assert letters() == []
