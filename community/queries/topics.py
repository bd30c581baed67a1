"""Topics and what is unread in them: derived from posts and read marks, never written per member."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, IntegerField, Max, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import Person
from community.access import access_topic
from community.models import Membership, Post, ReadMark, Session, Topic
from hearthside.models import Stream
from hearthside.wire import stamp

Published = Post.State.PUBLISHED


def with_reading(topics: QuerySet[Topic], member: Membership) -> QuerySet[Any]:
    """The topics with how far the member read them, what is unread, and the newest post they may see."""
    mark = ReadMark.objects.filter(membership=member, topic=OuterRef("pk")).values("seq")[:1]
    seen = Q(posts__state=Published, posts__seq__gte=member.visible_from)
    new = seen & Q(posts__seq__gt=Coalesce(Subquery(mark), Value(0))) & ~Q(posts__author=member)
    return topics.annotate(
        read_seq=Coalesce(Subquery(mark), Value(0), output_field=IntegerField()),
        unread=Count("posts", filter=new),
        first_unread=Min("posts__seq", filter=new),
        newest=Max("posts__seq", filter=seen),
        newest_at=Max("posts__at", filter=seen),
    )


def topics_of(member: Membership) -> list[dict[str, Any]]:
    """The group's topics that are there for the member: pinned first, then those with the newest post first."""
    topics = Topic.objects.filter(group_id=member.group_id)
    if member.visible_from:
        over = Session.objects.filter(group_id=member.group_id, ends_at__lt=member.joined_at)
        topics = topics.exclude(of_session__isnull=False, of_session__in=over.values("id"))
    rows = [topic_row(topic) for topic in with_reading(topics, member)]
    return sorted(rows, key=lambda row: (not row["pinned"], -(row["last_seq"] or 0), row["title"].casefold()))


def about_seq_of(topic: Topic, seq: int) -> int:
    """From which number on a reader must see a group's stream to be told of this topic; `seq` is the event's own.

    A live room is hidden from those who came after its session, though the event comes when they are there already.
    """
    if topic.of_session is None:
        return seq
    late = Membership.objects.filter(
        group_id=topic.group_id,
        state=Membership.State.ACTIVE,
        visible_from__gt=0,
        joined_at__gt=Session.objects.filter(id=topic.of_session).values("ends_at"),
    )
    first: int | None = late.aggregate(first=Min("visible_from"))["first"]
    return seq if first is None else min(seq, first - 1)


def topic_row(topic: Any) -> dict[str, Any]:
    """A topic as a list shows it."""
    return {
        "id": str(topic.id),
        "title": topic.title,
        "pinned": topic.pinned,
        "locked": topic.locked,
        "slow_seconds": topic.slow_seconds,
        "version": topic.version,
        "created_by": str(topic.created_by_id),
        "session": str(topic.of_session) if topic.of_session else None,
        "unread": topic.unread,
        "read_seq": topic.read_seq,
        "last_seq": topic.newest or 0,
        "last_at": stamp(topic.newest_at) if topic.newest_at else None,
    }


def read_topic(person: Person, topic_id: UUID) -> dict[str, Any]:
    """One topic as its screen starts from it; raises NotFound or AgreementNeeded."""
    topic, member = access_topic(person, topic_id)
    row = with_reading(Topic.objects.filter(id=topic.id), member).get()
    head = Stream.objects.filter(name=topic.group.stream).values_list("seq", flat=True).first() or 0
    return {
        **topic_row(row),
        "group": str(topic.group_id),
        "first_unread_seq": row.first_unread,
        "head_seq": head,
    }
