"""Passkeys: the two ceremonies of WebAuthn, by Yubico's library. Nothing here writes a row.

The challenge waits in the session between the two halves of a ceremony and is good once.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts.models import Person
from accounts.queries import get_practice

STATE = "passkey"  # where a session's data keeps the challenge
LOOPBACK = "localhost"


class Unfit(Exception):
    """An answer of a passkey that does not hold: forged, for another place, too late, or of a key not known here."""


@dataclass(frozen=True)
class Shown:
    """A passkey that has proved itself: its credential's id, how often it was used by its own count."""

    credential: str
    count: int


def home() -> tuple[str, str] | None:
    """The domain of this installation's passkeys and the one origin they work at; None for a bare IP address.

    A loopback address stands for localhost, because browsers bind passkeys to names.
    """
    parts = urlsplit(settings.HEARTHSIDE.public_url)
    host = parts.hostname or ""
    try:
        if not ipaddress.ip_address(host).is_loopback:
            return None
    except ValueError:
        return host, settings.HEARTHSIDE.public_url.lower()
    port = f":{parts.port}" if parts.port else ""
    return LOOPBACK, f"{parts.scheme}://{LOOPBACK}{port}"


def make_server() -> Fido2Server:
    """The library's part that checks; raises Unfit where passkeys cannot work."""
    place = home()
    if place is None:
        raise Unfit
    domain, origin = place
    party = PublicKeyCredentialRpEntity(id=domain, name=get_practice().name)
    return Fido2Server(party, verify_origin=lambda given: given == origin)


def begin_adding(session: MutableMapping[str, Any], person: Person, known: Sequence[str]) -> dict[str, Any]:
    """Options for a browser to make a passkey; `known` are the credentials the person has already."""
    user = PublicKeyCredentialUserEntity(id=person.pk.bytes, name=person.email, display_name=person.name)
    options, state = make_server().register_begin(
        user=user,
        credentials=[read_credential(text) for text in known],
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    session[STATE] = {**state, "for": str(person.pk)}
    return dict(options)


def finish_adding(session: MutableMapping[str, Any], person: Person, answer: Any) -> str:
    """The credential that a browser made, as it is kept; raises Unfit."""
    state = take_state(session, str(person.pk))
    try:
        made = make_server().register_complete(state, as_answer(answer))
    except (ValueError, TypeError, KeyError, AssertionError) as error:
        raise Unfit from error
    if made.credential_data is None:
        raise Unfit
    return str(websafe_encode(made.credential_data))


def begin_asking(
    session: MutableMapping[str, Any], person: Person | None, known: Sequence[str]
) -> dict[str, Any]:
    """Options for a browser to show a passkey: one of `known`, or without a person any of this place.

    Alone, without a password before it, a passkey must have checked who holds it (a finger, a face, a PIN).
    """
    wanted = UserVerificationRequirement.PREFERRED if person else UserVerificationRequirement.REQUIRED
    options, state = make_server().authenticate_begin(
        credentials=[read_credential(text) for text in known] or None, user_verification=wanted
    )
    session[STATE] = {**state, "for": str(person.pk) if person else ""}
    return dict(options)


def finish_asking(
    session: MutableMapping[str, Any], person: Person | None, known: Sequence[str], answer: Any
) -> Shown:
    """The passkey that was shown, one of `known`; raises Unfit."""
    state = take_state(session, str(person.pk) if person else "")
    credentials = {
        websafe_encode(row.credential_id): text for text in known for row in [read_credential(text)]
    }
    try:
        read = AuthenticationResponse.from_dict(as_answer(answer))
        found = make_server().authenticate_complete(
            state, [read_credential(text) for text in known], as_answer(answer)
        )
    except (ValueError, TypeError, KeyError) as error:
        raise Unfit from error
    return Shown(credentials[websafe_encode(found.credential_id)], read.response.authenticator_data.counter)


def holder_of(answer: Any) -> bytes:
    """The id of the person a passkey says it belongs to, not yet proved; raises Unfit."""
    try:
        return bytes(websafe_decode(as_answer(answer)["response"]["userHandle"]))
    except (ValueError, TypeError, KeyError) as error:
        raise Unfit from error


def take_state(session: MutableMapping[str, Any], whose: str) -> dict[str, Any]:
    """The challenge that waits, once and for whom it was made; raises Unfit."""
    state = session.pop(STATE, None)
    if not isinstance(state, dict) or state.pop("for", None) != whose:
        raise Unfit
    return state


def as_answer(answer: Any) -> Mapping[str, Any]:
    """A browser's answer, when it is an object at all; raises Unfit."""
    if not isinstance(answer, Mapping):
        raise Unfit
    return answer


def read_credential(text: str) -> AttestedCredentialData:
    """A credential from what `finish_adding` made."""
    return AttestedCredentialData(websafe_decode(text))
