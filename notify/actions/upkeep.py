"""What goes by itself: old notices, browsers that ended, and deliveries that nobody looks after any more."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import SignIn
from hearthside import clock
from hearthside.live import Answer
from notify import devices
from notify.actions.planning import look_again
from notify.kinds import KINDS
from notify.models import Delivery, Notice, PushDevice
from notify.queries.stuck import find_stuck

KEPT = timedelta(days=90)
BATCH = 500


def forget_old() -> Answer:
    """Remove notices older than 90 days, and what was tried for them, some at once."""
    old = Notice.objects.filter(at__lt=clock.now() - KEPT).order_by("at")
    ids = list(old.values_list("id", flat=True)[:BATCH])
    Notice.objects.filter(id__in=ids).delete()
    return {"more": len(ids) == BATCH}


def drop_devices() -> Answer:
    """Remove browsers that may not be woken any more."""
    rows = list(PushDevice.objects.select_related("person"))
    signins = SignIn.objects.in_bulk({row.signin for row in rows})
    dead = [row.id for row in rows if not devices.is_alive(row, row.person, signins.get(row.signin))]
    PushDevice.objects.filter(id__in=dead).delete()
    return {"dropped": len(dead)}


def take_up_stuck() -> Answer:
    """Have a job look at what should have been looked at long ago, and call a doubt what no job will settle."""
    found = find_stuck()
    for row in found.doubtful:
        row.move_to(Delivery.State.DOUBT, why="cut_off")
        row.ended_at = clock.now()
        row.save()
    for row in found.waiting:
        look_again(row, urgent=KINDS[row.notice.kind].urgent)
    return {"doubtful": len(found.doubtful), "waiting": len(found.waiting)}
