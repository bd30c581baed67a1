"""Verifiable reports: a stamp stands for exactly one message, and a commitment for exactly one text."""

from __future__ import annotations

import dataclasses
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearthside import crypto
from messaging import franking
from messaging.models import SealedEvent
from messaging.queries.reports import stamped_event
from tests.given import act, given_group, given_member, given_person
from tests.messaging.client import SealedClient
from tests.messaging.given import given_client, given_contact, given_pair, ids_of, person_of
from tests.messaging.sealing import Json, b64, commitment, seal_words


def said() -> tuple[SealedClient, SealedClient, str, Json, Json]:
    """Two clients, their conversation, what the server says of one message, and what opens its commitment."""
    one, two = given_pair()
    room = one.open_pair(two.person)
    content: Json = {}

    def seal(name: str, words: Json) -> tuple[Json, str]:
        found, committed = seal_words(name, words)
        content.update(found)
        return found, committed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.messaging.client.seal_words", seal)
        sent = one.say(room, "something that hurt")
    return one, two, room, sent, content


def bare(name: str) -> uuid.UUID:
    """The uuid in an id."""
    return uuid.UUID(name[1:].partition(":")[0])


@pytest.mark.django_db
def test_a_true_report_opens_and_a_forged_one_does_not() -> None:
    _, two, room, sent, content = said()
    found = stamped_event(person_of(two), uuid.UUID(room), bare(sent["event_id"]))
    assert found is not None
    assert found.good
    name = f"!{room}:hearthside"
    assert franking.opens(found.what.commitment, name, content["pt"], content["fk"])
    forged = content["pt"].replace("something", "anything")
    assert forged != content["pt"]
    assert not franking.opens(found.what.commitment, name, forged, content["fk"])
    assert not franking.opens(
        found.what.commitment, f"!{uuid.uuid4()}:hearthside", content["pt"], content["fk"]
    )
    assert not franking.opens(found.what.commitment, name, content["pt"], b64(bytes(32)))
    for fk in (content["fk"] + "A", content["fk"][:-2], "", content["fk"] + "=", None, 7):
        assert not franking.opens(found.what.commitment, name, content["pt"], fk)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_stamp_is_for_one_sender_time_device_place_and_commitment() -> None:
    one, _, room, sent, _ = said()
    what = franking.Stamped(
        conversation=uuid.UUID(room),
        event=bare(sent["event_id"]),
        sender=uuid.UUID(one.person),
        device=one.device,
        at=sent["at"],
        commitment=SealedEvent.objects.get(pk=bare(sent["event_id"])).commitment,
    )
    assert franking.is_stamped(what, sent["stamp"], sent["stamp_key_id"])
    others: dict[str, Any] = {
        "conversation": uuid.uuid4(),
        "event": uuid.uuid4(),
        "sender": uuid.uuid4(),
        "device": "ABCDEFGHIJKLMNOP",
        "at": sent["at"] + 1,
        "commitment": b64(bytes(32)),
    }
    assert set(others) == {field.name for field in dataclasses.fields(what)}
    for name, value in others.items():
        assert not franking.is_stamped(
            dataclasses.replace(what, **{name: value}), sent["stamp"], sent["stamp_key_id"]
        ), name
    for forged in ("", b64(bytes(32)), sent["stamp"][:-1]):
        assert not franking.is_stamped(what, forged, sent["stamp_key_id"])
    assert not franking.is_stamped(what, sent["stamp"], "no such key")


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["sender_id", "at", "device_id", "commitment", "stamp", "stamp_key_id"])
def test_a_row_that_was_changed_is_not_stamped_any_more(field: str) -> None:
    one, two, room, sent, _ = said()
    event = SealedEvent.objects.get(pk=bare(sent["event_id"]))
    value: Any = {"sender_id": two.person, "at": event.at + 1}.get(field, "x")
    SealedEvent.objects.filter(pk=event.pk).update(**{field: value})
    found = stamped_event(person_of(one), uuid.UUID(room), event.pk)
    assert found is not None
    assert not found.good


