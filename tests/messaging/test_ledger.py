"""The key ledger: one chain, signed, and whoever was shown another one can prove it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from messaging.ledger import seal_entry
from messaging.models import LedgerEntry
from tests.given import given_person
from tests.messaging.client import SealedClient
from tests.messaging.given import given_client
from tests.messaging.identity import Identity
from tests.messaging.sealing import Json, b64, canonical, unb64

pytestmark = pytest.mark.django_db
START = {"n": 0, "hash": b64(bytes(32))}


class Forked(Exception):
    """The ledger does not run through what was seen of it before."""


def follow(client: SealedClient, seen: Json) -> tuple[list[Json], Json]:
    """Read the ledger on from a head that was seen; answers the new entries and head. Raises Forked."""
    entries: list[Json] = []
    head = dict(seen)
    while True:
        page = client.must("get", f"key_ledger?after={head['n']}&limit=3")
        for entry in page["entries"]:
            body = {name: entry[name] for name in ("n", "at", "subject", "kind", "key", "prev")}
            good = b64(hashlib.sha256(canonical(body)).digest()) == entry["hash"]
            if not good or entry["prev"] != head["hash"] or entry["n"] != head["n"] + 1:
                raise Forked
            try:
                message = b"hs.ledger.1\0" + unb64(entry["hash"])
                VerifyKey(unb64(page["public_key"])).verify(message, unb64(entry["signature"]))
            except BadSignatureError:
                raise Forked from None
            head = {"n": entry["n"], "hash": entry["hash"]}
            entries.append(entry)
        if not page["entries"]:
            if page["head"] != head:
                raise Forked
            return entries, head


def subject(client: SealedClient) -> str:
    """A person as the ledger names them."""
    return b64(hashlib.sha256(b"hs.ledger.1\0" + client.user.encode()).digest())


def test_every_identity_and_device_is_in_the_chain() -> None:
    one, two = given_client(given_person()), given_client(given_person())
    two.must("delete", f"devices/{two.device}")
    two.device = ""
    new = Identity(one.user)
    one.must("post", "device_signing/upload", new.upload())
    entries, head = follow(one, START)
    assert [(entry["subject"], entry["kind"]) for entry in entries] == [
        (subject(one), "device_added"),
        (subject(one), "identity"),
        (subject(two), "device_added"),
        (subject(two), "identity"),
        (subject(two), "device_removed"),
        (subject(one), "identity"),
    ]
    assert entries[0]["key"] == one.account.ed25519_key.to_base64()
    assert entries[1]["key"] == one.identity.public()
    assert entries[-1]["key"] == new.public()
    assert one.user not in json.dumps(entries)
    assert follow(one, head) == ([], head)


@pytest.mark.parametrize("field", ["at", "subject", "kind", "key", "prev", "hash", "signature"])
def test_a_changed_entry_is_seen(field: str) -> None:
    client = given_client(given_person())
    entry = LedgerEntry.objects.get(n=1)
    value: Any = {"at": entry.at + 1, "kind": "device_removed"}.get(field, b64(bytes(range(32))))
    if field == "signature":
        value = b64(bytes(64))
    changes: dict[str, Any] = {field: value}
    LedgerEntry.objects.filter(n=1).update(**changes)
    with pytest.raises(Forked):
        follow(client, START)


def test_a_ledger_that_was_made_anew_is_a_fork_for_who_saw_the_old_one() -> None:
    client = given_client(given_person())
    given_client(given_person())
    _, seen = follow(client, START)
    given_client(given_person())
    prev = str(START["hash"])
    for entry in LedgerEntry.objects.order_by("n"):
        entry.prev = prev
        if entry.n == 2:
            entry.key = b64(bytes(range(32)))  # another identity than the true one
        seal_entry(entry)  # with the server's own key
        entry.save()
        prev = entry.hash
    follow(client, START)  # who sees it for the first time sees nothing wrong
    with pytest.raises(Forked):
        follow(client, seen)


def test_a_ledger_that_was_cut_is_seen() -> None:
    client = given_client(given_person())
    _, seen = follow(client, START)
    LedgerEntry.objects.filter(n=seen["n"]).delete()
    with pytest.raises(Forked):
        follow(client, seen)
