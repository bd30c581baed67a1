"""NIST P-256, as far as a public key must be looked at (SEC 2, section 2.4.2)."""

from __future__ import annotations

import hashlib

from messaging.ids import encode

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
POINT_BYTES = 65
PURPOSE = b"hs.practice.1\0"


def is_point(data: bytes) -> bool:
    """Whether the bytes are an uncompressed point of the curve (which has no small subgroup)."""
    if len(data) != POINT_BYTES or data[0] != 4:
        return False
    x, y = int.from_bytes(data[1:33], "big"), int.from_bytes(data[33:], "big")
    return x < P and y < P and (y * y - (x * x * x - 3 * x + B)) % P == 0


def key_id_of(data: bytes) -> str:
    """The id of a practice key: base64 of the first 16 bytes of SHA-256 over the purpose and the point."""
    return encode(hashlib.sha256(PURPOSE + data).digest()[:16])
