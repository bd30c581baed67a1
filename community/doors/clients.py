"""The doors to clients and those who look after them."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema

from accounts.contacts.queries import streams_about
from accounts.models import Person
from community.access_clients import access_assignment, access_contact
from community.actions.clients import REASONS, assign_client, unassign_client
from community.queries.clients import list_clients, read_client
from hearthside.api import READ_PROBLEMS, ProblemAnswer
from hearthside.commands import Command, Data, Done
from hearthside.live import Write

Lane = Literal["clinical", "administrative"]
PROBLEMS = {**READ_PROBLEMS, 403: ProblemAnswer}

router = Router(tags=["clients"])


class ContactLine(Schema):
    """Who looks after a client, in which lane, and who covers while they are away."""

    contact: str
    person: str
    name: str
    lane: Lane
    since: str
    you: bool
    away_until: str | None
    covered_by: str | None


class ClientRow(Schema):
    """A client with those who look after them; `may` names the commands that are open to whoever asks."""

    person: str
    contacts: list[ContactLine]
    may: list[str]


class OwnClient(Schema):
    """One of the asking person's own clients."""

    contact: str
    person: str
    name: str
    lane: Lane


class ClientsAnswer(Schema):
    """The clients whose therapists may be seen, and one's own clients."""

    clients: list[ClientRow]
    yours: list[OwnClient]


class ContactRow(ContactLine):
    """The same with what may be done about it."""

    may: list[str]


class Candidate(Schema):
    """One of the staff whom the client may be assigned to, with the days away that are not over."""

    person: str
    name: str
    role: str
    away_from: str | None
    away_until: str | None
    you: bool


class ClientAnswer(Schema):
    """One client: who looks after them, and who else could."""

    person: str
    name: str
    contacts: list[ContactRow]
    staff: list[Candidate]


class AssignmentData(Data):
    """A client and one of the staff, and what about: therapy, or the office's matters."""

    client: uuid.UUID
    therapist: uuid.UUID
    lane: Lane = "clinical"


class AssignmentDone(Done):
    """The contact that was made, was there already, or has ended."""

    contact: str
    client: str
    therapist: str
    lane: Lane


@router.get(
    "/clients",
    response={200: ClientsAnswer, **PROBLEMS},
    operation_id="clients",
    summary="Clients and who looks after them",
)
def get_clients(request: HttpRequest) -> Any:
    """For staff: an admin sees everybody's, a facilitator those of their groups and their own."""
    return list_clients(request.auth)  # type: ignore[attr-defined]


@router.get(
    "/people/{person_id}/contacts",
    response={200: ClientAnswer, **PROBLEMS},
    operation_id="person.contacts",
    summary="Who looks after a client, and who could",
)
def get_client(request: HttpRequest, person_id: uuid.UUID) -> Any:
    """For those who may assign the client."""
    return read_client(request.auth, person_id)  # type: ignore[attr-defined]


def prepare_assign(person: Person, data: AssignmentData) -> Write:
    """Assigning: both are told, and who covers for the therapist just now."""
    client, therapist = access_assignment(person, data.client, data.therapist)
    act = partial(assign_client, person, client_id=data.client, therapist_id=data.therapist, lane=data.lane)
    return Write(act, streams=streams_about(therapist, client.pk))


def prepare_unassign(person: Person, data: AssignmentData) -> Write:
    """Ending that: the same are told."""
    contact = access_contact(person, data.client, data.therapist, REASONS[data.lane])
    act = partial(unassign_client, person, client_id=data.client, therapist_id=data.therapist, lane=data.lane)
    return Write(act, streams=streams_about(contact.one, contact.other_id))


COMMANDS: tuple[Command, ...] = (
    Command(
        "client.assign", "Assign a client to one of the staff", AssignmentData, AssignmentDone, prepare_assign
    ),
    Command(
        "client.unassign", "End that a client is assigned", AssignmentData, AssignmentDone, prepare_unassign
    ),
)
