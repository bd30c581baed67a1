"""What in and around a session concerns one of its readers: their own tasks, and where the live room spoke to them."""

from __future__ import annotations

from typing import Any

from community.models import Block, Membership, Post, Session
from community.summarising.drafting import Reading, Task
from community.summarising.names_check import Guarded, find_names
from hearthside.wire import stamp

MOST_MENTIONS = 20


def tasks_of(session: Session) -> tuple[Task, ...]:
    """What was given to the whole group in a session."""
    return ()


def readings_of(session: Session) -> tuple[Reading, ...]:
    """The resources that were shared with the group from the session on until the next one."""
    return ()


def own_tasks(member: Membership, session: Session) -> list[dict[str, Any]]:
    """The member's own tasks from a session."""
    return []


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
    name = Guarded(names=(member.name,))
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
