"""Somebody's own words again, by what screening or the queue was about; never anybody else's."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from community.models import Membership, Post, Revision, Topic
from moderation.models.review import TargetKind


@dataclass(frozen=True)
class OwnWords:
    """The words as they are now (None once they were taken back), and the post and topic they stand in."""

    words: str | None = None
    post: UUID | None = None
    topic: UUID | None = None


def own_words(
    targets: Iterable[tuple[str, UUID]], authors: Collection[UUID]
) -> dict[tuple[str, UUID], OwnWords]:
    """The words of each (kind, id) that one of these memberships wrote; one statement for each kind there is."""
    wanted: dict[str, set[UUID]] = {}
    for kind, target in targets:
        wanted.setdefault(kind, set()).add(target)
    found: dict[tuple[str, UUID], OwnWords] = {}
    if ids := wanted.get(TargetKind.POST):
        for post in Post.objects.filter(id__in=ids, author__in=authors):
            found[(TargetKind.POST, post.id)] = OwnWords(post.body or None, post.id, post.topic_id)
    if ids := wanted.get(TargetKind.REVISION):
        rows = Revision.objects.select_related("post").filter(id__in=ids, post__author__in=authors)
        for row in rows:
            place = row.post_id, row.post.topic_id
            found[(TargetKind.REVISION, row.id)] = OwnWords(row.body or None, *place)
    if ids := wanted.get(TargetKind.TOPIC):
        for topic in Topic.objects.filter(id__in=ids, created_by__in=authors):
            found[(TargetKind.TOPIC, topic.id)] = OwnWords(topic.title, None, topic.id)
    if ids := wanted.get(TargetKind.NAME):
        for member in Membership.objects.filter(id__in=ids & set(authors)):
            found[(TargetKind.NAME, member.id)] = OwnWords(member.name)
    return found
