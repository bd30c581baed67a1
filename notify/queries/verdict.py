"""Whether something that is due goes out now: later, never and why, or now and where to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from accounts.models import Consent
from accounts.queries import has_consent
from hearthside.clock import now
from notify.devices import MOST_UNREACHABLE
from notify.kinds import KINDS, STALE
from notify.models import Delivery, PushDevice
from notify.queries.choices import choices_of, hours_for, is_wanted, living_devices
from notify.queries.cooling import cooled_at, is_told_by, left_before
from notify.quiet import leaves_at


@dataclass(frozen=True)
class Verdict:
    """`why` it is not sent, or when it is looked at `again` and what `held` it; else it goes out, to `devices`."""

    why: str = ""
    again: datetime | None = None
    held: str = ""
    devices: list[PushDevice] = field(default_factory=list)


def judge(delivery: Delivery) -> Verdict:
    """What becomes of a delivery at this moment; its notice and person are loaded."""
    notice, moment = delivery.notice, now()
    person, kind = notice.person, KINDS[notice.kind]
    if why := why_over(delivery, moment):
        return Verdict(why=why)
    if delivery.due_at > moment:
        return Verdict(again=delivery.due_at)
    if not is_wanted(kind, delivery.channel, choices_of(person.pk)):
        return Verdict(why="choice")
    devices: list[PushDevice] = []
    if delivery.channel == Delivery.Channel.PUSH:
        if not has_consent(person.pk, Consent.Purpose.PUSH):
            return Verdict(why="consent")
        devices = [row for row in living_devices(person) if kind.urgent or row.unreachable < MOST_UNREACHABLE]
        if not devices:
            return Verdict(why="no_device")
    elif not (settings.HEARTHSIDE.mail_url or settings.HEARTHSIDE.demo):
        return Verdict(why="no_mail_server")
    if not kind.urgent and (last := left_before(delivery, moment)) is not None:
        if is_told_by(delivery, last):
            return Verdict(why="told")
        if (cooled := cooled_at(delivery, last)) > moment:
            return Verdict(again=cooled, held="cool_down")
    if not kind.urgent and (leaves := leaves_at(moment, hours_for(person, notice.group))) > moment:
        if notice.until is not None and leaves >= notice.until:
            return Verdict(why="quiet_hours")
        return Verdict(again=leaves, held="quiet_hours")
    return Verdict(devices=devices)


def why_over(delivery: Delivery, moment: datetime) -> str:
    """Why there is nothing to send any more, in a word; empty while there is."""
    notice = delivery.notice
    if notice.withdrawn_at is not None:
        return "withdrawn"
    if notice.read_at is not None:
        return "read"
    if not notice.person.is_active:
        return "account_closed"
    if (notice.until is not None and notice.until <= moment) or notice.at + STALE <= moment:
        return "late"
    return ""
