"""The queue of sealed messages to devices: put in once, taken out only when the receiver has handled them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from accounts.models import Person
from hearthside.errors import NonceReused
from hearthside.live import Answer
from messaging.access import access_device
from messaging.actions.telling import wake_for_sync
from messaging.models import Device, ToDevice, Txn
from messaging.queries.people import reached_by
from messaging.queries.sync import place_of

Messages = Mapping[UUID, Mapping[str, dict[str, Any]]]


def queue_messages(person: Person, device_id: str, *, kind: str, txn: str, messages: Messages) -> Answer:
    """Queue messages by person and device (`*` for all of somebody's but the sending one), once for each transaction.

    Devices that are not there and people whom the sender may not reach are passed over. Raises NonceReused when the
    transaction stood for something else.
    """
    device = access_device(person, device_id)
    if is_known(device, txn, f"to_device:{kind}"):
        return {}
    reached = reached_by(person, set(messages))
    rows = []
    for target in Device.objects.filter(person_id__in=reached).exclude(keys="").order_by("id"):
        by_device = messages[target.person_id]
        content = by_device.get(target.device_id) or (
            "*" in by_device and target.pk != device.pk and by_device["*"]
        )
        if content:
            rows.append(ToDevice(device=target, sender=person, type=kind, content=json.dumps(content)))
    ToDevice.objects.bulk_create(rows)
    Txn.objects.create(device=device, txn=txn, kind=f"to_device:{kind}")
    wake_for_sync(row.device.person_id for row in rows)
    return {}


def is_known(device: Device, txn: str, kind: str) -> Txn | None:
    """The transaction when it was carried out before; raises NonceReused when it was another act."""
    known = Txn.objects.filter(device=device, txn=txn).first()
    if known is not None and known.kind != kind:
        raise NonceReused
    return known


def acknowledge(person: Person, device_id: str, *, last: str) -> Answer:
    """Delete what the device has handled, up to and with the event of that id; one of another epoch deletes nothing."""
    device = access_device(person, device_id)
    place = place_of(last)
    if place is not None:
        device.waiting.filter(id__lte=place).delete()
    return {}
