"""Sealed events of a conversation: sent, fetched, taken away."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from hearthside.errors import BadRequest, Invalid, TooLarge
from hearthside.live import Write, write
from messaging import franking
from messaging.access import access_conversation
from messaging.actions import sending
from messaging.doors.conversations import streams_in
from messaging.doors.entry import PROBLEMS, Body, Empty, Sealed, Txn, enter, enter_with_device
from messaging.ids import read_name
from messaging.models import Device
from messaging.queries.conversations import list_messages
from messaging.queries.keys import curve_key

router = Router(tags=["sealed conversations"])
CONTENT_BYTES = 64 * 1024
Place = Annotated[int | None, Query(ge=0, le=2**53)]


class MegolmContent(Body):
    """What is sealed for a conversation; nothing else goes along in the clear."""

    algorithm: Literal["m.megolm.v1.aes-sha2"]
    ciphertext: Sealed
    device_id: str
    sender_key: Sealed
    session_id: Sealed


class SendEvent(Body):
    """A sealed event, and the commitment to its words."""

    content: MegolmContent
    commitment: str
    quiet: bool = Field(default=False, description="does not count as unread")
    kept: bool = Field(
        default=False, description="stays when the conversation's time is over; only with quiet"
    )


class Sent(Schema):
    """Where the event stands, and the server's stamp."""

    event_id: str
    seq: int
    at: int
    stamp: str
    stamp_key_id: str


class SealedRow(Schema):
    """One sealed event; the content is null once it was erased."""

    event_id: str
    seq: int
    sender: str
    device_id: str
    content: MegolmContent | None
    erased: str | None
    commitment: str
    stamp: str
    stamp_key_id: str
    at: int
    quiet: bool


class SealedPage(Schema):
    """A page of events in their order."""

    events: list[SealedRow]
    more: bool


@router.put(
    "/conversations/{conversation}/send/{txn}", response={200: Sent, **PROBLEMS}, operation_id="sealed.send"
)
def send(request: HttpRequest, conversation: str, txn: Txn, data: SendEvent) -> Any:
    """Send a sealed event, once for each transaction."""
    device = enter_with_device(request, "send")
    person, found = device.person, read_name(conversation)
    access_conversation(person, found)
    content = data.content.dict()
    check_content(device, data)
    action = partial(
        sending.send_event,
        person,
        device.device_id,
        found,
        txn=txn,
        content=content,
        commitment=data.commitment,
        quiet=data.quiet,
        kept=data.kept,
    )
    return write(Write(action, streams_in(found)))


def check_content(device: Device, data: SendEvent) -> None:
    """Raise TooLarge, BadRequest or Invalid for what does not fit the device or has no commitment."""
    content = data.content
    if len(content.ciphertext) > CONTENT_BYTES:
        raise TooLarge
    try:
        franking.read_commitment(data.commitment)
    except ValueError:
        raise BadRequest("An event needs a commitment of 32 bytes.") from None
    if content.device_id != device.device_id or content.sender_key != curve_key(device):
        raise Invalid(fields={"content": "This was sealed by another device."})
    if data.kept and not data.quiet:
        raise Invalid(fields={"kept": "Only what is quiet can be kept."})


@router.get(
    "/conversations/{conversation}/messages",
    response={200: SealedPage, **PROBLEMS},
    operation_id="sealed.messages",
)
def get_messages(
    request: HttpRequest,
    conversation: str,
    after: Place = None,
    before: Place = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    quiet: bool | None = None,
) -> Any:
    """Events in their order: the first after a place, else the last before one, else the newest."""
    person = enter(request, "messages")
    return list_messages(
        person, read_name(conversation), after=after, before=before, limit=limit, quiet=quiet
    )


@router.api_operation(
    ["DELETE"],
    "/conversations/{conversation}/messages/{event}",
    response={200: Empty, **PROBLEMS},
    operation_id="sealed.message.erase",
)
def erase(request: HttpRequest, conversation: str, event: str) -> Any:
    """Take the content of one's own event away for everybody."""
    person, found = enter(request, "message.erase"), read_name(conversation)
    return write(Write(partial(sending.erase_event, person, found, read_name(event)), streams_in(found)))
