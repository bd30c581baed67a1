"""What a member is told about their own words: what spoke up, what was decided, and what they can do about it.

Never another member's, never who reported, never the reasons that facilitators give each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from accounts.access import access_self
from accounts.models import Person
from community.models import Membership
from hearthside.clock import now
from hearthside.errors import NotFound
from hearthside.wire import stamp
from messaging.ids import event_of
from moderation.flag_words import why
from moderation.ladder import counts
from moderation.models import ReviewDecision, ReviewItem, Screening, SealedMessage, SecondLook, Step
from moderation.models.review import TargetKind
from moderation.queries.mine import TOLD
from moderation.queries.own_words import OwnWords, own_words
from moderation.queries.second_looks import AGAINST, ask_until
from moderation.queries.standing import look_row, looks_at

PAGE = 30
MOST_STEPS = 100
WORDS_OF = (TargetKind.POST, TargetKind.REVISION, TargetKind.TOPIC, TargetKind.NAME)
CARE = ReviewItem.Lane.CARE


@dataclass(frozen=True)
class Flag:
    """One line of the page before it is shaped: a screening, or an item that was decided without one.

    `author` is None for a sealed message that belongs to no group.
    """

    id: UUID
    at: datetime
    target: tuple[str, UUID]
    author: Membership | None
    screening: Screening | None = None
    sent: SealedMessage | None = None


@dataclass
class Decided:
    """What was decided about the page's targets, and the second looks at it."""

    decisions: dict[UUID, list[ReviewDecision]] = field(default_factory=dict)
    looks: dict[UUID, SecondLook] = field(default_factory=dict)
    screened: dict[UUID, list[datetime]] = field(default_factory=dict)


def list_flags(person: Person, before: UUID | None = None) -> dict[str, Any]:
    """A page of the person's own flags, newest first, after the one with the id `before`; the first page has the steps.

    Raises NotFound for a `before` that is not theirs.
    """
    access_self(person)
    rows = Membership.objects.select_related("group").filter(person_id=person.pk)
    members = {member.id: member for member in rows}
    place = _place_of(person, before, members) if before else None
    found = [
        *(
            Flag(row.id, row.at, (row.target_kind, row.target_id), members[row.author_id], row)
            for row in _after(_screenings(members), place, "at")
        ),
        *(
            Flag(item.id, item.told_at, (item.target_kind, item.target_id), members[item.author_id])
            for item in _after(_unscreened(members), place, "told_at")
        ),
        *sent_flags(_after(_sent(person), place, "told_at"), members),
    ]
    page = sorted(found, key=lambda flag: (flag.at, flag.id.hex), reverse=True)
    shown = page[:PAGE]
    decided = _decided(shown, person)
    words = own_words([flag.target for flag in shown], members)
    return {
        "flags": [flag_row(flag, decided, words) for flag in shown],
        "steps": list_steps(members) if before is None else [],
        "more": len(page) > PAGE,
    }


def _screenings(members: Mapping[UUID, Membership]) -> QuerySet[Screening]:
    """The person's screenings that spoke up, that hold scores, or whose words a facilitator decided about."""
    told = ReviewDecision.objects.filter(
        item__target_id=OuterRef("target_id"), item__author_id=OuterRef("author_id"), choice__in=TOLD
    ).exclude(item__lane=CARE)
    quiet = Q(action="clear", kind="none", scores={})
    return Screening.objects.filter(author__in=list(members)).filter(~quiet | Exists(told))


def _unscreened(members: Mapping[UUID, Membership]) -> QuerySet[Any]:
    """Items about the person's words that were decided though screening never saw them."""
    seen = Screening.objects.filter(target_id=OuterRef("target_id"), author_id=OuterRef("author_id"))
    items = ReviewItem.objects.filter(author__in=list(members), target_kind__in=WORDS_OF).exclude(lane=CARE)
    return _told(items.filter(~Exists(seen)))


def _sent(person: Person) -> QuerySet[Any]:
    """Items about sealed messages that the person sent, and of which they were told."""
    sent = SealedMessage.objects.filter(sender=person)
    return _told(ReviewItem.objects.filter(target_kind=TargetKind.SEALED, target_id__in=sent.values("event")))


def sent_flags(items: list[Any], members: Mapping[UUID, Membership]) -> list[Flag]:
    """These items as flags; the words themselves are not known here."""
    rows = SealedMessage.objects.filter(event__in=[item.target_id for item in items])
    sent = {row.event: row for row in rows}
    return [
        Flag(
            item.id,
            item.told_at,
            (item.target_kind, item.target_id),
            members.get(item.author_id),
            sent=sent[item.target_id],
        )
        for item in items
    ]


def _told(items: QuerySet[ReviewItem]) -> QuerySet[Any]:
    """Those of the items of which their author was told, with when that was last."""
    told = Max("decisions__at", filter=Q(decisions__choice__in=TOLD))
    return items.annotate(told_at=told).filter(told_at__isnull=False)


def _place_of(person: Person, before: UUID, members: Mapping[UUID, Membership]) -> tuple[datetime, UUID]:
    """Where the page before ended; raises NotFound."""
    screening = Screening.objects.filter(id=before, author__in=list(members)).first()
    if screening is not None:
        return screening.at, screening.id
    item = _unscreened(members).filter(id=before).first() or _sent(person).filter(id=before).first()
    if item is None:
        raise NotFound
    return item.told_at, item.id


def _after(rows: QuerySet[Any], place: tuple[datetime, UUID] | None, at: str) -> list[Any]:
    """The newest rows below a place, one more than a page."""
    if place is not None:
        moment, pk = place
        rows = rows.filter(Q(**{f"{at}__lt": moment}) | Q(**{at: moment, "id__lt": pk}))
    return list(rows.order_by(f"-{at}", "-id")[: PAGE + 1])


