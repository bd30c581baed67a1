"""What a facilitator's choice does to the words it is about: the only second way, beside intake, to a Clearance."""

from __future__ import annotations

from typing import Any

from accounts.models import Person
from community.actions.posts import publish_post, set_aside
from community.actions.posts_in_review import (
    accept_revision,
    hide_post,
    reject_revision,
    show_post_again,
    tell_author,
)
from community.models import Clearance, Membership, Post, Revision
from hearthside.errors import Closed
from moderation.actions import sealed_outcomes
from moderation.models import ReviewItem
from moderation.models.review import TargetKind

State = Post.State
GONE = "These words are not where they were: their author has taken them back, or somebody decided already."


def clearance_by(item: ReviewItem) -> Clearance:
    """Leave to show words that a person has read: the item says which decision."""
    return Clearance("review", str(item.id))


def publish_held(item: ReviewItem, person: Person) -> None:
    """Show a held post at the next sequence number, or a held revision in the old words' place; raises Closed."""
    thing = _target(item)
    if isinstance(thing, Revision) and thing.state in (Revision.State.HELD, Revision.State.REJECTED):
        accept_revision(thing, _member(item, person), clearance_by(item))
    elif isinstance(thing, Post) and thing.state == State.HELD:
        publish_post(thing, clearance_by(item))
        tell_author(thing)
    else:
        raise Closed(GONE)


def reject_held(item: ReviewItem, person: Person) -> None:
    """Do not show a held post or revision; its author keeps the words. Raises Closed."""
    thing = _target(item)
    if isinstance(thing, Revision) and thing.state == Revision.State.HELD:
        reject_revision(thing)
    elif isinstance(thing, Post) and thing.state == State.HELD:
        set_aside(thing, State.REJECTED, source=thing.cleared_by)
    else:
        raise Closed(GONE)


def hide_published(item: ReviewItem, person: Person) -> None:
    """Hide a published post; raises Closed when it is not shown any more."""
    thing = _target(item)
    if not isinstance(thing, Post) or thing.state != State.PUBLISHED:
        raise Closed(GONE)
    hide_post(thing, _member(item, person))


def restore_hidden(item: ReviewItem, person: Person) -> None:
    """Show again what was hidden, or show for the first time what was not shown; raises Closed."""
    thing = _target(item)
    if isinstance(thing, Post) and thing.state == State.HIDDEN:
        show_post_again(thing, _member(item, person), clearance_by(item))
    elif isinstance(thing, Post) and thing.state == State.REJECTED:
        publish_post(thing, clearance_by(item))
        tell_author(thing)
    elif isinstance(thing, Revision) and thing.state == Revision.State.REJECTED:
        accept_revision(thing, _member(item, person), clearance_by(item))
    else:
        raise Closed(GONE)


def give_back(item: ReviewItem, person: Person) -> None:
    """Take back what a decision did: the words are shown again, or a sealed message's sender has back what they had.

    Raises Closed, or Denied for what only an admin gives back.
    """
    if item.target_kind == TargetKind.SEALED:
        sealed_outcomes.give_back(item, person)
    else:
        restore_hidden(item, person)


def ask_reword(item: ReviewItem, person: Person) -> None:
    """Leave the words where they are and let the author's screens look anew; raises Closed."""
    thing = _target(item)
    post = thing.post if isinstance(thing, Revision) else thing
    waiting = thing is not None and thing.state == "held"
    if not waiting or post is None:
        raise Closed(GONE)
    tell_author(post)


def _target(item: ReviewItem) -> Any:
    """The post or revision the item is about; None for anything else."""
    if item.target_kind == TargetKind.POST:
        found = Post.objects.select_related("topic__group", "author__person", "author__group")
        return found.filter(id=item.target_id).first()
    if item.target_kind == TargetKind.REVISION:
        rows = Revision.objects.select_related(
            "post__topic__group", "post__author__person", "post__author__group"
        )
        return rows.filter(id=item.target_id).first()
    return None


def _member(item: ReviewItem, person: Person) -> Membership | None:
    """Who decided, as the group knows them; None for the clinical lead, who is not in it."""
    return Membership.objects.filter(group_id=item.own_group.id, person=person).first()
