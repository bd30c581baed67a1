"""Who was left without a reply: disclosures and questions that nobody answered in time."""

from __future__ import annotations

import re

from django.db.models import Exists, OuterRef, QuerySet

from community.models import Membership, Post
from hearthside.clock import now
from moderation.care_data import care_data
from moderation.models import ReviewSignal, Screening
from moderation.models.review import TargetKind
from moderation.screening import Kind, Lane

REASON = "unanswered"
MOST = 500  # posts looked at in one run, the newest
# A line that asks: a question mark at its end, but for quotation marks, brackets, smileys and further marks.
ASKS = re.compile(r"[?？؟⁇⁈][^\w\n]*$", re.MULTILINE)
# Or a question with a few words of thanks behind it.
ASKS_THEN_THANKS = re.compile(r"[?？؟]\s[^.?!\n]{1,40}[.!]?\s*$")
QUOTED = re.compile(r"^\s*>.*$", re.MULTILINE)


def asks(body: str) -> bool:
    """Whether a post asks something; questions inside quoted lines are somebody else's."""
    own = QUOTED.sub("", body)
    return bool(ASKS.search(own) or ASKS_THEN_THANKS.search(own))


def find_unanswered() -> list[Post]:
    """The posts that waited for a reply too long, and about which nobody was told so far."""
    times = care_data().times
    moment = now()
    disclosures = moment - times.unanswered_disclosure
    questions = moment - times.unanswered_question
    oldest = moment - times.unanswered_oldest
    waiting = (
        without_reply().filter(at__gt=oldest, at__lte=max(disclosures, questions)).order_by("-at")[:MOST]
    )
    found = []
    for post in waiting:
        assert post.at is not None
        if (post.at <= disclosures and is_disclosure(post)) or (post.at <= questions and asks(post.body)):
            found.append(post)
    return found


def without_reply() -> QuerySet[Post]:
    """The members' shown posts in open groups after which nobody else wrote in the topic, and nobody was told."""
    replies = Post.objects.filter(
        topic=OuterRef("topic"), state=Post.State.PUBLISHED, seq__gt=OuterRef("seq")
    ).exclude(author=OuterRef("author"))
    told = ReviewSignal.objects.filter(
        reason=REASON, item__target_kind=TargetKind.POST, item__target_id=OuterRef("id")
    )
    return Post.objects.select_related("topic__group", "author__person").filter(
        ~Exists(replies),
        ~Exists(told),
        state=Post.State.PUBLISHED,
        author__role=Membership.Role.MEMBER,
        author__state=Membership.State.ACTIVE,
        topic__group__closed_at=None,
    )


def is_disclosure(post: Post) -> bool:
    """Whether screening heard somebody speak of a danger to themselves."""
    heard = Screening.objects.filter(target_kind=TargetKind.POST, target_id=post.id)
    return heard.filter(kind=Kind.RISK).exists() or heard.filter(lane=Lane.CARE).exists()
