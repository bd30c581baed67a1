"""Fixtures that several folders share: no rate limits unless a test asks, fresh rules, and a clock to move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache

from hearthside import clock, limits
from moderation import screening


@pytest.fixture(autouse=True)
def calm(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No limits on how much at once, and rules that remember nothing of another test."""
    monkeypatch.setattr(limits, "_limiter", limits.Limiter("off"))
    monkeypatch.setattr(screening, "_backend", screening.Rules())
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Move the clock to so many seconds from now."""

    def move(seconds: float) -> None:
        monkeypatch.setattr(clock, "offset", lambda: timedelta(seconds=seconds))

    return move
