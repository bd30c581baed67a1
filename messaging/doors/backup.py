"""The backup of room keys, and the recovery blob."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from accounts.access import require_fresh
from hearthside.errors import Invalid, NotFound, TooLarge
from hearthside.live import Write, write
from messaging.actions import backup
from messaging.doors.entry import ENGINE, Body, Sealed, enter
from messaging.ids import decode, read_name, room_of
from messaging.models import BackupSession
from messaging.queries import backup as queries

router = Router(tags=["sealed conversations"])
BLOB_BYTES = 16 * 1024
MOST_SESSIONS = 500
Number = Annotated[str, Field(pattern=r"^[0-9]{1,9}$")]
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
Bytes = Annotated[Sealed, Field(max_length=8192)]


class BackupData(Body):
    """A new backup's public part."""

    algorithm: Annotated[str, Field(max_length=64)]
    auth_data: dict[str, Any]


class SessionData(Body):
    """A room key, sealed for its owner."""

    ephemeral: Bytes
    ciphertext: Bytes
    mac: Bytes


class Session(Body):
    """One room key of a backup; `hs_mac` shows its owner that they put it there themselves, also for `hs_sender`."""

    first_message_index: Count
    forwarded_count: Count
    is_verified: bool
    session_data: SessionData
    hs_sender: Annotated[
        str, Field(max_length=120, pattern=r"^(@[0-9a-f-]{36}:hearthside [A-Z2-7]{16})?$")
    ] = ""
    hs_mac: Annotated[Sealed, Field(min_length=43, max_length=43)]


class RoomSessions(Body):
    """The room keys of one conversation."""

    sessions: dict[Annotated[Sealed, Field(max_length=64)], Session]


class SessionsUpload(Body):
    """Room keys by conversation."""

    rooms: dict[Annotated[str, Field(max_length=64)], RoomSessions]


class PastKey(Body):
    """What tells a recovery key that was replaced from a wrong one."""

    salt: Bytes
    check: Bytes


class Blob(Body):
    """Secret keys sealed with a recovery key that never leaves its owner."""

    v: Annotated[int, Field(ge=1, le=1000)]
    salt: Bytes
    iv: Bytes
    ciphertext: Annotated[Sealed, Field(max_length=BLOB_BYTES)]
    check: Bytes
    past: Annotated[list[PastKey], Field(max_length=10)] | None = None


class BlobUpload(Body):
    """A recovery blob, on top of the version it replaces (0 for none)."""

    blob: Blob
    replaces: Count


def read_sessions(data: SessionsUpload) -> list[BackupSession]:
    """The uploaded room keys as rows; raises Invalid or TooLarge."""
    rows = []
    for room, found in data.rooms.items():
        if read_room(room) != room:
            raise Invalid(fields={"rooms": "This is not a conversation's name."})
        for name, session in found.sessions.items():
            rows.append(
                BackupSession(
                    room=room,
                    session=name,
                    first_message_index=session.first_message_index,
                    forwarded_count=session.forwarded_count,
                    is_verified=session.is_verified,
                    session_data=session.session_data.model_dump_json(),
                    hs_sender=session.hs_sender,
                    hs_mac=session.hs_mac,
                )
            )
    if len(rows) > MOST_SESSIONS:
        raise TooLarge
    return rows


def read_room(text: str) -> str:
    """The conversation's name in its one spelling; empty for what is none."""
    try:
        return room_of(read_name(text))
    except NotFound:
        return ""


@router.post("/room_keys/version", response=ENGINE, operation_id="sealed.backup.make")
def make_backup(request: HttpRequest, data: BackupData) -> Any:
    """Begin a new backup of one's room keys."""
    person = enter(request, "backup.make")
    action = partial(backup.make_backup, person, algorithm=data.algorithm, auth_data=data.auth_data)
    return write(Write(action, (person.stream,)))


@router.get("/room_keys/version", response=ENGINE, operation_id="sealed.backup")
def get_backup(request: HttpRequest) -> Any:
    """The backup in use."""
    return queries.describe_backup(enter(request, "backup"))


@router.api_operation(
    ["DELETE"], "/room_keys/version/{number}", response=ENGINE, operation_id="sealed.backup.delete"
)
def delete_backup(request: HttpRequest, number: Number) -> Any:
    """Delete a backup with all its keys."""
    person = enter(request, "backup.delete")
    return write(Write(partial(backup.delete_backup, person, int(number)), (person.stream,)))


@router.put("/room_keys/keys", response=ENGINE, operation_id="sealed.backup.keep")
def put_sessions(request: HttpRequest, version: Annotated[Number, Query()], data: SessionsUpload) -> Any:
    """Add room keys to the backup in use."""
    person = enter(request, "backup.keep")
    action = partial(backup.keep_sessions, person, int(version), read_sessions(data))
    return write(Write(action, (person.stream,)))


@router.get("/room_keys/keys", response=ENGINE, operation_id="sealed.backup.sessions")
def get_sessions(
    request: HttpRequest,
    version: Annotated[Number, Query()],
    after: Annotated[str, Query(pattern=r"^[0-9]{0,18}$")] = "",
) -> Any:
    """A page of a backup's room keys."""
    return queries.list_sessions(enter(request, "backup.sessions"), int(version), int(after or 0))


@router.get("/recovery_blob", response=ENGINE, operation_id="sealed.recovery")
def get_blob(request: HttpRequest) -> Any:
    """One's recovery blob."""
    return queries.find_blob(enter(request, "recovery"))


@router.put("/recovery_blob", response=ENGINE, operation_id="sealed.recovery.keep")
def put_blob(request: HttpRequest, data: BlobUpload) -> Any:
    """Keep a recovery blob; one that replaces another only by somebody who has just signed in."""
    person = enter(request, "recovery.keep")
    blob = data.blob.dict(exclude_none=True)
    check_blob(data.blob)
    if replaces := data.replaces > 0:
        require_fresh(request)
    action = partial(backup.keep_blob, person, blob=blob, replaces=data.replaces, fresh=replaces)
    return write(Write(action, (person.stream,)))


def check_blob(blob: Blob) -> None:
    """Raise TooLarge or Invalid for what is no sealed blob."""
    if len(blob.model_dump_json(exclude_none=True)) > BLOB_BYTES:
        raise TooLarge
    try:
        for text in (blob.salt, blob.iv, blob.ciphertext, blob.check):
            decode(text)
    except ValueError:
        raise Invalid(fields={"blob": "Base64 without padding is needed."}) from None
