"""Care alerts: started with a cry for help, acknowledged and ended by a person; and the support card's twelve hours."""

from __future__ import annotations

from uuid import UUID

from accounts.models import Person
from hearthside import audit
from hearthside.clock import now
from hearthside.errors import Closed
from hearthside.live import Answer
from hearthside.wire import stamp
from moderation import jobs
from moderation.access import access_item
from moderation.actions.items import announce_item
from moderation.actions.noticing import stop_calls
from moderation.care_data import care_data
from moderation.models import CareAlert, ReviewItem, SupportShown


def open_alert(item: ReviewItem) -> None:
    """Start the escalation for an item of the care lane; inside an action.

    It starts again, from the first level, after it was closed or had failed, and when a graver or later cry comes on
    one that somebody has acknowledged. While it runs unanswered, a further call changes nothing.
    """
    moment = now()
    alert = CareAlert.objects.select_for_update().filter(item=item).first()
    if alert is None:
        alert = CareAlert(item=item, round=0)
    elif not _may_start_again(alert, item):
        return
    alert.round += 1
    alert.severity = item.severity
    alert.started_at = alert.next_at = moment
    alert.level = -1
    alert.acknowledged_at = alert.acknowledged_by = alert.failed_at = alert.closed_at = None
    alert.save()
    jobs.page_alert.enqueue(str(alert.id))


def _may_start_again(alert: CareAlert, item: ReviewItem) -> bool:
    """Whether a new cry calls people again rather than joining the calls that run."""
    if alert.closed_at is not None or alert.failed_at is not None:
        return True
    if alert.acknowledged_at is None:
        return False
    return item.severity > alert.severity or now() >= alert.acknowledged_at + care_data().times.again


def close_alert(item: ReviewItem, person: Person) -> None:
    """End the escalation: `person` closed the item with an outcome. Does nothing without one; inside an action."""
    alert = CareAlert.objects.select_for_update().filter(item=item, closed_at=None).first()
    if alert is None:
        return
    alert.closed_at, alert.next_at = now(), None
    alert.save(update_fields=["closed_at", "next_at"])
    stop_calls(alert)
    jobs.settle_alert.enqueue(str(alert.id))


def acknowledge(person: Person, item_id: UUID) -> Answer:
    """Say "I am on it": calls stop, and everybody who was called is told; the item stays open until it is closed.

    Whoever comes first stays; the next are answered who it was. Works after the calls have failed, too. Raises
    NotFound, and Closed for what nobody was called to or is closed already.
    """
    item = access_item(person, item_id)
    alert = CareAlert.objects.select_for_update().filter(item=item).first()
    if alert is None or alert.closed_at is not None:
        raise Closed("Nobody is called to this any more.")
    if alert.acknowledged_at is None:
        alert.acknowledged_at, alert.acknowledged_by, alert.next_at = now(), person, None
        alert.save()
        stop_calls(alert)
        item.version += 1
        item.save(update_fields=["version"])
        announce_item(item)
        about = item.author.person if item.author else None
        audit.record(person, "care.acknowledged", f"item:{item.id}", group=item.group_id, about=about)
        jobs.settle_alert.enqueue(str(alert.id))
    by = alert.acknowledged_by
    return {
        "item": str(item.id),
        "version": item.version,
        "acknowledged_at": stamp(alert.acknowledged_at),
        "acknowledged_by": by.name if by else None,
        "yours": by is not None and by.pk == person.pk,
    }


def offer_support(person: Person, severity: int) -> bool:
    """Whether the support card is shown to its author now, and write down that it was; inside an action.

    It does not come again within the time of moderation/data/care.toml, unless severity rose above what it was shown
    for in that time. Nothing to worry about (0) shows none.
    """
    if severity < 1:
        return False
    since = now() - care_data().times.card
    shown = SupportShown.objects.filter(person=person, at__gt=since, severity__gte=severity)
    if shown.exists():
        return False
    SupportShown.objects.create(person=person, severity=severity)
    return True
