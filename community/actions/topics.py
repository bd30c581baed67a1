"""Topics: starting, naming, pinning, locking, and how far each person has read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from accounts.models import Person
from community.access import access_open_group, access_topic, require_agreed, require_open, require_writing
from community.events import ReadMoved, TopicCreated, TopicUpdated
from community.models import Membership, ReadMark, Topic
from community.queries.topics import about_seq_of
from hearthside.errors import Denied, Stale
from hearthside.live import Answer, announce, next_seq
from hearthside.models import Stream


def create_topic(person: Person, *, group_id: UUID, title: str) -> Answer:
    """Start a topic; raises Denied where the group's switch leaves that to facilitators."""
    member = access_open_group(person, group_id)
    require_agreed(member, current=True)
    require_writing(member)
    if not member.is_facilitator and not member.group.allows("members_start_topics"):
        raise Denied(
            "In this group facilitators start the topics. Tell them what you would like to talk about."
        )
    topic = Topic.objects.create(group=member.group, title=title, created_by=member)
    announce_topic(topic, TopicCreated, by=member)
    return topic_as_dict(topic)


def announce_topic(topic: Topic, event: type[TopicCreated | TopicUpdated], *, by: Membership) -> None:
    """Tell the group of a topic; of a live room only those whose time its session was in."""
    seq = next_seq(by.group.stream)
    about = about_seq_of(topic, seq) if topic.of_session is not None else None
    announce(by.group.stream, event.of(topic), object_id=topic.id, about_seq=about, actor=by.id, seq=seq)


def update_topic(person: Person, *, topic_id: UUID, version: int, changes: dict[str, Any]) -> Answer:
    """Rename, pin, lock or slow a topic: facilitators all of it, its starter the title.

    Raises Denied, or Stale with the topic as it is now when `version` is not the newest.
    """
    topic, member = access_topic(person, topic_id)
    require_open(topic.group)
    if not may_update(topic, member, set(changes)):
        raise Denied(
            "Only facilitators pin, lock and slow topics, and only its starter or a facilitator renames one."
        )
    if topic.version != version:
        raise Stale(current=topic_as_dict(topic))
    for name, value in changes.items():
        setattr(topic, name, value)
    topic.version += 1
    topic.save()
    announce_topic(topic, TopicUpdated, by=member)
    return topic_as_dict(topic)


def may_update(topic: Topic, member: Membership, names: set[str]) -> bool:
    """Whether the member may change these of the topic's fields."""
    starter = topic.created_by_id == member.id and not topic.locked
    return member.is_facilitator or (starter and names <= {"title"})


def topic_as_dict(topic: Topic) -> Answer:
    """A topic as an answer."""
    return {
        "id": str(topic.id),
        "group": str(topic.group_id),
        "title": topic.title,
        "pinned": topic.pinned,
        "locked": topic.locked,
        "slow_seconds": topic.slow_seconds,
        "version": topic.version,
    }


def move_read_mark(person: Person, *, topic_id: UUID, seq: int) -> Answer:
    """Move the person's mark in a topic forward, never back and never past what was written."""
    topic, member = access_topic(person, topic_id)
    head = Stream.objects.filter(name=topic.group.stream).values_list("seq", flat=True).first() or 0
    mark = ReadMark.objects.filter(membership=member, topic=topic).first() or ReadMark(
        membership=member, topic=topic
    )
    wanted = min(seq, head)
    if wanted > mark.seq:
        mark.seq = wanted
        mark.save()
        announce(person.stream, ReadMoved.of(mark), object_id=mark.id)
    return {"topic": str(topic.id), "seq": mark.seq}
