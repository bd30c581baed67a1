"""A cry for help in words that only facilitators read: they may not look for hours, so somebody is called at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from community.models import Membership
from hearthside.clock import now
from hearthside.live import Answer
from hearthside.wire import stamp
from moderation.actions.care import offer_support, open_alert
from moderation.actions.followup import due_at
from moderation.actions.items import Signal, open_item
from moderation.disclosures import grave
from moderation.judging import FROM_SEVERITY
from moderation.models.review import ReviewSignal, TargetKind
from moderation.screening import Context, Lane, Verdict, screen


def listen(member: Membership, words: str, *, nonce: str) -> Verdict:
    """What screening hears in words for the facilitators; outside the write, as it may be slow."""
    context = Context(
        person=str(member.person_id), group=str(member.group_id), act=nonce, member=str(member.id)
    )
    return screen(words, context)


def hearing(
    act: Callable[[], Answer], member: Membership, words: str, *, nonce: str, card: bool = False
) -> Callable[[], Answer]:
    """The action `act`, after which facilitators are called when the member's words ask for it.

    The group's review stream must be among the Write's. With `card` the answer has `support` as a post's has.
    """
    verdict = listen(member, words, nonce=nonce)
    severity = grave(verdict)

    def heard() -> Answer:
        answer = act()
        if severity:
            call_for(member, words, verdict)
        if not card:
            return answer
        support: dict[str, Any] | None = None
        if severity:
            support = {"severity": severity, "show": offer_support(member.person, severity)}
        return {**answer, "support": support}

    return heard


def call_for(member: Membership, words: str, verdict: Verdict) -> None:
    """Put the member into the care lane, and call somebody when it is more than a worry; inside an action."""
    severity = grave(verdict)
    signal = Signal(ReviewSignal.Source.RULE, "risk", score=1.0, by_version=verdict.version, words=words)
    item = open_item(
        group=member.group,
        lane=Lane.CARE.value,
        target_kind=TargetKind.MEMBER,
        target_id=member.id,
        topic=None,
        author=member,
        snapshot={"body": "", "html": "", "content_note": "", "title": "", "at": stamp(now())},
        signals=(signal,),
        severity=severity,
        due_at=due_at(Lane.CARE, member.group),
    )
    if severity >= FROM_SEVERITY:
        open_alert(item)
