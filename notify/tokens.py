"""The secret part of an unsubscribe link: one person and one kind, signed with a server key, stored nowhere.

It names no kind, because an address in a mail can be read by others, and it never ends: letters are found years later.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import uuid

from hearthside import crypto
from notify.kinds import KINDS

ID_BYTES = 16


def seal_of(person_id: uuid.UUID, kind: str) -> bytes:
    """The tag that only this server can make for a person and a kind."""
    return crypto.mac("notify.unsubscribe", str(person_id), kind)


def make_token(person_id: uuid.UUID, kind: str) -> str:
    """The token of a person and a kind."""
    parts = (person_id.bytes, seal_of(person_id, kind))
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def read_token(token: str) -> tuple[uuid.UUID, str] | None:
    """The person's id and the kind in a token; None for anything that we did not sign."""
    first, _, second = token.partition(".")
    try:
        name, tag = (base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in (first, second))
    except (ValueError, binascii.Error):
        return None
    if len(name) != ID_BYTES:
        return None
    person_id = uuid.UUID(bytes=name)
    kinds = [kind for kind in KINDS if hmac.compare_digest(tag, seal_of(person_id, kind))]
    return (person_id, kinds[0]) if kinds else None
