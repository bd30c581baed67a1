"""The summary of a session, from the draft to the readers: nothing leaves before a facilitator has approved it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from accounts.models import Person
from community.access import require_open
from community.access_summaries import (
    SummaryBlocked,
    access_open_summary,
    access_session_to_summarise,
    access_summary_to_edit,
    require_begun,
)
from community.actions.quotes import take_out
from community.actions.summary_telling import take_notices_back, tell_absent, tell_facilitators
from community.events import SummaryChanged
from community.models import Membership, QuoteRequest, Session, Summary, SummaryVersion
from community.queries.summary_material import Checked, checked_again
from community.summarising.sections import (
    Section,
    pack,
    pack_drafted,
    renewed,
    sourced,
    unpack,
    unpack_drafted,
)
from hearthside import audit
from hearthside.clock import now
from hearthside.errors import Closed, Invalid, Stale
from hearthside.live import Answer, announce
from notify.actions.giving import withdraw_notices

State = Summary.State
EMPTY = "There is nothing in it yet. Write something first."


def draft_summary(person: Person, *, session_id: UUID, fresh: Sequence[Section]) -> Answer:
    """Make the session's draft, or renew the parts of it that nobody has changed.

    Raises NotFound, Denied, or Closed for a group that has ended and a session that has not begun.
    """
    session, member = access_session_to_summarise(person, session_id)
    require_open(member.group)
    require_begun(session)
    return summary_as_answer(put_draft(session, fresh, by=member))


def draft_by_itself(*, session_id: UUID, fresh: Sequence[Section]) -> Answer:
    """Make the draft of a session that is over, once, and tell its facilitators."""
    session = Session.objects.select_related("group").get(id=session_id)
    if session.state == Session.State.CANCELLED or Summary.objects.filter(session=session).exists():
        return {"made": False}
    tell_facilitators(put_draft(session, fresh, by=None))
    return {"made": True}


def put_draft(session: Session, fresh: Sequence[Section], *, by: Membership | None) -> Summary:
    """Write a fresh draft into the session's summary, which is made if it is not there."""
    summary = Summary.objects.filter(session=session).first() or Summary(session=session, version=0)
    summary.session = session
    drafted = unpack_drafted(summary.drafted)
    sections = renewed(unpack(summary.sections), drafted, fresh)
    if summary.state == State.WITHDRAWN:
        summary.move_to(State.DRAFT)
    if not summary._state.adding and sections == unpack(summary.sections) and summary.version:
        summary.drafted = pack_drafted(fresh)
        summary.save()
        return summary
    _write(summary, sections, drafted={**drafted, **{one.id: one.text for one in fresh}}, by=by)
    _announce(summary, by)
    return summary


def save_summary(
    person: Person, *, summary_id: UUID, version: int, sections: Sequence[Section], checked: Checked
) -> Answer:
    """Save the working copy; of a published summary it is the beginning of a correction.

    Raises NotFound, Denied, Closed once it was withdrawn, Stale.
    """
    summary, member = access_open_summary(person, summary_id)
    require_version(summary, version)
    if summary.state == State.WITHDRAWN:
        raise Closed("This summary was withdrawn. Make a new draft to begin again.")
    drafted = unpack_drafted(summary.drafted)
    if sourced(sections, drafted) != unpack(summary.sections):
        _write(summary, sections, drafted=drafted, by=member)
        if summary.published_number == 0:
            _announce(summary, member)
    return summary_as_answer(summary, checked)


def approve_summary(person: Person, *, summary_id: UUID, version: int, checked: Checked) -> Answer:
    """Approve the working copy word for word; it can be published then.

    Raises NotFound, Denied, Closed, Stale, Invalid for an empty one, SummaryBlocked with the places that stop it.
    """
    summary, member = access_open_summary(person, summary_id)
    require_version(summary, version)
    if summary.state == State.APPROVED:
        return summary_as_answer(summary)
    if summary.state != State.DRAFT:
        raise Closed("Only a draft is approved. What is out already is corrected or withdrawn.")
    require_clean(summary, unpack(summary.sections), checked)
    summary.move_to(State.APPROVED)
    summary.asks = False
    _approve(person, summary, member)
    _announce(summary, member)
    return summary_as_answer(summary)


def publish_summary(person: Person, *, summary_id: UUID, version: int, checked: Checked) -> Answer:
    """Give an approved summary to the group, and a notice to each absent member, in one transaction.

    Done again, it tells only those who were marked absent since. Raises NotFound, Denied, Closed for what is not
    approved, Stale, and SummaryBlocked when what was approved would give somebody away by now.
    """
    summary, member = access_open_summary(person, summary_id)
    require_version(summary, version)
    if summary.state == State.PUBLISHED:
        return summary_as_answer(summary) | {"told": tell_absent(summary, by=person, corrected=False)}
    if summary.state != State.APPROVED:
        raise Closed("A summary is approved first, then published.")
    approved = summary.versions.get(number=summary.number)
    require_clean(summary, unpack(approved.sections), checked)
    summary.move_to(State.PUBLISHED)
    approved.published_at = summary.published_at = now()
    approved.save(update_fields=["published_at"])
    summary.published_number = approved.number
    summary.corrected_at, summary.withdrawn_at, summary.withdrawn_why = None, None, ""
    summary.version += 1
    summary.save()
    audit.record(person, "summary.published", f"summary:{summary.id}", group=summary.session.group_id)
    withdraw_notices(f"draft:{summary.session_id}")
    told = tell_absent(summary, by=person, corrected=False)
    _announce(summary, member)
    return summary_as_answer(summary) | {"told": told}


