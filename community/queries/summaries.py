"""The summary as its readers see it: only what was approved and published, computed anew for each of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from accounts.models import Person
from community.access import access_member
from community.access_summaries import (
    access_session_to_summarise,
    access_summary,
    access_summary_to_edit,
)
from community.models import Membership, QuoteRequest, Session, Summary, SummaryReader, SummaryVersion
from community.queries.concerns import mentions_of, own_tasks
from community.queries.summary_drafts import session_row
from community.queries.summary_material import absent_members, next_date
from community.summarising.quoting import stands_in
from community.summarising.sections import Section, unpack
from hearthside.errors import NotFound
from hearthside.markdown import render
from hearthside.wire import stamp

PAGE = 30
Row = dict[str, Any]


def read_summary(person: Person, summary_id: UUID) -> Row:
    """A published summary for one of the group; a withdrawn one has no sections. Raises NotFound, AgreementNeeded."""
    summary, member = access_summary(person, summary_id)
    return summary_row(summary, member, sections_out(summary))


def sections_out(summary: Summary) -> list[Section]:
    """What is out: the sections of the published version, none when it was withdrawn."""
    version = SummaryVersion.objects.filter(summary=summary, number=summary.published_number).first()
    return unpack(version.sections) if version else []


def preview_summary(person: Person, session_id: UUID, as_member: UUID | None = None) -> Row:
    """The working copy as one of the group would read it: by default somebody who was absent.

    Raises NotFound, also while there is no draft and for a member who is not in the group; Denied for members.
    """
    session, facilitator = access_session_to_summarise(person, session_id)
    summary = Summary.objects.filter(session=session).first()
    if summary is None or summary.state == Summary.State.WITHDRAWN:
        raise NotFound
    summary.session = session
    if as_member is not None:
        assert session.group_id is not None
        member, _ = access_member(person, session.group_id, as_member)
    else:
        member = next(iter(absent_members(session)), facilitator)
    return summary_row(summary, member, unpack(summary.sections), preview=True)


def summary_row(
    summary: Summary, member: Membership, sections: list[Section], *, preview: bool = False
) -> Row:
    """A summary for one reader. In a preview nothing is shown that only the reader may know."""
    session = summary.session
    out = preview or summary.published_number > 0
    reader = SummaryReader.objects.filter(summary=summary, member=member).first()
    date = next_date(session)
    return {
        "id": str(summary.id),
        "session": session_row(session),
        "group": str(session.group_id),
        "group_name": session.group.name if session.group else "",
        "sections": [shown_section(one) for one in sections if one.says_something],
        "number": summary.published_number,
        "published_at": stamp(summary.published_at) if summary.published_at else None,
        "corrected": out and summary.corrected_at is not None,
        "corrected_at": stamp(summary.corrected_at) if out and summary.corrected_at else None,
        "withdrawn": not out,
        "withdrawn_at": stamp(summary.withdrawn_at) if not out and summary.withdrawn_at else None,
        "withdrawn_why": "" if out else summary.withdrawn_why,
        "you_were_absent": was_absent(member, session),
        "you_lead": member.is_facilitator,
        "read": not preview and has_read(summary, reader),
        "may_share_reading": out and reader is not None and not preview,
        "shares_reading": not preview and reader is not None and reader.shares_reading,
        "concerns_you": {
            "assignments": own_tasks(member, session, preview=preview) if out else [],
            "mentions": mentions_of(member, session, folded=not preview) if out else [],
        },
        "next": {"session": date.session, "title": date.title, "starts_at": stamp(date.starts_at)}
        if date and out
        else None,
    }


def shown_section(section: Section) -> Row:
    """A section as readers get it."""
    return {
        "id": section.id,
        "kind": section.kind,
        "heading": section.heading,
        "html": render(section.text),
    }


def was_absent(member: Membership, session: Session) -> bool:
    """Whether the session's summary is for this member."""
    return any(row.id == member.id for row in absent_members(session))


def has_read(summary: Summary, reader: SummaryReader | None) -> bool:
    """Whether somebody who missed the session has opened what is out now."""
    return reader is not None and 0 < summary.published_number == reader.read_number


