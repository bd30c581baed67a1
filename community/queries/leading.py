"""Who leads groups."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from accounts.models import Person
from community.models import Membership


def leaders_of(groups: Iterable[UUID]) -> set[UUID]:
    """The people who lead any of these groups now."""
    rows = Membership.objects.filter(
        group__in=list(groups), state=Membership.State.ACTIVE, role=Membership.Role.FACILITATOR
    )
    return set(rows.values_list("person_id", flat=True))


def groups_led_by(person: Person) -> list[UUID]:
    """The groups that a person leads now."""
    rows = Membership.objects.filter(
        person=person, state=Membership.State.ACTIVE, role=Membership.Role.FACILITATOR
    )
    return list(rows.values_list("group_id", flat=True))
