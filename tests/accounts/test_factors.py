"""The second factor: setting it up, signing in with it, losing it, and who must have one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection

from accounts.factors.actions import reset_factors_by_operator
from accounts.factors.adapter import FactorAdapter
from accounts.factors.codes import open_secret
from accounts.models import Person, SignIn
from hearthside.crypto import BoxDamaged
from hearthside.errors import NotFound
from hearthside.models import AuditEntry
from tests.accounts.conftest import PASSWORD, Browser, link_in
from tests.accounts.given_factors import (
    FACTORS,
    ROOT,
    code_of,
    given_app,
    given_passkey,
    type_code,
)

pytestmark = pytest.mark.django_db

People = Callable[..., Person]
SignedIn = Callable[..., tuple[Browser, Person]]
Letters = Callable[[], list[EmailMessage]]


def factor_entries(person: Person) -> list[tuple[str, str, str]]:
    """What the audit trail says about somebody's factors: verb, role of who did it, reason."""
    rows = AuditEntry.objects.filter(about=person.pk).order_by("at", "id")
    return [(row.verb, row.actor_role, row.reason) for row in rows]


@pytest.fixture
def outside_demo(settings: Any) -> None:
    """As a real practice runs."""
    settings.HEARTHSIDE = replace(settings.HEARTHSIDE, demo=False)


def test_an_app_is_set_up_and_asked_for(signed_in: SignedIn, letters: Letters) -> None:
    browser, somebody = signed_in("member")
    assert browser.get("/api/me").json()["factor"] == {"required": False, "set": False}
    begun = browser.get(f"{FACTORS}/totp").json()["data"]
    assert begun["link"].startswith("otpauth://totp/Linden%20House%3Amember%40example.org?secret=")
    assert begun["qr"]["size"] > 20
    assert begun["qr"]["path"].startswith("M4 4h1v1h-1z")
    wrong = browser.send(f"{FACTORS}/totp", {"code": "000000"})
    assert (wrong.status_code, wrong.json()["errors"][0]["param"]) == (400, "code")
    assert not Authenticator.objects.exists()
    done = browser.send(f"{FACTORS}/totp", {"code": code_of(begun["secret"])}).json()["data"]
    assert len(set(done["recovery_codes"])) == 10
    assert browser.get("/api/me").json()["factor"] == {"required": False, "set": True}
    listed = browser.get(FACTORS).json()["data"]
    assert (listed["recovery"], listed["passkeys"]) == ({"left": 10, "total": 10}, [])
    assert listed["totp"]["since"]
    (letter,) = letters()
    assert letter["To"] == somebody.email
    assert "An authenticator app was added" in letter.get_content()
    assert factor_entries(somebody) == [
        ("factor.added", "member", "totp"),
        ("factor.codes_made", "member", "recovery"),
    ]


def test_a_password_alone_opens_nothing_then(signed_in: SignedIn) -> None:
    browser, somebody = signed_in("member")
    secret, _ = given_app(browser)
    half = Browser()
    begun = half.sign_in(somebody.email)
    assert begun.status_code == 401
    (pending,) = [flow for flow in begun.json()["data"]["flows"] if flow.get("is_pending")]
    assert pending["id"] == "mfa_authenticate"
    assert "totp" in pending["types"]
    for path in ("/api/me", "/api/groups", FACTORS, "/api/me/places"):
        assert half.get(path).status_code == 401, path
    for path in ("/api/live/ticket", f"{ROOT}/auth/reauthenticate", f"{FACTORS}/totp"):
        assert half.send(path, {"code": code_of(secret), "password": PASSWORD}).status_code == 401, path
    assert half.command("me.update", name="Somebody else").status_code == 401
    assert SignIn.objects.filter(person=somebody).count() == 1
    assert type_code(half, code_of(secret)).status_code == 200
    assert half.get("/api/me").json()["person"]["id"] == str(somebody.pk)
    signin = SignIn.objects.get(pk=half.get("/api/me").json()["signin"]["id"])
    assert signin.confirmed_by == "totp"


