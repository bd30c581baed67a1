"""Builders of the care lane's tests: items with alerts, duty slots, the work of jobs, and the mail they sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from email import message_from_bytes, policy
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import Person, Practice
from community.models import Group, Membership
from hearthside import clock, live
from hearthside.audit_model import AuditEntry
from hearthside.jobs import run_due_jobs
from hearthside.models import LogEvent
from moderation.actions.care import open_alert
from moderation.actions.items import Signal, open_item
from moderation.models import CareAlert, CarePage, DutySlot, ReviewItem
from tests.given import given_member, given_person

DUE = "moderation.jobs.page_due_alerts"


def act_in(group: Group, action: Callable[[], Any]) -> Any:
    """Run something as the action of a write, and answer what it returned."""
    found: list[Any] = []

    def run() -> live.Answer:
        found.append(action())
        return {}

    live.write(live.Write(run, (group.review_stream,)))
    return found[0]


def given_cry(author: Membership, *, severity: int = 2) -> ReviewItem:
    """An item of the care lane about somebody, with its alert open as intake opens it; no job has run yet."""

    def cry() -> ReviewItem:
        item = open_item(
            group=author.group,
            lane="care",
            target_kind="post",
            target_id=uuid4(),
            topic=None,
            author=author,
            snapshot={"body": "the words"},
            signals=[Signal("rule", "risk", score=1.0)],
            severity=severity,
        )
        open_alert(item)
        return item

    item: ReviewItem = act_in(author.group, cry)
    return item


def cry_again(item: ReviewItem, *, severity: int | None = None) -> None:
    """The same item's alert opened once more, as a new signal does."""

    def cry() -> None:
        row = ReviewItem.objects.get(id=item.id)
        row.severity = row.severity if severity is None else severity
        row.save()
        open_alert(row)

    act_in(item.own_group, cry)


def alert_of(item: ReviewItem) -> CareAlert:
    """The item's alert as it is now."""
    return CareAlert.objects.get(item=item)


def pages_of(item: ReviewItem) -> list[tuple[int, str]]:
    """Who was called at which level, in order, by their person's name."""
    rows = CarePage.objects.filter(alert__item=item).order_by("round", "level", "person__name")
    return [(row.level, row.person.name) for row in rows.select_related("person")]


def run_at(moment: datetime, job: str = DUE) -> None:
    """Have a repeating job run at a moment, and then what it enqueued."""
    with clock.as_of(moment):
        import_string(job).call()
        run_due_jobs()


def after(item: ReviewItem, minutes: float) -> datetime:
    """A moment that many minutes after the item's alert began."""
    return alert_of(item).started_at + timedelta(minutes=minutes)


def events_of(person: Person, kind: str = "care.") -> list[str]:
    """The types of a person's own events that begin so, in order."""
    rows = LogEvent.objects.filter(stream=person.stream, type__startswith=kind).order_by("seq")
    return [row.type for row in rows]


def verbs(group: Group) -> list[tuple[str, str]]:
    """What the audit trail says of the group: verbs and reasons."""
    rows = AuditEntry.objects.filter(group=group.id).order_by("at")
    return [(row.verb, row.reason) for row in rows]


def given_slot(member: Membership, weekday: int, starts: str, ends: str, *, order: str = "first") -> DutySlot:
    """One weekly slot, by times such as "22:00"."""
    return DutySlot.objects.create(
        group=member.group,
        member=member,
        order=order,
        weekday=weekday,
        starts=time.fromisoformat(starts),
        ends=time.fromisoformat(ends),
    )


def all_week(member: Membership, *, order: str = "first") -> list[DutySlot]:
    """Slots that keep somebody on duty without end."""
    return [given_slot(member, weekday, "00:00", "00:00", order=order) for weekday in range(7)]


def given_practice(**values: Any) -> Practice:
    """The practice with these settings."""
    practice = Practice.objects.first() or Practice.objects.create(name="Harbour Practice")
    for name, value in values.items():
        setattr(practice, name, value)
    practice.save()
    return practice


def leader(group: Group, name: str) -> Membership:
    """One more facilitator of the group, by name."""
    return given_member(group, given_person("facilitator", name=name), role="facilitator", name=name)


def person_called(group: Group, name: str) -> Person:
    """The person of that name in the group."""
    return Membership.objects.select_related("person").get(group=group, person__name=name).person


class Mailbox:
    """The mail that demo mode writes as files, from now on."""

    def __init__(self) -> None:
        self.folder = settings.HEARTHSIDE.data / "mail"
        self.known = set(self.folder.glob("*.eml"))

    def fresh(self) -> list[tuple[str, str, str]]:
        """What came since the last call: to whom, subject, text."""
        paths = sorted(set(self.folder.glob("*.eml")) - self.known)
        self.known.update(paths)
        found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]
        return [(str(one["To"]), str(one["Subject"]), str(one.get_content())) for one in found]