def list_summaries(
    person: Person, *, unread: bool = False, group: UUID | None = None, before: UUID | None = None
) -> Row:
    """The published summaries of one's groups, the newest first; `unread` of missed sessions only.

    Raises NotFound for a `before` that is not among them.
    """
    members = {
        member.group_id: member
        for member in Membership.objects.select_related("group").filter(
            person=person, person__is_active=True, state=Membership.State.ACTIVE, agreement_version__gt=0
        )
        if group is None or member.group_id == group
    }
    mine = Q()
    for member in members.values():
        seen = Q(session__group=member.group_id)
        if not member.is_facilitator and member.visible_from:
            seen &= Q(session__ends_at__gt=member.joined_at)
        mine |= seen
    rows = Summary.objects.filter(mine, session__group__in=list(members), published_number__gt=0)
    if unread:
        missed = SummaryReader.objects.filter(summary=OuterRef("pk"), member__in=members.values())
        rows = rows.filter(Exists(missed.exclude(read_number=OuterRef("published_number"))))
    if before is not None:
        last = rows.filter(id=before).first()
        if last is None:
            raise NotFound
        at = last.published_at
        rows = rows.filter(Q(published_at__lt=at) | Q(published_at=at, id__lt=last.id))
    rows = rows.select_related("session__group").defer("sections", "drafted")
    seen_now = list(rows.order_by("-published_at", "-id")[: PAGE + 1])
    told = SummaryReader.objects.filter(summary__in=seen_now[:PAGE], member__in=members.values())
    readers = {row.summary_id: row for row in told}
    page = [listed_row(row, readers.get(row.id), members) for row in seen_now[:PAGE]]
    return {"summaries": page, "more": len(seen_now) > PAGE}


def listed_row(summary: Summary, reader: SummaryReader | None, members: dict[UUID, Membership]) -> Row:
    """A summary in a list."""
    session = summary.session
    assert session.group_id is not None
    assert summary.published_at is not None
    return {
        "id": str(summary.id),
        "session": session_row(session),
        "group": str(session.group_id),
        "group_name": members[session.group_id].group.name,
        "state": summary.state,
        "published_at": stamp(summary.published_at),
        "corrected_at": stamp(summary.corrected_at) if summary.corrected_at else None,
        "read": has_read(summary, reader),
        "you_were_absent": reader is not None,
    }


def list_own_quotes(person: Person, *, session: UUID | None = None) -> Row:
    """The questions about the person's own sentences: those without an answer first. A no leaves nothing to show."""
    rows = QuoteRequest.objects.select_related("session__group", "asked_by").filter(
        member__person=person, member__person__is_active=True
    )
    if session is not None:
        rows = rows.filter(session=session)
    order = {QuoteRequest.State.ASKED: 0, QuoteRequest.State.YES: 1, QuoteRequest.State.NO: 2}
    found = sorted(rows, key=lambda row: (order[QuoteRequest.State(row.state)], -row.asked_at.timestamp()))
    shown = [row for row in found if row.sentence]
    out = out_in({row.session_id for row in shown})
    return {"quotes": [own_quote_row(row, out.get(row.session_id, [])) for row in shown]}


def out_in(sessions: Collection[UUID]) -> dict[UUID, list[Section]]:
    """What is out of the summaries of these sessions, by session."""
    rows = SummaryVersion.objects.select_related("summary").filter(
        summary__session__in=sessions, number=F("summary__published_number")
    )
    return {row.summary.session_id: unpack(row.sections) for row in rows}


def own_quote_row(quote: QuoteRequest, out: list[Section]) -> Row:
    """A question to the person who asks for the list; `out` is what is out of its session's summary."""
    where = [one for one in out if stands_in(quote.sentence, one.text)]
    return {
        "id": str(quote.id),
        "session": session_row(quote.session),
        "group_name": quote.session.group.name if quote.session.group else "",
        "sentence": quote.sentence,
        "heading": where[0].heading if where else "",
        "state": quote.state,
        "asked_by": quote.asked_by.name if quote.asked_by else None,
        "at": stamp(quote.asked_at),
        "published": bool(where),
    }


def printed_summary(person: Person, summary_id: UUID) -> Row:
    """What a facilitator prints for members without the portal: what is out, without anything of a single reader.

    Raises NotFound while nothing is out, Denied for members.
    """
    summary, member = access_summary_to_edit(person, summary_id)
    if not summary.published_number:
        raise NotFound
    row = summary_row(summary, member, sections_out(summary))
    return {**row, "concerns_you": {"assignments": [], "mentions": []}}
