"""What moderation does later or again and again: calling people, and asking after what waits too long."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from uuid import UUID

import structlog

from accounts.models import Person
from accounts.queries import get_practice
from community.actions.erasure import ERASE_AFTER
from hearthside import live, mail
from hearthside.clock import now
from hearthside.jobs import task
from moderation import letters, shadowing
from moderation.access import reviewer_in
from moderation.actions import overdue, paging, shadow, thresholds, unanswered
from moderation.actions.check_ins import open_check_in
from moderation.actions.forgetting import forget_copies, forget_reported_words, forget_snapshots
from moderation.drifting import log_drift
from moderation.looking import lookers_of
from moderation.models import CareAlert, CarePage, OverdueCall, ReviewItem, SealedMessage, Step
from moderation.queries.drift import read_drift, version_in_use
from moderation.queries.overdue import find_overdue
from moderation.queries.paging import FAILED, reachable
from moderation.queries.thresholds import groups_with_flags
from moderation.queries.unanswered import find_unanswered

log = structlog.get_logger(__name__)


@task()
def page_alert(alert_id: str) -> None:
    """Call whoever the alert's next level calls, if it is due."""
    alert = CareAlert.objects.select_related("item__group", "item__author").filter(id=alert_id).first()
    if alert is not None:
        streams = {person.stream for person in reachable(alert.item)} | {alert.item.own_group.review_stream}
        live.write(live.Write(partial(paging.page_due, alert.id), tuple(sorted(streams))))


@task()
def page_due_alerts() -> None:
    """Call for every alert whose next level is due: what a restart or a moved clock left behind comes here."""
    due = CareAlert.objects.filter(next_at__lte=now()).order_by("next_at").values_list("id", flat=True)
    for alert_id in list(due):
        with holding_up_none("care.page_failed", alert_id):
            page_alert.call(str(alert_id))


@task()
def settle_alert(alert_id: str) -> None:
    """Tell those who were called that it is in somebody's hands, or over."""
    pages = CarePage.objects.select_related("person").filter(alert__id=alert_id, settled_at=None)
    streams = {page.person.stream for page in pages}
    live.write(live.Write(partial(paging.settle_pages, UUID(alert_id)), tuple(sorted(streams))))


@task()
def mail_page(page_id: str) -> None:
    """Mail one call; does nothing once it was mailed, acknowledged or closed."""
    page = CarePage.objects.select_related("alert", "person").filter(id=page_id, mailed_at=None).first()
    if page is None or page.settled_at is not None or page.alert.acknowledged_at or page.alert.closed_at:
        return
    letter = letters.write_page(
        get_practice(), str(page.alert.item_id), page.level, minutes_until(page.alert)
    )
    mail.send(page.person.email, letter.subject, letter.text)
    live.write(live.Write(partial(paging.mark_page_mailed, page.id)))


@task()
def mail_admins(alert_id: str, round_number: int) -> None:
    """Tell the admins that a cry for help has nobody to answer it; once for each round of an alert."""
    alert = CareAlert.objects.filter(id=alert_id, round=round_number, level=FAILED, closed_at=None).first()
    if alert is None:
        return
    letter = letters.write_nobody_there(get_practice())
    for admin in Person.objects.filter(role=Person.Role.ADMIN, is_active=True):
        mail.send(admin.email, letter.subject, letter.text)


@task()
def mail_nobody_reviews(item_id: str) -> None:
    """Tell the admins that a report has nobody who could look at it; does nothing once there is somebody."""
    item = ReviewItem.objects.select_related("group", "author").filter(id=item_id).first()
    if item is None or item.state != ReviewItem.State.PENDING or reachable(item):
        return
    letter = letters.write_nobody_reviews(get_practice())
    for admin in Person.objects.filter(role=Person.Role.ADMIN, is_active=True):
        mail.send(admin.email, letter.subject, letter.text)


