"""Adding, naming and removing devices."""

from __future__ import annotations

import json
import os

from accounts.access import access_self
from accounts.models import Person
from hearthside.clock import now
from hearthside.errors import NotFound, TooManyDevices
from hearthside.live import Answer, announce
from messaging.access import access_device
from messaging.actions.ledger import append_entry
from messaging.actions.telling import note_devices_changed, wake_for_sync
from messaging.checks import device_key
from messaging.events import DeviceRemoved
from messaging.ids import encode, new_device_id
from messaging.models import Device, KeySignature, LedgerEntry
from messaging.queries.people import watchers_of

MOST_DEVICES = 10
SECRET_BYTES = 32


def add_device(person: Person, *, name: str) -> Answer:
    """A new device with an id and a store secret of our choosing; raises TooManyDevices."""
    access_self(person)
    if Device.objects.filter(person=person, dehydrated=False).count() >= MOST_DEVICES:
        raise TooManyDevices(most=MOST_DEVICES)
    device = Device(
        person=person, device_id=new_device_id(), name=name, store_secret=encode(os.urandom(SECRET_BYTES))
    )
    device.save(force_insert=True)
    return {"device_id": device.device_id, "store_secret": device.store_secret}


def rename_device(person: Person, device_id: str, *, name: str) -> Answer:
    """Call a device of one's own something else; raises NotFound."""
    device = access_device(person, device_id)
    device.name = name
    device.save(update_fields=["name"])
    return {}


def note_seen(person: Person, device_id: str) -> Answer:
    """Write down that the device is in use."""
    Device.objects.filter(person=person, device_id=device_id).update(seen_at=now())
    return {}


def remove_device(person: Person, device_id: str) -> Answer:
    """Remove a device of one's own with its keys and what waits for it; everybody concerned looks anew."""
    access_self(person)
    device = Device.objects.filter(person=person, device_id=device_id, dehydrated=False).first()
    if device is None:
        raise NotFound
    forget_device(device)
    announce(person.stream, DeviceRemoved(device=device_id), object_id=device_id, actor=person.pk)
    return {}


def forget_device(device: Device) -> None:
    """Delete a device; its signatures go with it, and the ledger says that it went."""
    person = device.person
    if device.keys:
        append_entry(person.pk, LedgerEntry.Kind.DEVICE_REMOVED, device_key(json.loads(device.keys)))
    KeySignature.objects.filter(owner=person, target=device.device_id).delete()
    KeySignature.objects.filter(signer=person, signer_key=f"ed25519:{device.device_id}").delete()
    device.delete()
    wake_for_sync(note_devices_changed(person.pk, watchers_of(person)))