def _decided(flags: list[Flag], person: Person) -> Decided:
    """The decisions about these flags' targets, oldest first, and when each target was screened.

    The flags are the person's own, so their targets are.
    """
    targets = [flag.target[1] for flag in flags]
    found = Decided()
    rows = (
        ReviewDecision.objects.select_related("item")
        .filter(item__target_id__in=targets)
        .exclude(item__lane=CARE)
        .order_by("at", "id")
    )
    for row in rows:
        found.decisions.setdefault(row.item.target_id, []).append(row)
    known = [row.id for decisions in found.decisions.values() for row in decisions]
    for look in SecondLook.objects.filter(decision__in=known).order_by("asked_at"):
        if look.decision_id:
            found.looks[look.decision_id] = look
    times = Screening.objects.filter(target_id__in=targets, author__person=person).order_by("at", "id")
    for target, at in times.values_list("target_id", "at"):
        found.screened.setdefault(target, []).append(at)
    return found


def flag_row(flag: Flag, decided: Decided, words: Mapping[tuple[str, UUID], OwnWords]) -> dict[str, Any]:
    """One flag as its author sees it. The words are shown only with the newest look at them: older ones are gone."""
    row, target = flag.screening, flag.target[1]
    until = next((at for at in decided.screened.get(target, ()) if row is not None and at > row.at), None)
    decisions = [
        made
        for made in decided.decisions.get(target, ())
        if (row is None or made.at >= row.at) and (until is None or made.at < until) and _is_told(made, row)
    ]
    decision = decisions[-1] if decisions else None
    look = next((decided.looks[made.id] for made in reversed(decisions) if made.id in decided.looks), None)
    place = words.get(flag.target, OwnWords())
    return {
        "id": str(flag.id),
        "at": stamp(flag.at),
        "target_kind": flag.target[0],
        "post": str(place.post) if place.post else None,
        "group": str(flag.author.group_id) if flag.author else None,
        "group_name": flag.author.group.name if flag.author else None,
        "message": _message_row(flag.sent),
        "topic": str(place.topic) if place.topic else None,
        "words": place.words if until is None else None,
        **_spoke_up(row, decided=decision is not None),
        "decision": _decision_row(decision),
        "second_look": look_row(look),
        "may_ask_until": _may_ask_until(decision, look),
    }


def _message_row(sent: SealedMessage | None) -> dict[str, Any] | None:
    """Where and when a sealed message was sent; only the sender's own devices know what it says."""
    if sent is None:
        return None
    return {
        "conversation": str(sent.conversation),
        "message": event_of(sent.event),
        "sent_at": stamp(sent.sent_at),
    }


def _is_told(decision: ReviewDecision, row: Screening | None) -> bool:
    """Whether the author is told of a decision; of words that were kept only where screening had asked for a look."""
    asked = row is not None and (row.sampled or row.lane not in ("", "none"))
    return decision.choice in TOLD or (decision.choice == "keep" and asked)


def _spoke_up(row: Screening | None, *, decided: bool) -> dict[str, Any]:
    """What screening thought, in words for the author and with every score."""
    scores = dict(row.scores) if row else {}
    ordered = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
    kind = row.kind if row else "none"
    return {
        "kind": kind,
        "action": row.action if row else "clear",
        "severity": row.severity if row else 0,
        "why": why(
            row.rules if row else (),
            kind,
            scored=bool(scores),
            decided=decided,
            sampled=row is not None and row.sampled,
        ),
        "scores": [{"label": label, "score": round(float(score), 4)} for label, score in ordered],
        "rules_version": row.rules_version if row else "",
        "model_version": row.model_version if row else "",
        "contested_at": stamp(row.contested_at) if row and row.contested_at else None,
        "may_contest": row is not None and row.contested_at is None,
    }


def _decision_row(decision: ReviewDecision | None) -> dict[str, Any] | None:
    """A decision as its author sees it: neither who made it nor what staff wrote to each other."""
    if decision is None:
        return None
    return {
        "choice": decision.choice,
        "policy": decision.policy or None,
        "message": decision.message or None,
        "at": stamp(decision.at),
    }


def _may_ask_until(decision: ReviewDecision | None, look: SecondLook | None) -> str | None:
    """Until when somebody else can be asked to look at the newest decision; None when that is not possible."""
    if decision is None or look is not None or decision.choice not in AGAINST:
        return None
    until = ask_until(decision.at)
    return stamp(until) if now() <= until else None


def list_steps(members: Mapping[UUID, Membership]) -> list[dict[str, Any]]:
    """The steps about the person, newest first; notes are for staff only."""
    rows = Step.objects.filter(member__in=list(members)).exclude(kind=Step.Kind.NOTE).order_by("-at", "-id")
    steps = list(rows[:MOST_STEPS])
    looks, moment = looks_at(steps), now()
    return [
        {
            "id": str(step.id),
            "kind": step.kind,
            "group": str(step.group_id),
            "group_name": members[step.member_id].group.name,
            "policy": step.policy or None,
            "message": step.message,
            "at": stamp(step.at),
            "ends_at": stamp(step.ends_at) if step.ends_at else None,
            "fades_at": stamp(step.fades_at) if step.fades_at else None,
            "check_in_at": stamp(step.check_in_at) if step.check_in_at else None,
            "lifted_at": stamp(step.lifted_at) if step.lifted_at else None,
            "counts": counts(step, moment),
            "second_look": look_row(looks.get(step.id)),
            "may_ask_until": stamp(ask_until(step.at))
            if step.id not in looks and step.lifted_at is None and moment <= ask_until(step.at)
            else None,
        }
        for step in steps
    ]