def test_without_a_first_step_there_is_no_second(signed_in: SignedIn) -> None:
    browser, _ = signed_in("member")
    secret, recovery = given_app(browser)
    for code in (code_of(secret), recovery[0]):
        assert type_code(Browser(), code).status_code == 401
    assert Browser().get(f"{ROOT}/auth/webauthn/authenticate").status_code == 401


def test_a_code_works_once_and_no_earlier_one_after_it(signed_in: SignedIn) -> None:
    browser, somebody = signed_in("member")
    secret, _ = given_app(browser)
    first, second = Browser(), Browser()
    for one in (first, second):
        one.sign_in(somebody.email)
    code = code_of(secret)
    assert type_code(first, code).status_code == 200
    again = type_code(second, code)
    assert (again.status_code, again.json()["errors"][0]["code"]) == (400, "incorrect_code")
    assert type_code(second, code_of(secret, -1)).status_code == 400
    assert type_code(second, code_of(secret, 1)).status_code == 200


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "१२३४५६", "\ud800", "0" * 41])
def test_codes_that_are_none_are_refused(signed_in: SignedIn, code: str) -> None:
    browser, somebody = signed_in("member")
    given_app(browser)
    other = Browser()
    other.sign_in(somebody.email)
    assert type_code(other, code).status_code == 400
    assert other.get("/api/me").status_code == 401


def test_many_wrong_codes_are_slowed_down(signed_in: SignedIn) -> None:
    browser, somebody = signed_in("member")
    secret, _ = given_app(browser)
    other = Browser()
    other.sign_in(somebody.email)
    answers = [type_code(other, "000000").json()["errors"][0]["code"] for _ in range(6)]
    assert answers == ["incorrect_code"] * 5 + ["too_many_login_attempts"]
    late = type_code(other, code_of(secret))
    assert late.json()["errors"][0]["code"] == "too_many_login_attempts"


def test_right_codes_are_not_counted(signed_in: SignedIn, at: Callable[[float], None]) -> None:
    browser, somebody = signed_in("member")
    secret, _ = given_app(browser)
    for step in range(8):
        at(30 * step)
        one = Browser()
        one.sign_in(somebody.email)
        assert type_code(one, code_of(secret)).status_code == 200


def test_a_recovery_code_works_once_and_is_told(signed_in: SignedIn, letters: Letters) -> None:
    browser, somebody = signed_in("member")
    _, recovery = given_app(browser)
    letters()
    other = Browser()
    other.sign_in(somebody.email)
    assert type_code(other, recovery[3].lower().replace("-", " ")).status_code == 200
    assert other.get(FACTORS).json()["data"]["recovery"] == {"left": 9, "total": 10}
    third = Browser()
    third.sign_in(somebody.email)
    assert type_code(third, recovery[3]).status_code == 400
    assert type_code(third, recovery[4]).status_code == 200
    assert factor_entries(somebody)[-1] == ("factor.code_used", "member", "recovery")
    assert "One of your recovery codes was used" in letters()[0].get_content()


def test_new_recovery_codes_end_the_old_ones(signed_in: SignedIn) -> None:
    browser, somebody = signed_in("member")
    refused = browser.send(f"{FACTORS}/recovery-codes")
    assert (refused.status_code, refused.json()["type"]) == (409, "closed")
    _, old = given_app(browser)
    fresh = browser.send(f"{FACTORS}/recovery-codes").json()["data"]["recovery_codes"]
    assert not set(old) & set(fresh)
    other = Browser()
    other.sign_in(somebody.email)
    assert type_code(other, old[0]).status_code == 400
    assert type_code(other, fresh[0]).status_code == 200


