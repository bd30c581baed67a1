"""Reading a summary: that it was read is known as a number, and by whom only where they say so."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from accounts.models import Person
from community.access_summaries import access_summary
from community.events import SummaryChanged
from community.jobs import tell_of_reading
from community.models import Membership, Summary, SummaryReader
from hearthside.clock import now
from hearthside.errors import NotFound
from hearthside.live import Answer, announce
from notify.actions.reading import read_notices

QUARTER = timedelta(minutes=15)
SOONEST = timedelta(minutes=5)  # after a reading that its count is told


def read_summary(person: Person, *, summary_id: UUID) -> Answer:
    """Note that the person has opened what is out; may be repeated. Raises NotFound or AgreementNeeded.

    For those who were not absent nothing is noted.
    """
    summary, member = access_summary(person, summary_id)
    read_notices(person, f"summary:{summary.id}", under=True)
    reader = SummaryReader.objects.filter(summary=summary, member=member).first()
    if reader is not None and reader.read_number < summary.published_number:
        reader.read_number, reader.read_at = summary.published_number, now()
        reader.save(update_fields=["read_number", "read_at"])
        _hint_later(summary)
    return {"summary": str(summary.id), "read": reader is not None and summary.published_number > 0}


def share_reading(person: Person, *, summary_id: UUID, on: bool) -> Answer:
    """Let the facilitators see that one has read it, or not any more; raises NotFound for who was not absent."""
    summary, member = access_summary(person, summary_id)
    reader = SummaryReader.objects.filter(summary=summary, member=member).first()
    if reader is None:
        raise NotFound
    if reader.shares_reading is not on:
        reader.shares_reading = on
        reader.save(update_fields=["shares_reading"])
        _hint_later(summary)
    return {"summary": str(summary.id), "on": on}


def tell_reading(summary_id: UUID) -> Answer:
    """Say to the screens of a summary's facilitators, and to nobody else's, that its count may have changed."""
    summary = Summary.objects.select_related("session").filter(id=summary_id).first()
    leaders = leading(summary) if summary else []
    for leader in leaders:
        assert summary is not None
        announce(leader.stream, SummaryChanged.of(summary), object_id=summary.id)
    return {"told": len(leaders)}


def leading(summary: Summary) -> list[Person]:
    """The people who lead the group of a summary."""
    rows = Membership.objects.select_related("person").filter(
        group=summary.session.group_id, state=Membership.State.ACTIVE, role=Membership.Role.FACILITATOR
    )
    return [row.person for row in rows.order_by("id")]


def _hint_later(summary: Summary) -> None:
    """Have the facilitators' screens told at a quarter of an hour: the moment of a reading would say whose it was."""
    moment = now() + SOONEST
    due = moment + QUARTER - timedelta(seconds=moment.timestamp() % QUARTER.total_seconds())
    tell_of_reading.using(run_after=due).enqueue(str(summary.id))
