"""Posts in pages, newest first."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from accounts.models import Person
from community.access import access_post, access_topic
from community.events import PostPublished
from community.models import Post
from community.queries.files import files_of

MOST = 100


def list_posts(
    person: Person, topic_id: UUID, *, before: int | None = None, after: int | None = None, limit: int = 50
) -> dict[str, Any]:
    """A page of a topic's posts, newest first.

    `before` and `after` are sequence numbers, exclusive; with `after` alone the page is the oldest above it. `more`
    says whether the same direction goes on. Raises NotFound or AgreementNeeded.
    """
    topic, member = access_topic(person, topic_id)
    rows = Post.objects.filter(topic=topic, seq__gte=max(member.visible_from, 1))
    if before is not None:
        rows = rows.filter(seq__lt=before)
    if after is not None:
        rows = rows.filter(seq__gt=after)
    upwards = after is not None and before is None
    page = list(rows.order_by("seq" if upwards else "-seq")[: limit + 1])
    more, page = len(page) > limit, page[:limit]
    if upwards:
        page.reverse()
    return {"posts": [post_row(post) for post in page], "more": more}


def post_row(post: Post) -> dict[str, Any]:
    """A post as its event carries it, under the names that a list uses."""
    event = PostPublished.of(post)
    return {
        "id": event.post,
        "seq": event.post_seq,
        "state": event.state,
        "topic": event.topic,
        "author": event.author,
        "body": event.body,
        "html": event.html,
        "at": event.posted_at,
        "edited_at": event.edited_at,
        "reply_to": event.reply_to,
        "content_note": event.content_note,
        "version": event.version,
        "files": files_of(post) if post.shown else [],
    }


def read_own_words(person: Person, post_id: UUID) -> dict[str, Any]:
    """One post; its author also gets the words of one that the group does not see. Raises NotFound."""
    post, member = access_post(person, post_id)
    mine = post.author_id == member.id
    row: dict[str, Any] = {
        "id": str(post.id),
        "seq": post.seq,
        "state": post.state,
        "topic": str(post.topic_id),
        "author": str(post.author_id),
        "version": post.version,
        "body": post.body if post.shown or mine else None,
        "html": post.html if post.shown or mine else None,
        "files": files_of(post) if post.shown or (mine and post.state != Post.State.WITHDRAWN) else [],
    }
    return row
