"""Somebody's cross-signing identity, made with PyNaCl; every device of theirs can hold the same one."""

from __future__ import annotations

from dataclasses import dataclass, field

from nacl.signing import SigningKey

from tests.messaging.sealing import Json, b64, bare, canonical, is_signed

USAGES = ("master", "self_signing", "user_signing")


def public(key: SigningKey) -> str:
    """The key's public part."""
    return b64(bytes(key.verify_key))


def sign(value: Json, user: str, key: SigningKey, key_id: str = "") -> Json:
    """The object with one more signature by the key."""
    name = key_id or f"ed25519:{public(key)}"
    signature = b64(key.sign(canonical(bare(value))).signature)
    signatures = {who: dict(found) for who, found in value.get("signatures", {}).items()}
    signatures.setdefault(user, {})[name] = signature
    return {**value, "signatures": signatures}


@dataclass
class Identity:
    """The three private keys of one person."""

    user: str
    keys: dict[str, SigningKey] = field(
        default_factory=lambda: {usage: SigningKey.generate() for usage in USAGES}
    )

    def public(self, usage: str = "master") -> str:
        """The public part of one key."""
        return public(self.keys[usage])

    def key_object(self, usage: str) -> Json:
        """One public key as it is uploaded, the lower two signed by the master."""
        name = self.public(usage)
        value: Json = {"user_id": self.user, "usage": [usage], "keys": {f"ed25519:{name}": name}}
        return value if usage == "master" else sign(value, self.user, self.keys["master"])

    def upload(self) -> Json:
        """The body of device_signing/upload."""
        return {f"{usage}_key": self.key_object(usage) for usage in USAGES}

    def sign_device(self, keys: Json) -> Json:
        """Device keys signed as one's own."""
        return sign(bare(keys), self.user, self.keys["self_signing"])

    def sign_person(self, master: Json) -> Json:
        """Somebody else's master key signed as verified."""
        return sign(bare(master), self.user, self.keys["user_signing"])


@dataclass(frozen=True)
class Known:
    """What a client knows of a person after it has checked everything: the master key and cross-signed devices."""

    user: str
    master: str
    devices: dict[str, Json]


def check_person(user: str, answer: Json) -> Known | None:
    """The person in an answer to keys/query, with the devices that their identity vouches for; None without one."""
    master, lower = answer["master_keys"].get(user), answer["self_signing_keys"].get(user)
    if master is None or lower is None:
        return None
    (master_key,) = master["keys"].values()
    (self_key,) = lower["keys"].values()
    if master["user_id"] != user or master["usage"] != ["master"] or lower["usage"] != ["self_signing"]:
        return None
    if not is_signed(lower, user, f"ed25519:{master_key}", master_key):
        return None
    devices = {}
    for name, keys in answer["device_keys"].get(user, {}).items():
        own = keys["keys"].get(f"ed25519:{name}", "")
        right = keys["user_id"] == user and keys["device_id"] == name
        signed = is_signed(keys, user, f"ed25519:{name}", own)
        if right and signed and is_signed(keys, user, f"ed25519:{self_key}", self_key):
            devices[name] = keys
    return Known(user, master_key, devices)
