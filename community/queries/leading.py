"""Who leads groups."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from community.models import Membership


def leaders_of(groups: Iterable[UUID]) -> set[UUID]:
    """The people who lead any of these groups now."""
    rows = Membership.objects.filter(
        group__in=list(groups), state=Membership.State.ACTIVE, role=Membership.Role.FACILITATOR
    )
    return set(rows.values_list("person_id", flat=True))
