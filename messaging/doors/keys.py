"""Public keys: up, asked for, claimed, signed."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Body as JsonBody
from ninja import Router
from pydantic import Field

from accounts.access import require_fresh
from hearthside.live import Write, write
from messaging import ledger
from messaging.actions import claims, identities, keys
from messaging.doors.entry import ENGINE, Body, Id, enter, enter_with_device
from messaging.ids import read_user
from messaging.queries.keys import identity_of, query_keys
from messaging.queries.people import reached_by, streams_of, watchers_of

router = Router(tags=["sealed conversations"])
MOST_PEOPLE = 100
User = Annotated[str, Field(max_length=80)]
Object = dict[str, Any]


class KeysUpload(Body):
    """What a device's engine uploads."""

    device_keys: Object | None = None
    one_time_keys: Object | None = None
    fallback_keys: Object | None = None


class KeysQuery(Body):
    """Whose keys are wanted; an empty list stands for all devices."""

    device_keys: dict[User, Annotated[list[Id], Field(max_length=50)]] = Field(max_length=MOST_PEOPLE)
    timeout: int | None = None
    token: str | None = None


class KeysClaim(Body):
    """Of which devices a one-time key is wanted."""

    one_time_keys: dict[User, dict[Id, Literal["signed_curve25519"]]] = Field(max_length=MOST_PEOPLE)
    timeout: int | None = None


class IdentityUpload(Body):
    """The three keys of an identity."""

    master_key: Object
    self_signing_key: Object
    user_signing_key: Object


def known_people(wanted: dict[str, Any]) -> dict[UUID, Any]:
    """What is asked of each person, without names that are nobody's."""
    return {person_id: value for name, value in wanted.items() if (person_id := read_user(name)) is not None}


@router.post("/keys/upload", response=ENGINE, operation_id="sealed.keys.upload")
def upload_keys(request: HttpRequest, data: KeysUpload) -> Any:
    """Upload a device's public keys: all that checks, or nothing."""
    device = enter_with_device(request, "keys.upload")
    action = partial(
        keys.upload_keys,
        device.person,
        device.device_id,
        device_keys=data.device_keys,
        one_time_keys=data.one_time_keys,
        fallback_keys=data.fallback_keys,
    )
    streams = (
        (*streams_of(watchers_of(device.person)), ledger.STREAM)
        if data.device_keys
        else (device.person.stream,)
    )
    return write(Write(action, streams))


@router.post("/keys/query", response=ENGINE, operation_id="sealed.keys.query")
def post_query(request: HttpRequest, data: KeysQuery) -> Any:
    """Other people's public keys; those that are not for whoever asks are absent."""
    return query_keys(enter(request, "keys.query"), known_people(data.device_keys))


@router.post("/keys/claim", response=ENGINE, operation_id="sealed.keys.claim")
def post_claim(request: HttpRequest, data: KeysClaim) -> Any:
    """Take one-time keys, each of which nobody else gets."""
    device = enter_with_device(request, "keys.claim")
    wanted = {person_id: list(names) for person_id, names in known_people(data.one_time_keys).items()}
    return write(Write(partial(claims.claim_keys, device.person, wanted)))


@router.post("/device_signing/upload", response=ENGINE, operation_id="sealed.identity.upload")
def upload_identity(request: HttpRequest, data: IdentityUpload) -> Any:
    """Upload an identity; another one than before only by somebody who has just signed in."""
    person = enter(request, "identity.upload")
    value = data.dict()
    held = identity_of(person.pk).get("master")
    replaces = held is not None and f"ed25519:{held}" not in (value["master_key"].get("keys") or ())
    if replaces:
        require_fresh(request)
    streams = (*streams_of(watchers_of(person)), ledger.STREAM)
    return write(Write(partial(identities.keep_identity, person, value, fresh=replaces), streams))


@router.post("/signatures/upload", response=ENGINE, operation_id="sealed.signatures.upload")
def upload_signatures(request: HttpRequest, data: Annotated[dict[User, Object], JsonBody()]) -> Any:
    """Upload signatures over kept keys: all that check, or nothing."""
    device = enter_with_device(request, "signatures.upload")
    people = watchers_of(device.person) | reached_by(device.person, set(known_people(data)))
    action = partial(identities.keep_signatures, device.person, device.device_id, data)
    return write(Write(action, streams_of(people)))
