"""The dehydrated device."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from hearthside.errors import TooLarge
from hearthside.live import Write, write
from messaging import ledger
from messaging.actions import dehydrated
from messaging.doors.entry import ENGINE, Body, Sealed, enter
from messaging.queries.dehydrated import find_dehydrated, list_waiting
from messaging.queries.people import streams_of, watchers_of

router = Router(tags=["sealed conversations"])
DATA_BYTES = 64 * 1024


class DeviceData(Body):
    """The device's private part, sealed with a key that only its owner's other devices and recovery key know."""

    algorithm: Annotated[str, Field(pattern=r"^[a-z0-9._]{1,64}$")]
    device_pickle: Sealed
    nonce: Annotated[Sealed, Field(max_length=64)] | None = None


class Dehydrated(Body):
    """A dehydrated device as the engine makes it; its display name is not kept."""

    device_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{16,64}$")]
    device_data: DeviceData
    device_keys: dict[str, Any]
    one_time_keys: dict[str, Any] | None = None
    fallback_keys: dict[str, Any] | None = None
    initial_device_display_name: Annotated[str, Field(max_length=200)] | None = None


class Page(Body):
    """From where on."""

    next_batch: Annotated[str, Field(pattern=r"^[0-9]{0,18}$")] | None = None


def streams(person: Any) -> tuple[str, ...]:
    """The streams that a change of the dehydrated device announces on."""
    return (*streams_of(watchers_of(person)), ledger.STREAM)


@router.put("/dehydrated_device", response=ENGINE, operation_id="sealed.dehydrated.keep")
def put_device(request: HttpRequest, data: Dehydrated) -> Any:
    """Keep a dehydrated device in place of the one before."""
    person = enter(request, "dehydrated.keep")
    if len(data.device_data.device_pickle) > DATA_BYTES:
        raise TooLarge
    action = partial(
        dehydrated.keep_dehydrated,
        person,
        data.device_id,
        name="",
        device_data=data.device_data.dict(exclude_none=True),
        device_keys=data.device_keys,
        one_time_keys=data.one_time_keys,
        fallback_keys=data.fallback_keys,
    )
    return write(Write(action, streams(person)))


@router.get("/dehydrated_device", response=ENGINE, operation_id="sealed.dehydrated")
def get_device(request: HttpRequest) -> Any:
    """One's dehydrated device, still sealed."""
    return find_dehydrated(enter(request, "dehydrated"))


@router.api_operation(
    ["DELETE"], "/dehydrated_device", response=ENGINE, operation_id="sealed.dehydrated.remove"
)
def remove_device(request: HttpRequest) -> Any:
    """Remove the dehydrated device."""
    person = enter(request, "dehydrated.remove")
    return write(Write(partial(dehydrated.remove_dehydrated, person), streams(person)))


@router.post(
    "/dehydrated_device/{path:device_id}/events", response=ENGINE, operation_id="sealed.dehydrated.events"
)
def get_events(request: HttpRequest, device_id: str, data: Page) -> Any:
    """A page of what waits for the dehydrated device."""
    person = enter(request, "dehydrated.events")
    return list_waiting(person, device_id, int(data.next_batch or 0))
