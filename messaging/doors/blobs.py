"""Encrypted files."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from hearthside.errors import Invalid, NotFound, TooLarge
from hearthside.live import Write, write
from messaging.access import access_blob
from messaging.actions import blobs
from messaging.doors.entry import PROBLEMS, Body, Empty, Id, Sealed, enter
from messaging.ids import decode, read_name
from messaging.models import BlobChunk

router = Router(tags=["sealed conversations"])
RAW = {
    "requestBody": {
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        "required": True,
    }
}
Place = Annotated[int, Field(ge=0, le=10_000)]


class BeginBlob(Body):
    """An encrypted file that is to come; the hash is of the ciphertext."""

    conversation: Id
    size: Annotated[int, Field(ge=1, le=2**31 - 1)]
    chunks: Annotated[int, Field(ge=1, le=10_000)]
    sha256: Annotated[Sealed, Field(max_length=43)]


class Begun(Schema):
    """The file's id."""

    id: str


class BlobView(Schema):
    """What is known of an encrypted file."""

    id: str
    conversation: str
    size: int
    chunks: int
    sha256: str


@router.post("/blobs", response={200: Begun, **PROBLEMS}, operation_id="sealed.blob.begin")
def begin(request: HttpRequest, data: BeginBlob) -> Any:
    """Begin an encrypted file."""
    person = enter(request, "blob.begin")
    try:
        decode(data.sha256, size=32)
    except ValueError:
        raise Invalid(fields={"sha256": "The hash is 32 bytes, base64 without padding."}) from None
    action = partial(
        blobs.begin_blob,
        person,
        conversation_id=read_name(data.conversation),
        size=data.size,
        chunks=data.chunks,
        sha256=data.sha256,
    )
    return write(Write(action, (person.stream,)))


@router.put(
    "/blobs/{blob}/{int:n}",
    response={200: Empty, **PROBLEMS},
    operation_id="sealed.blob.chunk",
    openapi_extra=RAW,
)
def put_chunk(request: HttpRequest, blob: str, n: Place) -> Any:
    """Put in one chunk, the raw bytes."""
    person = enter(request, "blob.chunk")
    data = request.read(blobs.MOST_CHUNK + 1)
    if len(data) > blobs.MOST_CHUNK:
        raise TooLarge
    return write(Write(partial(blobs.keep_chunk, person, read_name(blob), n, data), (person.stream,)))


@router.post("/blobs/{blob}/done", response={200: Empty, **PROBLEMS}, operation_id="sealed.blob.done")
def finish(request: HttpRequest, blob: str) -> Any:
    """Say that all of the file is there."""
    person = enter(request, "blob.done")
    return write(Write(partial(blobs.finish_blob, person, read_name(blob)), (person.stream,)))


@router.api_operation(
    ["DELETE"], "/blobs/{blob}", response={200: Empty, **PROBLEMS}, operation_id="sealed.blob.remove"
)
def remove(request: HttpRequest, blob: str) -> Any:
    """Take one's own file away for everybody."""
    person = enter(request, "blob.remove")
    return write(Write(partial(blobs.remove_blob, person, read_name(blob)), (person.stream,)))


@router.get("/blobs/{blob}", response={200: BlobView, **PROBLEMS}, operation_id="sealed.blob")
def get_blob(request: HttpRequest, blob: str) -> Any:
    """What is known of a file."""
    row = access_blob(enter(request, "blob"), read_name(blob))
    return {
        "id": str(row.id),
        "conversation": str(row.conversation_id),
        "size": row.size,
        "chunks": row.chunks,
        "sha256": row.sha256,
    }


@router.get("/blobs/{blob}/{int:n}", response=PROBLEMS, operation_id="sealed.blob.part")
def get_chunk(request: HttpRequest, blob: str, n: Place) -> Any:
    """One chunk, the raw bytes, which no browser takes for a page or a picture."""
    row = access_blob(enter(request, "blob.chunk"), read_name(blob))
    part = BlobChunk.objects.filter(blob=row, n=n).first()
    if part is None:
        raise NotFound
    response = HttpResponse(bytes(part.data), content_type="application/octet-stream")
    response["Content-Disposition"] = "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response
