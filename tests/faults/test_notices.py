"""A server that is killed while it sends: what may have left is never sent twice, unless somebody needs help."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.consumers.given import Room, copied_server, faults_in, load_member, open_room
from tests.notify.endpoint import push_service
from tests.notify.given import Keys, subscription
from tests.server import Server, SignedIn

LEASED = 40.0  # a job that was killed in the middle runs again when its lease of 20 s has ended


def until(found: Callable[[], Any], seconds: float = LEASED) -> Any:
    """Wait until something is there, and answer it."""
    end = time.monotonic() + seconds
    while not (answer := found()) and time.monotonic() < end:
        time.sleep(0.2)
    assert answer, "it did not come"
    return answer


@contextlib.contextmanager
def dying_at(server: Server, place: str) -> Iterator[None]:
    """The server as it is while it must die at a place once; it runs again afterwards."""
    server.stop()
    server.env["HEARTHSIDE_FAILPOINT"] = place
    server.start()
    yield
    assert server.process is not None
    assert server.process.wait(20) == -9
    del server.env["HEARTHSIDE_FAILPOINT"]
    server.start()


def log_of(person: SignedIn, kind: str) -> list[tuple[str, str]]:
    """How the pushes of a kind stand in somebody's own log."""
    rows = person.get("/api/notices/log").raise_for_status().json()["deliveries"]
    return [(row["state"], row["why"]) for row in rows if (row["kind"], row["channel"]) == (kind, "push")]


def decide_held(room: Room, host: SignedIn, author: SignedIn) -> None:
    """Have the author ask first, and the facilitator show the post."""
    author.command("post.submit", topic=room.topic, body="May I say this?", ask_first=True)
    (line,) = host.get(f"/api/groups/{room.group}/review", lane="asked").raise_for_status().json()["lines"]
    ruling = {"choice": "publish", "policy": "kind_words", "reason": "All is well."}
    host.command("review.decide", item=line["id"], version=line["version"], **ruling)


@pytest.mark.slow
def test_killed_while_it_pushes() -> None:
    keys, phone = Keys(), Keys()
    with push_service() as service, copied_server(classifier="rules") as server:
        with server.sign_in("hannah") as host:
            room = open_room(server, host)
            (author,) = room.join_load(0)
            author.command("push.add", **subscription(service.url("author"), keys))
            # Of the summaries that are to be written she is not told here: it is the call that is looked at.
            host.command("notice.choose", kind="draft.ready", channel="push", on=False)
            host.command("push.add", **subscription(service.url("hannah"), phone))
        # It dies behind the marker of an ordinary push: that is in doubt, and nothing is sent by itself.
        with dying_at(server, "delivery_begun"), server.sign_in("hannah") as host:
            decide_held(room, host, author)
        assert until(lambda: [row for row in log_of(author, "post.decided") if row[0] == "doubt"]) == [
            ("doubt", "cut_off")
        ]
        assert service.of("author") == []
        assert author.get("/api/notices").json()["unread"] == 1, "in the product it is there all the same"
        with server.sign_in("hannah") as host:
            (doubt,) = host.get("/api/notices/doubts").raise_for_status().json()["deliveries"]
            assert (doubt["kind"], doubt["channel"]) == ("post.decided", "push")
            host.command("delivery.settle", id=doubt["id"], came=False)
        until(lambda: service.of("author"))
        until(lambda: log_of(author, "post.decided") == [("sent", "")])
        # It dies behind the sending of a call, before the receipt: the call is sent once more.
        with dying_at(server, "delivery_sent"):
            load_member(server, 0).command("care.tell", group=room.group)
            until(lambda: service.of("hannah"), 20)
        service.until(3, LEASED)
        calls = [push.opened(phone) for push in service.of("hannah")]
        assert len(calls) == 2
        assert calls[0] == calls[1]
        with server.sign_in("hannah") as host:
            assert until(lambda: [row for row in log_of(host, "care.called") if row[0] == "sent"])
        assert len(service.of("author")) == 1
        assert faults_in(server.log.read_text(errors="replace")) == []
