"""Fixtures that several folders share: no rate limits and nothing by chance unless a test asks, and a clock to move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random

import pytest
from django.core.cache import cache

from hearthside import clock, limits
from moderation import sampling, screening


class NoLot(Random):
    """Falls on nobody."""

    def random(self) -> float:
        return 1.0


@pytest.fixture(autouse=True)
def calm(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No limits on how much at once, rules that remember nothing of another test, and no post drawn by chance."""
    monkeypatch.setattr(limits, "_limiter", limits.Limiter("off"))
    monkeypatch.setattr(screening, "_backend", screening.Rules())
    monkeypatch.setattr(sampling, "lots", NoLot())
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Move the clock to so many seconds from now."""

    def move(seconds: float) -> None:
        monkeypatch.setattr(clock, "offset", lambda: timedelta(seconds=seconds))

    return move
