"""Builders of the care lane's tests: items with alerts, duty slots, the work of jobs, and the mail they sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from email import message_from_bytes, policy
from uuid import uuid4

from accounts.models import Person, Practice
from community.models import Group, Membership, Topic
from hearthside import clock, live
from hearthside.jobs import run_due_jobs
from hearthside.models import LogEvent
from moderation.actions.care import open_alert
from moderation.actions.items import Signal, open_item
from moderation.models import CareAlert, CarePage, DutySlot, ReviewItem


def given_cry(author: Membership, *, severity: int = 2, topic: Topic | None = None) -> ReviewItem:
    """An item of the care lane about somebody, with its alert open as intake opens it; no job has run yet."""
    found: list[ReviewItem] = []

    def cry() -> live.Answer:
        item = open_item(
            group=author.group,
            lane="care",
            target_kind="post",
            target_id=uuid4(),
            topic=topic,
            author=author,
            snapshot={"body": "the words"},
            signals=[Signal("rule", "risk", score=1.0)],
            severity=severity,
        )
        open_alert(item)
        found.append(item)
        return {}

    live.write(live.Write(cry, (author.group.review_stream,)))
    return found[0]


def cry_again(item: ReviewItem, *, severity: int | None = None) -> None:
    """The same item's alert opened once more, as a new signal does."""

    def cry() -> live.Answer:
        row = ReviewItem.objects.get(id=item.id)
        row.severity = row.severity if severity is None else severity
        row.save()
        open_alert(row)
        return {}

    live.write(live.Write(cry, (item.group.review_stream,)))


def alert_of(item: ReviewItem) -> CareAlert:
    """The item's alert as it is now."""
    return CareAlert.objects.get(item=item)


def pages_of(item: ReviewItem) -> list[tuple[int, str]]:
    """Who was called at which level, in order, by their person's name."""
    rows = CarePage.objects.filter(alert__item=item).order_by("round", "level", "person__name")
    return [(row.level, row.person.name) for row in rows.select_related("person")]


def run_at(moment: datetime, job: str = "moderation.jobs.page_due_alerts") -> None:
    """Have a repeating job run at a moment, and then what it enqueued."""
    from django.utils.module_loading import import_string

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


def given_practice(**values: object) -> Practice:
    """The practice with these settings."""
    practice = Practice.objects.first() or Practice.objects.create(name="Harbour Practice")
    for name, value in values.items():
        setattr(practice, name, value)
    practice.save()
    return practice


def leader(group: Group, name: str) -> Membership:
    """One more facilitator of the group, by name."""
    from tests.given import given_member, given_person

    return given_member(group, given_person("facilitator", name=name), role="facilitator", name=name)


def mails(folder: object) -> list[tuple[str, str, str]]:
    """The mail that lies in a demo's folder, oldest first: to, subject, text."""
    from pathlib import Path

    found = []
    for path in sorted(Path(str(folder)).glob("*.eml")):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        found.append((str(message["To"]), str(message["Subject"]), str(message.get_content())))
    return found


def names(members: Sequence[Membership]) -> list[str]:
    """The members' names."""
    return [member.name for member in members]
