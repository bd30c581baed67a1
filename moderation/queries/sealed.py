"""Reported sealed messages, as who looks and who reported read them; and whose screens hear of a decision."""

from __future__ import annotations

from typing import Any

from accounts.access import access_self
from accounts.contacts.queries import streams_about
from accounts.models import Person
from hearthside.wire import stamp
from messaging.franking import is_stamped
from messaging.ids import event_of
from messaging.models import SealedEvent
from messaging.queries.members import active_ids, streams_of_circles
from messaging.queries.people import streams_of
from messaging.queries.reports import stamp_covers
from moderation.looking import lookers_of, sealed_of
from moderation.models import ReviewItem, SealedMessage, SealedReport
from moderation.queries.people import names_for
from moderation.review_data import label_of

MOST = 100


def look_streams(item: ReviewItem) -> tuple[str, ...]:
    """The streams that a change of the item is announced on."""
    return tuple(sorted(person.stream for person in lookers_of(item)))


def decision_streams(item: ReviewItem, message: SealedMessage) -> tuple[str, ...]:
    """The streams that a decision may announce on: of who looks, the sender, who reported, and their circles."""
    people = set(message.reports.values_list("by_id", flat=True)) | set(active_ids(message.conversation))
    return tuple(
        sorted(
            {
                *look_streams(item),
                *streams_of(people),
                *streams_of_circles(message.sender),
                *streams_about(message.sender),
            }
        )
    )


def is_proven(message: SealedMessage) -> bool:
    """Whether our stamp still stands under just what was reported; nobody has changed the event since."""
    event = SealedEvent.objects.filter(pk=message.event, conversation_id=message.conversation).first()
    if event is None:
        return False
    covers = stamp_covers(event)
    same = (
        covers.sender == message.sender_id
        and covers.device == message.device
        and covers.at == message.at
        and covers.commitment == message.commitment
    )
    return same and is_stamped(covers, event.stamp, event.stamp_key_id)


def describe_sealed(item: ReviewItem, *, opened: bool) -> dict[str, Any] | None:
    """What is proven about the message, and each report: words, notes and the commitment once it was opened."""
    message = sealed_of(item)
    if message is None:
        return None
    reports = list(message.reports.select_related("by").order_by("at", "id"))
    names = names_for(item, [message.sender, *(report.by for report in reports)])
    return {
        "conversation": str(message.conversation),
        "message": event_of(message.event),
        "circle": message.circle,
        "sender_name": item.author.name if item.author else names[message.sender_id],
        "sent_at": stamp(message.sent_at),
        "proven": is_proven(message),
        "commitment": message.commitment if opened else None,
        "measure": message.measure,
        "reports": [
            {
                "id": str(report.id),
                "by_name": names[report.by_id],
                "label": label_of(report.category),
                "note": (report.note or None) if opened else None,
                "form": report.form,
                "pt": report.pt if opened else None,
                "at": stamp(report.at),
            }
            for report in reports
        ],
    }


def list_reports(person: Person) -> dict[str, Any]:
    """What the person reported, newest first, and whether somebody has looked; never what was decided about another."""
    access_self(person)
    rows = SealedReport.objects.select_related("message").filter(by=person).order_by("-at", "-id")
    return {
        "reports": [
            {
                "report": str(row.id),
                "conversation": str(row.message.conversation),
                "message": event_of(row.message_id),
                "form": row.form,
                "at": stamp(row.at),
                "looked_at": stamp(row.looked_at) if row.looked_at else None,
            }
            for row in rows[:MOST]
        ]
    }
