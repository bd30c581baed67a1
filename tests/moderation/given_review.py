"""Builders for tests of the review queue: items put there through the queue's own actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from accounts.models import Person, Practice
from community.actions.posts_in_review import hold_revision
from community.models import Membership, Post, Revision, Topic
from hearthside import live
from hearthside.models import LogEvent
from moderation.actions.items import Signal, open_item
from moderation.models import ReviewItem
from moderation.queries.choices import CHOICES
from tests.given import Browser, Circle, act, given_post, outcome_of, the_post

RULE = Signal(source="rule", reason="attack", score=0.6, by_version="rules-1")


def inside(action: Callable[[], Any], *streams: str) -> Any:
    """Run something that belongs inside an action, and answer what it answered."""
    kept: list[Any] = []

    def run() -> live.Answer:
        kept.append(action())
        return {}

    live.write(live.Write(run, streams))
    return kept[0]


def given_item(post: Post, *, lane: str = "conduct", **data: Any) -> ReviewItem:
    """An item about a post, by a rule's signal unless told; the same again attaches to it."""
    group = post.topic.group
    fields: dict[str, Any] = {
        "target_kind": "post",
        "target_id": post.id,
        "topic": post.topic,
        "author": post.author,
        "snapshot": {"body": post.body, "html": post.html, "content_note": post.content_note},
        "signals": (RULE,),
        **data,
    }
    opened = inside(lambda: open_item(group=group, lane=lane, **fields), group.review_stream)
    return the_item(opened.id)


def the_item(item_id: Any) -> ReviewItem:
    """The item as it is in the database now."""
    return ReviewItem.objects.select_related("group", "author__person", "topic").get(pk=item_id)


def member_of(group: Any, person: Person) -> Membership:
    """The person's membership of the group."""
    return Membership.objects.select_related("group", "person").get(group=group, person=person)


def given_lead(person: Person) -> Person:
    """The person as the practice's clinical lead."""
    practice, _ = Practice.objects.get_or_create(pk=1, defaults={"name": "Practice"})
    Practice.objects.filter(pk=practice.pk).update(clinical_lead=person)
    return person


def announced(stream: str) -> list[str]:
    """The types of what was announced on a stream, in order."""
    return list(LogEvent.objects.filter(stream=stream).order_by("seq").values_list("type", flat=True))


def given_held(topic: Topic, by: Person, body: str = "Please read this first.") -> tuple[Post, ReviewItem]:
    """A post whose author asked for a look first, and its item."""
    answer = act(by, "post.submit", topic=topic.id, body=body, ask_first=True)
    assert answer["state"] == "held"
    return the_post(answer["id"]), ReviewItem.objects.get(target_id=answer["id"])


def ruling(choice: str, **data: Any) -> dict[str, Any]:
    """What a choice needs, unless told otherwise."""
    wanted = CHOICES.get(choice)
    fields = {
        "choice": choice,
        "policy": "kind_words" if wanted and wanted.needs_policy else "",
        "reason": "Because.",
        "message": "So that you know why." if wanted and wanted.needs_message else "",
        "outcome": "contacted" if wanted and wanted.needs_outcome else "",
    }
    return {**fields, **data}


def decide(person: Person, item: ReviewItem, choice: str, **data: Any) -> ReviewItem:
    """Decide about an item as it is now; the item as that left it."""
    version = the_item(item.id).version
    act(person, "review.decide", item=item.id, version=version, **ruling(choice, **data))
    return the_item(item.id)


def deciding(person: Person, item: ReviewItem, choice: str, **data: Any) -> str:
    """How deciding about an item as it is now ends: ok, or the problem's slug."""
    version = the_item(item.id).version
    return outcome_of(person, "review.decide", item=item.id, version=version, **ruling(choice, **data))


def given_post_in(circle: Circle, state: str) -> tuple[Post, ReviewItem]:
    """A post of the circle's member in a state, and an item of the conduct lane about it that waits."""
    leader, member = circle.people["facilitator"], circle.people["member"]
    if state in ("published", "hidden", "withdrawn"):
        post = given_post(circle.topic, member)
        item = given_item(post)
    else:
        post, _ = given_held(circle.topic, member)
        item = given_item(post)
    if state == "hidden":
        decide(leader, item, "hide")
    if state == "rejected":
        decide(leader, item, "reject")
    if state == "withdrawn":
        act(member, "post.withdraw", post=post.id)
    return the_post(post.id), given_item(the_post(post.id))


def given_revision(circle: Circle) -> tuple[Revision, ReviewItem]:
    """New words that wait for a published post of the circle's member, and their item of the conduct lane."""
    post = given_post(circle.topic, circle.people["member"], "The old words.")
    words = {"body": "The new words.", "html": "<p>The new words.</p>", "content_note": ""}
    revision = inside(lambda: hold_revision(the_post(post.id), **words), post.author.person.stream)
    return revision, given_item(the_post(post.id), target_kind="revision", target_id=revision.id)


def queue(circle: Circle, **params: Any) -> dict[str, Any]:
    """The circle's queue as its facilitator's browser gets it."""
    answer = Browser(circle.people["facilitator"]).get(f"/api/groups/{circle.group.id}/review", **params)
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def several(circle: Circle, count: int, lane: str = "conduct") -> list[ReviewItem]:
    """Items about as many posts of the circle's member, the oldest first."""
    return [given_item(given_post(circle.topic, circle.people["member"]), lane=lane) for _ in range(count)]
