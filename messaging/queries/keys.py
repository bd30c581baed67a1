"""Reads of public keys: what the engine is answered, and what checks compare with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from accounts.models import Person
from messaging.ids import DEVICE_LETTERS, user_of
from messaging.models import CrossSigningKey, Device, FallbackKey, KeySignature
from messaging.queries.people import visible_to

Usage = CrossSigningKey.Usage
SIGNED_CURVE = "signed_curve25519"
Signatures = dict[tuple[UUID, str], dict[str, dict[str, str]]]


def count_one_time_keys(device: Device) -> dict[str, int]:
    """How many one-time keys the device has left."""
    return {SIGNED_CURVE: device.one_time_keys.count()}


def unused_fallback_keys(device: Device) -> list[str]:
    """The algorithms for which the device's fallback key was not handed out yet."""
    return [SIGNED_CURVE] if FallbackKey.objects.filter(device=device, used=False).exists() else []


def device_public_keys(person: Person) -> dict[str, str]:
    """The Ed25519 keys of somebody's devices by key id."""
    rows = Device.objects.filter(person=person).exclude(keys="").values_list("device_id", "keys")
    return {f"ed25519:{name}": json.loads(keys)["keys"][f"ed25519:{name}"] for name, keys in rows}


def identity_of(person_id: UUID) -> dict[str, str]:
    """The public parts of somebody's identity by usage; empty before they have one."""
    return dict(CrossSigningKey.objects.filter(person_id=person_id).values_list("usage", "public"))


def set_up_among(people: Iterable[UUID]) -> set[UUID]:
    """Those of the people who have an identity."""
    rows = CrossSigningKey.objects.filter(person_id__in=list(people), usage=Usage.MASTER)
    return set(rows.values_list("person_id", flat=True))


def signable(owner: UUID, target: str) -> tuple[str, dict[str, Any]] | None:
    """What may be signed under that name, as it is kept: a device ("device") or a key of the identity (its usage)."""
    device = Device.objects.filter(person_id=owner, device_id=target).exclude(keys="").first()
    if device is not None:
        return "device", json.loads(device.keys)
    key = CrossSigningKey.objects.filter(person_id=owner, public=target, usage=Usage.MASTER).first()
    return (str(key.usage), json.loads(key.key)) if key is not None else None


def query_keys(person: Person, wanted: Mapping[UUID, list[str]]) -> dict[str, Any]:
    """The public keys of the wanted people (of some devices, or of all with an empty list) as the engine reads them.

    Absent are those whose keys the person may not see. Signatures are the owner's own and the asker's.
    """
    people = visible_to(person, set(wanted))
    signatures = signatures_over(people, person)
    answer: dict[str, Any] = {"device_keys": {user_of(one): {} for one in people}, "failures": {}}
    for device in Device.objects.filter(person_id__in=people).exclude(keys=""):
        names = wanted[device.person_id]
        if names and device.device_id not in names:
            continue
        keys = json.loads(device.keys)
        keys["signatures"] = signatures.get((device.person_id, device.device_id), {})
        answer["device_keys"][user_of(device.person_id)][device.device_id] = keys
    for usage in Usage.values:
        answer[f"{usage}_keys"] = {}
    for row in CrossSigningKey.objects.filter(person_id__in=people):
        if row.usage == Usage.USER and row.person_id != person.pk:
            continue
        key = json.loads(row.key)
        if row.usage == Usage.MASTER:
            key["signatures"] = signatures.get((row.person_id, row.public), {})
        answer[f"{row.usage}_keys"][user_of(row.person_id)] = key
    return answer


def signatures_over(people: Iterable[UUID], asker: Person) -> Signatures:
    """The signatures over these people's keys that the asker is shown, by owner and target."""
    rows = KeySignature.objects.filter(owner_id__in=list(people))
    identities: dict[UUID, set[str]] = {}
    for person_id, public in CrossSigningKey.objects.filter(person_id__in={asker.pk, *people}).values_list(
        "person_id", "public"
    ):
        identities.setdefault(person_id, set()).add(f"ed25519:{public}")
    found: Signatures = {}
    for row in rows:
        if row.signer_id not in (row.owner_id, asker.pk):
            continue
        name = row.signer_key.removeprefix("ed25519:")
        by_device = name == row.target or len(name) == DEVICE_LETTERS
        if not by_device and row.signer_key not in identities.get(row.signer_id, ()):
            continue  # signed before the identity was uploaded, or by one that is gone
        place = found.setdefault((row.owner_id, row.target), {})
        place.setdefault(user_of(row.signer_id), {})[row.signer_key] = row.signature
    return found


def curve_key(device: Device) -> str:
    """The device's Curve25519 key; empty before it has any."""
    return str(json.loads(device.keys)["keys"][f"curve25519:{device.device_id}"]) if device.keys else ""
