"""Who leads groups: known above this app, so the wiring says it (hearthside/urls.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from accounts.models import Person

Led = Callable[[Person], list[UUID]]
Leaders = Callable[[Iterable[UUID]], set[UUID]]


class _Wired:
    """What hearthside/urls.py has said."""

    led: Led = staticmethod(lambda person: [])
    leaders: Leaders = staticmethod(lambda groups: set())


def say_who_leads(led: Led, leaders: Leaders) -> None:
    """Have the groups that somebody leads, and the leaders of groups, found by these; wiring only."""
    _Wired.led, _Wired.leaders = staticmethod(led), staticmethod(leaders)


def groups_led_by(person: Person) -> list[UUID]:
    """The groups that the person leads now."""
    return _Wired.led(person)


def leaders_of(group: UUID | None) -> set[UUID]:
    """The people who lead a group now."""
    return _Wired.leaders([group]) if group else set()
