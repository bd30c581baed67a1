"""One server for the official clients."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.consumers.given import Room, copied_server, faults_in, open_room
from tests.server import Server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A running server in which nothing may break."""
    with copied_server() as running:
        yield running
        assert faults_in(running.log.read_text()) == []


@pytest.fixture
def room(server: Server) -> Iterator[Room]:
    """A room of this test's own."""
    with server.sign_in("hannah") as host:
        yield open_room(server, host)
