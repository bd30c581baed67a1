"""One POST to an address that somebody gave us: to no machine inside, along no redirect, and never for long.

The name is resolved here and the connection goes to the very address that was looked at, so that a name which answers
differently the second time leads nowhere.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from dataclasses import dataclass
from urllib.parse import urlsplit

from notify.devices import is_practice_ground

TIMEOUT_SECONDS = 10.0


class NotLeft(Exception):
    """Nothing of the request has left."""


class Forbidden(Exception):
    """The address is of a machine that is none of a person's business."""


class NoAnswer(Exception):
    """The request has left, or part of it, and no answer came."""


@dataclass(frozen=True)
class Reply:
    """What the other side answered."""

    status: int
    retry_after: str


def post(url: str, body: bytes, headers: dict[str, str]) -> Reply:
    """POST to a checked endpoint (notify/devices.py), within ten seconds; raises NotLeft, Forbidden or NoAnswer."""
    parts = urlsplit(url)
    tls = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port or (443 if tls else 80)
    line = connect(host, port, tls=tls, inside=is_practice_ground(url))
    guard = threading.Timer(TIMEOUT_SECONDS, cut, (line,))
    guard.daemon = True
    guard.start()
    try:
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
        connection.sock = line
        path = parts.path or "/"
        connection.request("POST", f"{path}?{parts.query}" if parts.query else path, body, headers)
        answer = connection.getresponse()
        return Reply(answer.status, answer.headers.get("Retry-After", ""))
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(type(error).__name__) from None
    finally:
        guard.cancel()
        line.close()


def connect(host: str, port: int, *, tls: bool, inside: bool) -> socket.socket:
    """A connection to an address that may be asked, with its certificate checked; raises NotLeft or Forbidden."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotLeft(type(error).__name__) from None
    addresses = [str(place[0]) for *_, place in found]
    wanted = is_loopback if inside else is_outside
    if not addresses or not all(map(wanted, addresses)):
        raise Forbidden
    why = ""
    for address in addresses[:4]:
        try:
            line = socket.create_connection((address, port), timeout=TIMEOUT_SECONDS / 2)
            line.settimeout(TIMEOUT_SECONDS)
            if not tls:
                return line
            return ssl.create_default_context().wrap_socket(line, server_hostname=host)
        except OSError as error:
            why = type(error).__name__
    raise NotLeft(why)


def is_outside(address: str) -> bool:
    """Whether an address is of the open internet, whatever form it is written in."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_outside(str(ip.ipv4_mapped))
        if ip.sixtofour is not None or ip.teredo is not None or ip in NAT64:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_loopback(address: str) -> bool:
    """Whether an address is this machine's own."""
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def cut(line: socket.socket) -> None:
    """End a connection that takes too long, whatever it is doing."""
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
