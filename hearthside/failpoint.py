"""Places at which tests let the process die: HEARTHSIDE_FAILPOINT names one, in demo mode only."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from django.conf import settings


class _Watch:
    """What a test in this process wants to happen at every place."""

    reached: Callable[[str], None] | None = None


def watch(reached: Callable[[str], None] | None) -> None:
    """Have `reached(place)` called at every place from now on; None ends it."""
    _Watch.reached = staticmethod(reached) if reached else None


def pass_by(place: str) -> None:
    """Go on, unless this is where the process is to die."""
    if _Watch.reached is not None:
        _Watch.reached(place)
    if settings.HEARTHSIDE.failpoint == place:
        os.kill(os.getpid(), signal.SIGKILL)