@pytest.mark.django_db
def test_only_who_could_have_read_it_can_report_it() -> None:
    one, two, room, sent, _ = said()
    event = bare(sent["event_id"])
    stranger = given_person("admin")
    assert stamped_event(stranger, uuid.UUID(room), event) is None
    assert stamped_event(person_of(two), uuid.uuid4(), event) is None
    assert stamped_event(person_of(two), uuid.UUID(room), uuid.uuid4()) is None
    two.must("post", f"conversations/{room}/leave")
    later = one.ask("get", f"conversations/{room}/messages").data["events"][-1]
    assert stamped_event(person_of(two), uuid.UUID(room), bare(later["event_id"])) is not None
    event_after = SealedEvent.objects.get(pk=event)
    SealedEvent.objects.filter(pk=event_after.pk).update(seq=99)
    assert stamped_event(person_of(two), uuid.UUID(room), event) is None


@pytest.mark.django_db
def test_erased_words_can_still_be_reported() -> None:
    one, two, room, sent, content = said()
    one.must("delete", f"conversations/{room}/messages/{bare(sent['event_id'])}")
    found = stamped_event(person_of(two), uuid.UUID(room), bare(sent["event_id"]))
    assert found is not None
    assert (found.good, found.erased) == (True, "sender")
    assert franking.opens(found.what.commitment, f"!{room}:hearthside", content["pt"], content["fk"])


@pytest.mark.django_db
def test_older_stamps_check_after_the_key_was_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    one, two, room, sent, _ = said()
    ring = crypto.keyring()
    newer = dataclasses.replace(ring, active="k2", keys={**ring.keys, "k2": bytes(range(32))})
    monkeypatch.setattr(franking, "keyring", lambda: newer)
    again = one.say(room, "later")
    assert (sent["stamp_key_id"], again["stamp_key_id"]) == (ring.active, "k2")
    for answer in (sent, again):
        found = stamped_event(person_of(two), uuid.UUID(room), bare(answer["event_id"]))
        assert found is not None
        assert found.good


@given(st.text(st.characters(exclude_categories=["Cs"])), st.binary(min_size=32, max_size=32))
def test_both_sides_commit_alike(pt: str, fk: bytes) -> None:
    assert franking.commit("!r:hearthside", pt, fk) == commitment("!r:hearthside", pt, fk)
    assert franking.opens(commitment("!r:hearthside", pt, fk), "!r:hearthside", pt, b64(fk))


@pytest.mark.django_db
def test_a_sealed_report_goes_to_staff_who_are_not_in_it() -> None:
    therapist, member = given_person("facilitator"), given_person()
    given_contact(therapist, member)
    one = given_client(therapist)
    room = one.open_pair(str(member.pk))

    def recipients(client: SealedClient, conversation: str) -> list[str]:
        return list(client.must("get", f"report_recipients?conversation={conversation}")["recipients"])

    assert recipients(one, room) == []
    admin = given_client(given_person("admin"))
    assert recipients(one, room) == [admin.person]
    one.query(admin.user)
    assert admin.user in one.known, "and their keys may be asked for"


@pytest.mark.django_db
def test_a_circles_report_goes_to_the_groups_facilitators() -> None:
    admin = given_client(given_person("admin"))
    leader = given_person("facilitator")
    group = given_group(leader)
    people = [given_member(group).person for _ in range(3)]
    switches = {"member_messages": True}
    act(leader, "group.update", group=group.id, version=group.version, switches=switches)
    one = given_client(people[0])
    room = one.open_circle(ids_of(people[1:]))
    path = f"report_recipients?conversation={room}"
    assert one.must("get", path)["recipients"] == [admin.person], "the facilitator has no identity yet"
    given_client(leader)
    assert one.must("get", path)["recipients"] == [str(leader.pk)]
