"""Builders for reports of sealed messages: people who talk through the relay, and what proves a message."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any

import vodozemac as vz

from accounts.models import Person
from community.models import Group
from moderation.models import ReviewItem
from tests.given import act, given_circle, given_group, given_member, given_person, leader_of
from tests.messaging.client import SealedClient
from tests.messaging.given import given_client, given_contact
from tests.messaging.sealing import Json
from tests.moderation.given_review import the_item


@dataclass
class Talk:
    """A conversation in which `sender` wrote something that `reporter` has read; `admin` is in no part of it."""

    sender: SealedClient
    reporter: SealedClient
    room: str
    event: str
    admin: Person
    in_group: Group | None = None

    @property
    def group(self) -> Group:
        """The group that joins the two."""
        assert self.in_group is not None
        return self.in_group

    @property
    def leader(self) -> Person:
        """Who leads that group."""
        return leader_of(self.group)

    @property
    def accused(self) -> Person:
        """Who sent it."""
        return Person.objects.get(pk=self.sender.person)

    @property
    def person(self) -> Person:
        """Who reports it."""
        return Person.objects.get(pk=self.reporter.person)

    @property
    def place(self) -> dict[str, str]:
        """Where the message stands, as a command names it."""
        return {"conversation": self.room, "event": self.event}


def given_talk(words: str = "Nobody will believe you.", *, sender: str = "facilitator") -> Talk:
    """A therapist and a client, one of whom wrote to the other; and an admin of the practice."""
    therapist, member = given_person("facilitator"), given_person()
    given_contact(therapist, member)
    clients = {"facilitator": given_client(therapist), "member": given_client(member)}
    first = clients.pop(sender)
    (second,) = clients.values()
    return _talk(first, second, words, admin=given_person("admin"))


def given_members_talk(words: str = "Nobody will believe you.") -> Talk:
    """Two members of a group, whose facilitator is in no part of it."""
    circle = given_circle()
    one, other = circle.people["member"], circle.people["peer"]
    given_contact(one, other, reason="group", group=circle.group.id)
    talk = _talk(given_client(one), given_client(other), words, admin=given_person("admin"))
    talk.in_group = circle.group
    return talk


def given_circle_talk(words: str = "Nobody will believe you.") -> tuple[Talk, SealedClient]:
    """Three members of a group in a circle, one of whom wrote something; and the third."""
    group = given_group()
    people = [given_member(group).person for _ in range(3)]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        given_contact(people[one], people[other], reason="group", group=group.id)
    sender, reporter, third = [given_client(person) for person in people]
    room = sender.open_circle([reporter.person, third.person])
    event = sender.say(room, words)["event_id"]
    for client in (reporter, third):
        client.read(room)
    admin = given_person("admin")
    return Talk(sender, reporter, room, event, admin, group), third


def _talk(sender: SealedClient, reporter: SealedClient, words: str, *, admin: Person) -> Talk:
    room = sender.open_pair(reporter.person)
    event = sender.say(room, words)["event_id"]
    assert reporter.read(room)[-1].words is not None
    return Talk(sender, reporter, room, event, admin)


def proof_of(reader: SealedClient, room: str, event_id: str) -> Json:
    """What opens the commitment of a message that somebody has read: the exact words and the key."""
    shown = next(row for row in reader.read(room) if row.event["event_id"] == event_id)
    content = shown.event["content"]
    key = reader.inbound[f"!{room}:hearthside", content["session_id"]]
    opened = key.session.decrypt(vz.MegolmMessage.from_base64(content["ciphertext"]))
    inner = json.loads(bytes(opened.plaintext))["content"]
    return {"pt": inner["pt"], "fk": inner["fk"]}


def report(talk: Talk, form: str = "open", **data: Any) -> dict[str, Any]:
    """Report the message; openly, with its proof, unless told."""
    person = data.pop("by", talk.person)
    proof = proof_of(talk.reporter, talk.room, talk.event) if form == "open" else {}
    fields = {"form": form, "category": "attack", "note": "It frightened me.", **talk.place, **proof, **data}
    return act(person, "sealed.report", **fields)


def item_of(talk: Talk) -> ReviewItem:
    """The message's item."""
    found = ReviewItem.objects.get(target_kind="sealed", target_id=bare(talk.event))
    return the_item(found.id)


def bare(name: str) -> str:
    """The uuid in an event's name."""
    return name.removeprefix("$").removesuffix(":hearthside")


def send_sealed(talk: Talk, report_id: str, reader: SealedClient) -> None:
    """Send the proof to somebody's device, as the browser does."""
    proof = proof_of(talk.reporter, talk.room, talk.event)
    user, device = reader.user, reader.device
    talk.reporter.query(user)
    content = {"report": report_id, "event": talk.event, **proof}
    sealed = talk.reporter.seal_for(user, device, "hs.report", content)
    assert sealed is not None
    path = f"to_device/m.room.encrypted/{secrets.token_hex(8)}"
    talk.reporter.must("put", path, {"messages": {user: {device: sealed}}})
