"""What waits in the demo groups' review queues, so that a facilitator who tries the product finds it alive."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
from django.db.models import Max

from accounts.models import Person
from community.models import Membership, Post, Topic
from hearthside import clock
from moderation.actions.duty import Slot, save_roster
from moderation.actions.reports import send_report
from moderation.actions.talk import hand_over
from moderation.intake import prepare_submit


class DutyText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Weekly hours of somebody's duty; weekdays from 0, Monday."""

    member: str
    order: str
    weekdays: tuple[int, ...]
    starts: str
    ends: str


class WaitingText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A post, `hours` ago, that somebody has to look at."""

    by: str
    topic: str
    hours: float
    text: str
    ask_first: bool = False


class ReportText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A report about the newest post of `about` in a topic."""

    by: str
    about: str
    topic: str
    hours: float
    reason: str
    words: str


class QueueText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One group's queue."""

    hand_over: str
    duty: tuple[DutyText, ...] = ()
    waiting: tuple[WaitingText, ...] = ()
    reports: tuple[ReportText, ...] = ()


def read_queue(path: Path) -> QueueText:
    """A group's queue from its file; raises msgspec.ValidationError for one that does not fit."""
    return msgspec.convert(tomllib.loads(path.read_text()), QueueText)


def fill_queue(group_id: UUID, text: QueueText, names: Mapping[str, Person]) -> None:
    """Let it all happen, as the past it stands for; inside one live.write. `names` are the names in the group."""
    members = {name: Membership.objects.get(group_id=group_id, person=who) for name, who in names.items()}
    leaders = [names[name] for name, member in members.items() if member.is_facilitator]
    moment = clock.now()
    with clock.as_of(moment - timedelta(days=7)):
        save_roster(leaders[0], group_id=group_id, version=0, slots=slots_of(text, members))
    for report in text.reports:
        with clock.as_of(moment - timedelta(hours=report.hours)):
            _report(group_id, report, names, members)
    for waiting in sorted(text.waiting, key=lambda waiting: -waiting.hours):
        _write(group_id, waiting, names, moment)
    with clock.as_of(moment - timedelta(hours=12)):
        hand_over(leaders[-1], group_id=group_id, text=text.hand_over)


def slots_of(text: QueueText, members: Mapping[str, Membership]) -> list[Slot]:
    """The roster, a slot a day."""
    return [
        Slot(
            member=members[duty.member].id,
            order=duty.order,
            weekday=day,
            starts=time.fromisoformat(duty.starts),
            ends=time.fromisoformat(duty.ends),
        )
        for duty in text.duty
        for day in duty.weekdays
    ]


def _report(
    group_id: UUID, text: ReportText, names: Mapping[str, Person], members: Mapping[str, Membership]
) -> None:
    """Somebody reports a post; nothing happens when its author has written nothing there yet."""
    topic = topic_called(group_id, text.topic)
    posts = Post.objects.filter(topic=topic, author=members[text.about], seq__isnull=False)
    post = posts.order_by("-seq").first()
    if post is not None:
        send_report(names[text.by], post_id=post.id, reason=text.reason, words=text.words, unsafe=False)


def _write(group_id: UUID, text: WaitingText, names: Mapping[str, Person], moment: datetime) -> None:
    """Somebody writes a post, screened like any other, after everything that stands in the group already."""
    topic = topic_called(group_id, text.topic)
    newest = Post.objects.filter(topic__group_id=group_id).aggregate(at=Max("at"))["at"]
    written = min(moment, max(moment - timedelta(hours=text.hours), newest + timedelta(minutes=1)))
    with clock.as_of(written):
        prepare_submit(
            names[text.by],
            topic_id=topic.id,
            body=text.text.strip(),
            reply_to=None,
            content_note="",
            ask_first=text.ask_first,
        ).action()


def topic_called(group_id: UUID, title: str) -> Topic:
    """The group's topic of that title."""
    return next(topic for topic in Topic.objects.filter(group_id=group_id) if topic.title == title)
