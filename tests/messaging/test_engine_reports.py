"""A report, from the engine of whoever got a message to that of an admin who has nothing else to do with either."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.messaging.given_rows import give_contact
from tests.messaging.worker_bot import WorkerBot, worker_bot
from tests.server import Server, running_server

pytestmark = pytest.mark.slow
PLAIN = {"title": "", "timerSeconds": 0, "history": False}
WORDS = "Nobody will believe you."


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running_server(members=4) as made:
        yield made


@pytest.fixture
def devices() -> Iterator[ExitStack]:
    """Devices that end with the test."""
    with ExitStack() as stack:
        yield stack


def set_up(devices: ExitStack, server: Server, key: str) -> WorkerBot:
    """The first device of somebody, ready."""
    bot = devices.enter_context(worker_bot(server, key))
    assert bot.confirmRecoveryKey(bot.setUp("Firefox"))
    return bot


def test_a_sealed_report_opens_on_the_admins_device_and_nothing_false_does(
    server: Server, devices: ExitStack
) -> None:
    names = iter([row["email"].partition("@")[0] for row in server.accounts if row.get("session")])
    sender, reporter = set_up(devices, server, next(names)), set_up(devices, server, next(names))
    admin = set_up(devices, server, "admin")
    give_contact(server, sender.person, reporter.person)
    sender.refreshContacts()
    talk = str(sender.startConversation([reporter.person], PLAIN))
    reporter.wait(lambda bot: any(row["id"] == talk for row in bot.snapshot["conversations"]))
    reporter.openTimeline(talk)
    sender.sendText(talk, WORDS, None)
    reporter.wait(lambda bot: WORDS in bot.bodies(talk))
    item = reporter.items(talk)[-1]["id"]

    door = reporter.signed_in
    place = {"conversation": talk, "event": item, "form": "sealed", "category": "attack"}
    answer = door.command("sealed.report", **place)
    recipients = door.get("/api/messaging/report_recipients", conversation=talk).json()["recipients"]
    assert recipients == [admin.person]
    assert reporter.sealReport(answer["report"], talk, item, recipients) == 1

    staff = admin.signed_in
    (line,) = staff.get("/api/practice/review").json()["lines"]
    staff.command("review.open", item=line["id"])
    sealed: dict[str, Any] = staff.get(f"/api/review/{line['id']}").json()["sealed"]
    admin.comeBack()
    opened = admin.openReport(answer["report"], sealed["commitment"], talk)
    assert WORDS in opened["pt"]
    assert admin.openReport(answer["report"], "A" * 43, talk) == {"problem": "false"}
    assert admin.openReport("of nobody", sealed["commitment"], talk) == {"problem": "absent"}
