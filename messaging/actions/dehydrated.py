"""The dehydrated device: one that waits on the server, sealed, to receive keys while no other device is there."""

from __future__ import annotations

import json
from typing import Any

from accounts.access import access_self
from accounts.models import Person
from hearthside.errors import BadKeys, NotFound
from hearthside.live import Answer
from messaging.actions.devices import forget_device
from messaging.actions.keys import keep_device_keys, keep_fallback_key, keep_one_time_keys
from messaging.actions.telling import note_devices_changed, wake_for_sync
from messaging.checks import check_one_time_keys
from messaging.models import DehydratedDevice, Device
from messaging.queries.people import watchers_of


def keep_dehydrated(
    person: Person,
    device_id: str,
    *,
    name: str,
    device_data: dict[str, Any],
    device_keys: Any,
    one_time_keys: Any,
    fallback_keys: Any,
) -> Answer:
    """Keep a dehydrated device in place of the one before; raises BadKeys for keys that do not check."""
    access_self(person)
    if Device.objects.filter(person=person, device_id=device_id).exists():
        raise BadKeys("A device of this id is here already.")
    before = Device.objects.filter(person=person, dehydrated=True).first()
    if before is not None:
        forget_device(before)
    device = Device(person=person, device_id=device_id, name=name, dehydrated=True)
    device.save(force_insert=True)
    keep_device_keys(device, device_keys)
    keys = json.loads(device.keys)
    if one_time_keys:
        keep_one_time_keys(device, check_one_time_keys(one_time_keys, keys, fallback=False))
    if fallback_keys:
        keep_fallback_key(device, check_one_time_keys(fallback_keys, keys, fallback=True))
    DehydratedDevice.objects.create(device=device, device_data=json.dumps(device_data))
    if before is None:
        wake_for_sync(note_devices_changed(person.pk, watchers_of(person)))
    return {"device_id": device_id}


def remove_dehydrated(person: Person) -> Answer:
    """Remove the person's dehydrated device with what waits for it; raises NotFound."""
    access_self(person)
    device = Device.objects.filter(person=person, dehydrated=True).first()
    if device is None:
        raise NotFound
    forget_device(device)
    return {"device_id": device.device_id}
