"""Who is in a live room, for the idle time-out."""

from __future__ import annotations

from accounts.models import SignIn
from community.models import Membership, Presence, Session
from community.room_rules import FORGOTTEN_AFTER, LOST_AFTER, OPENS_BEFORE
from hearthside.clock import now


def meets_now(signin_id: str) -> bool:
    """Whether the person behind a sign-in is in a live room at its time: not opened long before, or forgotten open."""
    at = now()
    rooms = Presence.objects.filter(
        member__person__in=SignIn.objects.filter(pk=signin_id, ended_at=None).values("person"),
        member__state=Membership.State.ACTIVE,
        left_at=None,
        heard_at__gte=at - LOST_AFTER,
        session__state=Session.State.PLANNED,
        session__rhythm__in=Session.MEETING,
        session__starts_at__lte=at + OPENS_BEFORE,
        session__ends_at__gte=at - FORGOTTEN_AFTER,
        session__group__closed_at=None,
    )
    return rooms.exists()
