"""Carrying one delivery out: marker, sending, receipt, each a step that the process may die behind."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from uuid import UUID

import structlog

from accounts.queries import get_practice
from hearthside import live, mail
from hearthside.errors import Busy
from hearthside.failpoint import pass_by
from notify import outcome
from notify.actions import delivering, settling
from notify.kinds import KINDS
from notify.letters import headers_of, write_letter
from notify.models import Delivery, Notice, PushDevice
from notify.outcome import Browsers, Outcome
from notify.pushing import push_notice
from notify.queries.deliveries import settlers_of

RECEIPT_TRIES = 3

log = structlog.get_logger(__name__)


def carry_out(delivery_id: UUID) -> None:
    """Send one delivery if it is due: at most once, and twice only when it is urgent and nobody knows."""
    pass_by("delivery_due")
    begun = live.write(live.Write(partial(delivering.begin, delivery_id), streams_of(delivery_id)))
    if not begun["go"]:
        if begun.get("doubt"):
            tell_doubt(delivery_id)
        return
    pass_by("delivery_begun")
    delivery = Delivery.objects.select_related("notice__person").get(id=delivery_id)
    ended, browsers = send(delivery, begun["devices"])
    pass_by("delivery_sent")
    keep_receipt(delivery_id, ended, browsers)
    log.info("notice.delivery", delivery=str(delivery_id), channel=delivery.channel, state=ended.state)
    if ended.state == Delivery.State.DOUBT:
        tell_doubt(delivery_id)
    pass_by("delivery_ended")


def streams_of(delivery_id: UUID) -> tuple[str, ...]:
    """Held while it is decided, so that of two to one person the second sees the first; a call waits for nobody."""
    row = Delivery.objects.select_related("notice").filter(id=delivery_id).first()
    if row is None or KINDS[row.notice.kind].urgent:
        return ()
    return (f"person:{row.notice.person_id}",)


def tell_doubt(delivery_id: UUID) -> None:
    """Say to those who may settle it that something is in doubt: a hint, so nothing hangs on it."""
    delivery = Delivery.objects.select_related("notice").get(id=delivery_id)
    streams = tuple(sorted(person.stream for person in settlers_of(delivery)))
    live.write(live.Write(partial(settling.tell_doubt, delivery_id), streams))


def send(delivery: Delivery, devices: Sequence[str]) -> tuple[Outcome, Browsers]:
    """Send it by its channel; how that ended, and what became of browsers."""
    if delivery.channel == Delivery.Channel.PUSH:
        # those that answered come first, then those whose page was there last
        rows = list(PushDevice.objects.filter(id__in=devices).order_by("unreachable", "-at"))
        return push_notice(delivery.notice, get_practice(), rows)
    return send_mail(delivery.id, delivery.notice), Browsers()


def send_mail(delivery_id: UUID, notice: Notice) -> Outcome:
    """Mail a notice; a letter that comes twice after all has the same id, so that mail programs show it once."""
    letter = write_letter(notice, get_practice())
    try:
        mail.hand_over(
            notice.person.email, letter.subject, letter.text, headers=headers_of(notice), letter=delivery_id
        )
    except mail.NotLeft as error:
        return outcome.later("unreachable") if error.may_work_later else outcome.refused("refused")
    except Exception as error:
        log.warning("notice.mail_unsure", delivery=str(delivery_id), error=type(error).__name__)
        return outcome.unknown("no_answer")
    return outcome.sent()


def keep_receipt(delivery_id: UUID, ended: Outcome, browsers: Browsers) -> None:
    """Write the receipt; a database that is busy for a moment is asked again, as without it there is doubt."""
    for turn in range(RECEIPT_TRIES):
        try:
            live.write(live.Write(partial(delivering.end, delivery_id, ended, browsers)))
            return
        except Busy:
            if turn == RECEIPT_TRIES - 1:
                raise
            time.sleep(0.2 * (turn + 1))
