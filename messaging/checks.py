"""What uploaded public keys must stand up to, with PyNaCl: exact JSON, Ed25519 signatures, no weak curve points.

A server that kept what does not check would let a broken or hostile client lead others into channels that are not
private. So one changed byte means 400 and nothing kept.
"""

from __future__ import annotations

import json
from typing import Any

from nacl.bindings import crypto_scalarmult
from nacl.exceptions import BadSignatureError, CryptoError
from nacl.signing import VerifyKey

from hearthside.errors import BadKeys
from messaging.ids import decode

Json = dict[str, Any]
CURVE, ED = "curve25519", "ed25519"
ALGORITHMS = ("m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2")
SIGNED_CURVE = "signed_curve25519"
MOST_INTEGER = 2**53 - 1  # what JavaScript holds exactly
DEEPEST = 16
SCALAR = bytes(range(1, 33))  # any scalar finds a low-order point: their product is zero


def canonical(value: Any) -> bytes:
    """The one spelling of JSON that is signed (Matrix's canonical JSON); raises BadKeys for what has none."""
    check_plain(value)
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    except UnicodeEncodeError:
        raise BadKeys from None


def check_plain(value: Any, depth: int = 0) -> None:
    """Raise BadKeys for JSON that two readers could understand differently: fractions, huge numbers, deep nesting."""
    if depth > DEEPEST:
        raise BadKeys
    if isinstance(value, dict):
        for item in value.values():
            check_plain(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            check_plain(item, depth + 1)
    elif isinstance(value, float) or (isinstance(value, int) and abs(value) > MOST_INTEGER):
        raise BadKeys


def unsigned(value: Json) -> Json:
    """What a signature covers: the object without its signatures and without what the server may add."""
    return {name: item for name, item in value.items() if name not in ("signatures", "unsigned")}


def check_fields(value: Any, needed: set[str], known: set[str]) -> Json:
    """The value as an object that has the needed fields and no unknown ones; raises BadKeys."""
    if not isinstance(value, dict) or not needed <= set(value) <= needed | known:
        raise BadKeys
    return value


def check_point(text: Any) -> str:
    """A Curve25519 public key that takes part in a secret; raises BadKeys for any other spelling or a low-order one."""
    try:
        crypto_scalarmult(SCALAR, decode(text, size=32))
    except (ValueError, CryptoError, RuntimeError):
        raise BadKeys from None
    return str(text)


def check_public(text: Any) -> str:
    """The spelling of an Ed25519 public key; raises BadKeys."""
    try:
        decode(text, size=32)
    except ValueError:
        raise BadKeys from None
    return str(text)


def is_signed_by(message: bytes, public: str, signature: Any) -> bool:
    """Whether the signature over the message is this key's."""
    try:
        VerifyKey(decode(public, size=32)).verify(message, decode(signature, size=64))
    except (ValueError, BadSignatureError, CryptoError):
        return False
    return True


def check_signature(value: Json, user: str, key_id: str, public: str) -> str:
    """The signature over the object by this key, under this name; raises BadKeys when it is missing or wrong."""
    signature = signatures_of(value, user).get(key_id)
    if not is_signed_by(canonical(unsigned(value)), public, signature):
        raise BadKeys
    return str(signature)


def signatures_of(value: Json, user: str) -> dict[str, Any]:
    """The signatures under one user's name; raises BadKeys for another form, or when somebody else signed as well."""
    found = value.get("signatures", {})
    if not isinstance(found, dict) or set(found) - {user}:
        raise BadKeys
    own = found.get(user, {})
    if not isinstance(own, dict) or len(own) > 8:
        raise BadKeys
    return own


def check_own_signatures(value: Json, user: str, known: dict[str, str]) -> dict[str, str]:
    """Every signature of the object's own user by key id, each checked.

    `known` has public keys by key id (a device's); any other key id must itself hold the public key, as those of
    identities do. Raises BadKeys when one does not check.
    """
    message, good = canonical(unsigned(value)), {}
    for key_id, signature in signatures_of(value, user).items():
        public = known.get(key_id) or check_public(key_id.removeprefix(f"{ED}:"))
        if not key_id.startswith(f"{ED}:") or not is_signed_by(message, public, signature):
            raise BadKeys
        good[key_id] = str(signature)
    return good


def check_device_keys(value: Any, user: str, device_id: str) -> tuple[Json, dict[str, str]]:
    """A device's public keys and the checked signatures over them, its own among these; raises BadKeys.

    Whose they are is for the caller to have looked at.
    """
    needed = {"user_id", "device_id", "algorithms", "keys", "signatures"}
    keys = check_fields(value, needed, {"unsigned", "dehydrated"})
    own = f"{ED}:{device_id}"
    public = check_fields(keys["keys"], {f"{CURVE}:{device_id}", own}, set())
    algorithms = keys["algorithms"]
    if not isinstance(algorithms, list) or sorted(map(str, algorithms)) != sorted(ALGORITHMS):
        raise BadKeys
    if (
        keys["user_id"] != user
        or keys["device_id"] != device_id
        or not isinstance(keys.get("dehydrated", True), bool)
    ):
        raise BadKeys
    check_point(public[f"{CURVE}:{device_id}"])
    check_public(public[own])
    good = check_own_signatures(keys, user, {own: public[own]})
    if own not in good:
        raise BadKeys
    return unsigned(keys), good


def device_key(keys: Json) -> str:
    """The Ed25519 key of checked device keys."""
    return str(keys["keys"][f"{ED}:{keys['device_id']}"])


def check_one_time_keys(value: Any, device_keys: Json, *, fallback: bool) -> dict[str, Json]:
    """One-time (or fallback) keys by their id, each signed by its device; raises BadKeys."""
    if not isinstance(value, dict) or len(value) > (1 if fallback else 200):
        raise BadKeys
    user, device_id = str(device_keys["user_id"]), str(device_keys["device_id"])
    seen = set()
    for key_id, key in value.items():
        algorithm, colon, name = key_id.partition(":")
        if algorithm != SIGNED_CURVE or not colon or not name or len(name) > 43 or not name.isascii():
            raise BadKeys
        check_fields(key, {"key", "signatures", *(("fallback",) if fallback else ())}, set())
        if fallback and key["fallback"] is not True:
            raise BadKeys
        seen.add(check_point(key["key"]))
        if set(signatures_of(key, user)) != {f"{ED}:{device_id}"}:
            raise BadKeys
        check_signature(key, user, f"{ED}:{device_id}", device_key(device_keys))
    if len(seen) != len(value):
        raise BadKeys
    return value


def check_identity_key(value: Any, user: str, usage: str) -> tuple[Json, str]:
    """One key of an identity and its public part, its signatures not yet looked at; raises BadKeys."""
    key = check_fields(value, {"user_id", "usage", "keys"}, {"signatures"})
    if key["user_id"] != user or key["usage"] != [usage]:
        raise BadKeys
    if not isinstance(key["keys"], dict) or len(key["keys"]) != 1:
        raise BadKeys
    ((key_id, public),) = key["keys"].items()
    if key_id != f"{ED}:{check_public(public)}":
        raise BadKeys
    return key, public


def check_backup(algorithm: str, auth_data: Any, user: str, known: dict[str, str]) -> Json:
    """A backup's public part, signed by a device or by the identity of its owner; raises BadKeys.

    `known` has the owner's public keys by key id.
    """
    data = check_fields(auth_data, {"public_key", "signatures"}, set())
    if algorithm != "m.megolm_backup.v1.curve25519-aes-sha2":
        raise BadKeys
    check_point(data["public_key"])
    signed = signatures_of(data, user)
    if not signed or set(signed) - set(known):
        raise BadKeys
    for key_id in signed:
        check_signature(data, user, key_id, known[key_id])
    return data
