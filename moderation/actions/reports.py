"""Reports: a member tells the facilitators about a post. Nobody else learns who it was, and nothing is hidden by it."""

from __future__ import annotations

from uuid import UUID

from accounts.models import Person
from community.access import access_post
from community.models import Membership, Post
from hearthside.errors import Denied
from hearthside.live import Answer
from moderation import jobs
from moderation.actions.care import open_alert
from moderation.actions.followup import due_at, snapshot_of
from moderation.actions.items import Signal, open_item
from moderation.models.review import ReviewSignal, TargetKind
from moderation.queries.paging import reachable
from moderation.queries.reporters import accuracy_of
from moderation.review_data import review_data
from moderation.screening import Lane

# Which lane looks: what is private and what is worrying are nobody's fault.
LANES = {
    "unkind": Lane.CONDUCT,
    "attack": Lane.CONDUCT,
    "private": Lane.PRIVACY,
    "worried": Lane.CARE,
    "unsafe_content": Lane.CONDUCT,
    "other": Lane.CONDUCT,
}
WORRY, DANGER = 1, 2  # severities
NO_WORDS = {"body": "", "html": "", "content_note": "", "title": "", "at": None}


def send_report(
    person: Person, *, post_id: UUID, reason: str, words: str, unsafe: bool, danger: int = 0
) -> Answer:
    """Tell the facilitators about a post of somebody else; again means the same report, brought up to date.

    `unsafe` says that the reporter does not feel safe now, `danger` how grave a danger to themselves their words speak
    of: either has somebody called for them. Raises NotFound, Denied for one's own post, AgreementNeeded.
    """
    post, member = access_post(person, post_id)
    if post.author_id == member.id:
        raise Denied("This is your own post. You can change it or take it back.")
    _report(post, member, reason=reason, words=words, unsafe=unsafe)
    if unsafe or danger:
        _call_for(member, post, words=words, severity=max(DANGER if unsafe else WORRY, danger))
    return {"received": True}


def _report(post: Post, member: Membership, *, reason: str, words: str, unsafe: bool) -> None:
    """Put the report into its lane. How often the member was right only orders; it never keeps a report out."""
    lane = LANES[reason]
    author = Membership.objects.select_related("person", "group").get(id=post.author_id)
    signal = Signal(
        source=ReviewSignal.Source.MEMBER,
        reason=reason,
        score=review_data().weights[reason] * accuracy_of(member),
        by=member,
        words=words,
        unsafe=unsafe,
    )
    item = open_item(
        group=member.group,
        lane=lane.value,
        target_kind=TargetKind.POST,
        target_id=post.id,
        topic=post.topic,
        author=author,
        snapshot=snapshot_of(post),
        signals=(signal,),
        severity=WORRY if lane is Lane.CARE else 0,
        due_at=due_at(lane, member.group),
    )
    if author.is_facilitator and not reachable(item):
        jobs.mail_nobody_reviews.enqueue(str(item.id))


def _call_for(member: Membership, post: Post, *, words: str, severity: int) -> None:
    """Have somebody look after the reporter, at once: this is about them, not about the post.

    Where a facilitator wrote the post, the item is about that post instead: so it is kept from its author like
    everything about themselves, and they neither answer the call nor learn who is afraid of them.
    """
    author = Membership.objects.select_related("person", "group").get(id=post.author_id)
    signal = Signal(
        source=ReviewSignal.Source.SELF, reason="unsafe", score=1.0, by=member, words=words, unsafe=True
    )
    item = open_item(
        group=member.group,
        lane=Lane.CARE.value,
        target_kind=TargetKind.POST if author.is_facilitator else TargetKind.MEMBER,
        target_id=post.id if author.is_facilitator else member.id,
        topic=post.topic,
        author=author if author.is_facilitator else member,
        snapshot=snapshot_of(post) if author.is_facilitator else NO_WORDS,
        signals=(signal,),
        severity=severity,
        due_at=due_at(Lane.CARE, member.group),
    )
    if severity >= DANGER:
        open_alert(item)
