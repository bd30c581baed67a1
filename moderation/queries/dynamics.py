"""What a group's facilitators should notice: who went quiet, who takes all the room, several against one.

For facilitators only, never shown to members: it is a hint to look, not a judgement about anybody. Who does not say yes
to the purpose `statistics` is in none of the counts of single people.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max

from accounts.models import Consent
from accounts.queries import who_consents
from community.access import paused
from community.models import Group, Membership, Post, Topic
from hearthside.clock import now
from hearthside.wire import stamp
from moderation.models import ReviewItem, ReviewSignal
from moderation.models.review import TargetKind

QUIET_AFTER = timedelta(days=14)
LOUD_SHARE = 0.5  # of the group's posts; more than this is loud ...
LOUD_POSTS = 20  # ... once there are this many
PILE_PEOPLE = 3
PILE_WITHIN = timedelta(minutes=60)
MOST = 5000
MOST_PILES = 20
Source = ReviewSignal.Source
WHO_NOTICED = (Source.MEMBER, Source.RULE, Source.GROUP_RULE, Source.MODEL)
NOT_SAID = (Post.State.PENDING, Post.State.REFUSED, Post.State.WITHDRAWN)


def read_dynamics(group: Group, since: datetime) -> dict[str, Any]:
    """All three, since a moment; the caller has checked that the person leads the group."""
    return {"quiet": quiet(group), "loud": loud(group, since), "pile_on": pile_ons(group, since)}


def quiet(group: Group) -> list[dict[str, Any]]:
    """Members who have not written for more than 14 days, the longest first; a pause is not silence."""
    last = dict(Post.objects.filter(topic__group=group).values_list("author").annotate(at=Max("written_at")))
    members = Membership.objects.filter(
        group=group, state=Membership.State.ACTIVE, role=Membership.Role.MEMBER, person__is_active=True
    )
    counted = counted_in(group)
    found = []
    for member in members:
        silence = now() - max(last.get(member.id, member.joined_at), member.joined_at)
        if silence > QUIET_AFTER and not paused(member) and member.person_id in counted:
            found.append({"member": str(member.id), "name": member.name, "days": silence.days})
    return sorted(found, key=lambda row: (-int(row["days"]), row["name"]))


def loud(group: Group, since: datetime) -> dict[str, Any] | None:
    """Who wrote more than half of the group's posts, once there are 20."""
    posts = Post.objects.filter(
        topic__group=group, seq__isnull=False, written_at__gte=since, author__person__in=counted_in(group)
    )
    counts = dict(posts.values_list("author").annotate(n=Count("id")))
    total = sum(counts.values())
    if total < LOUD_POSTS:
        return None
    who, most = max(counts.items(), key=lambda pair: pair[1])
    if most / total <= LOUD_SHARE:
        return None
    member = Membership.objects.get(id=who)
    return {"member": str(member.id), "name": member.name, "share": round(most / total, 4)}


def counted_in(group: Group) -> set[UUID]:
    """Who of the group's people says yes to being counted."""
    people = Membership.objects.filter(group=group).values_list("person", flat=True)
    return who_consents(people, Consent.Purpose.STATISTICS)


@dataclass(frozen=True)
class Reply:
    """One answer of a member to somebody else's post."""

    id: UUID
    author: UUID
    at: datetime
    flagged: bool


def pile_ons(group: Group, since: datetime) -> list[dict[str, Any]]:
    """Where three or more members answered the same person within an hour and a conduct signal was among it.

    The newest first. Answers that were held count too: who is attacked need not have seen it.
    """
    answers = _answers(group, since)
    found = [
        (replies[0].at, topic, len({reply.author for reply in replies}))
        for (topic, _), line in answers.items()
        for replies in _piles(line)
    ]
    newest = sorted(found, key=lambda pile: pile[0], reverse=True)[:MOST_PILES]
    titles = {topic.id: topic.title for topic in Topic.objects.filter(id__in={row[1] for row in newest})}
    return [
        {"topic": str(topic), "title": titles[topic], "at": stamp(at), "people": people}
        for at, topic, people in newest
    ]


def _answers(group: Group, since: datetime) -> dict[tuple[UUID, UUID], list[Reply]]:
    """The members' answers since a moment, in order, by topic and by whom they answer."""
    replies = Post.objects.filter(
        topic__group=group,
        reply_to__isnull=False,
        written_at__gte=since,
        author__role=Membership.Role.MEMBER,
    ).exclude(state__in=NOT_SAID)
    rows = list(
        replies.order_by("-written_at").values_list("id", "topic", "author", "reply_to", "written_at")[:MOST]
    )
    answered = Post.objects.filter(topic__group=group, id__in=replies.values("reply_to"))
    whom = dict(answered.values_list("id", "author"))
    signals = ReviewSignal.objects.filter(
        item__group=group,
        item__lane=ReviewItem.Lane.CONDUCT,
        item__target_kind=TargetKind.POST,
        source__in=WHO_NOTICED,
        at__gte=since,
    )
    flagged = set(signals.order_by("-at").values_list("item__target_id", flat=True)[:MOST])
    found: dict[tuple[UUID, UUID], list[Reply]] = defaultdict(list)
    for pk, topic, author, reply_to, at in reversed(rows):
        target = whom.get(reply_to) if reply_to else None
        if target is not None and target != author:
            found[(topic, target)].append(Reply(pk, author, at, pk in flagged))
    return found


def _piles(line: Sequence[Reply]) -> list[Sequence[Reply]]:
    """The stretches of an hour with enough people and a flag in them, none overlapping another."""
    found: list[Sequence[Reply]] = []
    times, start = [reply.at for reply in line], 0
    while start < len(line):
        end = bisect_right(times, line[start].at + PILE_WITHIN)
        stretch = line[start:end]
        people = {reply.author for reply in stretch}
        if len(people) >= PILE_PEOPLE and any(reply.flagged for reply in stretch):
            found.append(stretch)
            start = end
        else:
            start += 1
    return found