def correct_summary(
    person: Person, *, summary_id: UUID, version: int, sections: Sequence[Section], checked: Checked
) -> Answer:
    """Put other words in the place of a published summary's; it says that it was corrected.

    Only those who were absent are told. Raises as `approve_summary`, and Closed for what is not out.
    """
    summary, member = access_open_summary(person, summary_id)
    require_version(summary, version)
    if summary.state != State.PUBLISHED:
        raise Closed("Only a summary that is out is corrected.")
    require_clean(summary, sections, checked)
    _write(summary, sections, drafted=unpack_drafted(summary.drafted), by=member)
    approved = _approve(person, summary, member)
    approved.published_at = summary.corrected_at = now()
    approved.save(update_fields=["published_at"])
    summary.published_number, summary.asks = approved.number, False
    summary.save()
    audit.record(person, "summary.corrected", f"summary:{summary.id}", group=summary.session.group_id)
    told = tell_absent(summary, by=person, corrected=True)
    _announce(summary, member)
    return summary_as_answer(summary) | {"told": told}


def withdraw_summary(person: Person, *, summary_id: UUID, version: int, why: str) -> Answer:
    """Take a summary back, also in a group that has closed: its words go from every row, and every notice of it.

    `why` is told to those who could read it. Raises NotFound, Denied or Stale.
    """
    summary, member = access_summary_to_edit(person, summary_id)
    require_version(summary, version)
    if summary.state == State.WITHDRAWN:
        return summary_as_answer(summary)
    summary.move_to(State.WITHDRAWN)
    summary.sections = summary.drafted = ""
    summary.withdrawn_at, summary.withdrawn_why = now(), why
    summary.published_number, summary.asks = 0, False
    summary.version += 1
    summary.save()
    for approved in SummaryVersion.objects.filter(summary=summary):
        approved.sections = ""
        approved.save(update_fields=["sections"])
    for quote in QuoteRequest.objects.select_related("session__group").filter(session=summary.session):
        if quote.sentence and quote.state == QuoteRequest.State.YES:
            take_out(quote)
        quote.sentence, quote.state = "", QuoteRequest.State.NO
        quote.save(update_fields=["sentence", "state"])
    take_notices_back(summary)
    audit.record(person, "summary.withdrawn", f"summary:{summary.id}", group=summary.session.group_id)
    _announce(summary, member)
    return summary_as_answer(summary)


def require_version(summary: Summary, version: int) -> None:
    """Raise Stale for a version that is not the newest; the door has looked before, and adds the editor's page."""
    if summary.version != version:
        raise Stale(version=summary.version)


def require_clean(summary: Summary, sections: Sequence[Section], checked: Checked) -> None:
    """Raise Invalid for nothing to read, SummaryBlocked for what would give somebody away."""
    if not any(section.says_something for section in sections):
        raise Invalid(fields={"sections": EMPTY})
    found = checked_again(checked, summary.session, sections)
    if found.problems:
        raise SummaryBlocked(problems=[one.as_row() for one in found.problems])


def _write(
    summary: Summary, sections: Sequence[Section], *, drafted: dict[str, str], by: Membership | None
) -> None:
    """Put sections into the working copy; an approval does not hold for other words."""
    summary.sections = pack(sourced(sections, drafted))
    summary.drafted = pack_drafted(
        Section(id=key, kind="", heading="", text=text) for key, text in drafted.items()
    )
    summary.saved_at, summary.saved_by = now(), by
    if summary.state == State.APPROVED:
        summary.move_to(State.DRAFT)
        summary.approved_at = summary.approved_by = None
    summary.version += 1
    summary.save()


def _approve(person: Person, summary: Summary, member: Membership) -> SummaryVersion:
    """Keep the working copy as one approval."""
    summary.number += 1
    summary.version += 1
    summary.approved_by, summary.approved_at = member, now()
    summary.save()
    approved = SummaryVersion.objects.create(
        summary=summary,
        number=summary.number,
        sections=summary.sections,
        approved_by=member,
        approved_at=summary.approved_at,
    )
    audit.record(person, "summary.approved", f"summary:{summary.id}", group=summary.session.group_id)
    return approved


def _announce(summary: Summary, by: Membership | None) -> None:
    """Say to the group's screens, without words, that there is something to fetch."""
    assert summary.session.group is not None
    announce(
        summary.session.group.stream,
        SummaryChanged.of(summary),
        object_id=summary.id,
        actor=by.id if by else None,
    )


def summary_as_answer(summary: Summary, checked: Checked | None = None) -> dict[str, Any]:
    """Where a summary stands. No words: answers are kept for a week, and a withdrawn summary leaves none behind."""
    return {
        "summary": str(summary.id),
        "session": str(summary.session_id),
        "version": summary.version,
        "state": summary.state,
        "problems": [found.as_row(words=False) for found in checked.problems] if checked else [],
    }
