"""Devices of one's own."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import AfterValidator, StringConstraints

from hearthside.live import Write, write
from hearthside.text import one_line
from messaging import ledger
from messaging.access import access_device
from messaging.actions import devices
from messaging.doors.entry import PROBLEMS, Body, Empty, enter
from messaging.queries.devices import list_devices
from messaging.queries.people import streams_of, watchers_of

router = Router(tags=["sealed conversations"])
Name = Annotated[str, StringConstraints(min_length=1, max_length=80), AfterValidator(one_line)]


class DeviceName(Body):
    """What its owner calls a device."""

    name: Name


class NewDevice(Schema):
    """A new device's id, and the half of what opens its store that only who is signed in gets."""

    device_id: str
    store_secret: str


class StoreSecret(Schema):
    """That half again."""

    store_secret: str


class DeviceRow(Schema):
    """One of one's own devices."""

    device_id: str
    name: str
    created_at: str
    seen_at: str
    dehydrated: bool


class Devices(Schema):
    """All of one's own devices."""

    devices: list[DeviceRow]


@router.post("/devices", response={200: NewDevice, **PROBLEMS}, operation_id="sealed.device.add")
def add_device(request: HttpRequest, data: DeviceName) -> Any:
    """Make this browser a device."""
    person = enter(request, "device.add")
    return write(Write(partial(devices.add_device, person, name=data.name), (person.stream,)))


@router.get("/devices", response={200: Devices, **PROBLEMS}, operation_id="sealed.devices")
def get_devices(request: HttpRequest) -> Any:
    """One's own devices."""
    return list_devices(enter(request, "devices"))


@router.get(
    "/devices/{device_id}/store_secret",
    response={200: StoreSecret, **PROBLEMS},
    operation_id="sealed.store_secret",
)
def get_store_secret(request: HttpRequest, device_id: str) -> Any:
    """What opens the store of that device, together with what the browser itself keeps."""
    person = enter(request, "store_secret")
    return {"store_secret": access_device(person, device_id).store_secret}


@router.post(
    "/devices/{device_id}/name", response={200: Empty, **PROBLEMS}, operation_id="sealed.device.rename"
)
def rename_device(request: HttpRequest, device_id: str, data: DeviceName) -> Any:
    """Call a device something else."""
    person = enter(request, "device.rename")
    return write(Write(partial(devices.rename_device, person, device_id, name=data.name), (person.stream,)))


@router.api_operation(
    ["DELETE"], "/devices/{device_id}", response={200: Empty, **PROBLEMS}, operation_id="sealed.device.remove"
)
def remove_device(request: HttpRequest, device_id: str) -> Any:
    """Remove a device for good."""
    person = enter(request, "device.remove")
    streams = (*streams_of(watchers_of(person)), ledger.STREAM)
    return write(Write(partial(devices.remove_device, person, device_id), streams))
