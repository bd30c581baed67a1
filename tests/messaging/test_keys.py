"""Uploaded keys: one changed byte anywhere and nothing is kept; nobody's keys are changed; each sees what is theirs."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from messaging.models import CrossSigningKey, Device, DeviceListChange, FallbackKey, KeySignature, OneTimeKey
from tests.given import given_person
from tests.messaging.client import SealedClient
from tests.messaging.given import (
    bare_client,
    given_client,
    given_contact,
    given_friends,
    given_pair,
    person_of,
)
from tests.messaging.identity import Identity, sign
from tests.messaging.sealing import Json, b64

pytestmark = pytest.mark.django_db

# The points of Curve25519 whose product with any scalar is zero, in every spelling that is read as one of them.
LOW_ORDER = [
    bytes(32),
    b"\x01" + bytes(31),
    bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
    bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    bytes.fromhex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    bytes.fromhex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
]


def other(text: str) -> str:
    """The text with one byte in its middle changed into another of base64's."""
    place = len(text) // 2
    return text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every text in a JSON value, and (marked by a last `#`) to every name in it."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield (*path, name, "#")
            yield from places(item, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, (*path, index))
    elif isinstance(value, str):
        yield path


def changed(value: Json, path: tuple[str | int, ...]) -> Json:
    """A copy with one byte changed at that place."""
    found: Any = copy.deepcopy(value)
    root = found
    *way, last = path
    if last == "#":
        *way, name = way
        for step in way:
            root = root[step]
        root[other(str(name))] = root.pop(name)
    else:
        for step in way:
            root = root[step]
        root[last] = other(root[last])
    return dict(found)


def kept() -> tuple[Any, ...]:
    """Everything that an upload could change."""
    return (
        sorted(Device.objects.values_list("device_id", "keys")),
        sorted(OneTimeKey.objects.values_list("key_id", "key")),
        sorted(FallbackKey.objects.values_list("key_id", "key")),
        sorted(CrossSigningKey.objects.values_list("usage", "key")),
        sorted(KeySignature.objects.values_list("signer_key", "target", "signature")),
        DeviceListChange.objects.count(),
    )


def everywhere(client: SealedClient, path: str, body: Json) -> int:
    """Try the body with one byte changed at every place below its own fields; answers how many were tried."""
    before, tried = kept(), 0
    for place in list(places(body)):
        if len(place) == 2 and place[-1] == "#":
            continue  # the body's own fields are the route's
        answer = client.ask("post", path, changed(body, place))
        right = {"bad_keys"} | ({"denied"} if place[-1] in ("user_id", "device_id") else set())
        assert answer.slug in right, (place, answer)
        assert answer.status == (400 if answer.slug == "bad_keys" else 403)
        assert kept() == before, place
        tried += 1
    return tried


def test_one_changed_byte_in_device_keys() -> None:
    client = bare_client(given_person())
    client.register()
    body = {"device_keys": client.device_keys}
    assert everywhere(client, "keys/upload", body) > 12
    assert client.ask("post", "keys/upload", body).slug == "ok"


@pytest.mark.parametrize("kind", ["one_time_keys", "fallback_keys"])
def test_one_changed_byte_in_one_time_keys(kind: str) -> None:
    client = bare_client(given_person())
    client.register()
    keys = client.one_time_keys(2) if kind == "one_time_keys" else client.fallback_key()
    body = {"device_keys": client.device_keys, kind: keys}
    names = {place for place in places(keys) if len(place) == 2 and place[-1] == "#"}
    before = kept()
    tried = 0
    for place in places(keys):
        if place in names:
            continue  # the name of a one-time key is no part of what is signed
        answer = client.ask("post", "keys/upload", {**body, kind: changed(keys, place)})
        assert (answer.status, answer.slug) == (400, "bad_keys"), place
        assert kept() == before, "the device's own good keys are not kept either"
        tried += 1
    assert tried >= 5
    assert client.ask("post", "keys/upload", body).slug == "ok"


def test_one_changed_byte_in_an_identity() -> None:
    client = bare_client(given_person())
    client.register()
    client.upload()
    body = client.identity.upload()
    body["master_key"] = client.sign(body["master_key"])
    assert everywhere(client, "device_signing/upload", body) > 25
    assert client.ask("post", "device_signing/upload", body).slug == "ok"


