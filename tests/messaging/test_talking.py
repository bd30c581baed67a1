"""People in Python talk through the relay; what does not check is not shown."""

from __future__ import annotations

import pytest

from messaging.models import ConversationMember, SealedEvent
from tests.given import given_person
from tests.messaging.client import SealedClient
from tests.messaging.given import (
    bare_client,
    given_client,
    given_contact,
    given_friends,
    given_pair,
    ids_of,
    person_of,
    words_of,
)
from tests.messaging.sealing import Json, commitment, seal_words, unb64

pytestmark = pytest.mark.django_db


def reasons_of(client: SealedClient, conversation: str) -> list[str]:
    """Why events are not shown."""
    return [shown.reason for shown in client.read(conversation) if shown.words is None]


def test_two_people_talk() -> None:
    therapist, member = given_pair()
    room = therapist.open_pair(member.person)
    therapist.say(room, "How was the week?")
    assert words_of(member, room) == ["How was the week?"]
    member.say(room, "Better than the last one.")
    both = ["How was the week?", "Better than the last one."]
    assert words_of(therapist, room) == both
    assert words_of(member, room) == both
    assert therapist.refused == member.refused == []


def test_every_device_of_both_reads() -> None:
    therapist, member = given_pair()
    phone = bare_client(person_of(member), identity=member.identity).set_up()
    tablet = bare_client(person_of(therapist), identity=therapist.identity).set_up()
    room = therapist.open_pair(member.person)
    therapist.say(room, "for all of them")
    for client in (member, phone, tablet, therapist):
        assert words_of(client, room) == ["for all of them"]
    phone.say(room, "from the phone")
    for client in (member, phone, tablet, therapist):
        assert words_of(client, room)[-1] == "from the phone"


def test_a_circle_talks_and_who_comes_later_reads_nothing_before() -> None:
    people = given_friends(4)
    one, two, three, late = [given_client(person) for person in people]
    room = one.open_circle(ids_of(people[1:3]))
    two.read(room)
    one.say(room, "before")
    two.say(room, "also before")
    assert one.ask("get", f"conversations/{room}/messages").status == 200
    assert late.ask("get", f"conversations/{room}").slug == "not_found"
    one.must("post", f"conversations/{room}/members", {"add": [late.person]})
    one.send_roster(room, [one.person, two.person, three.person, late.person], version=2)
    one.say(room, "welcome")
    assert words_of(late, room) == ["welcome"]
    view = late.must("get", f"conversations/{room}")
    first = next(row for row in view["members"] if row["you"])["joined_seq"]
    page = late.must("get", f"conversations/{room}/messages?before={first}&limit=100")
    assert page == {"events": [], "more": False}
    assert words_of(three, room) == ["before", "also before", "welcome"]
    late.say(room, "thank you")
    assert words_of(one, room)[-1] == "thank you"


def test_with_history_a_newcomer_is_given_the_old_events_too() -> None:
    people = given_friends(4)
    one, late = given_client(people[0]), given_client(people[3])
    room = one.open_circle(ids_of(people[1:3]), history=True)
    one.say(room, "before")
    one.must("post", f"conversations/{room}/members", {"add": [late.person]})
    page = late.must("get", f"conversations/{room}/messages?after=0")
    assert [event["seq"] for event in page["events"]] == [1, 2]


@pytest.mark.parametrize("how", ["leave", "remove"])
def test_who_has_gone_gets_nothing_more(how: str) -> None:
    people = given_friends(3)
    one, two, gone = [given_client(person) for person in people]
    room = one.open_circle(ids_of(people[1:]))
    one.say(room, "while she was here")
    assert words_of(gone, room) == ["while she was here"]
    sealed = gone.seal(room, {"k": "text", "body": "too late"})
    if how == "leave":
        gone.must("post", f"conversations/{room}/leave")
    else:
        one.must("post", f"conversations/{room}/members", {"remove": [gone.person]})
    one.send_roster(room, [one.person, two.person], version=2)
    one.say(room, "after")
    assert words_of(two, room) == ["while she was here", "after"]
    assert words_of(gone, room) == ["while she was here"], "what was hers stays hers"
    assert gone.ask("put", f"conversations/{room}/send/late", sealed).slug == "not_found"
    view = gone.must("get", f"conversations/{room}")
    assert view["closed"] == ("left" if how == "leave" else "removed")


def test_a_device_without_the_owners_signature_gets_no_key() -> None:
    therapist, member = given_pair()
    slipped_in = bare_client(person_of(member))
    slipped_in.register()
    slipped_in.must(
        "post",
        "keys/upload",
        {"device_keys": slipped_in.device_keys, "one_time_keys": slipped_in.one_time_keys(5)},
    )
    room = therapist.open_pair(member.person)
    therapist.say(room, "for her only")
    assert words_of(member, room) == ["for her only"]
    assert reasons_of(slipped_in, room) == ["waiting for the key"] * 2
    assert slipped_in.must("get", "sync?since=")["to_device"]["events"] == []


