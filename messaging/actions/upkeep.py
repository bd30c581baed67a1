"""What goes by itself: timed messages and files, unfinished files, old changes and transactions."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Max

from hearthside.clock import now
from hearthside.live import Answer, renew_epoch
from messaging.actions.noticing import take_back
from messaging.actions.telling import wake_for_conversation
from messaging.models import Blob, Conversation, DeviceListChange, OneTimeKey, SealedEvent, SyncMark, Txn
from messaging.queries.members import active_ids

BATCH = 200
FILES = 10  # each has up to 25 MiB
UNFINISHED = timedelta(days=1)
OLD = timedelta(days=30)


def expire_events() -> Answer:
    """Erase the content of events whose time is over, some at once; place, commitment and stamp stay."""
    due = SealedEvent.objects.filter(erased="", expires_at__lte=now()).order_by("expires_at")[:BATCH]
    touched = set()
    for event in due:
        event.content, event.erased = None, SealedEvent.Erased.TIMER
        event.save(update_fields=["content", "erased"])
        touched.add(event.conversation_id)
    for conversation_id in sorted(touched):
        wake_for_conversation(active_ids(conversation_id), conversation_id)
        take_back(Conversation(id=conversation_id))
    return {"more": len(due) == BATCH}


def drop_blobs() -> Answer:
    """Remove files whose time is over, and those that nobody finished within a day."""
    due = Blob.objects.filter(expires_at__lte=now()) | Blob.objects.filter(
        done=False, created_at__lte=now() - UNFINISHED
    )
    ids = list(due.values_list("id", flat=True)[:FILES])
    Blob.objects.filter(pk__in=ids).delete()
    return {"more": len(ids) == FILES}


def trim_old() -> Answer:
    """Forget changes of device lists and transactions older than 30 days.

    Each watcher's mark says up to where, so that an older place in a sync is told to begin again.
    """
    old = DeviceListChange.objects.filter(at__lt=now() - OLD)
    for watcher, last in list(old.order_by().values_list("watcher").annotate(last=Max("id"))):
        mark, _ = SyncMark.objects.get_or_create(person_id=watcher)
        mark.trimmed = max(mark.trimmed, last)
        mark.save(update_fields=["trimmed"])
    old.delete()
    Txn.objects.filter(at__lt=now() - OLD).delete()
    return {}


def note_restored() -> Answer:
    """After an older copy of the database was put back: no key is handed out twice, and every client begins again.

    A one-time key of the copy may have been claimed since; served again it would break the channel it began.
    """
    gone, _ = OneTimeKey.objects.all().delete()
    return {"one_time_keys": gone, "epoch": renew_epoch()}
