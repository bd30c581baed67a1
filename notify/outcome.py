"""How a sending ended, as far as anybody can know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from notify.models import Delivery

State = Delivery.State


@dataclass(frozen=True)
class Outcome:
    """The state to write down, a word why, and for what waits how long it asked us to."""

    state: str
    why: str = ""
    wait: timedelta = timedelta(0)


@dataclass(frozen=True)
class Browsers:
    """What became of the browsers of a push: `gone` for good, `heard` from, or `silent`, as nobody answered."""

    gone: tuple[UUID, ...] = ()
    heard: tuple[UUID, ...] = ()
    silent: tuple[UUID, ...] = ()


def browsers_of(ends: Mapping[UUID, Outcome]) -> Browsers:
    """Sort browsers by how the push to each ended; one that was never tried is in none."""

    def which(*words: str) -> tuple[UUID, ...]:
        return tuple(one for one, end in ends.items() if end.why in words)

    return Browsers(which("gone"), which("", "refused"), which("unreachable", "no_answer"))


def sent() -> Outcome:
    """The other side has taken it."""
    return Outcome(State.SENT)


def later(why: str, wait: timedelta = timedelta(0)) -> Outcome:
    """Nothing has left, and it may be taken another time."""
    return Outcome(State.WAITING, why, wait)


def refused(why: str) -> Outcome:
    """Nothing has left, and it will not be taken."""
    return Outcome(State.FAILED, why)


def unknown(why: str) -> Outcome:
    """It went out, and no answer came back."""
    return Outcome(State.DOUBT, why)
