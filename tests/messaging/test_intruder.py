"""What somebody who can write in the server's database gains: no key and nothing false on a screen; people are told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.messaging.device import SealedDevice
from tests.messaging.doors import HttpDoor
from tests.messaging.given_rows import run_inside
from tests.messaging.given_workers import befriend, circle, pair, person_named, read, set_up, trust
from tests.messaging.identity import Identity
from tests.server import Server

pytestmark = pytest.mark.slow
SENT = """
from messaging.models import SealedEvent
print(SealedEvent.objects.filter(conversation_id=sys.argv[1], quiet=False).count())
"""
PARCELS = """
from messaging.models import ToDevice
print(ToDevice.objects.filter(device__device_id=sys.argv[1]).count())
"""


def test_a_device_slipped_in_gets_no_key(server: Server, devices: ExitStack, names: Iterator[str]) -> None:
    hannah_at, priya_at = next(names), next(names)
    hannah, _ = set_up(devices, server, hannah_at)
    priya, _ = set_up(devices, server, priya_at)
    talk = pair(hannah, priya, server)
    signed_in = server.sign_in(priya_at)
    spy = SealedDevice(HttpDoor(signed_in), priya.person)
    spy.register()
    answer = spy.upload(one_time_keys=spy.one_time_keys(5), fallback_keys=spy.fallback_key())
    assert answer.status == 200, "its keys are good; only the identity's signature is missing"
    hannah.sendText(talk, "for Priya's own devices", None)
    read(priya, talk, "for Priya's own devices")
    assert run_inside(server, PARCELS, spy.device) == "0"
    priya.refreshDevices()
    assert [row["confirmed"] for row in priya.snapshot["devices"] if row["id"] == spy.device] == [False]
    signed_in.http.close()


def test_a_member_slipped_in_gets_no_key_and_is_shown_to_be_no_part(
    server: Server, devices: ExitStack, names: Iterator[str]
) -> None:
    hannah, _ = set_up(devices, server, next(names))
    priya, _ = set_up(devices, server, next(names))
    mallory, _ = set_up(devices, server, next(names))
    talk = pair(hannah, priya, server)
    befriend(server, hannah, mallory)
    slip = """
    from messaging.models import ConversationMember
    ConversationMember.objects.create(conversation_id=sys.argv[1], person_id=sys.argv[2])
    """
    run_inside(server, slip, talk, mallory.person)
    hannah.comeBack()
    hannah.sendText(talk, "between us", None)
    read(priya, talk, "between us")
    mallory.wait(lambda bot: any(row["id"] == talk for row in bot.snapshot["conversations"]))
    mallory.openTimeline(talk)
    mallory.comeBack()
    assert "between us" not in str(mallory.items(talk))
    assert mallory.conversation(talk)["closed"] == "no_roster"
    shown = {row["person"]: row["inRoster"] for row in hannah.conversation(talk)["members"]}
    assert shown == {hannah.person: True, priya.person: True, mallory.person: False}


def test_a_swapped_identity_stops_sending(server: Server, devices: ExitStack, names: Iterator[str]) -> None:
    hannah, _ = set_up(devices, server, next(names))
    priya, _ = set_up(devices, server, next(names))
    talk = pair(hannah, priya, server)
    hannah.sendText(talk, "before", None)
    read(priya, talk, "before")
    false = Identity(f"@{priya.person}:hearthside")
    swap = """
    import json
    from messaging.models import CrossSigningKey, DeviceListChange
    priya, hannah, keys = sys.argv[1:]
    for usage, (public, key) in json.loads(keys).items():
        rows = CrossSigningKey.objects.filter(person_id=priya, usage=usage)
        rows.update(public=public, key=json.dumps(key))
    DeviceListChange.objects.create(watcher_id=hannah, subject_id=priya)
    """
    usages = ("master", "self_signing", "user_signing")
    keys = {usage: (false.public(usage), false.key_object(usage)) for usage in usages}
    run_inside(server, swap, priya.person, hannah.person, json.dumps(keys))
    hannah.comeBack()
    hannah.sendText(talk, "after", None)
    hannah.wait(lambda bot: bot.items(talk)[-1]["problem"])
    assert hannah.items(talk)[-1]["problem"] == "identity_changed"
    assert (trust(hannah, talk), hannah.conversation(talk)["closed"]) == ("changed", "identity_changed")
    assert run_inside(server, SENT, talk) == "1"


def test_a_relabelled_sender_and_a_replay_are_not_shown(
    server: Server, devices: ExitStack, names: Iterator[str]
) -> None:
    hannah, _ = set_up(devices, server, next(names))
    priya, _ = set_up(devices, server, next(names))
    robin, _ = set_up(devices, server, next(names))
    talk = circle(server, hannah, priya, robin)
    hannah.sendText(talk, "I said this", None)
    read(priya, talk, "I said this")
    read(robin, talk, "I said this")
    forge = """
    import uuid
    from messaging.models import Conversation, SealedEvent
    conversation, priya = sys.argv[1:]
    found = Conversation.objects.get(pk=conversation)
    event = SealedEvent.objects.filter(conversation=found, quiet=False).first()
    for number, sender in enumerate((event.sender_id, priya), 1):
        event.pk, event.seq, event.sender_id = uuid.uuid4(), found.head + number, sender
        event._state.adding = True
        event.save(force_insert=True)
    Conversation.objects.filter(pk=conversation).update(head=found.head + 2)
    """
    run_inside(server, forge, talk, priya.person)
    read(robin, talk, "I said this", "[replayed]", "[wrong_sender]")
    said = [
        item["senderName"] for item in robin.items(talk) if item["state"] == "sent" and item["kind"] == "text"
    ]
    assert said == [person_named(robin, talk, hannah.person)]


def test_who_is_taken_out_reads_nothing_more_and_who_comes_later_nothing_before(
    server: Server, devices: ExitStack, names: Iterator[str]
) -> None:
    hannah, _ = set_up(devices, server, next(names))
    priya, _ = set_up(devices, server, next(names))
    robin, _ = set_up(devices, server, next(names))
    late, _ = set_up(devices, server, next(names))
    befriend(server, hannah, late)
    befriend(server, priya, late)
    befriend(server, robin, late)
    talk = circle(server, hannah, priya, robin)
    hannah.sendText(talk, "the three of us", None)
    read(robin, talk, "the three of us")
    hannah.removeMember(talk, robin.person)
    hannah.sendText(talk, "the two of us", None)
    read(priya, talk, "the three of us", "the two of us")
    robin.comeBack()
    assert "the two of us" not in str(robin.items(talk))
    assert robin.conversation(talk)["closed"] == "removed"

    hannah.addMember(talk, late.person)
    hannah.sendText(talk, "welcome", None)
    late.wait(lambda bot: any(row["id"] == talk for row in bot.snapshot["conversations"]))
    late.openTimeline(talk)
    late.wait(lambda bot: "welcome" in bot.bodies(talk))
    assert "the two of us" not in str(late.items(talk))
    late.sendText(talk, "thank you", None)
    read(priya, talk, "the three of us", "the two of us", "welcome", "thank you")


def test_where_the_room_allows_it_who_comes_later_reads_what_was(
    server: Server, devices: ExitStack, names: Iterator[str]
) -> None:
    hannah, _ = set_up(devices, server, next(names))
    priya, _ = set_up(devices, server, next(names))
    robin, _ = set_up(devices, server, next(names))
    late, _ = set_up(devices, server, next(names))
    for one in (hannah, priya, robin):
        befriend(server, one, late)
    talk = circle(server, hannah, priya, robin, history=True)
    priya.sendText(talk, "before you came", None)
    read(hannah, talk, "before you came")
    hannah.addMember(talk, late.person)
    late.wait(lambda bot: any(row["id"] == talk for row in bot.snapshot["conversations"]))
    late.openTimeline(talk)
    read(late, talk, "before you came")
