"""What stands around an item: the words as they are now, the talk they are part of, and who wrote them."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

from django.db.models import Q

from community.models import Membership, Post, Revision, Topic
from community.queries.files import files_of
from hearthside.wire import stamp
from moderation.models import ReviewItem, Step
from moderation.models.review import TargetKind
from moderation.queries.order import seen_at
from moderation.review_data import review_data


@dataclass(frozen=True)
class Target:
    """What an item is about, as it is now: the post (or the one that new words are for), the new words, the title."""

    post: Post | None = None
    revision: Revision | None = None
    title: str | None = None
    name: str | None = None
    step: Step | None = None


def read_target(item: ReviewItem) -> Target:
    """What the item is about, as it is now."""
    title = item.topic.title if item.topic else None
    pk = item.target_id
    if item.target_kind == TargetKind.POST:
        return Target(post=Post.objects.filter(id=pk).first(), title=title)
    if item.target_kind == TargetKind.REVISION:
        revision = Revision.objects.select_related("post").filter(id=pk).first()
        return Target(post=revision.post if revision else None, revision=revision, title=title)
    if item.target_kind == TargetKind.TOPIC:
        topic = Topic.objects.filter(id=pk).first()
        return Target(title=topic.title if topic else None, name=topic.title if topic else None)
    if item.target_kind == TargetKind.NAME:
        member = Membership.objects.filter(id=pk).first()
        return Target(name=member.name if member else None)
    if item.target_kind == TargetKind.STEP:
        return Target(step=Step.objects.filter(id=pk).first())
    return Target()


def words_now(target: Target) -> dict[str, Any] | None:
    """The words as they are now: of the post, of the new words that wait, a title, a name, or what a step said."""
    words = target.revision or target.post
    if words is not None:
        return {
            "state": str(words.state),
            "html": words.html,
            "content_note": words.content_note or None,
            "files": files_of(target.post) if target.post else [],
        }
    if target.step is not None:
        state = "lifted" if target.step.lifted_at else "in_force"
        return {"state": state, "html": as_html(target.step.message), "content_note": None, "files": []}
    if target.name is not None:
        return {"state": "shown", "html": as_html(target.name), "content_note": None, "files": []}
    return None


def as_html(text: str) -> str:
    """Plain words as HTML."""
    return f"<p>{escape(text)}</p>"


def posts_around(target: Target) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The posts that the group sees before and after this one, each list the oldest first."""
    post, most = target.post, review_data().context_posts
    if post is None:
        return [], []
    shown = Post.objects.select_related("author").filter(topic_id=post.topic_id, state=Post.State.PUBLISHED)
    earlier, later = Q(seq__lt=post.seq), Q(seq__gt=post.seq)
    if post.seq is None:
        earlier, later = Q(at__lte=post.written_at), Q(at__gt=post.written_at)
    before = list(shown.filter(earlier).order_by("-seq")[:most])
    after = list(shown.filter(later).order_by("seq")[:most])
    return [context_row(row) for row in reversed(before)], [context_row(row) for row in after]


def context_row(post: Post) -> dict[str, Any]:
    """One post beside the item's."""
    return {
        "author": str(post.author_id),
        "name": post.author.name,
        "html": post.html,
        "content_note": post.content_note or None,
        "at": seen_at(post.at),
    }


def author_card(item: ReviewItem, *, opened: bool) -> dict[str, Any] | None:
    """Who wrote it: what they lately wrote in this group and the steps about them; never a number of any kind.

    Both are left out until the item is opened, which is written down where the author can read it; and always with a
    sealed message, which has nothing to do with what its sender writes to the group.
    """
    author = item.author
    opened = opened and item.target_kind != TargetKind.SEALED
    if author is None:
        return None
    return {
        "id": str(author.id),
        "name": author.name,
        "role": author.role,
        "joined_at": stamp(author.joined_at),
        "recent": recent_posts(author) if opened else [],
        "steps": steps_about(author) if opened else [],
    }


def recent_posts(author: Membership) -> list[dict[str, Any]]:
    """The author's newest posts in the group that they did not take back, with how each begins."""
    data = review_data()
    rows = (
        Post.objects.select_related("topic")
        .filter(author=author)
        .exclude(state__in=(Post.State.WITHDRAWN, Post.State.REFUSED, Post.State.PENDING))
        .order_by("-written_at", "-id")
    )
    return [
        {
            "id": str(row.id),
            "at": stamp(row.written_at),
            "state": row.state,
            "topic_title": row.topic.title,
            "words": row.body[: data.recent_characters],
        }
        for row in rows[: data.recent_posts]
    ]


def steps_about(author: Membership) -> list[dict[str, Any]]:
    """The steps of the ladder about somebody, the newest first."""
    rows = Step.objects.filter(member=author).order_by("-at", "-id")[: review_data().page]
    return [
        {
            "id": str(row.id),
            "kind": row.kind,
            "message": row.message,
            "at": stamp(row.at),
            "ends_at": seen_at(row.ends_at),
            "lifted_at": seen_at(row.lifted_at),
        }
        for row in rows
    ]
