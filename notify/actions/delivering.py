"""The two writes around a sending: the marker before it, the receipt after it (docs/how/notices.md)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from hearthside.clock import now
from hearthside.live import Answer
from notify.actions.devices import note_answers
from notify.actions.planning import look_again
from notify.kinds import KINDS
from notify.models import Delivery
from notify.outcome import Browsers, Outcome
from notify.queries.verdict import Verdict, judge, why_over

State = Delivery.State
MOST_TRIES = 8
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)


def begin(delivery_id: UUID) -> Answer:
    """Write the marker if the delivery goes out now; `go` says so, with the `devices` of a push.

    A marker that is there already was left by a run that died: whether it left, nobody knows. It is in doubt then, or
    sent again when it is urgent.
    """
    row = Delivery.objects.select_for_update(of=("self",)).select_related("notice__person")
    delivery = row.filter(id=delivery_id).first()
    if delivery is None or delivery.state not in (State.WAITING, State.STARTED):
        return {"go": False}
    urgent = KINDS[delivery.notice.kind].urgent
    if delivery.state == State.STARTED:
        delivery.move_to(State.DOUBT, why="cut_off")
        again = urgent and delivery.tries < MOST_TRIES and not why_over(delivery, now())
        if not again:
            delivery.ended_at = now()
            delivery.save()
            return {"go": False, "doubt": True}
    verdict = judge(delivery)
    if verdict.why or verdict.again:
        _put_off(delivery, verdict, urgent=urgent)
        return {"go": False}
    delivery.move_to(State.STARTED)
    delivery.started_at, delivery.ended_at = now(), None
    delivery.tries += 1
    delivery.save()
    return {"go": True, "devices": [str(device.id) for device in verdict.devices]}


def _put_off(delivery: Delivery, verdict: Verdict, *, urgent: bool) -> None:
    """Let it wait for its time, or write down why it is not sent; what was in doubt stays so."""
    if delivery.state == State.DOUBT:
        delivery.ended_at = now()
    elif verdict.again:
        delivery.why = verdict.held or delivery.why
        delivery.due_at = verdict.again
        look_again(delivery, urgent=urgent)
    else:
        delivery.move_to(State.SKIPPED, why=verdict.why)
        delivery.ended_at = now()
    delivery.save()
    if delivery.state == State.SKIPPED and verdict.why not in ("withdrawn", "read", "late", "told"):
        bring_mail_forward(delivery)


def end(delivery_id: UUID, outcome: Outcome, browsers: Browsers | None = None) -> Answer:
    """Write the receipt: it was sent, refused, is to be tried again, or nobody can say; and what browsers answered."""
    if browsers is not None:
        note_answers(browsers)
    row = Delivery.objects.select_for_update(of=("self",)).select_related("notice__person")
    delivery = row.filter(id=delivery_id).first()
    if delivery is None or delivery.state not in (State.STARTED, State.DOUBT):
        return {"state": None}
    if delivery.state == State.DOUBT and outcome.state == State.DOUBT:
        return {"state": delivery.state}
    urgent = KINDS[delivery.notice.kind].urgent
    again = outcome.state == State.WAITING and delivery.tries < MOST_TRIES
    if outcome.state == State.DOUBT and urgent and delivery.tries < MOST_TRIES:
        delivery.move_to(State.DOUBT, why=outcome.why)
        again = True
    if again:
        delivery.move_to(State.WAITING, why=outcome.why)
        delivery.due_at = now() + wait_before(delivery.tries + 1, outcome.wait)
        look_again(delivery, urgent=urgent)
    else:
        state = State.FAILED if outcome.state == State.WAITING else outcome.state
        delivery.move_to(state, why=outcome.why)
        delivery.ended_at = now()
    delivery.save()
    if delivery.state == State.FAILED:
        bring_mail_forward(delivery)
    return {"state": delivery.state}


def wait_before(turn: int, asked: timedelta) -> timedelta:
    """How long to wait before the next try: longer each time, and as long as was asked for, within an hour."""
    return min(LONGEST_WAIT, max(asked, FIRST_WAIT * float(2 ** (turn - 2))))


def bring_mail_forward(push: Delivery) -> None:
    """A push that did not leave holds up no mail: that goes as it would have without one."""
    if push.channel != Delivery.Channel.PUSH:
        return
    kind = KINDS[push.notice.kind]
    mail = Delivery.objects.filter(
        notice=push.notice, channel=Delivery.Channel.MAIL, state=State.WAITING
    ).first()
    sooner = max(now(), push.notice.at + kind.mail_after)
    if mail is not None and sooner < mail.due_at and not mail.why:
        mail.due_at = sooner
        mail.save(update_fields=["due_at"])
        look_again(mail, urgent=kind.urgent)
