"""The key ledger: a signed chain of every identity and device, so that a key slipped in secretly leaves a trace.

A client keeps the head it has seen. If the chain it is shown later does not run through that head, two people were
shown two ledgers.
"""

from __future__ import annotations

import functools
import hashlib
import uuid
from typing import Any

from nacl.signing import SigningKey

from hearthside.crypto import derive
from messaging.checks import canonical
from messaging.ids import decode, encode, user_of
from messaging.models import LedgerEntry

STREAM = "key_ledger"
"""The counter that entries take their numbers from; who appends holds it until the commit."""
PURPOSE = b"hs.ledger.1\0"
START = encode(bytes(32))


@functools.cache
def signing_key() -> SigningKey:
    """The key that signs entries, derived from the keyring."""
    return SigningKey(derive("key ledger"))


def public_key() -> str:
    """Its public part."""
    return encode(bytes(signing_key().verify_key))


def subject_of(person_id: uuid.UUID) -> str:
    """A person as the ledger names them: found by whoever knows the id, told to nobody else."""
    return encode(hashlib.sha256(PURPOSE + user_of(person_id).encode()).digest())


def hash_of(body: dict[str, Any]) -> str:
    """The hash of an entry's body {n, at, subject, kind, key, prev}."""
    return encode(hashlib.sha256(canonical(body)).digest())


def body_of(entry: LedgerEntry) -> dict[str, Any]:
    """What an entry's hash covers."""
    return {
        "n": entry.n,
        "at": entry.at,
        "subject": entry.subject,
        "kind": entry.kind,
        "key": entry.key,
        "prev": entry.prev,
    }


def seal_entry(entry: LedgerEntry) -> None:
    """Give an entry its hash and our signature over it."""
    entry.hash = hash_of(body_of(entry))
    entry.signature = encode(signing_key().sign(PURPOSE + decode(entry.hash, size=32)).signature)
