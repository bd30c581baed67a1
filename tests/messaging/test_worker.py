"""The browser's crypto worker against the real relay: people who talk, devices that come and go, an intruder's rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.messaging.given_rows import confirm_signin, run_inside
from tests.messaging.given_workers import compare, pair, read, set_up, trust
from tests.messaging.worker_bot import BotError, worker_bot
from tests.server import Server

pytestmark = pytest.mark.slow


def test_two_people_write_to_each_other(server: Server, devices: ExitStack, names: Iterator[str]) -> None:
    hannah_at, priya_at = next(names), next(names)
    hannah, _ = set_up(devices, server, hannah_at)
    priya, _ = set_up(devices, server, priya_at)
    talk = pair(hannah, priya, server)
    hannah.sendText(talk, "How was Sunday?", None)
    read(priya, talk, "How was Sunday?")
    asked = priya.items(talk)[-1]["id"]
    priya.sendText(talk, "Hard, then better.", asked)
    read(hannah, talk, "How was Sunday?", "Hard, then better.")
    assert hannah.items(talk)[-1]["reply"] == {"id": asked, "senderName": "", "body": "How was Sunday?"}

    priya.edit(talk, priya.items(talk)[-1]["id"], "Hard at first, then better.")
    hannah.react(talk, hannah.items(talk)[-1]["id"], "with you", True)
    read(hannah, talk, "How was Sunday?", "Hard at first, then better.")
    priya.wait(lambda it: it.items(talk)[-1]["reactions"])
    assert priya.items(talk)[-1]["reactions"][0]["word"] == "with you"

    hannah.erase(talk, asked)
    read(priya, talk, "[erased]", "Hard at first, then better.")
    priya.sendFile(talk, {"name": "plan.txt", "type": "text/plain", "text": "one step at a time"}, "my plan")
    read(hannah, talk, "[erased]", "Hard at first, then better.", "my plan")
    assert hannah.openFile(talk, hannah.items(talk)[-1]["id"]) == "one step at a time"


def test_a_fresh_browser_reads_the_history_with_the_recovery_key(
    server: Server, devices: ExitStack, names: Iterator[str]
) -> None:
    hannah_at, priya_at = next(names), next(names)
    hannah, _ = set_up(devices, server, hannah_at)
    priya, key = set_up(devices, server, priya_at)
    talk = pair(hannah, priya, server)
    hannah.sendText(talk, "from Hannah", None)
    read(priya, talk, "from Hannah")
    priya.sendText(talk, "from Priya", None)
    read(hannah, talk, "from Hannah", "from Priya")
    priya.wait(lambda it: it.snapshot["phase"] == {"name": "ready", "backup": "on"})
    with pytest.raises(BotError, match="reauthentication_needed"):
        priya.renewRecoveryKey()
    confirm_signin(server, priya.person)
    newer = priya.renewRecoveryKey()
    assert priya.confirmRecoveryKey(newer)

    fresh = devices.enter_context(worker_bot(server, priya_at))
    assert fresh.phase == "joining"
    slip = ("1" if newer[0] == "0" else "0") + newer[1:]
    assert fresh.recover(slip, "Chrome") == "wrong"
    assert fresh.recover(key, "Chrome") == "outdated"
    assert fresh.recover(newer, "Chrome") == "ok"
    fresh.openTimeline(talk)
    read(fresh, talk, "from Hannah", "from Priya")
    assert [device["confirmed"] for device in fresh.snapshot["devices"]] == [True, True]
    fresh.sendText(talk, "from my new browser", None)
    read(hannah, talk, "from Hannah", "from Priya", "from my new browser")
    read(priya, talk, "from Hannah", "from Priya", "from my new browser")


def test_with_all_devices_gone_what_comes_meanwhile_is_read_after_recovery(
    server: Server, devices: ExitStack, names: Iterator[str]
) -> None:
    hannah_at, priya_at = next(names), next(names)
    hannah, _ = set_up(devices, server, hannah_at)
    priya, key = set_up(devices, server, priya_at)
    talk = pair(hannah, priya, server)
    hannah.sendText(talk, "before", None)
    read(priya, talk, "before")
    priya.removeDevice(priya.snapshot["devices"][0]["id"])
    priya.close()
    hannah.sendText(talk, "meanwhile", None)
    read(hannah, talk, "before", "meanwhile")

    fresh = devices.enter_context(worker_bot(server, priya_at))
    assert fresh.recover(key, "Chrome") == "ok"
    fresh.openTimeline(talk)
    read(fresh, talk, "before", "meanwhile")


def test_a_second_device_is_added_by_emoji_and_a_removed_one_reads_nothing_more(
    server: Server, devices: ExitStack, names: Iterator[str]
) -> None:
    hannah_at, priya_at = next(names), next(names)
    hannah, _ = set_up(devices, server, hannah_at)
    priya, _ = set_up(devices, server, priya_at)
    talk = pair(hannah, priya, server)
    hannah.sendText(talk, "before the tablet", None)
    read(priya, talk, "before the tablet")
    tablet = devices.enter_context(worker_bot(server, priya_at))
    tablet.askOtherDevice("Tablet")
    compare(tablet, priya)
    tablet.wait(lambda bot: bot.phase == "ready")
    tablet.openTimeline(talk)
    read(tablet, talk, "before the tablet")
    hannah.sendText(talk, "to both", None)
    read(tablet, talk, "before the tablet", "to both")

    priya.refreshDevices()
    gone = next(row["id"] for row in priya.snapshot["devices"] if row["name"] == "Tablet")
    priya.removeDevice(gone)
    hannah.sendText(talk, "to one", None)
    read(priya, talk, "before the tablet", "to both", "to one")
    tablet.wait(lambda bot: bot.phase == "removed")
    taken = run_inside(
        server,
        "from messaging.models import ToDevice; print(ToDevice.objects.filter(device__device_id=sys.argv[1]).count())",
        gone,
    )
    assert taken == "0"


def test_two_people_compare_emoji(server: Server, devices: ExitStack, names: Iterator[str]) -> None:
    hannah_at, priya_at = next(names), next(names)
    hannah, _ = set_up(devices, server, hannah_at)
    priya, _ = set_up(devices, server, priya_at)
    talk = pair(hannah, priya, server)
    assert (trust(hannah, talk), trust(priya, talk)) == ("first_seen", "first_seen")
    hannah.verifyPerson(priya.person)
    compare(hannah, priya)
    hannah.wait(lambda bot: trust(bot, talk) == "verified")
    priya.wait(lambda bot: trust(bot, talk) == "verified")


def test_a_new_identity_stops_sending_until_it_is_looked_at(
    server: Server, devices: ExitStack, names: Iterator[str]
) -> None:
    hannah_at, priya_at = next(names), next(names)
    hannah, _ = set_up(devices, server, hannah_at)
    priya, _ = set_up(devices, server, priya_at)
    talk = pair(hannah, priya, server)
    hannah.verifyPerson(priya.person)
    compare(hannah, priya)
    again = devices.enter_context(worker_bot(server, priya_at))
    confirm_signin(server, priya.person)
    assert again.confirmRecoveryKey(again.resetIdentity("New phone"))
    hannah.wait(lambda bot: trust(bot, talk) == "changed")
    assert hannah.conversation(talk)["closed"] == "identity_changed"
    hannah.sendText(talk, "are you there?", None)
    hannah.wait(lambda bot: bot.items(talk)[-1]["problem"] == "identity_changed")
    hannah.acceptIdentity(priya.person)
    again.openTimeline(talk)
    again.wait(lambda bot: "are you there?" in bot.bodies(talk))
    assert trust(hannah, talk) == "first_seen"
