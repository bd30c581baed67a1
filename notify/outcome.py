"""How a sending ended, as far as anybody can know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from notify.models import Delivery

State = Delivery.State


@dataclass(frozen=True)
class Outcome:
    """The state to write down, a word why, and for what waits how long it asked us to."""

    state: str
    why: str = ""
    wait: timedelta = timedelta(0)


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
