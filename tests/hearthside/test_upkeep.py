"""What goes by itself: old events, old answers, dead sessions; and a log that says how far it was trimmed."""

from __future__ import annotations

import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from consumers.streams import Position, read_position, replay
from hearthside import clock, live
from hearthside.live import Once, Write
from hearthside.models import LogEvent, Reply, Stream
from hearthside.upkeep import clear_sessions, trim_log
from hearthside.wire import Skipped

pytestmark = pytest.mark.django_db


def given_events(stream: str, days_ago: list[float]) -> None:
    """An event for each age, oldest first."""
    for days in days_ago:
        with clock.as_of(clock.now() - timedelta(days=days)):
            action = partial(live.announce, stream, Skipped(), object_id=uuid.uuid4())
            once = Once("p", f"nonce-{stream}-{days}", "c")
            live.write(Write(lambda action=action: {"seq": action()}, (stream,), once))  # type: ignore[misc]


def test_old_events_go_and_the_stream_remembers() -> None:
    given_events("s:a", [40, 31, 29, 1])
    given_events("s:b", [1])
    given_events("s:c", [60])
    trim_log.func()
    left = LogEvent.objects.order_by("stream", "seq").values_list("stream", "seq")
    assert list(left) == [("s:a", 3), ("s:a", 4), ("s:b", 1)]
    assert read_position("s:a") == Position(head=4, trimmed=2)
    assert read_position("s:b") == Position(head=1, trimmed=0)
    assert read_position("s:c") == Position(head=1, trimmed=1)
    assert [told.seq for told in replay("s:a", 2)] == [3, 4]
    trim_log.func()
    assert read_position("s:a").trimmed == 2


def test_trimming_never_goes_back() -> None:
    given_events("s:a", [40])
    Stream.objects.filter(name="s:a").update(trimmed=9)
    trim_log.func()
    assert Stream.objects.get(name="s:a").trimmed == 9


def test_the_epoch_and_the_numbers_stay() -> None:
    epoch = live.epoch()
    given_events("s:a", [40])
    trim_log.func()
    given_events("s:a", [0])
    assert live.epoch() == epoch
    assert LogEvent.objects.get().seq == 2


def test_old_answers_go_after_a_week() -> None:
    given_events("s:a", [8, 6])
    trim_log.func()
    assert [reply.nonce for reply in Reply.objects.all()] == ["nonce-s:a-6"]
    assert LogEvent.objects.count() == 2


def test_dead_sessions_go() -> None:
    for name, days in (("old", -1), ("new", 1)):
        Session.objects.create(
            session_key=name, session_data="", expire_date=timezone.now() + timedelta(days=days)
        )
    clear_sessions.func()
    assert [row.session_key for row in Session.objects.all()] == ["new"]
