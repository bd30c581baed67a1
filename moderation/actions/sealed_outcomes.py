"""What a decision about a reported sealed message does. Its words stay on the devices of whoever has them."""

from __future__ import annotations

from accounts.actions import deactivate_person, reactivate_person
from accounts.contacts.actions import end_partings, part
from accounts.models import Person
from community.actions.session_telling import cancel_between
from hearthside.clock import now
from hearthside.live import announce
from messaging.actions.members import drop_lost
from messaging.actions.telling import wake_for_conversation
from messaging.queries.members import active_ids
from moderation import jobs
from moderation.events import MessageStated, ReportStated
from moderation.looking import sealed_of
from moderation.models import ReviewItem, SealedMessage, SealedReport


def message_of(item: ReviewItem) -> SealedMessage:
    """The message the item is about."""
    message = sealed_of(item)
    assert message is not None, "the item of a sealed message has one"
    return message


def speak_with(item: ReviewItem, person: Person) -> None:
    """Nothing changes: the sender reads what was written to them."""


def end_contact(item: ReviewItem, person: Person) -> None:
    """Keep the sender and whoever reported the message from writing to each other; circles of both lose the sender.

    Appointments that two of them have ahead are called off.
    """
    message = message_of(item)
    for report in message.reports.select_related("by"):
        part(message.sender, report.by, cause=item.id)
        cancel_between(message.sender, report.by, by=person)
    message.parted_at = now()
    message.save(update_fields=["parted_at"])
    drop_lost(message.sender)
    wake_for_conversation(active_ids(message.conversation), message.conversation)


def close_account(item: ReviewItem, person: Person) -> None:
    """Close the sender's account at once, and let them know by mail, as they can read it nowhere else.

    Raises Denied for whoever is no admin.
    """
    message = message_of(item)
    deactivate_person(person, message.sender_id)
    message.closed_at = now()
    message.save(update_fields=["closed_at"])
    jobs.mail_account_closed.enqueue(str(message.event))


def give_back(item: ReviewItem, person: Person) -> None:
    """Take back what was decided: the contact, the account. Who was taken out of a circle is added by its keeper again,
    and appointments that were called off are planned anew by the therapist.

    Raises Denied where only an admin can.
    """
    message = message_of(item)
    if message.closed_at is not None:
        reactivate_person(person, message.sender_id)
    if message.parted_at is not None:
        end_partings(item.id)
        wake_for_conversation(active_ids(message.conversation), message.conversation)
    message.closed_at = message.parted_at = None
    message.save(update_fields=["closed_at", "parted_at"])


def tell_sender(item: ReviewItem) -> None:
    """Have the sender's screens look anew."""
    message = message_of(item)
    announce(message.sender.stream, MessageStated.of(message), object_id=message.event)


def tell_reporters(item: ReviewItem) -> None:
    """Say to each reporter, once for each report, that somebody has looked."""
    message = message_of(item)
    rows = SealedReport.objects.select_related("message", "by").filter(message=message, looked_at=None)
    for row in rows.order_by("by_id"):
        row.looked_at = now()
        row.save(update_fields=["looked_at"])
        announce(row.by.stream, ReportStated.of(row), object_id=row.id)
