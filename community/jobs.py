"""Tasks of the community that run by themselves later."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django_tasks import task

from community.actions.erasure import erase_words
from hearthside import live


@task()
def erase_withdrawn(post_id: str) -> None:
    """Remove a withdrawn post's words once undo is over; does nothing when it was restored."""
    live.write(live.Write(partial(erase_words, UUID(post_id))))
