"""Telling the absent of a summary: one notice each, taken back when it is not true any more, and one reminder."""

from __future__ import annotations

from uuid import UUID

from accounts.models import Person
from community.models import Membership, QuoteRequest, Session, Summary, SummaryReader
from community.queries.summary_due import REMIND_AFTER
from community.queries.summary_material import absent_members
from hearthside.clock import now
from hearthside.live import Answer
from notify.actions.giving import give_notice, keep_inside, withdraw_notices
from notify.models import Notice


def notice_key(summary: Summary, what: int | str) -> str:
    """What the notices of a summary are known by: one for each version that was out, and one for the reminder."""
    return f"summary:{summary.id}:{what}"


def tell_absent(summary: Summary, *, by: Person, corrected: bool) -> int:
    """Give each absent member a notice of what is out now; answers how many had none of it yet.

    A correction is one only for who was told of an earlier version; older notices of it are taken back.
    """
    absent = absent_members(summary.session)
    known = {row.member_id: row for row in SummaryReader.objects.filter(summary=summary, member__in=absent)}
    if corrected:
        _take_back_older(summary)
    told = 0
    for member in absent:
        row = known.get(member.id)
        if row is None:
            SummaryReader.objects.create(summary=summary, member=member)
        again = corrected and row is not None
        kind = "summary.corrected" if again else "summary.published"
        told += len(_tell(summary, member, kind, by=by))
    return told


def _tell(summary: Summary, member: Membership, kind: str, *, by: Person) -> list[Notice]:
    """Give one member the notice of what is out."""
    return give_notice(
        [member.person],
        kind=kind,
        key=notice_key(summary, summary.published_number),
        link=f"/summaries/{summary.id}",
        about=member.group.name,
        group=member.group_id,
        by=by,
    )


def _take_back_older(summary: Summary) -> None:
    """Take back the notices of versions that are not out any more."""
    for number in range(1, summary.published_number):
        withdraw_notices(notice_key(summary, number))
    withdraw_notices(notice_key(summary, "waiting"))


def take_notices_back(summary: Summary) -> None:
    """Take back everything that was said about a summary, and the open questions about its quotes."""
    withdraw_notices(f"summary:{summary.id}:", under=True)
    for quote in QuoteRequest.objects.filter(session=summary.session_id):
        withdraw_notices(f"quote:{quote.id}")


def take_back_from(member: Membership) -> None:
    """Take back what a member was told of summaries: they are in the group no more, and it opens nothing."""
    keys = Notice.objects.filter(
        person=member.person_id, group=member.group_id, kind__startswith="summary.", withdrawn_at=None
    ).values_list("key", flat=True)
    for key in list(keys):
        withdraw_notices(key, people=[member.person])


def remind_readers(reader_ids: list[UUID]) -> Answer:
    """Remind those of these readers who still have not opened what they were told of three days ago, once each."""
    reminded = 0
    rows = SummaryReader.objects.select_related(
        "summary__session", "summary__approved_by__person", "member__person", "member__group"
    )
    for reader in rows.filter(id__in=reader_ids).order_by("id"):
        summary = reader.summary
        if not is_due(reader) or not any(
            one.id == reader.member_id for one in absent_members(summary.session)
        ):
            continue
        reader.reminded_at = now()
        reader.save(update_fields=["reminded_at"])
        give_notice(
            [reader.member.person],
            kind="summary.waiting",
            key=notice_key(summary, "waiting"),
            link=f"/summaries/{summary.id}",
            about=reader.member.group.name,
            group=reader.member.group_id,
            by=summary.approved_by.person if summary.approved_by else None,
        )
        reminded += 1
    return {"reminded": reminded}


def is_due(reader: SummaryReader) -> bool:
    """Whether a reader was told of what is out three days ago, has not opened it, and was never reminded."""
    summary = reader.summary
    out = (
        summary.versions.filter(number=summary.published_number).first() if summary.published_number else None
    )
    if out is None or out.published_at is None or reader.reminded_at is not None:
        return False
    since = max(out.published_at, reader.told_at)
    return reader.read_number < out.number and since + REMIND_AFTER <= now()


def count_summary_as_told(session: Session) -> None:
    """Take what was said of a session's summary as told: it stands in the product, and nothing is sent or said again.

    For what a demo tells of its past.
    """
    SummaryReader.objects.filter(summary__session=session).update(reminded_at=now())
    for summary in Summary.objects.filter(session=session):
        keep_inside(notice_key(summary, ""))


def tell_facilitators(summary: Summary) -> None:
    """Tell the group's facilitators that a draft waits for them."""
    session = summary.session
    leaders = Membership.objects.select_related("person", "group").filter(
        group=session.group_id, state=Membership.State.ACTIVE, role=Membership.Role.FACILITATOR
    )
    for leader in leaders.order_by("id"):
        give_notice(
            [leader.person],
            kind="draft.ready",
            key=f"draft:{session.id}",
            link=f"/sessions/{session.id}/summary",
            about=leader.group.name,
            group=session.group_id,
        )