def test_one_changed_byte_in_signatures() -> None:
    therapist, member = given_pair()
    therapist.query(member.user)
    master = therapist.must("post", "keys/query", {"device_keys": {member.user: []}})["master_keys"][
        member.user
    ]
    tablet = bare_client(person_of(therapist), identity=therapist.identity)
    tablet.register()
    tablet.upload()
    body = {
        member.user: {master["keys"][next(iter(master["keys"]))]: therapist.identity.sign_person(master)},
        therapist.user: {tablet.device: therapist.identity.sign_device(tablet.device_keys)},
    }
    before, tried = kept(), 0
    for place in places(body):
        answer = therapist.ask("post", "signatures/upload", changed(body, place))
        assert (answer.status, answer.slug) == (400, "bad_keys"), place
        assert kept() == before, place
        tried += 1
    assert tried > 20
    assert therapist.ask("post", "signatures/upload", body).data == {"failures": {}}
    assert kept() != before


@pytest.mark.parametrize("where", ["device_keys", "one_time_keys", "fallback_keys"])
def test_a_low_order_point_is_refused(where: str) -> None:
    client = bare_client(given_person())
    client.register()
    for point in LOW_ORDER:
        refuses(client, where, point)


def refuses(client: SealedClient, where: str, point: bytes) -> None:
    """See that the point is refused there, well signed as it is."""
    keys = client.device_keys
    if where == "device_keys":
        keys["keys"][f"curve25519:{client.device}"] = b64(point)
        body = {"device_keys": client.sign(keys)}
    else:
        key: Json = {"key": b64(point)} | ({"fallback": True} if where == "fallback_keys" else {})
        body = {"device_keys": keys, where: {"signed_curve25519:AAAAAQ": client.sign(key)}}
    answer = client.ask("post", "keys/upload", body)
    assert (answer.status, answer.slug) == (400, "bad_keys")
    assert Device.objects.get().keys == ""
    assert not OneTimeKey.objects.exists()
    assert not FallbackKey.objects.exists()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda keys: keys | {"more": 1},
        lambda keys: keys | {"algorithms": ["m.olm.v1.curve25519-aes-sha2"]},
        lambda keys: keys | {"algorithms": 3},
        lambda keys: keys | {"dehydrated": True},
        lambda keys: keys | {"dehydrated": 1.5},
        lambda keys: keys | {"keys": []},
        lambda keys: {name: value for name, value in keys.items() if name != "algorithms"},
        lambda keys: keys | {"keys": {**keys["keys"], "ed25519:X": "A" * 43}},
    ],
)
def test_device_keys_of_another_form_are_refused_though_signed(spoil: Any) -> None:
    client = bare_client(given_person())
    client.register()
    answer = client.ask("post", "keys/upload", {"device_keys": client.sign(spoil(client.device_keys))})
    assert (answer.status, answer.slug) == (400, "bad_keys")
    assert Device.objects.get().keys == ""


def test_a_devices_keys_never_change() -> None:
    client = given_client(given_person())
    before = Device.objects.get().keys
    again = bare_client(person_of(client), identity=client.identity)
    again.device = client.device
    answer = again.upload()
    assert (answer.status, answer.slug) == (403, "denied")
    assert Device.objects.get().keys == before
    assert client.upload().slug == "ok", "the same keys again are fine"


def test_nobody_uploads_for_another_device() -> None:
    person = given_person()
    client = given_client(person)
    tablet = bare_client(person, identity=client.identity)
    tablet.register()
    for keys in (client.device_keys, given_client(given_person()).device_keys):
        answer = tablet.ask("post", "keys/upload", {"device_keys": keys})
        assert (answer.status, answer.slug) == (403, "denied")
    stranger = given_client(given_person())
    stranger.device = client.device
    assert stranger.upload().slug == "not_found", "somebody else's device is not there"


def test_one_time_keys_come_after_the_devices_own_and_never_change() -> None:
    client = bare_client(given_person())
    client.register()
    assert client.ask("post", "keys/upload", {"one_time_keys": client.one_time_keys(1)}).slug == "bad_keys"
    first, second = client.one_time_keys(1), client.one_time_keys(1)
    assert client.upload(one_time_keys=first).slug == "ok"
    assert client.upload(one_time_keys=first).data["one_time_key_counts"] == {"signed_curve25519": 1}
    renamed = dict(zip(first, second.values(), strict=True))
    assert client.upload(one_time_keys=renamed).slug == "bad_keys"
    assert json.loads(OneTimeKey.objects.get().key) == next(iter(first.values()))


