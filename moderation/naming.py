"""Titles of topics and names in groups: screened like every other text, but never kept waiting.

A name or a title that would be held cannot stand half shown, so its author is asked for another one at once. A cry for
help in it is answered all the same: the topic stands, and the care lane is told.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from accounts.models import Person
from accounts.queries import invitation_by_token
from community.access import access_group, access_open_group, access_topic
from community.actions.members import accept_invitation, rename_member
from community.actions.topics import create_topic, update_topic
from community.models import Membership, Topic
from hearthside.clock import now
from hearthside.errors import Invalid
from hearthside.live import Answer, Write, write
from hearthside.wire import stamp
from moderation.actions.followup import follow_up
from moderation.judging import Judgement, judge
from moderation.models.review import TargetKind
from moderation.screening import Action, Lane


def prepare_topic(person: Person, *, group_id: UUID, title: str, nonce: str) -> Write:
    """Starting a topic under a screened title; raises NotFound, Closed, Paused, Denied or Invalid."""
    member = access_open_group(person, group_id)
    judgement = judge_line(member, None, title, field="title", act=nonce)
    action = partial(create_topic, person, group_id=group_id, title=title)
    return _write(person, member, judgement, action, title)


def prepare_topic_update(
    person: Person, *, topic_id: UUID, version: int, changes: dict[str, Any], nonce: str
) -> Write:
    """Changing a topic; a new title is screened. Raises NotFound, Closed, Denied, Stale or Invalid."""
    topic, member = access_topic(person, topic_id)
    action = partial(update_topic, person, topic_id=topic_id, version=version, changes=changes)
    title = changes.get("title", topic.title)
    if title == topic.title:
        return Write(action, (topic.group.stream,))
    return _write(person, member, judge_line(member, topic, title, field="title", act=nonce), action, title)


def prepare_rename(person: Person, *, group_id: UUID, name: str, nonce: str) -> Write:
    """Going by another, screened name in a group; raises NotFound, Closed or Invalid."""
    member = access_open_group(person, group_id)
    judgement = judge_line(member, None, name, field="name", act=nonce)

    def rename() -> Answer:
        answer = rename_member(person, group_id=group_id, name=name)
        return {**answer, **_follow(judgement, member, None, TargetKind.NAME, member.id, name)}

    streams = (member.group.stream, person.stream, member.group.review_stream)
    return Write(rename, streams)


def prepare_join(person: Person, *, token: str, name: str | None, agreement: int | None, nonce: str) -> Write:
    """Joining by an invitation under a screened name; the group's streams are known only from the invitation."""
    to_group = getattr(invitation_by_token(token, person=person), "to_group", None)
    action = partial(accept_invitation, person, token=token, name=name, agreement=agreement)
    if to_group is None:
        return Write(action, (person.stream,))
    group = to_group.group
    if not name:
        return Write(action, (group.stream, group.review_stream, person.stream))
    newcomer = Membership(person=person, group=group, name=name)
    judgement = judge_line(newcomer, None, name, field="name", act=nonce, known=False)

    def join() -> Answer:
        answer = action()
        joined = Membership.objects.select_related("group", "person").filter(id=answer["membership"]).first()
        if joined is not None and joined.name == " ".join(name.split()):
            _follow(judgement, joined, None, TargetKind.NAME, joined.id, name)
        return answer

    return Write(join, (group.stream, group.review_stream, person.stream))


def judge_line(
    member: Membership, topic: Topic | None, text: str, *, field: str, act: str, known: bool = True
) -> Judgement:
    """Judge a title or a name; raises Invalid for one that cannot stand, after telling the care lane if need be."""
    event = "title" if field == "title" else "profile"
    judgement = judge(member, topic, text, event=event, act=act)
    if judgement.verdict.action is Action.CLEAR:
        return judgement
    if known and judgement.signals.get(Lane.CARE):
        tell = partial(_tell_care, judgement, member, topic, text)
        write(Write(tell, (member.group.stream, member.group.review_stream, member.person.stream)))
    raise Invalid(fields={field: judgement.sentence or "Please choose other words here."})


def _tell_care(judgement: Judgement, member: Membership, topic: Topic | None, text: str) -> Answer:
    """Words that were not taken, and that somebody should answer all the same."""
    fresh = access_group(member.person, member.group_id)
    return _follow(judgement, fresh, topic, TargetKind.MEMBER, fresh.id, text)


def _write(
    person: Person, member: Membership, judgement: Judgement, action: Callable[[], Answer], title: str
) -> Write:
    """The write of a topic and of what its title asks for."""

    def act() -> Answer:
        answer = action()
        topic = Topic.objects.select_related("group").get(id=answer["id"])
        return {**answer, **_follow(judgement, member, topic, TargetKind.TOPIC, topic.id, title)}

    group = member.group
    if judgement.quiet:
        return Write(act, (group.stream,))
    return Write(act, (group.stream, group.review_stream, person.stream))


def _follow(
    judgement: Judgement, member: Membership, topic: Topic | None, kind: str, target: UUID, text: str
) -> Answer:
    """Store the verdict and tell the queue; answers `support`."""
    snapshot = {"body": "", "html": "", "content_note": "", "title": text, "at": stamp(now())}
    support = follow_up(
        judgement,
        target_kind=kind,
        target_id=target,
        group=member.group,
        topic=topic,
        author=member,
        snapshot=snapshot,
    )
    return {"support": support}
