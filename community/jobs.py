"""Tasks of the community that run by themselves later."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django_tasks import task

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
