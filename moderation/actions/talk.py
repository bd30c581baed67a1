"""Talk about a post between its author and the facilitators, where the post stands; and notes between reviewers."""

from __future__ import annotations

from uuid import UUID

from accounts.models import Person
from community.access import access_post
from community.actions.posts_in_review import tell_author
from community.models import Membership, Post, Revision
from hearthside.errors import Closed, Denied, Invalid
from hearthside.live import Answer
from hearthside.text import is_visible
from moderation.access import access_item, access_queue, reviewer_in
from moderation.actions.items import Signal, announce_item, open_item
from moderation.actions.second_looks import post_of
from moderation.models import HandOver, ReviewItem, ReviewWord
from moderation.models.review import ReviewSignal, TargetKind
from moderation.queries.lines import target_states

TALKED_ABOUT = ("held", "rejected", "hidden")  # the states in which an author has the talk before them
NOTHING = "Write something first."
SCORE = 0.2  # of the signal by which an author's words open a decided item again


def talk_to_author(person: Person, *, item_id: UUID, text: str) -> Answer:
    """Write to the author of words that the group does not see; the item then waits for them.

    Raises NotFound, Denied for the clinical lead from outside the group, Closed for words that are shown, Invalid.
    """
    item = access_item(person, item_id)
    member = reviewer_in(person, item)
    if member is None:
        raise Denied(
            "Only this group's facilitators write to its members. You can leave them a note with your decision."
        )
    check_text(text)
    post = post_of(item)
    if post is None or target_states([item]).get(item.target_id) not in TALKED_ABOUT:
        raise Closed(
            "The author has no place to read this: the group sees their words, or they took them back."
        )
    ReviewWord.objects.create(item=item, by=member, text=text)
    if item.state == ReviewItem.State.PENDING:
        item.waiting_on_author = True
        item.save(update_fields=["waiting_on_author"])
    announce_item(item)
    tell_author(post)
    return {"item": str(item.id)}


def talk_as_author(person: Person, *, post_id: UUID, text: str) -> Answer:
    """Write to the facilitators about one's own post that the group does not see.

    What was decided already waits again, so that somebody reads it. Raises NotFound, Denied, Closed or Invalid.
    """
    post, member = access_post(person, post_id)
    if post.author_id != member.id:
        raise Denied("Only its author talks about a post here.")
    check_text(text)
    post.author = member
    item = find_item(post)
    ReviewWord.objects.create(item=item, by=member, text=text)
    if item.state == ReviewItem.State.PENDING:
        item.waiting_on_author = False
        item.version += 1
        item.save(update_fields=["waiting_on_author", "version"])
        announce_item(item)
    else:
        _wait_again(item, member)
    tell_author(post)
    return {"post": str(post.id)}


def _wait_again(item: ReviewItem, member: Membership) -> None:
    """Open a decided item because its author wrote about it."""
    open_item(
        group=item.group,
        lane=item.lane,
        target_kind=item.target_kind,
        target_id=item.target_id,
        topic=item.topic,
        author=member,
        snapshot=None,
        signals=(Signal(source=ReviewSignal.Source.SELF, reason="talk", score=SCORE, by=member),),
    )


def find_item(post: Post) -> ReviewItem:
    """The item where the talk about a post goes: one that waits, else the one decided last. Raises Closed."""
    kind, target, state = TargetKind.POST, post.id, str(post.state)
    if post.state == Post.State.PUBLISHED:
        revision = Revision.objects.filter(post=post).order_by("-written_at").first()
        if revision is not None:
            kind, target, state = TargetKind.REVISION, revision.id, str(revision.state)
    items = (
        ReviewItem.objects.select_related("group", "author__person", "topic")
        .filter(target_kind=kind, target_id=target)
        .exclude(lane=ReviewItem.Lane.CARE)
        .order_by("opened_at")
    )
    found = sorted(items, key=lambda item: (item.state == ReviewItem.State.PENDING, item.opened_at))
    if state not in TALKED_ABOUT or not found:
        raise Closed("There is nothing to talk about here: the group sees this post, or it is gone.")
    return found[-1]


def check_text(text: str) -> None:
    """Raise Invalid for nothing."""
    if not is_visible(text):
        raise Invalid(fields={"text": NOTHING})


def hand_over(person: Person, *, group_id: UUID, text: str) -> Answer:
    """Leave a note above the group's queue for whoever comes next; raises NotFound or Invalid."""
    member = access_queue(person, group_id)
    check_text(text)
    note = HandOver.objects.create(group=member.group, by=member, text=text)
    return {"id": str(note.id)}
