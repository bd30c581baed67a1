"""Confirming that it is you: what needs it, by what it is done, and for how long it holds."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from accounts.access import require_fresh
from accounts.models import Person, SignIn
from consumers.commands import prepare
from hearthside.commands import find_command, read_data, run_command
from hearthside.errors import Problem, ReauthenticationNeeded
from tests.accounts.conftest import Browser
from tests.accounts.given_factors import (
    FACTORS,
    code_of,
    confirm,
    given_app,
    given_passkey,
    show,
    type_code,
)
from tests.given import act_fresh, problem_of

pytestmark = pytest.mark.django_db

At = Callable[[float], None]
SignedIn = Callable[..., tuple[Browser, Person]]


def asks(answer: object) -> list[str] | None:
    """The ways in which an answer wants to be confirmed; None when it wants nothing."""
    body = answer.json()  # type: ignore[attr-defined]
    if body.get("type") != "reauthentication_needed":
        return None
    assert answer.status_code == 403  # type: ignore[attr-defined]
    ways: list[str] = body["ways"]
    return ways


def test_signing_in_confirms_for_five_minutes(signed_in: SignedIn, at: At) -> None:
    browser, _ = signed_in("member")
    at(299)
    assert asks(browser.get(f"{FACTORS}/totp")) is None
    at(301)
    assert asks(browser.get(f"{FACTORS}/totp")) == ["password"]
    assert confirm(browser, "not-this-one-99").status_code == 400
    assert asks(browser.get(f"{FACTORS}/totp")) == ["password"]
    assert confirm(browser).status_code == 200
    assert asks(browser.get(f"{FACTORS}/totp")) is None


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "totp"),
        ("post", "totp"),
        ("delete", "totp"),
        ("get", "webauthn"),
        ("post", "webauthn"),
        ("put", "webauthn"),
        ("delete", "webauthn"),
        ("post", "recovery-codes"),
    ],
)
def test_every_change_of_factors_asks(signed_in: SignedIn, at: At, method: str, path: str) -> None:
    browser, _ = signed_in("member")
    given_app(browser)
    at(301)
    where = f"{FACTORS}/{path}"
    answer = browser.get(where) if method == "get" else browser.send(where, {}, method=method)
    assert asks(answer) == ["totp", "recovery"]
    assert Authenticator.objects.count() == 2


def test_with_a_factor_the_password_is_not_enough(signed_in: SignedIn, at: At) -> None:
    browser, _ = signed_in("member")
    secret, recovery = given_app(browser)
    at(400)
    refused = confirm(browser)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "factor_first")
    assert asks(browser.get(f"{FACTORS}/totp")) == ["totp", "recovery"]
    assert type_code(browser, "000000", "reauthenticate").status_code == 400
    code = code_of(secret)
    assert type_code(browser, code, "reauthenticate").status_code == 200
    assert asks(browser.get(f"{FACTORS}/totp")) is None
    assert type_code(browser, code, "reauthenticate").status_code == 400, "a code is good once here too"
    at(800)
    assert type_code(browser, recovery[0], "reauthenticate").status_code == 200
    assert asks(browser.get(f"{FACTORS}/totp")) is None


def test_a_factor_set_up_elsewhere_outranks_an_earlier_password(signed_in: SignedIn) -> None:
    browser, somebody = signed_in("member")
    other = Browser()
    other.sign_in(somebody.email)
    given_app(browser)
    assert asks(browser.get(f"{FACTORS}/totp")) is None, "the app has just shown a code here"
    assert asks(other.get(f"{FACTORS}/totp")) == ["totp", "recovery"]


def test_a_passkey_confirms(signed_in: SignedIn, at: At) -> None:
    browser, _ = signed_in("member")
    passkey = given_passkey(browser)
    at(301)
    assert asks(browser.get(f"{FACTORS}/webauthn")) == ["passkey", "recovery"]
    assert show(browser, passkey, "reauthenticate").status_code == 200
    assert asks(browser.get(f"{FACTORS}/webauthn")) is None


def test_somebody_elses_passkey_confirms_nothing(signed_in: SignedIn, at: At) -> None:
    browser, _ = signed_in("member")
    other, _ = signed_in("admin")
    given_passkey(browser)
    stolen = given_passkey(other)
    at(301)
    assert show(browser, stolen, "reauthenticate").status_code == 400
    assert asks(browser.get(f"{FACTORS}/webauthn")) == ["passkey", "recovery"]


def test_only_the_sign_in_that_confirmed_is_fresh(signed_in: SignedIn, at: At) -> None:
    browser, somebody = signed_in("member")
    other = Browser()
    other.sign_in(somebody.email)
    at(301)
    assert confirm(browser).status_code == 200
    assert asks(other.get(f"{FACTORS}/totp")) == ["password"]


def test_a_command_asks_at_both_doors(signed_in: SignedIn, person: Callable[..., Person], at: At) -> None:
    browser, boss = signed_in("admin")
    target = person("member")
    at(301)
    assert asks(browser.command("person.reset_factors", person=str(target.pk))) == ["password"]
    row = find_command("person.reset_factors")
    signin = SignIn.objects.get(person=boss)
    data = {"nonce": "nonce-socket-1", "person": str(target.pk)}
    raw = msgspec.Raw(msgspec.json.encode(data))
    with pytest.raises(ReauthenticationNeeded) as refused:
        prepare(row, boss, signin.pk, raw)
    assert refused.value.extra == {"ways": ["password"]}
    confirm(browser)
    prepare(row, boss, signin.pk, raw)
    assert browser.command("person.reset_factors", person=str(target.pk)).status_code == 200
    with pytest.raises(ReauthenticationNeeded):
        run_command(row, boss, read_data(row, data))


def test_every_fresh_command_is_refused_without_a_sign_in(person: Callable[..., Person]) -> None:
    boss, target = person("admin"), person("member")
    assert act_fresh(boss, "person.reset_factors", person=target.pk)["person"] == str(target.pk)
    assert problem_of(boss, "person.reset_factors", person=target.pk)["type"] == "reauthentication_needed"


def test_a_command_that_needs_nothing_asks_nothing(signed_in: SignedIn, at: At) -> None:
    browser, _ = signed_in("member")
    at(301)
    assert browser.command("me.update", name="Rosa").status_code == 200


def test_no_sign_in_is_never_fresh() -> None:
    for asking in (None, HttpRequest()):
        with pytest.raises(Problem) as refused:
            require_fresh(asking)
        assert refused.value.slug == "reauthentication_needed"
