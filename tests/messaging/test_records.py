"""Taking a conversation out of its seal: freshly confirmed, written down for the others, and signed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from nacl.signing import VerifyKey

from hearthside.models import AuditEntry
from tests.given import given_person
from tests.messaging.given import bare_client, given_pair, person_of
from tests.messaging.given_rows import confirm_signin
from tests.messaging.given_workers import pair, read, set_up
from tests.messaging.sealing import canonical, unb64
from tests.messaging.worker_bot import BotError
from tests.server import Server


@pytest.mark.django_db
def test_an_export_is_freshly_confirmed_and_written_down_for_the_others(moved: Any) -> None:
    one, two = given_pair()
    talk = one.open_pair(two.person)
    moved(6 * 60)
    assert one.ask("post", f"conversations/{talk}/export").slug == "reauthentication_needed"
    assert not AuditEntry.objects.filter(verb="export.made").exists()
    moved(0)
    assert one.ask("post", f"conversations/{talk}/export").slug == "ok"
    (entry,) = AuditEntry.objects.filter(verb="export.made")
    assert (str(entry.actor), str(entry.about), entry.thing) == (
        one.person,
        two.person,
        f"conversation:{talk}",
    )


@pytest.mark.django_db
def test_strangers_export_nothing() -> None:
    one, two = given_pair()
    talk = one.open_pair(two.person)
    stranger = bare_client(given_person())
    assert stranger.ask("post", f"conversations/{talk}/export").slug == "not_found"
    assert not AuditEntry.objects.filter(verb="export.made", actor=person_of(stranger).pk).exists()


@pytest.mark.slow
def test_a_record_asks_for_confirmation_tells_the_other_and_checks(
    server: Server, devices: ExitStack, names: Iterator[str]
) -> None:
    hannah, _ = set_up(devices, server, next(names))
    priya, _ = set_up(devices, server, next(names))
    talk = pair(hannah, priya, server)
    priya.sendText(talk, "for the record", None)
    read(hannah, talk, "for the record")
    with pytest.raises(BotError, match="reauthentication_needed"):
        hannah.exportRecord(talk, "Hannah")
    confirm_signin(server, hannah.person)
    made = json.loads(hannah.exportRecord(talk, "Hannah")["json"])
    assert "for the record" in [message["body"] for message in made["record"]["messages"]]
    priya.wait(
        lambda bot: any(item["notice"] and item["notice"]["what"] == "exported" for item in bot.items(talk))
    )
    user = f"@{hannah.person}:hearthside"
    keys = priya.signed_in.http.post(
        "/api/messaging/keys/query",
        json={"device_keys": {user: []}},
        headers={"X-CSRFToken": priya.signed_in.csrf},
    ).json()
    public = {
        key: value for device in keys["device_keys"][user].values() for key, value in device["keys"].items()
    }
    signatures = made["signatures"][user]
    checked = 0
    for name, signature in signatures.items():
        if name in public:
            VerifyKey(unb64(public[name])).verify(canonical(made["record"]), unb64(signature))
            checked += 1
    assert checked == 1
