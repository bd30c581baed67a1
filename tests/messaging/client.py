"""A client of sealed conversations in Python: vodozemac's ratchets, PyNaCl's signatures, and no trust in the server.

Its objects have exactly Matrix's shapes, so that it can talk with the browser's engine. It shows only what checks: the
sender's cross-signed device, the channel the key came through, the commitment, the padding, each index once, and
only people of the creator's roster get a key.
"""

from __future__ import annotations

import itertools
import json
import os
import secrets
from dataclasses import dataclass, field
from typing import Any

import vodozemac as vz

from tests.messaging.device import MEGOLM, Inbound, SealedDevice
from tests.messaging.doors import Door
from tests.messaging.identity import Identity
from tests.messaging.sealing import EVENT_TYPE, Json, Refused, b64, open_words, room_id, seal_words, unb64

ROTATE_AFTER = 50


@dataclass
class Outbound:
    """The room key one sends with, and the devices that have it."""

    session: vz.GroupSession
    shared: set[tuple[str, str]] = field(default_factory=set)
    index: int = 0


@dataclass(frozen=True)
class Shown:
    """One event of a conversation as it is shown: its words, or why they are not."""

    event: Json
    words: Json | None
    reason: str = ""


class SealedClient(SealedDevice):
    """A device that reads and writes conversations."""

    def __init__(self, door: Door, person: str, identity: Identity | None = None) -> None:
        """`identity` is that of an earlier device of the same person."""
        super().__init__(door, person, identity)
        self.outbound: dict[str, Outbound] = {}
        self.seen: dict[tuple[str, str, int], str] = {}
        self.rosters: dict[str, Json] = {}
        self.counters: dict[str, itertools.count[int]] = {}

    def open_pair(self, other: str, **settings: Any) -> str:
        """Open the conversation with somebody and say who is in it; answers its id."""
        return self._open("pair", [other], settings)

    def open_circle(self, others: list[str], **settings: Any) -> str:
        """Open a circle and say who is in it; answers its id."""
        return self._open("circle", others, settings)

    def _open(self, kind: str, others: list[str], settings: Json) -> str:
        seed = os.urandom(32)
        new = str(room_id(self.user, seed))
        body = {"id": new, "seed": b64(seed), "kind": kind, "members": others, **settings}
        answer = self.must("post", "conversations", body)
        if not answer["duplicate"]:
            self.send_roster(answer["id"], [self.person, *others])
        return str(answer["id"])

    def send_roster(self, conversation: str, people: list[str], version: int = 1) -> Json:
        """Say as the creator who is in it."""
        view = self.must("get", f"conversations/{conversation}")
        users = [f"@{person}:hearthside" for person in people]
        roster = {
            "k": "roster",
            "version": version,
            "creator": f"@{view['creator']}:hearthside",
            "seed": view["seed"],
            "members": users,
            "title": "",
            "history": view["history"],
        }
        self.rosters[conversation] = roster
        self.outbound.pop(conversation, None)
        return self.send(conversation, roster, quiet=True, kept=True)

    def share(self, conversation: str) -> Outbound:
        """The room key to send with, after every cross-signed device of the roster has it."""
        room = f"!{conversation}:hearthside"
        roster = self.rosters[conversation]["members"]
        self.query(*roster)
        wanted = {
            (user, device) for user in roster if user in self.known for device in self.known[user].devices
        } - {(self.user, self.device)}
        out = self.outbound.get(conversation)
        if out is None or out.index >= ROTATE_AFTER or out.shared - wanted:
            out = self.outbound[conversation] = Outbound(vz.GroupSession())
            session = vz.InboundGroupSession(out.session.session_key)
            self.inbound[room, out.session.session_id] = Inbound(session, self.user, self.curve)
        content = {
            "algorithm": MEGOLM,
            "room_id": room,
            "session_id": out.session.session_id,
            "session_key": out.session.session_key.to_base64(),
        }
        messages: dict[str, Json] = {}
        for user, device in sorted(wanted - out.shared):
            if sealed := self.seal_for(user, device, "m.room_key", content):
                messages.setdefault(user, {})[device] = sealed
                out.shared.add((user, device))
        if messages:
            self.must("put", f"to_device/m.room.encrypted/{secrets.token_hex(8)}", {"messages": messages})
        return out

    def seal(self, conversation: str, words: Json) -> Json:
        """The body of a send."""
        room = f"!{conversation}:hearthside"
        out = self.share(conversation)
        number = next(self.counters.setdefault(conversation, itertools.count(1)))
        content, committed = seal_words(room, {**words, "n": number, "at": self.now})
        payload = {"type": EVENT_TYPE, "content": content, "room_id": room}
        ciphertext = out.session.encrypt(json.dumps(payload, ensure_ascii=False).encode()).to_base64()
        out.index += 1
        sealed = {
            "algorithm": MEGOLM,
            "ciphertext": ciphertext,
            "device_id": self.device,
            "sender_key": self.curve,
            "session_id": out.session.session_id,
        }
        return {"content": sealed, "commitment": committed}

    def send(self, conversation: str, words: Json, *, txn: str = "", **more: bool) -> Json:
        """Send words; answers what the server says of them."""
        body = {**self.seal(conversation, words), **more}
        return dict(
            self.must("put", f"conversations/{conversation}/send/{txn or secrets.token_hex(8)}", body)
        )

    def say(self, conversation: str, body: str) -> Json:
        """Send a text."""
        return self.send(conversation, {"k": "text", "body": body})

    def read(self, conversation: str) -> list[Shown]:
        """Everything in a conversation that is this person's, opened or with the reason why not."""
        self.sync()
        view = self.must("get", f"conversations/{conversation}")
        creator = f"@{view['creator']}:hearthside"
        if str(room_id(creator, unb64(view["seed"]))) != conversation:
            raise Refused("creator")
        shown, after = [], 0
        while True:
            page = self.must("get", f"conversations/{conversation}/messages?after={after}&limit=50")
            for event in page["events"]:
                shown.append(self.show(conversation, creator, event))
                after = event["seq"]
            if not page["more"]:
                return shown

    def show(self, conversation: str, creator: str, event: Json) -> Shown:
        """One event, opened when everything about it checks."""
        if event["content"] is None:
            return Shown(event, None, f"erased by {event['erased']}")
        try:
            words = self.open_event(f"!{conversation}:hearthside", event)
        except Refused as refusal:
            return Shown(event, None, str(refusal))
        if words["k"] == "roster" and event["sender"] == creator:
            before = self.rosters.get(conversation, {"version": 0})
            if words["version"] > before["version"]:
                self.rosters[conversation] = words
        return Shown(event, words)

    def open_event(self, room: str, event: Json) -> Json:
        """The words of an event; raises Refused with the reason."""
        content = event["content"]
        key = self.inbound.get((room, content["session_id"]))
        if key is None:
            raise Refused("waiting for the key")
        if key.sender != event["sender"] or key.sender_key != content["sender_key"]:
            raise Refused("sender")
        try:
            opened = key.session.decrypt(vz.MegolmMessage.from_base64(content["ciphertext"]))
        except ValueError:
            raise Refused("seal") from None
        place = room, content["session_id"], opened.message_index
        if self.seen.setdefault(place, event["event_id"]) != event["event_id"]:
            raise Refused("replay")
        payload = json.loads(bytes(opened.plaintext))
        if payload.get("room_id") != room or payload.get("type") != EVENT_TYPE:
            raise Refused("room")
        return open_words(room, payload["content"], event["commitment"])
