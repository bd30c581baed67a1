"""Tasks of the community that run by themselves later."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django_tasks import task

from community.actions import erasure, presence, quotes
from community.actions.erasure import ERASE_AFTER, erase_words
from community.actions.reminders import remind
from community.actions.series import AHEAD, make_ahead
from community.actions.session_telling import cancel_parted
from community.actions.summaries import draft_by_itself
from community.actions.summary_telling import remind_readers
from community.models import Post, Presence, QuoteRequest, Series, Session, Summary
from community.queries.sessions import parted_ahead, streams_in, streams_of
from community.queries.summary_due import fresh_draft, readers_to_remind, sessions_to_draft
from community.reminding import due_sessions
from community.room_rules import silent
from hearthside import live
from hearthside.clock import now

REMINDED_AT_ONCE = 50


@task()
def erase_withdrawn(post_id: str) -> None:
    """Remove a withdrawn post's words once undo is over; does nothing when it was restored.

    A post that was restored and taken back again joins the job of the first time, which then comes too early.
    """
    post = Post.objects.select_related("author").filter(id=UUID(post_id)).first()
    room = Session.objects.exclude(group=None).filter(topic=post.topic_id).first() if post else None
    streams: set[str] = set()
    if (
        post is not None and room is not None and room.group_id is not None
    ):  # its group may have summaries of it
        streams = {f"person:{post.author.person_id}", *streams_in(room.group_id)}
    answer = live.write(live.Write(partial(erase_words, UUID(post_id)), tuple(sorted(streams))))
    if answer["wait"]:
        erase_withdrawn.using(run_after=now() + ERASE_AFTER).enqueue(post_id)


@task()
def settle_quotes(post_id: str) -> None:
    """Take a post's sentences out of summaries, when it is not shown any more or has lost them."""
    group = QuoteRequest.objects.filter(post=UUID(post_id)).values_list("member__group", flat=True).first()
    if group is not None:
        live.write(live.Write(partial(quotes.settle_quotes, UUID(post_id)), streams_in(group)))


@task()
def make_sessions() -> None:
    """Make the sessions that series have up to half a year ahead by now; once a day."""
    waiting = Series.objects.filter(ended_at=None, group__closed_at=None, made_until__lt=now() + AHEAD)
    for series in waiting.only("id", "group_id"):
        live.write(live.Write(partial(make_ahead, series.id), (f"group:{series.group_id}",)))


@task()
def remind_due() -> None:
    """Give the reminders that are due; each is given once, however often this runs and whatever the clock does."""
    for session, slot in due_sessions(now()):
        act = partial(remind, session.id, session.starts_at, slot)
        live.write(live.Write(act, streams_of(session)))


@task()
def call_off_parted() -> None:
    """Call off appointments whose therapist or client is gone, and tell the other, who would come for nothing."""
    rows = Session.objects.select_related("therapist", "client").filter(parted_ahead())
    pairs = {(row.therapist_id, row.client_id): row for row in rows.order_by("starts_at", "id")}
    for row in pairs.values():
        assert row.therapist is not None
        assert row.client is not None
        act = partial(cancel_parted, row.therapist, row.client)
        live.write(live.Write(act, (row.therapist.stream, row.client.stream)))


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


@task()
def draft_due() -> None:
    """Have a draft made of each session that is over and has none."""
    for session_id in sessions_to_draft():
        draft_session.enqueue(str(session_id))


@task()
def draft_session(session_id: str) -> None:
    """Make the draft of one session and tell its facilitators; does nothing when there is one."""
    session = Session.objects.select_related("group", "topic").filter(id=session_id, summary=None).first()
    if session is not None and session.group_id is not None:
        act = partial(draft_by_itself, session_id=session.id, fresh=fresh_draft(session))
        live.write(live.Write(act, streams_in(session.group_id)))


@task()
def remind_unread() -> None:
    """Remind those who missed a session and have not opened its summary for three days, once."""
    due = readers_to_remind()
    for start in range(0, len(due), REMINDED_AT_ONCE):
        part = due[start : start + REMINDED_AT_ONCE]
        streams = tuple(sorted({reader.member.person.stream for reader in part}))
        live.write(live.Write(partial(remind_readers, [reader.id for reader in part]), streams))


@task()
def tell_of_reading(summary_id: str) -> None:
    """Tell the screens of a summary's facilitators how many have read it."""
    from community.actions.summary_reading import (  # actions enqueue tasks of this module
        leading,
        tell_reading,
    )

    summary = Summary.objects.select_related("session").filter(id=UUID(summary_id)).first()
    if summary is not None:
        streams = tuple(sorted(person.stream for person in leading(summary)))
        live.write(live.Write(partial(tell_reading, summary.id), streams))


@task()
def erase_section(section_id: str) -> None:
    """Remove a section that was taken back, once undo is over; does nothing when it was restored."""
    answer = live.write(live.Write(partial(erasure.erase_section, UUID(section_id))))
    if answer["wait"]:
        erase_section.using(run_after=now() + ERASE_AFTER).enqueue(section_id)


@task()
def sweep_files() -> None:
    """Take away files that have hung on nothing for a day: never sent with anything, or left by a crash."""
    from community.actions.files import sweep_files as sweep  # actions enqueue tasks of this module

    while live.write(live.Write(sweep))["gone"]:
        pass


@task()
def remind_of_due() -> None:
    """Tell whoever has not handed in an assignment that it is due within a day; once for each due time."""
    from community.actions.assignments import due_streams, remind

    while streams := due_streams():
        live.write(live.Write(remind, streams))
