"""One server for all tests of the socket; each test opens a room of its own in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.consumers.given import Room, copied_server, faults_in, open_room
from tests.server import Server, SignedIn


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A running server; whatever the tests sent to it, nothing may have broken inside."""
    with copied_server() as running:
        yield running
        assert running.process is not None
        assert running.process.poll() is None
        assert faults_in(running.log.read_text()) == []


@pytest.fixture(scope="session")
def host(server: Server) -> Iterator[SignedIn]:
    """A facilitator, who opens the rooms."""
    with server.sign_in("hannah") as person:
        yield person


@pytest.fixture
def make_room(server: Server, host: SignedIn) -> Callable[..., Room]:
    """Opens rooms."""

    def make(**settings: Any) -> Room:
        return open_room(server, host, **settings)

    return make


@pytest.fixture
def room(make_room: Callable[..., Room]) -> Room:
    """A room of this test's own."""
    return make_room()
