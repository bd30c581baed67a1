"""Passkeys: signing in by one, as the second step or alone, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from fido2.utils import websafe_encode

from accounts.models import Person, SignIn
from tests.accounts.conftest import SESSION, Browser
from tests.accounts.given_factors import FACTORS, ROOT, Passkey, given_passkey, show

pytestmark = pytest.mark.django_db

People = Callable[..., Person]
SignedIn = Callable[..., tuple[Browser, Person]]


def test_a_passkey_signs_in_alone(signed_in: SignedIn) -> None:
    browser, somebody = signed_in("member")
    passkey = given_passkey(browser)
    (row,) = browser.get(FACTORS).json()["data"]["passkeys"]
    assert row["name"] == "My phone"
    other = Browser()
    assert show(other, passkey, "login").status_code == 200
    assert other.get("/api/me").json()["person"]["id"] == str(somebody.pk)
    assert show(other, passkey, "login").status_code == 409
    other.send(SESSION, method="delete")
    assert other.sign_in(somebody.email).status_code == 401, "a passkey before does not stand in for one now"


def test_a_passkey_as_the_second_step(signed_in: SignedIn) -> None:
    browser, somebody = signed_in("member")
    passkey = given_passkey(browser, verifies=False)
    other = Browser()
    other.sign_in(somebody.email)
    assert show(other, passkey, "authenticate").status_code == 200
    assert other.get("/api/me").status_code == 200
    assert SignIn.objects.order_by("created_at").last().confirmed_by == "passkey"  # type: ignore[union-attr]


def test_alone_a_passkey_must_know_who_holds_it(signed_in: SignedIn) -> None:
    browser, _ = signed_in("member")
    passkey = given_passkey(browser, verifies=False)
    other = Browser()
    assert show(other, passkey, "login").status_code == 400
    assert other.get("/api/me").status_code == 401


@pytest.mark.parametrize("fault", ["origin", "key", "holder", "count", "stranger"])
def test_forged_passkeys_are_refused_alike(signed_in: SignedIn, person: People, fault: str) -> None:
    browser, _ = signed_in("member")
    passkey = given_passkey(browser)
    assert show(Browser(), passkey, "login").status_code == 200
    if fault == "origin":
        passkey.origin = "http://localhost:8001"
    elif fault == "key":
        passkey.key = Passkey().key
    elif fault == "holder":
        passkey.holder = "AAAA"
    elif fault == "count":
        passkey.count = 0
    else:
        passkey.holder = websafe_encode(person("facilitator").pk.bytes)
    other = Browser()
    answer = show(other, passkey, "login")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "incorrect_code")
    assert other.get("/api/me").status_code == 401


def test_an_answer_is_good_once_and_only_in_its_own_session(signed_in: SignedIn) -> None:
    browser, _ = signed_in("member")
    passkey = given_passkey(browser)
    one, other = Browser(), Browser()
    options = one.get(f"{ROOT}/auth/webauthn/login").json()["data"]["options"]
    answer = {"credential": passkey.show(options)}
    assert other.send(f"{ROOT}/auth/webauthn/login", answer).status_code == 400
    assert one.send(f"{ROOT}/auth/webauthn/login", answer).status_code == 200
    one.send(SESSION, method="delete")
    assert one.send(f"{ROOT}/auth/webauthn/login", answer).status_code == 400


@pytest.mark.parametrize(
    "credential", [None, [], "x", {}, {"response": 3}, {"response": {"userHandle": "&"}}]
)
def test_nonsense_is_no_passkey(practice: Any, credential: Any) -> None:
    browser = Browser()
    browser.get(f"{ROOT}/auth/webauthn/login")
    assert browser.send(f"{ROOT}/auth/webauthn/login", {"credential": credential}).status_code == 400


def test_a_closed_account_is_told_so_by_its_passkey(signed_in: SignedIn) -> None:
    browser, somebody = signed_in("member")
    passkey = given_passkey(browser)
    Person.objects.filter(pk=somebody.pk).update(is_active=False)
    answer = show(Browser(), passkey, "login")
    assert answer.json()["errors"][0]["code"] == "account_inactive"


def test_passkeys_are_renamed_and_removed_by_their_own_person(signed_in: SignedIn) -> None:
    browser, _ = signed_in("member")
    given_passkey(browser)
    (row,) = browser.get(FACTORS).json()["data"]["passkeys"]
    other, _ = signed_in("admin")
    for method, data in (("put", {"id": row["id"], "name": "Mine now"}), ("delete", {"id": row["id"]})):
        assert other.send(f"{FACTORS}/webauthn", data, method=method).status_code == 404
    blank = browser.send(f"{FACTORS}/webauthn", {"id": row["id"], "name": " \t"}, method="put")
    assert blank.status_code == 400
    browser.send(f"{FACTORS}/webauthn", {"id": row["id"], "name": " Old  phone "}, method="put")
    assert browser.get(FACTORS).json()["data"]["passkeys"][0]["name"] == "Old phone"
    assert browser.send(f"{FACTORS}/webauthn", {"id": row["id"]}, method="delete").status_code == 200
    assert browser.get(FACTORS).json()["data"]["passkeys"] == []


def test_a_passkey_is_added_once(signed_in: SignedIn) -> None:
    browser, _ = signed_in("member")
    passkey = given_passkey(browser)
    options = browser.get(f"{FACTORS}/webauthn").json()["data"]["options"]
    assert len(options["excludeCredentials"]) == 1
    again = browser.send(f"{FACTORS}/webauthn", {"name": "Again", "credential": passkey.make(options)})
    assert (again.status_code, again.json()["type"]) == (409, "closed")


@pytest.mark.parametrize(
    ("public_url", "at_place"),
    [
        ("https://group.example.org", "https://group.example.org"),
        ("http://127.0.0.1:8000", "http://localhost:8000"),
        ("https://192.0.2.7", None),
    ],
)
def test_passkeys_belong_to_the_public_address(
    signed_in: SignedIn, settings: Any, public_url: str, at_place: str | None
) -> None:
    browser, _ = signed_in("member")
    settings.HEARTHSIDE = replace(settings.HEARTHSIDE, public_url=public_url)
    assert browser.get(FACTORS).json()["data"]["passkeys_at"] == at_place
    begun = browser.get(f"{FACTORS}/webauthn")
    assert begun.status_code == (200 if at_place else 409)
    assert Browser().get(f"{ROOT}/auth/webauthn/login").status_code == (200 if at_place else 409)
    if at_place:
        given_passkey(browser, origin=at_place)
