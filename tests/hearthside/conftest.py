"""Fixtures of the shell's tests."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hearthside import clock


@pytest.fixture
def moved_clock(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """A clock whose offset a test sets, as HEARTHSIDE_CLOCK_FILE does."""
    offsets = [timedelta(0)]
    monkeypatch.setattr(clock, "offset", lambda: offsets[0])
    return offsets
