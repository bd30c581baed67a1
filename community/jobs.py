"""Tasks of the community that run by themselves later."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django_tasks import task

from community.actions.erasure import ERASE_AFTER, erase_words
from community.actions.summaries import draft_by_itself
from community.actions.summary_telling import remind_readers
from community.models import QuoteRequest, Session
from community.queries.summary_due import fresh_draft, readers_to_remind, sessions_to_draft, streams_of
from hearthside import live
from hearthside.clock import now

REMINDED_AT_ONCE = 50


@task()
def erase_withdrawn(post_id: str) -> None:
    """Remove a withdrawn post's words once undo is over; does nothing when it was restored.

    A post that was restored and taken back again joins the job of the first time, which then comes too early.
    """
    quoted = QuoteRequest.objects.filter(post=UUID(post_id)).values_list("member__group", flat=True).first()
    streams = streams_of(quoted) if quoted else ()
    answer = live.write(live.Write(partial(erase_words, UUID(post_id)), streams))
    if answer["wait"]:
        erase_withdrawn.using(run_after=now() + ERASE_AFTER).enqueue(post_id)


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
        live.write(live.Write(act, streams_of(session.group_id)))


@task()
def remind_unread() -> None:
    """Remind those who missed a session and have not opened its summary for three days, once."""
    due = readers_to_remind()
    for start in range(0, len(due), REMINDED_AT_ONCE):
        part = due[start : start + REMINDED_AT_ONCE]
        streams = tuple(sorted({reader.member.person.stream for reader in part}))
        live.write(live.Write(partial(remind_readers, [reader.id for reader in part]), streams))
