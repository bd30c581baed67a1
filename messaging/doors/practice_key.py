"""The practice key, and the copies of staff's recovery keys that are sealed to it."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field, StringConstraints

from accounts.access import access_admin, require_fresh
from hearthside.errors import Invalid
from hearthside.live import Write, write
from hearthside.text import words
from messaging import curve
from messaging.actions import practice_key as actions
from messaging.doors.entry import PROBLEMS, Body, Empty, Sealed, enter
from messaging.ids import decode, read_name
from messaging.queries import practice_key as queries
from messaging.queries.people import streams_of

router = Router(tags=["sealed conversations"])


class KeyView(Schema):
    """The practice key, and one's own copy."""

    public_key: str | None
    key_id: str | None
    announced_at: str | None
    staff: bool
    copy_made_at: str | None


class CopyRow(Schema):
    """How one staff person's copy stands, for admins."""

    person: str
    name: str
    made_at: str | None
    opened_at: str | None


class Copies(Schema):
    """All of them."""

    copies: list[CopyRow]


class KeyData(Body):
    """A public key of P-256."""

    public_key: Annotated[Sealed, Field(max_length=88)]


class Box(Body):
    """A recovery key, sealed to the practice key."""

    ephemeral: Annotated[Sealed, Field(max_length=88)]
    iv: Annotated[Sealed, Field(max_length=16)]
    ciphertext: Annotated[Sealed, Field(max_length=200)]


class CopyData(Body):
    """A copy, and for which keys it is."""

    key_id: Annotated[Sealed, Field(max_length=24)]
    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    box: Box


class Reason(Body):
    """Why a copy is taken out."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=2000)]


class Opened(Schema):
    """A copy, still sealed to the practice key."""

    box: Box
    key_id: str
    version: int


@router.get("/practice_key", response={200: KeyView, **PROBLEMS}, operation_id="sealed.practice")
def get_key(request: HttpRequest) -> Any:
    """The practice key, for everybody to see."""
    return queries.describe_key(enter(request, "practice"))


@router.put("/practice_key", response={200: Empty, **PROBLEMS}, operation_id="sealed.practice.announce")
def put_key(request: HttpRequest, data: KeyData) -> Any:
    """Announce a practice key, freshly confirmed."""
    person = enter(request, "practice.announce")
    access_admin(person)
    require_fresh(request)
    try:
        point = decode(data.public_key, size=curve.POINT_BYTES)
    except ValueError:
        point = b""
    if not curve.is_point(point):
        raise Invalid(fields={"public_key": "This is no public key of P-256."})
    key_id = curve.key_id_of(point)
    return write(Write(partial(actions.announce_key, person, public_key=data.public_key, key_id=key_id)))


@router.api_operation(
    ["DELETE"], "/practice_key", response={200: Empty, **PROBLEMS}, operation_id="sealed.practice.end"
)
def end_key(request: HttpRequest) -> Any:
    """End the practice key, freshly confirmed; every copy goes with it."""
    person = enter(request, "practice.end")
    access_admin(person)
    require_fresh(request)
    return write(Write(partial(actions.end_key, person)))


@router.put("/key_copy", response={200: Empty, **PROBLEMS}, operation_id="sealed.copy.keep")
def put_copy(request: HttpRequest, data: CopyData) -> Any:
    """Leave a copy of one's own recovery key with the practice."""
    person = enter(request, "copy.keep")
    box = data.box.model_dump_json()
    action = partial(actions.keep_copy, person, key_id=data.key_id, version=data.version, box=box)
    return write(Write(action, (person.stream,)))


@router.api_operation(
    ["DELETE"], "/key_copy", response={200: Empty, **PROBLEMS}, operation_id="sealed.copy.drop"
)
def drop_copy(request: HttpRequest) -> Any:
    """Take it back."""
    person = enter(request, "copy.drop")
    return write(Write(partial(actions.drop_copy, person), (person.stream,)))


@router.get("/key_copies", response={200: Copies, **PROBLEMS}, operation_id="sealed.copies")
def get_copies(request: HttpRequest) -> Any:
    """Whose copies the practice holds, for admins."""
    return queries.list_copies(enter(request, "copies"))


@router.post("/key_copies/{person}/open", response={200: Opened, **PROBLEMS}, operation_id="sealed.copy.open")
def open_copy(request: HttpRequest, person: str, data: Reason) -> Any:
    """Take a copy out, freshly confirmed and with a reason; those whom it concerns are told."""
    admin, owner = enter(request, "copy.open"), read_name(person)
    access_admin(admin)
    require_fresh(request)
    action = partial(actions.open_copy, admin, person_id=owner, reason=words(data.reason))
    streams = streams_of(queries.told_of(owner))
    answer = write(Write(action, streams))
    return {**answer, "box": Box.model_validate_json(answer["box"])}
