"""Claiming one-time keys: each is handed out once, however many ask at the same moment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.access import access_self
from accounts.models import Person
from hearthside.live import Answer
from hearthside.rows import as_value
from messaging.ids import user_of
from messaging.models import Device, FallbackKey
from messaging.queries.people import reached_by

# PostgreSQL passes over rows that another claim holds. SQLite's IMMEDIATE transaction lets one claim run at a time.
_SKIP = {"postgresql": "FOR UPDATE SKIP LOCKED", "sqlite": ""}
_TAKE = """
    DELETE FROM messaging_onetimekey WHERE id = (
        SELECT id FROM messaging_onetimekey WHERE device_id = %s ORDER BY id LIMIT 1 {skip}
    ) RETURNING key_id, key
"""


def claim_keys(person: Person, wanted: Mapping[UUID, list[str]]) -> Answer:
    """One key of each wanted device: a one-time key, else its fallback key, else none.

    People whom the asker may not reach, devices that are not there and devices without any key are absent.
    """
    access_self(person)
    reached = reached_by(person, set(wanted))
    devices = Device.objects.filter(
        person_id__in=reached, device_id__in={name for names in wanted.values() for name in names}
    )
    found: dict[str, dict[str, Any]] = {}
    for device in devices.order_by("person_id", "device_id"):
        if device.device_id in wanted[device.person_id] and (key := take_key(device)):
            found.setdefault(user_of(device.person_id), {})[device.device_id] = key
    return {"one_time_keys": found, "failures": {}}


def take_key(device: Device) -> dict[str, Any] | None:
    """Take a one-time key away and answer it by its id; else the fallback key, which stays."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE.format(skip=_SKIP[connection.vendor]), [as_value(device.pk, connection.vendor)])
        row = cursor.fetchone()
    if row is not None:
        return {str(row[0]): json.loads(row[1])}
    fallback = FallbackKey.objects.filter(device=device).first()
    if fallback is None:
        return None
    FallbackKey.objects.filter(device=device, key_id=fallback.key_id, used=False).update(used=True)
    return {fallback.key_id: json.loads(fallback.key)}
