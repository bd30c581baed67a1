"""Keeping what devices upload: their public keys, one-time keys and fallback keys, all checked before."""

from __future__ import annotations

import json
from typing import Any

from accounts.models import Person
from hearthside.errors import BadKeys, Denied
from hearthside.live import Answer
from messaging.access import access_device
from messaging.actions.ledger import append_entry
from messaging.actions.telling import note_devices_changed, wake_for_sync
from messaging.checks import Json, check_device_keys, check_one_time_keys, device_key
from messaging.ids import user_of
from messaging.models import Device, FallbackKey, KeySignature, LedgerEntry, OneTimeKey
from messaging.queries.keys import count_one_time_keys
from messaging.queries.people import watchers_of

MOST_ONE_TIME_KEYS = 500


def upload_keys(
    person: Person, device_id: str, *, device_keys: Any, one_time_keys: Any, fallback_keys: Any
) -> Answer:
    """Keep a device's keys, all or none; raises BadKeys, or Denied for another device's or changed keys."""
    device = access_device(person, device_id)
    changed = device_keys is not None and keep_device_keys(device, device_keys)
    if (one_time_keys or fallback_keys) and not device.keys:
        raise BadKeys("The device's own keys come first.")
    if one_time_keys:
        keep_one_time_keys(
            device, check_one_time_keys(one_time_keys, json.loads(device.keys), fallback=False)
        )
    if fallback_keys:
        keep_fallback_key(device, check_one_time_keys(fallback_keys, json.loads(device.keys), fallback=True))
    if changed:
        wake_for_sync(note_devices_changed(person.pk, watchers_of(person)))
    return {"one_time_key_counts": count_one_time_keys(device)}


def keep_device_keys(device: Device, value: Any) -> bool:
    """Keep a device's public keys, once and for all; answers whether anything is new."""
    user = user_of(device.person_id)
    if isinstance(value, dict):
        names = value.get("user_id"), value.get("device_id")
        if names != (user, device.device_id) and all(isinstance(name, str) for name in names):
            raise Denied("These keys are another device's.")
    keys, signatures = check_device_keys(value, user, device.device_id)
    if bool(keys.get("dehydrated")) != device.dehydrated:
        raise BadKeys
    if device.keys and json.loads(device.keys) != keys:
        raise Denied("A device's keys never change. Add it as a new device.")
    is_new = not device.keys
    if is_new:
        device.keys = json.dumps(keys)
        device.save(update_fields=["keys"])
        append_entry(device.person_id, LedgerEntry.Kind.DEVICE_ADDED, device_key(keys))
    return keep_signatures(device, signatures) or is_new


def keep_signatures(device: Device, signatures: dict[str, str]) -> bool:
    """Keep checked signatures of a device's owner over it; answers whether any is new."""
    rows = [
        KeySignature(
            signer_id=device.person_id,
            signer_key=key_id,
            owner_id=device.person_id,
            target=device.device_id,
            signature=signature,
        )
        for key_id, signature in signatures.items()
    ]
    held = KeySignature.objects.filter(
        owner_id=device.person_id, signer_id=device.person_id, target=device.device_id
    )
    before = held.count()
    KeySignature.objects.bulk_create(rows, ignore_conflicts=True)
    return held.count() != before


def keep_one_time_keys(device: Device, keys: dict[str, Json]) -> None:
    """Keep one-time keys; the same again is fine, another key under a known id is not."""
    held = dict(device.one_time_keys.filter(key_id__in=keys).values_list("key_id", "key"))
    for key_id, text in held.items():
        if json.loads(text) != keys[key_id]:
            raise BadKeys("A one-time key of this id is here already.")
    rows = [
        OneTimeKey(device=device, key_id=key_id, key=json.dumps(key))
        for key_id, key in keys.items()
        if key_id not in held
    ]
    if device.one_time_keys.count() + len(rows) > MOST_ONE_TIME_KEYS:
        raise BadKeys("That is more one-time keys than a device needs.")
    OneTimeKey.objects.bulk_create(rows)


def keep_fallback_key(device: Device, keys: dict[str, Json]) -> None:
    """Keep the device's fallback key in place of the one before; the same again stays as used as it was."""
    ((key_id, key),) = keys.items()
    if FallbackKey.objects.filter(device=device, key_id=key_id, key=json.dumps(key)).exists():
        return
    FallbackKey.objects.update_or_create(
        device=device, defaults={"key_id": key_id, "key": json.dumps(key), "used": False}
    )
