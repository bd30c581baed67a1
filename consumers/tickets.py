"""One-use tickets: how a signed-in browser or program opens the socket without a secret in a URL."""

from __future__ import annotations

import base64
import hmac
import os
import time
from dataclasses import dataclass

import msgspec
from django.core.cache import cache

from hearthside.crypto import derive

LIFETIME = 30  # seconds
TAG_BYTES = 32


class TicketRefused(Exception):
    """A ticket that is forged, too old or used."""


@dataclass(frozen=True)
class Bearer:
    """Whose sign-in a ticket stands for: ids only."""

    person: str
    signin: str


class _Ticket(msgspec.Struct, array_like=True):
    id: str
    person: str
    signin: str
    until: float


def make_ticket(person: str, signin: str) -> str:
    """A ticket for one connect within 30 s."""
    ticket = _Ticket(
        base64.urlsafe_b64encode(os.urandom(12)).decode(), person, signin, time.time() + LIFETIME
    )
    body = msgspec.json.encode(ticket)
    tag = hmac.digest(derive("live-ticket"), body, "sha256")
    return base64.urlsafe_b64encode(tag + body).decode()


def use_ticket(text: str) -> Bearer:
    """Whom the ticket stands for; raises TicketRefused unless it is ours, young and unused."""
    try:
        raw = base64.urlsafe_b64decode(text.encode("ascii", "strict"))
        tag, body = raw[:TAG_BYTES], raw[TAG_BYTES:]
        if not hmac.compare_digest(tag, hmac.digest(derive("live-ticket"), body, "sha256")):
            raise TicketRefused
        ticket = msgspec.json.decode(body, type=_Ticket)
    except (ValueError, msgspec.MsgspecError) as error:
        raise TicketRefused from error
    if ticket.until < time.time() or not cache.add(f"ticket:{ticket.id}", 1, timeout=2 * LIFETIME):
        raise TicketRefused
    return Bearer(ticket.person, ticket.signin)