def test_an_identity_is_replaced_only_by_somebody_who_has_just_signed_in(moved: Any) -> None:
    therapist, member = given_pair()
    therapist.query(member.user)
    master = therapist.must("post", "keys/query", {"device_keys": {member.user: []}})["master_keys"][
        member.user
    ]
    signed = {member.user: {member.identity.public(): therapist.identity.sign_person(master)}}
    therapist.must("post", "signatures/upload", signed)
    old = therapist.identity.public()
    assert therapist.ask("post", "device_signing/upload", therapist.identity.upload()).slug == "ok", (
        "the same again"
    )
    new = Identity(therapist.user)
    moved(6 * 60)
    answer = therapist.ask("post", "device_signing/upload", new.upload())
    assert (answer.status, answer.slug) == (403, "reauthentication_needed")
    assert CrossSigningKey.objects.get(usage="master", person=person_of(therapist)).public == old
    moved(0)
    assert therapist.ask("post", "device_signing/upload", new.upload()).slug == "ok"
    assert CrossSigningKey.objects.get(usage="master", person=person_of(therapist)).public == new.public()
    assert not KeySignature.objects.filter(signer_key__contains=old).exists()
    assert not KeySignature.objects.filter(owner=person_of(member), signer=person_of(therapist)).exists()
    member.query(therapist.user)
    assert therapist.user not in member.known or not member.known[therapist.user].devices
    changes = member.must("get", "sync?since=")
    assert changes["reset"] is False


def test_new_lower_keys_need_the_master_and_no_new_sign_in(moved: Any) -> None:
    client = given_client(given_person())
    moved(6 * 60)
    fresh = Identity(client.user)
    fresh.keys["master"] = client.identity.keys["master"]
    assert client.ask("post", "device_signing/upload", fresh.upload()).slug == "ok"
    forged = fresh.upload()
    thief = Identity(client.user)
    key = {name: item for name, item in thief.key_object("self_signing").items() if name != "signatures"}
    forged["self_signing_key"] = sign(key, client.user, thief.keys["master"], f"ed25519:{fresh.public()}")
    assert client.ask("post", "device_signing/upload", forged).slug == "bad_keys"


def test_who_sees_whose_keys() -> None:
    one, two, three = given_friends(3)
    clients = {name: given_client(person) for name, person in zip("abc", (one, two, three), strict=True)}
    stranger = given_client(given_person())
    a, b = clients["a"], clients["b"]
    wanted: Json = {"device_keys": {client.user: [] for client in (*clients.values(), stranger)}}
    seen = a.must("post", "keys/query", wanted)
    assert set(seen["device_keys"]) == {client.user for client in clients.values()}
    assert set(seen["master_keys"]) == set(seen["self_signing_keys"]) == set(seen["device_keys"])
    assert set(seen["user_signing_keys"]) == {a.user}
    assert seen["failures"] == {}
    alone = stranger.must("post", "keys/query", wanted)
    assert set(alone["device_keys"]) == {stranger.user}
    master = seen["master_keys"][b.user]
    a.must("post", "signatures/upload", {b.user: {b.identity.public(): a.identity.sign_person(master)}})
    mine = a.must("post", "keys/query", wanted)["master_keys"][b.user]["signatures"]
    assert set(mine) == {a.user}
    for client in (b, clients["c"]):
        shown = client.must("post", "keys/query", wanted)["master_keys"][b.user]
        assert a.user not in shown.get("signatures", {}), "whom somebody has verified is theirs to know"


def test_ended_contacts_and_closed_accounts_see_nothing() -> None:
    therapist, member = given_person("facilitator"), given_person()
    contact = given_contact(therapist, member)
    a, b = given_client(therapist), given_client(member)
    wanted: Json = {"device_keys": {b.user: []}}
    assert b.user in a.must("post", "keys/query", wanted)["device_keys"]
    contact.ended_at = contact.begins_at
    contact.save()
    assert a.must("post", "keys/query", wanted)["device_keys"] == {}


def deep(levels: int) -> Any:
    """A list in a list, and so on."""
    return [deep(levels - 1)] if levels else 1


@pytest.mark.parametrize("value", [1.5, 2**60, "\ud800", deep(20)], ids=["fraction", "huge", "half", "deep"])
def test_json_that_has_no_exact_spelling_is_refused(value: Any) -> None:
    client = given_client(given_person())
    before = kept()
    signed = client.identity.sign_device(client.device_keys) | {"more": value}
    answer = client.ask("post", "signatures/upload", {client.user: {client.device: signed}})
    assert (answer.status, answer.slug) == (400, "bad_keys")
    assert kept() == before
