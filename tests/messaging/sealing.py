"""What clients of sealed conversations agree on, written again from the documents: no line of the server's is used."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import uuid
from typing import Any

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

Json = dict[str, Any]
BUCKETS = (256, 512, 1024, 2048, 4096, 8192, 16384, 32768)
EVENT_TYPE = "hs.message"


class Refused(Exception):
    """Something that does not check; the reason is its only argument."""


def b64(data: bytes) -> str:
    """Base64 without padding."""
    return base64.b64encode(data).decode().rstrip("=")


def unb64(text: str) -> bytes:
    """The bytes of base64 without padding."""
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)


def canonical(value: Any) -> bytes:
    """Matrix's canonical JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def bare(value: Json) -> Json:
    """An object as it is signed."""
    return {name: item for name, item in value.items() if name not in ("signatures", "unsigned")}


def is_signed(value: Json, user: str, key_id: str, public: str) -> bool:
    """Whether the object carries a good signature by this key."""
    try:
        signature = unb64(value["signatures"][user][key_id])
        VerifyKey(unb64(public)).verify(canonical(bare(value)), signature)
    except (KeyError, ValueError, TypeError, BadSignatureError):
        return False
    return True


def room_id(creator: str, seed: bytes) -> uuid.UUID:
    """The id of a conversation of this creator with this seed."""
    digest = bytearray(hashlib.sha256(b"hs.room.1\0" + creator.encode() + b"\0" + seed).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x40
    digest[8] = digest[8] & 0x3F | 0x80
    return uuid.UUID(bytes=bytes(digest))


def commitment(room: str, pt: str, fk: bytes) -> str:
    """The commitment to exact words in a room."""
    return b64(hmac.new(fk, b"hs.frank.1\0" + room.encode() + b"\0" + pt.encode(), hashlib.sha256).digest())


def seal_words(room: str, words: Json) -> tuple[Json, str]:
    """The content that goes into the ratchet, padded to its bucket, and the commitment that goes beside it."""
    pt = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
    size = len(pt.encode())
    bucket = next((bucket for bucket in BUCKETS if bucket >= size), None)
    if bucket is None:
        raise Refused("too long")
    fk = os.urandom(32)
    return {"v": 1, "pt": pt, "fk": b64(fk), "pad": " " * (bucket - size)}, commitment(room, pt, fk)


def open_words(room: str, content: Json, committed: str) -> Json:
    """The words of an opened content, when it is padded and committed as it must be; raises Refused."""
    try:
        if set(content) != {"v", "pt", "fk", "pad"} or content["v"] != 1:
            raise Refused("form")
        pt, fk = content["pt"], unb64(content["fk"])
        if len(fk) != 32 or not hmac.compare_digest(commitment(room, pt, fk), committed):
            raise Refused("commitment")
        if len(pt.encode()) + len(content["pad"]) not in BUCKETS or content["pad"].strip(" "):
            raise Refused("padding")
        words = json.loads(pt)
        if not isinstance(words, dict) or not {"k", "n", "at"} <= set(words):
            raise Refused("form")
    except (ValueError, TypeError, AttributeError, KeyError):
        raise Refused("form") from None
    return words