@task()
def mail_sealed_report(item_id: str) -> None:
    """Tell those who look for the practice that a sealed message was reported; does nothing once it was decided.

    Admins seldom have the queue open. Nobody who is in the conversation gets this.
    """
    item = ReviewItem.objects.select_related("group").filter(id=item_id).first()
    if item is None or item.state != ReviewItem.State.PENDING:
        return
    letter = letters.write_sealed_report(get_practice(), str(item.id))
    for person in lookers_of(item):
        if reviewer_in(person, item) is None:
            mail.send(person.email, letter.subject, letter.text)


@task()
def mail_account_closed(message_id: str) -> None:
    """Tell the sender of a reported message that their account is closed; does nothing once it is open again."""
    message = SealedMessage.objects.select_related("sender").filter(event=message_id).first()
    if message is None or message.closed_at is None or message.sender.is_active:
        return
    letter = letters.write_account_closed(get_practice())
    mail.send(message.sender.email, letter.subject, letter.text)


@task()
def forget_withdrawn(post_id: str) -> None:
    """Empty the queue's copies of a post's words that were taken back, once undo is over."""
    answer = live.write(live.Write(partial(forget_copies, UUID(post_id))))
    if answer["wait"]:
        forget_withdrawn.using(run_after=now() + ERASE_AFTER).enqueue(post_id)


@task()
def prompt_check_in(step_id: str) -> None:
    """Put a check-in that is due into the group's queue; does nothing when it took place or the step was lifted."""
    step = Step.objects.select_related("group").filter(id=UUID(step_id)).first()
    if step is not None:
        live.write(live.Write(partial(open_check_in, step.id), (step.group.review_stream,)))


@task()
def tell_overdue() -> None:
    """Tell the next facilitators of held posts that wait longer than promised; nothing is ever shown by time."""
    for item in find_overdue():
        with holding_up_none("care.overdue_failed", item.id):
            live.write(live.Write(partial(overdue.call_overdue, item.id), (item.own_group.review_stream,)))


@task()
def mail_overdue(call_id: str) -> None:
    """Mail one such call; does nothing once it was mailed or the item was decided."""
    call = OverdueCall.objects.select_related("item", "person").filter(id=call_id, mailed_at=None).first()
    if call is None or call.item.state != ReviewItem.State.PENDING:
        return
    letter = letters.write_overdue(get_practice(), str(call.item_id))
    mail.send(call.person.email, letter.subject, letter.text)
    live.write(live.Write(partial(overdue.mark_call_mailed, call.id)))


@task()
def ask_after_unanswered() -> None:
    """Ask the facilitators to look at what had no reply for too long."""
    for post in find_unanswered():
        with holding_up_none("care.unanswered_failed", post.id):
            stream = post.topic.group.review_stream
            live.write(live.Write(partial(unanswered.ask_after, post.id), (stream,)))


@task()
def forget_old_copies() -> None:
    """Remove the queue's copies of words once no second look can be asked for any more."""
    for forget in (forget_snapshots, forget_reported_words):
        while live.write(live.Write(forget))["forgotten"]:
            pass


@task()
def shift_thresholds() -> None:
    """Move each group's thresholds a little, where enough decisions there say so."""
    for group_id in groups_with_flags():
        with holding_up_none("thresholds.shift_failed", group_id):
            live.write(live.Write(partial(thresholds.shift_thresholds, group_id)))


@task()
def read_in_shadow() -> None:
    """Let the model on trial, if there is one, read a few of the last days' texts; nobody sees what it says."""
    for opinions in shadowing.read_lately():
        live.write(live.Write(partial(shadow.note_opinions, opinions)))


@task()
def watch_drift() -> None:
    """Log whether the model in use still sees what it saw."""
    if version := version_in_use():
        log_drift(read_drift(version))


@contextlib.contextmanager
def holding_up_none(event: str, row_id: UUID) -> Iterator[None]:
    """Log what fails for one row, so that the others have their turn; the next run tries it again."""
    try:
        yield
    except Exception:
        log.exception(event, row=str(row_id))


def minutes_until(alert: CareAlert) -> int:
    """Minutes until the alert's next level, at least one."""
    left = alert.next_at - now() if alert.next_at else timedelta(0)
    return max(1, round(left / timedelta(minutes=1)))
