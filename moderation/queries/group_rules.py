"""Reads about a group's rules, for its facilitators: the rules, how they came about, and what they match."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, partial
from time import monotonic
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from accounts.models import Person
from accounts.queries import get_practice
from community.models import Membership, Post
from hearthside.clock import now
from hearthside.errors import Closed
from hearthside.wire import stamp
from moderation.access_rules import access_rule, access_rules
from moderation.group_rules import Ready, make_ready
from moderation.models import GroupRule, GroupRuleVersion, Screening
from moderation.models.review import TargetKind
from moderation.queries.duty import on_duty
from moderation.rule_shapes import LIMITS
from moderation.triggers import Room, Seen, hour_in

DAYS = 30
SHOWN = 200  # matches of a preview that are shown; all are counted
READ_SECONDS = 3.0  # that a preview takes at most
WORDS = 600  # characters of a post that a preview shows
AT_ONCE = 100  # posts whose scores are fetched together


def list_rules(person: Person, group_id: UUID) -> dict[str, Any]:
    """The group's rules, the oldest first, with their limits; raises NotFound or Denied."""
    access_rules(person, group_id)
    rules = list(GroupRule.objects.filter(group_id=group_id, archived_at=None).order_by("created_at", "id"))
    return {"rules": rows_of(rules), "limits": LIMITS}


def rows_of(rules: list[GroupRule]) -> list[dict[str, Any]]:
    """Rules as a screen shows them, with how often each spoke up in the last 30 days."""
    counted = (
        GroupRule.objects.filter(id__in=[rule.id for rule in rules])
        .annotate(
            acted=Count("matches", Q(matches__at__gte=since(), matches__shadow=False)),
            shadow=Count("matches", Q(matches__at__gte=since(), matches__shadow=True)),
        )
        .values_list("id", "acted", "shadow")
    )
    counts = {rule_id: (acted, shadow) for rule_id, acted, shadow in counted}
    return [row_of(rule, *counts.get(rule.id, (0, 0))) for rule in rules]


def row_of(rule: GroupRule, acted: int, shadow: int) -> dict[str, Any]:
    """One rule as a screen shows it."""
    definition = json.loads(rule.definition)
    return {
        "id": str(rule.id),
        **definition,
        "mode": str(rule.mode),
        "fail_mode": str(rule.fail_mode),
        "version": rule.version,
        "previewed": rule.previewed_version == rule.version,
        "matches_30d": acted,
        "shadow_30d": shadow,
    }


def was_in_shadow(rule: GroupRule) -> bool:
    """Whether the rule, looking for and doing what it does now, has ever run in shadow."""
    now_does = what_it_does(rule.definition)
    rows = GroupRuleVersion.objects.filter(rule=rule, mode=GroupRule.Mode.SHADOW)
    return any(what_it_does(row.definition) == now_does for row in rows)


def what_it_does(definition: str) -> dict[str, Any]:
    """A definition without what it is called and what it says."""
    return {key: value for key, value in json.loads(definition).items() if key not in ("name", "nudge")}


def list_versions(person: Person, rule_id: UUID) -> dict[str, Any]:
    """Every version of a rule, the newest first; raises NotFound or Denied."""
    rule, _ = access_rule(person, rule_id)
    rows = GroupRuleVersion.objects.filter(rule=rule).select_related("by").order_by("-version")
    return {
        "versions": [
            {
                "version": row.version,
                "mode": str(row.mode),
                "fail_mode": str(row.fail_mode),
                "by_name": row.by.name,
                "at": stamp(row.at),
                "name": json.loads(row.definition)["name"],
            }
            for row in rows
        ]
    }


def preview_rule(person: Person, rule_id: UUID) -> tuple[GroupRule, dict[str, Any]]:
    """What a rule would have matched among the group's words of the last 30 days, the newest first.

    Answers the rule as it was read, and the preview: at most 200 matches, all of them counted; `partial` when time ran
    out before everything was read; `failed` how often the rule could not be worked out. Only what the asking
    facilitator may read is looked at. Raises NotFound or Denied, or Closed for a rule that cannot be read any more.
    """
    rule, member = access_rule(person, rule_id)
    try:
        made = make_ready(rule)
    except ValueError:
        raise Closed("This rule cannot be read any more. Save it again, then look.") from None
    return rule, _Preview(made, member).read()


def since() -> datetime:
    """The beginning of the days that are counted and read."""
    return now() - timedelta(days=DAYS)


