"""Second looks: somebody asks that another person looks at a decision about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.access import access_self
from accounts.models import Person
from community.access import access_post
from community.actions.posts_in_review import tell_author
from community.models import Group, Membership, Post, Revision, Topic
from hearthside.clock import now
from hearthside.errors import Closed, Denied, Invalid, NotFound
from hearthside.live import Answer
from hearthside.text import is_visible
from hearthside.wire import stamp
from moderation.actions.items import Signal, announce_item, open_item
from moderation.actions.outcomes import give_back
from moderation.actions.standing import undo_step
from moderation.looking import about_whom
from moderation.models import ReviewDecision, ReviewItem, SecondLook, Step
from moderation.models.review import ReviewSignal, TargetKind
from moderation.queries.choices import open_look
from moderation.queries.sealed import look_streams
from moderation.queries.second_looks import (
    AGAINST,
    ask_until,
    newest_against,
    newest_told,
    others_can_answer,
    others_can_look,
)

LookState = SecondLook.State
EMPTY = {"body": "", "html": "", "content_note": "", "title": "", "at": None}
SCORE = 0.5  # of the signal, in the order of the lane


@dataclass(frozen=True)
class Asked:
    """What a second look is about: a decision about words, or a step; with everything an item needs."""

    kind: str
    target: UUID
    group: Group | None
    author: Membership | None
    at: datetime
    first_reviewer: Person | None
    lane: str = ReviewItem.Lane.CONDUCT
    topic: Topic | None = None
    decision: ReviewDecision | None = None
    step: Step | None = None
    post: Post | None = None

    @property
    def streams(self) -> tuple[str, ...]:
        """The streams of who looks at it again."""
        if self.kind == TargetKind.SEALED and self.decision is not None:
            return look_streams(self.decision.item)
        return (self.group.review_stream,) if self.group else ()


def ask_second_look(
    person: Person,
    *,
    post_id: UUID | None = None,
    step_id: UUID | None = None,
    message_id: UUID | None = None,
    words: str,
) -> Answer:
    """Ask that somebody else looks at what was decided about one's own post or sealed message, or at a step; once each.

    That is possible for 20 days.

    Raises NotFound, Denied for another's post, Closed for what was decided otherwise or too long ago, Invalid.
    """
    asked = find_asked(person, post_id=post_id, step_id=step_id, message_id=message_id)
    if not is_visible(words):
        raise Invalid(fields={"words": "Say in a few words what you would like somebody to look at again."})
    known = SecondLook.objects.filter(decision=asked.decision, step=asked.step).first()
    if known is not None and known.state == LookState.OPEN:
        return answer_of(known)
    if known is not None:
        raise Closed("You have asked for a second look at this before. It is asked for once.")
    if now() > ask_until(asked.at):
        raise Closed("The 20 days in which a second look can be asked for are over.")
    item = _item_for(asked)
    look = SecondLook(item=item, decision=asked.decision, step=asked.step, asked_by=asked.author)
    look.first_reviewer, look.words = asked.first_reviewer, words
    look.save()
    if asked.post is not None:
        tell_author(asked.post)
    return answer_of(look)


def find_asked(
    person: Person, *, post_id: UUID | None, step_id: UUID | None, message_id: UUID | None = None
) -> Asked:
    """What the person asks about, which must be theirs; raises NotFound, Denied, Closed or Invalid."""
    if [post_id, step_id, message_id].count(None) != 2:
        raise Invalid(fields={"post": "Name either a post, a step or a message."})
    if step_id is not None:
        return _asked_step(person, step_id)
    if message_id is not None:
        return _asked_message(person, message_id)
    assert post_id is not None
    return _asked_post(person, post_id)


def _asked_step(person: Person, step_id: UUID) -> Asked:
    """A step about the person, also after they left the group; a note is for staff only, so it is not there."""
    access_self(person)
    step = (
        Step.objects.select_related("group", "member__person", "member__group", "by")
        .filter(id=step_id, member__person_id=person.pk)
        .exclude(kind=Step.Kind.NOTE)
        .first()
    )
    if step is None:
        raise NotFound
    if step.lifted_at is not None:
        raise Closed("This step has been lifted already.")
    return Asked(TargetKind.STEP, step.id, step.group, step.member, step.at, step.by, step=step)


def _asked_message(person: Person, message_id: UUID) -> Asked:
    """The decision in force about a sealed message that the person sent; a report that came to nothing is not there."""
    access_self(person)
    decision = newest_told(TargetKind.SEALED, message_id)
    if decision is None or about_whom(decision.item) != person.pk:
        raise NotFound
    if decision.choice not in AGAINST:
        raise Closed("There is no decision about this message that somebody could look at again.")
    item = decision.item
    return Asked(
        TargetKind.SEALED, message_id, item.group, item.author, decision.at, decision.by, decision=decision
    )


def _asked_post(person: Person, post_id: UUID) -> Asked:
    """The decision that keeps the person's own post, or new words for it, from the group."""
    post, member = access_post(person, post_id)
    if post.author_id != member.id:
        raise Denied("Only its author can ask for a second look at a post.")
    post.author = member
    kind, target = TargetKind.POST, post.id
    if post.state == Post.State.PUBLISHED:
        revision = Revision.objects.filter(post=post).order_by("-written_at").first()
        if revision is None or revision.state != Revision.State.REJECTED:
            raise Closed("The group sees this post.")
        kind, target = TargetKind.REVISION, revision.id
    elif post.state not in (Post.State.REJECTED, Post.State.HIDDEN):
        raise Closed("There is no decision about this post that somebody could look at again.")
    decision = newest_against(kind, target)
    if decision is None:
        raise Closed("There is no decision about this post that somebody could look at again.")
    return Asked(
        kind, target, member.group, member, decision.at, decision.by,
        lane=decision.item.lane, topic=post.topic, decision=decision, post=post,
    )  # fmt: skip


