"""Reads about one's own devices."""

from __future__ import annotations

from typing import Any

from accounts.models import Person
from hearthside.wire import stamp
from messaging.models import Device


def list_devices(person: Person) -> dict[str, Any]:
    """The person's devices, the oldest first."""
    return {
        "devices": [
            {
                "device_id": row.device_id,
                "name": row.name,
                "created_at": stamp(row.created_at),
                "seen_at": stamp(row.seen_at),
                "dehydrated": row.dehydrated,
            }
            for row in Device.objects.filter(person=person).order_by("created_at", "id")
        ]
    }
