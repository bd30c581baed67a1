"""Builders for tests of the ladder, the flags and the metrics."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from accounts.models import Person
from community.models import Group, Membership, Post
from hearthside import live
from hearthside.audit_model import AuditEntry
from hearthside.clock import now
from hearthside.models import LogEvent
from moderation.actions.items import Signal, open_item
from moderation.models import ReviewDecision, ReviewItem, Screening, SecondLook, Step
from tests.given import Browser, act

KINDS = ("note", "private_word", "reminder", "pause", "posts_held", "leave")
RULE = Signal(source="rule", reason="attack", score=0.8, by_version="rules-1")


def member_of(group: Group, person: Person) -> Membership:
    """Somebody's place in a group, as it is now."""
    return Membership.objects.select_related("group", "person").get(group=group, person=person)


def given_item(
    author: Membership,
    *,
    lane: str = "conduct",
    target: UUID | None = None,
    kind: str = "post",
    signals: tuple[Signal, ...] = (RULE,),
    post: Post | None = None,
) -> ReviewItem:
    """An open item of the queue about something its author wrote."""
    group = author.group

    def opened() -> live.Answer:
        item = open_item(
            group=group,
            lane=lane,
            target_kind=kind,
            target_id=post.id if post else target or uuid4(),
            topic=post.topic if post else None,
            author=author,
            snapshot={"body": "what was written"},
            signals=signals,
        )
        return {"id": str(item.id)}

    answer = live.write(live.Write(opened, (group.review_stream,)))
    return ReviewItem.objects.get(pk=answer["id"])


def given_decision(
    item: ReviewItem, choice: str, state: str, *, by: Person | None = None, **fields: Any
) -> ReviewDecision:
    """A decision as a row, and the item in the state that it led to."""
    before, item.state, item.decided_at = item.state, state, now()
    item.save()
    return ReviewDecision.objects.create(
        item=item, by=by, choice=choice, before=before, after=state, **{"at": now(), **fields}
    )


def given_look(
    asked_by: Membership,
    *,
    item: ReviewItem,
    decision: ReviewDecision | None = None,
    step: Step | None = None,
    **fields: Any,
) -> SecondLook:
    """A second look as a row."""
    return SecondLook.objects.create(
        item=item, decision=decision, step=step, asked_by=asked_by, **{"words": "please look again", **fields}
    )


def given_screening(author: Membership, post: Post | None = None, **fields: Any) -> Screening:
    """What screening thought of something; an attack that was held unless told."""
    row: dict[str, Any] = {
        "target_kind": "post",
        "target_id": post.id if post else uuid4(),
        "group": author.group,
        "author": author,
        "kind": "attack",
        "action": "hold",
        "lane": "conduct",
        "rules": ["attack"],
        "rules_version": "rules-1",
    }
    return Screening.objects.create(**{**row, **fields})


def data_of(member: Membership, **more: Any) -> dict[str, Any]:
    """A reminder that fits."""
    fields = {"group": member.group_id, "member": member.id, "kind": "reminder", "policy": "kind_words"}
    return {**fields, "reason": "why", "message": "a kind word", **more}


def take(leader: Person, member: Membership, kind: str, **data: Any) -> Step:
    """A step taken by command."""
    words = {} if kind == "note" else {"message": "a kind word"}
    needed = {} if kind in ("note", "private_word") else {"policy": "kind_words"}
    fields = {"group": member.group_id, "member": member.id, "reason": "for staff", **words, **needed}
    answer = act(leader, "step.take", kind=kind, **{**fields, **data})
    return Step.objects.select_related("member__person", "group").get(pk=answer["step"])


def standing(leader: Person, member: Membership) -> dict[str, Any]:
    """How the member stands, by the HTTP door."""
    answer = Browser(leader).get(f"/api/groups/{member.group_id}/members/{member.id}/standing")
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def told(person: Person, kind: str) -> list[LogEvent]:
    """The events of a type on somebody's own stream."""
    return list(LogEvent.objects.filter(stream=person.stream, type=kind).order_by("seq"))


def written_down(verb: str) -> list[AuditEntry]:
    """The audit entries of a verb."""
    return list(AuditEntry.objects.filter(verb=verb).order_by("at"))


def move_to(row: Any, moment: datetime, *names: str) -> None:
    """Move a row's times to a moment."""
    type(row)._default_manager.filter(pk=row.pk).update(**dict.fromkeys(names, moment))
    row.refresh_from_db()
