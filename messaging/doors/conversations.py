"""Conversations: whom one may write to, opening them, who is in them, their settings."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from accounts.access import require_fresh
from hearthside.errors import Invalid
from hearthside.live import Write, write
from messaging.access import access_conversation, access_place
from messaging.actions import conversations, members, records
from messaging.doors.entry import PROBLEMS, Body, Empty, Id, Sealed, enter
from messaging.ids import conversation_id, decode, read_name
from messaging.queries import conversations as queries
from messaging.queries.members import active_ids
from messaging.queries.people import streams_of, watchers_of
from messaging.queries.reports import recipients_of

router = Router(tags=["sealed conversations"])
Timer = Annotated[int, Field(ge=0, le=365 * 86_400)]
SEED_BYTES = 32


class ContactRow(Schema):
    """Somebody one may write to now."""

    person: str
    name: str
    reason: str
    lane: str
    until: str | None
    cover_for: str | None
    reply_days: int | None
    away_until: str | None
    away_note: str | None
    set_up: bool


class Contacts(Schema):
    """Everybody one may write to now."""

    contacts: list[ContactRow]


class MemberRow(Schema):
    """Somebody in a conversation."""

    person: str
    name: str
    state: str
    joined_seq: int
    left_seq: int | None
    you: bool
    set_up: bool
    copy_made_at: str | None = Field(description="since when the practice holds a copy of their recovery key")
    copy_opened_at: str | None = Field(description="when an admin last took that copy out")


class ConversationView(Schema):
    """A conversation as one of its people sees it; `closed` says why they cannot write."""

    id: str
    kind: str
    lane: str
    creator: str
    keeper: str | None
    seed: str
    members: list[MemberRow]
    head: int
    read: int
    unread: int
    last_at: int
    timer_seconds: int
    history: bool
    version: int
    closed: str | None
    cover: str | None
    reply_days: int | None
    away_until: str | None
    away_note: str | None


class Conversations(Schema):
    """All of one's conversations."""

    conversations: list[ConversationView]


class Opened(ConversationView):
    """The conversation, and whether it was there before."""

    duplicate: bool


class OpenConversation(Body):
    """A new conversation; its id is made of its creator and the seed."""

    id: Id
    seed: Sealed
    kind: Literal["pair", "circle"]
    members: Annotated[list[Id], Field(min_length=1, max_length=14)]
    timer_seconds: Timer = 0
    history: bool = False


class ChangeMembers(Body):
    """Whom to add, and whom to take out."""

    add: Annotated[list[Id], Field(max_length=14)] = []
    remove: Annotated[list[Id], Field(max_length=14)] = []


class HandOn(Body):
    """Who keeps the circle from now on."""

    person: Id


class ChangeTimer(Body):
    """The new time, on top of the version that was read."""

    version: int
    timer_seconds: Timer


class Read(Body):
    """How far one has read."""

    seq: Annotated[int, Field(ge=0, le=2**53)]


class ReadDone(Schema):
    """How far one has read now."""

    read: int


class Recipients(Schema):
    """The staff whom a sealed report may go to."""

    recipients: list[str]


@router.get("/contacts", response={200: Contacts, **PROBLEMS}, operation_id="sealed.contacts")
def get_contacts(request: HttpRequest) -> Any:
    """Whom one may write to now."""
    return queries.list_contacts(enter(request, "contacts"))


@router.get("/conversations", response={200: Conversations, **PROBLEMS}, operation_id="sealed.conversations")
def get_conversations(request: HttpRequest) -> Any:
    """One's conversations, past ones too."""
    return queries.list_conversations(enter(request, "conversations"))


@router.get(
    "/conversations/{conversation}",
    response={200: ConversationView, **PROBLEMS},
    operation_id="sealed.conversation",
)
def get_conversation(request: HttpRequest, conversation: str) -> Any:
    """One conversation."""
    return queries.describe_conversation(enter(request, "conversation"), read_name(conversation))


