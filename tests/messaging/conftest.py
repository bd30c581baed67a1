"""Fixtures of the relay's tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.given_calm import calm, moved
from tests.server import Server, running_server

__all__ = ["calm", "moved"]


@pytest.fixture(scope="package")
def server() -> Iterator[Server]:
    """One server for all tests that drive the browser's worker."""
    with running_server(members=60) as made:
        yield made


@pytest.fixture(scope="package")
def names(server: Server) -> Iterator[str]:
    """People whom no other test has met, by the first part of their address."""
    return iter([row["email"].partition("@")[0] for row in server.accounts if row.get("session")])


@pytest.fixture
def devices() -> Iterator[ExitStack]:
    """Devices that end with the test."""
    with ExitStack() as stack:
        yield stack
