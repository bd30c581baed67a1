"""What somebody keeps here sealed for themselves: the backup of room keys, the recovery blob, a dehydrated device."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import pytest
import vodozemac as vz
from nacl.bindings import crypto_scalarmult_base

from messaging.models import BackupSession, BackupVersion, Device, RecoveryBlob, ToDevice
from tests.given import given_person
from tests.messaging.client import SealedClient
from tests.messaging.device import MEGOLM, OLM
from tests.messaging.given import given_client, given_pair
from tests.messaging.identity import Identity, sign
from tests.messaging.sealing import Json, b64, canonical, unb64
from tests.messaging.test_keys import changed, places

pytestmark = pytest.mark.django_db
ALGORITHM = "m.megolm_backup.v1.curve25519-aes-sha2"
ROOM = "!11111111-1111-4111-8111-111111111111:hearthside"


class Backup:
    """A backup's keys in the hands of its owner."""

    def __init__(self, client: SealedClient) -> None:
        self.client = client
        self.key = vz.Curve25519SecretKey()
        data = {"public_key": b64(crypto_scalarmult_base(self.key.to_bytes()))}
        master = client.identity.keys["master"]
        signed = sign(client.sign(data), client.user, master)
        self.body: Json = {"algorithm": ALGORITHM, "auth_data": signed}

    def session(self, **more: Any) -> Json:
        """A sealed room key with the owner's own mark on it."""
        encryption = vz.PkEncryption.from_key(self.key.public_key())
        sealed = encryption.encrypt(b"a room key")
        parts = {"ephemeral": sealed.ephemeral_key, "ciphertext": sealed.ciphertext, "mac": sealed.mac}
        data = {name: b64(bytes(part)) for name, part in parts.items()}
        own = hmac.new(self.key.to_bytes(), canonical(data), hashlib.sha256).digest()
        first = {"first_message_index": 5, "forwarded_count": 1, "is_verified": True}
        return {**first, "session_data": data, "hs_mac": b64(own), **more}

    def put(self, version: str, session: Json, name: str = "A" * 43) -> Any:
        """Upload one room key."""
        body = {"rooms": {ROOM: {"sessions": {name: session}}}}
        return self.client.ask("put", f"room_keys/keys?version={version}", body)


def test_one_changed_byte_in_a_backups_public_part() -> None:
    client = given_client(given_person())
    backup = Backup(client)
    tried = 0
    for place in places(backup.body["auth_data"]):
        body = {**backup.body, "auth_data": changed(backup.body["auth_data"], place)}
        answer = client.ask("post", "room_keys/version", body)
        assert (answer.status, answer.slug) == (400, "bad_keys"), place
        tried += 1
    assert tried >= 8
    for spoilt in (
        {**backup.body, "algorithm": "m.other"},
        {**backup.body, "auth_data": client.sign({"public_key": b64(bytes(32))})},
        {
            **backup.body,
            "auth_data": {"public_key": backup.body["auth_data"]["public_key"], "signatures": {}},
        },
    ):
        assert client.ask("post", "room_keys/version", spoilt).slug == "bad_keys"
    thief = Identity(client.user)
    foreign = sign({"public_key": backup.body["auth_data"]["public_key"]}, client.user, thief.keys["master"])
    assert client.ask("post", "room_keys/version", {**backup.body, "auth_data": foreign}).slug == "bad_keys"
    assert not BackupVersion.objects.exists()
    assert client.must("post", "room_keys/version", backup.body) == {"version": "1"}


def test_the_better_key_wins() -> None:
    client = given_client(given_person())
    backup = Backup(client)
    client.must("post", "room_keys/version", backup.body)
    first = backup.put("1", backup.session()).data
    assert first == {"etag": "1", "count": 1}
    for worse in (
        {"first_message_index": 6},
        {"forwarded_count": 2},
        {"is_verified": False},
    ):
        assert backup.put("1", backup.session(**worse)).data == first
    for number, better in enumerate(
        ({"forwarded_count": 0}, {"first_message_index": 4, "forwarded_count": 9}), 2
    ):
        assert backup.put("1", backup.session(**better)).data == {"etag": str(number), "count": 1}
    found = client.must("get", "room_keys/keys?version=1")
    session = found["rooms"][ROOM]["sessions"]["A" * 43]
    assert (session["first_message_index"], session["forwarded_count"], found["next"]) == (4, 9, None)
    data = session["session_data"]
    decryption = vz.PkDecryption.from_key(backup.key)
    message = vz.Message(*(unb64(data[name]) for name in ("ciphertext", "mac", "ephemeral")))
    assert bytes(decryption.decrypt(message)) == b"a room key"


