"""Reading a summary: that it was read is known as a number, and by whom only where they say so."""

from __future__ import annotations

from uuid import UUID

from accounts.models import Person
from community.access_summaries import access_summary
from community.events import SummaryChanged
from community.models import Summary, SummaryReader
from hearthside.clock import now
from hearthside.errors import NotFound
from hearthside.live import Answer, announce
from notify.actions.reading import read_notices


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
        _hint(summary)
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
        _hint(summary)
    return {"summary": str(summary.id), "on": on}


def _hint(summary: Summary) -> None:
    """Say to the group's screens that the count may have changed; by whom is not said."""
    assert summary.session.group is not None
    announce(summary.session.group.stream, SummaryChanged.of(summary), object_id=summary.id)
