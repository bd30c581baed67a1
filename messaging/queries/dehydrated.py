"""Reads of the dehydrated device."""

from __future__ import annotations

import json
from typing import Any

from accounts.models import Person
from hearthside.errors import NotFound
from messaging.ids import user_of
from messaging.models import DehydratedDevice, Device

PAGE = 100


def find_dehydrated(person: Person) -> dict[str, Any]:
    """The person's dehydrated device, still sealed; raises NotFound."""
    row = DehydratedDevice.objects.select_related("device").filter(device__person=person).first()
    if row is None:
        raise NotFound
    return {"device_id": row.device.device_id, "device_data": json.loads(row.device_data)}


def list_waiting(person: Person, device_id: str, after: int) -> dict[str, Any]:
    """A page of what waits for the dehydrated device; it goes only with the device. Raises NotFound."""
    device = Device.objects.filter(person=person, device_id=device_id, dehydrated=True).first()
    if device is None:
        raise NotFound
    rows = list(device.waiting.filter(id__gt=after).order_by("id")[:PAGE])
    events = [
        {"type": row.type, "sender": user_of(row.sender_id), "content": json.loads(row.content)}
        for row in rows
    ]
    return {"events": events, "next_batch": str(rows[-1].id if rows else after)}
