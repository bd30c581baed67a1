"""What goes out after the commit."""

from __future__ import annotations

from hearthside.jobs import task


@task()
def deliver(delivery_id: str) -> None:
    """Send one delivery that is due."""
    raise NotImplementedError(delivery_id)
