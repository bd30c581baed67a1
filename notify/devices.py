"""Browsers that may be woken: their addresses and keys as they are taken, and when one has ended."""

from __future__ import annotations

import base64
import binascii
import ipaddress
from datetime import timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from accounts.models import Person, SignIn
from hearthside import clock, crypto
from notify.models import PushDevice

MOST_DEVICES = 10
UNSEEN = timedelta(days=90)  # a page that was not there for so long is not woken any more
MOST_UNREACHABLE = 5  # so many times in a row without an answer, and only calls to help still try it
COUNTED_EVERY = timedelta(hours=1)  # an hour without a line of ours costs nobody their browser
AUTH_BYTES = 16


def check_endpoint(text: str) -> str:
    """The address of a push service, as it came; raises ValueError for one that is not asked.

    Only https on its own port and by name: what is behind the name is looked at before each sending. In demo mode a
    plain http address of this machine will do as well, so that a push can be tried without a push service.
    """
    parts = urlsplit(text)
    try:
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("This is not the address of a push service") from None
    if (
        not text.isascii()
        or not text.isprintable()
        or " " in text
        or parts.username is not None
        or parts.fragment
    ):
        raise ValueError("This is not the address of a push service")
    if is_practice_ground(text):
        return text
    if parts.scheme != "https" or port not in (None, 443) or "." not in host or is_address(host):
        raise ValueError("A push service is reached by https and by its name")
    return text


def same_service(one: str, other: str) -> bool:
    """Whether two endpoints are of one push service."""
    first, second = urlsplit(one), urlsplit(other)
    return (first.scheme, first.netloc) == (second.scheme, second.netloc)


def is_practice_ground(text: str) -> bool:
    """Whether an address is of this machine, by plain http, while demo mode allows it."""
    parts = urlsplit(text)
    return bool(
        settings.HEARTHSIDE.demo
        and parts.scheme == "http"
        and parts.hostname in ("127.0.0.1", "localhost", "::1")
    )


def is_address(host: str) -> bool:
    """Whether a host is written as a number rather than a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.replace(".", "").isdigit() or host.lower().startswith("0x")
    return True


def read_bytes(text: str) -> bytes:
    """The bytes of base64url, with or without padding; raises ValueError."""
    try:
        return base64.b64decode(
            text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True
        )
    except binascii.Error as error:
        raise ValueError("This is not base64url") from error


def check_point(text: str) -> str:
    """A browser's public key: a point of P-256, uncompressed; raises ValueError."""
    data = read_bytes(text)
    if len(data) != 65 or data[0] != 4:
        raise ValueError("This is not a browser's key")
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data)
    except ValueError:
        raise ValueError("This is not a browser's key") from None
    return text


def check_secret(text: str) -> str:
    """The secret that belongs to the key: 16 bytes; raises ValueError."""
    if len(read_bytes(text)) != AUTH_BYTES:
        raise ValueError("This is not a browser's secret")
    return text


def hash_of(endpoint: str) -> str:
    """What an endpoint is found by: it is kept encrypted."""
    return crypto.mac("notify.endpoint", endpoint).hex()


def standing_of(person: Person) -> str:
    """A tag of the person's password as it is now."""
    return crypto.mac("notify.device", str(person.pk), person.password).hex()


def is_alive(device: PushDevice, person: Person, signin: SignIn | None) -> bool:
    """Whether a device may still be woken.

    Not once its sign-in was ended by anything but time, the password is another, or its page was not there for long.
    A sign-in that only went idle ends no device: those who are away are just the ones to be reached.
    """
    ended = signin is None or (signin.ended_at is not None and signin.reason != SignIn.Reason.IDLE)
    recent = device.at + UNSEEN > clock.now()
    return person.is_active and not ended and recent and device.standing == standing_of(person)