@router.post("/conversations", response={200: Opened, **PROBLEMS}, operation_id="sealed.conversation.open")
def open_conversation(request: HttpRequest, data: OpenConversation) -> Any:
    """Open a conversation; a pair's is there once, and the same id again is the same circle."""
    person = enter(request, "conversation.open")
    others = {read_name(name) for name in data.members} - {person.pk}
    new_id, seed = read_name(data.id), read_seed(data.seed)
    if conversation_id(person.pk, seed) != new_id:
        raise Invalid(fields={"id": "The id must be made of its creator and the seed."})
    if (len(others) != 1) if data.kind == "pair" else not 2 <= len(others) <= 14:
        raise Invalid(fields={"members": "A pair has one other person, a circle two to fourteen."})
    act = partial(
        conversations.open_pair if data.kind == "pair" else conversations.open_circle,
        person,
        conversation_id=new_id,
        seed=seed,
        others=others,
        timer_seconds=data.timer_seconds,
        history=data.history,
    )
    return write(Write(act, streams_of({person.pk, *(others & watchers_of(person))})))


def read_seed(text: str) -> bytes:
    """The seed's 32 bytes; raises Invalid."""
    try:
        return decode(text, size=SEED_BYTES)
    except ValueError:
        raise Invalid(fields={"seed": "The seed is 32 bytes, base64 without padding."}) from None


def streams_in(conversation: UUID) -> tuple[str, ...]:
    """The streams of everybody in the conversation."""
    return streams_of(active_ids(conversation))


@router.post(
    "/conversations/{conversation}/members",
    response={200: Empty, **PROBLEMS},
    operation_id="sealed.members.change",
)
def change_members(request: HttpRequest, conversation: str, data: ChangeMembers) -> Any:
    """Add people to one's circle or take them out."""
    person, found = enter(request, "members.change"), read_name(conversation)
    access_conversation(person, found)
    add, remove = [read_name(name) for name in data.add], [read_name(name) for name in data.remove]
    action = partial(members.change_members, person, found, add=add, remove=remove)
    return write(Write(action, streams_of({*active_ids(found), *(set(add) & watchers_of(person))})))


@router.post(
    "/conversations/{conversation}/leave",
    response={200: Empty, **PROBLEMS},
    operation_id="sealed.conversation.leave",
)
def leave(request: HttpRequest, conversation: str) -> Any:
    """Leave; what was sent until now stays readable."""
    person, found = enter(request, "conversation.leave"), read_name(conversation)
    return write(Write(partial(members.leave_conversation, person, found), streams_in(found)))


@router.post(
    "/conversations/{conversation}/export",
    response={200: Empty, **PROBLEMS},
    operation_id="sealed.conversation.export",
)
def note_export(request: HttpRequest, conversation: str) -> Any:
    """Say, freshly confirmed, that one's own device makes a record of it; the others find it under who looked."""
    person, found = enter(request, "conversation.export"), read_name(conversation)
    access_place(person, found)
    require_fresh(request)
    return write(Write(partial(records.note_export, person, found)))


@router.post(
    "/conversations/{conversation}/creator",
    response={200: Empty, **PROBLEMS},
    operation_id="sealed.conversation.hand_on",
)
def hand_on(request: HttpRequest, conversation: str, data: HandOn) -> Any:
    """Let another member keep the circle from now on."""
    person, found = enter(request, "conversation.hand_on"), read_name(conversation)
    access_conversation(person, found)
    return write(Write(partial(members.hand_on, person, found, to=read_name(data.person)), streams_in(found)))


@router.post(
    "/conversations/{conversation}/settings",
    response={200: ConversationView, **PROBLEMS},
    operation_id="sealed.conversation.settings",
)
def change_settings(request: HttpRequest, conversation: str, data: ChangeTimer) -> Any:
    """Set how long what is sent from now on is kept."""
    person, found = enter(request, "conversation.settings"), read_name(conversation)
    action = partial(
        conversations.change_timer, person, found, version=data.version, timer_seconds=data.timer_seconds
    )
    return write(Write(action, streams_in(found)))


@router.post(
    "/conversations/{conversation}/read",
    response={200: ReadDone, **PROBLEMS},
    operation_id="sealed.conversation.read",
)
def mark_read(request: HttpRequest, conversation: str, data: Read) -> Any:
    """Move one's read mark forward."""
    person, found = enter(request, "conversation.read"), read_name(conversation)
    return write(Write(partial(conversations.mark_read, person, found, seq=data.seq), (person.stream,)))


@router.get(
    "/report_recipients", response={200: Recipients, **PROBLEMS}, operation_id="sealed.report_recipients"
)
def get_report_recipients(request: HttpRequest, conversation: str) -> Any:
    """Whom a sealed report from this conversation may go to; nobody of the conversation itself."""
    person = enter(request, "report_recipients")
    place = access_place(person, read_name(conversation))
    return {"recipients": sorted(map(str, recipients_of(place.conversation)))}
