"""Who may see and do what about the summary of a session. Absent and not-yours give the same NotFound.

A summary that was never published is not there for members. Somebody who joined later sees, in a group that shows
newcomers only what is written from then on, the summaries of the sessions they could have come to.
"""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from accounts.models import Person
from community.access import access_group, require_agreed, require_open
from community.models import Membership, Post, QuoteRequest, Session, Summary
from hearthside.clock import now
from hearthside.errors import Closed, Denied, NotFound, Problem


class SummaryBlocked(Problem):
    """A summary that names somebody, tells how to reach them, or repeats their words; `problems` says where."""

    slug: ClassVar[str] = "summary_blocked"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "This would give somebody away"
    default: ClassVar[str] = "The places are marked. Put them in other words, then it can be approved."


def access_session_to_summarise(person: Person, session_id: UUID) -> tuple[Session, Membership]:
    """A group's session and its facilitator who asks.

    Raises NotFound, also for a session of two and one that is hidden from a newcomer; Denied for members.
    """
    session = Session.objects.select_related("group", "topic").filter(id=session_id).first()
    if session is None or session.group_id is None:
        raise NotFound
    member = access_group(person, session.group_id)
    if not in_their_time(member, session):
        raise NotFound
    if not member.is_facilitator:
        raise Denied("Only this group's facilitators can do this.")
    session.group = member.group
    return session, member


def require_begun(session: Session) -> None:
    """Raise Closed for a session that has not begun or does not take place."""
    if session.state == Session.State.CANCELLED:
        raise Closed("This session was cancelled, so there is nothing to sum up.")
    if session.began_at is None and session.starts_at > now():
        raise Closed("This session has not begun yet.")


def find_summary(summary_id: UUID) -> Summary:
    """The summary with its session and group; raises NotFound."""
    summary = Summary.objects.select_related("session__group", "session__topic").filter(id=summary_id).first()
    if summary is None or summary.session.group is None:
        raise NotFound
    return summary


def access_summary(person: Person, summary_id: UUID) -> tuple[Summary, Membership]:
    """A summary that the person may read, or that was withdrawn from them; raises NotFound or AgreementNeeded."""
    summary = find_summary(summary_id)
    assert summary.session.group_id is not None
    member = access_group(person, summary.session.group_id)
    if not was_out(summary) or not in_their_time(member, summary.session):
        raise NotFound
    require_agreed(member, current=False)
    return summary, member


def access_summary_to_edit(person: Person, summary_id: UUID) -> tuple[Summary, Membership]:
    """The same for a facilitator of the group; raises NotFound, or Denied for members who can read it."""
    summary = find_summary(summary_id)
    assert summary.session.group_id is not None
    member = access_group(person, summary.session.group_id)
    if not member.is_facilitator:
        access_summary(person, summary_id)
        raise Denied("Only this group's facilitators can do this.")
    summary.session.group = member.group
    return summary, member


def access_open_summary(person: Person, summary_id: UUID) -> tuple[Summary, Membership]:
    """The same in a group that is open; raises Closed otherwise."""
    summary, member = access_summary_to_edit(person, summary_id)
    require_open(member.group)
    return summary, member


def was_out(summary: Summary) -> bool:
    """Whether the group has a version to read, or had one until it was withdrawn."""
    return summary.published_at is not None


def in_their_time(member: Membership, session: Session) -> bool:
    """Whether a session belongs to what the member may see."""
    return member.is_facilitator or member.visible_from == 0 or session.ends_at > member.joined_at


def access_quotable(person: Person, session_id: UUID, post_id: UUID) -> tuple[Session, Membership, Post]:
    """A member's published post of a session's live room, for a facilitator who would quote it; raises NotFound."""
    session, member = access_session_to_summarise(person, session_id)
    require_open(member.group)
    posts: Any = Post.objects.select_related("author__person").filter(
        id=post_id, topic=session.topic_id, state=Post.State.PUBLISHED, author__role=Membership.Role.MEMBER
    )
    post = posts.first() if session.topic_id else None
    if post is None:
        raise NotFound
    return session, member, post


def access_own_quote(person: Person, quote_id: UUID) -> QuoteRequest:
    """A question about a sentence of the person's own, in whatever group and also after they left; raises NotFound."""
    quote = (
        QuoteRequest.objects.select_related("member__person", "session__group", "post")
        .filter(id=quote_id, member__person=person, member__person__is_active=True)
        .first()
    )
    if quote is None:
        raise NotFound
    return quote