def _item_for(asked: Asked) -> ReviewItem:
    """The item, open again with its history, for somebody else to look at."""
    signal = Signal(source=ReviewSignal.Source.SELF, reason="second_look", score=SCORE, by=asked.author)
    first = asked.first_reviewer.pk if asked.first_reviewer else None
    return open_item(
        group=asked.group,
        lane=asked.lane,
        target_kind=asked.kind,
        target_id=asked.target,
        topic=asked.topic,
        author=asked.author,
        snapshot=None if asked.decision else EMPTY,
        signals=(signal,),
        second_look=True,
        with_lead=not _others(asked, first),
    )


def _others(asked: Asked, first: UUID | None) -> bool:
    """Whether somebody besides the first reviewer can answer."""
    if asked.kind == TargetKind.SEALED and asked.decision is not None:
        return others_can_look(asked.decision.item, first)
    assert asked.group is not None
    assert asked.author is not None
    return others_can_answer(asked.group.id, first, asked.author.person_id)


def withdraw_second_look(
    person: Person,
    *,
    post_id: UUID | None = None,
    step_id: UUID | None = None,
    message_id: UUID | None = None,
) -> Answer:
    """Take back one's own request, while nobody has answered it; raises NotFound, Denied, Closed or Invalid."""
    asked = find_asked(person, post_id=post_id, step_id=step_id, message_id=message_id)
    look = (
        SecondLook.objects.select_related("item__group", "item__author")
        .filter(decision=asked.decision, step=asked.step)
        .first()
    )
    if look is None:
        raise NotFound
    if look.state == LookState.WITHDRAWN:
        return answer_of(look)
    if look.state != LookState.OPEN:
        raise Closed("Somebody has answered already.")
    look.move_to(LookState.WITHDRAWN)
    look.answered_at = now()
    look.save()
    _leave_as_it_was(look)
    if asked.post is not None:
        tell_author(asked.post)
    return answer_of(look)


def _leave_as_it_was(look: SecondLook) -> None:
    """Let the decision stand, unless something else than the request has the item wait."""
    item = look.item
    others = ReviewSignal.objects.filter(item=item, at__gte=item.opened_at).exclude(reason="second_look")
    item.second_look = False
    if not others.exists():
        item.move_to(look.decision.after if look.decision else ReviewItem.State.WITHDRAWN)
        item.decided_at = look.decision.at if look.decision else now()
        item.lease_by, item.lease_until = None, None
        item.waiting_on_author = False
    item.version += 1
    item.save()
    announce_item(item)


def answer_second_look(item: ReviewItem, person: Person, choice: str, *, reason: str, message: str) -> None:
    """Uphold what was decided, or overturn it: the words are shown, the step is lifted. Raises Closed."""
    look = open_look(item)
    assert look is not None, "an item with a second look has one that is open"
    look.move_to(LookState.UPHELD if choice == "uphold" else LookState.OVERTURNED)
    if choice == "restore" and look.step is not None:
        lift(look.step, person, reason)
    elif choice == "restore":
        give_back(item, person)
    look.answer, look.answered_at = message, now()
    look.save()
    if choice != "restore":
        post = post_of(item)
        if post is not None:
            tell_author(post)


def lift(step: Step, person: Person, reason: str) -> None:
    """Lift a step that a second look overturned; somebody who has left already is invited again by the facilitators."""
    left = step.kind == Step.Kind.LEAVE and step.ends_at is not None
    if step.lifted_at is None and not left:
        undo_step(step, person, reason)


def settle_elsewhere(item: ReviewItem, message: str) -> None:
    """Grant the second looks at these words that wait in other lanes: they are shown again now."""
    looks = SecondLook.objects.select_related("item__group", "item__author").filter(
        item__target_kind=item.target_kind, item__target_id=item.target_id, state=LookState.OPEN
    )
    for look in looks.exclude(item=item):
        look.move_to(LookState.OVERTURNED)
        look.answer, look.answered_at = message, now()
        look.save()
        other = look.item
        if other.state == ReviewItem.State.PENDING:
            other.move_to(ReviewItem.State.APPROVED)
        other.second_look, other.waiting_on_author, other.decided_at = False, False, now()
        other.version += 1
        other.save()
        announce_item(other)


def post_of(item: ReviewItem) -> Post | None:
    """The post an item is about, or whose new words it is about; `.author.person` is loaded."""
    posts = Post.objects.select_related("author__person", "topic__group")
    if item.target_kind == TargetKind.POST:
        return posts.filter(id=item.target_id).first()
    if item.target_kind == TargetKind.REVISION:
        return posts.filter(revisions__id=item.target_id).first()
    return None


def answer_of(look: SecondLook) -> Answer:
    """Where a second look stands, for who asked."""
    return {"state": look.state, "asked_at": stamp(look.asked_at)}
