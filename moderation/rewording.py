"""New words for a post that is there already: shown, held back while the old ones stay, or given to one that waits."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from accounts.models import Person
from community.access import access_own_post, require_agreed, require_room, require_writing
from community.actions.posts import edit_post, post_as_answer, publish_post
from community.actions.posts_in_review import drop_revision, hold_revision, reword_post, tell_author
from community.models import Membership, Post
from hearthside.errors import Closed, Invalid, Stale
from hearthside.live import Answer, Write
from moderation.actions.followup import follow_up, snapshot_of
from moderation.actions.items import renew_items, withdraw_items
from moderation.intake import Words, check_note, check_room, check_words, noted, streams_for
from moderation.jobs import forget_withdrawn
from moderation.judging import Judgement, judge
from moderation.models import ReviewItem, ReviewSignal
from moderation.models.review import TargetKind
from moderation.screening import Action

State = Post.State


def prepare_edit(person: Person, *, post_id: UUID, version: int, body: str, content_note: str) -> Write:
    """Check, render and screen new words for a published or held post of one's own.

    Raises NotFound, Denied, Closed, Paused, Stale or Invalid.
    """
    post, member = access_own_post(person, post_id)
    words = check_words(body, content_note, alone=post.attached is None)
    if content_note != post.content_note:
        check_note(post.topic, content_note)
    check_editing(post, member, version)
    asked = post.state == State.HELD and was_asked(post)
    judgement = judge(
        member,
        post.topic,
        words.text,
        event="edit",
        ask_first=asked,
        has_files=post.state == State.HELD and post.attached is not None,  # what is shown was looked at
    )
    if judgement.verdict.action is Action.REFUSE:
        raise Invalid(fields={"body": judgement.sentence or ""})
    action = partial(change_words, person, post_id=post_id, version=version, words=words, judgement=judgement)
    streams = {*streams_for(judgement, member), person.stream, member.group.review_stream}
    return Write(action, tuple(sorted(streams)))


def was_asked(post: Post) -> bool:
    """Whether the author asked for a facilitator's look first: new words do not take that back."""
    signals = ReviewSignal.objects.filter(
        item__target_kind=TargetKind.POST,
        item__target_id=post.id,
        item__state=ReviewItem.State.PENDING,
        source=ReviewSignal.Source.SELF,
        reason="asked_first",
    )
    return signals.exists()


def check_editing(post: Post, member: Membership, version: int) -> None:
    """Raise Closed, Paused, AgreementNeeded or Stale for what cannot be changed now."""
    require_agreed(member, current=True)
    require_writing(member)
    if post.topic.locked and not member.is_facilitator:
        raise Closed("A facilitator has locked this topic, so its posts stay as they are.")
    require_room(post.topic, member, turn=False)
    if post.state not in (State.PUBLISHED, State.HELD):
        raise Closed("This post is not shown any more, so it cannot be changed.")
    if post.version != version:
        raise Stale(
            current=post_as_answer(post) | {"body": post.body, "content_note": post.content_note or None}
        )


def change_words(
    person: Person, *, post_id: UUID, version: int, words: Words, judgement: Judgement
) -> Answer:
    """Give a post its new words, in the way its state and the verdict ask for."""
    post, member = access_own_post(person, post_id)
    check_editing(post, member, version)
    check_room(member, judgement)
    post.author = member
    note = words.content_note or noted(post.topic, judgement.verdict.content_note)
    if post.state == State.HELD:
        return _reword(post, member, words, note, judgement)
    dropped = drop_revision(post)
    if dropped is not None:
        withdraw_items(TargetKind.REVISION, dropped.id)
    clearance = judgement.verdict.clearance
    if clearance is None:
        return _hold_back(post, member, words, note, judgement)
    fields = {"body": words.body, "html": words.html, "content_note": note}
    answer = edit_post(person, post_id=post_id, version=version, clearance=clearance, **fields)
    renew_items(TargetKind.POST, post_id)
    fresh, _ = access_own_post(person, post_id)
    support = _follow(judgement, fresh, member, TargetKind.POST, post_id, snapshot_of(fresh))
    return {**answer, "reason": None, "support": support, "held_revision": False}


def prepare_keep_old(person: Person, *, post_id: UUID) -> Write:
    """Taking back only the new words that wait: the post stays as it is. Raises NotFound, Denied or Closed."""
    _, member = access_own_post(person, post_id)
    streams = (person.stream, member.group.review_stream)
    return Write(partial(keep_old_words, person, post_id=post_id), streams)


def keep_old_words(person: Person, *, post_id: UUID) -> Answer:
    """Drop the new words that wait, if there are any."""
    post, _ = access_own_post(person, post_id)
    if (revision := drop_revision(post)) is not None:
        withdraw_items(TargetKind.REVISION, revision.id)
        forget_withdrawn.enqueue(str(post_id))
    return post_as_answer(post)


def _reword(post: Post, member: Membership, words: Words, note: str, judgement: Judgement) -> Answer:
    """A post that waits gets its new words, and is shown at once when nothing speaks against them any more."""
    reword_post(post, body=words.body, html=words.html, content_note=note)
    if (clearance := judgement.verdict.clearance) is not None:
        publish_post(post, clearance)
        tell_author(post)
    withdraw_items(TargetKind.POST, post.id)
    support = _follow(judgement, post, member, TargetKind.POST, post.id, snapshot_of(post))
    return {
        **post_as_answer(post),
        "reason": judgement.sentence,
        "support": support,
        "held_revision": False,
    }


def _hold_back(post: Post, member: Membership, words: Words, note: str, judgement: Judgement) -> Answer:
    """The new words wait for a facilitator; the old ones stay."""
    revision = hold_revision(post, body=words.body, html=words.html, content_note=note)
    support = _follow(judgement, post, member, TargetKind.REVISION, revision.id, snapshot_of(revision))
    return {
        **post_as_answer(post),
        "reason": judgement.sentence,
        "support": support,
        "held_revision": True,
    }


def _follow(
    judgement: Judgement,
    post: Post,
    member: Membership,
    kind: str,
    target: UUID,
    snapshot: dict[str, object],
) -> dict[str, object] | None:
    """Store the verdict and tell the queue."""
    return follow_up(
        judgement,
        target_kind=kind,
        target_id=target,
        group=member.group,
        topic=post.topic,
        author=member,
        snapshot=snapshot,
    )
