"""The summary as its facilitators see it: the working copy, where it came from, and what stands in its way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from accounts.models import Person
from community.access_summaries import access_session_to_summarise
from community.models import Membership, Post, QuoteRequest, Session, Summary, SummaryReader, SummaryVersion
from community.queries.concerns import notes_of
from community.queries.summary_material import (
    absent_members,
    absent_of,
    find_problems,
    material_of,
    shown_posts,
)
from community.summarising.drafting import Material, agenda_lines
from community.summarising.quoting import sentences_of
from community.summarising.sections import sourced, unpack, unpack_drafted
from hearthside.clock import now
from hearthside.wire import stamp

DRAFTS_FOR = timedelta(days=30)
Row = dict[str, Any]


def read_draft(person: Person, session_id: UUID) -> Row:
    """Everything the editor shows; raises NotFound or Denied."""
    session, _ = access_session_to_summarise(person, session_id)
    return draft_row(session, Summary.objects.filter(session=session).first())


def draft_row(session: Session, summary: Summary | None) -> Row:
    """The working copy with its source, problems, quotes, and those it is for."""
    sections = unpack(summary.sections) if summary else []
    drafted = unpack_drafted(summary.drafted) if summary else {}
    absent = absent_members(session)
    return {
        "session": session_row(session),
        "summary": str(summary.id) if summary else None,
        "version": summary.version if summary else 0,
        "state": summary.state if summary else "none",
        "sections": [section_row(one) for one in sourced(sections, drafted)],
        "out": sections_that_are_out(summary),
        "source": source_row(material_of(session), notes_of(session)),
        "quotes": [quote_row(quote) for quote in quotes_of(session)],
        "problems": [found.as_row() for found in find_problems(session, sections)],
        "absent": [{"membership": str(member.id), "name": member.name} for member in absent],
        "present": readers_besides(session, absent),
        "read": reading_row(summary, absent),
        **standing_row(summary),
    }


def section_row(section: Any) -> Row:
    """A section of the working copy."""
    return {
        "id": section.id,
        "kind": section.kind,
        "heading": section.heading,
        "text": section.text,
        "source": section.source,
    }


def session_row(session: Session) -> Row:
    """The session a summary is of, as far as its screens need it."""
    assert session.group is not None
    return {
        "id": str(session.id),
        "group": str(session.group_id),
        "group_name": session.group.name,
        "title": session.title,
        "starts_at": stamp(session.starts_at),
        "ends_at": stamp(session.ends_at),
        "time_zone": session.time_zone,
        "state": session.state,
        "rhythm": session.rhythm,
        "topic": str(session.topic_id) if session.topic_id else None,
    }


def source_row(material: Material, notes: str) -> Row:
    """What a draft is made of, to look at and to add from."""
    date = material.next_date
    return {
        "agenda": agenda_lines(material.agenda),
        "notes": notes,
        "themes": [
            {
                "id": theme.id,
                "words": theme.words,
                "weight": theme.weight,
                "how": theme.how,
                "posts": theme.posts,
                "members": theme.members,
            }
            for theme in material.themes
        ],
        "assignments": [
            {"id": task.id, "title": task.title, "due_at": stamp(task.due_at) if task.due_at else None}
            for task in material.tasks
        ],
        "resources": [{"id": reading.id, "title": reading.title} for reading in material.readings],
        "next": {"session": date.session, "title": date.title, "starts_at": stamp(date.starts_at)}
        if date
        else None,
        "consented": {"yes": material.consenting, "of": material.asked},
    }


def standing_row(summary: Summary | None) -> Row:
    """Where a summary stands: by whom, since when, and whether the working copy is another than what is out."""
    by = {"saved_by": None, "approved_by": None}
    if summary is None:
        at = dict.fromkeys(("saved_at", "approved_at", "published_at", "corrected_at", "withdrawn_at"))
        return {**by, **at, "withdrawn_why": "", "asks": False, "changed": False}
    moments = {
        name: getattr(summary, name)
        for name in ("saved_at", "approved_at", "published_at", "corrected_at", "withdrawn_at")
    }
    return {
        "saved_by": summary.saved_by.name if summary.saved_by else None,
        "approved_by": summary.approved_by.name if summary.approved_by else None,
        **{name: stamp(moment) if moment else None for name, moment in moments.items()},
        "withdrawn_why": summary.withdrawn_why,
        "asks": summary.asks,
        "changed": is_changed(summary),
    }


def version_that_is_out(summary: Summary) -> SummaryVersion | None:
    """The approval that readers have, if there is one."""
    if not summary.published_number:
        return None
    return summary.versions.filter(number=summary.published_number).first()


def sections_that_are_out(summary: Summary | None) -> list[Row] | None:
    """The words that are out, as sections; None when nothing is."""
    out = version_that_is_out(summary) if summary else None
    return [section_row(one) for one in unpack(out.sections)] if out else None


def is_changed(summary: Summary) -> bool:
    """Whether the working copy of a published summary says something else than what is out."""
    out = version_that_is_out(summary)
    if out is None:
        return False

    def said(text: str) -> list[tuple[str, str, str, str]]:
        return [(one.id, one.kind, one.heading, one.text) for one in unpack(text)]

    return said(out.sections) != said(summary.sections)


def readers_besides(session: Session, absent: list[Membership]) -> int:
    """How many members can read a summary without being told of it."""
    there = Membership.objects.filter(
        group=session.group_id, state=Membership.State.ACTIVE, role=Membership.Role.MEMBER
    )
    return there.exclude(id__in=[member.id for member in absent]).count()


def reading_row(summary: Summary | None, absent: list[Membership]) -> Row:
    """How many of the absent have read what is out now, and the names of those who let that be known."""
    out = summary.published_number if summary else 0
    rows = SummaryReader.objects.select_related("member").filter(summary=summary, member__in=absent)
    told = list(rows) if out else []
    read = [row for row in told if row.read_number == out]
    return {
        "absent": len(absent),
        "read": len(read),
        "shared": sorted(row.member.name for row in read if row.shares_reading),
        "untold": len(absent) - len(told) if out else 0,
    }


def quotes_of(session: Session) -> list[QuoteRequest]:
    """The questions about sentences of this session, without those that were taken back for good."""
    rows = QuoteRequest.objects.select_related("member").filter(session=session).order_by("asked_at", "id")
    return [row for row in rows if row.sentence]


def quote_row(quote: QuoteRequest) -> Row:
    """A question and how it stands, for facilitators."""
    return {
        "id": str(quote.id),
        "post": str(quote.post_id),
        "sentence": quote.sentence,
        "member": quote.member.name,
        "state": quote.state,
        "at": stamp(quote.answered_at or quote.asked_at),
    }


def list_quotable(person: Person, session_id: UUID) -> Row:
    """The members' posts of a session's live room, cut into sentences; raises NotFound or Denied."""
    session, _ = access_session_to_summarise(person, session_id)
    posts = shown_posts(session).select_related("author").filter(author__role=Membership.Role.MEMBER)
    return {"posts": [quotable_row(post) for post in posts.order_by("seq")]}


def quotable_row(post: Post) -> Row:
    """A post's sentences, each of which its author may be asked for."""
    assert post.at is not None
    return {
        "post": str(post.id),
        "membership": str(post.author_id),
        "member": post.author.name,
        "at": stamp(post.at),
        "sentences": sentences_of(post.body),
    }


def list_drafts(person: Person) -> Row:
    """The sessions of the groups one leads that are over and have no summary out yet, the newest first."""
    led = Membership.objects.filter(
        person=person,
        person__is_active=True,
        state=Membership.State.ACTIVE,
        role=Membership.Role.FACILITATOR,
        group__closed_at=None,
    ).values("group")
    rows = Session.objects.select_related("group", "summary").filter(
        group__in=led, state=Session.State.PLANNED, ends_at__gte=now() - DRAFTS_FOR, ends_at__lte=now()
    )
    done = (Summary.State.PUBLISHED, Summary.State.WITHDRAWN)
    waiting = list(rows.exclude(summary__state__in=done).order_by("-ends_at"))
    absent = absent_of(waiting)
    found = []
    for session in waiting:
        summary: Summary | None = getattr(session, "summary", None)
        found.append(
            {
                "session": session_row(session),
                "group": str(session.group_id),
                "group_name": session.group.name if session.group else "",
                "summary": str(summary.id) if summary else None,
                "state": summary.state if summary else "none",
                "absent": len(absent[session.id]),
            }
        )
    return {"drafts": found}
