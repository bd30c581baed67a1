""" "Tell my facilitator": a member's own call, about themselves and never about a post."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from accounts.models import Person
from community.access import access_group
from community.models import Membership
from hearthside.clock import now
from hearthside.errors import Invalid
from hearthside.live import Answer, Write
from hearthside.wire import stamp
from moderation.actions.care import offer_support, open_alert
from moderation.actions.items import Signal, open_item
from moderation.models import ReviewItem, ReviewSignal
from moderation.models.review import TargetKind
from moderation.queries.duty import on_duty
from moderation.queries.support import duty_for_members
from moderation.screening import Context, Kind, screen

TELL_CHARACTERS = 2000
KEPT_CHARACTERS = 20_000  # of several calls in one item, the newest
REASON = "tell"
AT_LEAST = 1  # the severity of a call, whatever it says


def prepare_tell(person: Person, *, group_id: UUID, words: str, nonce: str) -> Write:
    """Check and screen a call; words are not needed. Raises NotFound or Invalid."""
    member = access_group(person, group_id)
    if len(words) > TELL_CHARACTERS:
        raise Invalid(fields={"words": f"At most {TELL_CHARACTERS:,} characters. A few words are enough."})
    context = Context(person=str(person.pk), group=str(group_id), act=nonce, member=str(member.id))
    verdict = screen(words, context)
    grave = verdict.severity if verdict.kind in (Kind.RISK, Kind.METHOD) else 0
    action = partial(tell, person, group_id=group_id, words=words.strip(), grave=grave)
    return Write(action, (member.group.stream, member.group.review_stream, person.stream))


def tell(person: Person, *, group_id: UUID, words: str, grave: int) -> Answer:
    """Open a care item about the member and call their facilitators; `grave` is the severity of the words.

    Open to everybody in the group, also while their writing rests and in a group that has closed.
    """
    member = access_group(person, group_id)
    item = open_item(
        group=member.group,
        lane=ReviewItem.Lane.CARE,
        target_kind=TargetKind.MEMBER,
        target_id=member.id,
        topic=None,
        author=member,
        snapshot={"body": "", "html": "", "content_note": "", "title": "", "at": stamp(now())},
        signals=[
            Signal(ReviewSignal.Source.SELF, REASON, score=1.0, by=member, words=with_earlier(member, words))
        ],
        severity=max(AT_LEAST, grave),
    )
    open_alert(item)
    support = {"severity": grave, "show": offer_support(person, grave)} if grave else None
    return {"received": True, "duty": duty_for_members(on_duty(member.group)), "support": support}


def with_earlier(member: Membership, words: str) -> str:
    """The words below those of earlier calls in the same open item, which one row holds together."""
    earlier = ReviewSignal.objects.filter(
        item__target_kind=TargetKind.MEMBER,
        item__target_id=member.id,
        item__lane=ReviewItem.Lane.CARE,
        item__state=ReviewItem.State.PENDING,
        source=ReviewSignal.Source.SELF,
        reason=REASON,
    ).order_by("-at")
    before = earlier.first()
    parts = [before.words if before else "", words]
    return "\n\n".join(part for part in parts if part)[-KEPT_CHARACTERS:]
