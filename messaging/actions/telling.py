"""Telling people's screens that something waits for them, inside the running action."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from hearthside.live import announce
from messaging.events import SYNC, SealedWaiting
from messaging.models import DeviceListChange
from messaging.queries.people import stream_of


def wake_for_sync(people: Iterable[UUID]) -> None:
    """Say to each person once that their devices have something to fetch; called once in an action."""
    for person_id in sorted(set(people)):
        announce(stream_of(person_id), SealedWaiting.of(SYNC), object_id=SYNC)


def wake_for_conversation(people: Iterable[UUID], conversation_id: UUID) -> None:
    """Say to each person that a conversation has something new."""
    event = SealedWaiting.of(str(conversation_id))
    for person_id in sorted(set(people)):
        announce(stream_of(person_id), event, object_id=conversation_id)


def note_devices_changed(subject: UUID, watchers: Iterable[UUID]) -> set[UUID]:
    """Write down for each watcher that somebody's keys are to be fetched again; answers whom to wake."""
    found = set(watchers)
    note_pairs([(watcher, subject) for watcher in found])
    return found


def note_pairs(pairs: Iterable[tuple[UUID, UUID]], *, left: bool = False) -> set[UUID]:
    """Write down changes as (watcher, subject); `left` where the two have nothing to do with each other any more.

    Answers whom to wake, which the caller does before anything else of the action could make it wait for a lock.
    """
    rows = [
        DeviceListChange(watcher_id=watcher, subject_id=subject, left=left)
        for watcher, subject in sorted(set(pairs))
    ]
    DeviceListChange.objects.bulk_create(rows)
    return {row.watcher_id for row in rows}
