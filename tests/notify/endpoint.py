"""A push service on this machine: it keeps what it is sent, and opens it with the browser's own keys."""

from __future__ import annotations

import json
import threading
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
from py_vapid import Vapid02

from tests.notify.given import Keys


@dataclass
class Push:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    def opened(self, keys: Keys) -> dict[str, Any]:
        """The payload, opened as the browser does (RFC 8291)."""
        plain = http_ece.decrypt(
            self.body, private_key=keys.private, auth_secret=keys.secret, version="aes128gcm"
        )
        return dict(json.loads(plain))

    def signed(self) -> tuple[dict[str, Any], str]:
        """What is signed, after the signature was checked (RFC 8292), and the key it was signed with."""
        header = self.headers["authorization"]
        assert Vapid02.verify(header)
        token, _, key = header.removeprefix("vapid t=").partition(",k=")
        part = token.split(".")[1]
        return json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4))), key


@dataclass
class Service:
    """What the service was sent, and how it answers each path: a status, with headers, or after so many seconds."""

    pushes: list[Push] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    delays: dict[str, float] = field(default_factory=dict)
    base: str = ""
    on_push: Callable[[str], None] | None = None

    def url(self, name: str) -> str:
        """The endpoint of a browser."""
        return f"{self.base}/{name}"

    def of(self, name: str) -> list[Push]:
        """What a browser was sent."""
        return [push for push in self.pushes if push.path == f"/{name}"]

    def until(self, count: int, seconds: float = 20) -> None:
        """Wait for so many pushes."""
        end = time.monotonic() + seconds
        while len(self.pushes) < count and time.monotonic() < end:
            time.sleep(0.05)
        assert len(self.pushes) >= count, f"{len(self.pushes)} came"


@contextmanager
def push_service() -> Iterator[Service]:
    """A running push service, ended afterwards."""
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        """One request."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            service.pushes.append(Push(self.path, headers, body))
            name = self.path[1:]
            time.sleep(service.delays.get(name, 0))
            status = service.answers.get(name, 201)
            if status == 0:
                self.close_connection = True
                return
            self.send_response(status)
            for key, value in service.headers.items():
                self.send_header(key, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    service.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
