"""Tasks of the community that run by themselves later."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django_tasks import task

from community.actions import erasure
from community.actions.erasure import ERASE_AFTER, erase_words
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
