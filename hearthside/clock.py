"""The time, as jobs, time-outs and timers read it.

In demo mode HEARTHSIDE_CLOCK_FILE holds an offset in seconds, looked at once a second, so that a test or a
training can move time without waiting.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from django.conf import settings

_offset = timedelta(0)
_read_at = -10.0


def now() -> datetime:
    """The present moment in UTC, moved by the demo clock's offset."""
    return datetime.now(UTC) + offset()


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
