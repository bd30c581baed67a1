"""Repeating jobs of the shell: old log rows, old answers and dead sessions go."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db.models import F, Max, OuterRef, Subquery
from django.db.models.functions import Greatest
from django.utils import timezone
from django_tasks import task

from hearthside import live
from hearthside.clock import now
from hearthside.models import LogEvent, Reply, Stream

LOG_DAYS = 30
REPLY_DAYS = 7


@task()
def trim_log() -> None:
    """Forget events older than 30 days and answers to nonces older than 7 (WIRE)."""
    live.write(live.Write(_trim))


def _trim() -> live.Answer:
    """Remove what is old; each stream remembers how far it was trimmed, so an older offset is told to refetch."""
    old = LogEvent.objects.filter(at__lt=now() - timedelta(days=LOG_DAYS))
    last = old.filter(stream=OuterRef("name")).values("stream").annotate(last=Max("seq")).values("last")
    names = list(old.order_by().values_list("stream", flat=True).distinct())
    Stream.objects.filter(name__in=names).update(trimmed=Greatest(F("trimmed"), Subquery(last)))
    events, _ = old.delete()
    replies, _ = Reply.objects.filter(at__lt=now() - timedelta(days=REPLY_DAYS)).delete()
    return {"events": events, "replies": replies}


@task()
def clear_sessions() -> None:
    """Remove sign-in sessions whose cookie has expired."""
    live.write(live.Write(_clear_sessions))


def _clear_sessions() -> live.Answer:
    """Delete expired rows of Django's session table (its expiry is real time, not the demo clock's)."""
    gone, _ = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    return {"sessions": gone}
