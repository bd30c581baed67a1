"""Who may open a socket at all: the handshake's host and origin."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

DEFAULT_PORTS = {"http": "80", "https": "443"}


def may_open(scope: dict[str, Any]) -> bool:
    """Whether the handshake comes from where it may.

    The host must be an allowed one. The origin is HEARTHSIDE_PUBLIC_URL, or the request's own host and port, or
    absent: a program without a browser sends none and has a ticket all the same.
    """
    headers = {name.lower(): value for name, value in scope.get("headers", [])}
    origins = [value for name, value in scope.get("headers", []) if name.lower() == b"origin"]
    host = headers.get(b"host", b"").decode("latin1")
    domain, port = split_domain_port(host)
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return False
    if not origins:
        return True
    if len(origins) > 1:
        return False
    origin = origins[0].decode("latin1")
    if origin.lower() == settings.HEARTHSIDE.public_url.lower():
        return True
    return same_place(origin, domain, port)


def same_place(origin: str, domain: str, port: str) -> bool:
    """Whether an origin is the very host and port that was asked."""
    try:
        parts = urlsplit(origin)
        spare = parts.path or parts.query or parts.fragment or "@" in parts.netloc
        if parts.scheme not in DEFAULT_PORTS or spare or not parts.hostname:
            return False
        standard = DEFAULT_PORTS[parts.scheme]
        name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        return name == domain.lower() and str(parts.port or standard) == (port or standard)
    except ValueError:
        return False
