"""What waits for a device: sealed messages, people whose devices changed, and how its own keys stand."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Max

from hearthside import clock
from hearthside.live import epoch
from messaging.ids import user_of
from messaging.models import Device, DeviceListChange, SyncMark
from messaging.queries.keys import count_one_time_keys, unused_fallback_keys

MOST_EVENTS = 100


def place_of(text: str) -> int | None:
    """The number in `<epoch>-<number>`; None when it is none, or of another epoch."""
    name, dash, number = text.rpartition("-")
    if not dash or name != epoch() or not number.isascii() or not number.isdecimal() or len(number) > 18:
        return None
    return int(number)


def read_sync(device: Device, since: str) -> dict[str, Any]:
    """Everything that waits for the device since a place, which is empty at first; deletes nothing.

    `reset` says that the place is not known any more: everybody's devices are then to be looked at anew.
    """
    now_epoch = epoch()
    place = place_of(since)
    changes = list(
        DeviceListChange.objects.filter(watcher=device.person, id__gt=place or 0).order_by("id")
        if place is not None
        else ()
    )
    mark = SyncMark.objects.filter(
        person=device.person
    ).first()  # after the rows: so none trimmed since is missed
    trimmed = mark.trimmed if mark else 0
    reset = bool(since) and (place is None or place < trimmed)
    newest = DeviceListChange.objects.filter(watcher=device.person).aggregate(newest=Max("id"))["newest"] or 0
    reached = max(place or 0, trimmed, changes[-1].id if changes else 0 if place is not None else newest)
    lists = {change.subject_id: change.left for change in changes}
    waiting = list(device.waiting.order_by("id")[: MOST_EVENTS + 1])
    events = [
        {
            "id": f"{now_epoch}-{row.id}",
            "type": row.type,
            "sender": user_of(row.sender_id),
            "content": json.loads(row.content),
        }
        for row in waiting[:MOST_EVENTS]
    ]
    return {
        "next": f"{now_epoch}-{reached}",
        "reset": reset,
        "to_device": {"events": events, "more": len(waiting) > MOST_EVENTS},
        "device_lists": {
            "changed": [user_of(who) for who, left in lists.items() if not left],
            "left": [user_of(who) for who, left in lists.items() if left],
        },
        "device_one_time_keys_count": count_one_time_keys(device),
        "device_unused_fallback_key_types": unused_fallback_keys(device),
        "now": int(clock.now().timestamp() * 1000),
    }
