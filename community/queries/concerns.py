"""What in and around a session concerns one of its readers: their own tasks, and where the live room spoke to them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from community.models import (
    Assignment,
    Block,
    FollowUp,
    Membership,
    Post,
    Resource,
    Session,
    Submission,
)
from community.queries.assignments import state_of
from community.summarising.drafting import Reading, Task
from community.summarising.names_check import Guarded, find_names
from hearthside.wire import stamp

MOST_MENTIONS = 20
A_GROUP = 2  # members


def time_of(session: Session) -> tuple[datetime, datetime]:
    """From when until when something belongs to a session: its beginning and the next one's, or a week."""
    later = Session.objects.filter(
        group=session.group_id, state=Session.State.PLANNED, starts_at__gt=session.starts_at
    )
    following = later.order_by("starts_at").values_list("starts_at", flat=True).first()
    return session.starts_at, following or session.starts_at + timedelta(days=7)


def given_in(session: Session) -> QuerySet[Assignment]:
    """What was given to members of the group in a session, or until the next one without saying in which."""
    since, until = time_of(session)
    meanwhile = Q(session=None, given_at__gte=since, given_at__lt=until)
    mine = Assignment.objects.filter(group=session.group_id, taken_back_at=None)
    return mine.filter(Q(session=session.id) | meanwhile).order_by("given_at", "id")


def tasks_of(session: Session) -> tuple[Task, ...]:
    """What was given to the whole group; what only some have is theirs and is in no summary.

    A group is two members or more who were there when it was given and still are: of one it is theirs alone, and of
    those who have left nobody can tell whether they had it too.
    """
    here = Membership.objects.filter(
        group=session.group_id, state=Membership.State.ACTIVE, role=Membership.Role.MEMBER
    )
    joined = list(here.values_list("id", "joined_at"))
    rows = list(given_in(session))
    have: dict[UUID, set[UUID | None]] = {}
    pairs = Submission.objects.filter(assignment__in=[row.id for row in rows])
    for assignment, member in pairs.values_list("assignment_id", "member_id"):
        have.setdefault(assignment, set()).add(member)
    found = []
    for row in rows:
        then = {member for member, at in joined if at <= row.given_at}
        if len(then) >= A_GROUP and then <= have.get(row.id, set()):
            found.append(Task(str(row.id), row.title, row.due_at))
    return tuple(found)


def readings_of(session: Session) -> tuple[Reading, ...]:
    """The resources that were shared with the group, or published in it, from the session on until the next one."""
    since, until = time_of(session)
    shared = Q(shares__group=session.group_id, shares__at__gte=since, shares__at__lt=until)
    written = Q(group=session.group_id, published_at__gte=since, published_at__lt=until)
    rows = Resource.objects.filter(shared | written, state=Resource.State.PUBLISHED).distinct()
    return tuple(Reading(str(row.id), row.title) for row in rows.order_by("created_at", "id"))


def own_tasks(member: Membership, session: Session, *, preview: bool = False) -> list[dict[str, Any]]:
    """The member's own tasks from a session. A preview does not say what somebody has begun to write."""
    rows = Submission.objects.select_related("assignment").filter(
        member=member, assignment__in=given_in(session)
    )
    found = []
    for row in rows.order_by("assignment__given_at", "assignment_id"):
        state = state_of(row)
        found.append(
            {
                "id": str(row.assignment_id),
                "title": row.assignment.title,
                "due_at": stamp(row.assignment.due_at) if row.assignment.due_at else None,
                "state": "open" if preview and state == "working" else state,
            }
        )
    return found


def notes_of(session: Session) -> str:
    """What the facilitators noted to come back to; for them alone, to take from by hand."""
    rows = FollowUp.objects.filter(session=session).order_by("at", "id")
    return "\n\n".join(row.words for row in rows)


def mentions_of(member: Membership, session: Session, *, folded: bool = True) -> list[dict[str, Any]]:
    """The posts of a session's live room that name the member or answer one of theirs; no words, only where.

    `folded` leaves out those of people the member has blocked; nobody else may learn of that, so a preview does not.
    """
    if session.topic_id is None:
        return []
    shown = Post.objects.select_related("author").filter(
        topic=session.topic_id, state=Post.State.PUBLISHED, seq__gte=max(member.visible_from, 1)
    )
    own = set(Post.objects.filter(topic=session.topic_id, author=member).values_list("id", flat=True))
    blocked = (
        set(Block.objects.filter(owner=member).values_list("blocked_id", flat=True)) if folded else set()
    )
    name = Guarded(names=(member.name,), parts=False)
    found = []
    for post in shown.exclude(author=member).exclude(author__in=blocked).order_by("seq"):
        if post.reply_to in own or any(True for _ in find_names(post.body, name)):
            assert post.at is not None
            found.append(
                {
                    "post": str(post.id),
                    "topic": str(post.topic_id),
                    "seq": post.seq,
                    "at": stamp(post.at),
                    "by": post.author.name,
                }
            )
    return found[:MOST_MENTIONS]
