"""Notices about decisions and calls; inside the actions that make them."""

from __future__ import annotations

from accounts.models import Person
from hearthside.live import announce
from moderation.models import CareAlert, CarePage, ReviewDecision, ReviewItem
from moderation.models.review import TargetKind
from moderation.queries.mine import TOLD
from notify.actions.giving import give_notice, withdraw_notices
from notify.events import NoticesChanged

POSTS = (TargetKind.POST, TargetKind.REVISION)


def tell_decided(item: ReviewItem, decision: ReviewDecision) -> None:
    """Tell the author of a post that somebody has decided about it, if that is something they are told of at all."""
    author, topic = item.author, item.topic
    if author is None or topic is None or decision.choice not in TOLD or item.target_kind not in POSTS:
        return
    give_notice(
        [author.person],
        kind="post.decided",
        key=f"decision:{decision.id}",
        link=f"/groups/{item.group_id}/topics/{topic.id}",
        about=topic.title,
        group=item.group_id,
        by=decision.by,
    )


def call_by_notice(alert: CareAlert, page: CarePage, person: Person) -> None:
    """Call somebody in the product and by push; the mail is `moderation.jobs.mail_page`. An earlier call is over."""
    withdraw_notices(key_of(alert), people=[person], under=True)
    give_notice(
        [person],
        kind="care.called",
        key=f"{key_of(alert)}{page.id}",
        link=f"/review/{alert.item_id}",
        group=alert.item.group_id,
        mail=False,
    )


def stop_calls(alert: CareAlert) -> None:
    """Nothing is pushed from now on; `tell_stopped` then tells those who were called."""
    withdraw_notices(key_of(alert), under=True, tell=False)


def tell_stopped(alert: CareAlert, person: Person) -> None:
    """Have the screens of somebody who was called look anew."""
    announce(person.stream, NoticesChanged(), object_id=alert.id)


def key_of(alert: CareAlert) -> str:
    """How the keys of all notices about an alert begin."""
    return f"care:{alert.id}:"