def test_a_stale_version_is_refused_with_the_one_in_use() -> None:
    client = given_client(given_person())
    backup = Backup(client)
    assert client.ask("get", "room_keys/version").slug == "not_found"
    none = backup.put("1", backup.session())
    assert (none.status, none.slug, none.data["current_version"]) == (409, "wrong_backup_version", None)
    for number in ("1", "2"):
        assert client.must("post", "room_keys/version", backup.body) == {"version": number}
    answer = backup.put("1", backup.session())
    assert (answer.status, answer.slug, answer.data["current_version"]) == (409, "wrong_backup_version", "2")
    assert not BackupSession.objects.exists()
    assert backup.put("2", backup.session()).slug == "ok"
    client.must("delete", "room_keys/version/2")
    assert client.must("get", "room_keys/version")["version"] == "1"
    assert client.ask("delete", "room_keys/version/2").slug == "not_found"
    assert client.must("post", "room_keys/version", backup.body) == {"version": "3"}, "no number comes twice"
    shown = client.must("get", "room_keys/version")
    assert shown == {"version": "3", **backup.body, "count": 0, "etag": "0"}


def test_a_backup_comes_back_in_pages() -> None:
    client = given_client(given_person())
    backup = Backup(client)
    client.must("post", "room_keys/version", backup.body)
    session = backup.session()
    for start in (0, 300):
        names = {f"S{number:042}": session for number in range(start, start + 300)}
        body = {"rooms": {ROOM: {"sessions": names}}}
        client.must("put", "room_keys/keys?version=1", body)
    first = client.must("get", "room_keys/keys?version=1")
    second = client.must("get", f"room_keys/keys?version=1&after={first['next']}")
    counts = [len(page["rooms"][ROOM]["sessions"]) for page in (first, second)]
    assert (counts, second["next"]) == ([500, 100], None)


def test_a_backup_is_its_owners_and_of_exact_form() -> None:
    one, two = given_pair()
    backup = Backup(one)
    one.must("post", "room_keys/version", backup.body)
    assert backup.put("1", backup.session()).slug == "ok"
    assert two.ask("get", "room_keys/version").slug == "not_found"
    assert two.ask("get", "room_keys/keys?version=1").slug == "not_found"
    assert two.ask("delete", "room_keys/version/1").slug == "not_found"
    good = backup.session()
    for spoilt in (
        good | {"more": 1},
        good | {"hs_mac": "A" * 42},
        good | {"first_message_index": -1},
        good | {"session_data": good["session_data"] | {"body": "x"}},
        {name: value for name, value in good.items() if name != "hs_mac"},
    ):
        assert backup.put("1", spoilt).slug == "invalid"
    body = {"rooms": {"!other:hearthside": {"sessions": {"A": good}}}}
    assert one.ask("put", "room_keys/keys?version=1", body).slug == "invalid"
    assert BackupSession.objects.count() == 1


def test_a_new_identity_ends_the_old_ones_backup() -> None:
    client = given_client(given_person())
    backup = Backup(client)
    client.must("post", "room_keys/version", backup.body)
    backup.put("1", backup.session())
    client.must("post", "device_signing/upload", Identity(client.user).upload())
    assert client.ask("get", "room_keys/version").slug == "not_found"
    assert not BackupSession.objects.exists()


BLOB = {
    "v": 1,
    "salt": b64(bytes(16)),
    "iv": b64(bytes(12)),
    "ciphertext": b64(bytes(96)),
    "check": b64(bytes(32)),
}


def test_a_recovery_blob_is_replaced_only_on_top_of_what_was_read_and_freshly(moved: Any) -> None:
    one, two = given_pair()
    assert one.ask("get", "recovery_blob").slug == "not_found"
    assert one.must("put", "recovery_blob", {"blob": BLOB, "replaces": 0}) == {"version": 1}
    stale = one.ask("put", "recovery_blob", {"blob": BLOB, "replaces": 0})
    assert (stale.status, stale.slug, stale.data["current"]["version"]) == (409, "stale", 1)
    newer = BLOB | {"past": [{"salt": BLOB["salt"], "check": BLOB["check"]}]}
    moved(6 * 60)
    assert one.ask("put", "recovery_blob", {"blob": newer, "replaces": 1}).slug == "reauthentication_needed"
    moved(0)
    assert one.must("put", "recovery_blob", {"blob": newer, "replaces": 1}) == {"version": 2}
    assert one.ask("put", "recovery_blob", {"blob": BLOB, "replaces": 1}).slug == "stale"
    assert one.must("get", "recovery_blob") == {"blob": newer, "version": 2}
    assert two.ask("get", "recovery_blob").slug == "not_found"


