"""Signing in and out: who is let in, what strangers learn (nothing), and how a sign-in ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts import actions
from accounts.access import signin_of
from accounts.allauth_settings import PASSWORD_HASHERS, rate_limits
from accounts.middleware import SignInMiddleware
from accounts.models import Person, SignIn
from hearthside import live
from hearthside.config import read_config
from hearthside.errors import Busy, SignedOut
from hearthside.models import LogEvent
from tests.accounts.conftest import LOGIN, PASSWORD, SESSION, Browser

pytestmark = pytest.mark.django_db

People = Callable[..., Person]
SignedIn = Callable[..., tuple[Browser, Person]]


def events(person: Person) -> list[tuple[str, str]]:
    """The types and objects announced on a person's stream, in order."""
    rows = LogEvent.objects.filter(stream=person.stream).order_by("seq")
    return [(row.type, row.object_id) for row in rows]


@pytest.mark.parametrize(
    ("role", "idle", "staff"), [("member", 3600, False), ("facilitator", 900, True), ("admin", 900, True)]
)
def test_sign_in_shows_me(signed_in: SignedIn, role: str, idle: int, staff: bool) -> None:
    browser, somebody = signed_in(role)
    answer = browser.get("/api/me")
    assert answer.status_code == 200
    signin = SignIn.objects.get(person=somebody)
    body = answer.json()
    assert body["person"] == {
        "id": str(somebody.pk),
        "name": somebody.name,
        "email": somebody.email,
        "role": role,
        "time_zone": "Europe/London",
    }
    assert body["practice"] == {"name": "Linden House", "time_zone": "Europe/London", "region": "GB"}
    assert body["signin"] == {"id": signin.pk, "idle_seconds": idle, "staff": staff}
    assert body["demo"] is settings.HEARTHSIDE.demo
    assert body["now"].endswith("Z")


def test_programs_sign_in_as_the_operator_contract_says(person: People) -> None:
    somebody, browser = person("member"), Browser()
    assert browser.client.post(LOGIN, {}, content_type="application/json").status_code == 403
    assert browser.get("/_allauth/browser/v1/config").status_code == 200
    before = browser.client.cookies["csrftoken"].value
    answer = browser.sign_in(somebody.email)
    assert answer.status_code == 200
    assert answer.json()["data"]["user"]["display"] == somebody.name
    assert answer.cookies["sessionid"]["httponly"]
    assert answer.cookies["sessionid"]["samesite"] == "Lax"
    assert browser.client.cookies["csrftoken"].value != before


def test_address_is_found_in_any_case(person: People) -> None:
    person("member", "rosa@example.org")
    assert Browser().sign_in(" Rosa@Example.ORG ").status_code == 200


def test_wrong_password_and_unknown_address_get_the_same_answer(person: People) -> None:
    somebody = person("member")
    known = Browser().sign_in(somebody.email, "not-this-one-99")
    unknown = Browser().sign_in("stranger@example.org", "not-this-one-99")
    assert known.status_code == unknown.status_code == 400
    assert known.json() == unknown.json()
    assert known.json()["errors"][0]["code"] == "email_password_mismatch"
    assert not SignIn.objects.exists()


def test_closed_account_is_told_so_only_with_its_password(person: People) -> None:
    somebody = person("member")
    Person.objects.filter(pk=somebody.pk).update(is_active=False)
    assert Browser().sign_in(somebody.email).json()["errors"][0]["code"] == "account_inactive"
    wrong = Browser().sign_in(somebody.email, "not-this-one-99")
    assert wrong.json()["errors"][0]["code"] == "email_password_mismatch"


def test_sign_out_ends_the_sign_in_and_announces_it(signed_in: SignedIn) -> None:
    browser, somebody = signed_in("member")
    assert browser.send(SESSION, method="delete").status_code == 401
    signin = SignIn.objects.get()
    assert (signin.reason, signin.ended_at is None) == ("signed_out", False)
    assert events(somebody) == [("signin.ended", signin.pk)]
    assert browser.get("/api/me").status_code == 401
    assert browser.send(SESSION, method="delete").status_code == 401
    assert len(events(somebody)) == 1


def test_session_without_a_sign_in_is_signed_out(signed_in: SignedIn) -> None:
    browser, _ = signed_in("member")
    SignIn.objects.all().delete()
    answer = browser.get("/api/me")
    assert (answer.status_code, answer.json()["type"]) == (401, "signed_out")
    assert browser.client.cookies["sessionid"].value == ""


def test_session_with_somebody_elses_sign_in_is_signed_out(signed_in: SignedIn, person: People) -> None:
    browser, _ = signed_in("member")
    SignIn.objects.update(person=person("admin"))
    assert browser.get("/api/me").status_code == 401


def test_me_is_for_the_signed_in(practice: Any) -> None:
    answer = Browser().get("/api/me")
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")


def test_many_wrong_passwords_are_slowed_down_alike(person: People) -> None:
    somebody = person("member")
    for email in (somebody.email, "stranger@example.org"):
        codes = [Browser().sign_in(email, f"wrong-guess-{n}").json()["errors"][0]["code"] for n in range(5)]
        assert set(codes) == {"email_password_mismatch"}
    late = Browser().sign_in(somebody.email)
    assert (late.status_code, late.json()["errors"][0]["code"]) == (400, "too_many_login_attempts")


