"""Fixtures of the shell's tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hearthside import clock


@pytest.fixture
def moved_clock(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """A clock whose offset a test sets, as HEARTHSIDE_CLOCK_FILE does."""
    offsets = [timedelta(0)]
    monkeypatch.setattr(clock, "offset", lambda: offsets[0])
    return offsets


@pytest.fixture
def audit_file(tmp_path: Path, settings: Any) -> Path:
    """A checkpoint file of the test's own, not there yet."""
    path = tmp_path / "audit.checkpoints"
    settings.HEARTHSIDE = replace(settings.HEARTHSIDE, audit_file=path)
    return path