def test_secrets_are_not_in_the_database(signed_in: SignedIn, person: People) -> None:
    browser, somebody = signed_in("member")
    waiting = browser.get(f"{FACTORS}/totp").json()["data"]["secret"]
    assert waiting not in json.dumps(dict(browser.client.session.items()))
    secret, recovery = given_app(browser)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        kept = " ".join(str(row[0]) for row in cursor.fetchall())
    for word in (secret, *recovery, *(code.replace("-", "") for code in recovery)):
        assert word not in kept
        assert word.lower() not in kept
    box = Authenticator.objects.get(type="totp").data["secret"]
    assert open_secret(somebody.pk, box) == secret
    with pytest.raises(BoxDamaged):
        open_secret(person("admin").pk, box)
    for do in (FactorAdapter().encrypt, FactorAdapter().decrypt):
        with pytest.raises(RuntimeError):
            do(secret)


def test_a_second_app_is_refused(signed_in: SignedIn) -> None:
    browser, _ = signed_in("member")
    given_app(browser)
    secret = browser.get(f"{FACTORS}/totp").json()["data"]["secret"]
    again = browser.send(f"{FACTORS}/totp", {"code": code_of(secret)})
    assert (again.status_code, again.json()["type"]) == (409, "closed")


def test_a_code_without_a_secret_that_waits_is_refused(signed_in: SignedIn) -> None:
    browser, _ = signed_in("member")
    assert browser.send(f"{FACTORS}/totp", {"code": "123456"}).status_code == 409


def test_removing_the_last_factor_takes_the_recovery_codes_along(
    signed_in: SignedIn, letters: Letters
) -> None:
    browser, somebody = signed_in("member")
    given_app(browser)
    letters()
    assert browser.send(f"{FACTORS}/totp", method="delete").status_code == 200
    assert not Authenticator.objects.exists()
    assert browser.send(f"{FACTORS}/totp", method="delete").status_code == 404
    assert Browser().sign_in(somebody.email).status_code == 200
    assert "was removed" in letters()[0].get_content()
    assert factor_entries(somebody)[-1] == ("factor.removed", "member", "totp")


# Passwords, pages, staff


def test_a_new_password_does_not_go_round_the_second_step(signed_in: SignedIn, letters: Letters) -> None:
    browser, somebody = signed_in("member")
    secret, _ = given_app(browser)
    letters()
    other = Browser()
    other.send(f"{ROOT}/auth/password/request", {"email": somebody.email})
    key = link_in(letters()[0]).rpartition("/")[2]
    fresh = "brook-under-stone-7"
    assert other.send(f"{ROOT}/auth/password/reset", {"key": key, "password": fresh}).status_code == 401
    assert other.get("/api/me").status_code == 401
    assert other.sign_in(somebody.email, fresh).status_code == 401
    assert other.get("/api/me").status_code == 401
    assert type_code(other, code_of(secret)).status_code == 200


def test_an_account_closed_between_the_steps_stays_closed(signed_in: SignedIn) -> None:
    browser, somebody = signed_in("member")
    secret, _ = given_app(browser)
    other = Browser()
    other.sign_in(somebody.email)
    Person.objects.filter(pk=somebody.pk).update(is_active=False)
    assert type_code(other, code_of(secret)).status_code == 401
    assert SignIn.objects.filter(person=somebody).count() == 1


def test_a_page_of_somebody_else_changes_nothing(signed_in: SignedIn, person: People) -> None:
    browser, _ = signed_in("member")
    answer = browser.get(f"{FACTORS}/totp", **{"X-Hearthside-Person": str(person("admin").pk)})
    assert (answer.status_code, answer.json()["type"]) == (401, "signed_out")