def test_many_sign_ins_from_one_address_are_slowed_down(person: People) -> None:
    somebody = person("member")
    answers = [Browser().sign_in(somebody.email).status_code for _ in range(31)]
    assert answers == [200] * 30 + [429]


@pytest.mark.parametrize(
    ("demo", "rates", "limited"), [("1", "off", False), ("", "off", True), ("1", "", True), ("", "", True)]
)
def test_limits_are_off_only_in_demo_mode(demo: str, rates: str, limited: bool) -> None:
    config = read_config({"HEARTHSIDE_DEMO": demo, "HEARTHSIDE_RATES": rates})
    assert bool(rate_limits(config)) is limited


def test_without_limits_nobody_is_slowed_down(person: People, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    somebody = person("member")
    assert {Browser().sign_in(somebody.email, "wrong").status_code for _ in range(35)} == {400}
    assert Browser().sign_in(somebody.email).status_code == 200


def test_passwords_are_hashed_with_argon2() -> None:
    assert PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


@pytest.mark.parametrize(
    "path",
    ["account/email", "account/phone", "auth/email/verify", "auth/code/confirm", "auth/webauthn/signup"],
)
def test_other_doors_of_the_library_are_absent(signed_in: SignedIn, path: str) -> None:
    browser, _ = signed_in("member")
    assert browser.get(f"/_allauth/browser/v1/{path}").status_code == 404
    assert browser.send(f"/_allauth/browser/v1/{path}", {"email": "b@example.org"}).status_code == 404
    assert not EmailAddress.objects.filter(email="b@example.org").exists()


@pytest.mark.parametrize(
    "raw",
    [
        '{"email": "a@b.\\ud800", "password": "\\ud800"}',
        "[]",
        "nonsense",
        '{"email": {}, "password": []}',
        "{}",
    ],
)
def test_unreadable_sign_in_is_refused(practice: Any, raw: str) -> None:
    browser = Browser()
    browser.get("/_allauth/browser/v1/config")
    token = browser.client.cookies["csrftoken"].value
    answer = browser.client.post(
        LOGIN, data=raw, content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert answer.status_code == 400


def test_broken_unicode_in_a_password_is_refused(person: People) -> None:
    browser = Browser()
    browser.get("/_allauth/browser/v1/config")
    token = browser.client.cookies["csrftoken"].value
    raw = '{"email": "%s", "password": "\\ud800xxxxxxxxxx"}' % person("member").email  # noqa: UP031
    answer = browser.client.post(
        LOGIN, data=raw, content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert answer.status_code == 400


def test_a_busy_database_is_answered_kindly(person: People, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(work: live.Write) -> None:
        raise Busy

    somebody = person("member")
    monkeypatch.setattr(live, "write", busy)
    answer = Browser().sign_in(somebody.email)
    assert (answer.status_code, answer.json()["type"]) == (503, "busy")


def test_password_change_ends_the_other_sign_ins_and_keeps_this_one(signed_in: SignedIn) -> None:
    browser, somebody = signed_in("member")
    here = SignIn.objects.get().pk
    other = Browser()
    other.sign_in(somebody.email)
    there = SignIn.objects.exclude(pk=here).get().pk
    path = "/_allauth/browser/v1/account/password/change"
    wrong = browser.send(path, {"current_password": "no", "new_password": "brook-under-stone-7"})
    assert (wrong.status_code, wrong.json()["errors"][0]["param"]) == (400, "current_password")
    done = browser.send(path, {"current_password": PASSWORD, "new_password": "brook-under-stone-7"})
    assert done.status_code == 200
    assert browser.get("/api/me").json()["signin"]["id"] == here
    assert other.get("/api/me").status_code == 401
    assert events(somebody) == [("signin.ended", there)]
    assert SignIn.objects.get(pk=there).reason == "password"
    assert Browser().sign_in(somebody.email).status_code == 400
    assert Browser().sign_in(somebody.email, "brook-under-stone-7").status_code == 200


@pytest.mark.parametrize("password", ["short", "password123", "1234567890", "member@example.org"])
def test_weak_passwords_are_refused(signed_in: SignedIn, password: str) -> None:
    browser, _ = signed_in("member")
    answer = browser.send(
        "/_allauth/browser/v1/account/password/change",
        {"current_password": PASSWORD, "new_password": password},
    )
    assert (answer.status_code, answer.json()["errors"][0]["param"]) == (400, "new_password")


def test_only_our_problems_are_answered_by_the_middleware() -> None:
    middleware = SignInMiddleware(lambda request: HttpResponse())
    assert middleware.process_exception(HttpRequest(), ValueError("a bug stays a bug")) is None


def test_a_request_without_a_sign_in_has_none() -> None:
    with pytest.raises(SignedOut):
        signin_of(HttpRequest())


def test_a_sign_in_ends_once(signed_in: SignedIn) -> None:
    _, somebody = signed_in("member")
    signin = SignIn.objects.get()
    ends = [
        live.write(live.Write(lambda: actions.end_signin(signin.pk, SignIn.Reason.SIGNED_OUT)))["ended"]
        for _ in range(2)
    ]
    assert ends == [True, False]
    assert len(events(somebody)) == 1
