"""What goes out after the commit, and what is tidied up."""

from __future__ import annotations

from uuid import UUID

from hearthside import live
from hearthside.jobs import task


@task()
def deliver(delivery_id: str) -> None:
    """Send one delivery that is due."""
    from notify.sending import carry_out  # which plans jobs itself

    carry_out(UUID(delivery_id))


@task()
def deliver_urgent(delivery_id: str) -> None:
    """The same for what is urgent, which has a thread of its own (settings.CALLING_JOBS)."""
    from notify.sending import carry_out

    carry_out(UUID(delivery_id))


@task()
def take_up_stuck() -> None:
    """Look at deliveries that no job looks after any more."""
    from notify.actions import upkeep

    live.write(live.Write(upkeep.take_up_stuck))


@task()
def drop_devices() -> None:
    """Remove browsers that may not be woken any more."""
    from notify.actions import upkeep

    live.write(live.Write(upkeep.drop_devices))


@task()
def forget_old() -> None:
    """Remove notices older than 90 days."""
    from notify.actions import upkeep

    while live.write(live.Write(upkeep.forget_old))["more"]:
        pass
