"""One-time keys: each is handed out once, also to sixteen who ask at the same moment."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from accounts.models import Person
from hearthside import live
from hearthside.live import Write, write
from hearthside.writer import Writer
from messaging.actions.claims import claim_keys
from messaging.models import OneTimeKey
from tests.given import given_person
from tests.messaging.given import bare_client, given_client, given_contact, given_friends, given_pair

CLAIMERS, KEYS = 16, 400


@pytest.fixture
def served() -> Iterator[None]:
    """On SQLite the one writer thread, as when serving; on PostgreSQL every thread's own transaction, as with many
    processes."""
    if connection.vendor != "sqlite":
        yield
        return
    thread = Writer()
    thread.start()
    live.attach(thread, None, lambda announced: None)  # type: ignore[arg-type]
    yield
    live.detach()
    thread.stop()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("served")
def test_sixteen_claimers_of_four_hundred_keys_get_four_hundred_keys() -> None:
    target = given_client(given_person(), keys=0)
    for _ in range(KEYS // 50):
        assert target.upload(one_time_keys=target.one_time_keys(50)).slug == "ok"
    assert OneTimeKey.objects.count() == KEYS
    askers = [given_person("facilitator") for _ in range(CLAIMERS)]
    for asker in askers:
        given_contact(asker, Person.objects.get(pk=target.person))

    def claim(asker: Person) -> list[str]:
        found = []
        wanted = {UUID(target.person): [target.device]}
        try:
            for _ in range(KEYS // CLAIMERS):
                answer = write(Write(lambda: claim_keys(asker, wanted)))
                found += answer["one_time_keys"][target.user][target.device]
        finally:
            connection.close()
        return found

    with ThreadPoolExecutor(CLAIMERS) as pool:
        claimed = [name for names in pool.map(claim, askers) for name in names]
    assert len(claimed) == KEYS
    assert len(set(claimed)) == KEYS
    assert not OneTimeKey.objects.exists()
    fallback = write(Write(lambda: claim_keys(askers[0], {UUID(target.person): [target.device]})))
    assert fallback["one_time_keys"][target.user][target.device].keys().isdisjoint(claimed)


def claim(client: Any, *targets: Any) -> dict[str, Any]:
    """What one device is answered that claims a key of each target."""
    wanted: dict[str, dict[str, str]] = {}
    for target in targets:
        wanted.setdefault(target.user, {})[target.device] = "signed_curve25519"
    answer = client.must("post", "keys/claim", {"one_time_keys": wanted})
    assert answer["failures"] == {}
    return dict(answer["one_time_keys"])


@pytest.mark.django_db
def test_exhausted_keys_are_followed_by_the_fallback_and_none_by_nothing() -> None:
    asker, target = given_pair()
    seen = [next(iter(claim(asker, target)[target.user][target.device].items())) for _ in range(22)]
    names = [name for name, _ in seen]
    assert len(set(names[:20])) == 20
    assert names[20] == names[21]
    assert names[20] not in names[:20]
    assert [key.get("fallback") for _, key in seen] == [None] * 20 + [True] * 2
    state = target.must("get", "sync?since=")
    assert state["device_one_time_keys_count"] == {"signed_curve25519": 0}
    assert state["device_unused_fallback_key_types"] == []
    assert target.upload(fallback_keys=target.fallback_key()).slug == "ok"
    assert target.must("get", "sync?since=")["device_unused_fallback_key_types"] == ["signed_curve25519"]


@pytest.mark.django_db
def test_a_device_without_any_key_a_stranger_and_nobody_are_absent() -> None:
    one, two = given_friends(2)
    asker = given_client(one)
    empty = bare_client(two)
    empty.register()
    empty.upload()
    stranger = given_client(given_person())
    assert claim(asker, empty) == {}
    assert claim(asker, stranger) == {}
    wanted = {"@nobody:hearthside": {"X": "signed_curve25519"}, empty.user: {"NOBODY": "signed_curve25519"}}
    assert asker.must("post", "keys/claim", {"one_time_keys": wanted})["one_time_keys"] == {}
    assert OneTimeKey.objects.filter(device__device_id=stranger.device).count() == 20
