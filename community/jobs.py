"""Tasks of the community that run by themselves later."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django_tasks import task

from community.actions import presence
from community.actions.erasure import ERASE_AFTER, erase_words
from community.actions.reminders import remind
from community.actions.series import AHEAD, make_ahead
from community.models import Presence, Series, Session
from community.queries.sessions import streams_of
from community.reminding import due_sessions
from community.room_rules import silent
from hearthside import live
from hearthside.clock import now


@task()
def erase_withdrawn(post_id: str) -> None:
    """Remove a withdrawn post's words once undo is over; does nothing when it was restored.

    A post that was restored and taken back again joins the job of the first time, which then comes too early.
    """
    answer = live.write(live.Write(partial(erase_words, UUID(post_id))))
    if answer["wait"]:
        erase_withdrawn.using(run_after=now() + ERASE_AFTER).enqueue(post_id)


@task()
def make_sessions() -> None:
    """Make the sessions that series have up to half a year ahead by now; once a day."""
    waiting = Series.objects.filter(ended_at=None, group__closed_at=None, made_until__lt=now() + AHEAD)
    for series in waiting.only("id"):
        live.write(live.Write(partial(make_ahead, series.id)))


@task()
def remind_due() -> None:
    """Give the reminders that are due; each is given once, however often this runs and whatever the clock does."""
    for session, slot in due_sessions(now()):
        act = partial(remind, session.id, session.starts_at, slot)
        live.write(live.Write(act, streams_of(session)))


@task()
def watch_rooms() -> None:
    """Notice whose line is lost in the rooms that are open."""
    lost = Presence.objects.filter(
        silent(), session__rhythm__in=Session.MEETING, session__state=Session.State.PLANNED
    )
    for session_id, group_id in lost.values_list("session", "session__group").distinct():
        live.write(live.Write(partial(presence.mark_lost, session_id), (f"group:{group_id}",)))


@task()
def tell_room(session_id: str) -> None:
    """Tell a room's screens what was held back for a second."""
    session = Session.objects.filter(id=UUID(session_id), group__isnull=False).first()
    if session is not None:
        live.write(live.Write(partial(presence.tell_room, session.id), (f"group:{session.group_id}",)))
