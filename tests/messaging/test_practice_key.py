"""The practice key: who announces it, whose recovery keys are sealed to it, who takes one out, and who is told."""

from __future__ import annotations

import os
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from accounts.models import Person, SignIn
from hearthside import clock
from hearthside.models import AuditEntry
from messaging.models import KeyCopy, KeyCopyOpening, RecoveryBlob
from tests.accounts.conftest import letters
from tests.given import Browser, given_person
from tests.messaging.client import SealedClient
from tests.messaging.doors import Answer, TestDoor
from tests.messaging.given import given_client, given_contact
from tests.messaging.sealing import b64

__all__ = ["letters"]
pytestmark = pytest.mark.django_db

REASON = "The court asks for the record of March."


def new_key() -> str:
    """The public part of a fresh practice key."""
    made = ec.generate_private_key(ec.SECP256R1()).public_key()
    return b64(made.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def ask(person: Person, method: str, path: str, body: Any = None, *, fresh: bool = True) -> Answer:
    """One request of somebody who has (`fresh`), or has not, just confirmed that it is them."""
    door = TestDoor(Browser(person))
    at = clock.now() if fresh else None
    SignIn.objects.filter(person=person).update(confirmed_at=at, confirmed_by="password" if fresh else "")
    return door.ask(method, path, body)


def announce(admin: Person) -> str:
    """Announce a key; answers its id."""
    assert ask(admin, "put", "practice_key", {"public_key": new_key()}).slug == "ok"
    return str(ask(admin, "get", "practice_key").data["key_id"])


def copy_body(key_id: str, version: int = 1) -> dict[str, Any]:
    """A copy of the right shape."""
    box = {"ephemeral": new_key(), "iv": b64(os.urandom(12)), "ciphertext": b64(os.urandom(60))}
    return {"key_id": key_id, "version": version, "box": box}


def with_recovery(person: Person, version: int = 1) -> None:
    """As if the person had a recovery key of that version."""
    RecoveryBlob.objects.update_or_create(person=person, defaults={"version": version, "blob": "{}"})


@pytest.fixture
def staff() -> tuple[Person, Person]:
    """An admin, and a facilitator who has a recovery key."""
    admin, hannah = given_person("admin"), given_person("facilitator")
    with_recovery(hannah)
    return admin, hannah


def test_an_admin_announces_and_ends_it_freshly_confirmed(staff: tuple[Person, Person]) -> None:
    admin, hannah = staff
    body = {"public_key": new_key()}
    assert ask(hannah, "put", "practice_key", body).slug == "denied"
    assert ask(given_person(), "put", "practice_key", body).slug == "denied"
    assert ask(admin, "put", "practice_key", body, fresh=False).slug == "reauthentication_needed"
    assert ask(admin, "get", "practice_key").data["public_key"] is None
    assert ask(admin, "put", "practice_key", body).slug == "ok"
    seen = ask(given_person(), "get", "practice_key").data
    assert (seen["public_key"], seen["staff"], seen["copy_made_at"]) == (body["public_key"], False, None)
    assert ask(hannah, "delete", "practice_key").slug == "denied"
    assert ask(admin, "delete", "practice_key", fresh=False).slug == "reauthentication_needed"
    assert ask(admin, "delete", "practice_key").slug == "ok"
    assert ask(admin, "delete", "practice_key").slug == "not_found"
    verbs = AuditEntry.objects.filter(verb__startswith="practice_key.").values_list("verb", flat=True)
    assert sorted(verbs) == ["practice_key.ended", "practice_key.made"]


@pytest.mark.parametrize("wrong", ["AAAA", b64(bytes(65)), b64(b"\4" + bytes(64)), b64(b"\4" + b"\1" * 64)])
def test_what_is_no_point_of_the_curve_is_refused(staff: tuple[Person, Person], wrong: str) -> None:
    assert ask(staff[0], "put", "practice_key", {"public_key": wrong}).slug == "invalid"
    assert ask(staff[0], "get", "practice_key").data["public_key"] is None


def test_staff_alone_leave_a_copy_and_only_of_the_keys_of_now(staff: tuple[Person, Person]) -> None:
    admin, hannah = staff
    assert ask(hannah, "put", "key_copy", copy_body("A" * 22)).slug == "stale"
    key_id = announce(admin)
    member = given_person()
    with_recovery(member)
    assert ask(member, "put", "key_copy", copy_body(key_id)).slug == "denied"
    assert ask(hannah, "put", "key_copy", copy_body(key_id, version=2)).slug == "stale"
    assert not KeyCopy.objects.exists()
    assert ask(hannah, "put", "key_copy", copy_body(key_id)).slug == "ok"
    assert ask(hannah, "get", "practice_key").data["copy_made_at"]
    with_recovery(hannah, version=2)
    assert ask(hannah, "get", "practice_key").data["copy_made_at"] is None, (
        "a new recovery key leaves it behind"
    )
    assert ask(hannah, "put", "key_copy", copy_body(key_id, version=2)).slug == "ok"
    assert ask(hannah, "delete", "key_copy").slug == "ok"
    assert not KeyCopy.objects.exists()


def test_another_key_and_the_end_of_it_take_the_copies_away(staff: tuple[Person, Person]) -> None:
    admin, hannah = staff
    for end in ("put", "delete"):
        assert ask(hannah, "put", "key_copy", copy_body(announce(admin))).slug == "ok"
        body = {"public_key": new_key()} if end == "put" else None
        assert ask(admin, end, "practice_key", body).slug == "ok"
        assert not KeyCopy.objects.exists()


def test_taking_one_out_needs_an_admin_a_reason_and_a_fresh_confirmation(
    staff: tuple[Person, Person],
) -> None:
    admin, hannah = staff
    body = copy_body(announce(admin))
    path, reason = f"key_copies/{hannah.pk}/open", {"reason": REASON}
    assert ask(admin, "post", path, reason).slug == "not_found"
    assert ask(hannah, "put", "key_copy", body).slug == "ok"
    assert ask(hannah, "post", path, reason).slug == "denied"
    assert ask(given_person(), "post", path, reason).slug == "denied"
    assert ask(admin, "post", path, reason, fresh=False).slug == "reauthentication_needed"
    assert ask(admin, "post", path, {"reason": "  why  "}).slug == "invalid"
    assert ask(hannah, "get", "key_copies").slug == "denied"
    assert not KeyCopyOpening.objects.exists()
    answer = ask(admin, "post", path, reason)
    assert answer.data == {"box": body["box"], "key_id": body["key_id"], "version": 1}
    (row,) = [
        row for row in ask(admin, "get", "key_copies").data["copies"] if row["person"] == str(hannah.pk)
    ]
    assert row["made_at"]
    assert row["opened_at"]


@pytest.fixture
def talk(staff: tuple[Person, Person]) -> tuple[SealedClient, SealedClient, str]:
    """The facilitator's and a client's device, in a conversation."""
    member = given_person()
    given_contact(staff[1], member)
    one, two = given_client(staff[1]), given_client(member)
    return one, two, one.open_pair(two.person)


def test_those_whom_it_concerns_are_told(
    staff: tuple[Person, Person], talk: tuple[SealedClient, SealedClient, str]
) -> None:
    admin, hannah = staff
    one, two, room = talk

    def copies() -> list[tuple[bool, bool]]:
        rows = two.must("get", f"conversations/{room}")["members"]
        found = {row["person"]: (bool(row["copy_made_at"]), bool(row["copy_opened_at"])) for row in rows}
        return [found[one.person], found[two.person]]

    assert copies() == [(False, False), (False, False)]
    assert ask(hannah, "put", "key_copy", copy_body(announce(admin))).slug == "ok"
    assert copies() == [(True, False), (False, False)]
    assert ask(admin, "post", f"key_copies/{hannah.pk}/open", {"reason": REASON}).slug == "ok"
    assert copies() == [(True, True), (False, False)]
    entries = AuditEntry.objects.filter(verb="key_copy.opened")
    assert {str(entry.about) for entry in entries} == {one.person, two.person}
    opening = KeyCopyOpening.objects.get()
    assert {entry.thing for entry in entries} == {f"key_copy_opening:{opening.pk}"}
    assert opening.reason == REASON
    assert REASON.encode() not in bytes(KeyCopyOpening.objects.values_list("reason", flat=True)[0])


def test_its_owner_gets_mail_without_content(
    staff: tuple[Person, Person], letters: Callable[[], list[EmailMessage]]
) -> None:
    admin, hannah = staff
    assert ask(hannah, "put", "key_copy", copy_body(announce(admin))).slug == "ok"
    assert ask(admin, "post", f"key_copies/{hannah.pk}/open", {"reason": REASON}).slug == "ok"
    (letter,) = letters()
    assert letter["To"] == hannah.email
    assert "recovery key" in letter.get_content()
    assert REASON not in letter.get_content()
