"""Paging: who is called at which level of an alert, once each, and who is told that it is settled."""

from __future__ import annotations

from uuid import UUID

from accounts.models import Person
from hearthside import audit
from hearthside.clock import now
from hearthside.live import Answer, announce
from moderation import jobs
from moderation.actions.items import announce_item
from moderation.actions.noticing import call_by_notice, stop_calls, tell_stopped
from moderation.care_data import care_data
from moderation.care_events import CarePaged, CareSettled
from moderation.models import CareAlert, CarePage, ReviewItem
from moderation.queries.paging import EVERYBODY, FAILED, facilitators_for, people_for


def page_due(alert_id: UUID) -> Answer:
    """Call whom the alert's next level calls, when it is due; one level a time, so that none is passed over.

    Does nothing for an alert that is acknowledged, closed, failed or not due, so it may run twice.
    """
    alert = CareAlert.objects.select_for_update().filter(id=alert_id).first()
    if alert is None or alert.next_at is None or alert.next_at > now():
        return {"level": None}
    item = ReviewItem.objects.select_related("group", "author").get(id=alert.item_id)
    alert.item = item
    level = alert.level + 1
    if level < FAILED and not facilitators_for(item):
        level = EVERYBODY  # the clinical lead at once
    people = people_for(item, level)
    if level == FAILED or not people:
        _fail(alert, people)
    else:
        _call(alert, people, level)
    return {"level": alert.level}


def _call(alert: CareAlert, people: list[Person], level: int) -> None:
    """Call these people at a level, and set when the next one is due."""
    alert.level = level
    alert.next_at = alert.started_at + care_data().times.levels[level + 1]
    alert.save()
    if level == EVERYBODY:
        share_with_lead(alert.item)
    for person in people:
        _page(alert, person)


def _fail(alert: CareAlert, people: list[Person]) -> None:
    """Write down that nobody answered in time, or that there is nobody at all; it stays open, and all are told."""
    alert.level, alert.next_at, alert.failed_at = FAILED, None, now()
    alert.save()
    share_with_lead(alert.item)
    about = alert.item.author.person if alert.item.author else None
    audit.record(
        None,
        "care.failed",
        f"item:{alert.item_id}",
        group=alert.item.group_id,
        about=about,
        reason="nobody_answered" if people else "nobody_there",
    )
    for person in people:
        _page(alert, person)
    if not people:
        jobs.mail_admins.enqueue(str(alert.id), alert.round)


def _page(alert: CareAlert, person: Person) -> None:
    """One person, once for this round and level: by socket, by push and by mail."""
    page, fresh = CarePage.objects.get_or_create(
        alert=alert, person=person, round=alert.round, level=alert.level, defaults={"at": now()}
    )
    if fresh:
        announce(person.stream, CarePaged.of(page), object_id=page.id)
        call_by_notice(alert, page, person)
        jobs.mail_page.enqueue(str(page.id))


def share_with_lead(item: ReviewItem) -> None:
    """Let the clinical lead see the item, and tell the queue how it stands; inside an action."""
    item.with_lead = True
    item.version += 1
    item.save(update_fields=["with_lead", "version"])
    announce_item(item)


def settle_pages(alert_id: UUID) -> Answer:
    """Tell everybody who was called that it is in somebody's hands or over; each once, so it may run twice."""
    alert = CareAlert.objects.select_for_update().filter(id=alert_id).first()
    if alert is None or (alert.acknowledged_at is None and alert.closed_at is None):
        return {"settled": 0}
    pages = CarePage.objects.select_related("person").filter(alert=alert, settled_at=None)
    people = {page.person_id: page.person for page in pages}
    stop_calls(alert)
    for person in people.values():
        announce(person.stream, CareSettled(item=str(alert.item_id)), object_id=alert.item_id)
        tell_stopped(alert, person)
    pages.update(settled_at=now())
    return {"settled": len(people)}


def mark_page_mailed(page_id: UUID) -> Answer:
    """Write down that the mail of a page has left."""
    return {"mailed": CarePage.objects.filter(id=page_id, mailed_at=None).update(mailed_at=now())}