@pytest.mark.parametrize("role", ["facilitator", "admin"])
def test_staff_get_nothing_before_a_second_factor(signed_in: SignedIn, outside_demo: None, role: str) -> None:
    browser, somebody = signed_in(role)
    assert browser.get("/api/me").json()["factor"] == {"required": True, "set": False}
    for path in ("/api/groups", "/api/people", "/api/me/places", "/api/me/consents"):
        answer = browser.get(path)
        assert (answer.status_code, answer.json()["type"]) == (403, "factor_needed"), path
    for answer in (
        browser.send("/api/live/ticket"),
        browser.command("me.update", name="Somebody"),
        browser.send("/api/me"),
    ):
        assert (answer.status_code, answer.json()["type"]) == (403, "factor_needed")
    assert browser.get(FACTORS).status_code == 200
    given_app(browser)
    assert browser.get("/api/people").status_code == 200
    assert "ticket" in browser.send("/api/live/ticket").json()
    last = browser.send(f"{FACTORS}/totp", method="delete")
    assert (last.status_code, last.json()["type"]) == (403, "denied")
    assert Authenticator.objects.filter(user=somebody, type="totp").exists()
    given_passkey(browser)
    assert browser.send(f"{FACTORS}/totp", method="delete").status_code == 200


def test_members_are_never_forced(signed_in: SignedIn, outside_demo: None) -> None:
    browser, _ = signed_in("member")
    assert browser.get("/api/groups").status_code == 200
    assert browser.get("/api/me").json()["factor"] == {"required": False, "set": False}
    given_app(browser)
    assert browser.send(f"{FACTORS}/totp", method="delete").status_code == 200


def test_nobody_is_forced_in_demo_mode(signed_in: SignedIn) -> None:
    browser, _ = signed_in("admin")
    assert browser.get("/api/people").status_code == 200


# A lost phone


def test_an_admin_resets_a_lost_factor(signed_in: SignedIn, letters: Letters) -> None:
    browser, somebody = signed_in("member")
    given_app(browser)
    admin, boss = signed_in("admin")
    (row,) = [row for row in admin.get("/api/people").json()["people"] if row["id"] == str(somebody.pk)]
    assert "person.reset_factors" in row["may"]
    facilitator, _ = signed_in("facilitator")
    assert facilitator.command("person.reset_factors", person=str(somebody.pk)).status_code == 403
    letters()
    done = admin.command("person.reset_factors", person=str(somebody.pk))
    assert done.json() == {"person": str(somebody.pk), "duplicate": False}
    assert not Authenticator.objects.exists()
    assert browser.get("/api/me").status_code == 401
    assert SignIn.objects.get(person=somebody).reason == "factors"
    assert Browser().sign_in(somebody.email).status_code == 200
    (letter,) = letters()
    assert letter["To"] == somebody.email
    assert "reset" in letter.get_content()
    assert factor_entries(somebody)[-1] == ("factors.reset", "admin", "admin")
    listed = Browser()
    listed.sign_in(somebody.email)
    assert listed.get("/api/me/access").json()["entries"][0]["verb"] == "factors.reset"
    assert AuditEntry.objects.get(verb="factors.reset").actor == boss.pk


def test_who_may_reset(signed_in: SignedIn, person: People) -> None:
    admin, boss = signed_in("admin")
    refused = admin.command("person.reset_factors", person=str(boss.pk))
    assert (refused.status_code, refused.json()["type"]) == (403, "denied")
    other = person("member", "other@example.org")
    absent = admin.command(
        "person.reset_factors", "nonce-0002", person="0" * 8 + "-0000-4000-8000-" + "0" * 12
    )
    assert absent.status_code == 404
    assert admin.command("person.reset_factors", "nonce-0003", person=str(other.pk)).status_code == 200
    member, _ = signed_in("member")
    assert member.command("person.reset_factors", person=str(other.pk)).json()["type"] == "denied"


def test_the_operator_resets_the_only_admin(signed_in: SignedIn, letters: Letters) -> None:
    browser, boss = signed_in("admin")
    given_app(browser)
    letters()
    reset_factors_by_operator(" Admin@Example.org ")
    assert browser.get("/api/me").status_code == 401
    assert Browser().sign_in(boss.email).status_code == 200
    assert factor_entries(boss)[-1] == ("factors.reset", "system", "operator")
    assert "whoever runs the server" in letters()[0].get_content()
    with pytest.raises(NotFound):
        reset_factors_by_operator("nobody@example.org")
