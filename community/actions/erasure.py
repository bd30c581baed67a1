"""Words that were taken back, and when they go for good."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from community.actions.quotes import drop_quotes, drop_runs
from community.models import Post, ResourceSection, Revision, StoredFile
from hearthside.clock import now
from hearthside.live import Answer

UNDO = timedelta(seconds=10)
GRACE = timedelta(seconds=5)  # for a slow line: the screen offers 10 s, the server allows 15
ERASE_AFTER = timedelta(seconds=25)


def may_undo(post: Post | ResourceSection) -> bool:
    """Whether a withdrawn post's or section's words can still come back."""
    return post.withdrawn_at is not None and now() - post.withdrawn_at <= UNDO + GRACE


def erase_words(post_id: UUID) -> Answer:
    """Remove the words and files of a post still withdrawn when its undo is over, of its revisions, and of its quotes.

    Summaries lose its words first, while they are known. Its place in the order stays. `wait` in the answer is true
    when it was taken back anew in the meantime, so that its undo is not over yet.
    """
    post = Post.objects.select_related("author").filter(id=post_id, state=Post.State.WITHDRAWN).first()
    if post is None or may_undo(post):
        return {"erased": False, "wait": post is not None}
    revisions = list(Revision.objects.filter(post=post))
    drop_quotes(post)
    drop_runs(post, [post.body, *(revision.body for revision in revisions)])
    post.body = post.html = post.content_note = ""
    post.attached = None
    post.save(update_fields=["body", "html", "content_note", "attached"])
    StoredFile.objects.filter(post=post).delete()
    for revision in revisions:
        revision.body = revision.html = revision.content_note = ""
        revision.save(update_fields=["body", "html", "content_note"])
    return {"erased": True, "wait": False}


def erase_section(section_id: UUID) -> Answer:
    """Remove a section that is still withdrawn when its undo is over; `wait` is true when it was withdrawn anew."""
    section = ResourceSection.objects.filter(id=section_id, state=ResourceSection.State.WITHDRAWN).first()
    if section is None or may_undo(section):
        return {"erased": False, "wait": section is not None}
    section.delete()
    return {"erased": True, "wait": False}
