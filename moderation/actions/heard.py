"""A cry for help in words that only facilitators read: they may not look for hours, so somebody is called at once."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import UUID

from accounts.models import Person
from community.access import access_group
from community.models import Membership, Topic
from hearthside.clock import now
from hearthside.errors import AgreementNeeded, Closed, Paused, Problem, SlowMode
from hearthside.live import Answer, Write, write
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


@contextlib.contextmanager
def heard_if_refused(person: Person, topic_id: UUID | None, words: str, *, nonce: str) -> Iterator[None]:
    """Words that the room does not take now (a pause, slow mode, a lock, its end, an agreement) are heard all the same.

    The refusal goes on as it was: what was written is shown to nobody but the facilitators, and only a cry for help.
    """
    try:
        yield
    except (AgreementNeeded, Closed, Paused, SlowMode):
        with contextlib.suppress(Problem):
            if topic_id is not None:
                _hear(person, topic_id, words, nonce=nonce)
        raise


def _hear(person: Person, topic_id: UUID, words: str, *, nonce: str) -> None:
    """Listen to words that were refused, and call somebody if need be; raises NotFound for who is not in the group."""
    topic = Topic.objects.filter(id=topic_id).first()
    if topic is None:
        return
    member = access_group(person, topic.group_id)
    verdict = listen(member, words, nonce=nonce)
    if grave(verdict):
        write(Write(partial(_call, member, words, verdict), (member.group.review_stream,)))


def _call(member: Membership, words: str, verdict: Verdict) -> Answer:
    call_for(access_group(member.person, member.group_id), words, verdict)
    return {}


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
