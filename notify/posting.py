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
import time
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from urllib.parse import urlsplit

from notify.devices import is_practice_ground

TIMEOUT_SECONDS = 10.0
PATIENT_SECONDS = 30.0  # in which a call to help finds its way


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


def post(url: str, body: bytes, headers: dict[str, str], *, patient: bool = False) -> Reply:
    """POST to a checked endpoint (notify/devices.py), within ten seconds from the name to the answer.

    `patient`: finding the way may take longer, and the answer has ten seconds of its own. Raises NotLeft, Forbidden or
    NoAnswer.
    """
    parts = urlsplit(url)
    tls = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port or (443 if tls else 80)
    ends = time.monotonic() + (PATIENT_SECONDS if patient else TIMEOUT_SECONDS)
    line = connect(host, port, tls=tls, inside=is_practice_ground(url), ends=ends)
    left = TIMEOUT_SECONDS if patient else remaining(ends)
    with cut_after(left, line):
        try:
            line.settimeout(left)
            connection = http.client.HTTPConnection(host, port, timeout=left)
            connection.sock = line
            path = parts.path or "/"
            connection.request("POST", f"{path}?{parts.query}" if parts.query else path, body, headers)
            answer = connection.getresponse()
            return Reply(answer.status, answer.headers.get("Retry-After", ""))
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(type(error).__name__) from None
        finally:
            line.close()


def remaining(ends: float) -> float:
    """How long there is until a moment; never nothing at all, which sockets take for no wait."""
    return max(0.05, ends - time.monotonic())


@contextlib.contextmanager
def cut_after(seconds: float, line: socket.socket) -> Iterator[None]:
    """Cut a line after so long, whatever drips through it."""
    guard = threading.Timer(seconds, cut, (line,))
    guard.daemon = True
    guard.start()
    try:
        yield
    finally:
        guard.cancel()


def connect(host: str, port: int, *, tls: bool, inside: bool, ends: float | None = None) -> socket.socket:
    """A connection to an address that may be asked, with its certificate checked; raises NotLeft or Forbidden.

    All of it until `ends`, ten seconds from now if nobody says: each address gets its share of what is left.
    """
    ends = ends or time.monotonic() + TIMEOUT_SECONDS
    addresses = find_addresses(host, port, remaining(ends))
    wanted = is_loopback if inside else is_outside
    if not addresses or not all(map(wanted, addresses)):
        raise Forbidden
    why, tried = "", addresses[:4]
    for number, address in enumerate(tried):
        if time.monotonic() >= ends:
            break
        share = min(remaining(ends) / (len(tried) - number), TIMEOUT_SECONDS / 2)
        try:
            line = socket.create_connection((address, port), timeout=share)
            return seal(line, host, min(remaining(ends), TIMEOUT_SECONDS)) if tls else line
        except OSError as error:
            why = type(error).__name__
    raise NotLeft(why or "TimeoutError")


def seal(line: socket.socket, host: str, seconds: float) -> ssl.SSLSocket:
    """The line under TLS, shaken hands on within so long; raises OSError, with the line closed."""
    context = ssl.create_default_context()
    sealed = context.wrap_socket(line, server_hostname=host, do_handshake_on_connect=False)
    sealed.settimeout(seconds)
    try:
        with cut_after(seconds, sealed):
            sealed.do_handshake()
    except BaseException:
        sealed.close()
        raise
    return sealed


def find_addresses(host: str, port: int, seconds: float) -> list[str]:
    """Every address behind a name; raises NotLeft, also when whoever knows the name takes too long to say."""
    found: Future[list[str]] = Future()

    def look() -> None:
        try:
            places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.set_result([str(place[0]) for *_, place in places])
        except Exception as error:
            found.set_exception(error)

    threading.Thread(target=look, name="push-name", daemon=True).start()
    try:
        return found.result(seconds)
    except (OSError, UnicodeError) as error:  # TimeoutError is an OSError
        raise NotLeft(type(error).__name__) from None


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
        socket.socket.shutdown(line, socket.SHUT_RDWR)  # TLS's own would take it apart under whoever reads