@dataclass
class _Past:
    """What the room was like: who wrote when, the hour, and who was on duty; each worked out once."""

    member: Membership
    _duty: dict[datetime, bool] = field(default_factory=dict)

    @cached_property
    def written(self) -> dict[UUID, list[datetime]]:
        rows = Post.objects.filter(
            topic__group=self.member.group, written_at__gte=since() - timedelta(days=1)
        )
        found: dict[UUID, list[datetime]] = {}
        for author, at in rows.order_by("written_at").values_list("author_id", "written_at"):
            found.setdefault(author, []).append(at)
        return found

    @cached_property
    def zone(self) -> str:
        return get_practice().time_zone

    def unattended(self, at: datetime) -> bool:
        minute = at.replace(second=0, microsecond=0)
        if minute not in self._duty:
            self._duty[minute] = on_duty(self.member.group, at).state == "off"
        return self._duty[minute]

    def posts_within(self, author: UUID, at: datetime) -> Callable[[int], int]:
        def count(minutes: int) -> int:
            times = self.written.get(author, [])
            return bisect_left(times, at) - bisect_left(times, at - timedelta(minutes=minutes)) + 1

        return count

    def room(self, author: UUID, at: datetime) -> Room:
        """The room as somebody found it who wrote at a moment."""
        return Room(
            posts_within=self.posts_within(author, at),
            hour=lambda: hour_in(self.zone, at),
            unattended=lambda: self.unattended(at),
        )


class _Preview:
    """One reading of a group's words with one rule."""

    def __init__(self, made: Ready, member: Membership) -> None:
        self.made, self.member = made, member
        self.past = _Past(member)
        active = Membership.objects.filter(group_id=member.group_id, state=Membership.State.ACTIVE)
        self.people = list(active.order_by("joined_at"))
        self.names = tuple(row.name for row in self.people)
        self.matches: list[dict[str, Any]] = []
        self.total = self.count = self.failed = 0

    def read(self) -> dict[str, Any]:
        """Look at everything, as far as time allows."""
        end, too_much = monotonic() + READ_SECONDS, False
        for author, seen, match in self.texts():
            if monotonic() > end:
                too_much = True
                break
            self.count += 1
            if author.is_facilitator and "facilitator" in self.made.definition.exempt:
                continue
            try:
                found = self.made.asks(seen)
            except Exception:  # a preview shows how often that is; the rule's fail mode is for what is new
                self.failed += 1
                continue
            if found:
                self.total += 1
                if len(self.matches) < SHOWN:
                    self.matches.append(match())
        return {
            "matches": self.matches,
            "total": self.total,
            "days": DAYS,
            "read": self.count,
            "partial": too_much,
            "failed": self.failed,
        }

    def texts(self) -> Iterator[tuple[Membership, Seen, Callable[[], dict[str, Any]]]]:
        """Each text that the rule's event is about, with its author and how a match is shown."""
        if self.made.definition.event == "profile":
            for row in self.people:
                yield row, self.seen(row.name, row, row.joined_at), partial(name_match, row)
            return
        posts = Post.objects.select_related("topic", "author").filter(
            topic__group_id=self.member.group_id,
            state=Post.State.PUBLISHED,
            at__gte=since(),
            seq__gte=self.member.visible_from,
        )
        if self.made.definition.event == "edit":
            posts = posts.filter(edited_at__isnull=False)
        scores: dict[UUID, dict[str, float]] = {}
        for index, post in enumerate(rows := list(posts.order_by("-seq"))):
            if index % AT_ONCE == 0 and self.made.definition.trigger.kind == "label":
                scores = scores_of([row.id for row in rows[index : index + AT_ONCE]])
            text = f"{post.content_note}\n{post.body}"
            seen = self.seen(text, post.author, post.written_at, scores.get(post.id))
            yield post.author, seen, partial(post_match, post)

    def seen(
        self, text: str, author: Membership, at: datetime, scores: dict[str, float] | None = None
    ) -> Seen:
        """One text as the rule would have seen it."""
        return Seen(
            text=text,
            event=self.made.definition.event,
            room=self.past.room(author.id, at),
            own_name=author.name,
            names=self.names,
            scores=scores or {},
        )


def scores_of(posts: list[UUID]) -> dict[UUID, dict[str, float]]:
    """The newest scores of each of the posts that has any."""
    rows = Screening.objects.filter(target_kind=TargetKind.POST, target_id__in=posts).order_by("at")
    return {row.target_id: row.scores for row in rows if row.scores}


def post_match(post: Post) -> dict[str, Any]:
    """A post that a rule matches."""
    return {
        "post": str(post.id),
        "topic_title": post.topic.title,
        "author_name": post.author.name,
        "at": stamp(post.at or post.written_at),
        "words": cut(post.body),
    }


def name_match(member: Membership) -> dict[str, Any]:
    """A name that a rule matches: no post, and its words are the name."""
    return {
        "post": None,
        "topic_title": "",
        "author_name": member.name,
        "at": stamp(member.joined_at),
        "words": member.name,
    }


def cut(text: str) -> str:
    """As much of a text as a list shows."""
    return text if len(text) <= WORDS else f"{text[:WORDS].rstrip()}…"
