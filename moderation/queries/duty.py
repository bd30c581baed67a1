"""Who is on duty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from community.models import Group, Membership


@dataclass(frozen=True)
class OnDuty:
    """Duty in a group at one moment: `unknown` where no roster was made.

    `until` is when the present stretch ends, `back_at` when the next begins; both aware.
    """

    state: str
    first: tuple[Membership, ...] = ()
    backup: tuple[Membership, ...] = ()
    until: datetime | None = None
    back_at: datetime | None = None


def on_duty(group: Group, at: datetime | None = None) -> OnDuty:
    """Who is on duty in the group at a moment (now by default)."""
    return OnDuty("unknown")
