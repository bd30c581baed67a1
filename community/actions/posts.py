"""Posts: what people write to each other in a topic, from birth as pending to being shown or taken back."""

from __future__ import annotations

from uuid import UUID

from accounts.models import Person
from community.access import access_own_post, require_agreed, require_room
from community.actions.erasure import ERASE_AFTER, may_undo
from community.events import PostEdited, PostPublished, PostRestored, PostStated, PostWithdrawn
from community.jobs import erase_withdrawn, settle_quotes
from community.models import Clearance, Membership, Post, QuoteRequest, Topic
from community.queries.topics import about_seq_of
from hearthside.clock import now
from hearthside.errors import Closed, Stale
from hearthside.live import Answer, announce, next_seq
from hearthside.rows import insert_row

State = Post.State


def add_post(
    topic: Topic, author: Membership, *, body: str, html: str, content_note: str, reply_to: UUID | None
) -> Post:
    """Write a post as pending: nobody sees it until `publish_post`."""
    return Post(
        topic=topic, author=author, body=body, html=html, content_note=content_note, reply_to=reply_to
    )


def publish_post(post: Post, clearance: Clearance) -> None:
    """Show a post to the group, at the stream's next sequence number.

    Only moderation can make a Clearance, so nothing unscreened can be shown by mistake.
    """
    post.move_to(State.PUBLISHED)
    post.cleared_by = f"{clearance.source}/{clearance.version}"
    post.seq, post.at = next_seq(post.topic.group.stream), now()
    if post._state.adding:
        insert_row(post)
    else:
        post.save()
    announce(
        post.topic.group.stream,
        PostPublished.of(post),
        object_id=post.id,
        about_seq=about_seq_of(post.topic, post.seq),
        actor=post.author_id,
        seq=post.seq,
        at=post.at,
    )


def set_aside(post: Post, state: str, *, source: str) -> None:
    """Hold or refuse a pending post; only its author is told."""
    post.move_to(state)
    post.cleared_by = source
    post.save()
    announce(post.author.person.stream, PostStated.of(post), object_id=post.id)


def post_as_answer(post: Post) -> Answer:
    """The acknowledgement of a post: its id, sequence number (null unless shown) and state."""
    return {
        "id": str(post.id),
        "seq": post.seq if post.shown else None,
        "state": post.state,
        "version": post.version,
    }


def edit_post(
    person: Person,
    *,
    post_id: UUID,
    version: int,
    body: str,
    html: str,
    content_note: str,
    clearance: Clearance,
) -> Answer:
    """Change a published post of one's own; raises Stale when another device changed it first, Closed otherwise."""
    post, member = access_own_post(person, post_id)
    require_agreed(member, current=True)
    if post.topic.locked and not member.is_facilitator:
        raise Closed("A facilitator has locked this topic, so its posts stay as they are.")
    require_room(post.topic, member, turn=False)
    if post.state != State.PUBLISHED:
        raise Closed("This post is not shown any more, so it cannot be changed.")
    if post.version != version:
        raise Stale(
            current=post_as_answer(post) | {"body": post.body, "content_note": post.content_note or None}
        )
    post.body, post.html, post.content_note = body, html, content_note
    post.edited_at, post.version = now(), post.version + 1
    post.cleared_by = f"{clearance.source}/{clearance.version}"
    post.save()
    look_at_quotes(post)
    _announce_change(PostEdited.of(post), post, member)
    return post_as_answer(post)


def look_at_quotes(post: Post) -> None:
    """Have the sentences of a post that was hidden or changed looked at, right after this write."""
    if QuoteRequest.objects.filter(post=post, state=QuoteRequest.State.YES).exists():
        settle_quotes.enqueue(str(post.id))


def withdraw_post(person: Person, *, post_id: UUID) -> Answer:
    """Take one's own post back; its words leave every screen at once, and for good when undo is over."""
    post, member = access_own_post(person, post_id)
    if post.state == State.WITHDRAWN:
        return post_as_answer(post)
    if post.state not in (State.PUBLISHED, State.HELD):
        raise Closed("This post is not shown any more, so there is nothing to take back.")
    shown = post.state == State.PUBLISHED
    post.move_to(State.WITHDRAWN)
    post.withdrawn_at, post.version = now(), post.version + 1
    post.save()
    if shown:
        _announce_change(PostWithdrawn.of(post), post, member)
    else:
        announce(person.stream, PostStated.of(post), object_id=post.id)
    erase_withdrawn.using(run_after=post.withdrawn_at + ERASE_AFTER).enqueue(str(post.id))
    return post_as_answer(post)


def restore_post(person: Person, *, post_id: UUID) -> Answer:
    """Undo a withdrawal within 10 seconds; raises Closed after that, or for a post that was never shown."""
    post, member = access_own_post(person, post_id)
    if post.state == State.PUBLISHED:
        return post_as_answer(post)
    if post.state != State.WITHDRAWN or post.seq is None or not may_undo(post):
        raise Closed("The time to undo is over: these words are gone from the group.")
    post.move_to(State.PUBLISHED)
    post.withdrawn_at, post.version = None, post.version + 1
    post.save()
    _announce_change(PostRestored.of(post), post, member)
    return post_as_answer(post)


def _announce_change(
    event: PostEdited | PostWithdrawn | PostRestored, post: Post, member: Membership
) -> None:
    """Tell the group of a change to a post that has its place in the order."""
    assert post.seq is not None
    about = about_seq_of(post.topic, post.seq)
    announce(post.topic.group.stream, event, object_id=post.id, about_seq=about, actor=member.id)