def test_a_person_slipped_into_the_members_gets_no_key() -> None:
    therapist, member = given_pair()
    room = therapist.open_pair(member.person)
    third = given_person()
    given_contact(person_of(therapist), third)
    intruder = given_client(third)
    ConversationMember.objects.create(conversation_id=room, person=third)
    therapist.say(room, "for her only")
    assert words_of(member, room) == ["for her only"]
    assert reasons_of(intruder, room) == ["waiting for the key"] * 2


Change = dict[str, object]


def other_words(event: SealedEvent, other: SealedEvent) -> Change:
    """Another event's content under this one's place."""
    return {"content": other.content}


def other_commitment(event: SealedEvent, other: SealedEvent) -> Change:
    return {"commitment": other.commitment}


def other_sender(event: SealedEvent, other: SealedEvent) -> Change:
    return {"sender_id": other.sender_id}


def broken_seal(event: SealedEvent, other: SealedEvent) -> Change:
    assert event.content is not None
    return {"content": event.content.replace('"ciphertext": "A', '"ciphertext": "B')}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (other_words, "sender"),
        (other_commitment, "commitment"),
        (other_sender, "sender"),
        (broken_seal, "seal"),
    ],
    ids=lambda value: value.__name__ if callable(value) else value,
)
def test_what_the_server_changes_is_not_shown(change, reason: str) -> None:  # type: ignore[no-untyped-def]
    therapist, member = given_pair()
    room = therapist.open_pair(member.person)
    therapist.read(room)
    member.read(room)
    first = therapist.say(room, "the first")
    second = member.say(room, "the second")
    assert words_of(bare(member), room) == ["the first", "the second"]
    event, other = (
        SealedEvent.objects.get(seq=answer["seq"], conversation_id=room) for answer in (first, second)
    )
    changes = change(event, other)
    assert any(getattr(event, name) != value for name, value in changes.items())
    SealedEvent.objects.filter(pk=event.pk).update(**changes)
    reader = bare(member)
    assert reasons_of(reader, room) == [reason]
    assert words_of(reader, room) == ["the second"]


def bare(client: SealedClient) -> SealedClient:
    """The client as it is when its page is opened again: with its keys, but without what it has seen."""
    client.seen.clear()
    return client


def test_an_event_that_comes_again_under_another_id_is_not_shown_twice() -> None:
    therapist, member = given_pair()
    room = therapist.open_pair(member.person)
    therapist.say(room, "once")
    event = SealedEvent.objects.get(seq=2, conversation_id=room)
    event.pk, event.seq = None, 3
    event.id = SealedEvent._meta.get_field("id").get_default()
    event.save(force_insert=True)
    assert words_of(member, room) == ["once"]
    assert reasons_of(member, room) == ["replay"]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda content: content | {"pt": content["pt"].replace("true", "false")}, "commitment"),
        (lambda content: content | {"fk": content["fk"][:-4]}, "commitment"),
        (lambda content: content | {"pad": content["pad"] + " "}, "padding"),
        (lambda content: content | {"pad": "x" * len(content["pad"])}, "padding"),
        (lambda content: {name: content[name] for name in ("v", "pt", "fk")}, "form"),
        (lambda content: content | {"more": 1}, "form"),
    ],
)
def test_what_a_sender_forges_is_not_shown(monkeypatch: pytest.MonkeyPatch, spoil, reason: str) -> None:  # type: ignore[no-untyped-def]
    therapist, member = given_pair()
    room = therapist.open_pair(member.person)

    def seal(name: str, words: Json) -> tuple[Json, str]:
        content, committed = seal_words(name, words)
        return spoil(content), committed

    monkeypatch.setattr("tests.messaging.client.seal_words", seal)
    therapist.say(room, "that is true")
    assert reasons_of(member, room) == [reason]


def test_twenty_and_sixty_characters_look_alike_from_outside() -> None:
    therapist, member = given_pair()
    room = therapist.open_pair(member.person)
    sizes = set()
    for length in (20, 60):
        answer = therapist.say(room, "x" * length)
        content = SealedEvent.objects.get(seq=answer["seq"], conversation_id=room).content
        assert content is not None
        sizes.add(len(content))
    assert len(sizes) == 1
    longer = therapist.say(room, "x" * 600)
    content = SealedEvent.objects.get(seq=longer["seq"], conversation_id=room).content
    assert content is not None
    assert len(content) not in sizes


def test_the_commitment_is_the_documented_one() -> None:
    key = bytes(range(32))
    assert (
        commitment("!room:hearthside", '{"k":"text"}', key) == "k8JaK3AOA63rn6ZKqTDhwkpQFB4fe1efqpIz18Uy0xc"
    )
    assert len(unb64(commitment("!r", "", key))) == 32
