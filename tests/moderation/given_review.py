"""Builders for tests of the review queue: items put there through the queue's own actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from accounts.models import Person, Practice
from community.models import Membership, Post
from hearthside import live
from hearthside.models import LogEvent
from moderation.actions.items import Signal, open_item
from moderation.models import ReviewItem

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
