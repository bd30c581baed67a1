"""The time, as jobs, time-outs and timers read it.

In demo mode HEARTHSIDE_CLOCK_FILE holds an offset in seconds, looked at once a second, so that a test or a
training can move time without waiting.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

from django.conf import settings

_offset = timedelta(0)
_read_at = -10.0
_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """The present moment in UTC, moved by the demo clock's offset."""
    return _told.get() or datetime.now(UTC) + offset()


@contextlib.contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Inside, `now` answers `moment` (aware), so that what is told of the past happens in the past."""
    token = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(token)


def offset() -> timedelta:
    """How far the demo clock is moved; zero outside demo mode."""
    global _offset, _read_at
    config = settings.HEARTHSIDE
    if not config.demo or config.clock_file is None:
        return timedelta(0)
    moment = time.monotonic()
    if moment - _read_at >= 1:
        _read_at = moment
        try:
            _offset = timedelta(seconds=float(config.clock_file.read_text().strip() or 0))
        except (OSError, ValueError, OverflowError):
            _offset = timedelta(0)
    return _offset
