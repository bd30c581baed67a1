"""Stamps: what lets one message be reported and proved, while every other stays unknown (docs/how/a_sealed_message.md).

The sender commits to the words with a key that only the readers get. The server, which sees the commitment alone,
stamps when, where and by which device it came. Whoever reports a message opens the commitment; the stamp says that
just this was sent.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import uuid
from dataclasses import dataclass

from hearthside.crypto import keyring
from messaging.ids import decode, encode, event_of, room_of, user_of

COMMITMENT_BYTES = 32
PURPOSE = b"hs.frank.1\0"


@dataclass(frozen=True)
class Stamped:
    """What a stamp covers."""

    conversation: uuid.UUID
    event: uuid.UUID
    sender: uuid.UUID
    device: str
    at: int
    commitment: str


def current_key() -> str:
    """The id of the key that stamps now; the keyring keeps older ones, so older stamps still check."""
    return keyring().active


@functools.lru_cache(maxsize=16)
def _derived(secret: bytes) -> bytes:
    return hashlib.blake2b(b"stamp", key=secret, digest_size=32, person=b"hearthside.frank").digest()


def stamp(what: Stamped, key_id: str) -> str:
    """The stamp by the key of that id; raises KeyError for a key that is not kept."""
    parts = (
        room_of(what.conversation),
        event_of(what.event),
        user_of(what.sender),
        what.device,
        str(what.at),
        what.commitment,
    )
    state = hashlib.blake2b(key=_derived(keyring().keys[key_id]), digest_size=32)
    for part in parts:
        data = part.encode()
        state.update(len(data).to_bytes(8, "big") + data)
    return encode(state.digest())


def is_stamped(what: Stamped, found: str, key_id: str) -> bool:
    """Whether the stamp is ours and covers exactly this."""
    try:
        return hmac.compare_digest(stamp(what, key_id), found)
    except (KeyError, TypeError):
        return False


def commit(room: str, pt: str, fk: bytes) -> str:
    """The commitment to the exact plaintext `pt` in `room` under the 32-byte key `fk`."""
    message = PURPOSE + room.encode() + b"\0" + pt.encode()
    return encode(hmac.new(fk, message, hashlib.sha256).digest())


def opens(commitment: str, room: str, pt: str, fk: str) -> bool:
    """Whether `pt` and `fk` (base64 of exactly 32 bytes) are what the commitment was made of."""
    try:
        key = decode(fk, size=32)
        return hmac.compare_digest(commit(room, pt, key), commitment)
    except (ValueError, TypeError):
        return False


def read_commitment(text: str) -> str:
    """The commitment as it is kept; raises ValueError unless it is 32 bytes."""
    decode(text, size=COMMITMENT_BYTES)
    return text
