"""A member's own posts that the group does not see (yet), with why, how long, and what can be done."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from accounts.models import Person
from community.access import access_topic
from community.models import Membership, Post, Revision
from community.queries.files import files_of
from hearthside.clock import now
from hearthside.wire import stamp
from moderation.models import ReviewDecision, ReviewItem, SecondLook
from moderation.queries.duty import on_duty
from moderation.sentences import decided_sentence, held_sentence

SECOND_LOOK_DAYS = 20  # that somebody else may be asked to look, and that words which were not shown are kept
# What an author is told of. That words were kept, or a report came to nothing, says that somebody reported them.
TOLD = (
    "publish", "reject", "reword", "hide", "restore", "uphold",
    "speak", "end_contact", "deactivate",
)  # fmt: skip
SHOWN_HERE = (Post.State.HELD, Post.State.REJECTED, Post.State.HIDDEN)
MOST = 100


def list_mine(person: Person, topic_id: UUID) -> dict[str, Any]:
    """The person's own posts of the topic that wait, were not shown or are hidden, oldest first.

    Raises NotFound or AgreementNeeded.
    """
    topic, member = access_topic(person, topic_id)
    since = now() - timedelta(days=SECOND_LOOK_DAYS)
    posts = list(
        Post.objects.filter(topic=topic, author=member, state__in=SHOWN_HERE, written_at__gte=since).order_by(
            "written_at"
        )[:MOST]
    )
    waiting = Post.objects.filter(topic=topic, author=member, state=Post.State.HELD, written_at__lt=since)
    posts = [*waiting.order_by("written_at")[:MOST], *posts]
    revisions = list(
        Revision.objects.select_related("post")
        .filter(
            post__topic=topic,
            post__author=member,
            post__state=Post.State.PUBLISHED,
            state__in=(Revision.State.HELD, Revision.State.REJECTED),
            written_at__gte=since,
        )
        .order_by("written_at")[:MOST]
    )
    newest = {revision.post_id: revision for revision in revisions}
    things: list[Post | Revision] = [*posts, *newest.values()]
    items = items_of(things)
    return {"posts": [mine_row(thing, items.get(thing.id, []), member) for thing in things]}


def items_of(things: list[Post | Revision]) -> dict[UUID, list[ReviewItem]]:
    """The queue's items about these, without the care lane: that is about the person, not about the words."""
    rows = (
        ReviewItem.objects.filter(target_id__in=[thing.id for thing in things])
        .exclude(lane=ReviewItem.Lane.CARE)
        .prefetch_related("signals", "talk__by", "decisions", "second_looks")
        .order_by("opened_at")
    )
    found: dict[UUID, list[ReviewItem]] = defaultdict(list)
    for row in rows:
        found[row.target_id].append(row)
    return found


def mine_row(thing: Post | Revision, items: list[ReviewItem], member: Membership) -> dict[str, Any]:
    """One post, or new words for one, as its author sees it."""
    post = thing.post if isinstance(thing, Revision) else thing
    decision = newest_decision(items)
    look = next((look for item in items for look in item.second_looks.all() if mine(look, decision)), None)
    state = str(thing.state)
    told = decision if decision and (state != "held" or waits_for_words(decision, items)) else None
    return {
        "id": str(post.id),
        "state": state,
        "topic": str(post.topic_id),
        "body": thing.body,
        "html": thing.html,
        "content_note": thing.content_note or None,
        "files": files_of(post),
        "reply_to": str(post.reply_to) if post.reply_to else None,
        "written_at": stamp(thing.written_at),
        "seq": post.seq,
        "version": post.version,
        "revision": isinstance(thing, Revision),
        "reason": why(thing, items),
        "message": (told.message or None) if told else None,
        "policy": (told.policy or None) if told else None,
        "wait": waiting_for(items, member) if state == "held" else None,
        "talk": [
            {
                "by_name": word.by.name,
                "you": word.by_id == member.id,
                "text": word.text,
                "at": stamp(word.at),
            }
            for item in items
            for word in sorted(item.talk.all(), key=lambda word: word.at)
        ],
        "asked": any(signal.reason == "asked_first" for item in items for signal in item.signals.all()),
        "can": may_do(state, decision, look),
        "second_look": second_look_row(look, decision),
    }


def newest_decision(items: list[ReviewItem]) -> ReviewDecision | None:
    """The last decision that the author is told of; that another report came to nothing is none of them."""
    made = [decision for item in items for decision in item.decisions.all()]
    found = [decision for decision in made if decision.choice in TOLD]
    return max(found, key=lambda decision: decision.at, default=None)


def waits_for_words(decision: ReviewDecision, items: list[ReviewItem]) -> bool:
    """Whether a facilitator asked for other words, and none have come since: those would have opened the item anew."""
    asked = decision.choice == "reword"
    return asked and any(item.id == decision.item_id and item.opened_at <= decision.at for item in items)


def mine(look: SecondLook, decision: ReviewDecision | None) -> bool:
    """Whether the second look is about the newest decision, or came of it."""
    return decision is not None and (look.decision_id == decision.id or look.answered_at is not None)


def why(thing: Post | Revision, items: list[ReviewItem]) -> str:
    """In one sentence, why the group does not see it. Never names who reported."""
    if thing.state != "held":
        return decided_sentence(str(thing.state))
    spoke = [
        (signal.reason, item.lane)
        for item in items
        if item.state == ReviewItem.State.PENDING
        for signal in sorted(item.signals.all(), key=lambda signal: signal.at)
        if signal.source != "member"
    ]
    return held_sentence(*spoke[-1]) if spoke else held_sentence("")


def waiting_for(items: list[ReviewItem], member: Membership) -> dict[str, Any]:
    """How long it may take: the nearest deadline, and whether somebody is on duty."""
    due = min((item.due_at for item in items if item.due_at and item.state == "pending"), default=None)
    duty = on_duty(member.group)
    return {
        "due_at": stamp(due) if due else None,
        "duty": duty.state,
        "back_at": stamp(duty.back_at) if duty.back_at else None,
    }


def may_do(state: str, decision: ReviewDecision | None, look: SecondLook | None) -> list[str]:
    """What its author can do with it now."""
    if state == "held":
        return ["edit", "withdraw", "talk"]
    found = ["talk"]
    if decision is not None and look is None and now() <= ask_until(decision):
        found.append("second_look")
    return found


def ask_until(decision: ReviewDecision) -> Any:
    """Until when somebody else may be asked to look at a decision."""
    return decision.at + timedelta(days=SECOND_LOOK_DAYS)


def second_look_row(look: SecondLook | None, decision: ReviewDecision | None) -> dict[str, Any] | None:
    """Where the second look stands, or until when it may be asked for."""
    if look is None and decision is None:
        return None
    return {
        "state": look.state if look else None,
        "answer": (look.answer or None) if look else None,
        "may_ask_until": stamp(ask_until(decision)) if decision and look is None else None,
    }
