"""Checking a whole identity, and signatures over what is kept here."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from accounts.models import Person
from hearthside.errors import BadKeys
from messaging.checks import (
    Json,
    canonical,
    check_fields,
    check_identity_key,
    check_own_signatures,
    check_signature,
    is_signed_by,
    signatures_of,
    unsigned,
)
from messaging.ids import read_user, user_of
from messaging.models import CrossSigningKey
from messaging.queries.keys import device_public_keys, identity_of, signable

Usage = CrossSigningKey.Usage
MOST_SIGNED = 50


@dataclass(frozen=True)
class Identity:
    """A checked identity: its keys without signatures, their public parts, and devices' signatures over the master."""

    keys: dict[str, Json]
    public: dict[str, str]
    master_signatures: dict[str, str]


@dataclass(frozen=True)
class Signed:
    """One checked signature by one of the uploader's keys."""

    owner: uuid.UUID
    target: str
    signer_key: str
    signature: str


def check_identity(person_id: uuid.UUID, value: Json, devices: dict[str, str]) -> Identity:
    """The three keys, the lower two signed by the master; `devices` has the person's device keys by key id.

    The two signatures are kept inside their keys. Raises BadKeys.
    """
    user = user_of(person_id)
    fields = {f"{usage}_key": usage for usage in Usage.values}
    check_fields(value, set(fields), set())
    keys, public = {}, {}
    for field, usage in fields.items():
        keys[usage], public[usage] = check_identity_key(value[field], user, usage)
    if len(set(public.values()) | set(devices.values())) != len(public) + len(devices):
        raise BadKeys
    master = f"ed25519:{public[Usage.MASTER]}"
    for usage in (Usage.SELF, Usage.USER):
        if set(signatures_of(keys[usage], user)) != {master}:
            raise BadKeys
        check_signature(keys[usage], user, master, public[Usage.MASTER])
    known = devices | {master: public[Usage.MASTER]}
    if set(signatures_of(keys[Usage.MASTER], user)) - set(known):
        raise BadKeys
    found = check_own_signatures(keys[Usage.MASTER], user, known)
    keys[Usage.MASTER] = unsigned(keys[Usage.MASTER])
    return Identity(keys, public, found)


def check_signed(person: Person, value: Any) -> list[Signed]:
    """Signatures as the engine uploads them, {user: {device or public key: signed object}}; raises BadKeys.

    Each object must be exactly the one kept here. One's own devices are signed by one's self-signing key, one's own
    master key by one's devices, others' master keys by one's user-signing key; nothing else is taken.
    """
    if not isinstance(value, dict):
        raise BadKeys
    found: list[Signed] = []
    for user, objects in value.items():
        owner = read_user(user)
        if owner is None or not isinstance(objects, dict):
            raise BadKeys
        for target, signed in objects.items():
            found += check_one(person, owner, target, signed)
    if not 0 < len(found) <= MOST_SIGNED:
        raise BadKeys
    return found


def check_one(person: Person, owner: uuid.UUID, target: str, signed: Any) -> list[Signed]:
    """The signatures over one object."""
    kept = signable(owner, target)
    if kept is None or not isinstance(signed, dict):
        raise BadKeys
    kind, body = kept
    message = canonical(unsigned(signed))
    if message != canonical(body):
        raise BadKeys
    signers = signers_of(person, owner, kind, target)
    mine = signed.get("signatures", {})
    if not isinstance(mine, dict) or not isinstance(mine.get(user_of(person.pk)), dict):
        raise BadKeys
    found = []
    for key_id, signature in mine[user_of(person.pk)].items():
        if key_id not in signers or not is_signed_by(message, signers[key_id], signature):
            raise BadKeys
        found.append(Signed(owner, target, key_id, str(signature)))
    return found


def signers_of(person: Person, owner: uuid.UUID, kind: str, target: str) -> dict[str, str]:
    """The keys of the person's that may sign such an object, by key id."""
    identity = identity_of(person.pk)
    devices = device_public_keys(person)
    if owner != person.pk:
        return by_key_id(identity.get(Usage.USER) if kind == Usage.MASTER else None)
    if kind == Usage.MASTER:
        return devices | by_key_id(target)
    own = {key_id: public for key_id, public in devices.items() if key_id == f"ed25519:{target}"}
    return own | by_key_id(identity.get(Usage.SELF))


def by_key_id(public: str | None) -> dict[str, str]:
    """A key of an identity under its id; nothing for none."""
    return {f"ed25519:{public}": public} if public else {}
