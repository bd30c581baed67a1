"""Names of people, conversations and events as the encryption engine spells them, and base64 as everybody here does.

In our own paths and answers a person or a conversation is a bare uuid; wherever one comes in, both spellings do.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
import uuid

from hearthside.api import read_id
from hearthside.errors import NotFound

SERVER = "hearthside"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
DEVICE_LETTERS = 16


def user_of(person_id: uuid.UUID) -> str:
    """A person as the engine names them."""
    return f"@{person_id}:{SERVER}"


def room_of(conversation_id: uuid.UUID) -> str:
    """A conversation as the engine names it."""
    return f"!{conversation_id}:{SERVER}"


def event_of(event_id: uuid.UUID) -> str:
    """A sealed event as the engine names it."""
    return f"${event_id}:{SERVER}"


def read_name(text: str) -> uuid.UUID:
    """The uuid in a name of either spelling; raises NotFound, as for anything that is not there."""
    if text[:1] in ("@", "!", "$"):
        bare, colon, server = text[1:].partition(":")
        if not colon or server != SERVER:
            raise NotFound
        text = bare
    return read_id(text)


def read_user(text: str) -> uuid.UUID | None:
    """The person's id in the engine's one spelling of it, else None."""
    try:
        found = read_name(text)
    except NotFound:
        return None
    return found if user_of(found) == text else None


def new_device_id() -> str:
    """A device's id: 80 bits that nobody guesses."""
    return "".join(secrets.choice(LETTERS) for _ in range(DEVICE_LETTERS))


def encode(data: bytes) -> str:
    """Base64, standard alphabet, unpadded."""
    return base64.b64encode(data).decode().rstrip("=")


def decode(text: object, *, size: int | None = None) -> bytes:
    """The bytes of unpadded base64 in its one spelling; raises ValueError for any other, or another size."""
    if not isinstance(text, str) or not text.isascii():
        raise ValueError("not base64")
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if encode(data) != text or (size is not None and len(data) != size):
        raise ValueError("not base64 of that size")
    return data


def conversation_id(creator: uuid.UUID, seed: bytes) -> uuid.UUID:
    """The id that a conversation of this creator with this seed has, and no other conversation can have."""
    digest = hashlib.sha256(b"hs.room.1\0" + user_of(creator).encode() + b"\0" + seed).digest()
    return uuid.UUID(bytes=digest[:16], version=4)
