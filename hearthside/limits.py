"""How much at once: token buckets a person and command, and the sizes of things.

Buckets live in this process: with several serving processes each allows its own share.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from django.conf import settings

from hearthside.config import read_rates
from hearthside.errors import RateLimited

FRAME_BYTES = 64 * 1024
COMMANDS_PER_FRAME = 32
SUBSCRIBES_PER_FRAME = 256  # the official client takes all its streams up again in one frame
FRAMES_PER_SECOND = 60
POST_CHARACTERS = 20_000
TITLE_CHARACTERS = 200
NAME_CHARACTERS = 80
FILE_BYTES = 10 * 1024 * 1024  # a picture or a PDF
FILE_FORM_BYTES = FILE_BYTES + 64 * 1024  # with the form around it
FILE_BODIES_BYTES = (
    8 * FILE_FORM_BYTES
)  # of all that are on their way at once, before anybody knows whose they are
FILE_BODY_SECONDS = 120  # that one may be on its way: ten megabytes over a poor line
SEALED_BYTES = 640 * 1024  # the longest body of all: one batch of room keys for a circle's devices

DEFAULT_RATES = (
    "post.submit=30/m:10,post.edit=30/m:10,topic.create=10/m:5,group.invite=30/m:15,person.invite=30/m:15,"
    "invitation.resend=10/m:5,sealed.sync=600/m:120,sealed.messages=600/m:120,sealed.keys.query=300/m:120,"
    "sealed.blob.chunk=1200/m:400,sealed.device.add=20/h:10,push.renew=60/h:20,calendar.feed=60/h:30,file.add=60/h:12,"
    "unsubscribe=20/h:20"
)
OTHER_RATE = (120.0 / 60, 60.0)  # every other command: 120 a minute, 60 at once
MOST_BUCKETS = 20_000  # whoever makes up names loses the oldest of them, and costs nobody else time or memory
FULL_SECONDS = 3600.0  # a bucket that nobody drew from for so long is full again


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Limiter:
    """Counts what each person does of each command; safe to use from several threads."""

    def __init__(self, text: str) -> None:
        self._off = text == "off"
        self._rates = read_rates(DEFAULT_RATES) | (read_rates(text) if not self._off else {})
        self._buckets: OrderedDict[tuple[str, str], _Bucket] = OrderedDict()  # last drawn from last
        self._lock = threading.Lock()

    def take(self, person: str, command: str) -> None:
        """Count one use; raises RateLimited with `retry_after_ms` when there were too many."""
        if self._off:
            return
        rate, burst = self._rates.get(command, OTHER_RATE)
        moment = time.monotonic()
        with self._lock:
            bucket = self._buckets.get((person, command))
            if bucket is None:
                self._make_room(moment)
                bucket = self._buckets[(person, command)] = _Bucket(burst, moment)
            self._buckets.move_to_end((person, command))
            bucket.tokens = min(burst, bucket.tokens + (moment - bucket.at) * rate)
            bucket.at = moment
            if bucket.tokens >= 1:
                bucket.tokens -= 1
                return
            wait = (1 - bucket.tokens) / rate
        raise RateLimited(retry_after_ms=int(wait * 1000) + 1)

    def _make_room(self, moment: float) -> None:
        """Forget buckets that are full again, and with too many the one that waits longest: no look at all of them."""
        while self._buckets:
            oldest = next(iter(self._buckets.values()))
            if moment - oldest.at < FULL_SECONDS and len(self._buckets) < MOST_BUCKETS:
                return
            self._buckets.popitem(last=False)


_limiter: Limiter | None = None


def limiter() -> Limiter:
    """This process's limiter, made from HEARTHSIDE_RATES at first use."""
    global _limiter
    if _limiter is None:
        _limiter = Limiter(settings.HEARTHSIDE.rates)
    return _limiter
