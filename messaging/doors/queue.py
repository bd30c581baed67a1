"""The queue between devices, and the sync that empties it."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field, TypeAdapter, ValidationError

from hearthside.clock import now
from hearthside.commands import explain
from hearthside.errors import BadRequest, TooLarge
from hearthside.limits import SEALED_BYTES
from hearthside.live import Write, write
from messaging.actions import devices, queue
from messaging.doors.entry import ENGINE, PROBLEMS, Body, Empty, Id, Sealed, Txn, enter_with_device, read_json
from messaging.doors.keys import User, known_people
from messaging.models import Device
from messaging.queries.people import reached_by, streams_of
from messaging.queries.sync import read_sync

router = Router(tags=["sealed conversations"])
CONTENT_BYTES = 64 * 1024
SEEN_EVERY = timedelta(hours=1)
ENCRYPTED = "m.room.encrypted"
# Room keys and secrets go sealed (m.room.encrypted) only: in the clear the relay refuses to carry them.
CLEAR = re.compile(
    r"m\.key\.verification\.[a-z_]{1,30}|m\.room_key_request|m\.secret\.request|m\.room_key\.withheld"
)
RAW = {"requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}, "required": True}}


class OlmPart(Body):
    """One sealed message of a channel between two devices."""

    type: Literal[0, 1]
    body: Sealed


class OlmContent(Body):
    """What is sealed for one device."""

    algorithm: Literal["m.olm.v1.curve25519-aes-sha2"]
    sender_key: Sealed
    ciphertext: dict[Sealed, OlmPart] = Field(max_length=4)
    msgid: Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9_.:-]*$")] | None = Field(
        default=None, alias="org.matrix.msgid"
    )


class ToDeviceBody(Body):
    """Contents by person and device."""

    messages: dict[User, dict[Id, dict[str, Any]]] = Field(max_length=100)


class Handled(Body):
    """The last event that a device has handled."""

    to_device: Annotated[str, Field(max_length=64)]


_body = TypeAdapter(ToDeviceBody)
_olm = TypeAdapter(OlmContent)


def check_contents(kind: str, data: ToDeviceBody) -> None:
    """Raise BadRequest for a type that is not carried, Invalid for content that is not of its type's form."""
    if kind != ENCRYPTED and not CLEAR.fullmatch(kind):
        raise BadRequest("Messages of this type are not carried.")
    for by_device in data.messages.values():
        for content in by_device.values():
            if kind == ENCRYPTED:
                try:
                    _olm.validate_python(content)
                except ValidationError as error:
                    raise explain(error) from None


@router.put("/to_device/{kind}/{txn}", response=ENGINE, operation_id="sealed.to_device", openapi_extra=RAW)
def put_to_device(request: HttpRequest, kind: str, txn: Txn) -> Any:
    """Queue messages for devices, once for each transaction."""
    device = enter_with_device(request, "to_device")
    try:
        data = _body.validate_python(read_json(request, SEALED_BYTES))
    except ValidationError as error:
        raise explain(error) from None
    check_contents(kind, data)
    messages = known_people(data.messages)
    if any(
        len(str(content)) > CONTENT_BYTES for contents in messages.values() for content in contents.values()
    ):
        raise TooLarge
    action = partial(
        queue.queue_messages, device.person, device.device_id, kind=kind, txn=txn, messages=messages
    )
    return write(Write(action, streams_of(reached_by(device.person, set(messages)))))


@router.get("/sync", response=ENGINE, operation_id="sealed.sync")
def get_sync(request: HttpRequest, since: Annotated[str, Query(max_length=64)] = "") -> Any:
    """What waits for this device since a place; deletes nothing."""
    device = enter_with_device(request, "sync")
    note_seen(device)
    return read_sync(device, since)


def note_seen(device: Device) -> None:
    """Write down, at most once an hour, that the device is in use."""
    if device.seen_at < now() - SEEN_EVERY:
        person = device.person
        write(Write(partial(devices.note_seen, person, device.device_id), (person.stream,)))


@router.post("/sync/ack", response={200: Empty, **PROBLEMS}, operation_id="sealed.sync.ack")
def post_ack(request: HttpRequest, data: Handled) -> Any:
    """Say up to which event this device has handled everything, so that it can go."""
    device = enter_with_device(request, "sync")
    action = partial(queue.acknowledge, device.person, device.device_id, last=data.to_device)
    return write(Write(action, (device.person.stream,)))