def test_a_recovery_blob_is_sealed_and_small() -> None:
    client = given_client(given_person())
    for spoilt, slug in (
        (BLOB | {"ciphertext": "in the clear"}, "invalid"),
        (BLOB | {"words": "A"}, "invalid"),
        (BLOB | {"salt": "A"}, "invalid"),
        (BLOB | {"ciphertext": "A" * 16_384}, "too_large"),
        (BLOB | {"past": [{"salt": "A", "check": "A"}] * 11}, "invalid"),
    ):
        assert client.ask("put", "recovery_blob", {"blob": spoilt, "replaces": 0}).slug == slug
    assert not RecoveryBlob.objects.exists()


class Dehydrated(SealedClient):
    """A device that waits on the server; its id is its own key, as the engine makes it."""

    def body(self) -> Json:
        """What is uploaded of it."""
        self.device = self.curve
        keys = {
            "user_id": self.user,
            "device_id": self.device,
            "algorithms": [OLM, MEGOLM],
            "keys": {
                f"curve25519:{self.device}": self.curve,
                f"ed25519:{self.device}": self.account.ed25519_key.to_base64(),
            },
            "dehydrated": True,
        }
        own = self.sign(keys)
        both = sign(own, self.user, self.identity.keys["self_signing"])
        return {
            "device_id": self.device,
            "device_data": {
                "algorithm": "org.matrix.msc3814.v2",
                "device_pickle": b64(bytes(99)),
                "nonce": "AAAA",
            },
            "device_keys": both,
            "one_time_keys": self.one_time_keys(3),
            "fallback_keys": self.fallback_key(),
            "initial_device_display_name": "not kept",
        }


def test_a_dehydrated_device_receives_keys_while_nobody_is_there() -> None:
    one, two = given_pair()
    waiting = Dehydrated(two.door, two.person, two.identity)
    assert two.must("put", "dehydrated_device", waiting.body()) == {"device_id": waiting.device}
    waits = next(row for row in two.must("get", "devices")["devices"] if row["dehydrated"])
    assert (waits["device_id"], waits["name"]) == (waiting.device, "")
    two.must("delete", f"devices/{two.device}")
    two.device = ""
    room = one.open_pair(two.person)
    one.say(room, "while you were away")
    path = f"dehydrated_device/{waiting.device.replace('/', '%2F').replace('+', '%2B')}/events"
    page = two.must("post", path, {})
    assert [event["type"] for event in page["events"]] == ["m.room.encrypted"]
    assert two.must("post", path, {"next_batch": page["next_batch"]})["events"] == []
    assert two.must("post", path, {}) == page, "reading takes nothing away"
    two.query(one.user)
    waiting.known = two.known
    for event in page["events"]:
        waiting.take(event)
    assert [place for place, _ in waiting.inbound] == [f"!{room}:hearthside"]
    assert one.ask("post", path, {}).slug == "not_found"


def test_one_changed_byte_in_a_dehydrated_device() -> None:
    client = given_client(given_person())
    waiting = Dehydrated(client.door, client.person, client.identity)
    body = waiting.body()
    for place in places(body["device_keys"]):
        answer = client.ask(
            "put", "dehydrated_device", {**body, "device_keys": changed(body["device_keys"], place)}
        )
        assert answer.status in (400, 403), place
    assert not Device.objects.filter(dehydrated=True).exists()


def test_a_new_dehydrated_device_takes_the_place_of_the_old_one() -> None:
    client = given_client(given_person())
    made = [Dehydrated(client.door, client.person, client.identity) for _ in range(2)]
    for waiting in made:
        client.must("put", "dehydrated_device", waiting.body())
    assert client.must("get", "dehydrated_device")["device_id"] == made[1].device
    assert Device.objects.filter(dehydrated=True).count() == 1
    assert client.must("delete", "dehydrated_device") == {"device_id": made[1].device}
    assert client.ask("get", "dehydrated_device").slug == "not_found"
    assert client.ask("delete", "dehydrated_device").slug == "not_found"
    assert not ToDevice.objects.exists()
