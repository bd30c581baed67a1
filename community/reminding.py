"""When a reminder of a session is due."""

from __future__ import annotations

from datetime import datetime, timedelta

from community.models import Session
from community.queries.sessions import standing

DAY, HOUR = timedelta(hours=24), timedelta(hours=1)
COLUMNS = {"24h": "day_told_at", "1h": "hour_told_at"}


def due_slot(session: Session, at: datetime) -> str | None:
    """The reminder that is due at this moment and was not given: 24h, 1h or none.

    One whose moment had passed when the session got its time is never due: being told of the time was enough. A day's
    reminder that could not go out (the server was down) still does until the hour's takes over; none goes out once the
    session has begun.
    """
    if session.state != Session.State.PLANNED or session.began_at is not None or session.starts_at <= at:
        return None
    if session.starts_at - HOUR <= at:
        late = session.set_at > session.starts_at - HOUR
        return "1h" if session.hour_told_at is None and not late else None
    if session.starts_at - DAY <= at:
        late = session.set_at > session.starts_at - DAY
        return "24h" if session.day_told_at is None and not late else None
    return None


def due_sessions(at: datetime) -> list[tuple[Session, str]]:
    """Every session with a reminder that is due, and which; the earliest first."""
    near = Session.objects.select_related("therapist", "client").filter(
        standing(), state=Session.State.PLANNED, began_at=None, starts_at__gt=at, starts_at__lte=at + DAY
    )
    found = [(session, due_slot(session, at)) for session in near.order_by("starts_at")]
    return [(session, slot) for session, slot in found if slot is not None]
