"""Fixtures of the tests of notices."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.given_calm import calm, moved
from tests.moderation.given_care import Mailbox
from tests.notify.endpoint import Service, push_service

__all__ = ["calm", "moved"]


@pytest.fixture
def service() -> Iterator[Service]:
    """A push service on this machine."""
    with push_service() as running:
        yield running


@pytest.fixture
def box() -> Mailbox:
    """The mail that leaves from now on."""
    return Mailbox()
