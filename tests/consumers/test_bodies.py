"""What a stranger can make the server keep: nothing in files, and no more than the longest body."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from tests.client import Dropped, LiveClient
from tests.consumers.given import load_member
from tests.server import Server

LONG = 20_000_000


def files_of(server: Server) -> list[str]:
    """The names of the files that the server has open."""
    assert server.process is not None
    return [os.readlink(link) for link in Path(f"/proc/{server.process.pid}/fd").iterdir() if link.exists()]


@pytest.mark.parametrize("length", [f"Content-Length: {LONG}", "Transfer-Encoding: chunked"])
def test_a_long_body_goes_into_no_file(server: Server, length: str) -> None:
    head = f"POST /api/me.update HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n{length}\r\n\r\n"
    part = b"x" * 1_000_000
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall(head.encode())
        for _ in range(5):
            line.sendall(part if "Content" in length else b"f4240\r\n" + part + b"\r\n")
        line.settimeout(0.3)
        with pytest.raises(TimeoutError):
            line.recv(1)  # by now all of it was read
        assert not [name for name in files_of(server) if "(deleted)" in name]


def test_a_body_that_is_too_long_says_so(server: Server) -> None:
    person = load_member(server, 0)
    assert person.post("/api/me.update", nonce="n" * 12, name="x" * 300_000).status_code == 413
    assert person.post("/_allauth/browser/v1/auth/login", email="x" * 300_000).status_code == 413
    chunks = (b"x" * 50_000 for _ in range(20))
    answer = person.http.post("/api/me.update", content=chunks, headers={"X-CSRFToken": person.csrf})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "body", ["[" * 100_000, '{"email":' * 20_000, '{"email":' + "9" * 5_000 + "}", "\xff"]
)
@pytest.mark.parametrize("path", ["/api/me.update", "/_allauth/browser/v1/auth/login"])
def test_json_that_breaks_parsers(server: Server, path: str, body: str) -> None:
    person = load_member(server, 0)
    headers = {"X-CSRFToken": person.csrf, "Content-Type": "application/json"}
    answer = person.http.post(path, content=body.encode("latin1"), headers=headers)
    assert answer.status_code == 400


def test_files_are_the_owners_alone(server: Server) -> None:
    assert [path.name for path in server.data.iterdir() if path.stat().st_mode & 0o077] == []


async def test_a_long_message_before_the_ticket(server: Server) -> None:
    stranger = LiveClient(server.socket_url, lambda: "none")
    with pytest.raises(Dropped):
        await stranger.connect("x" * 3_000_000)
    await stranger.until(lambda: not stranger.connected)
    await stranger.close()
