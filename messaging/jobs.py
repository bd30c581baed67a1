"""What the relay does again and again."""

from __future__ import annotations

from hearthside import live
from hearthside.jobs import task
from messaging.actions import upkeep
from messaging.queries.members import streams_of_due


@task()
def expire_events() -> None:
    """Erase timed messages whose time is over."""
    while live.write(live.Write(upkeep.expire_events, streams_of_due()))["more"]:
        pass


@task()
def drop_blobs() -> None:
    """Remove timed files whose time is over, and unfinished ones."""
    while live.write(live.Write(upkeep.drop_blobs))["more"]:
        pass


@task()
def trim_old() -> None:
    """Forget old changes of device lists and old transactions."""
    live.write(live.Write(upkeep.trim_old))
