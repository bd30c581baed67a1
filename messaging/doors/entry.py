"""What every route of the relay does first: how often, who, and by which device."""

from __future__ import annotations

import json
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import ConfigDict, StringConstraints

from accounts.access import access_self
from accounts.models import Person
from hearthside.api import WRITE_PROBLEMS
from hearthside.errors import BadRequest, NotFound, TooLarge
from hearthside.limits import limiter
from messaging.access import access_device
from messaging.models import Device

DEVICE_HEADER = "X-Hearthside-Device"
PROBLEMS = WRITE_PROBLEMS
ENGINE = {200: dict[str, Any], **PROBLEMS}
"""The answers of a route whose body the encryption engine reads as it is."""

BASE64 = r"^[A-Za-z0-9+/]+$"
Txn = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.~:-]{1,64}$")]
Id = Annotated[str, StringConstraints(max_length=80)]
Sealed = Annotated[str, StringConstraints(pattern=BASE64)]


class Body(Schema):
    """Base of what is sent: closed, so that no field carries what nobody checks."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)


class Empty(Schema):
    """That it was done."""


def enter(request: HttpRequest, command: str) -> Person:
    """The person who asks, counted under `sealed.<command>`; a device that comes along must be a living one of theirs.

    Raises RateLimited, SignedOut or NotFound.
    """
    person: Person = request.auth  # type: ignore[attr-defined]
    limiter().take(str(person.pk), f"sealed.{command}")
    if (device_id := request.headers.get(DEVICE_HEADER)) is not None:
        access_device(person, device_id)
    return access_self(person)


def enter_with_device(request: HttpRequest, command: str) -> Device:
    """The device that asks, its person in `.person`; raises NotFound without a living one."""
    person: Person = request.auth  # type: ignore[attr-defined]
    limiter().take(str(person.pk), f"sealed.{command}")
    if (device_id := request.headers.get(DEVICE_HEADER)) is None:
        access_self(person)
        raise NotFound
    return access_device(person, device_id)


def read_json(request: HttpRequest, most: int) -> Any:
    """The body of a route that takes more than others; raises TooLarge or BadRequest."""
    data = request.read(most + 1)
    if len(data) > most:
        raise TooLarge
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise BadRequest from None
