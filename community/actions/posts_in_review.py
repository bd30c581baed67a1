"""What facilitators do to posts: hide and show again, and what becomes of new words that waited for them."""

from __future__ import annotations

from community.actions.posts import look_at_quotes
from community.events import PostEdited, PostHidden, PostRestored, PostStated
from community.models import Clearance, Membership, Post, Revision
from community.queries.topics import about_seq_of
from hearthside.clock import now
from hearthside.live import announce


def tell_author(post: Post) -> None:
    """Say to the author's own screens that what stands about this post has changed."""
    announce(post.author.person.stream, PostStated.of(post), object_id=post.id)


def hide_post(post: Post, by: Membership | None) -> None:
    """Take a published post out of everybody's sight; its author keeps a copy."""
    post.move_to(Post.State.HIDDEN)
    post.version += 1
    post.save()
    look_at_quotes(post)
    _announce(PostHidden.of(post), post, by)
    tell_author(post)


def show_post_again(post: Post, by: Membership | None, clearance: Clearance) -> None:
    """Undo hiding: the post stands where it stood."""
    post.move_to(Post.State.PUBLISHED)
    post.version += 1
    post.cleared_by = f"{clearance.source}/{clearance.version}"
    post.save()
    _announce(PostRestored.of(post), post, by)
    tell_author(post)


def reword_post(post: Post, *, body: str, html: str, content_note: str) -> None:
    """Give a post that waits new words; it goes on waiting."""
    assert post.state == Post.State.HELD, "only a held post is reworded"
    post.body, post.html, post.content_note = body, html, content_note
    post.version += 1
    post.save()
    tell_author(post)


def hold_revision(post: Post, *, body: str, html: str, content_note: str) -> Revision:
    """Keep new words of a published post for a facilitator; the old ones stay. Earlier ones that waited go."""
    drop_revision(post)
    revision = Revision.objects.create(post=post, body=body, html=html, content_note=content_note)
    tell_author(post)
    return revision


def drop_revision(post: Post) -> Revision | None:
    """Take back the new words that wait, if there are any; their words go."""
    revision = Revision.objects.filter(post=post, state=Revision.State.HELD).first()
    if revision is not None:
        revision.move_to(Revision.State.WITHDRAWN)
        revision.body = revision.html = revision.content_note = ""
        revision.save()
        tell_author(post)
    return revision


def accept_revision(revision: Revision, by: Membership | None, clearance: Clearance) -> None:
    """Show the new words in the old ones' place, unless the post is not shown any more or has newer ones still."""
    post = revision.post
    revision.move_to(Revision.State.ACCEPTED)
    revision.save()
    newer = post.edited_at is not None and post.edited_at > revision.written_at
    if post.state == Post.State.PUBLISHED and not newer:
        post.body, post.html, post.content_note = revision.body, revision.html, revision.content_note
        post.edited_at, post.version = now(), post.version + 1
        post.cleared_by = f"{clearance.source}/{clearance.version}"
        post.save()
        look_at_quotes(post)
        _announce(PostEdited.of(post), post, post.author)
    tell_author(post)


def reject_revision(revision: Revision) -> None:
    """Leave the old words; the author keeps the new ones."""
    revision.move_to(Revision.State.REJECTED)
    revision.save()
    tell_author(revision.post)


def _announce(event: PostHidden | PostRestored | PostEdited, post: Post, by: Membership | None) -> None:
    """Tell the group of a change to a post that has its place in the order."""
    actor = by.id if by else None
    assert post.seq is not None
    about = about_seq_of(post.topic, post.seq)
    announce(post.topic.group.stream, event, object_id=post.id, about_seq=about, actor=actor)
