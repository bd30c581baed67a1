"""Addresses that hang cost their own person something, and nobody else."""

from __future__ import annotations

import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Person
from hearthside import clock
from notify import outcome, posting, taking_turns
from notify.devices import MOST_UNREACHABLE
from notify.models import PushDevice
from notify.outcome import Outcome
from notify.posting import NotLeft, connect, post
from notify.taking_turns import LINES_EACH, Target, push_in_turn
from tests.given import Browser, given_person
from tests.notify.endpoint import Service
from tests.notify.given import Keys, add_device, given_notice, run_at, states, subscription


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> float:
    """One second instead of ten."""
    monkeypatch.setattr(posting, "TIMEOUT_SECONDS", 1.0)
    return 1.0


def test_a_name_that_nobody_tells_is_not_waited_for(hurried: float, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: asked.wait(8) or [])
    began = time.monotonic()
    with pytest.raises(NotLeft, match="TimeoutError"):
        post("http://127.0.0.1:9/x", b"x", {})
    assert time.monotonic() - began < 4
    asked.set()


def test_a_call_waits_longer_for_a_name(
    hurried: float, monkeypatch: pytest.MonkeyPatch, service: Service
) -> None:
    look = socket.getaddrinfo

    def late(*args: Any, **more: Any) -> Any:
        time.sleep(1.5)
        return look(*args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", late)
    with pytest.raises(NotLeft):
        post(service.url("phone"), b"x", {})
    assert post(service.url("phone"), b"x", {}, patient=True).status == 201


def test_all_addresses_of_a_name_share_the_time(hurried: float, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    def hang(address: Any, timeout: float) -> socket.socket:
        waits.append(timeout)
        time.sleep(timeout)
        raise TimeoutError

    found = [(0, 0, 0, "", (f"127.0.0.{number}", 9)) for number in range(1, 9)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: found)
    monkeypatch.setattr(socket, "create_connection", hang)
    with pytest.raises(NotLeft, match="TimeoutError"):
        connect("push.example.org", 9, tls=False, inside=True)
    assert 1 <= len(waits) <= 4
    assert sum(waits) <= 1.05
    assert len(waits) == 1 or max(waits) < 0.5, "the first leaves something to the others"


@contextmanager
def dripping_handshake() -> Iterator[int]:
    """A port that begins a TLS record and sends a byte of it now and then."""
    door, over = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def serve() -> None:
        line, _ = door.accept()
        with line:
            for byte in b"\x16\x03\x03\x3f\xff" + bytes(200):
                if over.wait(0.1):
                    return
                try:
                    line.send(bytes((byte,)))
                except OSError:
                    return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield door.getsockname()[1]
    over.set()
    door.close()
    thread.join(5)


def test_a_handshake_that_drips_is_cut(hurried: float) -> None:
    with dripping_handshake() as port:
        began = time.monotonic()
        with pytest.raises(NotLeft):
            connect("localhost", port, tls=True, inside=True)
        assert time.monotonic() - began < 5


class Gauge:
    """A push that takes its time, and how many ran at once."""

    def __init__(self, seconds: float = 0.2) -> None:
        self.seconds, self.now, self.most = seconds, 0, 0
        self.lock, self.seen = threading.Lock(), list[str]()

    def push(self, target: Target) -> Outcome:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
            self.seen.append(target.endpoint)
        time.sleep(self.seconds)
        with self.lock:
            self.now -= 1
        if target.endpoint == "breaks":
            raise LookupError
        return outcome.sent()


def targets(*names: str) -> list[Target]:
    return [Target(uuid.uuid4(), name, "", "") for name in names]


def test_two_at_a_time_and_in_this_order() -> None:
    gauge, wanted = Gauge(), targets("1", "2", "breaks", "4", "5", "6")
    ends = push_in_turn(uuid.uuid4(), wanted, gauge.push)
    assert (gauge.most, len(gauge.seen)) == (LINES_EACH, 6)
    assert set(gauge.seen[:2]) == {"1", "2"}
    assert [ends[target.id].why for target in wanted] == ["", "", "broke", "", "", ""]


def test_who_uses_their_lines_waits_and_nobody_else_does() -> None:
    slow, quick, busy = Gauge(1.5), Gauge(0), uuid.uuid4()
    thread = threading.Thread(target=push_in_turn, args=(busy, targets("a", "b", "c"), slow.push))
    thread.start()
    while slow.now < LINES_EACH:
        time.sleep(0.01)
    (mine,) = push_in_turn(busy, targets("d"), quick.push).values()
    (other,) = push_in_turn(uuid.uuid4(), targets("e"), quick.push).values()
    assert (mine, other) == (outcome.later("busy"), outcome.sent())
    thread.join()
    (after,) = push_in_turn(busy, targets("f"), quick.push).values()
    assert after == outcome.sent(), "its lines are free again"


def test_what_could_not_begin_in_time_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "TIMEOUT_SECONDS", -0.7)
    gauge, wanted = Gauge(0.6), targets("1", "2", "3")
    began = time.monotonic()
    ends = push_in_turn(uuid.uuid4(), wanted, gauge.push)
    assert time.monotonic() - began < 5
    assert ends[wanted[2].id] == outcome.later("busy")
    assert "3" not in gauge.seen


def told(person: Person, kind: str = "summary.published", *, hours: float = 0) -> tuple[str, str]:
    """How the push of a new notice ends, so many hours from now."""
    moment = clock.now() + timedelta(hours=hours)
    with clock.as_of(moment):
        notice = given_notice(person, kind, mail=False)
    run_at(moment + timedelta(seconds=1))
    return states(notice)["push"]


@pytest.mark.django_db
def test_where_nobody_answers_again_and_again_only_calls_still_go(service: Service) -> None:
    ann = given_person("facilitator")
    browser, keys = Browser(ann), Keys()
    add_device(browser, service.url("phone"), keys)
    service.answers = {"phone": 0}
    for _ in range(8):
        assert told(ann) == ("doubt", "no_answer")
    assert PushDevice.objects.get().unreachable == 1, "an hour without a line of ours counts once"
    for hour in range(1, MOST_UNREACHABLE):
        assert told(ann, hours=1.1 * hour) == ("doubt", "no_answer")
    before = len(service.of("phone"))
    assert told(ann, hours=8) == ("skipped", "no_device")
    assert len(service.of("phone")) == before
    service.answers = {}
    assert told(ann, "care.called", hours=8) == ("sent", "")
    assert told(ann, hours=8.1) == ("sent", ""), "it has answered"
    PushDevice.objects.update(unreachable=MOST_UNREACHABLE)
    assert told(ann, hours=8.2) == ("skipped", "no_device")
    assert browser.command("push.add", **subscription(service.url("phone"), keys)).status_code == 200
    assert told(ann, hours=8.3) == ("sent", ""), "its page has opened"


@pytest.mark.django_db
def test_silent_ones_come_last_and_an_answer_begins_the_count_anew(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking_turns, "LINES_EACH", 1)
    ann = given_person()
    for name in ("well", "silent"):
        add_device(Browser(ann), service.url(name))
    service.answers = {"silent": 0}
    assert told(ann) == ("sent", ""), "one that came is enough"
    counts = {row.endpoint.rpartition("/")[2]: row.unreachable for row in PushDevice.objects.all()}
    assert counts == {"silent": 1, "well": 0}
    service.answers = {}
    assert told(ann, hours=2) == ("sent", "")
    assert [push.path for push in service.pushes] == ["/silent", "/well", "/well", "/silent"]
    assert not PushDevice.objects.filter(unreachable__gt=0).exists()
